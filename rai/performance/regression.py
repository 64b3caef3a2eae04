"""How good a model of numbers is: share of variance explained, sizes of error, and to which side it errs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rai.performance.baseline import beside, number_baselines, number_notes
from rai.performance.plan import Plan
from rai.performance.record import Bin, Measured, Metric, PredictedBin, Residuals
from rai.statistics.estimates import Estimate, estimate
from rai.statistics.explained import r_squared
from rai.statistics.intervals import Z, from_replicates, mean, mean_and_error, median
from rai.statistics.resampling import generator
from rai.subject import Subject

Floats = npt.NDArray[np.float64]


def measure_regression(subject: Subject, plan: Plan) -> Measured:
    """Measure predicted numbers. A residual is prediction minus outcome: above 0 the model predicts too much."""
    truth, predicted = np.asarray(subject.y_true, dtype=float), np.asarray(subject.y_pred, dtype=float)
    moves = predicted - truth
    r2 = r2_score(truth, predicted, plan)
    middle = float(truth.mean())
    found = (
        Metric(metric="r2_score", found=r2),
        Metric(metric="root_mean_squared_error", found=root_mean_square(moves)),
        Metric(metric="mean_absolute_error", found=mean(np.abs(moves))),
        Metric(metric="median_absolute_error", found=median(np.abs(moves))),
        Metric(metric="mean_residual", found=mean(moves)),
        Metric(metric="baseline_root_mean_squared_error", found=root_mean_square(truth - middle)),
    )
    gain = mean(np.abs(truth - np.median(truth)) - np.abs(moves))
    return Measured(
        metrics=tuple(beside(found, number_baselines(truth))),
        baseline=f"{middle:.6g}",
        notes=number_notes(r2, gain),
        residuals=_histogram(moves, plan.histogram_bins),
        residual_spread=_spread(moves),
        predicted=_by_prediction(truth, predicted, plan.calibration_bins),
    )


def r2_score(truth: Floats, predicted: Floats, plan: Plan) -> Estimate:
    """Share of the variance explained; at most 1 (ideal), 0 for always predicting the mean, below 0 for worse."""
    rng = generator(plan.seed, "r2")
    value, drawn = r_squared(truth, predicted, replicates=plan.replicates, rng=rng)
    return from_replicates(value, drawn, len(truth), undefined="Undefined: the outcome is the same in all rows.")


def root_mean_square(moves: Floats) -> Estimate:
    """Root of the mean square with the interval of the mean square, taken to the root; in the target's unit."""
    value, error = mean_and_error(moves**2)
    low, high = max(0.0, value - Z * error) ** 0.5, max(0.0, value + Z * error) ** 0.5
    return estimate(value**0.5, low, high, len(moves))


def _spread(moves: Floats) -> Residuals:
    ends = (float(end) for end in np.quantile(moves, [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]))
    names = ("least", "lower", "lower_quartile", "median", "upper_quartile", "upper", "most")
    return Residuals(**dict(zip(names, ends, strict=True)), n=len(moves))


def _histogram(moves: Floats, bins: int) -> tuple[Bin, ...]:
    """Equal bins between the 0.5th and 99.5th percentile; rows beyond are counted in the first and the last bin."""
    low, high = (float(end) for end in np.quantile(moves, [0.005, 0.995]))
    if not high > low:
        return (Bin(low=low, high=high, n=len(moves)),)
    counts, edges = np.histogram(np.clip(moves, low, high), bins=bins, range=(low, high))
    return tuple(
        Bin(low=float(edges[place]), high=float(edges[place + 1]), n=int(count)) for place, count in enumerate(counts)
    )


def _by_prediction(truth: Floats, predicted: Floats, bins: int) -> tuple[PredictedBin, ...]:
    """Rows sorted by prediction and cut into bins of equal size."""
    order = np.argsort(predicted, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return tuple(
        PredictedBin(mean_prediction=float(predicted[part].mean()), outcome=mean(truth[part])) for part in parts
    )
