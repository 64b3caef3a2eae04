"""One metric of all groups in memory, and the gaps between the groups that have enough rows to be judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.fairness.record import Gap, MetricByGroup
from rai.measures import Aggregate
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.intervals import Z
from rai.statistics.simultaneous import Spread, extremes, widest_gap

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Names = tuple[tuple[str, ...], ...]

AGGREGATES: tuple[Aggregate, ...] = ("difference", "ratio", "minimum", "maximum")

#: Numbers that lie on either side of 0, so that a ratio of them has no meaning.
SIGNED = frozenset({"mean_residual", "calibration_in_the_large"})


@dataclass(frozen=True)
class GroupedMetric:
    """One metric of all groups.

    Attributes
    ----------
    name
        The field's own name.
    spread
        Values, replicates and limits of all groups; NaN where undefined.
    n
        Shape (groups,): rows each value rests on, the denominator of a rate.
    support
        Shape (groups,): what must reach the minimum; the same as ``n`` but for metrics that need both outcomes.
    base
        The rows of ``n`` in words, for example ``actual positives``.
    whole
        The same over all rows, as a Spread of one; without it no group is compared with all rows.
    hits, errors
        What a test of equal groups needs: the numerators of a rate, or standard errors; neither if there is no test.
    """

    name: str
    spread: Spread
    n: Counts
    support: Counts
    base: str
    whole: Spread | None = None
    hits: Floats | None = None
    errors: Floats | None = None

    def judged(self, min_group: int) -> Bools:
        """Groups with enough rows and a defined value; chosen before any extreme is looked for."""
        found: Bools = (self.support >= min_group) & np.isfinite(self.spread.values)
        return found

    def rows(self, min_group: int) -> int:
        """Rows of the groups judged."""
        return int(self.n[self.judged(min_group)].sum())


def compare(metric: GroupedMetric, names: Names, *, min_group: int) -> MetricByGroup:
    """Every group's own value, and the four gaps between the groups."""
    return MetricByGroup(
        metric=metric.name,
        base=metric.base,
        by_group=_own_values(metric, min_group),
        gaps=tuple(_gap(metric, aggregate, names, min_group) for aggregate in AGGREGATES),
    )


def _own_values(metric: GroupedMetric, min_group: int) -> tuple[Estimate, ...]:
    low, high = metric.spread.limits(Z)
    judged = metric.judged(min_group)
    return tuple(
        estimate(float(metric.spread.values[place]), float(low[place]), float(high[place]), int(metric.n[place]))
        if judged[place]
        else absent(int(metric.n[place]), _why_not(metric, place, min_group))
        for place in range(len(judged))
    )


def _why_not(metric: GroupedMetric, place: int, min_group: int) -> str:
    support = int(metric.support[place])
    if support == 0:
        return f"Undefined: the group has no {metric.base}."
    if support < min_group:
        return f"Not judged: {support} {metric.base}, at least {min_group} are needed."
    return "Undefined for this group."


def too_few(metric: GroupedMetric, min_group: int) -> str:
    """Why there is nothing to compare; empty if there is."""
    if int(metric.judged(min_group).sum()) >= 2:
        return ""
    return f"Fewer than two groups have at least {min_group} {metric.base}, so there is nothing to compare."


def _gap(metric: GroupedMetric, aggregate: Aggregate, names: Names, min_group: int) -> Gap:
    judged, n = metric.judged(min_group), metric.rows(min_group)
    values = metric.spread.values[judged]
    if reason := too_few(metric, min_group) or no_ratio(metric.name, aggregate, values):
        return Gap(metric=metric.name, aggregate=aggregate, found=absent(n, reason))
    places = np.flatnonzero(judged)
    return Gap(
        metric=metric.name,
        aggregate=aggregate,
        found=_aggregate(metric.spread.take(places), aggregate, n),
        lowest_group=names[int(places[int(np.argmin(values))])],
        # Of groups with the same value the last one, so that two different groups are named where all are equal.
        highest_group=names[int(places[int(np.flatnonzero(values == values.max())[-1])])],
    )


def no_ratio(name: str, aggregate: Aggregate, values: Floats) -> str:
    """Why these values have no ratio; empty if they have one or none is asked for."""
    if aggregate != "ratio":
        return ""
    if name in SIGNED or float(values.min()) < 0:
        return "A ratio of numbers that can be below 0 has no meaning."
    return "" if float(values.max()) > 0 else "Undefined: the value is 0 in every group, and 0/0 is no number."


def _aggregate(spread: Spread, aggregate: Aggregate, n: int) -> Estimate:
    values = spread.values
    smallest, largest = float(values.min()), float(values.max())
    if aggregate == "difference":
        low, high = widest_gap([spread])
        return estimate(largest - smallest, low, high, n)
    if aggregate == "ratio":
        return ratio_of([spread], smallest / largest, n)
    least, most = extremes(spread)
    return estimate(smallest, *least, n) if aggregate == "minimum" else estimate(largest, *most, n)


def ratio_of(spreads: list[Spread], value: float, n: int) -> Estimate:
    """The smallest ratio of two groups over one or more metrics, from the widest gap of the logarithms."""
    low, high = widest_gap([spread.logs() for spread in spreads])
    return estimate(value, float(np.exp(-high)), float(np.exp(-low)), n)
