"""Who is treated differently, by how much, and how sure are we: every rate of every group, and the gaps between them.

For each sensitive feature, each pair of them, and each feature again within the values of a control feature. Groups
with too few rows are listed and counted, and left out before any extreme is chosen. An undefined rate is absent with a
reason, never 0.
"""

from __future__ import annotations

from pydantic import Field

from rai.errors import NotApplicable
from rai.evidence import AnalysisConfig, AnalysisResult
from rai.fairness.binary import Draw
from rai.fairness.conditional import controlled
from rai.fairness.guide import Facts
from rai.fairness.measure import Limits, curves, everyone, groupings, measure, overall_values
from rai.fairness.record import Controlled, FeatureResult, Gap, Overall
from rai.fairness.significance import corrected
from rai.fairness.words import fairness_section
from rai.measures import Measure
from rai.profile import TaskKind
from rai.section import Section
from rai.statistics.estimates import to_measure
from rai.statistics.resampling import REPLICATES
from rai.subject import Subject

KEY = "fairness"
TITLE = "Fairness"
QUESTION = "Who is treated differently, by how much, and how sure are we?"


class Config(AnalysisConfig):
    """Settings.

    Attributes
    ----------
    min_group
        A value that rests on fewer rows is counted and not judged. What counts is the denominator of the value: actual
        positives for the true positive rate, not all rows of the group.
    max_groups
        A feature with more groups is not compared, and says so.
    replicates
        Resampled tables behind each interval of a gap.
    """

    min_group: int = Field(default=20, ge=1)
    max_groups: int = Field(default=60, ge=2)
    replicates: int = Field(default=REPLICATES, ge=200)


class Result(AnalysisResult):
    """Groups, rates and gaps.

    Attributes
    ----------
    positive, favourable
        Binary only: the positive label, and whether predicting it is good for the person.
    stated, rationale
        The submitter's choice of metric and the reason for it; empty where the profile states none.
    controlled
        The comparisons within each value of each control feature.
    tests, tests_controlled
        Different tests the p-values were corrected for: over all rows, and within control features.
    agreement_with_fairlearn
        Largest difference between these rates and fairlearn's own; ``None`` where the task is not binary.
    """

    cohort: str
    kind: TaskKind
    target: str
    positive: str
    favourable: str
    rows: int
    config: Config
    overall: tuple[Overall, ...]
    features: tuple[FeatureResult, ...]
    controlled: tuple[Controlled, ...] = ()
    stated: str = ""
    rationale: str = ""
    tests: int = 0
    tests_controlled: int = 0
    agreement_with_fairlearn: float | None


def compute(subject: Subject, config: Config) -> Result:
    """Compare the groups of every sensitive feature and of every pair.

    Raises
    ------
    NotApplicable
        If the profile names no sensitive feature, or every one has a single group.
    RaiError
        If a rate differs from fairlearn's.
    """
    if not subject.profile.data.sensitive:
        raise NotApplicable("The profile names no sensitive feature. Set [data] sensitive in review.toml.")
    limits, draw = Limits(config.min_group, config.max_groups), Draw(config.seed, config.replicates)
    grouped, whole = groupings(subject), everyone(subject, draw)
    measured = [measure(subject, grouping, limits, draw, whole) for grouping in grouped]
    features, tests = corrected(item.result for item in measured)
    features = tuple(
        item.model_copy(update={"calibration": curves(subject, grouping, min_group=config.min_group)})
        if item.metrics
        else item
        for item, grouping in zip(features, grouped, strict=True)
    )
    if not any(feature.metrics for feature in features):
        reasons = " ".join(f"{item.name}: {item.reason}" for item in features if len(item.feature) == 1)
        raise NotApplicable(f"No sensitive feature has groups to compare. {reasons}")
    apart = [far for item in measured if (far := item.disagreement()) is not None]
    conditional, tests_controlled = controlled(subject, grouped, limits, draw)
    binary, stated = subject.task.kind == "binary", subject.profile.fairness
    return Result(
        cohort=subject.cohort.text,
        kind=subject.task.kind,
        target=subject.task.target,
        positive=subject.positive if binary else "",
        favourable=subject.task.favourable if binary else "",
        rows=len(subject),
        config=config,
        overall=overall_values(whole),
        features=features,
        controlled=conditional,
        stated=stated.metric,
        rationale=stated.rationale,
        tests=tests,
        tests_controlled=tests_controlled,
        agreement_with_fairlearn=max(apart) if apart else None,
    )


def measures(result: Result) -> tuple[Measure, ...]:
    """A Measure for every group's value, every gap and every named measure.

    Those within a value of a control feature carry that value as their cohort, so that no rule takes them for all
    rows.
    """
    found = _overall_measures(result.overall, result.cohort)
    found += [item for feature in result.features for item in _feature_measures(feature, result.cohort)]
    for stratum in (stratum for control in result.controlled for stratum in control.strata):
        found += _overall_measures(stratum.overall, stratum.cohort)
        found += [item for feature in stratum.features for item in _feature_measures(feature, stratum.cohort)]
    return tuple(found)


def _overall_measures(overall: tuple[Overall, ...], cohort: str) -> list[Measure]:
    return [to_measure(item.found, analysis=KEY, metric=item.metric, cohort=cohort) for item in overall]


def _feature_measures(feature: FeatureResult, cohort: str) -> list[Measure]:
    names, gaps = feature.feature, list(feature.named)
    found = [_count(feature, group.key, group.n, cohort) for group in feature.groups if feature.metrics]
    for metric in feature.metrics:
        gaps.extend((*metric.gaps, *metric.to_overall))
        for group, value in zip(feature.groups, metric.by_group, strict=True):
            values = group.key
            found.append(
                to_measure(
                    value, analysis=KEY, metric=metric.metric, aggregate="", feature=names, group=values, cohort=cohort
                )
            )
    return found + [_gap_measure(gap, names, cohort) for gap in gaps]


def _count(feature: FeatureResult, group: tuple[str, ...], n: int, cohort: str) -> Measure:
    return Measure(
        analysis=KEY, metric="count", feature=feature.feature, group=group, cohort=cohort, value=float(n), n=n
    )


def _gap_measure(gap: Gap, feature: tuple[str, ...], cohort: str) -> Measure:
    return to_measure(
        gap.found, analysis=KEY, metric=gap.metric, aggregate=gap.aggregate, feature=feature, cohort=cohort
    )


def facts_of(result: Result) -> Facts:
    """What the words need to know besides the features."""
    return Facts(
        kind=result.kind,
        target=result.target,
        positive=result.positive,
        favourable=result.favourable,
        rows=result.rows,
        min_group=result.config.min_group,
        replicates=result.config.replicates,
        agreement=result.agreement_with_fairlearn,
        stated=result.stated,
        rationale=result.rationale,
        tests=result.tests,
        tests_controlled=result.tests_controlled,
    )


def section(result: Result) -> Section:
    """What a reader is shown, from the stored result alone."""
    heading = (KEY, TITLE, QUESTION)
    return fairness_section(result.features, result.overall, result.controlled, facts_of(result), heading=heading)
