"""The evaluation data in memory: a frame, the roles of its columns, and the digest of the bytes it was read from."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from rai.cohorts import MISSING, Cohort, as_text
from rai.errors import DataError
from rai.profile import ReviewProfile

Groups = npt.NDArray[np.object_]


@dataclass(frozen=True)
class ReviewDataset:
    """Rows to evaluate on. The frame is never written to.

    Attributes
    ----------
    frame
        All columns, one row a case, index 0 to n - 1.
    profile
        Says which column is the target, which are sensitive, which to leave out.
    digest
        SHA-256 of the sealed file.
    """

    frame: pd.DataFrame
    profile: ReviewProfile
    digest: str

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def target(self) -> pd.Series:
        """The true outcome."""
        return self.frame[self.profile.task.target]

    @cached_property
    def features(self) -> tuple[str, ...]:
        """Columns that may be inputs of a model: all but the target, the stored predictions and the ignored ones."""
        profile = self.profile
        out = {profile.task.target, *profile.data.ignore}
        if profile.predictions:
            out |= {profile.predictions.label, profile.predictions.score or profile.predictions.label}
        return tuple(name for name in self.frame.columns if name not in out)

    def groups(self, feature: str) -> Groups:
        """The group of each row for a feature, as strings; shape (n,).

        A numeric feature with declared bands is cut at them; missing values are the group ``missing``.
        """
        column = self.frame[feature]
        cuts = self.profile.data.bands.get(feature)
        return banded(column, cuts) if cuts else np.asarray(as_text(column), dtype=object)

    def within(self, cohort: Cohort) -> ReviewDataset:
        """The rows of a cohort."""
        return self.take(np.flatnonzero(cohort.mask(self.frame)))

    def take(self, rows: npt.NDArray[np.intp]) -> ReviewDataset:
        """The rows at these positions."""
        return replace(self, frame=self.frame.iloc[rows].reset_index(drop=True))


def banded(column: pd.Series, cuts: Sequence[float]) -> Groups:
    """Cut a numeric column at ``cuts``: ``under 25``, ``25 to under 45``, ``45 and over``, ``missing``."""
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    text = [f"{cut:g}" for cut in cuts]
    between = [f"{low} to under {high}" for low, high in pairwise(text)]
    names = np.array([f"under {text[0]}", *between, f"{text[-1]} and over", MISSING], dtype=object)
    place = np.searchsorted(np.asarray(cuts, dtype=float), numbers, side="right")
    return np.asarray(names[np.where(np.isnan(numbers), len(names) - 1, place)], dtype=object)


def read_table(data: bytes, *, name: str) -> pd.DataFrame:
    """Read a parquet or csv file.

    Raises
    ------
    DataError
        If it is empty, cut short, neither parquet nor csv, or holds a single column because of another delimiter.
    """
    if not data:
        raise DataError(f"{name} is empty. Expected a parquet or csv file with one row a case.")
    frame = _read_parquet(data, name) if data[:4] == b"PAR1" or name.endswith(".parquet") else _read_csv(data, name)
    if frame.empty:
        raise DataError(f"{name} has no rows. Expected one row a case.")
    frame.columns = frame.columns.map(str)
    if frame.columns.has_duplicates:
        twice = ", ".join(sorted(set(frame.columns[frame.columns.duplicated()])))
        raise DataError(f"{name} has two columns of the same name: {twice}. Rename one.")
    return frame.reset_index(drop=True)


def _read_parquet(data: bytes, name: str) -> pd.DataFrame:
    try:
        frame: pd.DataFrame = pq.read_table(io.BytesIO(data)).to_pandas()
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{name} is not a whole parquet file: it is cut short or damaged. Write it again.") from error
    return frame


def _read_csv(data: bytes, name: str) -> pd.DataFrame:
    try:
        text = data.decode("utf-8-sig")
        frame = pd.read_csv(io.StringIO(text))
    except (UnicodeDecodeError, ValueError) as error:
        raise DataError(f"{name} is neither parquet nor a csv file in UTF-8. Write it as one of them.") from error
    if len(frame.columns) == 1 and (sign := _other_delimiter(text)):
        raise DataError(f"{name} seems to use '{sign}' between its columns. Write it with commas, or as parquet.")
    return frame


def _other_delimiter(text: str) -> str:
    try:
        return csv.Sniffer().sniff(text.splitlines()[0], delimiters=";\t|").delimiter
    except (csv.Error, IndexError):
        return ""


def make_dataset(frame: pd.DataFrame, profile: ReviewProfile, *, digest: str) -> ReviewDataset:
    """Check a frame against its profile.

    Raises
    ------
    DataError
        If a named column is missing, the target is missing in a row, has one class, or lacks the positive label.
    """
    _check_columns(frame, profile)
    _check_target(frame[profile.task.target], profile)
    return ReviewDataset(frame=frame, profile=profile, digest=digest)


def _check_columns(frame: pd.DataFrame, profile: ReviewProfile) -> None:
    data = profile.data
    wanted: dict[str, tuple[str, ...]] = {"[task] target": (profile.task.target,)}
    wanted |= {"[data] sensitive": data.sensitive, "[data] control": data.control}
    wanted |= {"[data] ignore": data.ignore}
    if profile.predictions:
        score = (profile.predictions.score,) if profile.predictions.score else ()
        wanted["[predictions]"] = (profile.predictions.label, *score)
    wanted["[counterfactuals]"] = profile.counterfactuals.named
    for place, names in wanted.items():
        for name in names:
            if name not in frame.columns:
                known = ", ".join(map(str, frame.columns[:40]))
                raise DataError(f"Column '{name}' is not in the data. Columns: {known}. Set {place} in review.toml.")
    for name in data.bands:
        if not pd.api.types.is_numeric_dtype(frame[name]):
            raise DataError(f"[data.bands] {name}: the column is not numeric, so it cannot be cut. Remove the band.")


def _check_target(target: pd.Series, profile: ReviewProfile) -> None:
    task = profile.task
    if missing := int(target.isna().sum()):
        raise DataError(f"Target '{task.target}' is missing in {missing} of {len(target)} rows. Leave those rows out.")
    if task.kind == "regression":
        if not pd.api.types.is_numeric_dtype(target):
            raise DataError(f"Target '{task.target}' is not numeric, but [task] kind is regression. Mend one of them.")
        return
    labels = sorted(target.unique().tolist(), key=str)
    if len(labels) < 2:
        raise DataError(f"Target '{task.target}' has one class only ({labels[0]!r}). Use data with both outcomes.")
    if task.kind == "binary":
        if len(labels) > 2:
            shown = ", ".join(map(repr, labels[:10]))
            raise DataError(f"Target '{task.target}' has {len(labels)} labels ({shown}). Set [task] kind multiclass.")
        if task.positive not in labels:
            shown = " and ".join(map(repr, labels))
            raise DataError(
                f"The positive label {task.positive!r} never occurs in '{task.target}', which holds {shown}. "
                "Set [task] positive to one of them."
            )
