"""How well scores rank and how well they are calibrated, each with an interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.intervals import Z, from_replicates, logit_interval, wilson
from rai.statistics.resampling import resample

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Replicates of score-based numbers are drawn over this many levels of the score; the number itself uses all scores.
LEVELS = 512

ONE_CLASS = "All rows have the same outcome, so there is nothing to rank."


@dataclass(frozen=True)
class Auc:
    """Area under the ROC curve.

    Attributes
    ----------
    value
        Chance that a random positive row scores above a random negative one (ties count half); NaN with one class.
    influence
        Shape (n,): how each row moves it. The root of their summed squares over n is the standard error.
    rarer
        Rows of the rarer outcome.
    """

    value: float
    influence: Floats
    rarer: int

    @property
    def error(self) -> float:
        """Standard error. Where every row is ranked right DeLong's is 0; the reach of Wilson's interval stands in."""
        if self.value in {0.0, 1.0}:
            return float(1 - wilson(self.rarer, self.rarer)[0]) / Z
        return float(np.sqrt((self.influence**2).sum())) / max(len(self.influence), 1)

    def estimate(self) -> Estimate:
        """The area with an interval symmetric on the logit scale, which stays between 0 and 1."""
        low, high = logit_interval(self.value, self.error)
        return estimate(self.value, low, high, len(self.influence), undefined=ONE_CLASS)


def roc_auc(truth: Bools, scores: Floats) -> Auc:
    """Area under the ROC curve with DeLong's variance.

    Parameters
    ----------
    truth, scores
        Shape (n,).

    Notes
    -----
    Range 0 to 1, ideal 1; 0.5 is no better than chance. DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, by
    ranks (Sun and Xu 2014), so that time grows as n log n.
    """
    ups, downs = int(truth.sum()), int((~truth).sum())
    if not ups or not downs:
        return Auc(float("nan"), np.full(len(truth), np.nan), 0)
    ranks = midranks(scores)
    above = (ranks[truth] - midranks(scores[truth])) / downs
    below = 1 - (ranks[~truth] - midranks(scores[~truth])) / ups
    value = float(above.mean())
    influence = np.empty(len(truth))
    # Divided by the share of the class; n - 1 in place of n within each class makes it DeLong's estimate.
    influence[truth] = (above - value) * len(truth) / np.sqrt(ups * max(ups - 1, 1))
    influence[~truth] = (below - value) * len(truth) / np.sqrt(downs * max(downs - 1, 1))
    return Auc(value, influence, min(ups, downs))


def midranks(values: Floats) -> Floats:
    """Ranks from 1, ties sharing their mean; shape (n,)."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Floats = (last - (counts - 1) / 2)[place]
    return ranks


def level_counts(truth: Bools, scores: Floats, levels: int | None = None) -> npt.NDArray[np.int64]:
    """Positive and negative rows at each level of the score, highest first; shape (2, levels).

    With ``levels`` given, neighbouring scores are merged until about that many are left.
    """
    values, place = np.unique(-scores, return_inverse=True)
    if levels and len(values) > levels:
        upto = np.cumsum(np.bincount(place))
        place = ((upto - 1) * levels // len(scores))[place]
    width = int(place.max()) + 1
    return np.stack([np.bincount(place[truth], minlength=width), np.bincount(place[~truth], minlength=width)])


def average_precision(levels: npt.NDArray[np.generic]) -> Floats:
    """Mean precision over recall, each level one step; shape (..., 2, levels) in, (...) out.

    Range: the base rate (no skill) to 1 (ideal). The sum over levels of precision times the recall gained, without
    interpolation.
    """
    counts = np.asarray(levels, dtype=float)
    ups, downs = counts[..., 0, :], counts[..., 1, :]
    hits = ups.cumsum(axis=-1)
    chosen = hits + downs.cumsum(axis=-1)
    precision = np.divide(hits, chosen, out=np.zeros_like(hits), where=chosen > 0)
    total = hits[..., -1]
    found: Floats = np.divide((ups * precision).sum(axis=-1), total, out=np.full(total.shape, np.nan), where=total > 0)
    return found


def average_precision_estimate(truth: Bools, scores: Floats, *, replicates: int, rng: np.random.Generator) -> Estimate:
    """Average precision with the percentile interval of resampled score levels."""
    if not truth.any():
        return absent(len(truth), "No row has the positive outcome.")
    value = float(average_precision(level_counts(truth, scores)))
    table = level_counts(truth, scores, LEVELS)
    drawn = average_precision(resample(table, replicates=replicates, rng=rng, prior=0))
    # Merging levels moves the replicates' centre by a little; the interval is moved back to the exact number.
    moved = drawn - float(average_precision(table)) + value
    return from_replicates(value, np.clip(moved, 0, 1), len(truth))


@dataclass(frozen=True)
class Bins:
    """Rows sorted into bins of equal width by their score.

    Attributes
    ----------
    edges
        Shape (bins + 1,), from 0 to 1.
    counts
        Shape (bins, 2): rows with the positive and with the negative outcome.
    sums
        Shape (bins, 2): sums of the scores of those rows.
    """

    edges: Floats
    counts: npt.NDArray[np.int64]
    sums: Floats


def calibration_bins(truth: Bools, scores: Floats, *, bins: int) -> Bins:
    """Sort rows into bins by score, each bin open above but the last."""
    place = np.minimum((scores * bins).astype(np.intp), bins - 1)
    cell = place * 2 + np.where(truth, 0, 1)
    counts = np.bincount(cell, minlength=bins * 2).reshape(bins, 2).astype(np.int64)
    sums: Floats = np.bincount(cell, weights=scores, minlength=bins * 2).reshape(bins, 2).astype(float)
    return Bins(np.linspace(0, 1, bins + 1), counts, sums)


def grouped_bins(truth: Bools, scores: Floats, codes: npt.NDArray[np.intp], *, groups: int, bins: int) -> Bins:
    """The same for every group at once: counts and sums of shape (groups, bins, 2)."""
    place = np.minimum((scores * bins).astype(np.intp), bins - 1)
    cell = (codes * bins + place) * 2 + np.where(truth, 0, 1)
    shape, size = (groups, bins, 2), groups * bins * 2
    counts = np.bincount(cell, minlength=size).reshape(shape).astype(np.int64)
    sums: Floats = np.bincount(cell, weights=scores, minlength=size).reshape(shape).astype(float)
    return Bins(np.linspace(0, 1, bins + 1), counts, sums)


def calibration_errors(bins: Bins, *, replicates: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Expected calibration error of every group, shape (groups,), and its replicates, which lie above it by noise."""
    typical = np.divide(bins.sums, bins.counts, out=np.zeros_like(bins.sums), where=bins.counts > 0)
    drawn = resample(bins.counts, replicates=replicates, rng=rng, prior=0)
    return _mean_gap(bins.counts.astype(float), typical), _mean_gap(drawn, typical)


def calibration_noise(bins: Bins) -> Floats:
    """The calibration error that perfectly calibrated scores in the same bins would show by chance alone.

    The mean distance of a normal number from its mean is 0.8 standard deviations; those of the bins are binomial.
    """
    n = bins.counts.sum(axis=-1)
    score = np.divide(bins.sums.sum(axis=-1), n, out=np.zeros(n.shape), where=n > 0)
    found: Floats = np.sqrt(2 / np.pi * n * score * (1 - score)).sum(axis=-1) / n.sum(axis=-1)
    return found


def calibration_error(bins: Bins, *, replicates: int, rng: np.random.Generator) -> Estimate:
    """Expected calibration error: the mean gap between score and outcome over bins, weighted by rows.

    Range 0 (ideal) to 1. Noise can only raise it, so the interval is that of replicates moved back to the value.
    Definition: Naeini, Cooper and Hauskrecht (2015), AAAI, with bins of equal width.
    """
    value, drawn = calibration_errors(bins, replicates=replicates, rng=rng)
    return from_replicates(float(value), drawn, int(bins.counts.sum()), recentred=True)


def _mean_gap(counts: Floats, typical: Floats) -> Floats:
    gap = np.abs(counts[..., 0] - (counts * typical).sum(axis=-1)).sum(axis=-1)
    found: Floats = gap / counts.sum(axis=(-1, -2))
    return found


def log_losses(chances: Floats) -> Floats:
    """Minus the natural logarithm of the probability given to the true outcome of each row, kept above 2e-16."""
    losses: Floats = -np.log(np.clip(chances, np.finfo(float).eps, 1))
    return losses


def normal_draws(values: Floats, errors: Floats, *, replicates: int, rng: np.random.Generator) -> Floats:
    """Replicates of numbers of which only the standard error is known; shape (replicates, groups)."""
    drawn: Floats = values + errors * rng.standard_normal((replicates, len(values)))
    return drawn
