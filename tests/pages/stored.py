"""An installation with real reviews of made applicants and a real registry, as the pages find it."""

from __future__ import annotations

import io
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from rai.analyses import ANALYSES
from rai.approval import desk
from rai.archive import Submission
from rai.conduct import environment, library_versions
from rai.digests import tree_digest
from rai.evaluation import evaluated
from rai.people import Person
from rai.policy import judge, judge_outcomes, read_policy
from rai.registry import connect
from rai.review import EvidenceDigests, Review, run_analyses
from rai.subject import Subject
from rai.submission import registry_identity
from rai.versions import ModelVersionRef
from rai.workspace import Workspace
from tests import subjects

CHAMPION = ModelVersionRef(name="mortgage approval", version="1")
CHALLENGER = ModelVersionRef(name="mortgage approval", version="2")
WAGE = ModelVersionRef(name="hourly-wage", version="1")
GRADE = ModelVersionRef(name="grade", version="1")
WAITING = ModelVersionRef(name="waiting", version="1")
KINDS = {WAGE.name: "regression", GRADE.name: "multiclass"}
TIME = "2026-05-04T09:30:00+00:00"
SUBMITTER = Person(issuer="demo", subject="lending-team", name="Lending *team*", roles=("submitter",))
REVIEWER = Person(issuer="local", subject="ada", name="Ada Example", roles=("reviewer", "auditor"))


POLICY = """title = "Standard"
required = [{required}]

[[rules]]
id = "guessing"
sentence = "Balanced accuracy is above 0.5, the value of guessing."
analysis = "performance"
metric = "balanced_accuracy"
at_least = 0.5
tasks = ["binary", "multiclass"]

[[rules]]
id = "fit"
sentence = "The model explains part of the outcome."
analysis = "performance"
metric = "r2_score"
at_least = 0.0
tasks = ["regression"]

[[rules]]
id = "ranking"
sentence = "The model ranks nearly perfectly."
analysis = "performance"
metric = "roc_auc"
at_least = 0.999
severity = "warn"
tasks = ["binary"]
"""


def build(workspace: Workspace, refs: Sequence[ModelVersionRef] = (CHAMPION, CHALLENGER, WAGE, GRADE, WAITING)) -> None:
    """Register and submit versions of all kinds of task, and review all but the waiting one."""
    assert workspace.settings.home in workspace.settings.policies.parents, "The shipped policies are not to be written."
    workspace.settings.policies.mkdir(parents=True, exist_ok=True)
    required = ", ".join(f'"{item.KEY}"' for item in ANALYSES)
    (workspace.settings.policies / "standard.toml").write_text(POLICY.format(required=required))
    register(workspace, refs)
    for ref in refs:
        kind = KINDS.get(ref.name, "binary")
        model = submit(workspace, ref, kind)
        if ref != WAITING:
            review(workspace, ref, subjects.subject(kind, uses_sex=ref == CHALLENGER), model=model)


def register(workspace: Workspace, refs: Sequence[ModelVersionRef]) -> None:
    """Register versions whose files are there and load nowhere: no page may load a model."""
    client = connect(workspace.settings)
    artifacts = (workspace.settings.home / "artifacts").as_uri()
    experiment = client.create_experiment("stored", artifact_location=artifacts)
    for name in dict.fromkeys(ref.name for ref in refs):
        client.create_registered_model(name)
    for ref in refs:
        logged = client.create_logged_model(experiment, name=f"m{ref.version}")
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "MLmodel").write_text("flavors: {}\n")
            Path(folder, "weights.bin").write_bytes(ref.uri.encode())
            client.log_model_artifacts(logged.model_id, folder)
        client.finalize_logged_model(logged.model_id, "READY")
        client.create_model_version(ref.name, f"models:/{logged.model_id}", model_id=logged.model_id)


def moved(before: Path, after: Path) -> None:
    """Point a copied registry at its own files: addresses in its database are absolute, and MLflow remembers them."""
    from mlflow.tracking._tracking_service import utils

    utils._artifact_repos_cache.clear()
    places = (
        ("experiments", "artifact_location"), ("runs", "artifact_uri"), ("logged_models", "artifact_location"),
        ("model_versions", "storage_location"),
    )  # fmt: skip
    connection = sqlite3.connect(after / "mlflow.db")
    with connection:
        for table, column in places:
            connection.execute(
                f"update {table} set {column} = replace({column}, ?, ?)", (before.as_posix(), after.as_posix())
            )
    connection.close()


def submit(workspace: Workspace, ref: ModelVersionRef, kind: str) -> str:
    """Seal the made data and open a round; return the digest of the model's files."""
    profile = subjects.profile(kind)
    with tempfile.TemporaryDirectory() as folder:
        model = tree_digest(workspace.registry.fetch(ref, Path(folder) / "model"))
    data = workspace.store.put(_parquet(subjects.frame()))
    submission = Submission(
        ref=ref, profile=profile, profile_text="", evaluation=data, model=model, submitter=SUBMITTER, submitted=TIME
    )
    desk.open_round(
        workspace.ledger, ref, registry=registry_identity(workspace, ref), submitter=SUBMITTER, contributors=(),
        digests={"model": model, "dataset": data}, time=TIME,
    )  # fmt: skip
    workspace.archive.save_submission(submission)
    return model


def review(workspace: Workspace, ref: ModelVersionRef, subject: Subject, *, model: str) -> Review:
    """Carry out a review with every analysis and keep it as the worker does."""
    kept = Subject(
        dataset=subject.dataset, predictions=subject.predictions, model=subject.model, reference=subject.reference,
        keep=lambda record: workspace.store.put(record.to_bytes()),
    )  # fmt: skip
    outcomes, measures = run_analyses(kept, ANALYSES, seed=0, progress=lambda *_: None)
    policy = read_policy(workspace.settings.policies, "standard")
    statuses = {item.analysis: item.status for item in outcomes}
    digests = EvidenceDigests(
        model=model, dataset=workspace.store.put(_parquet(subjects.frame())), profile=subject.profile.digest,
        policy=policy.digest_of_file, environment=workspace.store.put(environment()),
    )  # fmt: skip
    found = Review(
        id=f"{ref.name}-{ref.version}"[:12], target=ref.uri, ref=ref, created=TIME, by="worker",
        profile=subject.profile, digests=digests, model=subject.info, rows=len(subject), seed=0,
        versions=library_versions(), steps=(), outcomes=outcomes, measures=measures,
        findings=(*judge_outcomes(policy, statuses), *judge(policy, measures, subject.profile)),
    )  # fmt: skip
    workspace.archive.save_review(found)
    sealed = {
        "model": model, "dataset": digests.dataset, "review": found.digest, "policy": digests.policy,
        "environment": digests.environment,
    }  # fmt: skip
    desk.record_reviewed(
        workspace.ledger, ref, review_id=found.id, policy="standard", terms=policy.approval,
        evaluation=evaluated(found, policy), digests=sealed, time=TIME,
    )  # fmt: skip
    return found


def _parquet(frame: pd.DataFrame) -> bytes:
    data = io.BytesIO()
    frame.to_parquet(data)
    return data.getvalue()
