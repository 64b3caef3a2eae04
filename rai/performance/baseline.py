"""What always giving the same answer would reach, and the plain warning when a model does not beat it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from rai.performance.record import Metric
from rai.statistics.estimates import Estimate
from rai.theme import write

Floats = npt.NDArray[np.float64]


def beside(metrics: Iterable[Metric], baselines: dict[str, float | None]) -> list[Metric]:
    """The metrics over all rows, each with its baseline."""
    return [
        item if item.label else item.model_copy(update={"baseline": baselines.get(item.metric)}) for item in metrics
    ]


def binary_baselines(base_rate: float) -> dict[str, float | None]:
    """Always predicting the more frequent outcome, and always giving the base rate as the score."""
    up = base_rate > 0.5
    both = 0 < base_rate < 1
    return {
        "accuracy": max(base_rate, 1 - base_rate),
        "balanced_accuracy": 0.5 if both else None,
        "precision": base_rate if up else None,
        "true_positive_rate": float(up) if base_rate > 0 else None,
        "true_negative_rate": float(not up) if base_rate < 1 else None,
        "false_positive_rate": float(up) if base_rate < 1 else None,
        "false_negative_rate": float(not up) if base_rate > 0 else None,
        "selection_rate": float(up),
        "f1_score": 2 * base_rate / (1 + base_rate) if up else 0.0,
        "roc_auc": 0.5 if both else None,
        "average_precision": base_rate if base_rate > 0 else None,
        **_of_shares(np.array([base_rate, 1 - base_rate]), brier=base_rate * (1 - base_rate)),
    }


def class_baselines(shares: Floats) -> dict[str, float | None]:
    """Always predicting the most frequent class, and always giving the shares of the classes as the scores."""
    occur, most = int((shares > 0).sum()), float(shares.max())
    f1 = 2 * most / (1 + most)
    return {
        "accuracy": most,
        "balanced_accuracy": 1 / occur,
        "f1_macro": f1 / occur,
        "f1_weighted": f1 * most,
        "roc_auc_ovr": 0.5 if occur == len(shares) and occur > 1 else None,
        **_of_shares(shares, brier=float(1 - (shares**2).sum())),
    }


def _of_shares(shares: Floats, *, brier: float) -> dict[str, float | None]:
    known = shares[shares > 0]
    entropy = float(-(known * np.log(known)).sum())
    return {"log_loss": abs(entropy), "brier_score": brier, "expected_calibration_error": 0.0}


def number_baselines(truth: Floats) -> dict[str, float | None]:
    """Always predicting the mean outcome, and for absolute errors the median."""
    apart = np.abs(truth - np.median(truth))
    return {
        "r2_score": 0.0 if float(np.ptp(truth)) > 0 else None,
        "root_mean_squared_error": float(truth.std()),
        "mean_absolute_error": float(apart.mean()),
        "median_absolute_error": float(np.median(apart)),
        "mean_residual": 0.0,
    }


def _unclear(found: Estimate, bound: float = 0) -> bool:
    """Whether the interval of a number that should be above a bound is not wholly above it."""
    return found.value is not None and found.low is not None and found.low <= bound


def baseline_notes(baseline: Estimate, gain: Estimate, always: str) -> tuple[str, ...]:
    """What to say about the gain in accuracy over always predicting the most frequent class; nothing if it is clear."""
    if not _unclear(gain) or gain.value is None or gain.low is None or gain.high is None:
        return ()
    ends = f"{100 * gain.value:+.1f} percentage points ({100 * gain.low:+.1f} to {100 * gain.high:+.1f})"
    beside = f"always predicting '{always}', which is right in {write(baseline.value, 'percent')} of {gain.n:,} rows"
    if gain.value <= 0:
        return (f"The model's accuracy does not beat {beside}. The difference is {ends}.",)
    return (f"The model's accuracy is not shown to beat {beside}: the difference is {ends}, which may be chance.",)


def score_notes(area: Estimate, gain: Estimate) -> tuple[str, ...]:
    """What to say where scores are not shown to rank better than chance, or to be better than the plain shares.

    Parameters
    ----------
    gain
        Brier score of always giving the shares of the outcomes, minus that of the model, on the same rows.
    """
    found = []
    if _unclear(area, 0.5):
        found.append(
            f"The scores are not shown to rank better than chance: the area under the ROC curve is {_written(area)} "
            f"over {area.n:,} rows, and 0.5 is chance."
        )
    if _unclear(gain):
        found.append(
            "The scores are not shown to be closer to the outcomes than the plain share of each outcome given to "
            f"everybody: the gain in the Brier score is {_written(gain)} over {gain.n:,} rows."
        )
    return tuple(found)


def _written(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


def number_notes(r2: Estimate, gain: Estimate) -> tuple[str, ...]:
    """What to say where the model is not shown to beat always predicting the mean, or the median.

    Parameters
    ----------
    gain
        Mean absolute error of always predicting the median, minus that of the model, on the same rows.
    """
    if _unclear(r2) and r2.value is not None:
        ends = f"R² is {_written(r2)} over {r2.n:,} rows"
        said = "does not" if r2.value <= 0 else "is not shown to"
        return (f"The model {said} beat always predicting the mean outcome of these rows: {ends}.",)
    if _unclear(gain):
        ends = f"{write(gain.value, 'number')} ({write(gain.low, 'number')} to {write(gain.high, 'number')})"
        median = "The model is not shown to beat always predicting the median outcome of these rows"
        return (f"{median}: its mean absolute error is smaller by {ends} over {gain.n:,} rows.",)
    return ()
