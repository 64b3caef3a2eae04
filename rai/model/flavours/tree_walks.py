"""Exact SHAP values of trees as LightGBM, XGBoost and shap compute them: leaf by leaf for every row."""

from __future__ import annotations

import os
from typing import Any, Literal

import numpy as np

from rai.model.answers import Floats
from rai.model.flavours.parts import Parts, dense
from rai.model.flavours.raw import booster_classes

Family = Literal["lightgbm", "xgboost", "sklearn"]

#: Who walks, in words.
WALKERS: dict[Family, str] = {"lightgbm": "LightGBM", "xgboost": "XGBoost", "sklearn": "shap"}
#: LightGBM and XGBoost explain rows side by side; the values do not depend on how many.
THREADS = min(4, os.cpu_count() or 1)


def family_of(estimator: Any) -> Family | None:
    """Tell whose trees these are; ``None`` if it is no ensemble of trees that is known here."""
    name = type(estimator).__module__.split(".")[0]
    if name == "lightgbm":
        return "lightgbm"
    if name == "xgboost":
        return "xgboost"
    trees = hasattr(estimator, "tree_") or hasattr(estimator, "estimators_") or "Hist" in type(estimator).__name__
    return "sklearn" if name == "sklearn" and trees else None


def walk(estimator: Any, rows: Any) -> Parts | None:
    """Explain rows; ``None`` where shap does not know the estimator."""
    family = family_of(estimator)
    if family is None:
        return None
    explained = {"lightgbm": _lightgbm, "xgboost": _xgboost, "sklearn": _sklearn}[family](estimator, rows)
    if explained is None:
        return None
    raw, unit = raw_output(estimator, rows)
    return Parts(*explained, raw, unit, f"TreeSHAP, path-dependent ({WALKERS[family]})")


def raw_output(estimator: Any, rows: Any) -> tuple[Floats, str]:
    """Answer on the scale on which the trees add up, and the name of that scale."""
    family = family_of(estimator)
    if family == "lightgbm":
        booster = booster_of(estimator)
        classifies = "binary" in str(booster.dump_model(num_iteration=1).get("objective", ""))
        found = booster.predict(rows, raw_score=True)
        return np.asarray(found, dtype=float), "log-odds" if classifies else "prediction"
    if family == "xgboost":
        booster = booster_of(estimator)
        classifies = "binary" in str(getattr(estimator, "objective", "")) or bool(booster_classes(booster))
        found = _asked_xgboost(estimator, rows, output_margin=True)
        return np.asarray(found, dtype=float), "log-odds" if classifies else "prediction"
    if hasattr(estimator, "decision_function"):
        return np.asarray(estimator.decision_function(rows), dtype=float).reshape(-1), "log-odds"
    if hasattr(estimator, "predict_proba"):
        return np.asarray(estimator.predict_proba(rows), dtype=float)[:, 1], "probability"
    return np.asarray(estimator.predict(rows), dtype=float), "prediction"


def booster_of(estimator: Any) -> Any:
    """LightGBM's or XGBoost's own object behind the one with scikit-learn's manners."""
    if hasattr(estimator, "get_booster"):
        return estimator.get_booster()
    return getattr(estimator, "booster_", estimator)


def rounds(estimator: Any) -> tuple[int, int]:
    """The trees XGBoost predicts with: those up to its best round where training was stopped early, else (0, 0)."""
    # A bare booster predicts with all of its trees, whatever round was the best.
    best = getattr(estimator, "best_iteration", None) if hasattr(estimator, "get_booster") else None
    return (0, 0) if best is None else (0, int(best) + 1)


def _split(found: Any) -> tuple[Floats, Floats]:
    # LightGBM answers about sparse rows with a sparse table.
    values = np.asarray(found.toarray() if hasattr(found, "toarray") else found, dtype=float)
    return values[:, :-1], values[:, -1]


def _lightgbm(estimator: Any, rows: Any) -> tuple[Floats, Floats]:
    return _split(booster_of(estimator).predict(rows, pred_contrib=True, num_threads=THREADS))


def _xgboost(estimator: Any, rows: Any) -> tuple[Floats, Floats]:
    return _split(_asked_xgboost(estimator, rows, pred_contribs=True))


def _asked_xgboost(estimator: Any, rows: Any, **question: bool) -> Any:
    import xgboost

    booster = booster_of(estimator)
    missing = getattr(estimator, "missing", None)
    data = xgboost.DMatrix(rows, feature_names=booster.feature_names, missing=missing, nthread=THREADS)
    copy = booster.copy()
    copy.set_param({"nthread": THREADS})
    return copy.predict(data, iteration_range=rounds(estimator), **question)


def seen(estimator: Any, rows: Any) -> Floats | None:
    """Rows as scikit-learn's trees see them: in single precision, but for the histogram ones; ``None`` if too large."""
    given = dense(rows)
    if given is None or "Hist" in type(estimator).__name__:
        return given
    return given.astype(np.float32).astype(float)


def _sklearn(estimator: Any, rows: Any) -> tuple[Floats, Floats] | None:
    import shap

    given = seen(estimator, rows)
    if given is None:
        return None
    try:
        found = shap.TreeExplainer(estimator)(given, check_additivity=False)
    except Exception:  # noqa: BLE001 - shap raises bare Exception for models it does not know
        return None
    values, base = np.asarray(found.values, dtype=float), np.asarray(found.base_values, dtype=float)
    if values.ndim == 3:
        if values.shape[2] != 2:
            return None
        values, base = values[:, :, 1], base.reshape(len(given), -1)[:, 1]
    base = np.broadcast_to(base.reshape(-1), len(given)) if base.size in {1, len(given)} else base[:, 0]
    return values, base
