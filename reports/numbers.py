"""Every number of a card's evidence as a record of its own, for forms that have metrics instead of tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rai import theme
from rai.card import EvidenceSection, ModelCard
from rai.section import Column, Figure, Format, Series, Table
from reports.tables import interval_at

#: Columns that name the metric of a row, and those that say something about it.
_METRIC, REMARKS = ("Metric", "Measure", "What"), ("Note", "What it says", "As a filter", "Reading", "Reason")
#: Headings that say nothing without the metric of the row or the title of the table.
_PLAIN = ("Value", "Share", "Mean", "Rate", "Answer")
_COUNTERS = ("No.", "Rank")


@dataclass(frozen=True)
class Number:
    """One number with what it is about.

    Attributes
    ----------
    analysis, section
        Key and title of the analysis.
    table
        Title of the table or figure it stands in; ``drawn`` if that is a figure.
    metric
        What was measured, in the words of the table.
    column
        Its column, where that says more than the metric.
    parts
        Which rows it is about, as pairs of heading and cell; empty if it is about all rows.
    value, low, high, n
        The number, its interval, and the rows it rests on.
    format
        How it is written.
    remark
        What the table says about it.
    """

    analysis: str
    section: str
    table: str
    metric: str
    column: str
    parts: tuple[tuple[str, str], ...]
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    format: Format
    remark: str
    drawn: bool = False

    @property
    def slice(self) -> str:
        """The parts in one line, with the title of the table where that says which feature is meant."""
        if not self.parts:
            return ""
        words = "; ".join(f"{head}: {cell}" for head, cell in self.parts)
        return (
            words if not self.table or any(head in self.table for head, _ in self.parts) else f"{self.table}; {words}"
        )

    @property
    def name(self) -> str:
        """Metric and column in one line."""
        return f"{self.metric}, {_lower(self.column)}" if self.column else self.metric

    @property
    def written(self) -> str:
        """The value with its interval as people read it."""
        return theme.interval(self.value, self.low, self.high, self.format)


def numbers(card: ModelCard, *, figures: bool = False) -> tuple[Number, ...]:
    """Every number of the tables of a card, and of its figures where asked for; in the order of reading."""
    return tuple(item for found in card.evidence for item in evidence_numbers(found, figures=figures))


def evidence_numbers(found: EvidenceSection, *, figures: bool = False) -> Iterator[Number]:
    """Every number of one analysis."""
    if found.section is None:
        return
    for table in found.section.tables:
        yield from table_numbers(found, table)
    for figure in found.section.figures if figures else ():
        yield from figure_numbers(found, figure)


def table_numbers(found: EvidenceSection, table: Table) -> Iterator[Number]:
    """The numbers of a table, row by row; a value takes its interval and its n along."""
    at, places = 0, list[tuple[int, bool]]()
    while at < len(table.columns):
        whole = interval_at(table.columns, at)
        if not _is_label(table.columns[at], at):
            places.append((at, whole))
        at += 3 if whole else 1
    for row in table.rows:
        for place, whole in places:
            yield _number(found, table, row, place, whole=whole)


def figure_numbers(found: EvidenceSection, figure: Figure) -> Iterator[Number]:
    """The numbers of a figure, mark by mark."""
    about = {"analysis": found.analysis, "section": found.title, "table": figure.title, "metric": figure.y.label}
    for node in figure.nodes:
        parts = (("Node", node.label),)
        yield Number(
            **about, column="", parts=parts, value=node.value, low=None, high=None, n=node.n, format=figure.y.format,
            remark=node.note, drawn=True,
        )  # fmt: skip
    for series in figure.series:
        for point in series.points:
            yield Number(
                **about, column="", parts=_point_parts(figure, series, point.x), value=point.y, low=point.low,
                high=point.high, n=point.n, format=figure.y.format, remark=point.note, drawn=True,
            )  # fmt: skip


def _point_parts(figure: Figure, series: Series, x: str | float) -> tuple[tuple[str, str], ...]:
    place = (figure.x.label, theme.write(x, figure.x.format))
    return (("Series", series.name), place) if len(figure.series) > 1 or figure.kind == "heatmap" else (place,)


def _is_label(column: Column, place: int) -> bool:
    """True for what names a row, remarks on it, or counts the rows a value rests on."""
    counts = column.format == "integer" and (column.name == "n" or column.name.startswith("n "))
    return column.format == "text" or counts or (place == 0 and column.name in _COUNTERS)


def _number(found: EvidenceSection, table: Table, row: tuple[object, ...], place: int, *, whole: bool) -> Number:
    column, labels = table.columns[place], _labels(table, row)
    metric = next((cell for head, cell in labels if head in _METRIC), "")
    said = column.name not in _PLAIN
    value, low, high = (*map(_float, row[place : place + 3]),) if whole else (_float(row[place]), None, None)
    return Number(
        analysis=found.analysis,
        section=found.title,
        table=table.title,
        metric=metric or (column.name if said else table.title),
        column=column.name if metric and said else "",
        parts=tuple(pair for pair in labels if pair[0] not in _METRIC and pair[0] not in REMARKS),
        value=value,
        low=low,
        high=high,
        n=_n(table, row, column.name),
        format=column.format,
        remark="; ".join(cell for head, cell in labels if head in REMARKS),
    )


def _labels(table: Table, row: tuple[object, ...]) -> list[tuple[str, str]]:
    """Heading and cell of what names the row; an empty cell says nothing."""
    return [
        (column.name, str(cell))
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True))
        if (column.format == "text" or (place == 0 and column.name in _COUNTERS)) and cell not in {None, ""}
    ]


def _n(table: Table, row: tuple[object, ...], name: str) -> int | None:
    """Rows a value rests on: of its own kind (``n held out`` for ``Error rate, held out``) or of the row."""
    own = f"n {name.rpartition(', ')[2]}" if ", " in name else ""
    heads = [column.name for column in table.columns]
    place = next((heads.index(head) for head in (own, "n") if head in heads), None)
    cell = None if place is None else row[place]
    return cell if isinstance(cell, int) else None


def _float(cell: object) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
