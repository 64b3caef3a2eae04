"""Sums SHAP values up over rows: by input, by group, and which inputs follow a sensitive feature."""

from __future__ import annotations

import numpy as np
import pandas as pd

from rai.cohorts import as_text
from rai.explaining.attribution import Attribution
from rai.explaining.bins import as_numbers, is_number
from rai.explaining.record import GroupImportance, Importance, Proxy
from rai.model.answers import Floats
from rai.statistics.association import correlation_ratio, cramers_v
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.grouping import Grouping, group_by
from rai.statistics.intervals import mean
from rai.subject import Subject

#: Fewer rows than this have no mean worth showing.
FEWEST = 10


def absolute(values: Floats) -> Floats:
    """Absolute SHAP values, summed over the outputs; from shape (n, m, k) to (n, m)."""
    total: Floats = np.abs(values).sum(axis=2)
    return total


def importances(found: Attribution) -> tuple[Importance, ...]:
    """Mean absolute SHAP value of each input over the rows, largest first."""
    sizes = absolute(found.shap_values)
    order = np.argsort(-sizes.mean(axis=0), kind="stable")
    return tuple(Importance(name=found.columns[place], found=positive_mean(sizes[:, place])) for place in order)


def positive_mean(values: Floats) -> Estimate:
    """A mean of numbers that cannot be negative: neither can its interval."""
    found = mean(values)
    if found.value is None or found.low is None or found.high is None:
        return found
    return estimate(found.value, max(0.0, found.low), found.high, found.n)


def common_output(subject: Subject, found: Attribution) -> int:
    """The place of the output predicted for most rows; 0 where there is one."""
    if len(found.outputs) == 1:
        return 0
    counts = [int((subject.predicted_text == name).sum()) for name in found.outputs]
    return int(np.argmax(counts))


def by_group(subject: Subject, found: Attribution, names: tuple[str, ...]) -> tuple[GroupImportance, ...]:
    """Mean absolute SHAP value of these inputs within each group of each sensitive feature."""
    sizes = absolute(found.shap_values)
    made: list[GroupImportance] = []
    for feature in subject.profile.data.sensitive:
        grouping = group_by(subject.dataset, feature)
        for place, group in enumerate(grouping.groups):
            inside = grouping.codes[found.rows] == place
            made.extend(
                GroupImportance(
                    feature=feature,
                    group=group[0],
                    name=name,
                    found=_enough(sizes[inside, found.columns.index(name)]),
                )
                for name in names
            )
    return tuple(made)


def _enough(values: Floats) -> Estimate:
    if len(values) < FEWEST:
        return absent(len(values), f"Fewer than {FEWEST} rows of this group were explained.")
    return positive_mean(values)


def proxies(subject: Subject, names: tuple[str, ...]) -> tuple[Proxy, ...]:
    """How closely each input follows each sensitive feature, over all rows; a feature is not compared with itself."""
    groupings = {feature: group_by(subject.dataset, feature) for feature in subject.profile.data.sensitive}
    return tuple(
        _proxy(subject, grouping, name) for feature, grouping in groupings.items() for name in names if name != feature
    )


def _proxy(subject: Subject, grouping: Grouping, name: str) -> Proxy:
    column = subject.dataset.frame[name]
    if is_number(column):
        numbers = as_numbers(column)
        value, measure = correlation_ratio(grouping.codes, numbers), "correlation ratio"
        n = int(np.isfinite(numbers).sum())
    else:
        codes = pd.factorize(as_text(column))[0].astype(np.intp)
        value, measure, n = cramers_v(grouping.codes, codes), "Cramér's V", len(column)
    found = (
        Estimate(value=value, n=n)
        if np.isfinite(value)
        else absent(n, "One of the two columns hardly varies in these rows.")
    )
    return Proxy(feature=grouping.feature[0], name=name, measure=measure, found=found)
