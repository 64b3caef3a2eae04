"""The fairness figures: one for each feature and metric, groups sorted by value beside the value of all rows."""

from __future__ import annotations

from rai.fairness.record import Curve, FeatureResult, MetricByGroup, Overall
from rai.section import Axis, Figure, Point, Series
from rai.statistics.names import name_of
from rai.theme import write


def feature_figures(item: FeatureResult, overall: tuple[Overall, ...], metrics: tuple[str, ...]) -> tuple[Figure, ...]:
    """The figures of a single feature; combinations of two are shown as a table."""
    if len(item.feature) > 1:
        return ()
    found = [metric for name in metrics if (metric := item.metric(name))]
    return tuple(_figure(item, metric, _value_of(overall, metric.metric)) for metric in found)


def _value_of(overall: tuple[Overall, ...], metric: str) -> float | None:
    return next((item.found.value for item in overall if item.metric == metric), None)


def _figure(item: FeatureResult, metric: MetricByGroup, everyone: float | None) -> Figure:
    words = name_of(metric.metric)
    share = words.format == "percent"
    return Figure(
        kind="interval",
        title=f"{words.label} by {item.name}",
        x=Axis(label=item.name, format="text"),
        y=Axis(
            label=words.label,
            unit=f"share of {metric.base}" if share else "",
            format=words.format,
            low=0 if share else None,
            high=1 if share else None,
        ),
        series=(Series(name=words.label, points=_points(item, metric)),),
        reference=everyone,
        reference_label="" if everyone is None else f"all rows {write(everyone, words.format)}",
        alt=_alt(item, metric),
        sums=("series",),
    )


def _points(item: FeatureResult, metric: MetricByGroup) -> tuple[Point, ...]:
    pairs = zip(item.groups, metric.by_group, strict=True)
    # Highest first, groups without a value last.
    ordered = sorted(pairs, key=lambda pair: (pair[1].value is None, -(pair[1].value or 0.0), pair[0].key))
    return tuple(
        Point(x=", ".join(group.key), y=found.value, low=found.low, high=found.high, n=found.n, note=found.reason)
        for group, found in ordered
    )


def _alt(item: FeatureResult, metric: MetricByGroup) -> str:
    words = name_of(metric.metric)
    gap = metric.gap("difference")
    if gap is None or gap.found.value is None:
        return f"{words.label} by {item.name}: fewer than two groups have enough rows to be compared."
    least, most = metric.gap("minimum"), metric.gap("maximum")
    assert least is not None
    assert most is not None
    return (
        f"Dots with 95 % intervals of the {words.label.lower()} by {item.name}, from "
        f"{write(least.found.value, words.format)} for {', '.join(gap.lowest_group)} to "
        f"{write(most.found.value, words.format)} for {', '.join(gap.highest_group)}."
    )


#: More lines than this in one figure cannot be told apart.
LINES = 6


def calibration_figures(features: tuple[FeatureResult, ...]) -> tuple[Figure, ...]:
    """Observed share against the score within the largest groups of each feature, where there are scores."""
    return tuple(_calibration(item) for item in features if item.calibration)


def _calibration(item: FeatureResult) -> Figure:
    sizes = {group.key: group.n for group in item.groups}
    largest = sorted(item.calibration, key=lambda curve: -sizes.get(curve.key, 0))[:LINES]
    seen = tuple(Series(name=", ".join(curve.key), points=_curve(curve)) for curve in largest)
    left = len(item.calibration) - len(largest)
    ideal = Series(name="Perfect calibration", points=(Point(x=0.0, y=0.0), Point(x=1.0, y=1.0)))
    return Figure(
        kind="line",
        title=f"Calibration by {item.name}" + (f" (the {LINES} largest groups)" if left else ""),
        x=Axis(label="Mean score of the bin", low=0, high=1),
        y=Axis(label="Share of positive outcomes", format="percent", low=0, high=1),
        series=(*seen, ideal),
        alt=(
            f"Observed share of positive outcomes against the score within {len(seen)} groups of {item.name}, beside "
            "the diagonal of perfect calibration."
        ),
        sums=("series",),
    )


def _curve(curve: Curve) -> tuple[Point, ...]:
    return tuple(
        Point(
            x=point.mean_score,
            y=point.observed.value,
            low=point.observed.low,
            high=point.observed.high,
            n=point.observed.n,
        )
        for point in curve.points
    )
