"""Confirms suspected cohorts on the half of the rows the search never saw, with Holm's correction for their number."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rai.cohorts import Mask
from rai.model.answers import Floats
from rai.statistics import equality
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.intervals import Z

#: Held-out rows below which nothing is confirmed.
FEWEST = 10


def chance(errors: Floats, mask: Mask, *, numeric: bool) -> float | None:
    """One-sided p-value: how often chance alone makes the rows of ``mask`` fail as much more than the others.

    Labels: Fisher's exact test of the cohort against the other rows. Residuals: Welch's t test of the means.

    Returns
    -------
    float or None
        ``None`` where the cohort or the rest has fewer than ``FEWEST`` rows.
    """
    inside, outside = errors[mask], errors[~mask]
    if min(len(inside), len(outside)) < FEWEST:
        return None
    return _welch(inside, outside) if numeric else _fisher(inside, outside)


def _fisher(inside: Floats, outside: Floats) -> float:
    from scipy.stats import hypergeom

    wrong, total = round(float(inside.sum())), round(float(inside.sum() + outside.sum()))
    n = len(inside) + len(outside)
    return float(min(hypergeom.sf(wrong - 1, n, total, len(inside)), 1.0))


def _welch(inside: Floats, outside: Floats) -> float:
    from scipy.stats import t

    parts = [float(part.var(ddof=1)) / len(part) for part in (inside, outside)]
    if sum(parts) == 0:
        return 0.0 if inside.mean() > outside.mean() else 1.0
    freedom = sum(parts) ** 2 / sum(v**2 / (len(p) - 1) for v, p in zip(parts, (inside, outside), strict=True))
    return float(t.sf((inside.mean() - outside.mean()) / sum(parts) ** 0.5, freedom))


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """P-values corrected for their number; one that is absent stays absent and still counts.

    Notes
    -----
    Holm, S. (1979), Scandinavian Journal of Statistics 6: sorted from the smallest, multiplied by the number of tests
    left, made monotone. The chance of any false confirmation stays below the level.
    """
    adjusted = equality.holm([1.0 if value is None else value for value in p_values])
    return tuple(None if value is None else float(new) for value, new in zip(p_values, adjusted, strict=True))


def lift(errors: Floats, mask: Mask) -> Estimate:
    """Error of the rows of ``mask`` divided by that of all rows, with its interval on the logarithmic scale.

    1 is no difference. ``n`` counts the rows of ``mask``, which are part of all rows: the interval is the delta
    method's and takes that into account.
    """
    n, whole = int(mask.sum()), float(errors.mean()) if len(errors) else 0.0
    if n == 0 or whole == 0:
        return absent(n, "There are no rows." if n == 0 else "The model makes no error in the rows held out.")
    own = float(errors[mask].mean())
    if own == 0:
        return estimate(0.0, float("nan"), float("nan"), n)
    influence = np.where(mask, (errors - own) * len(errors) / (n * own), 0.0) - (errors - whole) / whole
    reach = Z * float(np.sqrt(np.mean(influence**2) / len(errors)))
    value = own / whole
    return estimate(value, value * float(np.exp(-reach)), value * float(np.exp(reach)), n)
