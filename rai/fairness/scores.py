"""The scores of groups where the outcome is yes or no: how well they rank, and whether they come true."""

from __future__ import annotations

import numpy as np

from rai.fairness.binary import Bools, Draw, Floats, mean_metric, rows_of
from rai.fairness.grouped import GroupedMetric
from rai.fairness.record import Curve, CurvePoint
from rai.statistics.grouping import Grouping
from rai.statistics.intervals import rate
from rai.statistics.scores import Bins, calibration_errors, calibration_noise, grouped_bins, normal_draws, roc_auc
from rai.statistics.simultaneous import of_noisy, of_numbers

#: Bins of equal width for calibration within a group.
BINS = 10


def score_metrics(truth: Bools, scores: Floats, grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    """Area under the ROC curve and, where the scores are probabilities, Brier score and calibration of every group."""
    rows = rows_of(grouping)
    found = [_auc([(truth[row], scores[row]) for row in rows], draw.rng(grouping, "auc"), draw.replicates)]
    if not are_probabilities(scores):
        return found
    moves = scores - truth
    brier, large = draw.rng(grouping, "brier"), draw.rng(grouping, "calibration in the large")
    squares, parts = [moves[row] ** 2 for row in rows], [moves[row] for row in rows]
    return [
        *found,
        mean_metric("brier_score", squares, brier, draw.replicates, most=1),
        mean_metric("calibration_in_the_large", parts, large, draw.replicates, least=-1, most=1),
        _calibration(_binned(truth, scores, grouping), grouping, draw),
    ]


def are_probabilities(scores: Floats) -> bool:
    """Whether all scores lie between 0 and 1."""
    return bool(len(scores) and scores.min() >= 0 and scores.max() <= 1)


def calibration_curves(truth: Bools, scores: Floats, grouping: Grouping, *, min_group: int) -> tuple[Curve, ...]:
    """The calibration curve of every group with enough rows; bins without rows are left out."""
    if not are_probabilities(scores):
        return ()
    bins = _binned(truth, scores, grouping)
    enough = np.flatnonzero(grouping.sizes >= min_group)
    return tuple(Curve(key=grouping.groups[int(place)], points=_points(bins, int(place))) for place in enough)


def _points(bins: Bins, place: int) -> tuple[CurvePoint, ...]:
    rows = zip(bins.counts[place], bins.sums[place], strict=True)
    return tuple(
        CurvePoint(mean_score=float(sums.sum() / counts.sum()), observed=rate(int(counts[0]), int(counts.sum())))
        for counts, sums in rows
        if counts.sum()
    )


def _binned(truth: Bools, scores: Floats, grouping: Grouping) -> Bins:
    return grouped_bins(truth, scores, grouping.codes, groups=len(grouping.groups), bins=BINS)


def _calibration(bins: Bins, grouping: Grouping, draw: Draw) -> GroupedMetric:
    rng = draw.rng(grouping, "calibration")
    values, drawn = calibration_errors(bins, replicates=draw.replicates, rng=rng)
    n = bins.counts.sum(axis=(1, 2))
    spread = of_noisy(values, drawn.std(axis=0), calibration_noise(bins), drawn)
    return GroupedMetric("expected_calibration_error", spread, n=n, support=n, base="rows")


def _auc(parts: list[tuple[Bools, Floats]], rng: np.random.Generator, replicates: int) -> GroupedMetric:
    areas = [roc_auc(truth, scores) for truth, scores in parts]
    values, errors = np.array([area.value for area in areas]), np.array([area.error for area in areas])
    drawn = normal_draws(values, errors, replicates=replicates, rng=rng)
    n = np.array([len(truth) for truth, _ in parts], dtype=np.int64)
    rarer = np.array([area.rarer for area in areas], dtype=np.int64)
    spread = of_numbers(values, errors, drawn, least=0, most=1)
    base = "rows of the rarer outcome"
    return GroupedMetric("roc_auc", spread, n=n, support=rarer, base=base, errors=errors)
