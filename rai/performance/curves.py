"""The curves of a yes-or-no model's scores: calibration, what each threshold would mean, and which one is in use."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rai.performance.record import CalibrationBin, ThresholdPoint
from rai.statistics.intervals import rate
from rai.statistics.scores import Bins

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: Thresholds of the curve: 0, 0.02, ... 1.
STEPS = 50


def calibration_curve(bins: Bins) -> tuple[CalibrationBin, ...]:
    """One point for each bin: its mean score, and the share of positive outcomes with its Wilson interval."""
    found = []
    for place, (ups, downs) in enumerate(bins.counts):
        n = int(ups + downs)
        found.append(
            CalibrationBin(
                low=float(bins.edges[place]),
                high=float(bins.edges[place + 1]),
                mean_score=float(bins.sums[place].sum()) / n if n else None,
                observed=rate(int(ups), n, undefined="No score lies in this bin."),
            )
        )
    return tuple(found)


def threshold_curve(truth: Bools, scores: Floats) -> tuple[ThresholdPoint, ...]:
    """Rates at evenly spaced thresholds, from two sorted lists of scores."""
    ups, downs = np.sort(scores[truth]), np.sort(scores[~truth])
    found = []
    for step in range(STEPS + 1):
        threshold = step / STEPS
        hits = len(ups) - int(np.searchsorted(ups, threshold))
        alarms = len(downs) - int(np.searchsorted(downs, threshold))
        chosen = hits + alarms
        found.append(
            ThresholdPoint(
                threshold=threshold,
                selection_rate=chosen / len(scores),
                true_positive_rate=hits / len(ups) if len(ups) else None,
                false_positive_rate=alarms / len(downs) if len(downs) else None,
                precision=hits / chosen if chosen else None,
            )
        )
    return tuple(found)


def label_note(predicted: Bools, scores: Floats, threshold: float | None) -> tuple[str, ...]:
    """Say so where labels do not follow from the scores: a threshold may be applied outside the model."""
    if threshold is not None or not predicted.any() or predicted.all():
        return ()
    lowest, highest = float(scores[predicted].min()), float(scores[~predicted].max())
    if lowest >= highest:
        return ()
    crossed = int((scores[predicted] < highest).sum() + (scores[~predicted] > lowest).sum())
    sentence = (
        f"The labels do not follow from the scores at any threshold: rows predicted positive score as low as "
        f"{lowest:.3f}, rows predicted negative as high as {highest:.3f} ({crossed:,} of {len(scores):,} rows "
        "overlap). Ask where the decision is made; a threshold outside the model belongs under [task] threshold."
    )
    return (sentence,)
