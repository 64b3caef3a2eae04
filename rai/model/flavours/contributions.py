"""Exact SHAP contributions where a model's kind has them, folded back to the columns the model takes.

Trees are explained by their own exact algorithm (Lundberg et al. 2020, TreeSHAP), linear models in closed form.
Whatever does not add up to the model's own raw output is not given out: the review then explains through predictions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.model.answers import Contributions, Floats
from rai.model.flavours.folding import fold
from rai.model.flavours.raw import inner

#: Largest relative gap between base value plus contributions and the model's raw output.
TOLERANCE = 1e-5

Parts = tuple[Floats, Floats, Floats, str, str]


def explain(
    raw: Any, rows: pd.DataFrame, *, names: tuple[str, ...], classes: tuple[str, ...], positive: str | None
) -> Contributions | None:
    """Explain the raw output for rows; ``None`` where it cannot be done exactly.

    Parameters
    ----------
    names
        The model's input columns, in order.
    classes, positive
        Binary: the output explained is that of the positive label.
    """
    estimator = inner(raw)
    transformed, origin = fold(raw, rows, names)
    if transformed is None or origin is None or len(classes) > 2:
        return None
    parts = _parts(estimator, transformed)
    if parts is None or not _adds_up(parts):
        return None
    values, base, _, unit, method = parts
    folded = np.zeros((len(rows), len(names)))
    np.add.at(folded.T, origin, values.T)
    if classes and positive == classes[0]:
        folded, base = -folded, (1 - base if unit == "probability" else -base)
    output = f"{positive}" if classes else "prediction"
    return Contributions(folded, base, names, unit, output, method)


def _parts(estimator: Any, rows: Any) -> Parts | None:
    """Return contributions, base values, raw output, unit and method of one estimator."""
    family = type(estimator).__module__.split(".")[0]
    if family == "lightgbm":
        return _lightgbm(getattr(estimator, "booster_", estimator), rows)
    if family == "xgboost":
        return _xgboost(estimator, rows)
    if hasattr(estimator, "coef_") and hasattr(estimator, "intercept_"):
        return _linear(estimator, rows)
    if family == "sklearn" and (
        hasattr(estimator, "tree_") or hasattr(estimator, "estimators_") or "Hist" in type(estimator).__name__
    ):
        return _sklearn_trees(estimator, rows)
    return None


def _split(found: Any) -> tuple[Floats, Floats]:
    values = np.asarray(found, dtype=float)
    return values[:, :-1], values[:, -1]


def _lightgbm(booster: Any, rows: Any) -> Parts:
    values, base = _split(booster.predict(rows, pred_contrib=True))
    raw = np.asarray(booster.predict(rows, raw_score=True), dtype=float)
    classifies = "binary" in str(booster.dump_model(num_iteration=1).get("objective", ""))
    return values, base, raw, "log-odds" if classifies else "prediction", "TreeSHAP, path-dependent (LightGBM)"


def _xgboost(estimator: Any, rows: Any) -> Parts:
    import xgboost

    booster = estimator.get_booster() if hasattr(estimator, "get_booster") else estimator
    data = (
        xgboost.DMatrix(rows, feature_names=booster.feature_names) if booster.feature_names else xgboost.DMatrix(rows)
    )
    values, base = _split(booster.predict(data, pred_contribs=True))
    raw = np.asarray(booster.predict(data, output_margin=True), dtype=float)
    classifies = hasattr(estimator, "predict_proba")
    return values, base, raw, "log-odds" if classifies else "prediction", "TreeSHAP, path-dependent (XGBoost)"


def _linear(estimator: Any, rows: Any) -> Parts | None:
    coefficients = np.atleast_2d(np.asarray(estimator.coef_, dtype=float))
    if len(coefficients) != 1:
        return None
    dense = np.asarray(rows.todense() if hasattr(rows, "todense") else rows, dtype=float)
    mean = dense.mean(axis=0)
    values = (dense - mean) * coefficients[0]
    intercept = float(np.atleast_1d(estimator.intercept_)[0])
    base = np.full(len(dense), intercept + float(mean @ coefficients[0]))
    classifies = hasattr(estimator, "decision_function")
    if classifies and not hasattr(estimator, "predict_proba"):
        return None
    raw = np.asarray(estimator.decision_function(rows) if classifies else estimator.predict(rows), dtype=float).reshape(
        -1
    )
    unit = "log-odds" if classifies else "prediction"
    return values, base, raw, unit, "linear, exact, against the mean of the rows explained"


def _sklearn_trees(estimator: Any, rows: Any) -> Parts | None:
    import shap

    # scikit-learn's trees compare in single precision (the histogram ones do not); shap must see what they see.
    precision = float if "Hist" in type(estimator).__name__ else np.float32
    given = np.asarray(rows, dtype=precision).astype(float)
    try:
        found = shap.TreeExplainer(estimator)(given, check_additivity=False)
    except Exception:  # noqa: BLE001 - shap raises bare Exception for models it does not know
        return None
    values: npt.NDArray[np.float64] = np.asarray(found.values, dtype=float)
    base = np.asarray(found.base_values, dtype=float)
    if values.ndim == 3:
        if values.shape[2] != 2:
            return None
        values, base = values[:, :, 1], base.reshape(len(given), -1)[:, 1]
    base = np.broadcast_to(base.reshape(-1), len(given)) if base.size in {1, len(given)} else base[:, 0]
    raw, unit = _raw_output(estimator, rows)
    return values, np.asarray(base, dtype=float), raw, unit, "TreeSHAP, path-dependent (shap)"


def _raw_output(estimator: Any, rows: Any) -> tuple[Floats, str]:
    if hasattr(estimator, "decision_function"):
        return np.asarray(estimator.decision_function(rows), dtype=float).reshape(-1), "log-odds"
    if hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict_proba(rows), dtype=float)[:, 1], "probability"
    return np.asarray(estimator.predict(rows), dtype=float), "prediction"


def _adds_up(parts: Parts) -> bool:
    values, base, raw, _, _ = parts
    if values.ndim != 2 or raw.shape != base.shape:
        return False
    gap = np.abs(values.sum(axis=1) + base - raw)
    return bool((gap <= TOLERANCE * np.maximum(1.0, np.abs(raw))).all())
