"""The probabilities of a model with several classes: how well they rank, and whether they come true."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.performance.baseline import score_notes
from rai.performance.curves import calibration_curve
from rai.performance.plan import Plan
from rai.performance.record import CalibrationBin, Metric
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.intervals import logit_interval, mean
from rai.statistics.resampling import generator
from rai.statistics.scores import calibration_bins, calibration_error, log_losses, roc_auc
from rai.subject import Subject

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

PROBABILITY = ("log_loss", "brier_score", "expected_calibration_error")


@dataclass(frozen=True)
class Scored:
    """What the scores of several classes show."""

    metrics: tuple[Metric, ...]
    notes: tuple[str, ...] = ()
    calibration: tuple[CalibrationBin, ...] = ()


def measure_class_scores(subject: Subject, truth: Codes, predicted: Codes, plan: Plan) -> Scored:
    """Measure the scores; without any every metric is absent with the reason.

    Parameters
    ----------
    truth, predicted
        Places of the labels among the subject's classes, shape (n,).
    """
    scores, reason = class_scores(subject)
    if scores is None:
        names = (*PROBABILITY, "roc_auc_ovr")
        return Scored(tuple(Metric(metric=name, found=absent(len(truth), reason)) for name in names))
    area = _area(truth, scores)
    if not (scores.min() >= 0 and np.allclose(scores.sum(axis=1), 1, atol=1e-3)):
        unfit = absent(len(truth), "The scores of a row do not sum to 1.")
        return Scored(_metrics((unfit, unfit, unfit), area), score_notes(area, unfit))
    rows = np.arange(len(truth))
    hits = np.zeros_like(scores)
    hits[rows, truth] = 1
    squares = ((scores - hits) ** 2).sum(axis=1)
    plain = ((hits.mean(axis=0) - hits) ** 2).sum(axis=1)
    sure = np.minimum(scores[rows, predicted], 1)
    bins = calibration_bins(predicted == truth, sure, bins=plan.calibration_bins)
    error = calibration_error(bins, replicates=plan.replicates, rng=generator(plan.seed, "calibration"))
    found = (mean(log_losses(scores[rows, truth])), mean(squares), error)
    return Scored(_metrics(found, area), score_notes(area, mean(plain - squares)), calibration_curve(bins))


def _metrics(found: tuple[Estimate, ...], area: Estimate) -> tuple[Metric, ...]:
    probable = (Metric(metric=name, found=value) for name, value in zip(PROBABILITY, found, strict=True))
    return (*probable, Metric(metric="roc_auc_ovr", found=area))


def _area(truth: Codes, scores: Floats) -> Estimate:
    """The mean area under the ROC curve of the classes, each against the rest."""
    areas = [roc_auc(truth == place, scores[:, place]) for place in range(scores.shape[1])]
    value = float(np.mean([area.value for area in areas]))
    moves = np.mean([area.influence for area in areas], axis=0)
    # Where every class is ranked perfectly the rows show no error; the least certain class stands in.
    error = float(np.sqrt((moves**2).sum())) / len(truth) or max(area.error for area in areas)
    undefined = "Undefined: a class does not occur in these rows."
    return estimate(value, *logit_interval(value, error), len(truth), undefined=undefined)


def class_scores(subject: Subject) -> tuple[Floats | None, str]:
    """Scores with columns in the order of the subject's classes, or ``None`` and the reason."""
    scores = subject.predictions.scores
    if scores is None:
        return None, "The model gives labels only, no scores."
    order = subject.info.classes if subject.info and subject.info.classes else subject.classes
    if scores.shape[1] != len(order):
        return None, f"The model gives {scores.shape[1]} scores a row for {len(order)} classes."
    if missing := [label for label in subject.classes if label not in order]:
        return None, f"The model gives no score for the class '{missing[0]}'."
    return scores[:, [order.index(label) for label in subject.classes]], ""
