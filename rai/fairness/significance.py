"""Whether the gaps could be chance: a test for each, corrected for how many gaps are looked at together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rai.fairness.grouped import GroupedMetric
from rai.fairness.named import ALIASES, ODDS
from rai.fairness.record import Equality, FeatureResult, Gap, MetricByGroup
from rai.statistics.equality import Tested, equal_numbers, equal_rates, holm

#: A rate and its complement share one denominator and one test, which is counted once.
COMPLEMENTS: dict[str, str] = {
    "favourable_rate": "selection_rate",
    "false_negative_rate": "true_positive_rate",
    "true_negative_rate": "false_positive_rate",
    "false_discovery_rate": "precision",
    "false_omission_rate": "negative_predictive_value",
}

#: What the rows are and not what the model does; a gap there is described and not tested.
CONTEXT = frozenset({"base_rate", "mean_outcome"})

#: Corrected p-values below this are called more than chance.
ALPHA = 0.05


def family(metric: str) -> str:
    """The name of the test a metric belongs to: ``true_positive_rate[red]`` for ``false_negative_rate[red]``."""
    plain, bracket, label = metric.partition("[")
    return f"{COMPLEMENTS.get(plain, plain)}{bracket}{label}"


def equality(metric: GroupedMetric, rng: np.random.Generator, *, min_group: int) -> Equality | None:
    """Test the groups that are judged; ``None`` where there are fewer than two, or no test for such a number."""
    judged = metric.judged(min_group)
    if metric.name in CONTEXT or judged.sum() < 2:
        return None
    found: Tested | None = None
    if metric.hits is not None:
        found = equal_rates(metric.hits[judged], metric.n[judged].astype(float), rng)
    elif metric.errors is not None:
        values, rows = metric.spread.values[judged], metric.support[judged].astype(float)
        found = equal_numbers(values, metric.errors[judged], rows)
    return Equality(method=found.method, p=found.p) if found else None


def corrected(features: Iterable[FeatureResult]) -> tuple[tuple[FeatureResult, ...], int]:
    """Correct every p-value for all gaps of all features given, and hand it on to the named measures.

    Returns
    -------
    tuple
        The features, and the number of different tests they were corrected for.
    """
    features = tuple(features)
    p: dict[tuple[tuple[str, ...], str], float] = {}
    for item in features:
        p |= {(item.feature, family(metric.metric)): metric.test.p for metric in item.metrics if metric.test}
    adjusted = dict(zip(p, map(float, holm(list(p.values()))), strict=True))
    return tuple(_with(item, adjusted) for item in features), len(p)


def _with(item: FeatureResult, adjusted: dict[tuple[tuple[str, ...], str], float]) -> FeatureResult:
    metrics = {
        metric.metric: _tested(metric, adjusted[(item.feature, family(metric.metric))]) if metric.test else metric
        for metric in item.metrics
    }
    named = tuple(gap.model_copy(update={"test": _of_named(gap, metrics)}) for gap in item.named)
    return item.model_copy(update={"metrics": tuple(metrics.values()), "named": named})


def _tested(metric: MetricByGroup, adjusted: float) -> MetricByGroup:
    assert metric.test is not None
    return metric.model_copy(update={"test": metric.test.model_copy(update={"adjusted": adjusted})})


def _of_named(gap: Gap, metrics: dict[str, MetricByGroup]) -> Equality | None:
    """The test of a named measure: that of its rate, or for equalized odds of the more unequal of its two rates."""
    if gap.found.value is None:
        return None
    rate = next((rate for name, rate in ALIASES.items() if gap.metric.startswith(name)), "")
    if rate:
        return metrics[rate].test
    both = [test for name in ODDS if (test := metrics[name].test)]
    if len(both) < len(ODDS):
        return None
    # Both rates must be equal: twice the smaller p-value (Bonferroni). Holm has already allowed for both.
    return Equality(
        method=" and ".join(dict.fromkeys(test.method for test in both)),
        p=min(1.0, 2 * min(test.p for test in both)),
        adjusted=min(test.adjusted or 0.0 for test in both),
    )
