"""Where a version stands, and the deeds of a person on it: write in the card, sign, ask for promotion."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from rai.approval import desk
from rai.approval.cases import Case
from rai.approval.rules import open_points, permit
from rai.approval.subjects import etag, missing
from rai.card import NARRATIVE, Decision, ModelCard, NarrativeField
from rai.cards import card_of
from rai.digests import sha256_file, tree_digest
from rai.errors import InputError
from rai.jobs import Job
from rai.people import Person
from rai.policy import Finding
from rai.review import Review
from rai.reviewing import submitted_and_reviewed
from rai.versions import ModelVersionRef
from rai.workspace import Workspace


@dataclass(frozen=True)
class Standing:
    """Where a version stands now.

    Attributes
    ----------
    digests
        Digests of the six subjects as they are; one that could not be computed is left out.
    unwritten
        Headings of the narrative fields nobody has written.
    points
        What keeps it from being approved, a sentence each.
    """

    case: Case | None
    review: Review
    card: ModelCard
    digests: dict[str, str]
    findings: tuple[Finding, ...]
    unwritten: tuple[str, ...]
    points: tuple[str, ...]

    @property
    def etag(self) -> str:
        """One digest over the six; empty while one of them is unknown."""
        return "" if missing(self.digests) else etag(self.digests)

    @property
    def open(self) -> bool:
        """True if it is approved on exactly these bytes."""
        return not self.reasons

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it may not be deployed as things stand here; the command ``rai gate`` looks at the registry as well."""
        if self.case is None:
            return ("It has not been submitted for review.",)
        if self.case.state != "approved" or self.case.approval is None:
            return (self.case.sentence, *self.points)
        other = [name for name, value in self.case.approval.digests.items() if self.digests.get(name) != value]
        return tuple(f"The {name} is not the one that was approved." for name in other)


def standing(workspace: Workspace, ref: ModelVersionRef, *, live: bool = False) -> Standing:
    """Say where a version stands.

    Parameters
    ----------
    live
        Download the model's files and digest them; otherwise the digest sealed at submission stands for them.

    Raises
    ------
    InputError
        If it was not submitted or has no complete review.
    RegistryError
        With ``live``, if the files cannot be had.
    """
    submission, kept, review = submitted_and_reviewed(workspace, ref)
    case = desk.case(workspace.ledger, ref)
    card = _as_signed(workspace, case, card_of(review, workspace.archive, digest=kept))
    card = card.model_copy(update={"sign_offs": case.sign_offs if case else ()})
    model = model_digest(workspace, ref) if live else submission.model
    digests = {**_local_digests(workspace, kept, review), "card": card.content_digest, "model": model}
    unwritten = tuple(field.heading for field in card.unwritten)
    return Standing(
        case=case,
        review=review,
        card=card,
        digests=digests,
        findings=review.findings,
        unwritten=unwritten,
        points=open_points(review.findings, unwritten),
    )


def model_digest(workspace: Workspace, ref: ModelVersionRef) -> str:
    """Digest the model's files as they lie in the registry now."""
    with tempfile.TemporaryDirectory() as folder:
        return tree_digest(workspace.registry.fetch(ref, Path(folder) / "model"))


def _as_signed(workspace: Workspace, case: Case | None, built: ModelCard) -> ModelCard:
    """Return the card that was approved, byte by byte, where it says the same as the one built now.

    The sections of the evidence are drawn by this program; a later version may word them otherwise. What was approved
    stays as it was approved, as long as the review, the narrative and the facts are the same.
    """
    digest = case.approval.digests.get("card", "") if case and case.approval else ""
    if not digest or not workspace.store.intact(digest):
        return built
    try:
        signed = ModelCard.from_bytes(workspace.store.get(digest))
    except ValidationError:
        return built  # written by another version of this program: what is shown now is not what was approved
    return signed if signed.model_copy(update={"evidence": built.evidence}) == built else built


def _local_digests(workspace: Workspace, kept: str, review: Review) -> dict[str, str]:
    """Digest what is kept here as it is now; what is gone is left out."""
    store, sealed = workspace.store, review.digests
    found = {
        "dataset": sealed.dataset if store.intact(sealed.dataset) else "",
        "review": kept if store.intact(kept) else "",
        "environment": sealed.environment if store.intact(sealed.environment) else "",
    }
    policy = workspace.settings.policies / f"{review.profile.review.policy}.toml"
    if policy.is_file():
        found["policy"] = sha256_file(policy)
    return {name: digest for name, digest in found.items() if digest}


def sign(  # noqa: PLR0913 - everything a decision rests on is named
    workspace: Workspace, ref: ModelVersionRef, *, actor: Person, decision: Decision, rationale: str, seen_etag: str,
    idem: str, time: str,
) -> Case:  # fmt: skip
    """Record a decision on exactly what was seen, and queue its publication beside the model.

    Parameters
    ----------
    seen_etag
        :attr:`Standing.etag` of the page that was shown.
    idem
        Made when the form was drawn; a second click changes nothing.

    Raises
    ------
    Refused
        With the reason, see :func:`rai.approval.rules.decide`.
    RegistryError
        If the model's files cannot be digested now: then nothing is signed.
    """
    if not any(row.idem == idem for row in workspace.ledger.rows(ref)):
        permit(actor, decision, desk.case(workspace.ledger, ref))
    now = standing(workspace, ref, live=True)
    workspace.store.put(now.card.content)
    case = desk.sign_off(
        workspace.ledger, ref, actor=actor, decision=decision, rationale=rationale, seen_etag=seen_etag,
        live=now.digests, findings=now.findings, unwritten=now.unwritten, time=time, idem=idem,
    )  # fmt: skip
    workspace.jobs.enqueue("publish", ref.uri, {"state": case.state}, by=actor.name)
    return case


def edit_narrative(
    workspace: Workspace, ref: ModelVersionRef, *, actor: Person, texts: Mapping[str, str], time: str
) -> None:
    """Keep the fields of the narrative that changed, each with who wrote it and when.

    Raises
    ------
    Refused
        If the person may not write in this card now.
    InputError
        If there is no such field.
    """
    known = {key: (heading, prompt) for key, heading, prompt in NARRATIVE}
    before = workspace.archive.narrative(ref)
    for key, text in texts.items():
        if key not in known:
            raise InputError(f"The card has no field '{key}'. Known fields: {', '.join(known)}.")
        if text.strip() == (before[key].text if key in before else ""):
            continue
        heading, prompt = known[key]
        desk.record_narrative(workspace.ledger, ref, actor=actor, field=key, text=text.strip(), time=time)
        field = NarrativeField(key=key, heading=heading, prompt=prompt, text=text.strip(), author=actor, written=time)
        workspace.archive.write_narrative(ref, field)


def queue_promotion(workspace: Workspace, ref: ModelVersionRef, *, actor: Person) -> Job:
    """Queue the move of the alias ``champion``; the worker asks the gate again before it moves anything."""
    permit(actor, "promote", desk.case(workspace.ledger, ref))
    return workspace.jobs.enqueue("promote", ref.uri, by=actor.name)
