"""Figures over two axes: lines with their intervals, points, and the distribution of a number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rai import theme
from rai.section import Figure, Point, Series
from reports.figures.plane import Plane, plane, xs_of
from reports.figures.sheet import COLOURS, DASHES, SMALL, Sheet, Spot, box, dots, stroke, widest, words
from reports.figures.telling import told


def line(figure: Figure) -> tuple[Sheet, ...]:
    """Draw a line for each series, told apart by pattern and by the name at its end."""
    on = plane(figure, names="ends")
    for number, series in enumerate(figure.series):
        known = [point for point in series.points if point.y is not None]
        _intervals(on, known, number)
        places = [
            (on.x.at(x), on.y.at(point.y))
            for x, point in zip(xs_of(on, known), known, strict=True)
            if point.y is not None
        ]
        xs, ys = [x for x, _ in places], [y for _, y in places]
        stroke(on.sheet, xs, ys, colour=_colour(number), thick=1.3, dashes=DASHES[number % len(DASHES)], over=3)
        if len(known) == 1 or (len(known) <= 25 and any(point.n is not None for point in known)):
            dots(on.sheet, xs, ys, colour=_colour(number), number=number)
        _tell(on, figure, series)
    _counts(on, figure)
    return (on.sheet,)


def scatter(figure: Figure) -> tuple[Sheet, ...]:
    """Draw a mark for each point; series have different shapes, named at the right."""
    on = plane(figure, names="list")
    for number, series in enumerate(figure.series):
        known = [point for point in series.points if point.y is not None]
        _intervals(on, known, number)
        xs = [on.x.at(x) for x in xs_of(on, known)]
        ys = [on.y.at(point.y) for point in known if point.y is not None]
        dots(on.sheet, xs, ys, colour=_colour(number), number=number, size=4.5)
        _tell(on, figure, series)
    return (on.sheet,)


def histogram(figure: Figure) -> tuple[Sheet, ...]:
    """Draw a bar from each left edge to the next; several series stand as outlines of different patterns."""
    on = plane(figure, names="list")
    for number, series in enumerate(figure.series):
        if len(figure.series) == 1:
            _bars(on, series)
        else:
            _outline(on, series, number)
        for (left, right, _), point in zip(_edges(on, series), series.points, strict=True):
            on.sheet.spots.append(
                Spot(on.x.at(left), on.y.end, on.x.at(right), on.y.start, told(figure, series, point))
            )
    return (on.sheet,)


def _tell(on: Plane, figure: Figure, series: Series, around: float = 4.5) -> None:
    """Let every point tell its words, from a little around it."""
    known = [point for point in series.points if point.y is not None]
    for x, point in zip(xs_of(on, known), known, strict=True):
        if point.y is not None:
            at, y = on.x.at(x), on.y.at(point.y)
            on.sheet.spots.append(Spot(at - around, y - around, at + around, y + around, told(figure, series, point)))


def _colour(number: int) -> str:
    return COLOURS[number % len(COLOURS)]


def _intervals(on: Plane, points: Sequence[Point], number: int) -> None:
    for x, point in zip(xs_of(on, points), points, strict=True):
        if point.low is not None and point.high is not None:
            at = on.x.at(x)
            stroke(on.sheet, (at, at), (on.y.at(point.low), on.y.at(point.high)), colour=_colour(number), over=2.6)


def _counts(on: Plane, figure: Figure) -> None:
    """Write n above every point of the one series that has it, or from which to which where that would be too tight."""
    counted = [s for s in figure.series if any(point.n is not None for point in s.points)]
    if not counted:
        return
    known = [point for series in counted for point in series.points if point.n is not None]
    texts = [f"{point.n:,}" for point in known]
    places = [on.x.at(x) for x in xs_of(on, known)]
    order = sorted(range(len(places)), key=lambda at: places[at])
    room = widest(texts, SMALL) + 3
    y = on.y.end - 10
    if len(counted) == 1 and all(places[b] - places[a] >= room for a, b in pairwise(order)):
        words(on.sheet, on.x.start - 6, y, "n", size=SMALL, colour=theme.MUTED, align="right")
        for place, text in zip(places, texts, strict=True):
            words(on.sheet, place, y, text, size=SMALL, colour=theme.MUTED, align="center")
        return
    ns = sorted(point.n for point in known if point.n is not None)
    told = f"n {ns[0]:,} to {ns[-1]:,} at each point"
    words(on.sheet, on.x.end, y, told, size=SMALL, colour=theme.MUTED, align="right")


def _edges(on: Plane, series: Series) -> list[tuple[float, float, float]]:
    """Left edge, right edge and height of each bin; the last is as wide as the one before."""
    lefts = xs_of(on, series.points)
    gaps = [after - before for before, after in pairwise(lefts)]
    widths = [*gaps, gaps[-1] if gaps else 1.0]
    return [(left, left + wide, p.y or 0.0) for left, wide, p in zip(lefts, widths, series.points, strict=True)]


def _bars(on: Plane, series: Series) -> None:
    for left, right, height in _edges(on, series):
        box(
            on.sheet, on.x.at(left), on.y.at(height), on.x.at(right), on.y.at(0.0), fill=theme.ACCENT, edge=theme.PAPER
        )  # fmt: skip


def _outline(on: Plane, series: Series, number: int) -> None:
    edges = _edges(on, series)
    xs = [on.x.at(end) for left, right, _ in edges for end in (left, right)]
    ys = [on.y.at(height) for _, _, height in edges for _ in range(2)]
    base = on.y.at(0.0)
    stroke(
        on.sheet, [xs[0], *xs, xs[-1]] if xs else [], [base, *ys, base] if xs else [], colour=_colour(number),
        thick=1.2, dashes=DASHES[number % len(DASHES)], over=3,
    )  # fmt: skip
