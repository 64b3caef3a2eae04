"""The plane of a figure with two axes: scales, grid, reference, and the names of series at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rai import theme
from rai.section import Figure, Point
from reports.drawable import drawable, width, wrap
from reports.figures.scales import Scale, ends, numbers, one_line, reference, tick, titled
from reports.figures.sheet import COLOURS, DASHES, SMALL, WIDTH, Sheet, dots, sheet, stroke, widest, words

_HEAD, _TALL, _FOOT, _NAMES, _LINE = 34.0, 165.0, 30.0, 118.0, 9.6


@dataclass(frozen=True)
class Plane:
    """A sheet with two scales; ``categories`` are the places along x where these are words."""

    sheet: Sheet
    x: Scale
    y: Scale
    categories: tuple[str, ...]


def plane(figure: Figure, *, names: Literal["ends", "list"]) -> Plane:
    """Lay out axes, grid, reference and names.

    Parameters
    ----------
    names
        ``ends``: the name of each series at the end of its line. ``list``: one below the other with a sample.
    """
    points = [point for series in figure.series for point in series.points]
    labelled = len(figure.series) > 1
    labels = [wrap(drawable(series.name), _NAMES - 28, SMALL, most=2) for series in figure.series] if labelled else []
    categories = _categories(figure, points)
    y_ends = ends(figure.y, [*numbers(points), *_anchors(figure)])
    left = _y_room(figure, y_ends)
    right = WIDTH - (_NAMES if labelled else 12)
    foot = _FOOT + (_turned(categories, (right - left) / max(len(categories), 1)))
    tall = max(_TALL, sum(len(label) for label in labels) * _LINE + 3 * len(labels))
    on = sheet(_HEAD + tall + foot)
    x = Scale(*_x_ends(figure, points, categories), left, right)
    y = Scale(*y_ends, _HEAD + tall, _HEAD)
    found = Plane(on, x, y, categories)
    _grid(found, figure, foot)
    _reference(found, figure)
    _names(found, figure, labels, names=names)
    return found


def xs_of(on: Plane, points: Sequence[Point]) -> list[float]:
    """Numbers along x: as they are, or the places of words."""
    if on.categories:
        return [float(on.categories.index(str(point.x))) for point in points]
    return [float(point.x) for point in points]


def _categories(figure: Figure, points: Sequence[Point]) -> tuple[str, ...]:
    if figure.kind != "histogram" and all(isinstance(point.x, float | int) for point in points):
        return ()
    if figure.kind == "histogram" and all(_number(point.x) for point in points):
        return ()
    return tuple(dict.fromkeys(str(point.x) for point in points))


def _number(value: str | float) -> bool:
    try:
        return abs(float(value)) < float("inf")
    except ValueError:
        return False


def _anchors(figure: Figure) -> list[float]:
    level = figure.reference if figure.kind != "histogram" else 0.0
    return [] if level is None else [level]


def _x_ends(figure: Figure, points: Sequence[Point], categories: Sequence[str]) -> tuple[float, float]:
    if categories:
        return (-0.5, len(categories) - 0.5 + (figure.kind == "histogram"))
    known = [float(point.x) for point in points]
    if figure.kind == "histogram":
        known += [figure.reference] if figure.reference is not None else []
        edges = sorted({float(point.x) for point in points})
        known += [edges[-1] + (edges[-1] - edges[-2] if len(edges) > 1 else 1.0)] if edges else []
    return ends(figure.x, known, room=0.02)


def _y_room(figure: Figure, y_ends: tuple[float, float]) -> float:
    ticks = [tick(value, figure.y.format) for value in Scale(*y_ends, 0, 1).ticks(figure.y.format)]
    return widest(ticks, SMALL) + 12


def _turned(categories: Sequence[str], each: float) -> float:
    """Extra room below for words that have to be turned because they are wider than their place."""
    if not categories or widest(categories, SMALL) <= each - 4:
        return 0.0
    return min(widest(categories, SMALL), 90.0)


def _grid(on: Plane, figure: Figure, foot: float) -> None:
    for value in on.y.ticks(figure.y.format):
        y = on.y.at(value)
        stroke(on.sheet, (on.x.start, on.x.end), (y, y), dashes=(1, 2), over=1)
        words(on.sheet, on.x.start - 5, y, tick(value, figure.y.format), size=SMALL, colour=theme.MUTED, align="right")
    stroke(on.sheet, (on.x.start, on.x.end), (on.y.start, on.y.start), colour=theme.MUTED)
    if on.categories:
        _category_names(on, turned=foot > _FOOT)
    else:
        for value in on.x.ticks(figure.x.format, most=8):
            x = on.x.at(value)
            stroke(on.sheet, (x, x), (on.y.start, on.y.start + 3), colour=theme.MUTED)
            words(
                on.sheet,
                x,
                on.y.start + 9,
                tick(value, figure.x.format),
                size=SMALL,
                colour=theme.MUTED,
                align="center",
            )
    words(on.sheet, 0, 7, titled(figure.y, on.x.end), size=SMALL, colour=theme.MUTED)
    middle, label = (on.x.start + on.x.end) / 2, titled(figure.x, on.x.end - on.x.start)
    words(on.sheet, middle, on.sheet.tall - 7, label, size=SMALL, colour=theme.MUTED, align="center")


def _category_names(on: Plane, *, turned: bool) -> None:
    for number, name in enumerate(on.categories):
        x = on.x.at(number)
        if not turned:
            words(on.sheet, x, on.y.start + 9, name, size=SMALL, colour=theme.MUTED, align="center")
            continue
        short = wrap(drawable(name), 90, SMALL, most=1)[0]
        words(on.sheet, x, on.y.start + 5 + width(short, SMALL), short, size=SMALL, colour=theme.MUTED, upright=True)


def _reference(on: Plane, figure: Figure) -> None:
    if figure.kind == "histogram":
        reference(on.sheet, figure, on.x, top=on.y.end, bottom=on.y.start)
        return
    if figure.reference is None or not on.y.low <= figure.reference <= on.y.high:
        return
    y = on.y.at(figure.reference)
    stroke(on.sheet, (on.x.start, on.x.end), (y, y), colour=theme.MUTED, thick=0.8, dashes=(3, 2), over=2.5)
    above = y - 5 if y - on.y.end > 12 else y + 6
    words(
        on.sheet,
        on.x.end,
        above,
        one_line(figure.reference_label, 0.5 * (on.x.end - on.x.start)),
        size=SMALL,
        colour=theme.MUTED,
        align="right",
    )


def _names(on: Plane, figure: Figure, labels: Sequence[Sequence[str]], *, names: Literal["ends", "list"]) -> None:
    if not labels:
        return
    wanted = [_end(on, figure, number) if names == "ends" else on.y.end + 6 for number in range(len(labels))]
    heights = [_LINE * len(label) + 3 for label in labels]
    for number, y in enumerate(_apart(wanted, heights, on.y.end, on.y.start)):
        colour, left = COLOURS[number % len(COLOURS)], on.x.end + 6
        if names == "ends":
            stroke(on.sheet, (left - 4, left + 8), (wanted[number], y), colour=theme.RULE)
        _sample(on, figure, number, left + 10, y)
        for at, text in enumerate(labels[number]):
            words(
                on.sheet,
                left + 26,
                y + _LINE * (at - (len(labels[number]) - 1) / 2),
                text,
                size=SMALL,
                colour=_dark(colour),
            )


def _dark(colour: str) -> str:
    """Letters of light colours cannot be read on paper; the sample beside them keeps the colour."""
    return colour if colour in {theme.ACCENT, theme.GROUPS[0], theme.GROUPS[-1]} else theme.INK


def _sample(on: Plane, figure: Figure, number: int, x: float, y: float) -> None:
    colour = COLOURS[number % len(COLOURS)]
    if figure.kind == "scatter":
        dots(on.sheet, [x + 6], [y], colour=colour, number=number)
    else:
        stroke(on.sheet, (x, x + 13), (y, y), colour=colour, thick=1.3, dashes=DASHES[number % len(DASHES)], over=3)


def _end(on: Plane, figure: Figure, number: int) -> float:
    last = [point.y for point in figure.series[number].points if point.y is not None]
    return on.y.at(last[-1]) if last else on.y.start


def _apart(wanted: Sequence[float], heights: Sequence[float], top: float, bottom: float) -> list[float]:
    """Move labels so that none covers another, keeping their order and staying between top and bottom."""
    order = sorted(range(len(wanted)), key=lambda at: wanted[at])
    found = list(wanted)
    edge = top - 4
    for at in order:
        found[at] = max(wanted[at], edge + heights[at] / 2)
        edge = found[at] + heights[at] / 2
    edge = bottom + 6
    for at in reversed(order):
        found[at] = min(found[at], edge - heights[at] / 2)
        edge = found[at] - heights[at] / 2
    return found
