"""The metrics of groups where the outcome is yes or no: every rate from one table of confusion counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.fairness.grouped import GroupedMetric
from rai.statistics.confusion import RATES, REJECTION_RATE, Rate
from rai.statistics.grouping import Grouping
from rai.statistics.resampling import generator, resample
from rai.statistics.scores import normal_draws
from rai.statistics.simultaneous import Spread, of_numbers, of_rates

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Draw:
    """How replicates are drawn."""

    seed: int
    replicates: int

    def rng(self, grouping: Grouping, *what: str) -> np.random.Generator:
        """A generator of its own for each feature and purpose."""
        return generator(self.seed, *what, *grouping.feature)


def rates_for(*, favourable_positive: bool) -> dict[str, Rate]:
    """All count-based rates, with the rate of the outcome that is good for the person."""
    return {"favourable_rate": RATES["selection_rate"] if favourable_positive else REJECTION_RATE, **RATES}


def count_metrics(counts: Counts, rates: dict[str, Rate], grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    """Every rate of every group from one set of resampled confusion counts, shape (groups, 4)."""
    drawn = resample(counts, replicates=draw.replicates, rng=draw.rng(grouping, "counts"), prior=0.5)
    return [rate_metric(name, rate, counts, drawn) for name, rate in rates.items()]


def rate_metric(name: str, rate: Rate, counts: Counts, drawn: Floats) -> GroupedMetric:
    """One rate of every group, and of all groups together.

    Parameters
    ----------
    counts, drawn
        Shape (groups, 4), and the same along a first axis of replicates.
    """
    hits, base = rate.parts(counts)
    n = base.astype(np.int64)
    # The sum of the groups' draws is the draw of all rows, so that group and whole vary together as they should.
    together = rate.of(drawn.sum(axis=1))[:, None]
    return GroupedMetric(
        name,
        of_rates(hits, base, rate.of(drawn)),
        n=n,
        support=n,
        base=rate.base,
        whole=of_rates(hits.sum(keepdims=True), base.sum(keepdims=True), together),
        hits=hits,
    )


def rows_of(grouping: Grouping) -> list[npt.NDArray[np.intp]]:
    """Row positions of each group."""
    order = np.argsort(grouping.codes, kind="stable")
    return np.split(order, np.cumsum(grouping.sizes)[:-1])


def mean_metric(  # noqa: PLR0913 - the range a mean can have is part of what it is
    name: str,
    parts: list[Floats],
    rng: np.random.Generator,
    replicates: int,
    *,
    least: float = 0,
    most: float = np.inf,
) -> GroupedMetric:
    """The mean of a number in every group, with the standard error of the mean; ``least`` is its smallest value."""
    n = np.array([len(part) for part in parts], dtype=np.int64)
    values = np.array([part.mean() if len(part) else np.nan for part in parts])
    errors = np.array([part.std(ddof=1) / len(part) ** 0.5 if len(part) > 1 else np.nan for part in parts])
    drawn = normal_draws(values, errors, replicates=replicates, rng=rng)
    return GroupedMetric(
        name,
        of_numbers(values, errors, drawn, least=least, most=most),
        n=n,
        support=n,
        base="rows",
        whole=_mean_of_all(parts, np.where(np.isfinite(drawn), drawn, values), least, most),
        errors=errors,
    )


def _mean_of_all(parts: list[Floats], drawn: Floats, least: float, most: float) -> Spread | None:
    """The mean over all rows; its replicates are the groups' own, weighted by their rows."""
    rows = np.concatenate(parts)
    if len(rows) < 2:
        return None
    share = np.array([len(part) for part in parts]) / len(rows)
    together = np.nansum(drawn * share, axis=1, keepdims=True)
    error = np.array([rows.std(ddof=1) / len(rows) ** 0.5])
    return of_numbers(np.array([rows.mean()]), error, together, least=least, most=most)
