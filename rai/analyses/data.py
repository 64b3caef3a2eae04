"""On whom was it tested: rows, outcomes, groups and missing values of the evaluation data."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from pydantic import Field

from rai.cohorts import as_text
from rai.dataset import ReviewDataset
from rai.evidence import AnalysisConfig, AnalysisResult
from rai.measures import Measure
from rai.representation.record import ColumnFacts, NumberSummary, Outcome, RepresentedFeature, RepresentedGroup
from rai.representation.section import Facts, data_section
from rai.section import Section
from rai.statistics.estimates import Estimate, to_measure
from rai.statistics.grouping import Grouping, cross, group_by
from rai.statistics.intervals import mean, rate
from rai.subject import Subject

KEY = "data"
TITLE = "Data"
QUESTION = "On whom was it tested?"


class Config(AnalysisConfig):
    """Settings.

    Attributes
    ----------
    min_group
        Groups with fewer rows are named in a warning.
    max_groups
        A feature with more groups shows its largest ones.
    """

    min_group: int = Field(default=20, ge=1)
    max_groups: int = Field(default=60, ge=2)


class Result(AnalysisResult):
    """What the evaluation data hold.

    Attributes
    ----------
    outcomes
        Rows of each outcome; empty for regression.
    target_numbers
        Spread of the target; regression only.
    base_rate
        Share of positive outcomes; for regression the mean outcome; ``None`` for several classes.
    reference_rows
        Rows of the reference data; 0 where none were given.
    """

    cohort: str
    target: str
    positive: str
    rows: int
    config: Config
    outcomes: tuple[Outcome, ...]
    target_numbers: NumberSummary | None
    base_rate: Estimate | None
    features: tuple[RepresentedFeature, ...]
    columns: tuple[ColumnFacts, ...]
    reference_rows: int


def compute(subject: Subject, config: Config) -> Result:
    """Count rows, outcomes, groups and missing values; nothing here depends on the model."""
    binary = subject.task.kind == "binary"
    return Result(
        cohort=subject.cohort.text,
        target=subject.task.target,
        positive=subject.positive if binary else "",
        rows=len(subject),
        config=config,
        outcomes=_outcomes(subject),
        target_numbers=_numbers(subject),
        base_rate=_base_rate(subject, np.ones(len(subject), dtype=bool)),
        features=tuple(_feature(subject, grouping, config) for grouping in _groupings(subject.dataset)),
        columns=tuple(_column(subject, name) for name in map(str, subject.dataset.frame.columns)),
        reference_rows=len(subject.reference) if subject.reference else 0,
    )


def _groupings(dataset: ReviewDataset) -> tuple[Grouping, ...]:
    single = [group_by(dataset, name) for name in dataset.profile.data.sensitive]
    return (*single, *(cross(first, second) for first, second in combinations(single, 2)))


def _outcomes(subject: Subject) -> tuple[Outcome, ...]:
    if subject.task.kind == "regression":
        return ()
    truth = subject.truth_text
    before = None
    if subject.reference is not None:
        before = np.asarray(as_text(subject.reference.target), dtype=object)
    found = []
    for label in subject.classes:
        n = int((truth == label).sum())
        reference = None if before is None else rate(int((before == label).sum()), len(before))
        found.append(Outcome(label=label, share=rate(n, len(truth)), n=n, reference=reference))
    return tuple(found)


def _numbers(subject: Subject) -> NumberSummary | None:
    if subject.task.kind != "regression":
        return None
    truth = np.asarray(subject.y_true, dtype=float)
    least, quarter, middle, three, most = (float(value) for value in np.quantile(truth, [0, 0.25, 0.5, 0.75, 1]))
    return NumberSummary(least=least, lower_quartile=quarter, median=middle, upper_quartile=three, most=most)


def _base_rate(subject: Subject, mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Estimate | None:
    if subject.task.kind == "multiclass":
        return None
    truth = subject.y_true[mask]
    return rate(int(truth.sum()), len(truth)) if subject.task.kind == "binary" else mean(truth.astype(float))


def _feature(subject: Subject, grouping: Grouping, config: Config) -> RepresentedFeature:
    sizes = grouping.sizes
    largest = np.sort(np.argsort(-sizes, kind="stable")[: config.max_groups])
    missing = _missing_cells(subject)
    reference = _reference_counts(subject, grouping)
    groups = []
    for place in largest:
        mask = grouping.codes == place
        values, n = grouping.groups[int(place)], int(sizes[place])
        groups.append(
            RepresentedGroup(
                key=values,
                n=n,
                share=rate(n, len(subject)),
                base_rate=_base_rate(subject, mask),
                missing=float(missing[mask].mean()) if n else 0.0,
                reference=reference.get(values, 0) if reference is not None else None,
            )
        )
    return RepresentedFeature(
        feature=grouping.feature,
        groups=tuple(groups),
        total=len(sizes),
        empty=grouping.empty[: config.max_groups],
        note=grouping.note,
    )


def _missing_cells(subject: Subject) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Share of the inputs that are missing in each row."""
    names = [name for name in subject.inputs if name in subject.dataset.frame.columns]
    if not names:
        return np.zeros(len(subject))
    return subject.dataset.frame[names].isna().mean(axis=1).to_numpy(dtype=float)


def _reference_counts(subject: Subject, grouping: Grouping) -> dict[tuple[str, ...], int] | None:
    """Rows of each group in the reference data; ``None`` where there are none or they lack a column."""
    reference = subject.reference
    if reference is None or not set(grouping.feature) <= set(reference.frame.columns):
        return None
    single = [group_by(reference, name, like=subject.dataset) for name in grouping.feature]
    there = single[0] if len(single) == 1 else cross(single[0], single[1])
    return {values: int(n) for values, n in zip(there.groups, there.sizes, strict=True)}


def _column(subject: Subject, name: str) -> ColumnFacts:
    column = subject.dataset.frame[name]
    missing = int(column.isna().sum())
    distinct = int(column.dropna().astype("string").nunique()) if column.dtype == object else int(column.nunique())
    kind = "text"
    if pd.api.types.is_bool_dtype(column.dtype):
        kind = "boolean"
    elif pd.api.types.is_numeric_dtype(column.dtype):
        kind = "number"
    return ColumnFacts(
        name=name, role=_role(subject, name), kind=kind, missing=rate(missing, len(column)), distinct=distinct
    )


def _role(subject: Subject, name: str) -> str:
    profile = subject.profile
    stored = profile.predictions
    roles = {
        "target": name == profile.task.target,
        "stored prediction": stored is not None and name in {stored.label, stored.score},
        "sensitive": name in profile.data.sensitive,
        "ignored": name in profile.data.ignore,
        "input": name in subject.inputs,
    }
    return ", ".join(role for role, holds in roles.items() if holds) or "not used"


def measures(result: Result) -> tuple[Measure, ...]:
    """Counts and base rates, over all rows and for every group."""
    whole = Measure(
        analysis=KEY, metric="count", aggregate="overall", cohort=result.cohort, value=float(result.rows), n=result.rows
    )
    found = [whole]
    name = "base_rate" if result.positive else "mean_outcome"
    if result.base_rate:
        found.append(to_measure(result.base_rate, analysis=KEY, metric=name, cohort=result.cohort))
    for item in result.features:
        for group in item.groups:
            found.extend(_group_measures(item.feature, group, name, result.cohort))
    return tuple(found)


def _group_measures(feature: tuple[str, ...], group: RepresentedGroup, name: str, cohort: str) -> list[Measure]:
    count = Measure(
        analysis=KEY,
        metric="count",
        feature=feature,
        group=group.key,
        cohort=cohort,
        value=float(group.n),
        n=group.n,
    )
    if group.base_rate is None:
        return [count]
    base = to_measure(
        group.base_rate, analysis=KEY, metric=name, aggregate="", feature=feature, group=group.key, cohort=cohort
    )
    return [count, base]


def section(result: Result) -> Section:
    """What a reader is shown, from the stored result alone."""
    facts = Facts(
        target=result.target,
        positive=result.positive,
        rows=result.rows,
        min_group=result.config.min_group,
        reference_rows=result.reference_rows,
        base_rate=result.base_rate,
        target_numbers=result.target_numbers,
    )
    return data_section(result.features, result.outcomes, result.columns, facts, heading=(KEY, TITLE, QUESTION))
