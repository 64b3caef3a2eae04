"""The explanations figures of SHAP values: importance, how the values lie, and importance by group."""

from __future__ import annotations

from rai.explaining.record import GroupImportance, Importance, Spread
from rai.section import Axis, Figure, Point, Series
from rai.theme import number

#: Inputs drawn; the table has all.
DRAWN = 20
#: Groups of one feature drawn together; the table has all.
GROUPS = 6

SIZE = "Mean absolute SHAP value"
LEVELS = {"low": "low values", "middle": "middle values", "high": "high values", "any": "all values"}


def importance_figure(importance: tuple[Importance, ...], unit: str) -> Figure:
    """A bar for each input, largest first."""
    shown = importance[:DRAWN]
    first, last = shown[0], shown[-1]
    points = tuple(
        Point(x=item.name, y=item.found.value, low=item.found.low, high=item.found.high, n=item.found.n)
        for item in shown
    )
    return Figure(
        kind="bars",
        title="How much each input moves the output",
        x=Axis(label="Input", format="text"),
        y=Axis(label=SIZE, unit=unit, low=0),
        series=(Series(name=SIZE, points=points),),
        alt=(
            f"Bars of the mean absolute SHAP value of {len(shown)} of {len(importance)} inputs, from "
            f"{number(first.found.value or 0.0)} for {first.name} to {number(last.found.value or 0.0)} for {last.name}."
        ),
    )


def spread_figure(spread: tuple[Spread, ...], unit: str, output: str) -> Figure:
    """For each input a mark at the median SHAP value of its low, middle and high values, over the middle 90 %."""
    levels = [level for level in LEVELS if any(band.level == level for item in spread for band in item.bands)]
    series = tuple(Series(name=LEVELS[level], points=_spread_points(spread, level)) for level in levels)
    return Figure(
        kind="interval",
        title="Which values move the output up and which down",
        x=Axis(label="Input", format="text"),
        y=Axis(label=f"SHAP value for {output}: median and middle 90 % of rows", unit=unit),
        series=series,
        reference=0.0,
        reference_label="no move",
        alt=(
            f"Median and middle 90 % of the SHAP values of {len(spread)} inputs, apart for their low, middle and high "
            f"values. {' '.join(_way(item) for item in spread[:3])}"
        ).strip(),
        sums=("category",),
    )


def _spread_points(spread: tuple[Spread, ...], level: str) -> tuple[Point, ...]:
    return tuple(
        Point(x=item.name, y=band.middle, low=band.least, high=band.most, n=band.n, note=band.label)
        for item in spread
        for band in item.bands
        if band.level == level
    )


def _way(item: Spread) -> str:
    """Say in a sentence which end of an input moves the output up."""
    ends = {band.level: band.middle for band in item.bands}
    if "low" not in ends or "high" not in ends or ends["low"] == ends["high"]:
        return f"{item.name}: no order from low to high."
    up = "High" if ends["high"] > ends["low"] else "Low"
    return f"{up} values of {item.name} move it up."


def group_figures(
    by_group: tuple[GroupImportance, ...], importance: tuple[Importance, ...], unit: str
) -> tuple[Figure, ...]:
    """For each sensitive feature the top inputs, with a dot for each of the largest groups that have enough rows."""
    features = tuple(dict.fromkeys(item.feature for item in by_group if item.found.value is not None))
    order = {item.name: place for place, item in enumerate(importance)}
    return tuple(
        _group_figure(feature, [item for item in by_group if item.feature == feature], order, unit)
        for feature in features
    )


def _group_figure(feature: str, items: list[GroupImportance], order: dict[str, int], unit: str) -> Figure:
    every = {item.group for item in items}
    sizes = {item.group: item.found.n for item in items if item.found.value is not None}
    groups = sorted(sorted(sizes, key=lambda name: (-sizes[name], name))[:GROUPS])
    items = sorted(items, key=lambda item: order[item.name])
    left = f" Groups in the table only: {len(every) - len(groups)}." if len(every) > len(groups) else ""
    return Figure(
        kind="interval",
        title=f"What moves the output, by {feature}",
        x=Axis(label="Input", format="text"),
        y=Axis(label=SIZE, unit=unit, low=0),
        series=tuple(
            Series(name=group, points=tuple(_group_point(item) for item in items if item.group == group))
            for group in groups
        ),
        alt=f"Mean absolute SHAP values with 95 % intervals by {feature}. {_widest(items)}{left}",
        sums=("category",),
    )


def _group_point(item: GroupImportance) -> Point:
    return Point(x=item.name, y=item.found.value, low=item.found.low, high=item.found.high, n=item.found.n)


def _widest(items: list[GroupImportance]) -> str:
    """Name the input whose size differs most between groups."""
    spread: dict[str, tuple[float, float]] = {}
    for item in items:
        if item.found.value is not None:
            low, high = spread.get(item.name, (item.found.value, item.found.value))
            spread[item.name] = (min(low, item.found.value), max(high, item.found.value))
    name = max(spread, key=lambda each: spread[each][1] - spread[each][0])
    low, high = spread[name]
    return f"The groups differ most in {name}, from {number(low)} to {number(high)}."
