"""Small Subjects on made data with a known rule, and a model inside the test process that answers like a real one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rai.dataset import ReviewDataset, make_dataset
from rai.model.answers import Contributions, ModelInfo, ModelInput, Predictions
from rai.profile import ReviewProfile
from rai.subject import Subject, check_predictions

INPUTS = ("income", "debt", "region", "sex")


@dataclass(frozen=True)
class RuleModel:
    """A model whose rule is written down, so that expected values can be worked out by hand."""

    info: ModelInfo
    rule: Callable[[pd.DataFrame], Predictions]

    def predict(self, rows: pd.DataFrame) -> Predictions:
        return self.rule(rows)

    def contributions(self, rows: pd.DataFrame) -> Contributions | None:
        del rows
        return None


def frame(n: int = 400, seed: int = 0) -> pd.DataFrame:
    """Made applicants: women have a little less income, a few values are missing."""
    rng = np.random.default_rng(seed)
    sex = rng.choice(["female", "male"], n)
    income = rng.normal(50, 12, n) - 4 * (sex == "female")
    debt = rng.integers(0, 40, n).astype(float)
    data = pd.DataFrame(
        {
            "income": income.round(1), "debt": debt, "region": rng.choice(["north", "south", "west"], n), "sex": sex,
            "race": rng.choice(["a", "b", "c"], n, p=[0.6, 0.37, 0.03]), "age": rng.integers(18, 80, n),
        }
    )  # fmt: skip
    noise = rng.normal(0, 10, n)
    data["approve"] = (income - 0.8 * debt + noise > 30).astype(int)
    data["grade"] = np.select([income - debt + noise > 40, income - debt + noise > 20], ["good", "fair"], "poor")
    data["wage"] = (0.4 * income + 0.1 * debt + noise / 5).round(2)
    data.loc[data.index[:7], "race"] = None
    data.loc[data.index[7:12], "debt"] = None
    return data


def profile(kind: str = "binary", **changes: object) -> ReviewProfile:
    """The profile of the made applicants for one kind of task."""
    target = {"binary": "approve", "multiclass": "grade", "regression": "wage"}[kind]
    others = [name for name in ("approve", "grade", "wage") if name != target]
    task = {"kind": kind, "target": target} | ({"positive": 1} if kind == "binary" else {})
    data = {
        "evaluation": "test.parquet", "sensitive": ["sex", "race", "age"], "ignore": others, "bands": {"age": [30, 50]},
    }  # fmt: skip
    whole = {
        "task": task,
        "data": data,
        "counterfactuals": {"fixed": ["sex", "race", "age"]},
        "owner": {"name": "Lending"},
    }
    return ReviewProfile.model_validate({**whole, **changes})


def model(kind: str = "binary", *, uses_sex: bool = False) -> RuleModel:
    """Logistic in income and debt; with ``uses_sex`` men get a bonus."""

    def signal(rows: pd.DataFrame) -> np.ndarray:
        bonus = 8.0 * (rows["sex"] == "male").to_numpy() if uses_sex else 0.0
        return rows["income"].to_numpy(float) - 0.8 * rows["debt"].fillna(20).to_numpy(float) - 30 + bonus

    def binary(rows: pd.DataFrame) -> Predictions:
        score = 1 / (1 + np.exp(-signal(rows) / 8))
        return Predictions((score >= 0.5).astype(int), np.column_stack([1 - score, score]))

    def multiclass(rows: pd.DataFrame) -> Predictions:
        logits = np.column_stack([signal(rows) / 20, signal(rows) / 8, -signal(rows) / 8])
        scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return Predictions(np.array(["fair", "good", "poor"], dtype=object)[scores.argmax(axis=1)], scores)

    def regression(rows: pd.DataFrame) -> Predictions:
        return Predictions(0.5 * signal(rows) + 15)

    names = INPUTS if uses_sex else INPUTS[:3]
    types = {"income": "number", "debt": "number", "region": "text", "sex": "text"}
    classes = {"binary": ("0", "1"), "multiclass": ("fair", "good", "poor"), "regression": ()}[kind]
    info = ModelInfo(
        flavour="test", estimator="Rule", inputs=tuple(ModelInput(name=name, type=types[name]) for name in names),
        classes=classes, has_scores=kind != "regression",
    )  # fmt: skip
    return RuleModel(info, {"binary": binary, "multiclass": multiclass, "regression": regression}[kind])


def dataset(kind: str = "binary", *, n: int = 400, seed: int = 0) -> ReviewDataset:
    """The made applicants as evaluation data."""
    return make_dataset(frame(n, seed), profile(kind), digest=f"{seed:064d}")


def subject(kind: str = "binary", *, uses_sex: bool = False, with_model: bool = True, n: int = 400) -> Subject:
    """A Subject on the made applicants, with reference data from another draw."""
    rows, asked = dataset(kind, n=n), model(kind, uses_sex=uses_sex)
    found = Subject(
        dataset=rows, predictions=asked.predict(rows.frame), model=asked if with_model else None,
        reference=dataset(kind, seed=1),
    )  # fmt: skip
    check_predictions(found)
    return found
