"""Findings as tables: what must pass and what must be answered, those that keep the gate closed first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rai.card import ModelCard
from rai.measures import Measure
from rai.policy import Finding
from rai.section import Format
from rai.statistics.names import value_format
from rai.theme import DASH, interval, write
from reports.document import Block, Cell, Grid, Heading, Paragraphs
from reports.moments import moment
from reports.tables import INTERVAL
from reports.verdict import TONES
from reports.waivers import waiver_of

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
            yield finding_grid(card, title, by_severity(chosen))


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """Findings with the worst verdicts first."""
    return sorted(findings, key=lambda item: _ORDER.index(item.verdict))


def finding_grid(card: ModelCard, title: str, findings: Iterable[Finding]) -> Grid:
    """A table of findings."""
    return Grid(title, _HEADS, (False, False, True, True, True), tuple(_row(card, item) for item in findings))


def _row(card: ModelCard, finding: Finding) -> tuple[Cell, ...]:
    measure, waiver = finding.measure, waiver_of(card, finding)
    waived = f" Waived until {moment(waiver.until)}." if waiver else ""
    return (
        Cell(finding.verdict, TONES[finding.verdict]),
        Cell(f"{_asked(finding)}{waived}"),
        Cell(_found(finding)),
        Cell(write(finding.threshold, measure_format(measure) if measure else "number").removeprefix("+")),
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
    return interval(measure.value, measure.low, measure.high, measure_format(measure))


def measure_format(measure: Measure) -> Format:
    """How the values of a measure are written."""
    return value_format(measure.metric, measure.aggregate)
