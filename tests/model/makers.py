"""Writes models in MLflow's format to disk: honest ones of every kind, and ones that misbehave."""

from __future__ import annotations

import textwrap
import warnings
from pathlib import Path
from typing import Any

import pandas as pd


def save(model: Any, rows: pd.DataFrame, folder: Path, *, signature: bool = True) -> Path:
    """Save a fitted scikit-learn model as a team would."""
    import mlflow.sklearn

    given = mlflow.models.infer_signature(rows) if signature else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mlflow.sklearn.save_model(
            model, folder, signature=given, serialization_format="cloudpickle", pip_requirements=["scikit-learn"]
        )
    return folder


def save_code(body: str, folder: Path) -> Path:
    """Write a model whose class is the given Python code: ``predict`` and what else the code wants to do."""
    import cloudpickle

    names: dict[str, Any] = {"__name__": "misbehaving"}
    exec(textwrap.dedent(body), names)
    folder.mkdir(parents=True)
    (folder / "model.pkl").write_bytes(cloudpickle.dumps(names["Model"]()))
    (folder / "MLmodel").write_text(
        "flavors:\n  sklearn:\n    pickled_model: model.pkl\n    serialization_format: cloudpickle\n"
        'signature:\n  inputs: \'[{"type": "double", "name": "income"}, {"type": "double", "name": "debt"}]\'\n'
    )
    return folder
