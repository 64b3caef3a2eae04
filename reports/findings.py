"""Findings as tables: what must pass and what must be answered, those that keep the gate closed first."""

from __future__ import annotations

from collections.abc import Iterator

from rai.card import ModelCard
from rai.measures import Measure
from rai.policy import Finding
from rai.section import Format
from rai.statistics.names import gap_format, name_of
from rai.theme import DASH, interval, write
from reports.document import Block, Cell, Grid, Heading, Paragraphs
from reports.tables import INTERVAL
from reports.verdict import TONES

_ORDER = ("fail", "not evaluated", "not enough evidence", "pass")
_HEADS = ("Verdict", "What is asked", f"Found {INTERVAL}", "Bound", "n")


def finding_blocks(card: ModelCard) -> Iterator[Block]:
    """Say how many findings there are of each kind, then list them by severity."""
    if not card.findings:
        yield Paragraphs(("No policy has judged this version.",))
        return
    counts = [(verdict, sum(item.verdict == verdict for item in card.findings)) for verdict in _ORDER]
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts if count)
    yield Heading("Findings")
    yield Paragraphs((f"{len(card.findings)} findings under the policy '{card.policy}': {told}.",))
    for severity, title in (("block", "What must pass"), ("warn", "What must be answered in the rationale")):
        chosen = [item for item in card.findings if item.severity == severity]
        if chosen:
            yield _grid(title, sorted(chosen, key=lambda item: _ORDER.index(item.verdict)))


def _grid(title: str, findings: list[Finding]) -> Grid:
    return Grid(title, _HEADS, (False, False, True, True, True), tuple(_row(item) for item in findings))


def _row(finding: Finding) -> tuple[Cell, ...]:
    measure = finding.measure
    return (
        Cell(finding.verdict, TONES[finding.verdict]),
        Cell(_asked(finding)),
        Cell(_found(finding)),
        Cell(write(finding.threshold, _format(measure) if measure else "number").removeprefix("+")),
        Cell(DASH if measure is None else write(measure.n, "integer")),
    )


def _asked(finding: Finding) -> str:
    measure = finding.measure
    if measure is None or not measure.feature:
        return finding.sentence
    about = " and ".join(measure.feature)
    return (
        f"{finding.sentence} ({about}: {', '.join(measure.group)})"
        if measure.group
        else f"{finding.sentence} ({about})"
    )


def _found(finding: Finding) -> str:
    measure = finding.measure
    if measure is None:
        return DASH
    if measure.value is None:
        return measure.reason or DASH
    return interval(measure.value, measure.low, measure.high, _format(measure))


def _format(measure: Measure) -> Format:
    form = name_of(measure.metric).format
    if measure.aggregate == "ratio":
        return "number"
    return gap_format(form) if measure.aggregate == "difference" else form
