"""Which outcome is wanted, in words and as a question to any answer of the model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.cohorts import as_text
from rai.dataset import Groups
from rai.errors import InputError
from rai.model.answers import Floats, Predictions
from rai.subject import Subject
from rai.theme import number

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Desired:
    """The outcome a counterfactual example must reach.

    Attributes
    ----------
    label
        Binary and multiclass: the label wanted, as text; empty for regression.
    low, high
        Regression: the range wanted; infinite where it is open.
    words
        The outcome as it stands in a sentence, for example ``the prediction '1'``.
    note
        Where the profile does not name it: how it was chosen.
    """

    subject: Subject
    label: str
    low: float
    high: float
    words: str
    note: str = ""

    def holds(self, answer: Predictions) -> Bools:
        """Which rows have the outcome in an answer of the model; shape (n,)."""
        if self.label:
            return np.asarray(self.subject.decide(answer) == self.label, dtype=bool)
        found = np.asarray(answer.labels, dtype=float)
        return np.asarray((found >= self.low) & (found <= self.high), dtype=bool)

    def strength(self, answer: Predictions) -> Floats:
        """How clearly each row has the outcome, larger is clearer; shape (n,). All 0 where only labels are told."""
        if not self.label:
            found = np.asarray(answer.labels, dtype=float)
            return np.minimum(found - self.low, self.high - found)
        if answer.scores is None or self.subject.info is None or self.label not in self.subject.info.classes:
            return np.zeros(len(answer.labels))
        return np.asarray(answer.scores[:, self.subject.info.classes.index(self.label)], dtype=float)

    def texts(self, answer: Predictions) -> Groups:
        """Each answer as it stands in a sentence; shape (n,)."""
        if self.label:
            return self.subject.decide(answer)
        return np.array([number(float(value)) for value in answer.labels], dtype=object)

    @cached_property
    def already(self) -> Bools:
        """Which rows of the Subject are predicted the outcome; shape (n,)."""
        return self.holds(self.subject.predictions)


def desired_outcome(subject: Subject) -> Desired:
    """The outcome wanted, by the profile or by the rule said in its note.

    Binary: the favourable label. Multiclass: the label named in the profile, otherwise the one predicted most often.
    Regression: the range named in the profile, otherwise the median prediction and above.

    Raises
    ------
    InputError
        If the profile names a label that neither the data nor the model know.
    """
    kind = subject.task.kind
    if kind == "regression":
        return _range(subject)
    if kind == "multiclass":
        return _label(subject)
    negative = next(name for name in subject.classes if name != subject.positive)
    label = subject.positive if subject.task.favourable == "positive" else negative
    return Desired(subject, label, -np.inf, np.inf, f"the favourable prediction '{label}'")


def _label(subject: Subject) -> Desired:
    named = subject.profile.counterfactuals.desired
    if named is None:
        labels, counts = np.unique(subject.predicted_text.astype(str), return_counts=True)
        label = str(labels[int(np.argmax(counts))])
        note = (
            f"The profile names no desired label, so it is the one predicted most often in these rows: '{label}'. "
            "Set [counterfactuals] desired in review.toml."
        )
        return Desired(subject, label, -np.inf, np.inf, f"the prediction '{label}'", note)
    label = str(as_text(pd.Series([named])).iloc[0])
    if label not in subject.classes:
        known = ", ".join(map(repr, subject.classes[:20]))
        raise InputError(f"[counterfactuals] desired is '{label}', which is no label here. Labels: {known}.")
    return Desired(subject, label, -np.inf, np.inf, f"the desired prediction '{label}'")


def _range(subject: Subject) -> Desired:
    target, named = subject.task.target, subject.profile.counterfactuals.desired_range
    if named is None:
        median = float(np.median(np.asarray(subject.y_pred, dtype=float)))
        note = (
            f"The profile names no desired range, so it is the median prediction of these rows, {number(median)}, and "
            "above. Set [counterfactuals] desired_range in review.toml."
        )
        return Desired(subject, "", median, np.inf, f"a predicted {target} of at least {number(median)}", note)
    low, high = named
    return Desired(subject, "", low, high, f"a predicted {target} from {number(low)} to {number(high)}")
