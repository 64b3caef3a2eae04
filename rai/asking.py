"""Asks the model about rows that were changed, in few large questions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.dataset import Groups
from rai.errors import ModelError, NotApplicable
from rai.model.answers import Floats, Model, Predictions
from rai.subject import Subject

#: Rows in one question: few enough for the memory of a small machine, many enough that the pipe does not matter.
AT_ONCE = 50_000

Codes = npt.NDArray[np.int64]


def model_of(subject: Subject) -> Model:
    """Return the model.

    Raises
    ------
    NotApplicable
        If only stored predictions exist.
    """
    if subject.model is None:
        raise NotApplicable(
            "The model has to be asked again with other values, and only stored predictions are here. "
            "Review a registered model to see this."
        )
    return subject.model


def input_columns(subject: Subject) -> tuple[str, ...]:
    """Names of the columns the model is sent; for a model that names none, every column but the target."""
    named = tuple(column.name for column in subject.info.inputs) if subject.info else ()
    every = tuple(map(str, subject.dataset.frame.columns))
    return named or tuple(name for name in every if name != subject.task.target)


def input_rows(subject: Subject) -> pd.DataFrame:
    """The rows as the model is sent them.

    Raises
    ------
    ModelError
        If the data lack a column the model takes.
    """
    columns = list(input_columns(subject))
    if absent := [name for name in columns if name not in subject.dataset.frame.columns]:
        raise ModelError(f"The model takes {', '.join(map(repr, absent[:5]))}, which the data do not have. Add it.")
    return subject.dataset.frame[columns].reset_index(drop=True)


def ask(subject: Subject, rows: pd.DataFrame) -> Predictions:
    """Predict any number of rows, at most ``AT_ONCE`` at a time."""
    model = model_of(subject)
    starts = range(0, max(len(rows), 1), AT_ONCE)
    answers = [model.predict(rows.iloc[start : start + AT_ONCE].reset_index(drop=True)) for start in starts]
    scores = [answer.scores for answer in answers if answer.scores is not None]
    labels = np.concatenate([answer.labels for answer in answers])
    if len(labels) != len(rows):
        raise ModelError(f"The model gave {len(labels)} answers to {len(rows)} rows. It must answer each row once.")
    return Predictions(labels, np.concatenate(scores) if len(scores) == len(answers) else None)


def decide(subject: Subject, rows: pd.DataFrame) -> Groups:
    """The decision for each row as text, by the declared threshold where there is one."""
    return subject.decide(ask(subject, rows))


@dataclass(frozen=True)
class Coded:
    """Rows written as the place of each value in its column's list of values, so that rows can be mixed cheaply.

    Attributes
    ----------
    columns
        Names, in order.
    values
        For each column its distinct values, in the column's own type.
    """

    columns: tuple[str, ...]
    values: tuple[pd.Series, ...]

    def decode(self, codes: Codes) -> pd.DataFrame:
        """Turn codes of shape (n, m) into rows with the columns' own types."""
        parts = {
            name: values.take(codes[:, place]).reset_index(drop=True)
            for place, (name, values) in enumerate(zip(self.columns, self.values, strict=True))
        }
        return pd.DataFrame(parts)


def code(*frames: pd.DataFrame) -> tuple[Coded, tuple[Codes, ...]]:
    """Code frames with the same columns and types together.

    Returns
    -------
    tuple
        The lists of values, and the codes of each frame, each of shape (n, m).
    """
    columns = tuple(map(str, frames[0].columns))
    values, codes = [], []
    for name in columns:
        pooled = pd.concat([frame[name] for frame in frames], ignore_index=True).astype(frames[0][name].dtype)
        places, _ = pd.factorize(pooled, use_na_sentinel=False)
        first = np.unique(places, return_index=True)[1]
        values.append(pooled.take(first).reset_index(drop=True))
        codes.append(places.astype(np.int64))
    table = np.column_stack(codes)
    ends = np.cumsum([len(frame) for frame in frames])[:-1]
    return Coded(columns, tuple(values)), tuple(np.split(table, ends))


def same_types(frame: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame | None:
    """The columns of ``like`` from ``frame``, in its types; ``None`` where a column is absent or cannot be cast."""
    if any(name not in frame.columns for name in like.columns):
        return None
    try:
        return frame[list(like.columns)].astype(like.dtypes.to_dict()).reset_index(drop=True)
    except (TypeError, ValueError):
        return None


def as_floats(subject: Subject, answer: Predictions) -> tuple[Floats, tuple[str, ...], str]:
    """What is explained in an answer: one or several outputs as numbers.

    Returns
    -------
    tuple
        Outputs of shape (n, k), their k names, and their unit.
    """
    if subject.task.kind == "regression":
        return np.asarray(answer.labels, dtype=float).reshape(-1, 1), ("prediction",), subject.task.target
    if answer.scores is not None and subject.task.kind == "binary":
        return subject.positive_scores(answer).reshape(-1, 1), (subject.positive,), "probability"
    if answer.scores is not None and subject.info is not None:
        return np.asarray(answer.scores, dtype=float), subject.info.classes, "probability"
    names = (subject.positive,) if subject.task.kind == "binary" else subject.classes
    decided = subject.decide(answer)
    return np.column_stack([decided == name for name in names]).astype(float), names, "share predicted"
