"""On whom was it tested: rows, outcomes, groups, missing values, and how far the data are from the reference data."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from rai.evidence import AnalysisConfig, AnalysisResult
from rai.measures import Measure
from rai.representation.balance import label_balance
from rai.representation.counting import (
    base_rate,
    column_facts,
    groupings,
    outcomes,
    represented,
    role_of,
    target_numbers,
)
from rai.representation.missing import missing_gaps
from rai.representation.record import (
    Balance,
    ColumnFacts,
    FeatureBalance,
    MissingGap,
    NumberSummary,
    Outcome,
    RepresentedFeature,
    RepresentedGroup,
    Shift,
)
from rai.representation.section import Facts, data_section
from rai.representation.shift import shifts
from rai.section import Section
from rai.statistics.estimates import Estimate, to_measure
from rai.statistics.grouping import Grouping
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
    balance
        The outcomes of each group against those of all other rows; empty for regression.
    missing
        Columns that are missing more often in one group than in another.
    shift
        Columns of the evaluation data against the reference data.
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
    balance: tuple[FeatureBalance, ...] = ()
    missing: tuple[MissingGap, ...] = ()
    shift: tuple[Shift, ...] = ()


def compute(subject: Subject, config: Config) -> Result:
    """Count rows, outcomes, groups and missing values; nothing here depends on the model."""
    binary, grouped = subject.task.kind == "binary", groupings(subject.dataset)
    return Result(
        cohort=subject.cohort.text,
        target=subject.task.target,
        positive=subject.positive if binary else "",
        rows=len(subject),
        config=config,
        outcomes=outcomes(subject),
        target_numbers=target_numbers(subject),
        base_rate=base_rate(subject, np.ones(len(subject), dtype=bool)),
        features=tuple(represented(subject, grouping, most=config.max_groups) for grouping in grouped),
        columns=tuple(column_facts(subject, name) for name in map(str, subject.dataset.frame.columns)),
        reference_rows=len(subject.reference) if subject.reference else 0,
        balance=_balance(subject, grouped, config),
        missing=missing_gaps(
            subject, grouped, min_group=config.min_group, max_groups=config.max_groups, seed=config.seed
        ),
        shift=_shift(subject, config.seed),
    )


def _balance(subject: Subject, grouped: tuple[Grouping, ...], config: Config) -> tuple[FeatureBalance, ...]:
    if subject.task.kind == "regression":
        return ()
    return tuple(
        label_balance(subject, grouping, min_group=config.min_group, most=config.max_groups, seed=config.seed)
        for grouping in grouped
        if len(grouping.feature) == 1 and len(grouping.groups) > 1
    )


def _shift(subject: Subject, seed: int) -> tuple[Shift, ...]:
    if subject.reference is None:
        return ()
    roles = {name: role_of(subject, name) for name in map(str, subject.dataset.frame.columns)}
    compared = {name: role for name, role in roles.items() if role not in {"ignored", "not used"}}
    kept = {name: role for name, role in compared.items() if "stored prediction" not in role}
    return shifts(subject.dataset.frame, subject.reference.frame, kept, seed=seed)


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
    return (*found, *_balance_measures(result), *_gap_measures(result))


#: The names of the label balance measures.
BALANCE: dict[str, str] = {
    "class_imbalance": "class_imbalance",
    "difference_in_proportions_of_labels": "difference_in_proportions",
    "kullback_leibler_divergence": "kullback_leibler",
    "jensen_shannon_divergence": "jensen_shannon",
    "total_variation_distance": "total_variation",
}


def _balance_measures(result: Result) -> list[Measure]:
    every = [(item.feature, group) for item in result.balance for group in item.groups]
    return [
        to_measure(
            value, analysis=KEY, metric=metric, aggregate="", feature=(feature,), group=group.key, cohort=result.cohort
        )
        for feature, group in every
        for metric, value in _values(group).items()
    ]


def _values(group: Balance) -> dict[str, Estimate]:
    found = {metric: getattr(group, name) for metric, name in BALANCE.items()}
    return {metric: value for metric, value in found.items() if value is not None}


def _gap_measures(result: Result) -> list[Measure]:
    """The widest gap in missing values of every column, and how far each column is from the reference data."""
    gone = [
        to_measure(
            gap.difference,
            analysis=KEY,
            metric=f"missing_rate[{gap.column}]",
            aggregate="difference",
            feature=(gap.feature,),
            cohort=result.cohort,
        )
        for gap in result.missing
    ]
    apart = [
        to_measure(
            item.stability_index,
            analysis=KEY,
            metric="population_stability_index",
            feature=(item.column,),
            cohort=result.cohort,
        )
        for item in result.shift
    ]
    return gone + apart


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
        balance=result.balance,
        missing=result.missing,
        shift=result.shift,
    )
    return data_section(result.features, result.outcomes, result.columns, facts, heading=(KEY, TITLE, QUESTION))
