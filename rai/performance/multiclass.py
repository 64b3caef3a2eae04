"""How good a model with several classes is: over all rows and class by class, from one table of counts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.performance.baseline import baseline_notes, beside, class_baselines
from rai.performance.class_scores import measure_class_scores
from rai.performance.plan import Plan
from rai.performance.record import ConfusionTable, Measured, Metric
from rai.statistics.confusion import RATES, class_confusion, f1_score, one_against_rest
from rai.statistics.estimates import Estimate, absent
from rai.statistics.intervals import from_replicates, rate
from rai.statistics.resampling import generator, resample
from rai.subject import Subject

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
Codes = npt.NDArray[np.intp]


def measure_multiclass(subject: Subject, plan: Plan) -> Measured:
    """Measure labels and, where there are any, the probabilities of the classes."""
    classes = subject.classes
    truth, predicted = _codes(subject.truth_text, classes), _codes(subject.predicted_text, classes)
    everyone = np.zeros(len(truth), dtype=np.intp)
    table = class_confusion(truth, predicted, everyone, groups=1, classes=len(classes))[0]
    most = int(np.argmax(table.sum(axis=1)))
    compared = _against_baseline(truth, predicted, most, plan)
    scored = measure_class_scores(subject, truth, predicted, plan)
    found = [
        Metric(metric="accuracy", found=rate(int(np.trace(table)), len(truth))),
        *_means(table, plan),
        *compared,
        *_per_class(table, classes, plan),
        *scored.metrics,
    ]
    return Measured(
        metrics=tuple(beside(found, class_baselines(table.sum(axis=1) / len(truth)))),
        baseline=classes[most],
        notes=(*baseline_notes(compared[0].found, compared[1].found, classes[most]), *scored.notes),
        calibration=scored.calibration,
        confusion=ConfusionTable(classes=classes, counts=tuple(tuple(int(cell) for cell in row) for row in table)),
    )


def _codes(labels: npt.NDArray[np.object_], classes: tuple[str, ...]) -> Codes:
    return pd.Index(classes).get_indexer(pd.Index(labels)).astype(np.intp)


def recalls(table: npt.NDArray[np.generic]) -> Floats:
    """Recall of each class, shape (..., classes); NaN for a class without rows."""
    cells = np.asarray(table, dtype=float)
    actual, hits = cells.sum(axis=-1), np.diagonal(cells, axis1=-2, axis2=-1)
    found: Floats = np.divide(hits, actual, out=np.full(hits.shape, np.nan), where=actual > 0)
    return found


def f1_scores(table: npt.NDArray[np.generic]) -> Floats:
    """F1 score of each class against the rest, shape (..., classes)."""
    classes = np.asarray(table).shape[-1]
    return np.stack([f1_score(one_against_rest(table, place)) for place in range(classes)], axis=-1)


def _means(table: Counts, plan: Plan) -> list[Metric]:
    """Means over the classes that occur; a class that is only predicted counts in the F1 scores, with 0."""
    classes = len(table)
    rng = generator(plan.seed, "performance")
    # Rows of a class that does not occur are not invented: half a row goes only to classes that do.
    prior = np.where(table.sum(axis=1) > 0, 1 / classes, 0)[:, None] * np.ones(classes)
    drawn = resample(table, replicates=plan.replicates, rng=rng, prior=prior)
    n, actual = int(table.sum()), table.sum(axis=1)
    occurs, counted = actual > 0, (actual + table.sum(axis=0)) > 0
    weights = drawn.sum(axis=-1) / drawn.sum(axis=(-1, -2))[:, None]
    observed, spread = f1_scores(table), f1_scores(drawn)
    weighted = float(np.nansum(observed * actual) / n)
    balanced = from_replicates(float(recalls(table)[occurs].mean()), recalls(drawn)[:, occurs].mean(axis=1), n)
    macro = from_replicates(float(observed[counted].mean()), spread[:, counted].mean(axis=1), n)
    return [
        Metric(metric="balanced_accuracy", found=balanced),
        Metric(metric="precision_macro", found=_precision(table, drawn, n)),
        Metric(metric="f1_macro", found=macro),
        Metric(metric="f1_weighted", found=from_replicates(weighted, np.nansum(spread * weights, axis=1), n)),
    ]


def _precision(table: Counts, drawn: Floats, n: int) -> Estimate:
    """Mean precision over all classes that occur or are predicted; absent where one of them is never predicted."""
    counted = (table.sum(axis=1) + table.sum(axis=0)) > 0
    places = np.flatnonzero(counted)
    if not table.sum(axis=0)[places].all():
        return absent(n, "Undefined: a class is never predicted.")
    one, other = (
        np.mean([RATES["precision"].of(one_against_rest(each, int(place))) for place in places], axis=0)
        for each in (table, drawn)
    )
    return from_replicates(float(one), other, n)


def _against_baseline(truth: Codes, predicted: Codes, most: int, plan: Plan) -> list[Metric]:
    n = len(truth)
    won = int(((predicted == truth) & (truth != most)).sum())
    lost = int(((predicted != truth) & (truth == most)).sum())
    counts = np.array([won, lost, n - won - lost])
    drawn = resample(counts, replicates=plan.replicates, rng=generator(plan.seed, "baseline"), prior=0.5)
    gains = (drawn[:, 0] - drawn[:, 1]) / drawn.sum(axis=1)
    return [
        Metric(metric="baseline_accuracy", found=rate(int((truth == most).sum()), n)),
        Metric(metric="accuracy_gain_over_baseline", found=from_replicates((won - lost) / n, gains, n)),
    ]


def _per_class(table: Counts, classes: tuple[str, ...], plan: Plan) -> list[Metric]:
    found = []
    rng = generator(plan.seed, "classes")
    for place, label in enumerate(classes):
        counts = one_against_rest(table, place)
        for name in ("precision", "true_positive_rate", "true_negative_rate"):
            hits, base = RATES[name].parts(counts)
            value = rate(int(hits), int(base), undefined=_UNDEFINED[name].format(label))
            found.append(Metric(metric=name, label=label, found=value))
        drawn = resample(counts.astype(np.int64), replicates=plan.replicates, rng=rng, prior=0.5)
        reason = f"Undefined: no row is, or is predicted, '{label}'."
        f1 = from_replicates(float(f1_score(counts)), f1_score(drawn), int(counts.sum()), undefined=reason)
        found.append(Metric(metric="f1_score", label=label, found=f1))
    return found


_UNDEFINED = {
    "precision": "Undefined: no row is predicted '{}'.",
    "true_positive_rate": "Undefined: no row is '{}'.",
    "true_negative_rate": "Undefined: every row is '{}'.",
}
