"""The question SHAP values answer: rows to explain, and background rows each is compared with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.asking import Coded, Codes, code, input_rows, same_types
from rai.digests import sha256
from rai.subject import Subject


@dataclass(frozen=True)
class Game:
    """Rows and background coded alike, so that they can be mixed, and shap can be asked the same question.

    Attributes
    ----------
    source
        Where the background comes from: ``reference`` or ``evaluation`` data.
    digest
        SHA-256 of the background rows, written as :func:`background_digest` says.
    """

    coded: Coded
    rows: Codes
    background: Codes
    source: str
    digest: str


def draw(available: int, wanted: int, seed: int) -> npt.NDArray[np.intp]:
    """Draw positions without replacement, in rising order; all where there are no more than wanted."""
    if available <= wanted:
        return np.arange(available)
    return np.sort(np.random.default_rng(seed).choice(available, wanted, replace=False)).astype(np.intp)


def make_game(subject: Subject, rows: npt.NDArray[np.intp], background: int, seed: int) -> Game:
    """Code rows and background together; the background comes from the reference data where these fit."""
    inputs = input_rows(subject)
    pool, source = inputs, "evaluation"
    if subject.reference is not None:
        fitting = same_types(subject.reference.frame, inputs)
        if fitting is not None:
            pool, source = fitting, "reference"
    chosen = pool.iloc[draw(len(pool), background, seed + 1)].reset_index(drop=True)
    coded, (some, behind) = code(inputs.iloc[rows].reset_index(drop=True), chosen)
    return Game(coded, some, behind, source, background_digest(chosen))


def background_digest(rows: pd.DataFrame) -> str:
    """SHA-256 of the rows as csv in UTF-8: a heading, the model's columns in order, numbers with 17 digits."""
    return sha256(rows.to_csv(index=False, float_format="%.17g", lineterminator="\n").encode())
