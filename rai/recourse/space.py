"""Writes rows as numbers, so that they can be mixed, compared and turned back into rows of the model's own types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.asking import code

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Numbers from here on are no longer told apart as floats, so such a column is handled as names.
EXACT = 2.0**53
#: A number is written no finer than this share of its range.
FINEST = 1e-5


@dataclass(frozen=True)
class Scale:
    """A column of numbers.

    Attributes
    ----------
    low, high
        Smallest and largest number observed; both 0 where there is none.
    decimals
        Values are written with so many decimals: as the data are, but no finer than a hundred-thousandth of the range.
        Below 0 for tens, hundreds and so on.
    whole
        True if every number observed is whole; then every number proposed is.
    """

    low: float
    high: float
    decimals: int
    whole: bool

    @property
    def step(self) -> float:
        """The smallest difference of two values written."""
        return float(10.0**-self.decimals)


@dataclass(frozen=True)
class Space:
    """What the columns of coded rows stand for.

    Coded rows are an array of shape (n, m): numbers as they are, with NaN where missing; for every other column the
    place of the value in ``distinct``.

    Attributes
    ----------
    columns
        Names of the m columns the model is sent.
    scales
        For each column its scale; ``None`` for a column of names.
    distinct
        For each column of names its distinct values in its own type; for a column of numbers an empty one.
    counts
        Shape (m,): which columns are inputs. The others are sent along, never change and count in no distance.
    """

    columns: tuple[str, ...]
    scales: tuple[Scale | None, ...]
    distinct: tuple[pd.Series, ...]
    counts: Bools

    def decode(self, rows: Floats) -> pd.DataFrame:
        """Turn coded rows back into rows with the columns' own types."""
        return pd.DataFrame({name: self._column(rows[:, place], place) for place, name in enumerate(self.columns)})

    def _column(self, codes: Floats, place: int) -> pd.Series:
        values = self.distinct[place]
        if self.scales[place] is None:
            return values.take(codes.astype(np.intp)).reset_index(drop=True)
        if pd.api.types.is_integer_dtype(values.dtype):
            return pd.Series(np.round(codes)).astype(values.dtype)
        return pd.Series(codes).astype(values.dtype)

    def missing(self, place: int) -> Bools:
        """Which values of a column of names are missing; shape (values,)."""
        return np.asarray(self.distinct[place].isna(), dtype=bool)

    @property
    def spans(self) -> Floats:
        """Shape (m,): the range of each column of numbers; 1 for names and for a constant."""
        return np.array([(scale.high - scale.low) or 1.0 if scale else 1.0 for scale in self.scales])

    def gaps(self, first: Floats, second: Floats) -> Floats:
        """How far each value is from the other, 0 to 1; arrays of shape (..., m).

        Numbers: the difference over the observed range, at most 1. Names: 0 or 1. Missing against known is 1.
        """
        apart = differ(first, second).astype(float)
        scaled = np.array([scale is not None for scale in self.scales])
        far = np.minimum(np.abs(first[..., scaled] - second[..., scaled]) / self.spans[scaled], 1.0)
        apart[..., scaled] = np.where(np.isnan(far), apart[..., scaled], far)
        found: Floats = apart * self.counts
        return found

    def distance(self, first: Floats, second: Floats) -> Floats:
        """Gower distance of rows, 0 (same) to 1: the mean of the gaps over the inputs.

        Notes
        -----
        Gower, J. C. (1971), A general coefficient of similarity, Biometrics 27. A missing value is as far from a
        known one as can be.
        """
        found: Floats = self.gaps(first, second).sum(axis=-1) / max(int(self.counts.sum()), 1)
        return found


def differ(first: Floats, second: Floats) -> Bools:
    """Where two arrays of coded rows differ; missing equals missing."""
    found: Bools = (first != second) & ~(np.isnan(first) & np.isnan(second))
    return found


def encode(
    frames: Sequence[pd.DataFrame], inputs: Sequence[str], *, names: Sequence[str] = ()
) -> tuple[Space, tuple[Floats, ...]]:
    """Code frames with the same columns and types together.

    Parameters
    ----------
    inputs
        The columns that count.
    names
        Columns that hold names even where they are written as numbers.

    Returns
    -------
    tuple
        The space, and the coded rows of each frame.
    """
    coded, codes = code(*frames)
    lengths = np.cumsum([len(frame) for frame in frames])[:-1]
    table = np.concatenate(codes).astype(float)
    scales: list[Scale | None] = []
    distinct: list[pd.Series] = []
    for place, (name, written) in enumerate(zip(coded.columns, coded.values, strict=True)):
        column = pd.concat([frame[name] for frame in frames], ignore_index=True).astype(frames[0][name].dtype)
        numbers = None if name in names else _numbers(column)
        scales.append(None if numbers is None else _scale(numbers))
        distinct.append(written if numbers is None else column.iloc[:0])
        if numbers is not None:
            table[:, place] = numbers
    counts = np.isin(np.array(coded.columns, dtype=object), list(inputs))
    return Space(coded.columns, tuple(scales), tuple(distinct), counts), tuple(np.split(table, lengths))


def _numbers(column: pd.Series) -> Floats | None:
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        return None
    if pd.api.types.is_complex_dtype(column.dtype):
        return None
    numbers = column.to_numpy(dtype=float, na_value=np.nan)
    known = numbers[~np.isnan(numbers)]
    return None if len(known) and np.abs(known).max() >= EXACT else numbers


def _scale(numbers: Floats) -> Scale:
    known = np.unique(numbers[~np.isnan(numbers)])
    if not len(known):
        return Scale(0.0, 0.0, 0, whole=False)
    low, high = float(known[0]), float(known[-1])
    finest = int(np.floor(-np.log10(max(high - low, 1e-9) * FINEST)))
    written = next((d for d in range(7) if np.allclose(np.round(known, d), known, rtol=1e-12, atol=1e-9)), finest)
    return Scale(low, high, min(written, finest), whole=written == 0)
