"""Counting the evaluation data: rows, outcomes, groups and columns; nothing here depends on the model."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.cohorts import as_text
from rai.dataset import ReviewDataset
from rai.representation.record import ColumnFacts, NumberSummary, Outcome, RepresentedFeature, RepresentedGroup
from rai.statistics.estimates import Estimate
from rai.statistics.grouping import Grouping, cross, group_by
from rai.statistics.intervals import mean, rate
from rai.subject import Subject

Bools = npt.NDArray[np.bool_]


def groupings(dataset: ReviewDataset) -> tuple[Grouping, ...]:
    """Every sensitive feature, then every pair of them."""
    single = [group_by(dataset, name) for name in dataset.profile.data.sensitive]
    return (*single, *(cross(first, second) for first, second in combinations(single, 2)))


def outcomes(subject: Subject) -> tuple[Outcome, ...]:
    """Rows of each outcome, beside those of the reference data; none for regression."""
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


def target_numbers(subject: Subject) -> NumberSummary | None:
    """The spread of the target; regression only."""
    if subject.task.kind != "regression":
        return None
    truth = np.asarray(subject.y_true, dtype=float)
    least, quarter, middle, three, most = (float(value) for value in np.quantile(truth, [0, 0.25, 0.5, 0.75, 1]))
    return NumberSummary(least=least, lower_quartile=quarter, median=middle, upper_quartile=three, most=most)


def base_rate(subject: Subject, mask: Bools) -> Estimate | None:
    """Share of positive outcomes among some rows, for regression the mean outcome."""
    if subject.task.kind == "multiclass":
        return None
    truth = subject.y_true[mask]
    return rate(int(truth.sum()), len(truth)) if subject.task.kind == "binary" else mean(truth.astype(float))


def represented(subject: Subject, grouping: Grouping, *, most: int) -> RepresentedFeature:
    """The largest groups of one grouping with their rows, base rates and missing inputs."""
    sizes = grouping.sizes
    largest = np.sort(np.argsort(-sizes, kind="stable")[:most])
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
                base_rate=base_rate(subject, mask),
                missing=float(missing[mask].mean()) if n else 0.0,
                reference=reference.get(values, 0) if reference is not None else None,
            )
        )
    return RepresentedFeature(
        feature=grouping.feature,
        groups=tuple(groups),
        total=len(sizes),
        empty=grouping.empty[:most],
        note=grouping.note,
    )


def _missing_cells(subject: Subject) -> npt.NDArray[np.float64]:
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


def column_facts(subject: Subject, name: str) -> ColumnFacts:
    """What one column is and how much of it is missing."""
    column = subject.dataset.frame[name]
    missing = int(column.isna().sum())
    distinct = int(column.dropna().astype("string").nunique()) if column.dtype == object else int(column.nunique())
    kind = "text"
    if pd.api.types.is_bool_dtype(column.dtype):
        kind = "boolean"
    elif pd.api.types.is_numeric_dtype(column.dtype):
        kind = "number"
    return ColumnFacts(
        name=name, role=role_of(subject, name), kind=kind, missing=rate(missing, len(column)), distinct=distinct
    )


def role_of(subject: Subject, name: str) -> str:
    """What a column is for, in words."""
    profile = subject.profile
    stored = profile.predictions
    roles = {
        "target": name == profile.task.target,
        "stored prediction": stored is not None and name in {stored.label, stored.score},
        "sensitive": name in profile.data.sensitive,
        "control": name in profile.data.control,
        "ignored": name in profile.data.ignore,
        "input": name in subject.inputs,
    }
    return ", ".join(role for role, holds in roles.items() if holds) or "not used"
