"""How good a model with several classes is: over all rows, class by class, and by its probabilities."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.performance.baseline import baseline_notes
from rai.performance.plan import Plan
from rai.performance.record import ConfusionTable, Measured, Metric
from rai.statistics.confusion import RATES, class_confusion, f1_score, one_against_rest
from rai.statistics.estimates import absent, estimate
from rai.statistics.intervals import from_replicates, logit_interval, mean, rate
from rai.statistics.resampling import generator, resample
from rai.statistics.scores import log_losses, roc_auc
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
    found = [
        Metric(metric="accuracy", found=rate(int(np.trace(table)), len(truth))),
        *_means(table, plan),
        *compared,
        *_per_class(table, classes),
        *_from_scores(subject, truth),
    ]
    return Measured(
        metrics=tuple(found),
        baseline=classes[most],
        notes=baseline_notes(compared[0].found, compared[1].found, classes[most]),
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
        Metric(metric="f1_macro", found=macro),
        Metric(metric="f1_weighted", found=from_replicates(weighted, np.nansum(spread * weights, axis=1), n)),
    ]


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


def _per_class(table: Counts, classes: tuple[str, ...]) -> list[Metric]:
    found = []
    for place, label in enumerate(classes):
        counts = one_against_rest(table, place)
        for name in ("precision", "true_positive_rate"):
            hits, base = RATES[name].parts(counts)
            reason = f"Undefined: no row {'is predicted' if name == 'precision' else 'is'} '{label}'."
            found.append(Metric(metric=name, label=label, found=rate(int(hits), int(base), undefined=reason)))
    return found


def _from_scores(subject: Subject, truth: Codes) -> list[Metric]:
    scores, reason = class_scores(subject)
    if scores is None:
        return [Metric(metric=name, found=absent(len(truth), reason)) for name in ("log_loss", "roc_auc_ovr")]
    own = scores[np.arange(len(truth)), truth]
    probable = bool(scores.min() >= 0 and np.allclose(scores.sum(axis=1), 1, atol=1e-3))
    loss = mean(log_losses(own)) if probable else absent(len(truth), "The scores of a row do not sum to 1.")
    areas = [roc_auc(truth == place, scores[:, place]) for place in range(scores.shape[1])]
    value = float(np.mean([area.value for area in areas]))
    moves = np.mean([area.influence for area in areas], axis=0)
    # Where every class is ranked perfectly the rows show no error; the least certain class stands in.
    error = float(np.sqrt((moves**2).sum())) / len(truth) or max(area.error for area in areas)
    undefined = "Undefined: a class does not occur in these rows."
    area = estimate(value, *logit_interval(value, error), len(truth), undefined=undefined)
    return [Metric(metric="log_loss", found=loss), Metric(metric="roc_auc_ovr", found=area)]


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
