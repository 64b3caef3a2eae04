"""How much the model errs in some rows: the rate of wrong labels, or the mean absolute residual, with its share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rai.cohorts import Mask
from rai.model.answers import Floats
from rai.statistics.estimates import Estimate
from rai.statistics.intervals import mean, rate


def amount(errors: Floats, *, numeric: bool) -> Estimate:
    """Error rate with Wilson's interval, or mean absolute residual with the normal interval kept above 0.

    Parameters
    ----------
    errors
        Shape (n,): 0 or 1, or absolute residuals.
    numeric
        True for absolute residuals.
    """
    if not numeric:
        return rate(round(float(errors.sum())), len(errors), undefined="There are no rows.")
    found = mean(errors)
    if found.low is None or found.low >= 0:
        return found
    return found.model_copy(update={"low": 0.0})


@dataclass(frozen=True)
class Sums:
    """Rows, their errors and squared errors."""

    n: int
    total: float
    squares: float

    @property
    def mean(self) -> float:
        """Error rate or mean absolute residual; 0 without rows."""
        return self.total / self.n if self.n else 0.0

    @property
    def variance(self) -> float:
        """Variance of the errors."""
        return max(self.squares / self.n - self.mean**2, 0.0)


def sums(errors: Floats) -> Sums:
    """Rows, errors and squared errors."""
    return Sums(len(errors), float(errors.sum()), float((errors**2).sum()))


def apart(one: Sums, other: Sums, *, numeric: bool) -> float:
    """How many standard errors the first mean is above the other; 0 where one has no rows.

    Labels: the pooled test of two proportions. Residuals: Welch's.
    """
    if not one.n or not other.n:
        return 0.0
    if numeric:
        variance = one.variance / one.n + other.variance / other.n
    else:
        pooled = (one.total + other.total) / (one.n + other.n)
        variance = pooled * (1 - pooled) * (1 / one.n + 1 / other.n)
    return (one.mean - other.mean) / variance**0.5 if variance > 0 else 0.0


def share_of(errors: Floats, mask: Mask) -> float | None:
    """Share of all errors (of the sum of absolute residuals) that lie in the rows of ``mask``."""
    total = float(errors.sum())
    return min(float(np.sum(errors[mask])) / total, 1.0) if total > 0 else None
