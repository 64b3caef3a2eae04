"""Where a card answers a point of Annex IV: the part of the card by its name and address, or what is missing there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rai.card import ModelCard
from reports.dialects.origin import address, fact
from reports.verdict import verdict


@dataclass(frozen=True)
class Answer:
    """What a part of the card says to a point.

    Attributes
    ----------
    text
        What it says; without ``anchor`` what is missing.
    anchor
        The part of card.html where it stands.
    """

    text: str
    anchor: str = ""


def answer(card: ModelCard, source: str) -> Answer:
    """What a part of the card says and where, or what is missing there.

    Parameters
    ----------
    source
        ``narrative:KEY``, ``fact:NAME``, ``evidence:ANALYSIS``, or ``identity``, ``environment``, ``digests``,
        ``findings``, ``sign-offs``.
    """
    kind, _, name = source.partition(":")
    if kind == "narrative":
        return _narrative(card, name)
    if kind == "fact":
        value = fact(card, name)
        return Answer(f"{name}: {value}", "details") if value else Answer(f"the fact '{name}'")
    if kind == "evidence":
        return _evidence(card, name)
    return _CHAPTERS[source](card)


def _narrative(card: ModelCard, key: str) -> Answer:
    field = next((item for item in card.narrative if item.key == key), None)
    known = field is not None and (field.filled or (field.state == "not_applicable" and not field.required))
    if field is None or not known:
        heading = field.heading if field else key.replace("_", " ")
        return Answer(f"the text '{heading}', which nobody has written")
    who = f", written by {field.author.name}" if field.author else ""
    return Answer(f"{field.heading}{who}: {field.entry.whole}", "narrative")


def _evidence(card: ModelCard, analysis: str) -> Answer:
    for number, found in enumerate(card.evidence, 1):
        if found.analysis == analysis and found.section is not None:
            return Answer(f"{found.title}: {found.section.lead}", f"evidence-{number}")
        if found.analysis == analysis:
            return Answer(f"the analysis '{found.title}', {found.status.replace('_', ' ')}: {found.reason}")
    return Answer(f"the analysis '{analysis.replace('_', ' ')}', which is not in the card")


def _identity(card: ModelCard) -> Answer:
    where = f" ({address(card)})" if card.version else ""
    return Answer(f"Model {card.model}, version {card.version or 'not registered'}{where}", "details")


def _environment(card: ModelCard) -> Answer:
    digest = card.digests.get("environment", "")
    said = f"The environment it was reviewed in is sealed with SHA-256 {digest}"
    return Answer(said, "digests") if digest else Answer("the environment it was reviewed in")


def _digests(card: ModelCard) -> Answer:
    known = ", ".join(f"{key} {value}" for key, value in card.digests.items() if value)
    return Answer(f"SHA-256 of what was reviewed: {known}", "digests") if known else Answer("digests")


def _findings(card: ModelCard) -> Answer:
    if not card.findings:
        return Answer("findings: no policy has judged this version")
    return Answer(f"{len(card.findings)} findings under the policy '{card.policy}'", "summary")


def _sign_offs(card: ModelCard) -> Answer:
    if not card.sign_offs:
        return Answer("a signature: nobody has decided on this version yet")
    judged = verdict(card)
    return Answer(f"{judged.word}: {judged.sentence}", "sign-offs")


_CHAPTERS: dict[str, Callable[[ModelCard], Answer]] = {
    "identity": _identity, "environment": _environment, "digests": _digests, "findings": _findings,
    "sign-offs": _sign_offs,
}  # fmt: skip
