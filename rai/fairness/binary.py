"""The metrics of groups where the outcome is yes or no: rates from confusion counts, and scores where there are any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.fairness.grouped import GroupedMetric
from rai.statistics.confusion import RATES, REJECTION_RATE, Rate
from rai.statistics.grouping import Grouping
from rai.statistics.resampling import generator, resample
from rai.statistics.scores import normal_draws, roc_auc
from rai.statistics.simultaneous import of_numbers, of_rates

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
    found = []
    for name, rate in rates.items():
        hits, base = rate.parts(counts)
        spread = of_rates(hits, base, rate.of(drawn))
        n = base.astype(np.int64)
        found.append(GroupedMetric(name, spread, n=n, support=n, base=rate.base))
    return found


def score_metrics(truth: Bools, scores: Floats, grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    """Area under the ROC curve and, where the scores are probabilities, the Brier score of every group."""
    rows = rows_of(grouping)
    found = [_auc([(truth[row], scores[row]) for row in rows], draw.rng(grouping, "auc"), draw.replicates)]
    if len(scores) and scores.min() >= 0 and scores.max() <= 1:
        losses = (scores - truth) ** 2
        metric = mean_metric("brier_score", [losses[row] for row in rows], draw.rng(grouping, "brier"), draw.replicates)
        found.append(metric)
    return found


def rows_of(grouping: Grouping) -> list[npt.NDArray[np.intp]]:
    """Row positions of each group."""
    order = np.argsort(grouping.codes, kind="stable")
    return np.split(order, np.cumsum(grouping.sizes)[:-1])


def _auc(parts: list[tuple[Bools, Floats]], rng: np.random.Generator, replicates: int) -> GroupedMetric:
    areas = [roc_auc(truth, scores) for truth, scores in parts]
    values, errors = np.array([area.value for area in areas]), np.array([area.error for area in areas])
    drawn = normal_draws(values, errors, replicates=replicates, rng=rng)
    n = np.array([len(truth) for truth, _ in parts], dtype=np.int64)
    rarer = np.array([min(int(truth.sum()), int((~truth).sum())) for truth, _ in parts], dtype=np.int64)
    base = "rows of the rarer outcome"
    spread = of_numbers(values, errors, drawn, least=0, most=1)
    return GroupedMetric("roc_auc", spread, n=n, support=rarer, base=base)


def mean_metric(
    name: str, parts: list[Floats], rng: np.random.Generator, replicates: int, *, least: float = 0
) -> GroupedMetric:
    """The mean of a number in every group, with the standard error of the mean; ``least`` is its smallest value."""
    n = np.array([len(part) for part in parts], dtype=np.int64)
    values = np.array([part.mean() if len(part) else np.nan for part in parts])
    errors = np.array([part.std(ddof=1) / len(part) ** 0.5 if len(part) > 1 else np.nan for part in parts])
    drawn = normal_draws(values, errors, replicates=replicates, rng=rng)
    return GroupedMetric(name, of_numbers(values, errors, drawn, least=least), n=n, support=n, base="rows")
