"""Exact SHAP contributions where a model's kind has them, folded back to the columns the model takes.

Trees are explained by their own exact algorithm (Lundberg et al. 2020, TreeSHAP), linear models in closed form.
Whatever does not add up to the model's own raw output, or would take too long, is not given out: the review then
explains fewer rows, or explains through predictions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from rai.model.answers import Contributions
from rai.model.flavours.folding import fold
from rai.model.flavours.parts import Parts, dense
from rai.model.flavours.raw import inner, unwrapped
from rai.model.flavours.tree_cost import ways
from rai.model.flavours.tree_patterns import by_patterns
from rai.model.flavours.tree_walks import family_of, walk


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
    if len(classes) > 2 or (family_of(estimator) and not ways(estimator, len(rows))):
        return None
    transformed, origin = fold(raw, rows, names)
    if transformed is None or origin is None:
        return None
    parts = _parts(estimator, transformed)
    if parts is None:
        return None
    folded, base = np.zeros((len(rows), len(names))), parts.base
    np.add.at(folded.T, origin, parts.shap_values.T)
    if classes and positive == classes[0]:
        folded, base = -folded, (1 - base if parts.unit == "probability" else -base)
    output = f"{positive}" if classes else "prediction"
    return Contributions(folded, base, names, parts.unit, output, parts.method)


def _parts(estimator: Any, rows: Any) -> Parts | None:
    """Explain one estimator in the first way that is affordable and adds up."""
    if family_of(estimator):
        ask = {"patterns": by_patterns, "walk": walk}
        tried = (ask[way](estimator, rows) for way in ways(estimator, rows.shape[0]))
    elif hasattr(estimator, "coef_") and hasattr(estimator, "intercept_"):
        tried = (found for found in (_linear(estimator, rows),))
    else:
        return None
    return next((found for found in tried if found is not None and found.adds_up), None)


def _linear(estimator: Any, rows: Any) -> Parts | None:
    coefficients = np.atleast_2d(np.asarray(estimator.coef_, dtype=float))
    given = dense(rows)
    classifies = hasattr(estimator, "decision_function")
    if len(coefficients) != 1 or given is None or (classifies and not hasattr(estimator, "predict_proba")):
        return None
    mean = given.mean(axis=0)
    values = (given - mean) * coefficients[0]
    intercept = float(np.atleast_1d(estimator.intercept_)[0])
    base = np.full(len(given), intercept + float(mean @ coefficients[0]))
    answered = estimator.decision_function(rows) if classifies else estimator.predict(rows)
    raw = np.asarray(answered, dtype=float).reshape(-1)
    unit = "log-odds" if classifies else "prediction"
    return Parts(values, base, raw, unit, "linear, exact, against the mean of the rows explained")
