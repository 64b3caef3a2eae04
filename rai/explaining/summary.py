"""Sums SHAP values up over rows: by input, by the input's value, and by group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.cohorts import MISSING, as_text
from rai.explaining.attribution import Attribution
from rai.explaining.record import Bin, Dependence, GroupImportance, Importance, Proxy
from rai.model.answers import Floats
from rai.statistics.association import correlation_ratio, cramers_v
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.grouping import DISTINCT, Grouping, group_by
from rai.statistics.intervals import mean
from rai.subject import Subject

#: Fewer rows than this have no mean worth showing.
FEWEST = 10


@dataclass(frozen=True)
class Shown:
    """How much of it is shown: inputs with a dependence, bins of a number, categories of a text."""

    inputs: int = 6
    bins: int = 8
    categories: int = 10


def absolute(found: Attribution) -> Floats:
    """Absolute SHAP values, summed over the outputs; shape (n, m)."""
    total: Floats = np.abs(found.shap_values).sum(axis=2)
    return total


def importances(found: Attribution) -> tuple[Importance, ...]:
    """Mean absolute SHAP value of each input over the rows, largest first."""
    sizes = absolute(found)
    order = np.argsort(-sizes.mean(axis=0), kind="stable")
    return tuple(Importance(name=found.columns[place], found=positive_mean(sizes[:, place])) for place in order)


def positive_mean(values: Floats) -> Estimate:
    """A mean of numbers that cannot be negative: neither can its interval."""
    found = mean(values)
    if found.value is None or found.low is None or found.high is None:
        return found
    return estimate(found.value, max(0.0, found.low), found.high, found.n)


def dependences(subject: Subject, found: Attribution, names: tuple[str, ...], shown: Shown) -> tuple[Dependence, ...]:
    """Mean SHAP value by the value of the input, for the output that is predicted most often."""
    output = common_output(subject, found)
    return tuple(_dependence(subject, found, name, output, shown) for name in names[: shown.inputs])


def common_output(subject: Subject, found: Attribution) -> int:
    """The place of the output predicted for most rows; 0 where there is one."""
    if len(found.outputs) == 1:
        return 0
    counts = [int((subject.predicted_text == name).sum()) for name in found.outputs]
    return int(np.argmax(counts))


def _dependence(subject: Subject, found: Attribution, name: str, output: int, shown: Shown) -> Dependence:
    column = subject.dataset.frame[name].iloc[found.rows]
    steps = found.shap_values[:, found.columns.index(name), output]
    numeric = is_number(column)
    labels, codes = _number_bins(column, shown.bins) if numeric else _category_bins(column, shown.categories)
    bins = (Bin(label=label, found=mean(steps[codes == place])) for place, label in enumerate(labels))
    return Dependence(name=name, numeric=numeric, bins=tuple(item for item in bins if item.found.n))


def is_number(column: pd.Series) -> bool:
    """True for a column of numbers with so many distinct values that it is read as a scale."""
    numeric = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    return numeric and column.nunique() > DISTINCT


def _number_bins(column: pd.Series, bins: int) -> tuple[list[str], npt.NDArray[np.intp]]:
    """Bins of about equally many rows, named by the smallest and largest number in them."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    cuts = np.unique(np.nanquantile(numbers, np.linspace(0, 1, bins + 1)[1:-1]))
    codes = np.where(np.isnan(numbers), len(cuts) + 1, np.searchsorted(cuts, numbers, side="right")).astype(np.intp)
    names = [_span(numbers[codes == place]) for place in range(len(cuts) + 1)]
    return [*names, MISSING], codes


def _span(numbers: Floats) -> str:
    if not len(numbers):
        return ""
    low, high = f"{numbers.min():.4g}", f"{numbers.max():.4g}"
    return low if low == high else f"{low} to {high}"


def _category_bins(column: pd.Series, categories: int) -> tuple[list[str], npt.NDArray[np.intp]]:
    text = as_text(column)
    counts = text.value_counts()
    largest = sorted(counts.index, key=lambda name: (-int(counts[name]), name))[:categories]
    labels = _in_order(largest, column)
    places = {name: place for place, name in enumerate(labels)}
    codes = text.map(lambda name: places.get(name, len(labels))).to_numpy(dtype=np.intp)
    return [*labels, "all others"], codes


def _in_order(names: list[str], column: pd.Series) -> list[str]:
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        return sorted(names, key=lambda name: (name == MISSING, float(name) if name != MISSING else 0.0))
    return sorted(names)


def by_group(subject: Subject, found: Attribution, names: tuple[str, ...]) -> tuple[GroupImportance, ...]:
    """Mean absolute SHAP value of these inputs within each group of each sensitive feature."""
    sizes = absolute(found)
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
    return tuple(
        _proxy(subject, group_by(subject.dataset, feature), name)
        for feature in subject.profile.data.sensitive
        for name in names
        if name != feature
    )


def _proxy(subject: Subject, grouping: Grouping, name: str) -> Proxy:
    column = subject.dataset.frame[name]
    if is_number(column):
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
        value, measure, n = correlation_ratio(grouping.codes, numbers), "correlation ratio", int(column.notna().sum())
    else:
        codes = pd.factorize(as_text(column))[0].astype(np.intp)
        value, measure, n = cramers_v(grouping.codes, codes), "Cramér's V", len(column)
    found = (
        Estimate(value=value, n=n)
        if np.isfinite(value)
        else absent(n, "One of the two columns hardly varies in these rows.")
    )
    return Proxy(feature=grouping.feature[0], name=name, measure=measure, found=found)
