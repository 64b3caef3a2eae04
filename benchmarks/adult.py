"""The model and the data of the comparison: UCI Adult, one-hot encoded, and 200 trees by LightGBM."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.data import table
from rai.conduct import DataFile, Material
from rai.profile import ReviewProfile

TARGET, POSITIVE = "income", ">50K"
#: What a counterfactual example must not change, for every engine.
FIXED = ("sex", "race", "native-country", "marital-status", "relationship", "fnlwgt")


@dataclass(frozen=True)
class Adult:
    """The rows trained on, the rows tested on, and the fitted pipeline."""

    train: pd.DataFrame
    test: pd.DataFrame
    model: Any

    @property
    def inputs(self) -> list[str]:
        """The columns the model takes."""
        return [name for name in self.test.columns if name != TARGET]

    @property
    def numbers(self) -> list[str]:
        """Those that are numbers."""
        return [name for name in self.inputs if self.test[name].dtype != object]


def adult() -> Adult:
    """Read the data and train; the same model each time."""
    train, test = table("adult_train"), table("adult_test")
    return Adult(train, test, _fitted(train))


def _fitted(train: pd.DataFrame) -> Any:
    from lightgbm import LGBMClassifier
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    rows = train.drop(columns=[TARGET])
    text = [name for name in rows.columns if rows[name].dtype == object]
    encode = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    # Trees need no scaling, but DiCE hands numbers over as objects, which the scaler reads and LightGBM would not.
    numbers = ("numbers", StandardScaler(), [name for name in rows.columns if name not in text])
    prepare = ColumnTransformer([("text", encode, text), numbers], verbose_feature_names_out=False)
    trees = LGBMClassifier(n_estimators=200, random_state=0, verbose=-1)
    return Pipeline([("prepare", prepare), ("model", trees)]).fit(rows, train[TARGET])


def profile() -> ReviewProfile:
    """What a submitter would declare."""
    return ReviewProfile.model_validate(
        {
            "task": {"kind": "binary", "target": TARGET, "positive": POSITIVE},
            "data": {"evaluation": "test.parquet", "reference": "train.parquet", "sensitive": ("sex", "race")},
            "counterfactuals": {"fixed": FIXED},
            "owner": {"name": "Benchmark"},
        }
    )


def material(data: Adult, folder: Path) -> Material:
    """Save the model as a team would, and seal it with its data."""
    import mlflow.sklearn

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlflow.sklearn.save_model(
            data.model, folder, signature=mlflow.models.infer_signature(data.test[data.inputs]),
            serialization_format="cloudpickle", pip_requirements=["scikit-learn", "lightgbm"],
        )  # fmt: skip
    files = {name: _parquet(name, rows) for name, rows in (("test", data.test), ("train", data.train))}
    return Material("adult", None, profile(), files["test"], files["train"], folder, "0" * 64)


def _parquet(name: str, rows: pd.DataFrame) -> DataFile:
    held = io.BytesIO()
    rows.to_parquet(held, index=False)
    return DataFile(f"{name}.parquet", held.getvalue())
