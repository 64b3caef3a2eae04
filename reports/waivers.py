"""Waivers as they are shown wherever the verdict is: which finding, why, who answers for it, and until when."""

from __future__ import annotations

from collections.abc import Iterator

from rai.card import ModelCard, Waiver
from rai.policy import Finding
from reports.document import Block, Cell, Grid, Heading, Paragraphs
from reports.moments import moment
from reports.tables import plain


def waiver_lines(card: ModelCard) -> tuple[str, ...]:
    """One sentence for each waiver."""
    return tuple(
        f"Finding '{item.rule}' ({item.verdict}) is waived until {moment(item.until)}; {item.owner} answers for it."
        for item in card.waivers
    )


def waiver_of(card: ModelCard, finding: Finding) -> Waiver | None:
    """The waiver of exactly this finding.

    A waiver names the finding of the review. Where the card leaves out the finding's n or value, it is known by rule,
    verdict and sentence, and only if no other finding like it is left out as well: otherwise it counts as not waived.
    """
    exact = next((item for item in card.waivers if item.finding == finding.digest), None)
    if exact or not _left_out(finding):
        return exact
    known = {item.digest for item in card.findings}
    twins = [item for item in card.findings if _left_out(item) and _what(item) == _what(finding)]
    found = [item for item in card.waivers if _what(item) == _what(finding) and item.finding not in known]
    return found[0] if len(twins) == len(found) == 1 else None


def _left_out(finding: Finding) -> bool:
    return finding.measure is not None and finding.measure.n is None


def _what(item: Finding | Waiver) -> tuple[str, str, str]:
    return item.rule, item.verdict, item.sentence


def waiver_blocks(card: ModelCard) -> Iterator[Block]:
    """The waivers of the card as a table; nothing if there are none."""
    if not card.waivers:
        return
    yield Heading("Waivers")
    yield Paragraphs(("A waived finding is as bad as before. It only does not keep the gate closed for a time.",))
    known = [waiver_of(card, finding) for finding in card.findings]
    for item in card.waivers:
        yield _table(item, known=item in known)


def _table(item: Waiver, *, known: bool) -> Grid:
    person = item.person
    here = Cell("of this card", "pass") if known else Cell("no finding of this card", "fail")
    facts = (
        ("Finding", f"{item.sentence} ({item.verdict})"),
        ("Rule", item.rule),
        ("Reason", item.reason),
        ("Who answers for it", item.owner),
        ("Until", moment(item.until)),
        ("Waived by", f"{person.name} ({person.subject} at {person.issuer}), {moment(item.time)}"),
        ("SHA-256 of the finding", Cell(item.finding, code=True)),
        ("It is a finding", here),
    )
    return plain("", ("Fact", "Value"), facts)
