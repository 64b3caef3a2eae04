"""The pipelines of docs/ci are run: their shell lines as they stand, on a version that was approved for real."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rai.approval import desk
from rai.cli import main
from rai.clock import now
from rai.demo_queue import REVIEWER, SUBMITTER
from rai.signing import edit_narrative, sign, standing
from rai.status_file import renew_status_list
from rai.versions import ModelVersionRef
from rai.worker import work
from rai.workspace import Workspace
from tests.test_flow import TEXTS

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "docs" / "ci").glob("*.yml"))
VERSION = ModelVersionRef(name="mortgage-approval", version="2")


def lines(path: Path) -> dict[str, str]:
    """The shell lines of a pipeline by the name of their step."""
    job = yaml.safe_load(path.read_text())["jobs"]
    steps = (job[0] if isinstance(job, list) else job["deploy"])["steps"]
    return {
        step.get("name") or step["displayName"]: step.get("run") or step["bash"]
        for step in steps
        if {"run", "bash"} & set(step)
    }


def variables(path: Path) -> dict[str, str]:
    body = yaml.safe_load(path.read_text())
    return body["variables"] if "variables" in body else body["jobs"]["deploy"]["env"]


@pytest.fixture
def approved(own_demo: Workspace) -> Workspace:
    edit_narrative(own_demo, VERSION, actor=SUBMITTER, texts=TEXTS, time=now())
    sign(
        own_demo, VERSION, actor=REVIEWER, decision="approve", rationale="The evidence is enough for this use.",
        seen_etag=standing(own_demo, VERSION).etag, idem="form-1", time=now(),
    )  # fmt: skip
    work(own_demo, once=True)
    return own_demo


class Pipeline:
    """A runner's folder: the deploying repository with the verifier beside it."""

    def __init__(self, folder: Path, workspace: Workspace, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.steps = folder, lines(path)
        home, review = workspace.settings.home, workspace.archive.review(VERSION)
        assert review is not None
        (folder / "release").mkdir(parents=True)
        monkeypatch.setenv("RAI_HOME", str(home))
        assert main(["trust", "--out", str(folder / "release" / "trust.json")]) == 0
        shutil.copy(workspace.settings.policies / "standard.toml", folder / "release" / "policy.toml")
        (folder / "rai-review").symlink_to(ROOT)
        self.environment = {
            **os.environ, **variables(path), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "MODEL": VERSION.name, "VERSION": VERSION.version, "DATASET_SHA256": review.digests.dataset,
            "STATUS_LIST": (home / "status.dsse.json").as_uri(), "MLFLOW_TRACKING_URI": workspace.settings.tracking_uri,
        }  # fmt: skip

    def run(self, step: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-e", "-c", self.steps[step]],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
        )


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def pipeline(
    request: pytest.FixtureRequest, tmp_path: Path, approved: Workspace, monkeypatch: pytest.MonkeyPatch
) -> Pipeline:
    found = Pipeline(tmp_path / "runner", approved, request.param, monkeypatch)
    fetched = found.run("Fetch")
    assert fetched.returncode == 0, fetched.stderr
    return found


def test_an_approved_version_is_deployed_and_what_is_changed_is_not(pipeline: Pipeline) -> None:
    done = pipeline.run("Verify")
    assert done.returncode == 0, done.stdout + done.stderr
    assert pipeline.run("Deploy").returncode == 0
    assert not (pipeline.folder / "verified" / "rai_review").exists()
    assert (pipeline.folder / "state" / "last-seen.json").exists()

    shutil.rmtree(pipeline.folder / "verified")
    added = pipeline.folder / "fetched" / "sitecustomize.py"
    added.write_text("print('not approved')")
    denied(pipeline, "the model differs from the one that was approved")
    added.unlink()

    (card,) = (pipeline.folder / "fetched" / "rai_review").glob("*/card.content.json")
    approved = card.read_bytes()
    card.write_bytes(approved.replace(b"Intended use", b"Any use"))
    assert card.read_bytes() != approved
    denied(pipeline, "the card differs from the one that was approved")
    card.write_bytes(approved)

    pipeline.environment["DATASET_SHA256"] = "0" * 64
    denied(pipeline, "the dataset differs from the one")


def test_a_revoked_version_is_not_deployed(pipeline: Pipeline, approved: Workspace) -> None:
    desk.revoke(approved.ledger, VERSION, actor=REVIEWER, reason="The data were wrong.", time=now())
    renew_status_list(approved)
    assert pipeline.run("Fetch").returncode == 0
    denied(pipeline, "its round is revoked")


def denied(pipeline: Pipeline, words: str) -> None:
    done = pipeline.run("Verify")
    assert done.returncode == 1
    assert words in done.stderr
    assert not (pipeline.folder / "verified").exists()
    assert pipeline.run("Deploy").returncode != 0


def test_without_an_attestation_nothing_is_deployed(tmp_path: Path) -> None:
    for path in FILES:
        folder = tmp_path / path.stem
        (folder / "fetched").mkdir(parents=True)
        done = subprocess.run(
            ["bash", "-e", "-c", lines(path)["Verify"]], cwd=folder, capture_output=True, text=True,
            env={**os.environ, **variables(path), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                 "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert done.returncode == 1
        assert "nothing is deployed" in done.stderr


def test_both_pipelines_have_the_same_lines_and_the_pinned_packages() -> None:
    assert [path.stem for path in FILES] == ["azure-pipelines", "github-actions"]
    one, other = (lines(path) for path in FILES)
    assert {name: text.removeprefix("set -e\n") for name, text in one.items()} == other
    assert list(other) == ["Install", "Fetch", "Verify", "Deploy"]
    locked = dict(re.findall(r"^(cryptography|mlflow)==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    assert dict(re.findall(r'"(cryptography|mlflow)==([^"]+)"', other["Install"])) == locked


def test_the_digest_that_is_to_be_filled_in_approves_nothing() -> None:
    assert {variables(path)["DATASET_SHA256"] for path in FILES} == {"0" * 64}
