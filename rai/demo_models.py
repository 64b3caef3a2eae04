"""The demo's models: pipelines as a team would build them, with fixed seeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd


def pipeline(estimator: Any, frame: pd.DataFrame, columns: Sequence[str], *, scale: bool = False) -> Any:
    """Make a pipeline that fills gaps, encodes text columns and feeds the estimator."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    text = [name for name in columns if frame[name].dtype == object]
    numeric = [name for name in columns if name not in text]
    numbers = [("fill", SimpleImputer(strategy="median")), *([("scale", StandardScaler())] if scale else [])]
    words = [
        ("fill", SimpleImputer(strategy="constant", fill_value="missing")),
        ("encode", OneHotEncoder(handle_unknown="ignore", sparse_output=False)),
    ]
    parts = [("numbers", Pipeline(numbers), numeric)] + ([("words", Pipeline(words), text)] if text else [])
    return Pipeline([("prepare", ColumnTransformer(parts)), ("model", estimator)])


def logistic() -> Any:
    """Logistic regression with the usual penalty."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000, class_weight="balanced")


def boosted(**changes: Any) -> Any:
    """Gradient-boosted trees by LightGBM, small and regularised for some thousand rows."""
    from lightgbm import LGBMClassifier

    standard = {"n_estimators": 120, "learning_rate": 0.05, "num_leaves": 8, "min_child_samples": 20, "reg_lambda": 5.0}
    return LGBMClassifier(**standard, class_weight="balanced", random_state=7, n_jobs=1, verbose=-1, **changes)


def scikit_boosted() -> Any:
    """Gradient-boosted trees by scikit-learn, with default weights."""
    from sklearn.ensemble import GradientBoostingClassifier

    return GradientBoostingClassifier(n_estimators=120, max_depth=3, random_state=7)


def wage_trees() -> Any:
    """Gradient-boosted regression trees by XGBoost."""
    from xgboost import XGBRegressor

    return XGBRegressor(n_estimators=80, max_depth=2, learning_rate=0.08, subsample=0.8, random_state=7, n_jobs=1)
