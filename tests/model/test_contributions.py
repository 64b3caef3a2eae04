"""Exact SHAP values from the model process equal shap's own, column by column, and large models are not begun."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, PoissonRegressor, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier, XGBRegressor

from rai.model.answers import Contributions
from rai.model.client import ModelProcess
from rai.model.flavours.contributions import explain
from rai.model.flavours.tree_cost import LIMIT, leaves, ways
from rai.profile import Task
from tests.model.makers import save
from tests.subjects import frame

BINARY = Task(kind="binary", target="approve", positive=1)
WAGE = Task(kind="regression", target="wage")
INPUTS = ["income", "debt", "region", "sex"]
#: Place in INPUTS of each column behind the pipeline: three regions, two sexes, income, debt, "debt is missing".
ORIGIN = [2, 2, 2, 3, 3, 0, 1, 1]


def pipeline(estimator: Any, *, sparse: bool = False) -> Pipeline:
    words = Pipeline(
        [
            ("fill", SimpleImputer(strategy="constant", fill_value="missing")),
            ("encode", OneHotEncoder(sparse_output=sparse)),
        ]
    )
    numbers = Pipeline([("fill", SimpleImputer(add_indicator=True)), ("scale", StandardScaler())])
    prepare = ColumnTransformer(
        [("words", words, ["region", "sex"]), ("numbers", numbers, ["income", "debt"])],
        sparse_threshold=1.0 if sparse else 0.0,
    )
    return Pipeline([("prepare", prepare), ("model", estimator)])


def answered(model: Any, task: Task, folder: Path) -> tuple[Contributions | None, pd.DataFrame]:
    """Contributions through the real model process."""
    rows = frame()
    with ModelProcess(save(model, rows[INPUTS], folder / "model"), task=task) as process:
        return process.contributions(rows), rows


def by_shap(model: Pipeline, rows: pd.DataFrame) -> np.ndarray:
    """SHAP values of shap's own tree walk, summed over the columns each input became."""
    shap = pytest.importorskip("shap")
    estimator = model.steps[-1][1]
    given = model[:-1].transform(rows[INPUTS])
    if hasattr(given, "toarray"):
        given = given.toarray()
        if type(estimator).__module__.startswith("xgboost"):
            given[given == 0] = np.nan  # XGBoost reads the gaps of sparse rows as missing
    if not type(estimator).__module__.startswith("sklearn.ensemble._hist"):
        given = given.astype(np.float32).astype(float)
    explainer = shap.TreeExplainer(estimator)
    # For LightGBM and XGBoost shap would ask the library itself, which is what is being checked.
    explainer.model.model_type = "internal"
    values = np.asarray(explainer.shap_values(given, check_additivity=False))
    values = values[:, :, 1] if values.ndim == 3 else values
    folded = np.zeros((len(rows), len(INPUTS)))
    np.add.at(folded.T, ORIGIN, values.T)
    return folded


TREES = [
    (LGBMClassifier(n_estimators=20, verbose=-1, n_jobs=1), BINARY),
    (XGBClassifier(n_estimators=20, n_jobs=1), BINARY),
    (DecisionTreeClassifier(max_depth=4), BINARY),
    (RandomForestClassifier(n_estimators=10, random_state=0), BINARY),
    (GradientBoostingClassifier(n_estimators=20, random_state=0), BINARY),
    (HistGradientBoostingClassifier(max_iter=20), BINARY),
    (LGBMRegressor(n_estimators=20, verbose=-1, n_jobs=1), WAGE),
    (XGBRegressor(n_estimators=20, n_jobs=1), WAGE),
    (RandomForestRegressor(n_estimators=10, random_state=0), WAGE),
    (GradientBoostingRegressor(n_estimators=20, random_state=0), WAGE),
    (HistGradientBoostingRegressor(max_iter=20), WAGE),
]


#: Histogram boosting does not take sparse rows.
BOTH = [(*item, False) for item in TREES] + [(*item, True) for item in TREES if "Hist" not in type(item[0]).__name__]


@pytest.mark.parametrize(
    ("estimator", "task", "sparse"),
    BOTH,
    ids=[f"{type(item).__name__}-{'sparse' if sparse else 'dense'}" for item, _, sparse in BOTH],
)
def test_trees_are_explained_as_shap_does_and_every_row_adds_up(
    estimator: Any, task: Task, sparse: bool, tmp_path: Path
) -> None:
    rows = frame()
    model = pipeline(estimator, sparse=sparse).fit(rows[INPUTS], rows[task.target])
    found, _ = answered(model, task, tmp_path)
    assert found is not None
    assert found.columns == tuple(INPUTS)
    assert "TreeSHAP" in found.method
    np.testing.assert_allclose(found.values, by_shap(model, rows), atol=1e-4)
    if task is WAGE:
        expected, unit = model.predict(rows[INPUTS]), "prediction"
    else:
        positive = model.predict_proba(rows[INPUTS])[:, 1]
        unit = (
            "probability"
            if type(estimator).__name__ in {"DecisionTreeClassifier", "RandomForestClassifier"}
            else "log-odds"
        )
        expected = positive if unit == "probability" else np.log(positive / (1 - positive))
    assert found.unit == unit
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("estimator", "task"), [(LogisticRegression(), BINARY), (LinearRegression(), WAGE), (Ridge(), WAGE)],
    ids=["LogisticRegression", "LinearRegression", "Ridge"],
)  # fmt: skip
def test_linear_models_follow_the_closed_form_and_shaps_linear_explainer(
    estimator: Any, task: Task, tmp_path: Path
) -> None:
    shap = pytest.importorskip("shap")
    rows = frame()
    model = pipeline(estimator, sparse=True).fit(rows[INPUTS], rows[task.target])
    found, _ = answered(model, task, tmp_path)
    assert found is not None
    given = model[:-1].transform(rows[INPUTS]).toarray()
    weights = np.ravel(model.steps[-1][1].coef_)
    moves = (given - given.mean(axis=0)) * weights
    by_hand = np.column_stack(
        [moves[:, [place for place, at in enumerate(ORIGIN) if at == name]].sum(axis=1) for name in range(4)]
    )
    np.testing.assert_allclose(found.values, by_hand, atol=1e-10)
    masker = shap.maskers.Independent(given, max_samples=1000)
    other = shap.LinearExplainer(model.steps[-1][1], masker).shap_values(given)
    np.testing.assert_allclose(by_hand.sum(axis=1), other.sum(axis=1), atol=1e-8)
    np.testing.assert_allclose(found.values[:, 0], other[:, 5], atol=1e-8)


@pytest.mark.parametrize("positive", [0, 0.0, False], ids=repr)
def test_the_positive_label_is_recognised_however_its_number_is_written(positive: Any, tmp_path: Path) -> None:
    rows = frame()
    target = rows["approve"].astype(bool) if positive is False else rows["approve"].astype(float)
    model = pipeline(LogisticRegression()).fit(rows[INPUTS], target)
    found, _ = answered(model, Task(kind="binary", target="approve", positive=positive), tmp_path)
    assert found is not None
    assert found.output == ("False" if positive is False else "0")
    score = model.predict_proba(rows[INPUTS])[:, 0]
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, np.log(score / (1 - score)), atol=1e-8)


def test_an_input_the_model_ignores_has_exactly_zero(tmp_path: Path) -> None:
    rows = frame()
    rows["region"] = "north"
    model = pipeline(LGBMClassifier(n_estimators=20, verbose=-1, n_jobs=1)).fit(rows[INPUTS], rows["approve"])
    with ModelProcess(save(model, rows[INPUTS], tmp_path / "model"), task=BINARY) as process:
        found = process.contributions(rows)
    assert found is not None
    assert (found.values[:, INPUTS.index("region")] == 0).all()
    assert (found.values[:, INPUTS.index("income")] != 0).any()


def test_missing_values_in_numbers_and_texts_are_explained(tmp_path: Path) -> None:
    rows = frame()
    rows.loc[:20, "region"] = None
    rows.loc[10:30, "income"] = np.nan
    given = rows[INPUTS].assign(region=rows["region"].fillna(np.nan))
    model = pipeline(HistGradientBoostingClassifier(max_iter=20)).fit(given, rows["approve"])
    with ModelProcess(save(model, rows[INPUTS].dropna(), tmp_path / "model"), task=BINARY) as process:
        found = process.contributions(rows)
    assert found is not None
    positive = model.predict_proba(given)[:, 1]
    np.testing.assert_allclose(
        found.values.sum(axis=1) + found.base, np.log(positive / (1 - positive)), rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("early", [False, True], ids=["all trees", "stopped early"])
def test_trees_grown_after_the_best_round_are_left_out_as_in_its_predictions(early: bool, tmp_path: Path) -> None:
    rows = frame().fillna({"debt": 0})
    names = ["income", "debt"]
    model = XGBClassifier(
        n_estimators=200, n_jobs=1, max_depth=6, learning_rate=0.5, early_stopping_rounds=5 if early else None
    )
    model.fit(
        rows[names][:200], rows["approve"][:200], eval_set=[(rows[names][200:], rows["approve"][200:])], verbose=False
    )
    with ModelProcess(save(model, rows[names], tmp_path / "model"), task=BINARY) as process:
        found, scores = process.contributions(rows), process.predict(rows).scores
    assert found is not None
    assert scores is not None
    total = found.values.sum(axis=1) + found.base
    np.testing.assert_allclose(1 / (1 + np.exp(-total)), scores[:, 1], atol=1e-5)


def test_a_search_over_settings_is_explained_by_what_it_found(tmp_path: Path) -> None:
    rows = frame()
    search = GridSearchCV(pipeline(LogisticRegression()), {"model__C": [0.1, 1.0]}, cv=2).fit(
        rows[INPUTS], rows["approve"]
    )
    found, _ = answered(search, BINARY, tmp_path)
    plain, _ = answered(search.best_estimator_, BINARY, tmp_path / "plain")
    assert found is not None
    assert plain is not None
    np.testing.assert_array_equal(found.values, plain.values)


@pytest.mark.parametrize("estimator", [PoissonRegressor(), SVC(kernel="rbf")], ids=lambda item: type(item).__name__)
def test_what_does_not_add_up_or_is_not_known_is_not_given_out(estimator: Any, tmp_path: Path) -> None:
    task = WAGE if isinstance(estimator, PoissonRegressor) else BINARY
    rows = frame()
    target = rows[task.target].clip(lower=0) if task is WAGE else rows[task.target]
    found, _ = answered(pipeline(estimator).fit(rows[INPUTS], target), task, tmp_path)
    assert found is None


def test_the_leaves_of_trees_by_hand() -> None:
    # One split: two leaves of depth 1. Two more below the left one: leaves of depth 1, 2 and 2, so 1 + 4 + 4.
    x = np.array([[0.0], [1.0], [2.0], [3.0]])
    assert leaves(DecisionTreeClassifier(max_depth=1).fit(x, [0, 0, 1, 1])) == (2, 2, 2)
    assert leaves(DecisionTreeClassifier(max_leaf_nodes=3).fit(x, [0, 1, 2, 2])) == (3, 5, 9)
    assert leaves(LogisticRegression().fit(x, [0, 0, 1, 1])) == (0, 0, 0)


@pytest.mark.parametrize(
    "estimator",
    [
        LGBMRegressor(n_estimators=30, num_leaves=4, max_depth=2, verbose=-1, n_jobs=1, min_child_samples=1),
        XGBRegressor(n_estimators=30, max_depth=2, n_jobs=1, min_child_weight=0),
        GradientBoostingRegressor(n_estimators=30, max_depth=2),
        HistGradientBoostingRegressor(max_iter=30, max_depth=2, min_samples_leaf=1, early_stopping=False),
        RandomForestRegressor(n_estimators=30, max_depth=2),
    ],
    ids=lambda item: type(item).__name__,
)
def test_every_leaf_of_every_kind_of_tree_is_counted(estimator: Any) -> None:
    # Thirty full trees of depth 2 have four leaves each.
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2))
    found = leaves(estimator.fit(x, x[:, 0] * 3 + x[:, 1] + rng.normal(size=400)))
    assert found == pytest.approx((30 * 4, 30 * 4 * 2, 30 * 4 * 2**2))


def test_few_rows_are_walked_and_many_are_sorted_by_patterns() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2000, 5))
    model = LGBMRegressor(n_estimators=30, verbose=-1, n_jobs=1).fit(x, x[:, 0] * x[:, 1] + x[:, 2])
    assert ways(model, 20)[0] == "walk"
    assert ways(model, 16_000)[0] == "patterns"


def test_a_forest_that_would_take_hours_is_not_begun_and_few_rows_of_it_are() -> None:
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.normal(size=(3000, 3)), columns=["a", "b", "c"])
    model = RandomForestClassifier(n_estimators=100, random_state=0, n_jobs=1).fit(rows, rng.integers(0, 2, 3000))
    enough = int(LIMIT / leaves(model).squared)
    assert 10 < enough < 1000
    assert ways(model, enough) == ("walk",)
    assert ways(model, enough + 1) == ()
    many = pd.concat([rows, rows, rows], ignore_index=True)
    options: dict[str, Any] = {"names": ("a", "b", "c"), "classes": ("0", "1"), "positive": "1"}
    assert explain(model, many, **options) is None
    assert explain(model, rows[:5], **options) is not None
