"""The field's named measures: demographic parity, equal opportunity, predictive parity and equalized odds.

Names and definitions are fairlearn's; predictive parity, which fairlearn has no function for, is the same gap in
precision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from rai.fairness.farthest import KINDS, SUFFIX
from rai.fairness.grouped import GroupedMetric, ratio_of, too_few
from rai.fairness.record import Gap, MetricByGroup
from rai.measures import Aggregate
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.names import name_of
from rai.statistics.overall import farthest
from rai.statistics.simultaneous import Spread, widest_gap

#: Measures that are one rate's gap under another name.
ALIASES: dict[str, str] = {
    "demographic_parity": "selection_rate",
    "equal_opportunity": "true_positive_rate",
    "predictive_parity": "precision",
}

#: Equalized odds looks at both; the worse one counts (fairlearn's ``agg="worst_case"``).
ODDS = ("true_positive_rate", "false_positive_rate")


def named_measures(
    metrics: Mapping[str, GroupedMetric], compared: Mapping[str, MetricByGroup], *, min_group: int
) -> tuple[Gap, ...]:
    """Every named measure with its groups, between groups and to all rows.

    Parameters
    ----------
    metrics, compared
        The metrics by name, in memory and compared.
    """
    aliases = tuple(
        _renamed(gap, f"{name}_{gap.aggregate}", rate)
        for name, rate in ALIASES.items()
        for gap in (*compared[rate].gaps, *compared[rate].to_overall)
        if gap.aggregate in KINDS
    )
    chosen = [metrics[name] for name in ODDS]
    parts = [compared[name] for name in ODDS]
    between = tuple(_odds(chosen, parts, aggregate, min_group) for aggregate in KINDS)
    return (*aliases, *between, *(_odds_to_overall(chosen, parts, aggregate, min_group) for aggregate in KINDS))


def absent_measures(reason: str, *, n: int) -> tuple[Gap, ...]:
    """Every named measure as absent, so that a rule about it finds the reason and not silence."""
    return tuple(
        Gap(metric=f"{name}_{aggregate}{suffix}", aggregate=aggregate, found=absent(n, reason))
        for name in (*ALIASES, "equalized_odds")
        for suffix in ("", SUFFIX)
        for aggregate in KINDS
    )


def _renamed(gap: Gap, name: str, rate: str) -> Gap:
    suffix = SUFFIX if gap.metric == f"{rate}{SUFFIX}" else ""
    return gap.model_copy(update={"metric": f"{name}{suffix}"})


def _odds(metrics: list[GroupedMetric], parts: list[MetricByGroup], aggregate: Aggregate, min_group: int) -> Gap:
    gaps = [gap for part in parts if (gap := part.gap(aggregate))]
    spreads = [_judged_spread(metric, min_group) for metric in metrics]

    def ends(value: float, n: int) -> Estimate:
        if aggregate == "ratio":
            return ratio_of(spreads, value, n)
        return estimate(value, *widest_gap(spreads), n)

    missing = [reason for metric in metrics if (reason := too_few(metric, min_group))]
    return _worst(gaps, aggregate, ends, missing, name=f"equalized_odds_{aggregate}")


def _odds_to_overall(
    metrics: list[GroupedMetric], parts: list[MetricByGroup], aggregate: Aggregate, min_group: int
) -> Gap:
    gaps = [gap for part in parts if (gap := part.farthest(aggregate))]

    def ends(value: float, n: int) -> Estimate:
        limits = [farthest(*_scaled(metric, aggregate, min_group)) for metric in metrics]
        low, high = max(low for low, _ in limits), max(high for _, high in limits)
        if aggregate == "ratio":
            return estimate(value, float(np.exp(-high)), float(np.exp(-low)), n)
        return estimate(value, low, high, n)

    missing = [reason for metric in metrics if (reason := too_few(metric, min_group))]
    return _worst(gaps, aggregate, ends, missing, name=f"equalized_odds_{aggregate}{SUFFIX}")


def _worst(
    gaps: list[Gap], aggregate: Aggregate, ends: Callable[[float, int], Estimate], missing: list[str], *, name: str
) -> Gap:
    """The wider of two gaps, with an interval over both of them."""
    n = sum(gap.found.n for gap in gaps)
    if missing := [*missing, *(gap.found.reason for gap in gaps if gap.found.value is None)]:
        return Gap(metric=name, aggregate=aggregate, found=absent(n, missing[0]))
    values = [float(gap.found.value or 0.0) for gap in gaps]
    worst = gaps[int(np.argmax(values)) if aggregate == "difference" else int(np.argmin(values))]
    value = float(worst.found.value or 0.0)
    rate = worst.metric.removesuffix(SUFFIX)
    return worst.model_copy(
        update={"metric": name, "found": ends(value, n), "note": f"Widest in the {name_of(rate).label.lower()}."}
    )


def _scaled(metric: GroupedMetric, aggregate: Aggregate, min_group: int) -> tuple[Spread, Spread]:
    spread, whole = _judged_spread(metric, min_group), metric.whole
    assert whole is not None
    return (spread.logs(), whole.logs()) if aggregate == "ratio" else (spread, whole)


def _judged_spread(metric: GroupedMetric, min_group: int) -> Spread:
    return metric.spread.take(np.flatnonzero(metric.judged(min_group)))
