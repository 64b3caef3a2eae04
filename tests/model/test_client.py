"""The model process answers like the model itself, and whatever a model does wrong becomes one sentence."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier, XGBRegressor

from rai.errors import DataError, ModelError
from rai.model.client import Limits, ModelProcess
from rai.profile import Task
from tests.model.makers import save, save_code
from tests.subjects import frame

BINARY = Task(kind="binary", target="approve", positive=1)
WAGE = Task(kind="regression", target="wage")
INPUTS = ["income", "debt", "region"]
QUICK = Limits(load_seconds=30, answer_seconds=3)


def pipeline(estimator: Any, *more: Any) -> Pipeline:
    words = Pipeline(
        [
            ("fill", SimpleImputer(strategy="constant", fill_value="missing")),
            ("encode", OneHotEncoder(sparse_output=False)),
        ]
    )
    numbers = Pipeline([("fill", SimpleImputer()), ("scale", StandardScaler())])
    prepare = ColumnTransformer([("words", words, ["region"]), ("numbers", numbers, ["income", "debt"])])
    return Pipeline([("prepare", prepare), *more, ("model", estimator)])


def fitted(estimator: Any, target: str) -> Pipeline:
    rows = frame()
    return pipeline(estimator).fit(rows[INPUTS], rows[target])


CLASSIFIERS = [
    LogisticRegression(),
    LGBMClassifier(n_estimators=20, verbose=-1, n_jobs=1),
    XGBClassifier(n_estimators=20, n_jobs=1),
    DecisionTreeClassifier(max_depth=4),
    RandomForestClassifier(n_estimators=10, random_state=0),
    ExtraTreesClassifier(n_estimators=10, max_depth=5, random_state=0),
    GradientBoostingClassifier(n_estimators=20, random_state=0),
    HistGradientBoostingClassifier(max_iter=20),
]
REGRESSORS = [
    LinearRegression(),
    LGBMRegressor(n_estimators=20, verbose=-1, n_jobs=1),
    XGBRegressor(n_estimators=20, n_jobs=1),
    RandomForestRegressor(n_estimators=10, random_state=0),
]


@pytest.mark.parametrize("estimator", CLASSIFIERS, ids=lambda item: type(item).__name__)
def test_a_classifier_answers_as_it_does_here_and_its_contributions_add_up(estimator: Any, tmp_path: Path) -> None:
    rows, model = frame(), fitted(estimator, "approve")
    with ModelProcess(save(model, rows[INPUTS], tmp_path / "m"), task=BINARY) as process:
        answer = process.predict(rows)
        found = process.contributions(rows)
        classes = process.info.classes
    assert answer.labels.tolist() == model.predict(rows[INPUTS]).tolist()
    np.testing.assert_allclose(answer.scores, model.predict_proba(rows[INPUTS]), rtol=1e-12)
    assert classes == ("0", "1")
    assert found is not None
    assert found.columns == tuple(INPUTS)
    positive = model.predict_proba(rows[INPUTS])[:, 1]
    expected = positive if found.unit == "probability" else np.log(positive / (1 - positive))
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("estimator", REGRESSORS, ids=lambda item: type(item).__name__)
def test_a_regressor_answers_as_it_does_here_and_its_contributions_add_up(estimator: Any, tmp_path: Path) -> None:
    rows, model = frame(), fitted(estimator, "wage")
    with ModelProcess(save(model, rows[INPUTS], tmp_path / "m"), task=WAGE) as process:
        answer, found = process.predict(rows), process.contributions(rows)
    assert answer.scores is None
    np.testing.assert_allclose(answer.labels, model.predict(rows[INPUTS]), rtol=1e-6)
    assert found is not None
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, model.predict(rows[INPUTS]), rtol=1e-4, atol=1e-4)


def test_the_contributions_of_the_other_label_have_the_other_sign(tmp_path: Path) -> None:
    rows = frame()
    folder = save(fitted(LogisticRegression(), "approve"), rows[INPUTS], tmp_path / "m")
    with (
        ModelProcess(folder, task=BINARY) as one,
        ModelProcess(folder, task=Task(kind="binary", target="approve", positive=0)) as other,
    ):
        mine, theirs = one.contributions(rows), other.contributions(rows)
    assert mine is not None
    assert theirs is not None
    np.testing.assert_allclose(mine.values, -theirs.values)
    assert (mine.output, theirs.output) == ("1", "0")


def test_columns_that_were_mixed_are_not_traced_back(tmp_path: Path) -> None:
    rows = frame()
    model = pipeline(LogisticRegression(), ("mix", PCA(2))).fit(rows[INPUTS], rows["approve"])
    with ModelProcess(save(model, rows[INPUTS], tmp_path / "m"), task=BINARY) as process:
        assert process.contributions(rows) is None


def test_a_model_trained_on_numbered_columns(tmp_path: Path) -> None:
    rows = frame().fillna(0)
    given = rows[["income", "debt"]].set_axis([0, 1], axis=1)
    model = LogisticRegression().fit(given, rows["approve"])
    named = given.set_axis(["0", "1"], axis=1).assign(approve=rows["approve"])
    with ModelProcess(save(model, given, tmp_path / "m"), task=BINARY) as process:
        assert process.predict(named).labels.tolist() == model.predict(given).tolist()


def test_a_model_without_signature_tells_its_columns_itself(tmp_path: Path) -> None:
    rows = frame()
    with ModelProcess(
        save(fitted(LogisticRegression(), "approve"), rows[INPUTS], tmp_path / "m", signature=False), task=BINARY
    ) as process:
        assert [column.name for column in process.info.inputs] == INPUTS
        assert len(process.predict(rows).labels) == len(rows)


def test_string_labels_stay_strings(tmp_path: Path) -> None:
    rows = frame().assign(approve=lambda data: np.where(data["approve"] == 1, "Yes", "No"))
    model = pipeline(LogisticRegression()).fit(rows[INPUTS], rows["approve"])
    with ModelProcess(
        save(model, rows[INPUTS], tmp_path / "m"), task=Task(kind="binary", target="approve", positive="Yes")
    ) as process:
        assert process.info.classes == ("No", "Yes")
        assert set(process.predict(rows).labels) == {"No", "Yes"}


def test_a_missing_input_column_is_named(tmp_path: Path) -> None:
    rows = frame()
    folder = save(fitted(LogisticRegression(), "approve"), rows[INPUTS], tmp_path / "m")
    with (
        ModelProcess(folder, task=BINARY) as process,
        pytest.raises(DataError, match="takes 'debt', which the data do not have"),
    ):
        process.predict(rows.drop(columns="debt"))


HOSTILE = {
    "fails at predict": ("raise ValueError('negative income')", "failed at predict: ValueError: negative income"),
    "never returns": ("import time; time.sleep(600)", "did not answer in 3 s"),
    "too few answers": ("return [1, 0]", "gave 2 answers to 400 rows"),
    "a table": (
        "import numpy as np; return np.zeros((len(rows), 3))",
        "3 columns; log it so that predict gives one answer",
    ),
    "ends the process": ("import os; os._exit(3)", "ended while it was asked"),
    "kills itself": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended by signal SIGKILL"),
    "eats memory": ("x = bytearray(1 << 40); return x", "needs more memory"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_misbehaving_model_becomes_a_sentence(name: str, tmp_path: Path) -> None:
    body, sentence = HOSTILE[name]
    folder = save_code(f"class Model:\n    def predict(self, rows):\n        {body}\n", tmp_path / "m")
    with ModelProcess(folder, task=BINARY, limits=QUICK) as process, pytest.raises(ModelError, match=sentence):
        process.predict(frame())


def test_a_model_that_prints_does_not_disturb(tmp_path: Path) -> None:
    body = "class Model:\n    def predict(self, rows):\n        print('x' * 100000); return [1] * len(rows)\n"
    with ModelProcess(save_code(body, tmp_path / "m"), task=BINARY, limits=QUICK) as process:
        assert set(process.predict(frame()).labels) == {1}


def test_a_model_sees_neither_the_environment_nor_the_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    body = (
        "class Model:\n    def predict(self, rows):\n        import os\n"
        "        seen = 'canary' in str(dict(os.environ)) or 'approve' in rows or 'sex' in rows\n"
        "        return [int(seen)] * len(rows)\n"
    )
    with ModelProcess(save_code(body, tmp_path / "m"), task=BINARY, limits=QUICK) as process:
        assert set(process.predict(frame()).labels) == {0}


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda folder: (folder / "model.pkl").write_bytes(b"garbage"), "will not load: UnpicklingError"),
        (lambda folder: (folder / "model.pkl").unlink(), "will not load: FileNotFoundError"),
        (lambda folder: (folder / "MLmodel").write_text("flavors: ["), "will not load"),
        (
            lambda folder: (folder / "model.pkl").write_bytes(b"cnot_installed_here\nModel\n."),
            "needs the package 'not_installed_here'",
        ),
    ],
)
def test_a_model_that_will_not_load_says_why(spoil: Any, sentence: str, tmp_path: Path) -> None:
    folder = save_code("class Model:\n    def predict(self, rows): return rows\n", tmp_path / "m")
    spoil(folder)
    with pytest.raises(ModelError, match=sentence), ModelProcess(folder, task=BINARY, limits=QUICK):
        pass


def test_a_model_that_never_loads_is_ended_in_time(tmp_path: Path) -> None:
    folder = save_code("class Model:\n    def predict(self, rows): return rows\n", tmp_path / "m")
    (folder / "model.pkl").write_bytes(b"ctime\nsleep\n(I600\ntR.")
    started = time.monotonic()
    with (
        pytest.raises(ModelError, match="did not finish loading in 8 s"),
        ModelProcess(folder, task=BINARY, limits=Limits(load_seconds=8)),
    ):
        pass
    assert time.monotonic() - started < 15


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    body = (
        "class Model:\n    def predict(self, rows):\n        import subprocess\n"
        "        subprocess.Popen(['sleep', '54321']); return [1] * len(rows)\n"
    )
    with ModelProcess(save_code(body, tmp_path / "m"), task=BINARY, limits=QUICK) as process:
        process.predict(frame())
    left = subprocess.run(["pgrep", "-f", "sleep 54321"], capture_output=True, text=True, check=False)
    assert left.stdout == ""


def test_missing_values_and_integers_arrive_as_the_signature_has_them(tmp_path: Path) -> None:
    rows = frame()
    rows.loc[:3, "region"] = None
    model = pipeline(LogisticRegression()).fit(
        rows[INPUTS].assign(region=rows["region"].fillna(np.nan)), rows["approve"]
    )
    with ModelProcess(save(model, rows[INPUTS].dropna(), tmp_path / "m"), task=BINARY) as process:
        got = process.predict(pd.DataFrame(rows)).labels
    assert got.tolist() == model.predict(rows[INPUTS].assign(region=rows["region"].fillna(np.nan))).tolist()
