"""Confusion counts of groups and the rates that follow from them, each with its own denominator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.intp]

Base = Literal["rows", "actual positives", "actual negatives", "predicted positives", "predicted negatives"]

#: Places of the cells in the last axis of a confusion table.
TP, FP, FN, TN = range(4)

_BASES: dict[Base, tuple[int, ...]] = {
    "rows": (TP, FP, FN, TN),
    "actual positives": (TP, FN),
    "actual negatives": (FP, TN),
    "predicted positives": (TP, FP),
    "predicted negatives": (FN, TN),
}


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    found: Floats = np.divide(numerator, denominator, out=np.full(numerator.shape, np.nan), where=denominator > 0)
    return found


@dataclass(frozen=True)
class Rate:
    """A share of rows: the cells counted among a base.

    Attributes
    ----------
    cells
        Cells of the numerator.
    base
        What is divided by, in words.
    """

    cells: tuple[int, ...]
    base: Base

    def parts(self, table: npt.NDArray[np.generic]) -> tuple[Floats, Floats]:
        """Numerator and denominator; ``table`` has shape (..., 4)."""
        cells = np.asarray(table, dtype=float)
        return cells[..., list(self.cells)].sum(axis=-1), cells[..., list(_BASES[self.base])].sum(axis=-1)

    def of(self, table: npt.NDArray[np.generic]) -> Floats:
        """The rate, from 0 to 1; NaN where there is nothing to divide by, never 0."""
        numerator, denominator = self.parts(table)
        return _divide(numerator, denominator)


#: The count-based rates by the field's own names. Ideal values depend on the use; differences between groups ideally 0.
RATES: dict[str, Rate] = {
    "selection_rate": Rate((TP, FP), "rows"),
    "true_positive_rate": Rate((TP,), "actual positives"),
    "true_negative_rate": Rate((TN,), "actual negatives"),
    "false_positive_rate": Rate((FP,), "actual negatives"),
    "false_negative_rate": Rate((FN,), "actual positives"),
    "precision": Rate((TP,), "predicted positives"),
    "negative_predictive_value": Rate((TN,), "predicted negatives"),
    "false_discovery_rate": Rate((FP,), "predicted positives"),
    "false_omission_rate": Rate((FN,), "predicted negatives"),
    "accuracy": Rate((TP, TN), "rows"),
    "base_rate": Rate((TP, FN), "rows"),
}

#: The share predicted negative: the favourable rate where the positive label is the harmful one.
REJECTION_RATE = Rate((FN, TN), "rows")


def confusion(truth: Bools, predicted: Bools, codes: Codes, groups: int) -> Counts:
    """Confusion counts of each group.

    Parameters
    ----------
    truth, predicted
        Shape (n,): whether the outcome is, and is predicted, positive.
    codes
        Shape (n,): the group of each row, 0 to ``groups - 1``.

    Returns
    -------
    numpy.ndarray
        Shape (groups, 4): true positives, false positives, false negatives, true negatives.
    """
    cell = np.where(predicted, np.where(truth, TP, FP), np.where(truth, FN, TN))
    return np.bincount(codes * 4 + cell, minlength=groups * 4).reshape(groups, 4).astype(np.int64)


def class_confusion(truth: Codes, predicted: Codes, codes: Codes, *, groups: int, classes: int) -> Counts:
    """Confusion counts of each group for any number of classes, shape (groups, true class, predicted class)."""
    place = (codes * classes + truth) * classes + predicted
    found = np.bincount(place, minlength=groups * classes * classes)
    return found.reshape(groups, classes, classes).astype(np.int64)


def one_against_rest(table: npt.NDArray[np.generic], chosen: int) -> Floats:
    """The binary table of one class, shape (..., 4), from a table of shape (..., true class, predicted class)."""
    cells = np.asarray(table, dtype=float)
    hits = cells[..., chosen, chosen]
    predicted = cells[..., :, chosen].sum(axis=-1)
    actual = cells[..., chosen, :].sum(axis=-1)
    rest = cells.sum(axis=(-1, -2)) - predicted - actual + hits
    return np.stack([hits, predicted - hits, actual - hits, rest], axis=-1)


def balanced_accuracy(table: npt.NDArray[np.generic]) -> Floats:
    """Mean of true positive and true negative rate, 0 to 1, ideal 1; NaN where a class does not occur."""
    return (RATES["true_positive_rate"].of(table) + RATES["true_negative_rate"].of(table)) / 2


def f1_score(table: npt.NDArray[np.generic]) -> Floats:
    """Harmonic mean of precision and recall, 0 to 1, ideal 1; NaN where no row is or is predicted positive."""
    cells = np.asarray(table, dtype=float)
    below = 2 * cells[..., TP] + cells[..., FP] + cells[..., FN]
    return _divide(2 * cells[..., TP], below)
