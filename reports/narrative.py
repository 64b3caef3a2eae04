"""The chapter that people write: its fields by topic, each with its state, its writer and its time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rai.card import ModelCard
from rai.narrative import NO_MITIGATION, PAIRS, NarrativeField, RiskPair, completeness
from reports.document import Block, Chapter, Grid, Heading, Notice, Paragraphs
from reports.moments import moment
from reports.paragraphs import paragraphs
from reports.tables import plain

#: Stand in place of a field that nobody has written: one that the policy asks for, and any other.
UNWRITTEN, UNKNOWN = "Not written yet", "Unknown"


def narrative_chapter(card: ModelCard) -> Chapter:
    """Lay the narrative out; no field is left out, whatever its state."""
    blocks = [block for topic, fields in groupby(card.narrative, _topic) for block in _of_topic(topic, list(fields))]
    whole = f"Of the whole narrative: {completeness(card.narrative)}."
    return Chapter("narrative", "Narrative", "What did people write about it?", (Paragraphs((whole,)), *blocks))


def _topic(field: NarrativeField) -> str:
    return field.topic


def _of_topic(topic: str, fields: list[NarrativeField]) -> Iterator[Block]:
    if topic:
        yield Paragraphs((f"{topic}: {completeness(fields)}",), "lead")
    for field in fields:
        yield Heading(field.heading)
        yield Paragraphs((field.prompt,), "prompt")
        yield from _answer(field)


def _answer(field: NarrativeField) -> Iterator[Block]:
    if field.state == "unknown":
        yield _gap(field)
        return
    if field.state == "not_applicable":
        yield Notice("none", "Not applicable", field.not_applicable)
        if field.required:
            yield _gap(field)
    else:
        yield Paragraphs(paragraphs(field.text))
        yield from risk_grids(field.pairs)
    yield Paragraphs((written_by(field),), "quiet")


def _gap(field: NarrativeField) -> Notice:
    if field.required:
        text = "Nobody has written this; it keeps the version from approval."
        return Notice("unsure", UNWRITTEN, text, sign="!")
    return Notice("none", UNKNOWN, "Nobody has written this; the policy does not ask for it.")


def risk_grids(pairs: Iterable[RiskPair]) -> tuple[Grid, ...]:
    """Set risks with what is done about them as one table; none if there are no pairs."""
    rows = [(pair.risk, pair.mitigation or NO_MITIGATION) for pair in pairs]
    return (plain("", PAIRS, rows),) if rows else ()


def written_by(field: NarrativeField) -> str:
    """Say who wrote a field and when, and the file it was taken from."""
    who = field.author.name if field.author else "an unnamed author"
    line = f"Written by {who}{f', {moment(field.written)}' if field.written else ''}."
    return f"{line} {field.source}".strip()
