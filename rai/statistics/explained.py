"""The share of variance explained, with replicates of what other rows of the same kind could have given."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def r_squared(truth: Floats, predicted: Floats, *, replicates: int, rng: np.random.Generator) -> tuple[float, Floats]:
    """R², at most 1 (ideal), 0 for always predicting the mean, below 0 for worse; NaN where the outcome is constant.

    Returns
    -------
    tuple
        The value and its replicates, shape (replicates,), from draws of the three means it is made of (squared
        error, outcome, squared outcome), which vary together as the central limit theorem says.
    """
    n = len(truth)
    centred = truth - truth.mean() if n else truth
    if n < 2 or not float((centred**2).sum()) > 0:
        return float("nan"), np.full(replicates, np.nan)
    columns = np.stack([(predicted - truth) ** 2, centred, centred**2])
    centre = columns.mean(axis=1)
    drawn = rng.multivariate_normal(centre, np.cov(columns) / n, size=replicates, method="svd")
    variance = np.maximum(drawn[:, 2] - drawn[:, 1] ** 2, centre[2] / 1000)
    return float(1 - centre[0] / centre[2]), np.minimum(1 - drawn[:, 0] / variance, 1)
