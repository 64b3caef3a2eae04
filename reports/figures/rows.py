"""Figures with a row for each category: a dot on its interval or a bar, with the value and n written at the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rai import theme
from rai.section import Figure, Point
from reports.drawable import drawable, width, wrap
from reports.figures.scales import Scale, across, around, ends, numbers, reference, titled
from reports.figures.sheet import (
    COLOURS,
    SMALL,
    TALLEST,
    TEXT,
    WIDTH,
    Sheet,
    Spot,
    box,
    dots,
    sheet,
    stroke,
    widest,
    words,
)
from reports.figures.telling import told

_LINE, _MARK, _GAP = 9.6, 12.0, 5.0
_HEAD, _FOOT = 17.0, 28.0
#: A note of no more letters stands beside the name of its series.
_SHORT = 18

#: Stands in place of a value that is absent.
NO_VALUE = "no value"


@dataclass(frozen=True)
class Mark:
    """One mark, the series it belongs to, and what is written before it where there are several."""

    series: int
    point: Point
    name: str = ""


@dataclass(frozen=True)
class Row:
    """One category: its label and notes in lines, and its marks one below the other."""

    label: tuple[str, ...]
    notes: tuple[str, ...]
    marks: tuple[Mark, ...]

    @property
    def tall(self) -> float:
        """Height in points."""
        return max(_LINE * (len(self.label) + len(self.notes)), _MARK * len(self.marks)) + _GAP


@dataclass(frozen=True)
class _Columns:
    """Where the columns of the figure end, in points: labels, names of series, the plot, values; then n."""

    label: float
    series: float
    plot: float
    value: float


def interval(figure: Figure) -> tuple[Sheet, ...]:
    """A dot on its interval for each category."""
    return tuple(_page(figure, rows, bar=False) for rows in pages(_rows(figure)))


def bars(figure: Figure) -> tuple[Sheet, ...]:
    """A bar for each category, from zero, with its interval where there is one."""
    return tuple(_page(figure, rows, bar=True) for rows in pages(_rows(figure)))


def pages(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Share rows out among sheets that fit on a page; one sheet even if there are none."""
    found: list[Row] = []
    tall = _HEAD + _FOOT
    for row in rows:
        if found and tall + row.tall > TALLEST:
            yield found
            found, tall = [], _HEAD + _FOOT
        found.append(row)
        tall += row.tall
    yield found


def _rows(figure: Figure) -> list[Row]:
    by_name: dict[str, list[Mark]] = {}
    for number, series in enumerate(figure.series):
        for point in series.points:
            by_name.setdefault(theme.write(point.x, figure.x.format), []).append(_named(figure, number, point))
    return [row(name, marks) for name, marks in by_name.items()]


def _named(figure: Figure, number: int, point: Point) -> Mark:
    """Name a mark by its series, with its note where that is short."""
    if len(figure.series) < 2:
        return Mark(number, point)
    name = figure.series[number].name
    short = point.y is not None and 0 < len(point.note) <= _SHORT and point.note not in {name, str(point.x)}
    return Mark(number, point, f"{name} ({point.note})" if short else name)


def row(name: str, marks: Sequence[Mark], room: float = 0.34 * WIDTH) -> Row:
    """Lay out one row; long names are wrapped and then abbreviated, notes stand below in small letters.

    The note of a mark without a value stands where the mark would be.
    """
    told = dict.fromkeys(mark.point.note for mark in marks if mark.point.y is not None)
    beside = {
        name,
        *(mark.name for mark in marks),
        *(mark.point.note for mark in marks if mark.name.endswith(f"({mark.point.note})")),
    }
    notes = tuple(
        line
        for note in told
        if note and note not in beside
        for line in wrap(drawable(note), 0.75 * room, SMALL, most=2)
    )
    return Row(wrap(drawable(name), room, TEXT), notes, tuple(marks))


def _short(name: str) -> str:
    return wrap(drawable(name), 116, SMALL, most=1)[0]


def _value(figure: Figure, mark: Mark) -> str:
    point = mark.point
    return theme.interval(point.y, point.low, point.high, figure.y.format) if point.y is not None else NO_VALUE


def _columns(figure: Figure, rows: Sequence[Row]) -> _Columns:
    """Give every column the room its widest text needs and the rest to the plot."""
    label = max((max(widest(row.label), widest(row.notes, SMALL)) for row in rows), default=0) + 8
    names = [_short(mark.name) for row in rows for mark in row.marks]
    counts = ["n", *(f"{mark.point.n:,}" for row in rows for mark in row.marks if mark.point.n is not None)]
    n = widest(counts) + 10 if len(counts) > 1 else 0
    value = widest([_value(figure, mark) for row in rows for mark in row.marks]) + 10
    series = label + (widest(names, SMALL) + 8 if any(names) else 0)
    return _Columns(label, series, WIDTH - n - value, WIDTH - n)


def _page(figure: Figure, rows: Sequence[Row], *, bar: bool) -> Sheet:
    on = sheet(_HEAD + sum(row.tall for row in rows) + _FOOT)
    at = _columns(figure, _rows(figure))
    known = [*numbers(point for series in figure.series for point in series.points), *_anchors(figure, bar=bar)]
    scale = Scale(*ends(figure.y, known), at.series + 6, at.plot - 6)
    bottom = on.tall - _FOOT
    across(on, scale, figure.y.format, top=_HEAD, bottom=bottom)
    reference(on, figure, scale, top=_HEAD, bottom=bottom)
    words(
        on,
        (scale.start + scale.end) / 2,
        on.tall - 6,
        titled(figure.y, around((scale.start + scale.end) / 2)),
        size=SMALL,
        colour=theme.MUTED,
        align="center",
    )
    _heads(on, at, rows)
    top = _HEAD
    for row in rows:
        draw_label(on, row, top=top)
        for number, mark in enumerate(row.marks):
            middle = top + (row.tall - _GAP) * (number + 0.5) / len(row.marks) + _GAP / 2
            _mark(on, scale, mark, middle, bar=bar)
            _beside(on, figure, at, mark, y=middle)
            on.spots.append(
                Spot(0, middle - 6, WIDTH, middle + 6, told(figure, figure.series[mark.series], mark.point))
            )
        top += row.tall
    return on


def _anchors(figure: Figure, *, bar: bool) -> list[float]:
    return [value for value in (figure.reference, 0.0 if bar else None) if value is not None]


def _heads(on: Sheet, at: _Columns, rows: Sequence[Row]) -> None:
    """Write what stands in the columns at the right."""
    with_interval = any(mark.point.low is not None for row in rows for mark in row.marks)
    words(
        on, at.value, _HEAD - 6, "value (low to high)" if with_interval else "value", size=SMALL, colour=theme.MUTED,
        align="right",
    )  # fmt: skip
    if at.value < WIDTH:
        words(on, WIDTH, _HEAD - 6, "n", size=SMALL, colour=theme.MUTED, align="right")


def draw_label(on: Sheet, row: Row, *, top: float) -> None:
    """Write the label of a row and its notes, in the middle of its height."""
    y = top + row.tall / 2 - _LINE * (len(row.label) + len(row.notes) - 1) / 2
    for line in row.label:
        words(on, 0, y, line)
        y += _LINE
    for line in row.notes:
        words(on, 0, y, line, size=SMALL, colour=theme.MUTED)
        y += _LINE


def _beside(on: Sheet, figure: Figure, at: _Columns, mark: Mark, *, y: float) -> None:
    """Write the name of the series at the left of a mark, its value and n at the right."""
    if mark.name:
        words(on, at.label, y, _short(mark.name), size=SMALL, colour=theme.MUTED)
    if mark.point.y is None:
        words(on, at.value, y, NO_VALUE, size=SMALL, colour=theme.MUTED, align="right")
        reason = wrap(drawable(mark.point.note), at.plot - at.series - 12, SMALL, most=1)[0]
        box(on, at.series + 4, y - 5, at.series + 8 + width(reason, SMALL), y + 5, fill=theme.PAPER, over=2.8)
        words(on, at.series + 6, y, reason, size=SMALL, colour=theme.MUTED)
    else:
        words(on, at.value, y, _value(figure, mark), align="right")
    if mark.point.n is not None:
        words(on, WIDTH, y, f"{mark.point.n:,}", colour=theme.MUTED, align="right")


def _mark(on: Sheet, scale: Scale, mark: Mark, y: float, *, bar: bool) -> None:
    point, colour = mark.point, COLOURS[mark.series % len(COLOURS)]
    if point.y is not None and bar:
        zero, end = sorted((scale.at(0.0), scale.at(point.y)))
        box(on, zero, y - 4, end, y + 4, fill=colour)
    if point.low is not None and point.high is not None:
        stroke(
            on,
            (scale.at(point.low), scale.at(point.high)),
            (y, y),
            colour=theme.INK if bar else colour,
            thick=1.6,
            over=3,
        )
    if point.y is not None and not bar:
        dots(on, [scale.at(point.y)], [y], colour=colour, number=mark.series, size=6)
