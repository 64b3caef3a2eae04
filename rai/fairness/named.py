"""The field's named measures, as fairlearn defines them: demographic parity, equal opportunity, equalized odds."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rai.fairness.grouped import GroupedMetric, ratio_of, too_few
from rai.fairness.record import Gap, MetricByGroup
from rai.measures import Aggregate
from rai.statistics.estimates import absent, estimate
from rai.statistics.simultaneous import Spread, widest_gap

#: Measures that are one rate's gap under another name.
ALIASES: dict[str, str] = {"demographic_parity": "selection_rate", "equal_opportunity": "true_positive_rate"}

#: Equalized odds looks at both; the worse one counts (fairlearn's ``agg="worst_case"``).
ODDS = ("true_positive_rate", "false_positive_rate")


def named_measures(
    metrics: Mapping[str, GroupedMetric], compared: Mapping[str, MetricByGroup], *, min_group: int
) -> tuple[Gap, ...]:
    """Every named measure with its groups.

    Parameters
    ----------
    metrics, compared
        The metrics by name, in memory and compared.
    """
    aliases = tuple(
        _renamed(compared[rate], f"{name}_{aggregate}", aggregate)
        for name, rate in ALIASES.items()
        for aggregate in _KINDS
    )
    chosen = [metrics[name] for name in ODDS]
    parts = [compared[name] for name in ODDS]
    return (*aliases, *(_odds(chosen, parts, aggregate, min_group) for aggregate in _KINDS))


def absent_measures(reason: str, *, n: int) -> tuple[Gap, ...]:
    """Every named measure as absent, so that a rule about it finds the reason and not silence."""
    return tuple(
        Gap(metric=f"{name}_{aggregate}", aggregate=aggregate, found=absent(n, reason))
        for name in (*ALIASES, "equalized_odds")
        for aggregate in _KINDS
    )


_KINDS: tuple[Aggregate, ...] = ("difference", "ratio")


def _renamed(compared: MetricByGroup, name: str, aggregate: Aggregate) -> Gap:
    gap = compared.gap(aggregate)
    assert gap is not None
    return gap.model_copy(update={"metric": name})


def _odds(metrics: list[GroupedMetric], parts: list[MetricByGroup], aggregate: Aggregate, min_group: int) -> Gap:
    name = f"equalized_odds_{aggregate}"
    gaps = [gap for part in parts if (gap := part.gap(aggregate))]
    n = sum(gap.found.n for gap in gaps)
    missing = [reason for metric in metrics if (reason := too_few(metric, min_group))]
    missing += [gap.found.reason for gap in gaps if gap.found.value is None]
    if missing:
        return Gap(metric=name, aggregate=aggregate, found=absent(n, missing[0]))
    values = [float(gap.found.value or 0.0) for gap in gaps]
    worst = gaps[int(np.argmax(values)) if aggregate == "difference" else int(np.argmin(values))]
    spreads = [_judged_spread(metric, min_group) for metric in metrics]
    found = (
        estimate(max(values), *widest_gap(spreads), n)
        if aggregate == "difference"
        else ratio_of(spreads, min(values), n)
    )
    return worst.model_copy(update={"metric": name, "found": found, "note": f"Widest in {worst.metric}."})


def _judged_spread(metric: GroupedMetric, min_group: int) -> Spread:
    return metric.spread.take(np.flatnonzero(metric.judged(min_group)))
