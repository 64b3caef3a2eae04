"""Paired differences where the outcome is yes or no, from one table of counts for each group.

A row falls into one of eight cells: its outcome, the champion's answer, the challenger's answer. Resampling that table
keeps the two answers to one person together, which is what makes the interval paired.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from rai.pairing.parts import MIN_GROUP, Part
from rai.pairing.record import Paired
from rai.statistics.confusion import FN, FP, RATES, TN, TP, balanced_accuracy
from rai.statistics.estimates import absent
from rai.statistics.intervals import from_replicates
from rai.statistics.resampling import REPLICATES, generator, resample

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: Added to each of the eight cells, so that each of the four cells of either version has half a row.
PRIOR = 0.25

METRICS: dict[str, Callable[[npt.NDArray[np.generic]], Floats]] = {
    "accuracy": RATES["accuracy"].of,
    "balanced_accuracy": balanced_accuracy,
    "selection_rate": RATES["selection_rate"].of,
    "true_positive_rate": RATES["true_positive_rate"].of,
    "false_positive_rate": RATES["false_positive_rate"].of,
    "precision": RATES["precision"].of,
}
#: The denominator that must reach the minimum, as places in the confusion table; what is not here needs rows only.
_NEEDS: dict[str, tuple[int, ...]] = {
    "true_positive_rate": (TP, FN),
    "false_positive_rate": (FP, TN),
}


def joint_counts(truth: Bools, champion: Bools, challenger: Bools) -> Counts:
    """Rows by outcome, champion's and challenger's answer; shape (2, 2, 2)."""
    cell = truth * 4 + champion * 2 + challenger
    return np.bincount(cell, minlength=8).reshape(2, 2, 2).astype(np.int64)


def confusion_of(joint: npt.NDArray[np.generic], *, challenger: bool) -> Floats:
    """The confusion table of one version, shape (..., 4), from joint counts of shape (..., 2, 2, 2)."""
    table = np.asarray(joint, dtype=float).sum(axis=-2 if challenger else -1)
    return np.stack([table[..., 1, 1], table[..., 0, 1], table[..., 1, 0], table[..., 0, 0]], axis=-1)


def paired_rates(joint: Counts, part: Part, *, seed: int) -> tuple[Paired, ...]:
    """Every count-based metric of one group.

    Parameters
    ----------
    joint
        Shape (2, 2, 2): the rows of the part.
    """
    rng = generator(seed, "paired", part.feature, part.group)
    drawn = resample(joint, replicates=REPLICATES, rng=rng, prior=PRIOR)
    before, after = confusion_of(joint, challenger=False), confusion_of(joint, challenger=True)
    moved = (confusion_of(drawn, challenger=False), confusion_of(drawn, challenger=True))
    found = []
    for name, metric in METRICS.items():
        one, other = float(metric(before)), float(metric(after))
        n = int(before[list(_NEEDS.get(name, (TP, FP, FN, TN)))].sum())
        if n < MIN_GROUP:
            difference = absent(n, f"Not judged: {n} rows to divide by, at least {MIN_GROUP} are needed.")
        else:
            gaps = metric(moved[1]) - metric(moved[0])
            difference = from_replicates(other - one, gaps, n, undefined="Undefined for one of the versions.")
        found.append(
            Paired(
                metric=name,
                feature=part.feature,
                group=part.group,
                champion=_known(one),
                challenger=_known(other),
                difference=difference,
            )
        )
    return tuple(found)


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
