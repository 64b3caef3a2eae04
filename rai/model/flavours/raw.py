"""What differs between the frameworks: how their objects are loaded, named and asked."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rai.model.answers import Predictions


def load_raw(directory: Path, flavours: dict[str, Any]) -> tuple[Any, str]:
    """Load the framework's own object and say which flavour it is of.

    scikit-learn models are read without MLflow, whose import takes longer than most models take to load.
    """
    if "sklearn" in flavours:
        return _sklearn(directory, flavours["sklearn"]), "sklearn"
    import mlflow.pyfunc

    model = mlflow.pyfunc.load_model(str(directory))
    for name in ("lightgbm", "xgboost"):
        if name in flavours:
            return model.get_raw_model(), name
    return model, "pyfunc"


def _sklearn(directory: Path, flavour: dict[str, Any]) -> Any:
    path = directory / flavour["pickled_model"]
    if flavour.get("serialization_format") == "skops":
        import skops.io

        # What the file names is loaded: this process is what shuts it in, and the card says how far.
        return skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    with path.open("rb") as file:
        return pickle.load(file)  # noqa: S301 - the reason this process exists


def unwrapped(raw: Any) -> Any:
    """Return what a search over settings found best, which is what it predicts with; else the object itself."""
    while hasattr(raw, "best_estimator_"):
        raw = raw.best_estimator_
    return raw


def inner(raw: Any) -> Any:
    """Return the innermost estimator: the last step of a pipeline, or the object itself."""
    raw = unwrapped(raw)
    return unwrapped(raw.steps[-1][1]) if hasattr(raw, "steps") else raw


def names_of(raw: Any) -> tuple[str, ...]:
    """Return the columns the object says it takes, in order; empty if it does not say."""
    if hasattr(raw, "feature_names_in_"):
        return tuple(map(str, raw.feature_names_in_))
    if hasattr(raw, "feature_names") and raw.feature_names:
        return tuple(map(str, raw.feature_names))
    if hasattr(raw, "feature_name") and callable(raw.feature_name):
        return tuple(map(str, raw.feature_name()))
    return ()


def classes_of(raw: Any) -> Any:
    """Return the classes in the order of the scores' columns; empty for regression and where there are no scores."""
    if hasattr(raw, "predict_proba") and hasattr(raw, "classes_"):
        return raw.classes_
    return range(max(2, booster_classes(raw))) if booster_classes(raw) else ()


def booster_classes(raw: Any) -> int:
    """Count the classes of a bare booster: 1 for a binary objective, 0 for regression."""
    if type(raw).__module__.startswith("lightgbm") and hasattr(raw, "dump_model"):
        objective = str(raw.params.get("objective", "")) or str(raw.dump_model(num_iteration=1).get("objective", ""))
        return raw.num_model_per_iteration() if "multi" in objective else int(objective.startswith(("binary", "cross")))
    if type(raw).__module__.startswith("xgboost") and hasattr(raw, "save_config"):
        import json

        learner = json.loads(raw.save_config())["learner"]
        count = int(learner["learner_model_param"]["num_class"])
        return count or int(learner["objective"]["name"].startswith("binary"))
    return 0


def answer_of(raw: Any, rows: pd.DataFrame, *, kind: str) -> Predictions:
    """Ask the object for labels and, where it has them, scores."""
    if hasattr(raw, "predict_proba") and kind != "regression":
        return Predictions(np.asarray(raw.predict(rows)), np.asarray(raw.predict_proba(rows), dtype=float))
    if booster_classes(raw):
        return _booster(raw, rows)
    given = rows
    if type(raw).__module__.startswith("xgboost") and hasattr(raw, "save_config"):
        import xgboost

        given = xgboost.DMatrix(rows)
    found = np.asarray(raw.predict(given))
    if found.ndim > 1 and found.shape[1] != 1:
        raise ValueError(f"it answers with {found.shape[1]} columns; log it so that predict gives one answer a row")
    return Predictions(found.reshape(-1))


def _booster(raw: Any, rows: pd.DataFrame) -> Predictions:
    given: Any = rows
    if type(raw).__module__.startswith("xgboost"):
        import xgboost

        given = xgboost.DMatrix(rows)
    found = np.asarray(raw.predict(given), dtype=float)
    scores = found if found.ndim == 2 else np.column_stack([1 - found, found])
    return Predictions(scores.argmax(axis=1) if found.ndim == 2 else (found >= 0.5).astype(int), scores)
