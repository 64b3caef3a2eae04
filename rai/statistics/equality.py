"""Could the groups be equal: a test for each gap on the rows it rests on, and a correction for how many are looked at.

An interval says how large a gap may be; the test says how often equal groups would differ as much by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

Method = Literal["chi-square", "Fisher exact", "exact, by simulation", "Welch"]

#: Tables drawn where the exact distribution is simulated; the smallest possible p-value is one over one more.
DRAWS = 9999
#: Expected counts below this make the chi-square distribution unreliable (Cochran 1954, Biometrics 10).
EXPECTED = 5


@dataclass(frozen=True)
class Tested:
    """How often groups that are equal in truth differ at least as much, 0 to 1, and the method used."""

    p: float
    method: Method


def equal_rates(successes: Floats, trials: Floats, rng: np.random.Generator) -> Tested:
    """Test whether the rates of two or more groups are equal.

    Parameters
    ----------
    successes, trials
        Shape (groups,): the numerator and the denominator of each group's own rate.
    rng
        Used only where the exact distribution is simulated.

    Notes
    -----
    Pearson's chi-square test of independence without continuity correction. Where a cell expects fewer than 5 rows,
    the exact conditional distribution instead: Fisher's test for two groups, for more the chi-square statistic among
    tables drawn with the same margins, (as extreme + 1) / (drawn + 1). A rate and its complement give the same
    p-value; rates with different denominators do not.
    """
    rows, hits = float(trials.sum()), float(successes.sum())
    if hits in {0.0, rows}:
        return Tested(1.0, "chi-square")
    if float(trials.min()) * min(hits, rows - hits) / rows >= EXPECTED:
        return Tested(_chi_square_tail(float(_chi_square(successes, trials)), len(trials) - 1), "chi-square")
    if len(trials) == 2:
        return Tested(_fisher(successes, trials), "Fisher exact")
    drawn = rng.multivariate_hypergeometric(trials.astype(np.int64), int(hits), size=DRAWS, method="marginals")
    as_far = _chi_square(drawn.astype(float), trials) >= float(_chi_square(successes, trials)) * (1 - 1e-9)
    return Tested((int(as_far.sum()) + 1) / (DRAWS + 1), "exact, by simulation")


def _chi_square(successes: Floats, trials: Floats) -> Floats:
    """Pearson's statistic of tables with these margins; (..., groups) in, (...) out."""
    share = successes.sum(axis=-1, keepdims=True) / trials.sum()
    found: Floats = ((successes - trials * share) ** 2 / (trials * share * (1 - share))).sum(axis=-1)
    return found


def _chi_square_tail(statistic: float, freedom: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(freedom, statistic))


def _fisher(successes: Floats, trials: Floats) -> float:
    """Two-sided: the probability of all tables with the same margins that are no more probable than the one seen."""
    from scipy.special import gammaln

    (first, second), hits = (int(size) for size in trials), int(successes.sum())
    inside = np.arange(max(0, hits - second), min(first, hits) + 1)

    def ways(size: int, chosen: npt.NDArray[np.int_]) -> Floats:
        return np.asarray(gammaln(size + 1) - gammaln(chosen + 1) - gammaln(size - chosen + 1), dtype=float)

    weights = ways(first, inside) + ways(second, hits - inside)
    chances = np.exp(weights - weights.max())
    seen = chances[int(successes[0]) - int(inside[0])]
    return float(min(1.0, chances[chances <= seen * (1 + 1e-7)].sum() / chances.sum()))


def equal_numbers(values: Floats, errors: Floats, rows: Floats) -> Tested | None:
    """Test whether numbers of two or more groups are equal, from their standard errors; ``None`` where one has none.

    Parameters
    ----------
    rows
        Shape (groups,): rows behind each standard error, which set the degrees of freedom.

    Notes
    -----
    Welch (1951), Biometrika 38: the weighted mean square between groups of unequal spread, against the F
    distribution. For means it is Welch's test; for other numbers it holds as far as they are normal.
    """
    if not (np.isfinite(errors).all() and (errors > 0).all() and (rows > 1).all()):
        return None
    from scipy.special import fdtrc

    weights, k = 1 / errors**2, len(values)
    share = weights / weights.sum()
    between = float((weights * (values - share @ values) ** 2).sum()) / (k - 1)
    loss = float(((1 - share) ** 2 / (rows - 1)).sum()) / (k**2 - 1)
    statistic = between / (1 + 2 * (k - 2) * loss)
    return Tested(float(fdtrc(k - 1, 1 / (3 * loss), statistic)), "Welch")


def holm(p: Sequence[float]) -> Floats:
    """Correct p-values for their number so that a false one among all is found in at most 5 of 100 samples.

    Notes
    -----
    Holm (1979), Scandinavian Journal of Statistics 6: the smallest is multiplied by their number, the next by one
    less, and so on, never falling and at most 1. It holds whatever depends on whatever.
    """
    values = np.asarray(p, dtype=float)
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * (len(values) - np.arange(len(values))))
    found = np.empty(len(values))
    found[order] = np.minimum(stepped, 1)
    return found
