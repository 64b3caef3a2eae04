"""How good a yes-or-no model is: rates from its confusion counts, and ranking and calibration of its scores."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rai.performance.baseline import baseline_notes, beside, binary_baselines, score_notes
from rai.performance.curves import calibration_curve, label_note, threshold_curve
from rai.performance.plan import Plan
from rai.performance.record import ConfusionTable, Measured, Metric
from rai.statistics.confusion import FN, FP, RATES, TN, TP, balanced_accuracy, confusion, f1_score
from rai.statistics.estimates import Estimate, absent
from rai.statistics.intervals import from_replicates, mean, rate
from rai.statistics.resampling import generator, resample
from rai.statistics.scores import (
    Bins,
    average_precision_estimate,
    calibration_bins,
    calibration_error,
    log_losses,
    roc_auc,
)
from rai.subject import Subject

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SHOWN_RATES = (
    "accuracy",
    "precision",
    "true_positive_rate",
    "true_negative_rate",
    "false_positive_rate",
    "false_negative_rate",
    "selection_rate",
    "base_rate",
)
RANKING = ("roc_auc", "average_precision")
PROBABILITY = ("log_loss", "brier_score", "expected_calibration_error")


def measure_binary(subject: Subject, plan: Plan) -> Measured:
    """Measure labels and, where there are any, scores of the positive label."""
    truth, predicted = np.asarray(subject.y_true, dtype=bool), np.asarray(subject.y_pred, dtype=bool)
    counts = confusion(truth, predicted, np.zeros(len(truth), dtype=np.intp), 1)[0]
    negative, positive = _labels(subject)
    table = ConfusionTable(
        classes=(negative, positive),
        counts=((int(counts[TN]), int(counts[FP])), (int(counts[FN]), int(counts[TP]))),
    )
    always = positive if 2 * int(truth.sum()) > len(truth) else negative
    compared = _against_baseline(counts, plan, positive_wins=always == positive)
    found = [*_rates(counts), *_from_counts(counts, plan), *compared]
    notes = baseline_notes(compared[0].found, compared[1].found, always)
    baselines = binary_baselines(float(truth.mean()))
    if subject.predictions.scores is None:
        reason = "The model gives labels only, no scores."
        found += [Metric(metric=name, found=absent(len(truth), reason)) for name in (*RANKING, *PROBABILITY)]
        return Measured(metrics=tuple(beside(found, baselines)), baseline=always, notes=notes, confusion=table)
    scores = subject.positive_scores(subject.predictions)
    bins = calibration_bins(truth, scores, bins=plan.calibration_bins) if _are_probabilities(scores) else None
    ranking = _ranking(truth, scores, plan)
    found += [*ranking, *_probabilities(truth, scores, bins, plan)]
    beaten = score_notes(ranking[0].found, _brier_gain(truth, scores, bins))
    return Measured(
        metrics=tuple(beside(found, baselines)),
        baseline=always,
        notes=(*notes, *beaten, *label_note(predicted, scores, subject.task.threshold)),
        confusion=table,
        calibration=() if bins is None else calibration_curve(bins),
        thresholds=threshold_curve(truth, scores) if bins is not None else (),
    )


def _brier_gain(truth: Bools, scores: Floats, bins: Bins | None) -> Estimate:
    """How much closer the scores are to the outcomes than the base rate given to everybody."""
    if bins is None:
        return absent(len(truth), "The scores are no probabilities.")
    return mean((truth.mean() - truth) ** 2 - (scores - truth) ** 2)


def _labels(subject: Subject) -> tuple[str, str]:
    others = [label for label in subject.classes if label != subject.positive]
    return (others[0] if others else f"not {subject.positive}"), subject.positive


def _rates(counts: Counts) -> list[Metric]:
    found = []
    for name in SHOWN_RATES:
        hits, base = RATES[name].parts(counts)
        value = rate(int(hits), int(base), undefined=f"Undefined: there are no {RATES[name].base}.")
        found.append(Metric(metric=name, found=value))
    return found


def _from_counts(counts: Counts, plan: Plan) -> list[Metric]:
    drawn = resample(counts, replicates=plan.replicates, rng=generator(plan.seed, "performance"), prior=0.5)
    n = int(counts.sum())
    one_class = "Undefined: the rows hold one class only."
    balanced = from_replicates(float(balanced_accuracy(counts)), balanced_accuracy(drawn), n, undefined=one_class)
    no_positive = "Undefined: no row is, or is predicted, positive."
    f1 = from_replicates(float(f1_score(counts)), f1_score(drawn), n, undefined=no_positive)
    return [Metric(metric="balanced_accuracy", found=balanced), Metric(metric="f1_score", found=f1)]


def _against_baseline(counts: Counts, plan: Plan, *, positive_wins: bool) -> list[Metric]:
    """The accuracy of always predicting the more frequent class, and how much the model gains on the same rows."""
    n = int(counts.sum())
    # Where the baseline says positive, the model gains the negatives it recognises and loses the positives it misses.
    won, lost = (TN, FN) if positive_wins else (TP, FP)
    right = counts[[TP, FN]] if positive_wins else counts[[FP, TN]]
    drawn = resample(counts, replicates=plan.replicates, rng=generator(plan.seed, "baseline"), prior=0.5)
    gains = (drawn[:, won] - drawn[:, lost]) / drawn.sum(axis=1)
    gain = from_replicates(float(counts[won] - counts[lost]) / n, gains, n)
    return [
        Metric(metric="baseline_accuracy", found=rate(int(right.sum()), n)),
        Metric(metric="accuracy_gain_over_baseline", found=gain),
    ]


def _ranking(truth: Bools, scores: Floats, plan: Plan) -> list[Metric]:
    rng = generator(plan.seed, "average precision")
    precision = average_precision_estimate(truth, scores, replicates=plan.replicates, rng=rng)
    return [
        Metric(metric="roc_auc", found=roc_auc(truth, scores).estimate()),
        Metric(metric="average_precision", found=precision),
    ]


def _are_probabilities(scores: Floats) -> bool:
    return bool(scores.min() >= 0 and scores.max() <= 1)


def _probabilities(truth: Bools, scores: Floats, bins: Bins | None, plan: Plan) -> list[Metric]:
    if bins is None:
        reason = "The scores lie outside 0 to 1, so they are no probabilities."
        return [Metric(metric=name, found=absent(len(truth), reason)) for name in PROBABILITY]
    rng = generator(plan.seed, "calibration")
    found: tuple[Estimate, ...] = (
        mean(log_losses(np.where(truth, scores, 1 - scores))),
        mean((scores - truth) ** 2),
        calibration_error(bins, replicates=plan.replicates, rng=rng),
    )
    return [Metric(metric=name, found=value) for name, value in zip(PROBABILITY, found, strict=True)]
