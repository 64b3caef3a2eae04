"""Versions as a team registers them: a small model trained on made applicants, with its profile and data in the run."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from rai.registry import connect
from rai.versions import ModelVersionRef
from rai.workspace import Workspace
from tests import subjects

PROFILE = """[task]
kind = "{kind}"
target = "{target}"
{positive}
[data]
evaluation = "test.parquet"
sensitive = ["sex"]
ignore = [{ignore}]

[review]
policy = "{policy}"

[owner]
name = "Lending team"
"""


def profile(kind: str = "binary", *, policy: str = "standard") -> str:
    target = {"binary": "approve", "multiclass": "grade", "regression": "wage"}[kind]
    others = {"approve", "grade", "wage", "race", "age"} - {target}
    return PROFILE.format(
        kind=kind, target=target, policy=policy, positive="positive = 1\n" if kind == "binary" else "",
        ignore=", ".join(f'"{name}"' for name in sorted(others)),
    )  # fmt: skip


def registered(
    workspace: Workspace, name: str, *, user: str = "dana", text: str | None = None, data: pd.DataFrame | None = None,
    files: tuple[str, ...] = ("review.toml", "test.parquet"),
) -> ModelVersionRef:  # fmt: skip
    """Register a version whose files load nowhere, with a profile attached to its run."""
    client = connect(workspace.settings)
    where = experiment(client, workspace)
    run = client.create_run(where, tags={"mlflow.user": user})
    logged = client.create_logged_model(where, name="model", source_run_id=run.info.run_id)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "MLmodel").write_text("flavors: {}\n")
        Path(folder, "weights.bin").write_bytes(f"{name} {run.info.run_id}".encode())
        client.log_model_artifacts(logged.model_id, folder)
    client.finalize_logged_model(logged.model_id, "READY")
    attach(client, run.info.run_id, text=text, data=data, files=files)
    client.set_terminated(run.info.run_id)
    return _version(client, name, logged.model_id, run.info.run_id)


def attach(
    client: Any, run_id: str, *, text: str | None = None, data: pd.DataFrame | None = None,
    files: tuple[str, ...] = ("review.toml", "test.parquet"),
) -> None:  # fmt: skip
    """Log the folder ``review/`` to a run, or a part of it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "review.toml").write_text(profile() if text is None else text)
        (subjects.frame() if data is None else data).to_parquet(Path(folder, "test.parquet"))
        for file in files:
            client.log_artifact(run_id, str(Path(folder, file)), "review")


def experiment(client: Any, workspace: Workspace) -> str:
    """The experiment all of them are logged to."""
    found = client.get_experiment_by_name("honest")
    if found is not None:
        return str(found.experiment_id)
    return str(client.create_experiment("honest", artifact_location=(workspace.settings.home / "artifacts").as_uri()))


def _version(client: Any, name: str, model_id: str, run_id: str) -> ModelVersionRef:
    if not client.search_registered_models(f"name='{name}'"):
        client.create_registered_model(name)
    found = client.create_model_version(name, f"models:/{model_id}", run_id=run_id, model_id=model_id)
    return ModelVersionRef(name=name, version=str(found.version))
