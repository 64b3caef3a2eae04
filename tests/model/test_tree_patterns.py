"""woodelf's SHAP values equal the walk of shap's own C code, missing values included, and are not used where they do not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from scipy.sparse import csr_matrix
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from xgboost import XGBClassifier, XGBRegressor

from rai.model.client import ModelProcess
from rai.model.flavours.contributions import explain
from rai.model.flavours.tree_patterns import by_patterns
from rai.profile import Task
from tests.model.makers import save

NAMES = ("a", "b", "c", "d")
OPTIONS: dict[str, Any] = {"names": NAMES, "classes": ("0", "1"), "positive": "1"}
FAST = {"verbose": -1, "n_jobs": 1}


def rows(*, missing: bool = False, n: int = 1500) -> np.ndarray:
    """Four inputs: two continuous ones, whole numbers around zero, and six levels."""
    rng = np.random.default_rng(0)
    found = rng.normal(size=(n, 4))
    found[:, 2], found[:, 3] = rng.integers(-3, 4, n), rng.integers(0, 6, n)
    if missing:
        found[rng.random(found.shape) < 0.15] = np.nan
    return found


def outcome(given: np.ndarray) -> np.ndarray:
    known = np.nan_to_num(given)
    return known[:, 0] + known[:, 1] * known[:, 2] + known[:, 3] % 2


def by_shap(estimator: Any, given: np.ndarray) -> np.ndarray:
    """shap's own walk in C, for LightGBM and XGBoost too, which shap would otherwise ask themselves."""
    shap = pytest.importorskip("shap")
    seen = given if "Hist" in type(estimator).__name__ or hasattr(estimator, "booster_") else given.astype(np.float32)
    explainer = shap.TreeExplainer(estimator)
    explainer.model.model_type = "internal"
    values = np.asarray(explainer.shap_values(seen.astype(float), check_additivity=False))
    return values[:, :, 1] if values.ndim == 3 else values


CLASSIFIERS = [
    LGBMClassifier(n_estimators=40, **FAST),
    XGBClassifier(n_estimators=40, n_jobs=1),
    HistGradientBoostingClassifier(max_iter=40),
    RandomForestClassifier(20, max_depth=8, random_state=0),
    ExtraTreesClassifier(20, max_depth=8, random_state=0),
    DecisionTreeClassifier(max_depth=6),
]
REGRESSORS = [
    LGBMRegressor(n_estimators=40, **FAST),
    XGBRegressor(n_estimators=40, n_jobs=1),
    HistGradientBoostingRegressor(max_iter=40),
    RandomForestRegressor(20, max_depth=8, random_state=0),
    DecisionTreeRegressor(max_depth=6),
]


@pytest.mark.parametrize("missing", [False, True], ids=["complete", "with missing values"])
@pytest.mark.parametrize("estimator", [*CLASSIFIERS, *REGRESSORS], ids=lambda item: type(item).__name__)
def test_every_row_is_explained_as_by_shap_in_c(estimator: Any, missing: bool) -> None:
    given = rows(missing=missing)
    target = outcome(given) if estimator in REGRESSORS else (outcome(given) > 0.5).astype(int)
    found = by_patterns(estimator.fit(given, target), given)
    assert found is not None
    assert "woodelf" in found.method
    np.testing.assert_allclose(found.shap_values, by_shap(estimator, given), atol=2e-5)
    total = found.base + found.shap_values.sum(axis=1)
    if estimator in REGRESSORS:
        np.testing.assert_allclose(total, estimator.predict(given), atol=2e-5)
    else:
        share = 1 / (1 + np.exp(-total)) if found.unit == "log-odds" else total
        np.testing.assert_allclose(share, estimator.predict_proba(given)[:, 1], atol=2e-6)


@pytest.mark.parametrize("estimator", [LGBMClassifier(n_estimators=40, **FAST), XGBClassifier(n_estimators=40)])
def test_missing_values_that_training_never_saw_go_the_way_the_model_sends_them(estimator: Any) -> None:
    given = rows(missing=True)
    whole = rows()
    found = by_patterns(estimator.fit(whole, outcome(whole) > 0.5), given)
    assert found is not None
    score = estimator.predict_proba(given)[:, 1]
    np.testing.assert_allclose(
        found.base + found.shap_values.sum(axis=1), np.log(score / (1 - score)), rtol=1e-4, atol=1e-4
    )


def test_a_value_that_stands_for_missing_is_missing() -> None:
    given = rows()
    model = XGBClassifier(n_estimators=40, missing=0.0).fit(given, outcome(given) > 0.5)
    found = by_patterns(model, given)
    assert found is not None
    own = model.get_booster().predict(_matrix(np.where(given == 0, np.nan, given)), pred_contribs=True)
    np.testing.assert_allclose(found.shap_values, own[:, :-1], atol=2e-5)


def test_the_gaps_of_sparse_rows_are_missing_to_xgboost_but_zeros_that_are_written_down_are_not() -> None:
    given = rows()
    sparse = csr_matrix(given)
    assert sparse.nnz < given.size
    sparse.data[::7] = 0.0
    assert sparse.nnz == np.count_nonzero(given)
    model = XGBClassifier(n_estimators=40).fit(sparse, outcome(given) > 0.5)
    found = by_patterns(model, sparse)
    assert found is not None
    own = model.get_booster().predict(_matrix(sparse), pred_contribs=True)
    np.testing.assert_allclose(found.shap_values, own[:, :-1], atol=2e-5)


def _matrix(given: Any) -> Any:
    import xgboost

    return xgboost.DMatrix(given)


def test_neighbouring_numbers_of_single_precision_are_told_apart_as_xgboost_does() -> None:
    # Forty numbers, each the very next that single precision has: any rounding moves rows to the other side.
    step = np.finfo(np.float32).eps
    given = np.repeat(1 + step * np.arange(40), 50)[:, None].astype(np.float32)
    model = XGBRegressor(n_estimators=20).fit(given, np.sin(np.arange(2000) / 50))
    found = by_patterns(model, given.astype(float))
    assert found is not None
    np.testing.assert_allclose(found.base + found.shap_values[:, 0], model.predict(given), atol=1e-5)


def test_trees_after_the_best_round_are_left_out() -> None:
    given = rows()
    labels = outcome(given) > 0.5
    model = XGBClassifier(n_estimators=300, learning_rate=0.5, early_stopping_rounds=5, num_parallel_tree=2)
    model.fit(given[:700], labels[:700], eval_set=[(given[700:], labels[700:])], verbose=False)
    assert model.best_iteration + 1 < model.get_booster().num_boosted_rounds()
    found = by_patterns(model, given)
    assert found is not None
    total = found.base + found.shap_values.sum(axis=1)
    np.testing.assert_allclose(1 / (1 + np.exp(-total)), model.predict_proba(given)[:, 1], atol=1e-6)


def test_where_woodelf_reads_the_trees_otherwise_the_models_own_values_are_used() -> None:
    # Zeros that count as missing: woodelf does not know of them, and a third of the rows would be wrong.
    given = pd.DataFrame(np.tile(rows(), (8, 1)), columns=NAMES)
    target = outcome(given.to_numpy()) > 0.5
    plain = LGBMClassifier(n_estimators=40, **FAST).fit(given, target)
    odd = LGBMClassifier(n_estimators=40, zero_as_missing=True, **FAST).fit(given, target)
    used, replaced = explain(plain, given, **OPTIONS), explain(odd, given, **OPTIONS)
    assert used is not None
    assert used.method == "TreeSHAP, path-dependent (woodelf, checked against LightGBM on 50 rows)"
    assert by_patterns(odd, given) is None
    assert replaced is not None
    assert replaced.method == "TreeSHAP, path-dependent (LightGBM)"
    np.testing.assert_array_equal(replaced.values, odd.predict(given, pred_contrib=True)[:, :-1])


def test_a_few_rows_that_do_not_add_up_are_found_outside_the_sample() -> None:
    # Zeros that count as missing again, but only three of six thousand rows have one.
    given = np.tile(rows(), (4, 1))
    given[:, 3] += 10
    model = LGBMClassifier(n_estimators=40, zero_as_missing=True, **FAST).fit(given, outcome(given) > 0.5)
    given[given[:, 2] == 0, 2] = 1
    assert by_patterns(model, given) is not None
    given[[7, 700, 5000], 2] = 0
    assert by_patterns(model, given) is None


def test_splits_on_categories_are_left_to_the_model() -> None:
    given = pd.DataFrame(np.tile(rows(), (8, 1)), columns=NAMES)
    target = outcome(given.to_numpy()) > 0.5
    model = LGBMClassifier(n_estimators=40, **FAST).fit(given, target, categorical_feature=["d"])
    found = explain(model, given, **OPTIONS)
    assert found is not None
    assert found.method == "TreeSHAP, path-dependent (LightGBM)"


@pytest.mark.parametrize("positive", ["0", "1"])
def test_a_forest_is_explained_for_the_positive_label(positive: str) -> None:
    given = pd.DataFrame(np.tile(rows(), (4, 1)), columns=NAMES)
    model = RandomForestClassifier(20, max_depth=5, random_state=0).fit(given, outcome(given.to_numpy()) > 0.5)
    found = explain(model, given, **{**OPTIONS, "positive": positive})
    assert found is not None
    assert "woodelf" in found.method
    expected = model.predict_proba(given)[:, int(positive)]
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), expected, atol=1e-6)


def test_the_model_process_answers_with_patterns_for_many_rows_and_prints_nothing_between(tmp_path: Path) -> None:
    given = pd.DataFrame(np.tile(rows(missing=True), (16, 1)), columns=NAMES)
    model = GradientBoostingClassifier(n_estimators=40).fit(given.fillna(0), outcome(given.to_numpy()) > 0.5)
    task = Task(kind="binary", target="y", positive=1)
    with ModelProcess(save(model, given.fillna(0), tmp_path / "model"), task=task) as process:
        few, many = process.contributions(given[:100].fillna(0)), process.contributions(given.fillna(0))
    assert few is not None
    assert many is not None
    assert many.method == "TreeSHAP, path-dependent (woodelf, checked against shap on 50 rows)"
    np.testing.assert_allclose(many.values[:100], few.values, atol=1e-5)


def test_woodelf_is_not_loaded_before_trees_are_explained() -> None:
    code = (
        "import sys, rai.model.flavours, rai.model.worker\n"
        "print([name for name in ('woodelf', 'treelite', 'shap', 'numba') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
