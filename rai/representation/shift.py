"""The evaluation data against the reference data, column by column: are they about the same kind of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.cohorts import MISSING, as_text
from rai.representation.record import Shift
from rai.statistics.distance import jensen_shannon, shares, stability_index
from rai.statistics.equality import equal_rates, holm
from rai.statistics.estimates import Estimate
from rai.statistics.grouping import DISTINCT
from rai.statistics.intervals import from_replicates
from rai.statistics.resampling import generator, resample

Counts = npt.NDArray[np.int64]

#: Bins of a column of numbers, with equally many rows of the reference data each.
BINS = 10
#: Values of other columns that are counted one by one; the rest is counted together.
VALUES = 30
REPLICATES = 500


@dataclass(frozen=True)
class _Binned:
    """Rows of both sides in the same bins; shapes (bins,)."""

    now: Counts
    before: Counts
    method: str
    unseen: int


def shifts(evaluation: pd.DataFrame, reference: pd.DataFrame, roles: dict[str, str], *, seed: int) -> tuple[Shift, ...]:
    """Compare every column that both have, the farthest apart first.

    Parameters
    ----------
    roles
        What each column is, for those that are compared.

    Notes
    -----
    The population stability index adds ``(p - q) ln(p / q)`` over bins. Numbers are cut at the deciles of the
    reference data; other columns and numbers with at most 12 distinct values are counted value by value, the 30 most
    frequent ones. Missing values are a bin of their own. The test is Pearson's chi-square on the same bins.
    """
    names = [name for name in roles if name in evaluation.columns and name in reference.columns]
    binned = [_binned(evaluation[name], reference[name]) for name in names]
    tests = [_test(item, generator(seed, "shift", name)) for name, item in zip(names, binned, strict=True)]
    found = [
        _shift(name, roles[name], item, p, float(q), seed)
        for name, item, p, q in zip(names, binned, tests, holm(tests), strict=True)
    ]
    return tuple(sorted(found, key=lambda item: (-(item.stability_index.value or 0.0), item.column)))


def _binned(now: pd.Series, before: pd.Series) -> _Binned:
    numbers = all(_is_number(column) for column in (now, before))
    return _by_decile(now, before) if numbers and before.nunique() > DISTINCT else _by_value(now, before)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)


def _by_decile(now: pd.Series, before: pd.Series) -> _Binned:
    one, other = (column.to_numpy(dtype=float, na_value=np.nan) for column in (now, before))
    known = other[np.isfinite(other)]
    cuts = np.unique(np.quantile(known, np.arange(1, BINS) / BINS))
    counts = _counted(one, cuts), _counted(other, cuts)
    outside = int(((one < known.min()) | (one > known.max())).sum())
    return _without_empty(counts[0], counts[1], f"{len(cuts) + 1} bins at the deciles of the reference data", outside)


def _counted(values: npt.NDArray[np.float64], cuts: npt.NDArray[np.float64]) -> Counts:
    place = np.where(np.isnan(values), len(cuts) + 1, np.searchsorted(cuts, values, side="right"))
    return np.bincount(place, minlength=len(cuts) + 2).astype(np.int64)


def _by_value(now: pd.Series, before: pd.Series) -> _Binned:
    one, other = (_values(column) for column in (now, before))
    pooled = one.add(other, fill_value=0).sort_values(ascending=False, kind="stable")
    kept, rest = pooled.index[:VALUES], pooled.index[VALUES:]
    rows, before_rows = (
        np.append(side.reindex(kept, fill_value=0).to_numpy(), side.reindex(rest, fill_value=0).sum())
        for side in (one, other)
    )
    unseen = int(one[~one.index.isin(other.index) & (one.index != MISSING)].sum())
    words = "value by value" + (f", those after the {VALUES} most frequent together" if len(rest) else "")
    return _without_empty(rows.astype(np.int64), before_rows.astype(np.int64), words, unseen)


def _values(column: pd.Series) -> pd.Series:
    """Rows of each value, by its text in a fixed order; the text of each distinct value is made once."""
    codes, values = pd.factorize(column, use_na_sentinel=False)
    text = as_text(pd.Series(values)).to_numpy()
    counts = pd.Series(np.bincount(codes, minlength=len(text)), index=text)
    return counts.groupby(level=0).sum().sort_index()


def _without_empty(now: Counts, before: Counts, method: str, unseen: int) -> _Binned:
    filled = now + before > 0
    return _Binned(now[filled], before[filled], method, unseen)


def _test(item: _Binned, rng: np.random.Generator) -> float:
    """Whether both sides fall into the bins alike: whether every bin has the same share of evaluation rows."""
    if len(item.now) < 2:
        return 1.0
    return equal_rates(item.now.astype(float), (item.now + item.before).astype(float), rng).p


def _shift(  # noqa: PLR0913, PLR0917 - one column with its bins and its test
    name: str, role: str, item: _Binned, p: float, adjusted: float, seed: int
) -> Shift:
    rows, reference_rows = int(item.now.sum()), int(item.before.sum())
    return Shift(
        column=name,
        role=role,
        method=item.method,
        bins=len(item.now),
        rows=rows,
        reference_rows=reference_rows,
        stability_index=_index(item, name, seed),
        jensen_shannon=float(jensen_shannon(shares(item.now), shares(item.before))),
        by_chance=(len(item.now) - 1) * (1 / rows + 1 / reference_rows),
        unseen=item.unseen,
        p=p,
        adjusted=adjusted,
    )


def _index(item: _Binned, name: str, seed: int) -> Estimate:
    value, n = float(stability_index(item.now, item.before)), int(item.now.sum())
    rng = generator(seed, "stability", name)
    both = np.stack([item.now, item.before])
    drawn = resample(both, replicates=REPLICATES, rng=rng, prior=0.5)
    # Draws are shares; brought back to counts they vary as much as the rows did.
    again = shares(drawn) * both.sum(axis=1, keepdims=True)
    return from_replicates(value, stability_index(again[:, 0], again[:, 1]), n, recentred=True)
