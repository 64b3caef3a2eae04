"""Writes each column as a few levels (values, or bands of numbers) and the conditions a cohort can put on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.cohorts import MISSING, Condition, Mask, as_text
from rai.dataset import ReviewDataset
from rai.erring.cuts import number_text, quantile_cuts
from rai.model.answers import Floats

Codes = npt.NDArray[np.int32]

#: A text column keeps this many values; rarer ones share the level "other values".
MOST_VALUES = 40
OTHER = "other values"


@dataclass(frozen=True)
class Choice:
    """One condition a cohort can put on a column.

    Attributes
    ----------
    levels
        The levels it admits.
    conditions
        The same as cohort conditions; a band has two.
    words
        The same for people: ``age 25 to under 45``.
    """

    levels: tuple[int, ...]
    conditions: tuple[Condition, ...]
    words: str


@dataclass(frozen=True)
class CodedColumn:
    """A column as levels.

    Attributes
    ----------
    codes
        Shape (n,): the level of each row.
    labels
        Name of each level, in order.
    choices
        Conditions to search over.
    numbers
        Numeric columns only: the values, NaN where missing.
    other
        The level that rare values of a text column share, if there is one.
    reason
        Why there are no choices.
    """

    name: str
    codes: Codes
    labels: tuple[str, ...]
    choices: tuple[Choice, ...] = ()
    numbers: Floats | None = None
    other: int | None = None
    reason: str = ""

    def mask(self, condition: Condition) -> Mask:
        """Which rows satisfy a condition on this column that names its levels or compares its numbers."""
        if condition.op in {"=", "!="}:
            wanted = set(condition.values)
            named = [label in wanted and place != self.other for place, label in enumerate(self.labels)]
            inside = np.array(named)[self.codes]
            return np.asarray(inside if condition.op == "=" else ~inside, dtype=bool)
        assert self.numbers is not None
        bound = float(condition.values[0])  # noqa: PD011 - no frame
        with np.errstate(invalid="ignore"):
            return np.asarray(self.numbers >= bound if condition.op == ">=" else self.numbers < bound, dtype=bool)


def is_numeric(column: pd.Series) -> bool:
    """Whether a column is cut into bands; booleans are values like text."""
    return bool(pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype))


def code_column(dataset: ReviewDataset, name: str, *, bins: int, least: int, band: int = 1) -> CodedColumn:
    """Write a column as levels.

    Parameters
    ----------
    bins
        Bands of a numeric column with about equally many rows; bands declared in the profile are used instead.
    least
        A text value with fewer rows is no level of its own.
    band
        A band of numbers with fewer rows is joined to its neighbour, unless it is declared.
    """
    column = dataset.frame[name]
    if is_numeric(column):
        numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        ordered = np.sort(numbers[~np.isnan(numbers)])
        cuts = dataset.profile.data.bands.get(name) or quantile_cuts(ordered, bins, least=band)
        return _code_numbers(name, numbers, ordered, cuts)
    return _code_text(name, column, least)


def _code_text(name: str, column: pd.Series, least: int) -> CodedColumn:
    try:
        places, _ = pd.factorize(column, use_na_sentinel=False)
    except TypeError:
        reason = "its values are lists or objects, which cannot be compared"
        return CodedColumn(name=name, codes=np.zeros(len(column), dtype=np.int32), labels=("any",), reason=reason)
    first = np.unique(places, return_index=True)[1]
    # Written as text after finding the distinct values: a million rows need not be written one by one.
    texts, group = np.unique(as_text(column.iloc[first]).to_numpy(), return_inverse=True)
    fine = group[places]
    counts = np.bincount(fine, minlength=len(texts))
    order = np.argsort(-counts, kind="stable")
    kept = order[:MOST_VALUES][counts[order[:MOST_VALUES]] >= least]
    level = np.full(len(texts), len(kept), dtype=np.int32)
    level[kept] = np.arange(len(kept), dtype=np.int32)
    labels = tuple(str(texts[place]) for place in kept)
    other = len(kept) if len(kept) < len(texts) else None
    choices = tuple(_value(name, place, label) for place, label in enumerate(labels)) if len(texts) > 1 else ()
    reason = "" if choices else ("one value only" if len(texts) == 1 else f"no value has {least:,} rows")
    return CodedColumn(
        name=name,
        codes=level[fine],
        labels=labels if other is None else (*labels, OTHER),
        choices=choices,
        other=other,
        reason=reason,
    )


def _value(name: str, level: int, label: str) -> Choice:
    words = f"{name} = {label or 'empty'}"
    return Choice((level,), (Condition(column=name, op="=", values=(label,)),), words)


@dataclass(frozen=True)
class _Band:
    """A range of numbers: from the cut ``low`` to below the cut ``high``, or a single value."""

    low: float | None
    high: float | None
    value: str = ""

    @property
    def label(self) -> str:
        if self.value:
            return self.value
        if self.low is None:
            return f"under {number_text(self.high)}" if self.high is not None else "all numbers"
        if self.high is None:
            return f"{number_text(self.low)} and over"
        return f"{number_text(self.low)} to under {number_text(self.high)}"

    def conditions(self, name: str) -> tuple[Condition, ...]:
        if self.value:
            return (Condition(column=name, op="=", values=(self.value,)),)
        low = [Condition(column=name, op=">=", values=(number_text(self.low),))] if self.low is not None else []
        high = [Condition(column=name, op="<", values=(number_text(self.high),))] if self.high is not None else []
        return (*low, *high)


def _code_numbers(name: str, numbers: Floats, ordered: Floats, cuts: tuple[float, ...]) -> CodedColumn:
    missing = np.isnan(numbers)
    codes = np.searchsorted(np.asarray(cuts, dtype=float), numbers, side="right").astype(np.int32)
    codes[missing] = len(cuts) + 1
    ends: tuple[float | None, ...] = (None, *cuts, None)
    bands = [_band(ends[place], ends[place + 1], ordered) for place in range(len(cuts) + 1)]
    labels = tuple(band.label for band in bands)
    choices = _ranges(name, bands, ends) if cuts else []
    if missing.any() and len(ordered):
        words, absent = f"{name} missing", Condition(column=name, op="=", values=(MISSING,))
        choices.append(Choice((len(bands),), (absent,), words))
    return CodedColumn(
        name=name,
        codes=codes,
        labels=(*labels, MISSING) if missing.any() else labels,
        choices=tuple(choices),
        numbers=numbers,
        reason="" if choices else ("one value only" if len(ordered) else "no value at all"),
    )


def _ranges(name: str, bands: list[_Band], ends: tuple[float | None, ...]) -> list[Choice]:
    """Every run of neighbouring bands but all of them together."""
    found = []
    for first in range(len(bands)):
        for last in range(first, len(bands)):
            if last - first + 1 == len(bands):
                continue
            band = bands[first] if first == last else _Band(ends[first], ends[last + 1])
            levels = tuple(range(first, last + 1))
            words = f"{name} = {band.value}" if band.value else f"{name} {band.label}"
            found.append(Choice(levels, band.conditions(name), words))
    return found


def _band(low: float | None, high: float | None, ordered: Floats) -> _Band:
    """A band; one that holds a single value is named by it, where no neighbour would be written the same."""
    start = 0 if low is None else int(np.searchsorted(ordered, low))
    stop = len(ordered) if high is None else int(np.searchsorted(ordered, high))
    if start == stop or ordered[start] != ordered[stop - 1]:
        return _Band(low, high)
    near = {f"{ordered[place]:.15g}" for place in (start - 1, stop) if 0 <= place < len(ordered)}
    text = f"{ordered[start]:.15g}"
    return _Band(low, high, "" if text in near else text)
