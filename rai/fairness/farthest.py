"""The gap between all rows and the group farthest from them: fairlearn's difference and ratio to overall."""

from __future__ import annotations

import numpy as np

from rai.fairness.grouped import Floats, GroupedMetric, Names, no_ratio, too_few
from rai.fairness.record import Gap
from rai.measures import Aggregate
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.overall import farthest
from rai.statistics.simultaneous import Spread

#: Between all rows and a group there is a difference and a ratio.
KINDS: tuple[Aggregate, ...] = ("difference", "ratio")
SUFFIX = "_to_overall"


def to_overall(metric: GroupedMetric, names: Names, *, min_group: int) -> tuple[Gap, ...]:
    """Difference and ratio to all rows, named with the suffix ``_to_overall``.

    Notes
    -----
    The difference is the largest ``abs(group - all rows)``; the ratio the smallest of ``group / all rows``, inverted
    where it is above 1 (fairlearn's ``method="to_overall"``). All rows are all of them, those of small groups too.
    """
    if metric.whole is None:
        return ()
    return tuple(_gap(metric, metric.whole, kind, names, min_group) for kind in KINDS)


def value_of_all(metric: GroupedMetric) -> float | None:
    """The value over all rows; ``None`` where it is undefined."""
    value = float(metric.whole.values[0]) if metric.whole else float("nan")
    return value if np.isfinite(value) else None


def _gap(metric: GroupedMetric, whole: Spread, kind: Aggregate, names: Names, min_group: int) -> Gap:
    judged, n, name = metric.judged(min_group), metric.rows(min_group), f"{metric.name}{SUFFIX}"
    everyone = float(whole.values[0])
    values = metric.spread.values[judged]
    reason = too_few(metric, min_group) or _undefined(everyone)
    if reason := reason or no_ratio(metric.name, kind, np.append(values, everyone)):
        return Gap(metric=name, aggregate=kind, found=absent(n, reason))
    places = np.flatnonzero(judged)
    distances = ratios(values, everyone) if kind == "ratio" else -np.abs(values - everyone)
    end = int(np.argmin(distances))
    below = bool(values[end] < everyone)
    group = names[int(places[end])]
    return Gap(
        metric=name,
        aggregate=kind,
        found=_estimate(metric.spread.take(places), whole, kind, abs(float(distances[end])), n),
        lowest_group=group if below else (),
        highest_group=() if below else group,
    )


def ratios(values: Floats, everyone: float) -> Floats:
    """Each group over all rows, or all rows over the group, whichever is at most 1."""
    smaller, larger = np.minimum(values, everyone), np.maximum(values, everyone)
    return np.divide(smaller, larger, out=np.ones_like(smaller), where=larger > 0)


def _undefined(everyone: float) -> str:
    return "" if np.isfinite(everyone) else "The value over all rows is undefined."


def _estimate(spread: Spread, whole: Spread, kind: Aggregate, value: float, n: int) -> Estimate:
    if kind == "difference":
        return estimate(value, *farthest(spread, whole), n)
    low, high = farthest(spread.logs(), whole.logs())
    return estimate(value, float(np.exp(-high)), float(np.exp(-low)), n)
