"""The counterfactuals figures: flip rate by feature, ways by group, and the inputs changed most."""

from __future__ import annotations

from rai.fairness.record import MetricByGroup
from rai.recourse.record import Changed, Flip, GroupRecourse
from rai.section import Axis, Figure, Format, Point, Series
from rai.statistics.estimates import Estimate
from rai.theme import write

#: Inputs drawn; the table holds them all.
DRAWN = 15


def flip_figures(flips: tuple[Flip, ...]) -> tuple[Figure, ...]:
    """The flip rate of every sensitive feature, largest first."""
    measured = sorted((flip for flip in flips if flip.found.value is not None), key=lambda flip: -_value(flip.found))
    if not measured:
        return ()
    points = tuple(
        _point(flip.feature, flip.found, note="" if flip.taken else "the model does not take it") for flip in measured
    )
    first = measured[0]
    return (
        Figure(
            kind="interval",
            title="Flip rate by sensitive feature",
            x=Axis(label="Sensitive feature", format="text"),
            y=Axis(label="Flip rate", unit="share of rows", format="percent", low=0),
            series=(Series(name="Flip rate", points=points),),
            alt=(
                f"Dots with 95 % intervals of the flip rate of {len(measured)} sensitive features; the largest is "
                f"{write(first.found.value, 'percent')} for {first.feature}."
            ),
        ),
    )


def group_figures(groups: tuple[GroupRecourse, ...], without: Estimate, cost: Estimate) -> tuple[Figure, ...]:
    """Share without a way and mean distance, by the groups of each feature that has groups to compare."""
    found = []
    for item in groups:
        found += _group_figure(
            item, item.without, ("Share without a way", "percent", "share of rows examined"), without
        )
        found += _group_figure(item, item.cost, ("Distance to the outcome", "number", "mean Gower distance"), cost)
    return tuple(found)


def _group_figure(
    item: GroupRecourse, metric: MetricByGroup | None, words: tuple[str, Format, str], everyone: Estimate
) -> list[Figure]:
    if metric is None or all(found.value is None for found in metric.by_group):
        return []
    label, form, unit = words
    pairs = sorted(
        zip(item.groups, metric.by_group, strict=True),
        key=lambda pair: (pair[1].value is None, -_value(pair[1]), pair[0]),
    )
    whole = write(everyone.value, form)
    known = [(name, found) for name, found in pairs if found.value is not None]
    return [
        Figure(
            kind="interval",
            title=f"{label} by {item.feature}",
            x=Axis(label=item.feature, format="text"),
            y=Axis(label=label, unit=unit, format=form, low=0),
            series=(Series(name=label, points=tuple(_point(name, found, found.reason) for name, found in pairs)),),
            reference=everyone.value,
            reference_label="" if everyone.value is None else f"all rows {whole}",
            alt=(
                f"Dots with 95 % intervals of the {label.lower()} by {item.feature}, from "
                f"{write(known[-1][1].value, form)} for {known[-1][0]} to {write(known[0][1].value, form)} for "
                f"{known[0][0]}; over all rows {whole}."
            ),
            sums=("series",),
        )
    ]


def changed_figures(changed: tuple[Changed, ...]) -> tuple[Figure, ...]:
    """The inputs that the best examples change most often."""
    shown = [item for item in changed if _value(item.found) > 0][:DRAWN]
    if not shown:
        return ()
    return (
        Figure(
            kind="bars",
            title="Inputs changed most often",
            x=Axis(label="Input", format="text"),
            y=Axis(label="Examples that change it", unit="share of rows with a way", format="percent", low=0, high=1),
            series=(Series(name="Changed", points=tuple(_point(item.feature, item.found) for item in shown)),),
            alt=(
                f"Bars of how often each input is changed; the most frequent is {shown[0].feature}, in "
                f"{write(shown[0].found.value, 'percent')} of {shown[0].found.n:,} examples."
            ),
        ),
    )


def _point(name: str, found: Estimate, note: str = "") -> Point:
    return Point(x=name, y=found.value, low=found.low, high=found.high, n=found.n, note=note)


def _value(found: Estimate) -> float:
    return found.value or 0.0
