"""The evidence of a card: a chapter for each analysis, with what it found or why it found nothing."""

from __future__ import annotations

from collections.abc import Iterator

from rai.card import EvidenceSection, ModelCard
from rai.section import Section
from rai.theme import Tone
from reports.document import Block, Cell, Chapter, Drawn, Grid, Notes, Notice, Paragraphs
from reports.tables import grid, plain

_STATUS: dict[str, tuple[Tone, str]] = {
    "computed": ("pass", "carried out"),
    "not_applicable": ("none", "not applicable"),
    "failed": ("fail", "failed"),
}


def evidence_chapters(card: ModelCard) -> tuple[Chapter, ...]:
    """A chapter for each analysis, in the order of the card."""
    return tuple(_chapter(found, number) for number, found in enumerate(card.evidence, 1))


def evidence_lines(card: ModelCard) -> Grid:
    """One line for each analysis: its status and its lead."""
    rows = [(found.title, _status(found), _said(found)) for found in card.evidence]
    return plain("The evidence in one line each", ("Analysis", "Status", "In one sentence"), rows)


def _status(found: EvidenceSection) -> Cell:
    tone, word = _STATUS.get(found.status, ("unsure", found.status))
    return Cell(word, tone)


def _said(found: EvidenceSection) -> str:
    if found.section is not None:
        return found.section.lead
    return found.reason or "No reason was recorded."


def _chapter(found: EvidenceSection, number: int) -> Chapter:
    return Chapter(
        key=f"evidence-{number}", kicker=found.title, title=found.question or found.title,
        blocks=tuple(_blocks(found)), fresh=found.section is not None,
    )  # fmt: skip


def _blocks(found: EvidenceSection) -> Iterator[Block]:
    if found.section is None or found.status != "computed":
        tone, word = _STATUS.get(found.status, ("unsure", found.status))
        if found.section is None and found.status == "computed":
            tone, word = "fail", "missing"
        yield Notice(tone, word[:1].upper() + word[1:], found.reason or "No reason was recorded.")
    if found.section is not None:
        yield from section_blocks(found.section)


def section_blocks(section: Section) -> Iterator[Block]:
    """Set a section: lead, warnings, figures, tables, how to read, limitations."""
    yield Paragraphs((section.lead,), "lead")
    for text in section.warnings:
        yield Notice("unsure", "Warning", text, sign="!")
    for figure in section.figures:
        yield Drawn(figure)
    for table in section.tables:
        yield grid(table)
    if section.how_to_read:
        yield Notes("How to read this", section.how_to_read)
    if section.limitations:
        yield Notes("Limitations", section.limitations)
