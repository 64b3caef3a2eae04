"""A deploying pipeline: fetches a version with MLflow's own client and asks ``rai verify``, which needs no server."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from rai.approval.keys import trust_path
from rai.registry import connect
from rai.status_file import renew_status_list
from rai.versions import ModelVersionRef
from rai.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]


def verified(workspace: Workspace, ref: ModelVersionRef, folder: Path, *, target: str = "") -> tuple[int, str]:
    """Fetch, verify, and return exit code and what was said; the verified copy then lies in ``folder/verified``."""
    import mlflow.artifacts

    case = workspace.ledger.history().case(ref)
    assert case is not None
    connect(workspace.settings)  # MLflow asks the registry its global settings name: the one of another test otherwise
    fetched = Path(mlflow.artifacts.download_artifacts(artifact_uri=ref.uri, dst_path=str(folder / "fetched")))
    beside = fetched / "rai_review" / case.review_id
    renew_status_list(workspace)
    shutil.copy(workspace.settings.policies / f"{case.policy}.toml", folder / "policy.toml")
    shutil.copy(trust_path(workspace.signing_key), folder / "trust.json")
    command = [
        sys.executable, "-P", "-m", "rai", "verify", "--model", str(fetched), "--bundle", str(beside / "attestation.dsse.json"),
        "--target", target or ref.uri, "--policy", str(folder / "policy.toml"), "--trust", str(folder / "trust.json"),
        "--status", str(workspace.settings.home / "status.dsse.json"), "--state", str(folder / "last-seen.json"),
        "--review", str(beside / "review.json"), "--card", str(beside / "card.content.json"),
        "--environment", str(beside / "environment.json"), "--expect", f"dataset={case.bound['dataset']}",
        "--out", str(folder / "verified"),
    ]  # fmt: skip
    done = subprocess.run(
        command, env={"PYTHONPATH": str(ROOT), "PATH": ""}, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout + done.stderr
