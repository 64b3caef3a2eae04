"""What a model answers, whoever asks it: its description, predictions and, where there are any, contributions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field

from rai.stored import Stored

Floats = npt.NDArray[np.float64]


class ModelInput(Stored):
    """A column the model takes."""

    name: str
    type: Literal["number", "integer", "boolean", "text", "unknown"]


class ModelInfo(Stored):
    """What the model process found when it loaded the model.

    Attributes
    ----------
    flavour
        ``sklearn``, ``lightgbm``, ``xgboost``, ``pyfunc`` ...
    estimator
        Class name of the innermost estimator.
    inputs
        The columns it takes, in order; empty if it has no signature and tells no names.
    classes
        Labels in the order of the scores' columns, as strings; empty for regression.
    has_scores, has_contributions
        Whether it answers with probabilities, and with exact SHAP contributions.
    parameters
        Hyper-parameters as text, where the estimator tells them.
    versions
        Versions of the libraries in the model process.
    isolation
        How far the process is shut in, in words; stands in the review and on the card.
    """

    flavour: str
    estimator: str
    inputs: tuple[ModelInput, ...]
    classes: tuple[str, ...] = ()
    has_scores: bool = False
    has_contributions: bool = False
    parameters: dict[str, str] = Field(default_factory=dict)
    versions: dict[str, str] = Field(default_factory=dict)
    isolation: str = ""


@dataclass(frozen=True)
class Predictions:
    """A model's answer to n rows.

    Attributes
    ----------
    labels
        Shape (n,): the predicted label in the target's own type, or the predicted number.
    scores
        Shape (n, k): probability of each class in the order of ``classes``; ``None`` if it gives none.
    """

    labels: npt.NDArray[np.generic]
    scores: Floats | None = None


@dataclass(frozen=True)
class Contributions:
    """SHAP values of n rows over the model's m input columns.

    Attributes
    ----------
    values
        Shape (n, m). ``values.sum(axis=1) + base`` is the model's raw output (additivity).
    base
        Shape (n,): the base value of each row.
    columns
        Names of the m inputs; transformed columns are already folded back to the input they came from.
    unit
        ``probability``, ``log-odds`` or the target's own unit.
    output
        Which output is explained: the positive label, a class, or the target.
    method
        For example ``TreeSHAP, interventional``.
    """

    values: Floats
    base: Floats
    columns: tuple[str, ...]
    unit: str
    output: str
    method: str


class Model(Protocol):
    """Anything that answers like a submitted model."""

    @property
    def info(self) -> ModelInfo:
        """What the model is."""
        ...

    def predict(self, rows: pd.DataFrame) -> Predictions:
        """Predict rows; columns the model does not take are not passed on."""
        ...

    def contributions(self, rows: pd.DataFrame) -> Contributions | None:
        """Exact SHAP contributions of rows, or ``None`` where the flavour has none."""
        ...
