"""The metrics of groups where the outcome is one of several classes: every class against the rest, and their means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from rai.fairness.binary import Draw, rate_metric
from rai.fairness.grouped import GroupedMetric
from rai.statistics.confusion import RATES, f1_score, one_against_rest
from rai.statistics.grouping import Grouping
from rai.statistics.resampling import resample
from rai.statistics.scores import normal_draws
from rai.statistics.simultaneous import of_numbers, of_rates

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

#: Reported for every class; collapsing to one class would hide errors among the others.
PER_CLASS = (
    "selection_rate", "true_positive_rate", "true_negative_rate", "false_positive_rate", "false_negative_rate",
    "precision", "negative_predictive_value", "false_discovery_rate", "false_omission_rate",
)  # fmt: skip
#: With more classes than this only these two are, because every class brings as many metrics.
CLASSES, FEW = 10, ("selection_rate", "true_positive_rate")


def class_metrics(table: Counts, classes: tuple[str, ...], grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    """Accuracy, the means over the classes, and the rates of each class, for every group.

    Parameters
    ----------
    table
        Shape (groups, true class, predicted class).
    """
    found = [_accuracy(table, grouping, draw), _balanced(table, grouping, draw), *_macro(table, grouping, draw)]
    for place, label in enumerate(classes):
        found.extend(_one_class(table, place, label, grouping, draw))
    return found


def _accuracy(table: Counts, grouping: Grouping, draw: Draw) -> GroupedMetric:
    hits = np.trace(table, axis1=1, axis2=2).astype(float)
    n = table.sum(axis=(1, 2))
    pair = np.stack([hits, n - hits], axis=-1)
    drawn = resample(pair.astype(np.int64), replicates=draw.replicates, rng=draw.rng(grouping, "accuracy"), prior=0.5)
    together = drawn.sum(axis=1)
    return GroupedMetric(
        "accuracy",
        of_rates(hits, n.astype(float), drawn[..., 0] / drawn.sum(axis=-1)),
        n=n,
        support=n,
        base="rows",
        whole=of_rates(
            hits.sum(keepdims=True),
            n.sum(keepdims=True).astype(float),
            together[:, [0]] / together.sum(axis=1)[:, None],
        ),
        hits=hits,
    )


def _balanced(table: Counts, grouping: Grouping, draw: Draw) -> GroupedMetric:
    """Mean recall of the classes, which is macro recall too."""
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
    base = "rows of the rarest class"
    return GroupedMetric("balanced_accuracy", spread, n=n, support=rarest, base=base, errors=errors)


def _macro(table: Counts, grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    """Plain means over the classes of precision and of F1; a group must have and be given every class."""
    rng, classes = draw.rng(grouping, "macro"), table.shape[1]
    # One group at a time: the replicates of all groups' tables together would fill the memory.
    drawn = [_means(resample(own, replicates=draw.replicates, rng=rng, prior=1 / classes)) for own in table]
    support = {
        "precision_macro": (table.sum(axis=1).min(axis=1), "rows of the class predicted least often"),
        "f1_macro": (table.sum(axis=2).min(axis=1), "rows of the rarest class"),
    }
    values, found = _means(table), []
    for place, (name, (rows, base)) in enumerate(support.items()):
        moves = np.stack([own[place] for own in drawn], axis=1)
        errors = moves.std(axis=0)
        spread = of_numbers(values[place], errors, moves, least=0, most=1)
        n = table.sum(axis=(1, 2))
        found.append(GroupedMetric(name, spread, n=n, support=rows, base=base, errors=errors))
    return found


def _means(table: npt.NDArray[np.generic]) -> tuple[Floats, Floats]:
    """Macro precision and macro F1 of tables of shape (..., true class, predicted class)."""
    one = [one_against_rest(table, place) for place in range(table.shape[-1])]
    precision = np.mean([RATES["precision"].of(counts) for counts in one], axis=0)
    return precision, np.mean([f1_score(counts) for counts in one], axis=0)


def _one_class(table: Counts, place: int, label: str, grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    counts = one_against_rest(table, place).astype(np.int64)
    drawn = resample(counts, replicates=draw.replicates, rng=draw.rng(grouping, "class", label), prior=0.5)
    names = PER_CLASS if table.shape[1] <= CLASSES else FEW
    return [_named(rate_metric(f"{name}[{label}]", RATES[name], counts, drawn), label) for name in names]


def _named(metric: GroupedMetric, label: str) -> GroupedMetric:
    """The rows a rate rests on, said of the class: ``rows of class red`` for its actual positives."""
    words = {
        "actual positives": f"rows of class {label}",
        "actual negatives": f"rows of other classes than {label}",
        "predicted positives": f"rows predicted {label}",
        "predicted negatives": f"rows not predicted {label}",
    }
    return replace(metric, base=words.get(metric.base, metric.base))
