"""What the performance analysis stores: metrics with intervals, tables of counts, and the points of its curves."""

from __future__ import annotations

from rai.statistics.estimates import Estimate
from rai.stored import Stored


class Metric(Stored):
    """One metric over all rows, or over the rows of one class where ``label`` names it.

    Attributes
    ----------
    baseline
        What always giving the same answer would reach; ``None`` where that is undefined or means nothing.
    """

    metric: str
    found: Estimate
    label: str = ""
    baseline: float | None = None


class ConfusionTable(Stored):
    """Rows by true class (outer) and predicted class (inner), in the order of ``classes``."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]


class CalibrationBin(Stored):
    """Rows whose score lies between two edges: their mean score and how often the outcome was positive.

    With several classes the score is that of the class predicted, and the outcome whether it was right.
    """

    low: float
    high: float
    mean_score: float | None
    observed: Estimate


class ThresholdPoint(Stored):
    """What would follow from predicting positive at or above a threshold; ``None`` where nothing is to divide by."""

    threshold: float
    selection_rate: float
    true_positive_rate: float | None
    false_positive_rate: float | None
    precision: float | None


class Bin(Stored):
    """Rows whose number lies from ``low`` to below ``high``."""

    low: float
    high: float
    n: int


class Residuals(Stored):
    """Prediction minus outcome: the ends, and the values below which 5, 25, 50, 75 and 95 % of the rows lie."""

    least: float
    lower: float
    lower_quartile: float
    median: float
    upper_quartile: float
    upper: float
    most: float
    n: int


class PredictedBin(Stored):
    """Rows with similar predictions: the mean prediction and the mean outcome."""

    mean_prediction: float
    outcome: Estimate


class Measured(Stored):
    """Everything measured for one kind of task; what does not belong to the task is empty.

    Attributes
    ----------
    baseline
        What the baseline always predicts.
    notes
        Sentences that must not be overlooked.
    """

    metrics: tuple[Metric, ...]
    baseline: str
    notes: tuple[str, ...] = ()
    confusion: ConfusionTable | None = None
    calibration: tuple[CalibrationBin, ...] = ()
    thresholds: tuple[ThresholdPoint, ...] = ()
    residuals: tuple[Bin, ...] = ()
    residual_spread: Residuals | None = None
    predicted: tuple[PredictedBin, ...] = ()

    def metric(self, name: str) -> Estimate | None:
        """One metric over all rows."""
        return next((item.found for item in self.metrics if item.metric == name and not item.label), None)
