"""Shuffles one input at a time and asks the model again, to see whether what moves the output also makes it right.

Permutation importance (Breiman 2001, Machine Learning 45; Fisher, Rudin and Dominici 2019).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rai.asking import ask, input_rows
from rai.explaining.game import draw
from rai.explaining.record import Agreement, Importance, Shuffled
from rai.model.answers import Floats, Predictions
from rai.statistics.association import spearman
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.intervals import Z, mean
from rai.statistics.resampling import generator
from rai.subject import Subject

#: Never fewer rows than this, however many inputs there are.
LEAST = 50


@dataclass(frozen=True)
class Shuffling:
    """How much may be asked: rows shuffled, times each input is shuffled, and rows to predict in all."""

    seed: int
    rows: int
    repeats: int
    budget: int


def agreement(subject: Subject, importance: tuple[Importance, ...], plan: Shuffling) -> Agreement:
    """Drop of accuracy or R² for every input, and how its order agrees with that of the SHAP values."""
    afforded = max(LEAST, plan.budget // max(1, len(importance) * plan.repeats))
    part = subject.take(draw(len(subject), min(plan.rows, afforded), plan.seed))
    rows = input_rows(part)
    before = _losses(part, part.predictions, repeats=1)[0]
    found = tuple(
        Shuffled(name=item.name, found=_drop(part, before, _shuffled(part, rows, item.name, plan)))
        for item in importance
    )
    score = "r2_score" if subject.task.kind == "regression" else "accuracy"
    return Agreement(score=score, shuffled=found, correlation=_correlation(importance, found, len(part)))


def _shuffled(part: Subject, rows: pd.DataFrame, name: str, plan: Shuffling) -> Floats:
    """Losses of shape (repeats, n) with one input shuffled."""
    rng = generator(plan.seed, "shuffling", name)
    copies = []
    for _ in range(plan.repeats):
        mixed = rows[name].iloc[rng.permutation(len(rows))].reset_index(drop=True)
        copies.append(rows.assign(**{name: mixed}))
    return _losses(part, ask(part, pd.concat(copies, ignore_index=True)), repeats=plan.repeats)


def _losses(part: Subject, answer: Predictions, *, repeats: int) -> Floats:
    """Loss of each answer, shape (repeats, n): 1 where a label is wrong, the squared error of a number."""
    if part.task.kind == "regression":
        gaps = np.asarray(answer.labels, dtype=float).reshape(repeats, -1) - np.asarray(part.y_true, dtype=float)
        squares: Floats = np.square(gaps)
        return squares
    wrong: Floats = (part.decide(answer).reshape(repeats, -1) != part.truth_text).astype(float)
    return wrong


def _drop(part: Subject, before: Floats, after: Floats) -> Estimate:
    """Mean rise of the loss, for numbers as a share of the variance; the interval is that of paired rows.

    The share is a ratio of two means over rows; its interval follows from each row's influence on it.
    """
    rise = (after - before).mean(axis=0)
    if part.task.kind != "regression":
        return mean(rise)
    truth = np.asarray(part.y_true, dtype=float)
    spread = np.square(truth - truth.mean())
    if spread.mean() <= 0:
        return absent(len(truth), "The outcome does not vary in these rows.")
    value = float(rise.mean() / spread.mean())
    error = float(np.std(rise - value * spread, ddof=1)) / len(rise) ** 0.5 / float(spread.mean())
    return estimate(value, value - Z * error, value + Z * error, len(rise))


def _correlation(importance: tuple[Importance, ...], found: tuple[Shuffled, ...], n: int) -> Estimate:
    first = np.array([item.found.value or 0.0 for item in importance])
    second = np.array([np.nan if item.found.value is None else item.found.value for item in found])
    return rank_correlation(first, second, n)


def rank_correlation(first: Floats, second: Floats, n: int) -> Estimate:
    """Spearman's rank correlation of two orders of the inputs, or why there is none."""
    if len(first) < 3:
        return absent(n, "An order of fewer than three inputs says nothing.")
    value = spearman(first, second) if np.isfinite(second).all() and np.isfinite(first).all() else float("nan")
    return (
        Estimate(value=value, n=n) if np.isfinite(value) else absent(n, "All inputs rank alike in one of the orders.")
    )
