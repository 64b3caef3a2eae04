"""Loads a model in MLflow's format, in the model process only, and answers for every flavour in one form."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import yaml

from rai.cohorts import as_text
from rai.model.answers import Contributions, ModelInfo, ModelInput, Predictions
from rai.model.flavours.contributions import explain
from rai.model.flavours.raw import answer_of, classes_of, inner, load_raw, names_of
from rai.model.wire import Header

_TYPES: dict[str, Literal["number", "integer", "boolean", "text"]] = {
    "double": "number", "float": "number", "long": "integer", "integer": "integer", "boolean": "boolean",
    "string": "text", "object": "text",
}  # fmt: skip
_PACKAGES = ("scikit-learn", "lightgbm", "xgboost", "numpy", "pandas", "shap", "woodelf-explainer")


@dataclass(frozen=True)
class Loaded:
    """A loaded model.

    Attributes
    ----------
    raw
        The framework's own object.
    inputs
        Columns it takes; empty if nothing tells them.
    positional
        True if it was trained on columns named by numbers.
    """

    raw: Any
    flavour: str
    inputs: tuple[ModelInput, ...]
    positional: bool
    kind: str
    positive: str | None

    def describe(self, isolation: str) -> ModelInfo:
        """Say what the model is."""
        estimator = inner(self.raw)
        classes = () if self.kind == "regression" else _texts(classes_of(self.raw))
        return ModelInfo(
            flavour=self.flavour,
            estimator=type(estimator).__name__,
            inputs=self.inputs,
            classes=classes,
            has_scores=bool(classes),
            has_contributions=bool(self.inputs) and self.kind != "multiclass",
            parameters=_parameters(estimator),
            versions=_versions(),
            isolation=isolation,
        )

    def answer(self, question: str, rows: pd.DataFrame) -> tuple[Header, pd.DataFrame | None]:
        """Answer ``predict`` or ``contributions`` for rows."""
        given = self._prepared(rows)
        if question == "contributions":
            return _contributions(self._explain(given))
        answer = answer_of(self.raw, given, kind=self.kind)
        frame = pd.DataFrame({"label": np.asarray(answer.labels).reshape(-1)})
        if answer.scores is not None:
            for number in range(answer.scores.shape[1]):
                frame[f"score {number}"] = answer.scores[:, number]
        return {"scores": answer.scores is not None}, frame

    def _explain(self, given: pd.DataFrame) -> Contributions | None:
        names = tuple(column.name for column in self.inputs)
        classes = _texts(classes_of(self.raw))
        return explain(self.raw, given, names=names, classes=classes, positive=self.positive)

    def _prepared(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Give each column the type the signature names; a missing text is NaN, as readers of csv have it."""
        types = {column.name: column.type for column in self.inputs}
        found = {name: _cast(rows[name], types.get(name, "unknown")) for name in rows.columns}
        frame = pd.DataFrame(found, index=rows.index)
        if self.positional:
            frame.columns = pd.RangeIndex(len(frame.columns))
        return frame


def load(directory: Path, *, kind: str, positive: str | None) -> Loaded:
    """Load the model below ``directory``."""
    meta = yaml.safe_load((directory / "MLmodel").read_text())
    raw, flavour = load_raw(directory, meta["flavors"])
    inputs = _signature(meta) or tuple(ModelInput(name=name, type="unknown") for name in names_of(raw))
    named = names_of(raw)
    positional = bool(inputs) and not named and all(column.name.isdigit() for column in inputs)
    return Loaded(raw, flavour, inputs, positional, kind, positive)


def _signature(meta: dict[str, Any]) -> tuple[ModelInput, ...]:
    text = (meta.get("signature") or {}).get("inputs")
    columns = json.loads(text) if text else []
    if not all(isinstance(column, dict) and "name" in column for column in columns):
        return ()
    return tuple(
        ModelInput(name=str(column["name"]), type=_TYPES.get(str(column["type"]), "unknown")) for column in columns
    )


def _cast(column: pd.Series, kind: str) -> pd.Series:
    if kind == "number":
        return pd.to_numeric(column).astype(float)
    if kind == "integer":
        numbers = pd.to_numeric(column)
        return numbers.astype(float) if numbers.isna().any() else numbers.astype("int64")
    if kind == "boolean" and not column.isna().any():
        return column.astype(bool)
    if column.dtype == object or isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(object).where(column.notna(), np.nan)
    return column


def _texts(classes: Any) -> tuple[str, ...]:
    return tuple(as_text(pd.Series(list(classes))))


def _contributions(found: Contributions | None) -> tuple[Header, pd.DataFrame | None]:
    if found is None:
        return {}, None
    frame = pd.DataFrame(found.values, columns=list(found.columns))
    frame["base value"] = found.base
    return {"unit": found.unit, "output": found.output, "method": found.method}, frame


def _parameters(estimator: Any) -> dict[str, str]:
    if not hasattr(estimator, "get_params"):
        return {}
    return {name: str(value)[:200] for name, value in estimator.get_params(deep=False).items() if value is not None}


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


__all__ = ["Loaded", "Predictions", "load"]
