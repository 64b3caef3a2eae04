"""SHAP values of trees by woodelf, checked at every use against the walk it replaces: the one door to woodelf.

woodelf (Nadel and Wettenstein) sorts the rows by the pattern of their decisions on the way to a leaf and computes each
pattern once, in place of walking every leaf for every row. The values are the same, path-dependent TreeSHAP ones. They
are used only where every row adds up to the model's own raw output and a sample of rows equals the walk.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.model.answers import Floats
from rai.model.flavours.parts import Parts, dense
from rai.model.flavours.tree_walks import WALKERS, booster_of, family_of, raw_output, rounds, seen, walk

#: Rows explained by the walk too, and the largest difference allowed, relative to the largest value among them.
CHECKED, TOLERANCE = 50, 1e-4
#: Trees summed in single precision before their sum is added up in double precision.
CHUNK = 20
#: The positive class, where a leaf holds a number for each class.
POSITIVE = 1

_log = logging.getLogger(__name__)


def by_patterns(estimator: Any, rows: Any) -> Parts | None:
    """Explain rows; ``None`` where woodelf does not take the model, or answers anything but what the walk does."""
    family = family_of(estimator)
    if family is None:
        return None
    sample = np.sort(np.random.default_rng(0).permutation(rows.shape[0])[:CHECKED])
    walked = walk(estimator, _taken(rows, sample))
    if walked is None or not walked.adds_up or np.ptp(walked.base) > 0:
        return None
    try:
        values = _values(estimator, rows)
    except Exception as error:  # noqa: BLE001 - whatever it raises, the walk answers instead
        _log.info("woodelf was not used: %s", error)
        return None
    if values is None or not _equal(values[sample], walked.shap_values):
        return None
    raw, unit = raw_output(estimator, rows)
    method = f"TreeSHAP, path-dependent (woodelf, checked against {WALKERS[family]} on {len(sample)} rows)"
    found = Parts(values, np.full(len(values), walked.base[0]), raw, unit, method)
    return found if found.adds_up else None


def _taken(rows: Any, places: npt.NDArray[np.intp]) -> Any:
    if isinstance(rows, pd.DataFrame):
        return rows.iloc[places]
    return (rows.tocsr() if hasattr(rows, "tocsr") else rows)[places]


def _equal(values: Floats, walked: Floats) -> bool:
    return values.shape == walked.shape and bool(np.abs(values - walked).max() <= TOLERANCE * np.abs(walked).max())


def _values(estimator: Any, rows: Any) -> Floats | None:
    from woodelf import WoodelfExplainer
    from woodelf.core.trees.decision_trees_ensemble import DecisionTreesEnsemble
    from woodelf.core.trees.parse_models import load_decision_tree_ensemble_model

    given = _given(estimator, rows)
    if given is None:
        return None
    # Column by column in memory, as it is read.
    frame = pd.DataFrame(np.asfortranarray(given))
    trees = load_decision_tree_ensemble_model(_used(estimator), list(frame.columns), POSITIVE).trees
    total = np.zeros(given.shape)
    for start in range(0, len(trees), CHUNK):
        part = DecisionTreesEnsemble(trees[start : start + CHUNK])
        total += WoodelfExplainer(part).shap_values(frame, verbose=False)
    return total


def _used(estimator: Any) -> Any:
    """The model, without the trees XGBoost leaves out of its predictions."""
    _, last = rounds(estimator)
    if family_of(estimator) != "xgboost" or not last:
        return estimator
    return booster_of(estimator)[:last]


def _given(estimator: Any, rows: Any) -> Floats | None:
    """Rows as the model's trees see them."""
    family = family_of(estimator)
    if family == "sklearn":
        return seen(estimator, rows)
    if family == "lightgbm":
        return dense(rows)
    found = dense(rows, gaps=np.nan)
    if found is None:
        return None
    missing = getattr(estimator, "missing", None)
    single = np.where(found == missing, np.nan, found).astype(np.float32)
    # XGBoost asks for less than, in single precision. woodelf moves its thresholds one step down: so do the values.
    return np.nextafter(single, np.float32(-np.inf)).astype(float)
