"""The Measures of the counterfactuals analysis: flip rates, the quality of the examples, and recourse by group."""

from __future__ import annotations

from collections.abc import Iterator

from rai.fairness.record import MetricByGroup
from rai.measures import Measure
from rai.recourse.record import Flip, GroupRecourse, Quality
from rai.statistics.estimates import Estimate, to_measure


def flip_measures(flips: tuple[Flip, ...], *, analysis: str, cohort: str) -> Iterator[Measure]:
    """The flip rate of every sensitive feature and, for numbers, the mean absolute change."""
    for flip in flips:
        found = {"flip_rate": flip.found, "mean_absolute_change": flip.mean_absolute_change}
        for metric, value in found.items():
            if value is not None:
                yield to_measure(value, analysis=analysis, metric=metric, feature=(flip.feature,), cohort=cohort)


def quality_measures(quality: Quality, without: Estimate, *, analysis: str, cohort: str) -> Iterator[Measure]:
    """Validity, proximity, sparsity, diversity, plausibility and the share without a way, over all rows examined."""
    values = {name: getattr(quality, name) for name in Quality.model_fields}
    for metric, value in {**values, "share_without_recourse": without}.items():
        yield to_measure(value, analysis=analysis, metric=metric, cohort=cohort)


def group_measures(groups: tuple[GroupRecourse, ...], *, analysis: str, cohort: str) -> Iterator[Measure]:
    """Every group's own value, and the gaps between the groups."""
    for item in groups:
        for metric in (item.without, item.cost):
            if metric is not None:
                yield from _group_measures(item, metric, analysis=analysis, cohort=cohort)


def _group_measures(item: GroupRecourse, metric: MetricByGroup, *, analysis: str, cohort: str) -> Iterator[Measure]:
    feature = (item.feature,)
    for group, value in zip(item.groups, metric.by_group, strict=True):
        yield to_measure(
            value,
            analysis=analysis,
            metric=metric.metric,
            aggregate="",
            feature=feature,
            group=(group,),
            cohort=cohort,
        )
    for gap in metric.gaps:
        yield to_measure(
            gap.found, analysis=analysis, metric=gap.metric, aggregate=gap.aggregate, feature=feature, cohort=cohort
        )
