"""The waterfall: steps from the base value to the sum, one below the other, each with its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rai import theme
from rai.section import Figure
from reports.figures.rows import Mark, Row, draw_label, pages, row
from reports.figures.scales import Scale, across, around, ends, reference, titled
from reports.figures.sheet import COLOURS, SMALL, WIDTH, Align, Sheet, Spot, box, sheet, stroke, widest, words
from reports.figures.telling import told

_HEAD, _FOOT = 17.0, 38.0
_UP, _DOWN = COLOURS[1], COLOURS[2]


@dataclass(frozen=True)
class _Step:
    """A row with where its step begins and ends."""

    row: Row
    start: float
    end: float


def waterfall(figure: Figure) -> tuple[Sheet, ...]:
    """Draw the steps of every series from the reference on; a step down is hatched, so that it shows without colour."""
    steps = _steps(figure)
    found, done = [], 0
    for rows in pages([step.row for step in steps]):
        found.append(_page(figure, steps, steps[done : done + len(rows)]))
        done += len(rows)
    return tuple(found)


def _steps(figure: Figure) -> list[_Step]:
    found = []
    for number, series in enumerate(figure.series):
        at = figure.reference or 0.0
        for point in series.points:
            name = theme.write(point.x, figure.x.format)
            label = f"{series.name}: {name}" if len(figure.series) > 1 else name
            found.append(_Step(row(label, [Mark(number, point)]), at, at + (point.y or 0.0)))
            at += point.y or 0.0
    return found


def _page(figure: Figure, steps: Sequence[_Step], here: Sequence[_Step]) -> Sheet:
    on = sheet(_HEAD + sum(step.row.tall for step in here) + _FOOT)
    left = max((max(widest(step.row.label), widest(step.row.notes, SMALL)) for step in steps), default=0.0) + 14
    right = WIDTH - widest([_signed(figure, step) for step in steps]) - 14
    known = [figure.reference or 0.0, *(value for step in steps for value in (step.start, step.end))]
    scale, bottom = Scale(*ends(figure.y, known), left, right), on.tall - _FOOT
    across(on, scale, figure.y.format, top=_HEAD, bottom=bottom)
    reference(on, figure, scale, top=_HEAD, bottom=bottom)
    words(
        on,
        (left + right) / 2,
        on.tall - 6,
        titled(figure.y, around((left + right) / 2)),
        size=SMALL,
        colour=theme.MUTED,
        align="center",
    )
    top = _HEAD
    for step in here:
        draw_label(on, step.row, top=top)
        _bar(on, figure, scale, step, top=top)
        mark = step.row.marks[0]
        on.spots.append(Spot(0, top, WIDTH, top + step.row.tall, told(figure, figure.series[mark.series], mark.point)))
        top += step.row.tall
    if here and here[-1] is steps[-1]:
        _sum(on, figure, scale, here[-1].end, top=_HEAD, bottom=bottom)
    return on


def _bar(on: Sheet, figure: Figure, scale: Scale, step: _Step, *, top: float) -> None:
    middle, (left, right) = top + step.row.tall / 2, sorted((scale.at(step.start), scale.at(step.end)))
    rises = step.end >= step.start
    box(
        on, left, middle - 5, right, middle + 5, fill=_UP if rises else _DOWN, edge=theme.INK if not rises else "none",
        hatch="" if rises else "/////",
    )  # fmt: skip
    stroke(on, (scale.at(step.end),) * 2, (middle, middle + step.row.tall / 2), colour=theme.MUTED)
    words(on, WIDTH, middle, _signed(figure, step), align="right")


def _sum(  # noqa: PLR0913 - what is drawn and where
    on: Sheet, figure: Figure, scale: Scale, at: float, *, top: float, bottom: float
) -> None:
    x = scale.at(at)
    stroke(on, (x, x), (top, bottom + 13), colour=theme.ACCENT, thick=0.8, over=2.5)
    share = (x - scale.start) / (scale.end - scale.start)
    align: Align = "left" if share < 0.15 else "right" if share > 0.85 else "center"
    words(on, x, bottom + 18, f"sum {theme.write(at, figure.y.format)}", size=SMALL, colour=theme.ACCENT, align=align)


def _signed(figure: Figure, step: _Step) -> str:
    value = step.row.marks[0].point.y
    text = theme.write(value, figure.y.format)
    return text if value is None or value < 0 or text.startswith("+") else f"+{text}"
