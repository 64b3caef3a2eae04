"""The Subject of a review: a model version, a dataset with roles, and the predictions made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.cohorts import ALL, Cohort, as_text
from rai.dataset import Groups, ReviewDataset
from rai.errors import ModelError, NotApplicable
from rai.model.answers import Floats, Model, ModelInfo, Predictions
from rai.profile import ReviewProfile, Task
from rai.stored import Stored

Keep = Callable[[Stored], str]


def _digest_only(record: Stored) -> str:
    return record.digest


@dataclass(frozen=True)
class Subject:
    """What an analysis is given. Every analysis works on every cohort because a cohort of a Subject is a Subject.

    Attributes
    ----------
    dataset
        Rows and roles.
    predictions
        The model's answer to those rows.
    model
        The model process, for analyses that must ask again; ``None`` where only stored predictions exist.
    reference
        Training data, where given: background for explanations, never evaluated on.
    cohort
        The rows this Subject is restricted to.
    keep
        Keeps a record that holds single rows in the content store and returns its digest, so that a Result names
        row-level evidence without holding it.
    """

    dataset: ReviewDataset
    predictions: Predictions
    model: Model | None = None
    reference: ReviewDataset | None = None
    cohort: Cohort = ALL
    keep: Keep = field(default=_digest_only, repr=False)
    known_classes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.dataset)

    @property
    def profile(self) -> ReviewProfile:
        """The review profile."""
        return self.dataset.profile

    @property
    def task(self) -> Task:
        """The task."""
        return self.dataset.profile.task

    @property
    def info(self) -> ModelInfo | None:
        """The model's description, if there is a model."""
        return self.model.info if self.model else None

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Labels as strings: for binary (negative, positive), for multiclass sorted; empty for regression."""
        if self.known_classes or self.task.kind == "regression":
            return self.known_classes
        seen = {*self.truth_text, *as_text(pd.Series(self.predictions.labels)), *self._scored}
        if self.task.kind == "binary":
            return (*sorted(seen - {self.positive}), self.positive)
        return tuple(sorted(seen))

    @property
    def _scored(self) -> tuple[str, ...]:
        return self.model.info.classes if self.model and self.predictions.scores is not None else ()

    @property
    def positive(self) -> str:
        """The positive label as a string (binary only)."""
        return str(as_text(pd.Series([self.task.positive])).iloc[0])

    @property
    def truth_text(self) -> Groups:
        """The true label of each row as a string; shape (n,)."""
        return np.asarray(as_text(self.dataset.target), dtype=object)

    @property
    def predicted_text(self) -> Groups:
        """The predicted label of each row as a string; shape (n,)."""
        return self.decide(self.predictions)

    def decide(self, predictions: Predictions) -> Groups:
        """Turn any answer of the model into labels as strings, by the declared threshold where there is one."""
        if self.task.kind == "binary" and self.task.threshold is not None and predictions.scores is not None:
            negative, positive = self.classes[0], self.positive
            chosen = self.positive_scores(predictions) >= self.task.threshold
            return np.where(chosen, positive, negative).astype(object)
        return np.asarray(as_text(pd.Series(predictions.labels)), dtype=object)

    def positive_scores(self, predictions: Predictions) -> Floats:
        """Probability of the positive label in any answer of the model; shape (n,)."""
        scores = predictions.scores
        if scores is None:
            raise NotApplicable("The model gives labels only, no scores.")
        order = self._scored
        place = order.index(self.positive) if self.positive in order else scores.shape[1] - 1
        return np.asarray(scores[:, place], dtype=float)

    @cached_property
    def y_true(self) -> npt.NDArray[np.bool_] | Floats:
        """Binary: true where the outcome is positive. Regression: the outcome. Shape (n,)."""
        if self.task.kind == "regression":
            return np.asarray(self.dataset.target, dtype=float)
        return np.asarray(self.truth_text == self.positive, dtype=bool)

    @cached_property
    def y_pred(self) -> npt.NDArray[np.bool_] | Floats:
        """Binary: true where the prediction is positive. Regression: the prediction. Shape (n,)."""
        if self.task.kind == "regression":
            return np.asarray(self.predictions.labels, dtype=float)
        return np.asarray(self.predicted_text == self.positive, dtype=bool)

    @cached_property
    def favourable(self) -> npt.NDArray[np.bool_]:
        """Binary: true where the prediction is the one that is good for the person. Shape (n,)."""
        predicted = np.asarray(self.y_pred, dtype=bool)
        return predicted if self.task.favourable == "positive" else ~predicted

    @cached_property
    def errors(self) -> Floats:
        """Size of the error in each row: 0 or 1 for labels, the absolute residual for numbers. Shape (n,)."""
        if self.task.kind == "regression":
            residuals: Floats = np.asarray(self.y_true, dtype=float) - np.asarray(self.y_pred, dtype=float)
            return np.abs(residuals)
        return np.asarray(self.truth_text != self.predicted_text, dtype=float)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns of the data that the model takes; without a model, all that may be inputs."""
        names = tuple(column.name for column in self.info.inputs) if self.info else ()
        return names or self.dataset.features

    def within(self, cohort: Cohort) -> Subject:
        """The Subject restricted to a cohort; no prediction is made anew."""
        rows = np.flatnonzero(cohort.mask(self.dataset.frame))
        if not len(rows):
            raise NotApplicable(f"No row belongs to the cohort '{cohort.name}'.")
        return replace(self.take(rows), cohort=cohort)

    def take(self, rows: npt.NDArray[np.intp]) -> Subject:
        """The Subject at these row positions."""
        scores = self.predictions.scores
        predictions = Predictions(self.predictions.labels[rows], None if scores is None else scores[rows])
        # The classes are those of all rows: a cohort in which nobody was approved still has both labels.
        return replace(self, dataset=self.dataset.take(rows), predictions=predictions, known_classes=self.classes)


def check_predictions(subject: Subject) -> None:
    """Refuse an answer that cannot be compared with the truth.

    Raises
    ------
    ModelError
        If the number of answers is wrong, one is missing or not finite, or labels are predicted that the target
        does not know.
    """
    labels, scores = subject.predictions.labels, subject.predictions.scores
    if len(labels) != len(subject):
        raise ModelError(f"The model gave {len(labels)} answers to {len(subject)} rows. It must answer each row once.")
    bad = int(pd.isna(pd.Series(labels)).sum())
    if scores is not None and not bad:
        bad = int((~np.isfinite(scores)).any(axis=1).sum())
    if bad:
        raise ModelError(
            f"The model answered {bad} of {len(labels)} rows with a missing or infinite value. "
            "Let it handle missing inputs, or leave those rows out of the evaluation data."
        )
    if subject.task.kind == "regression":
        _check_numbers(labels)
        return
    known = set(subject.truth_text)
    strange = sorted(set(subject.predicted_text) - known)
    if strange and (subject.task.kind == "binary" or not set(subject.predicted_text) & known):
        raise ModelError(
            f"The model predicts {', '.join(map(repr, strange[:5]))}, but '{subject.task.target}' holds "
            f"{', '.join(map(repr, sorted(known)[:5]))}. Use the same labels in both."
        )


def _check_numbers(labels: npt.NDArray[np.generic]) -> None:
    try:
        numbers = np.asarray(labels, dtype=float)
    except (TypeError, ValueError):
        raise ModelError("The model answers with text, but [task] kind is regression. Mend one of them.") from None
    if bad := int((~np.isfinite(numbers)).sum()):
        raise ModelError(f"The model answered {bad} of {len(numbers)} rows with an infinite value.")
