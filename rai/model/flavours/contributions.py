"""Exact SHAP contributions where a model's kind has them, folded back to the columns the model takes.

Trees are explained by their own exact algorithm (Lundberg et al. 2020, TreeSHAP), linear models in closed form.
Whatever does not add up to the model's own raw output, or would take too long, is not given out: the review then
explains fewer rows, or explains through predictions.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.model.answers import Contributions, Floats
from rai.model.flavours.folding import fold
from rai.model.flavours.raw import booster_classes, inner, unwrapped
from rai.model.flavours.tree_cost import affordable

#: Largest relative gap between base value plus contributions and the model's raw output.
TOLERANCE = 1e-5
#: Cells of a table beyond which a sparse one is not written out in full.
CELLS = 50_000_000
#: LightGBM and XGBoost explain rows side by side; the values do not depend on how many.
THREADS = min(4, os.cpu_count() or 1)

Parts = tuple[Floats, Floats, Floats, str, str]


def explain(
    raw: Any, rows: pd.DataFrame, *, names: tuple[str, ...], classes: tuple[str, ...], positive: str | None
) -> Contributions | None:
    """Explain the raw output for rows; ``None`` where it cannot be done exactly, or not for so many rows.

    Parameters
    ----------
    names
        The model's input columns, in order.
    classes, positive
        Binary: the output explained is that of the positive label.
    """
    raw, estimator = unwrapped(raw), inner(raw)
    if len(classes) > 2 or not affordable(estimator, len(rows)):
        return None
    transformed, origin = fold(raw, rows, names)
    if transformed is None or origin is None:
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
    # LightGBM answers about sparse rows with a sparse table.
    values = np.asarray(found.toarray() if hasattr(found, "toarray") else found, dtype=float)
    return values[:, :-1], values[:, -1]


def _lightgbm(booster: Any, rows: Any) -> Parts:
    values, base = _split(booster.predict(rows, pred_contrib=True, num_threads=THREADS))
    raw = np.asarray(booster.predict(rows, raw_score=True), dtype=float)
    classifies = "binary" in str(booster.dump_model(num_iteration=1).get("objective", ""))
    return values, base, raw, "log-odds" if classifies else "prediction", "TreeSHAP, path-dependent (LightGBM)"


def _xgboost(estimator: Any, rows: Any) -> Parts:
    import xgboost

    booster = estimator.get_booster() if hasattr(estimator, "get_booster") else estimator
    missing = getattr(estimator, "missing", None)
    data = xgboost.DMatrix(rows, feature_names=booster.feature_names, missing=missing, nthread=THREADS)
    copy, rounds = booster.copy(), _rounds(estimator)
    copy.set_param({"nthread": THREADS})
    values, base = _split(copy.predict(data, pred_contribs=True, iteration_range=rounds))
    raw = np.asarray(copy.predict(data, output_margin=True, iteration_range=rounds), dtype=float)
    classifies = "binary" in str(getattr(estimator, "objective", "")) or bool(booster_classes(booster))
    return values, base, raw, "log-odds" if classifies else "prediction", "TreeSHAP, path-dependent (XGBoost)"


def _rounds(estimator: Any) -> tuple[int, int]:
    """The trees the estimator predicts with: those up to its best round where training was stopped early."""
    # A bare booster predicts with all of its trees, whatever round was the best.
    best = getattr(estimator, "best_iteration", None) if hasattr(estimator, "get_booster") else None
    return (0, 0) if best is None else (0, int(best) + 1)


def _dense(rows: Any, precision: type) -> Floats | None:
    """Rows as plain numbers of this precision; ``None`` for a sparse table too large to write out."""
    if hasattr(rows, "toarray"):
        if rows.shape[0] * rows.shape[1] > CELLS:
            return None
        rows = rows.toarray()
    return np.asarray(rows, dtype=precision).astype(float)


def _linear(estimator: Any, rows: Any) -> Parts | None:
    coefficients = np.atleast_2d(np.asarray(estimator.coef_, dtype=float))
    if len(coefficients) != 1:
        return None
    dense = _dense(rows, float)
    if dense is None:
        return None
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
    given = _dense(rows, precision)
    if given is None:
        return None
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
