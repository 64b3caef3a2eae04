"""The card on one page for people who decide: verdict, the numbers that matter, what did not pass, what it is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rai.card import ModelCard
from rai.measures import Measure
from rai.narrative import completeness
from rai.statistics.names import name_of
from reports.chapters import document
from reports.document import Block, Cell, Document, Grid, Heading, Notice, Paragraphs
from reports.findings import by_severity, finding_grid, measure_format
from reports.narrative import UNWRITTEN
from reports.numbers import Number, evidence_numbers
from reports.paper import summary_paper
from reports.paragraphs import shortened
from reports.pdf import set_pdf
from reports.tables import INTERVAL

_MOST_FINDINGS = 6
_WHOLE = "… (the card has it whole)"


def render_summary(card: ModelCard) -> bytes:
    """Render the summary as PDF: one page, two at most, whatever the card holds."""
    found = _cover(document(card))
    return set_pdf("summary.typ", summary_paper(found, tuple(_blocks(card))), moment=found.moment)


def _cover(found: Document) -> Document:
    """The document with every text of the cover short enough for one page."""
    points = len(found.verdict.points)
    said = (f"{points} {'point keeps' if points == 1 else 'points keep'} it from being approved.",) if points else ()
    waivers = tuple(shortened(text, 160) for text in found.verdict.waivers[:2])
    if len(found.verdict.waivers) > len(waivers):
        waivers = (*waivers, f"And {len(found.verdict.waivers) - len(waivers)} more waived: see the card.")
    judged = replace(
        found.verdict, sentence=shortened(found.verdict.sentence, 320, _WHOLE), points=said, waivers=waivers
    )
    facts = tuple((name, shortened(value, 150)) for name, value in found.facts if name not in {"Model", "Version"})
    return replace(
        found, model=shortened(found.model, 120), version=shortened(found.version, 60), verdict=judged, facts=facts
    )


def _blocks(card: ModelCard) -> Iterator[Block]:
    yield Heading("The numbers that matter")
    yield _number_grid(leading(card))
    yield from _findings(card)
    for key, heading in (("intended_use", "Intended use"), ("out_of_scope", "Out-of-scope use")):
        yield Heading(heading)
        field = next((field for field in card.narrative if field.key == key), None)
        if field is not None and field.state != "unknown":
            yield Paragraphs((shortened(field.entry.whole, 420, _WHOLE),))
        else:
            yield Notice("unsure", UNWRITTEN, "Nobody has written this.", sign="!")
    yield Paragraphs((f"The narrative of the card: {completeness(card.narrative)}.",), "quiet")


def _findings(card: ModelCard) -> Iterator[Block]:
    bad = by_severity(item for item in card.findings if item.verdict != "pass")
    if not card.findings:
        yield Paragraphs(("No policy has judged this version.",))
    elif not bad:
        yield Paragraphs((f"All {len(card.findings)} findings under the policy '{shortened(card.policy, 60)}' pass.",))
    else:
        shown = [item.model_copy(update={"sentence": shortened(item.sentence, 140)}) for item in bad[:_MOST_FINDINGS]]
        grid = _short(finding_grid(card, "", shown))
        left = f"And {len(bad) - len(shown)} more: see the card." if len(bad) > len(shown) else ""
        yield Heading(f"{len(bad)} of {len(card.findings)} findings did not pass")
        yield replace(grid, note=left)


def _short(grid: Grid) -> Grid:
    rows = tuple(tuple(replace(cell, text=shortened(cell.text, 220)) for cell in row) for row in grid.rows)
    return replace(grid, rows=rows)


def _number_grid(found: tuple[Number, ...]) -> Grid:
    rows = tuple(
        (
            Cell(shortened(item.section, 40)),
            Cell(shortened(f"{item.name}{f' ({item.slice})' if item.slice else ''}", 150)),
            Cell(item.written),
            Cell("" if item.n is None else f"{item.n:,}"),
        )
        for item in found
    )
    return Grid("", ("Analysis", "What", f"Value {INTERVAL}", "n"), (False, False, True, True), rows)


def leading(card: ModelCard, most: int = 5) -> tuple[Number, ...]:
    """The numbers that matter: what the policy judged and what each analysis leads with, one interval and n each.

    Two of performance, then the widest gap between groups, the worst cohort, and the way to another outcome; where
    one of them is not there, the next number of an analysis takes its place.
    """
    by_analysis = {found.analysis: _of(card, found.analysis) for found in card.evidence}
    chosen = [item for key, count in _WANTED for item in by_analysis.get(key, [])[:count]]
    rest = [item for found in by_analysis.values() for item in found if item not in chosen]
    return tuple((chosen + rest)[:most])


#: How many numbers of each analysis, in the order of the page.
_WANTED = (("performance", 2), ("fairness", 1), ("error_analysis", 1), ("counterfactuals", 1))


def _of(card: ModelCard, analysis: str) -> list[Number]:
    """Numbers of one analysis: those the policy judged, worst verdict first, then the ones it leads with.

    A number without an interval that says anything stands behind all others.
    """
    titles = {found.analysis: found.title for found in card.evidence}
    judged = [
        _measured(item.measure, titles[analysis])
        for item in by_severity(card.findings)
        if item.measure and item.measure.analysis == analysis and item.measure.value is not None
    ]
    found = (number for item in card.evidence if item.analysis == analysis for number in evidence_numbers(item))
    known = {item.metric for item in judged}
    sure = [item for item in found if _sure(item) and item.metric not in known]
    return sorted([*judged, *_ordered(analysis, sure)], key=lambda item: not _sure(item))


def _sure(item: Number) -> bool:
    """True if it has an n and an interval that says something."""
    return None not in {item.value, item.low, item.high, item.n} and item.low != item.high


def _ordered(analysis: str, found: list[Number]) -> Iterable[Number]:
    if analysis == "fairness":
        return _widest(found)
    if analysis == "error_analysis":
        return sorted(found, key=lambda item: ("Verdict", "confirmed") not in item.parts)
    return found


def _widest(found: list[Number]) -> list[Number]:
    """The first difference of each table, widest first: the analysis names the metric that leads in its first row."""
    first: dict[str, Number] = {}
    for item in found:
        if "difference" in item.name.lower():
            first.setdefault(item.table, item)
    gaps = [item for item in first.values() if item.format == "points"] or list(first.values())
    return sorted(gaps, key=lambda item: -abs(item.value or 0.0))


def _measured(measure: Measure, section: str) -> Number:
    whole = measure.aggregate in {"", "overall"}
    feature = " and ".join(measure.feature)
    parts = ((feature, ", ".join(measure.group)),) if measure.group else (("Groups of", feature),)
    return Number(
        analysis=measure.analysis, section=section, table="", metric=name_of(measure.metric).label,
        column="" if whole else measure.aggregate, parts=parts if feature else (), value=measure.value,
        low=measure.low, high=measure.high, n=measure.n, format=measure_format(measure), remark="",
    )  # fmt: skip
