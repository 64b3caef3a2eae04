"""The metrics of groups where the outcome is one of several classes: every class against the rest, and their mean."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rai.fairness.binary import Draw
from rai.fairness.grouped import GroupedMetric
from rai.statistics.confusion import RATES, one_against_rest
from rai.statistics.grouping import Grouping
from rai.statistics.resampling import resample
from rai.statistics.scores import normal_draws
from rai.statistics.simultaneous import of_numbers, of_rates

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

#: Reported for every class; collapsing to one class would hide errors among the others.
PER_CLASS = ("selection_rate", "true_positive_rate")


def class_metrics(table: Counts, classes: tuple[str, ...], grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    """Accuracy, balanced accuracy, and selection rate and recall of each class, for every group.

    Parameters
    ----------
    table
        Shape (groups, true class, predicted class).
    """
    found = [_accuracy(table, grouping, draw), _balanced(table, grouping, draw)]
    for place, label in enumerate(classes):
        found.extend(_one_class(table, place, label, grouping, draw))
    return found


def _accuracy(table: Counts, grouping: Grouping, draw: Draw) -> GroupedMetric:
    hits = np.trace(table, axis1=1, axis2=2)
    n = table.sum(axis=(1, 2))
    pair = np.stack([hits, n - hits], axis=-1)
    drawn = resample(pair, replicates=draw.replicates, rng=draw.rng(grouping, "accuracy"), prior=0.5)
    spread = of_rates(hits.astype(float), n.astype(float), drawn[..., 0] / drawn.sum(axis=-1))
    return GroupedMetric("accuracy", spread, n=n, support=n, base="rows")


def _balanced(table: Counts, grouping: Grouping, draw: Draw) -> GroupedMetric:
    actual = table.sum(axis=2)
    hits = np.diagonal(table, axis1=1, axis2=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = (hits / actual).mean(axis=1)
        # Half a row on either side keeps a class without errors from counting as certain.
        share = (hits + 0.5) / (actual + 1)
        errors = np.sqrt((share * (1 - share) / actual).sum(axis=1)) / table.shape[1]
    rng = draw.rng(grouping, "balanced_accuracy")
    drawn = normal_draws(values, errors, replicates=draw.replicates, rng=rng)
    spread = of_numbers(values, errors, drawn, least=0, most=1)
    n, rarest = actual.sum(axis=1), actual.min(axis=1)
    return GroupedMetric("balanced_accuracy", spread, n=n, support=rarest, base="rows of the rarest class")


def _one_class(table: Counts, place: int, label: str, grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    counts = one_against_rest(table, place).astype(np.int64)
    drawn = resample(counts, replicates=draw.replicates, rng=draw.rng(grouping, "class", label), prior=0.5)
    found = []
    for name in PER_CLASS:
        rate = RATES[name]
        hits, base = rate.parts(counts)
        n = base.astype(np.int64)
        words = rate.base if rate.base == "rows" else f"rows of class {label}"
        spread = of_rates(hits, base, rate.of(drawn))
        found.append(GroupedMetric(f"{name}[{label}]", spread, n=n, support=n, base=words))
    return found
