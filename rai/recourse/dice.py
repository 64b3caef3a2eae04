"""Searches with DiCE, the second engine and the one door to dice_ml; it sees the model through predictions only.

Numbers are handed over as counts of steps and names as codes, so that its precision of numbers and its types of columns
cannot matter. Only the columns that may change are handed over; all others are put back before the model is asked.
"""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.recourse.choice import Block, best_of
from rai.recourse.limits import Limits
from rai.recourse.oracle import Oracle
from rai.recourse.space import Floats

#: Rows DiCE draws for each example it looks for.
SAMPLES = 1000
_OUTCOME = "outcome"


@dataclass(frozen=True)
class _Codec:
    """Between coded rows and the frame DiCE sees, for the columns that may change."""

    limits: Limits
    free: npt.NDArray[np.intp]

    def name(self, place: int) -> str:
        return f"column {place}"

    def is_number(self, place: int) -> bool:
        return self.limits.space.scales[place] is not None

    def frame(self, rows: Floats) -> pd.DataFrame:
        return pd.DataFrame({self.name(place): self._hand(rows[:, place], place) for place in self.free})

    def _hand(self, values: Floats, place: int) -> pd.Series:
        if not self.is_number(place):
            return pd.Series(values.astype(np.int64).astype(str))
        return pd.Series(self.steps(values, place))

    def steps(self, values: Floats, place: int) -> npt.NDArray[np.int64]:
        scale = self.limits.space.scales[place]
        assert scale is not None
        return np.round((np.nan_to_num(values, nan=scale.low) - scale.low) / scale.step).astype(np.int64)

    def rows(self, frame: pd.DataFrame, own: Floats, varied: npt.NDArray[np.intp]) -> Floats:
        """Turn what DiCE says back into coded rows; what it did not change keeps the row's own value exactly."""
        found = np.repeat(own[None, :], len(frame), axis=0)
        before = self.frame(own[None, :])
        for place in varied:
            name = self.name(int(place))
            given = frame[name].to_numpy(dtype=float)
            scale = self.limits.space.scales[place]
            value = given if scale is None else np.round(scale.low + given * scale.step, scale.decimals)
            found[:, place] = np.where(given == float(before[name].iloc[0]), own[place], value)
        return found

    def every_name(self, rows: Floats) -> Floats:
        """Rows that between them hold every name: DiCE refuses to propose one that its data do not hold."""
        widths = {place: len(self.limits.space.distinct[place]) for place in self.free if not self.is_number(place)}
        made = np.repeat(rows[:1], max(widths.values(), default=0), axis=0)
        for place, width in widths.items():
            made[:, place] = np.arange(len(made)) % width
        return made

    def permitted(self, own: Floats) -> dict[str, list[Any]]:
        """What each column of one row may become; a column for which this is nothing is left out."""
        found: dict[str, list[Any]] = {}
        for place in self.free:
            values = self._numbers(own, place) if self.is_number(place) else self._names(own, place)
            if values:
                found[self.name(place)] = values
        return found

    def _numbers(self, own: Floats, place: int) -> list[Any]:
        scale = self.limits.space.scales[place]
        assert scale is not None
        low, high = (float(end[0]) for end in self.limits.bounds(own[None, :], int(place)))
        if np.isnan(own[place]) or not low <= high:
            return []
        ends = int(np.ceil((low - scale.low) / scale.step)), int(np.floor((high - scale.low) / scale.step))
        return list(ends) if ends[0] <= ends[1] else []

    def _names(self, own: Floats, place: int) -> list[Any]:
        codes = np.arange(len(self.limits.space.distinct[place]), dtype=float)
        kept = self.limits.fit(own[None, :], codes[None, :], int(place))[0]
        return sorted({str(int(code)) for code in kept})


@dataclass(frozen=True)
class _Asked:
    """What DiCE calls: the outcome as a class, 1 where it is the desired one."""

    oracle: Oracle
    codec: _Codec
    own: Floats
    varied: npt.NDArray[np.intp]

    def predict_proba(self, frame: pd.DataFrame) -> Floats:
        holds = self.oracle(self.codec.rows(frame, self.own, self.varied))[0].astype(float)
        return np.column_stack([1 - holds, holds])

    def predict(self, frame: pd.DataFrame) -> npt.NDArray[np.int64]:
        return self.predict_proba(frame)[:, 1].astype(np.int64)


def search_with_dice(oracle: Oracle, rows: Floats, pool: Floats, *, examples: int, seed: int) -> Block:
    """Search row by row with DiCE's random method, seeded for each row.

    Parameters
    ----------
    rows, pool
        As in :func:`rai.recourse.search.search`.

    Notes
    -----
    Mothilal, R. K., Sharma, A. and Tan, C. (2020), Explaining machine learning classifiers through diverse
    counterfactual explanations, FAT*.
    """
    codec = _Codec(oracle.limits, np.flatnonzero(oracle.limits.free))
    data = codec.frame(np.concatenate([pool, rows, codec.every_name(rows)]))
    data[_OUTCOME] = (np.arange(len(data)) < len(pool)).astype(np.int64)
    wanted = _Wanted(_read(codec, data), examples, seed)
    found = [_one(oracle, codec, row, wanted) for row in rows]
    place = np.repeat(np.arange(len(rows)), [len(each) for each in found])
    proposed = np.concatenate([*found, np.zeros((0, rows.shape[1]))])
    return best_of(oracle.limits, rows, place, proposed, examples)


@dataclass(frozen=True)
class _Wanted:
    """The data as DiCE reads them, the examples wanted of a row, and the seed."""

    data: Any
    examples: int
    seed: int


def _read(codec: _Codec, data: pd.DataFrame) -> Any:
    with _silent():
        import dice_ml

        numbers = [codec.name(place) for place in codec.free if codec.is_number(place)]
        return dice_ml.Data(dataframe=data, continuous_features=numbers, outcome_name=_OUTCOME)


def _one(oracle: Oracle, codec: _Codec, own: Floats, wanted: _Wanted) -> Floats:
    permitted = codec.permitted(own)
    varied = np.array([place for place in codec.free if codec.name(place) in permitted], dtype=np.intp)
    nothing = np.zeros((0, len(own)))
    if not len(varied):
        return nothing
    asked = _Asked(oracle, codec, own, varied)
    frames = _generate(asked, permitted, wanted)
    if not frames:
        return nothing
    # Its last step, which makes an example sparser, can end at a value that does not hold; then the one before counts.
    plain, sparse = (codec.rows(frame, own, varied) for frame in frames)
    return np.where(oracle(sparse)[0][:, None], sparse, plain)


def _generate(asked: _Asked, permitted: dict[str, list[Any]], wanted: _Wanted) -> list[pd.DataFrame]:
    """DiCE's examples before and after its sparsity step; nothing where it finds none."""
    with _seeded(wanted.seed), _silent():
        import dice_ml
        from raiutils.exceptions import UserConfigValidationException

        model = dice_ml.Model(model=asked, backend="sklearn", model_type="classifier")
        try:
            found = dice_ml.Dice(wanted.data, model, method="random").generate_counterfactuals(
                asked.codec.frame(asked.own[None, :]), total_CFs=wanted.examples, desired_class=1, sample_size=SAMPLES,
                features_to_vary=list(permitted), permitted_range=permitted, random_seed=wanted.seed,
                posthoc_sparsity_algorithm="binary",
            )  # fmt: skip
        except UserConfigValidationException as error:
            if "No counterfactuals found" not in str(error):
                raise
            return []
    example = found.cf_examples_list[0]
    plain, sparse = example.final_cfs_df, example.final_cfs_df_sparse
    return [] if plain is None or sparse is None else [plain, sparse]


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Its progress bar, its remarks and its warnings about pandas: nothing a reviewer could act on."""
    out, err = io.StringIO(), io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """It draws from both global generators; they are left as they were found."""
    before, other = np.random.get_state(), random.getstate()  # noqa: NPY002 - these are the ones it uses
    np.random.seed(seed % 2**32)  # noqa: NPY002 - as above
    random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002 - as above
        random.setstate(other)
