"""Sorts rows by the value of an input: numbers into bins of about equally many rows, categories by name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.cohorts import MISSING, as_text
from rai.model.answers import Floats
from rai.statistics.grouping import DISTINCT

#: Bins of a number, and categories named one by one.
BINS, CATEGORIES = 8, 10


@dataclass(frozen=True)
class Binned:
    """Which bin each row is in.

    Attributes
    ----------
    labels
        Names of the bins, in order; a bin may be empty.
    codes
        Shape (n,): the place of each row's bin.
    numbers
        Shape (n,): the values, for a number; ``None`` for categories.
    """

    labels: tuple[str, ...]
    codes: npt.NDArray[np.intp]
    numbers: Floats | None

    def middle(self, place: int) -> float | None:
        """Mean value in a bin; ``None`` for categories and for missing values."""
        if self.numbers is None:
            return None
        known = self.numbers[(self.codes == place) & np.isfinite(self.numbers)]
        return float(known.mean()) if len(known) else None


def is_number(column: pd.Series) -> bool:
    """True for a column of numbers with so many distinct values that it is read as a scale."""
    return has_order(column) and column.nunique() > DISTINCT


def has_order(column: pd.Series) -> bool:
    """True for a column of numbers that are not yes or no."""
    return pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)


def as_numbers(column: pd.Series) -> Floats:
    """The values as plain numbers, NaN where missing or infinite."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isfinite(numbers), numbers, np.nan)


def bin_column(column: pd.Series, *, bins: int = BINS, categories: int = CATEGORIES) -> Binned:
    """Sort a column into bins; rows without a value have a bin of their own."""
    return _number_bins(column, bins) if is_number(column) else _category_bins(column, categories)


def _number_bins(column: pd.Series, bins: int) -> Binned:
    """Bins of about equally many rows, named by the smallest and largest number in them."""
    numbers = as_numbers(column)
    cuts = np.unique(np.nanquantile(numbers, np.linspace(0, 1, bins + 1)[1:-1]))
    codes = np.where(np.isnan(numbers), len(cuts) + 1, np.searchsorted(cuts, numbers, side="right")).astype(np.intp)
    names = [span(numbers[codes == place]) for place in range(len(cuts) + 1)]
    return Binned((*names, MISSING), codes, numbers)


def span(numbers: Floats) -> str:
    """Smallest to largest, in words."""
    if not len(numbers):
        return ""
    low, high = f"{numbers.min():.4g}", f"{numbers.max():.4g}"
    return low if low == high else f"{low} to {high}"


def _category_bins(column: pd.Series, categories: int) -> Binned:
    text = as_text(column)
    labels = in_order(frequent(text, categories), column)
    places = {name: place for place, name in enumerate(labels)}
    codes = text.map(lambda name: places.get(name, len(labels))).to_numpy(dtype=np.intp)
    return Binned((*labels, "all others"), codes, None)


def frequent(text: pd.Series, most: int) -> list[str]:
    """The most frequent values, by name where two are equally frequent."""
    counts = text.value_counts()
    return sorted(map(str, counts.index), key=lambda name: (-int(counts[name]), name))[:most]


def in_order(names: list[str], column: pd.Series) -> list[str]:
    """Names in the order in which they are read: numbers by size, missing last."""
    if has_order(column):
        return sorted(names, key=lambda name: (name == MISSING, float(name) if name != MISSING else 0.0))
    return sorted(names)
