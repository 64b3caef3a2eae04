"""The explanations figures over the values of one input: its SHAP values, and what the model answers."""

from __future__ import annotations

from itertools import pairwise

from rai.explaining.record import Bin, Dependence, Response
from rai.section import Axis, Figure, Format, Point, Series
from rai.theme import number, write


def dependence_figure(item: Dependence, unit: str, output: str) -> Figure | None:
    """A line over the values of a number, or a dot for each category; ``None`` where no bin has enough rows."""
    known = [each for each in item.bins if each.found.value is not None]
    if not known:
        return None
    least, most = (pick(known, key=lambda each: each.found.value or 0.0) for pick in (min, max))
    series = _lines(item, known) if item.numeric else _dots(item)
    split = f" {_split(item)}" if item.other else ""
    return Figure(
        kind="line" if item.numeric else "interval",
        title=f"How {item.name} moves the output",
        x=Axis(label=item.name) if item.numeric else Axis(label=item.name, format="text"),
        y=Axis(label=f"Mean SHAP value for {output}", unit=unit),
        series=series,
        reference=0.0,
        reference_label="no move",
        alt=(
            f"Mean SHAP value with 95 % intervals by {item.name}: lowest {number(least.found.value or 0.0)} at "
            f"{least.label}, highest {number(most.found.value or 0.0)} at {most.label}{_direction(item, known)}.{split}"
        ),
        sums=("series",) if item.numeric else ("series", "category"),
    )


def _split(item: Dependence) -> str:
    return (
        f"The value alone leaves {write(item.left, 'percent')} of the variation open; {item.other} explains "
        f"{write(item.strength, 'percent')} of that."
    )


def _point(each: Bin, x: str | float) -> Point:
    found = each.found
    return Point(x=x, y=found.value, low=found.low, high=found.high, n=found.n, note=found.reason or each.label)


def _along(bins: tuple[Bin, ...] | list[Bin]) -> tuple[Point, ...]:
    return tuple(_point(each, each.at) for each in bins if each.at is not None)


def _lines(item: Dependence, known: list[Bin]) -> tuple[Series, ...]:
    """The line over all rows, those on either side of the other input, and a level one for rows without a value."""
    line = _along(known)
    found = [Series(name="all rows", points=line)]
    found += [Series(name=half.label, points=points) for half in item.halves if (points := _along(half.bins))]
    absent = [each for each in known if each.at is None]
    if absent and len(line) > 1:
        ends = (line[0].x, line[-1].x)
        level = tuple(
            Point(x=end, y=absent[0].found.value, n=absent[0].found.n, note="rows without a value") for end in ends
        )
        found.append(Series(name="value missing", points=level))
    return tuple(found)


def _dots(item: Dependence) -> tuple[Series, ...]:
    found = [Series(name="all rows", points=tuple(_point(each, each.label) for each in item.bins))]
    found += [
        Series(name=half.label, points=tuple(_point(each, each.label) for each in half.bins)) for half in item.halves
    ]
    return tuple(found)


def _direction(item: Dependence, bins: list[Bin]) -> str:
    values = [each.found.value or 0.0 for each in bins if each.at is not None]
    if not item.numeric or len(values) < 3:
        return ""
    rises, falls = (all(after >= before for before, after in pairwise(line)) for line in (values, values[::-1]))
    return ", rising throughout" if rises else ", falling throughout" if falls else ", with turns"


def response_figure(item: Response, output: str) -> Figure:
    """The mean answer at each value, with the middle 80 % of how the rows differ from it."""
    asked = f"predicted {output}" if item.unit == output else f"{item.unit} of {output}"
    format_: Format = "percent" if item.unit in {"probability", "share predicted"} else "number"
    least, most = (pick(item.points, key=lambda point: point.mean) for pick in (min, max))
    points = tuple(
        Point(
            x=point.label if point.at is None else point.at,
            y=point.mean,
            low=point.low,
            high=point.high,
            n=item.n,
            note="" if item.numeric else point.label,
        )
        for point in item.points
    )
    return Figure(
        kind="line" if item.numeric else "interval",
        title=f"What the model answers if only {item.name} changes: mean and middle 80 % of rows",
        x=Axis(label=item.name) if item.numeric else Axis(label=item.name, format="text"),
        y=Axis(label=f"Mean {asked}", format=format_),
        series=(Series(name=f"mean {asked}", points=points),),
        alt=(
            f"Partial dependence on {item.name} over {item.n:,} rows: the mean {asked} goes from "
            f"{write(least.mean, format_)} at {least.label} to {write(most.mean, format_)} at {most.label}."
        ),
    )
