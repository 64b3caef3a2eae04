"""Paired differences of means over rows, of ranking quality, and the test of changed decisions."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from rai.pairing.parts import MIN_GROUP, Part
from rai.pairing.record import Flips, Paired
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.intervals import Z, mean
from rai.statistics.scores import roc_auc

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Above this many changed rows the exact test and the normal one agree to three digits.
_EXACT = 1000


def paired_mean(metric: str, champion: Floats, challenger: Floats, part: Part) -> Paired:
    """A mean over the rows of a part for both versions, with the interval of the mean difference within rows."""
    one, other = champion[part.rows], challenger[part.rows]
    n = len(one)
    if n < MIN_GROUP:
        difference = absent(n, f"Not judged: {n} rows, at least {MIN_GROUP} are needed.")
    else:
        difference = mean(other - one)
    return Paired(
        metric=metric,
        feature=part.feature,
        group=part.group,
        champion=float(one.mean()) if n else None,
        challenger=float(other.mean()) if n else None,
        difference=difference,
    )


def paired_auc(truth: Bools, champion: Floats, challenger: Floats) -> Paired:
    """Areas under the ROC curve of both versions with DeLong's variance of their difference.

    Notes
    -----
    DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44: the difference is moved by each row by the difference of
    what the row moves in the two areas.
    """
    one, other = roc_auc(truth, champion), roc_auc(truth, challenger)
    return Paired(
        metric="roc_auc",
        champion=_known(one.value),
        challenger=_known(other.value),
        difference=_gap(other.value - one.value, other.influence - one.influence, len(truth)),
    )


def _gap(value: float, influence: Floats, n: int) -> Estimate:
    error = float(np.sqrt((influence**2).sum())) / max(n, 1)
    return estimate(value, value - Z * error, value + Z * error, n, undefined="All rows have the same outcome.")


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def flips(champion: Bools, challenger: Bools, part: Part) -> Flips:
    """Rows of a part that change sides, with McNemar's test."""
    one, other = champion[part.rows], challenger[part.rows]
    gained, lost = int((~one & other).sum()), int((one & ~other).sum())
    return Flips(
        feature=part.feature,
        group=part.group,
        n=len(one),
        to_favourable=gained,
        to_unfavourable=lost,
        p_value=mcnemar(gained, lost),
    )


def mcnemar(gained: int, lost: int) -> float | None:
    """Two-sided exact probability of a split at least as uneven if both directions were equally likely.

    Notes
    -----
    McNemar (1947), Psychometrika 12, in its exact binomial form; the normal form with continuity correction above
    1,000 changed rows.
    """
    n = gained + lost
    if n == 0:
        return None
    if n > _EXACT:
        return math.erfc(max(0.0, abs(gained - lost) - 1) / math.sqrt(n) / math.sqrt(2))
    tail = sum(math.comb(n, count) for count in range(min(gained, lost) + 1))
    return min(1.0, 2 * tail / float(2**n))
