"""Measuring one sensitive feature, or the combinations of two, for any kind of task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.fairness.agreement import check_against_fairlearn
from rai.fairness.binary import Draw, count_metrics, rates_for
from rai.fairness.farthest import to_overall, value_of_all
from rai.fairness.grouped import GroupedMetric, compare
from rai.fairness.multiclass import class_metrics
from rai.fairness.named import absent_measures, named_measures
from rai.fairness.record import Confusion, Curve, Equality, FeatureResult, Group, MetricByGroup, Overall
from rai.fairness.regression import number_metrics
from rai.fairness.scores import calibration_curves, score_metrics
from rai.fairness.significance import equality, family
from rai.statistics.confusion import class_confusion, confusion
from rai.statistics.grouping import Grouping, cross, group_by
from rai.subject import Subject

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
#: The metrics of all rows by name, each as a group of its own.
Everyone = Mapping[str, GroupedMetric]

#: A feature with thousands of values is named with its reason; all its groups would fill the record.
LISTED = 200


@dataclass(frozen=True)
class Limits:
    """Fewest rows of a group to be judged, and most groups that are compared at once."""

    min_group: int
    max_groups: int


@dataclass(frozen=True)
class Measured:
    """A feature's result and its confusion counts, which are compared with fairlearn's; ``None`` without any."""

    result: FeatureResult
    counts: Counts | None = None

    def disagreement(self) -> float | None:
        """How far the rates are from fairlearn's."""
        if self.counts is None or not self.result.metrics:
            return None
        return check_against_fairlearn(self.counts, feature=self.result.name)


def groupings(subject: Subject) -> tuple[Grouping, ...]:
    """Every sensitive feature, then every pair of them."""
    single = [group_by(subject.dataset, name) for name in subject.profile.data.sensitive]
    return (*single, *(cross(first, second) for first, second in combinations(single, 2)))


def everyone(subject: Subject, draw: Draw) -> Everyone:
    """Every metric over all rows."""
    whole = Grouping((), ((),), np.zeros(len(subject), dtype=np.intp))
    return {metric.name: metric for metric in _metrics(subject, whole, draw)}


def overall_values(whole: Everyone) -> tuple[Overall, ...]:
    """Every metric over all rows with its interval, whatever their number."""
    return tuple(
        Overall(metric=name, found=compare(metric, ((),), min_group=1).by_group[0]) for name, metric in whole.items()
    )


def curves(subject: Subject, grouping: Grouping, *, min_group: int) -> tuple[Curve, ...]:
    """The calibration within each group of a single feature, where the scores are probabilities."""
    if subject.task.kind != "binary" or subject.predictions.scores is None or len(grouping.feature) > 1:
        return ()
    scores = subject.positive_scores(subject.predictions)
    return calibration_curves(np.asarray(subject.y_true, dtype=bool), scores, grouping, min_group=min_group)


def measure(subject: Subject, grouping: Grouping, limits: Limits, draw: Draw, whole: Everyone) -> Measured:
    """Count, rate and compare the groups of one grouping, with each other and with all rows."""
    counts = _counts(subject, grouping) if subject.task.kind == "binary" else None
    if reason := _nothing_to_compare(grouping, limits.max_groups):
        named = absent_measures(reason, n=len(subject)) if counts is not None else ()
        return Measured(_result(grouping, None).model_copy(update={"reason": reason, "named": named}))
    metrics = {
        metric.name: metric if metric.whole else replace(metric, whole=whole[metric.name].spread)
        for metric in _metrics(subject, grouping, draw)
    }
    compared = _compared(metrics, grouping, limits.min_group, draw)
    found = _result(grouping, counts).model_copy(update={"metrics": tuple(compared.values())})
    if counts is None:
        return Measured(found)
    named = named_measures(metrics, compared, min_group=limits.min_group)
    return Measured(found.model_copy(update={"named": named}), counts)


def _compared(
    metrics: Mapping[str, GroupedMetric], grouping: Grouping, min_group: int, draw: Draw
) -> dict[str, MetricByGroup]:
    tests: dict[str, Equality | None] = {}
    found = {}
    for name, metric in metrics.items():
        if family(name) not in tests:
            rng = draw.rng(grouping, "equality", family(name))
            tests[family(name)] = equality(metric, rng, min_group=min_group)
        found[name] = compare(metric, grouping.groups, min_group=min_group).model_copy(
            update={
                "to_overall": to_overall(metric, grouping.groups, min_group=min_group),
                "whole": value_of_all(metric),
                "test": tests[family(name)],
            }
        )
    return found


def _metrics(subject: Subject, grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    if subject.task.kind == "multiclass":
        return _class_metrics(subject, grouping, draw)
    truth, predicted = subject.y_true, subject.y_pred
    if subject.task.kind == "regression":
        return number_metrics(np.asarray(truth, dtype=float), np.asarray(predicted, dtype=float), grouping, draw)
    rates = rates_for(favourable_positive=subject.task.favourable == "positive")
    metrics = count_metrics(_counts(subject, grouping), rates, grouping, draw)
    if subject.predictions.scores is not None:
        scores = subject.positive_scores(subject.predictions)
        metrics += score_metrics(np.asarray(truth, dtype=bool), scores, grouping, draw)
    return metrics


def _counts(subject: Subject, grouping: Grouping) -> Counts:
    truth, predicted = np.asarray(subject.y_true, dtype=bool), np.asarray(subject.y_pred, dtype=bool)
    return confusion(truth, predicted, grouping.codes, len(grouping.groups))


def _nothing_to_compare(grouping: Grouping, most: int) -> str:
    if len(grouping.groups) < 2:
        only = ", ".join(grouping.groups[0])
        return f"All rows belong to one group ({only}), so there is nothing to compare."
    if len(grouping.groups) > most:
        return (
            f"There are {len(grouping.groups):,} groups, more than the {most} that are compared. "
            "Declare [data.bands] for a number, or merge values before the review."
        )
    return ""


def _confusion(row: Counts) -> Confusion:
    hits, alarms, misses, rest = (int(cell) for cell in row)
    return Confusion(true_positives=hits, false_positives=alarms, false_negatives=misses, true_negatives=rest)


def _class_metrics(subject: Subject, grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    classes = subject.classes
    place = pd.Index(classes)
    truth = place.get_indexer(pd.Index(subject.truth_text)).astype(np.intp)
    predicted = place.get_indexer(pd.Index(subject.predicted_text)).astype(np.intp)
    table = class_confusion(truth, predicted, grouping.codes, groups=len(grouping.groups), classes=len(classes))
    return class_metrics(table, classes, grouping, draw)


def _result(grouping: Grouping, counts: Counts | None) -> FeatureResult:
    groups = [
        Group(key=values, n=int(size), confusion=None if counts is None else _confusion(counts[place]))
        for place, (values, size) in enumerate(zip(grouping.groups, grouping.sizes, strict=True))
    ]
    return FeatureResult(
        feature=grouping.feature, groups=tuple(groups[:LISTED]), empty=grouping.empty[:LISTED], note=grouping.note
    )
