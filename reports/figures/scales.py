"""Scales: from numbers to places on the paper, their ends, and ticks written like the numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from rai import theme
from rai.section import Axis, Figure, Format, Point
from reports.drawable import drawable, wrap
from reports.figures.sheet import SMALL, WIDTH, Align, Sheet, stroke, words


@dataclass(frozen=True)
class Scale:
    """Numbers from ``low`` to ``high`` on the way from ``start`` to ``end``, in points of paper."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Place of a number; one beyond an end stands at the end."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, form: Format, most: int = 6) -> list[float]:
        """Round numbers within the ends."""
        found = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10], integer=form == "integer")
        slack = 1e-9 * (self.high - self.low)
        return [float(v) for v in found.tick_values(self.low, self.high) if self.low - slack <= v <= self.high + slack]


def ends(axis: Axis, values: Iterable[float], *, room: float = 0.05) -> tuple[float, float]:
    """Ends of an axis: those that have a meaning, otherwise around the values.

    Parameters
    ----------
    room
        Share of the range that is left free at an end without a meaning.
    """
    known = list(values)
    low = axis.low if axis.low is not None else min(known, default=0.0)
    high = axis.high if axis.high is not None else max(known, default=1.0)
    if high <= low:
        low, high = (low - 0.5, low + 0.5) if axis.low is None else (low, low + 1)
    spare = room * (high - low)
    return (low if axis.low is not None else low - spare, high if axis.high is not None else high + spare)


def numbers(points: Iterable[Point]) -> list[float]:
    """Every number of some points: values and ends of intervals."""
    return [value for point in points for value in (point.y, point.low, point.high) if value is not None]


def tick(value: float, form: Format) -> str:
    """Write the number of a tick as shortly as its format allows."""
    value = 0.0 if abs(value) < 1e-12 else value
    if form == "percent":
        return f"{round(100 * value, 6):,g} %"
    if form == "points":
        return f"{round(100 * value, 6):+,g} pp"
    if form == "integer":
        return f"{value:,.0f}"
    return f"{value:,.0f}" if abs(value) >= 1000 and value == round(value) else f"{value:.6g}"


def titled(axis: Axis, room: float) -> str:
    """What an axis measures, with its unit, in one line of so many points."""
    text = f"{axis.label} ({axis.unit})" if axis.unit else axis.label
    return one_line(text, room)


def around(middle: float) -> float:
    """Room for words centred at this place of the sheet."""
    return 2 * min(middle, WIDTH - middle)


def one_line(text: str, room: float) -> str:
    """Small text in one line of so many points, abbreviated if it is longer."""
    return wrap(drawable(text), room, SMALL, most=1)[0]


def across(on: Sheet, scale: Scale, form: Format, *, top: float, bottom: float) -> None:
    """Draw upright grid lines with their numbers below."""
    for value in scale.ticks(form):
        at = scale.at(value)
        stroke(on, (at, at), (top, bottom), dashes=(1, 2), over=1)
        words(on, at, bottom + 8, tick(value, form), size=SMALL, colour=theme.MUTED, align="center")


def reference(on: Sheet, figure: Figure, scale: Scale, *, top: float, bottom: float) -> None:
    """Draw the upright line of the reference with its label above, kept inside the scale."""
    if figure.reference is None or not scale.low <= figure.reference <= scale.high:
        return
    at = scale.at(figure.reference)
    stroke(on, (at, at), (top, bottom), colour=theme.MUTED, thick=0.8, dashes=(3, 2), over=2.5)
    share = (at - scale.start) / (scale.end - scale.start)
    align: Align = "left" if share < 0.25 else "right" if share > 0.75 else "center"
    label = one_line(figure.reference_label, 0.5 * (scale.end - scale.start))
    words(on, at, top - 6, label, size=SMALL, colour=theme.MUTED, align=align)
