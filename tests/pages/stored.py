"""An installation with real reviews of made applicants, as the pages find it; no registry is asked."""

from __future__ import annotations

import io

import pandas as pd

from rai.analyses import ANALYSES
from rai.approval import desk
from rai.approval.events import RegistryIdentity
from rai.archive import Submission
from rai.conduct import environment, library_versions
from rai.people import Person
from rai.policy import judge, judge_outcomes, read_policy
from rai.review import EvidenceDigests, Review, run_analyses
from rai.subject import Subject
from rai.versions import ModelVersionRef
from rai.workspace import Workspace
from tests import subjects

CHAMPION = ModelVersionRef(name="mortgage approval", version="1")
CHALLENGER = ModelVersionRef(name="mortgage approval", version="2")
WAGE = ModelVersionRef(name="hourly-wage", version="1")
GRADE = ModelVersionRef(name="grade", version="1")
WAITING = ModelVersionRef(name="waiting", version="1")
TIME = "2026-05-04T09:30:00+00:00"
SUBMITTER = Person(issuer="demo", subject="lending-team", name="Lending *team*", roles=("submitter",))
REVIEWER = Person(issuer="local", subject="ada", name="Ada Example", roles=("reviewer", "auditor"))


def build(workspace: Workspace) -> None:
    """Submit four versions of all kinds of task and review three of them."""
    for ref, kind, uses_sex in (
        (CHAMPION, "binary", False), (CHALLENGER, "binary", True), (WAGE, "regression", False),
        (GRADE, "multiclass", False),
    ):  # fmt: skip
        model = submit(workspace, ref, kind)
        review(workspace, ref, subjects.subject(kind, uses_sex=uses_sex), model=model)
    submit(workspace, WAITING, "binary")


def submit(workspace: Workspace, ref: ModelVersionRef, kind: str) -> str:
    """Seal the made data and open a round; return the digest that stands for the model."""
    profile, model = subjects.profile(kind), workspace.store.put(f"model of {ref.uri}".encode())
    data = workspace.store.put(_parquet(subjects.frame()))
    submission = Submission(
        ref=ref, profile=profile, profile_text="", evaluation=data, model=model, submitter=SUBMITTER, submitted=TIME
    )
    identity = RegistryIdentity(instance="sqlite:///mlflow.db", created="1777000000000")
    desk.open_round(
        workspace.ledger, ref, registry=identity, submitter=SUBMITTER, contributors=(),
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
    desk.record_reviewed(workspace.ledger, ref, review_id=found.id, policy="standard", digests=sealed, time=TIME)
    return found


def _parquet(frame: pd.DataFrame) -> bytes:
    data = io.BytesIO()
    frame.to_parquet(data)
    return data.getvalue()
