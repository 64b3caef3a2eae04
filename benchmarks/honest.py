"""Honest submissions: small models of sixteen kinds, registered, found, reviewed, approved, published and verified."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
import tempfile
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice, product
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rai.card import NARRATIVE
from rai.clock import now
from rai.gating import gate
from rai.looking import Look
from rai.people import Person, Role
from rai.publishing import publish
from rai.registry import connect
from rai.settings import Settings
from rai.signing import edit_narrative, sign, waive
from rai.standing import standing
from rai.versions import ModelVersionRef
from rai.worker import work
from rai.workspace import Workspace
from reports import render_all
from tests import subjects
from tests.publishing import honest
from tests.publishing.pipeline import verified

#: Submissions to one installation.
INSTALLATION = 25
COLUMNS = ["income", "debt", "age"]
OWNER = Person(issuer="local", subject="lending", name="Lending team", roles=("submitter",))
ROLES: tuple[Role, ...] = ("reviewer", "independent")
REVIEWERS = tuple(
    Person(issuer="local", subject=name, name=name.title(), roles=ROLES) for name in ("ada", "ben")
)  # fmt: skip


@dataclass
class Counted:
    """What became of them; ``stopped`` did not reach review, ``denied`` were approved and not let through."""

    executed: int = 0
    in_review: int = 0
    waived: int = 0
    approvable: int = 0
    approved: int = 0
    open: int = 0
    verified: int = 0
    stopped: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)

    def __add__(self, other: Counted) -> Counted:
        """Count both."""
        return Counted(**{item.name: getattr(self, item.name) + getattr(other, item.name) for item in fields(self)})


def estimators(kind: str) -> tuple[Any, ...]:
    """Eight estimators for each kind of task."""
    from sklearn import ensemble, linear_model, naive_bayes, neighbors, svm, tree

    if kind == "regression":
        return (
            linear_model.LinearRegression(), linear_model.Ridge(), linear_model.Lasso(0.01),
            linear_model.HuberRegressor(), tree.DecisionTreeRegressor(max_depth=4),
            ensemble.RandomForestRegressor(20, max_depth=4), ensemble.GradientBoostingRegressor(n_estimators=20),
            neighbors.KNeighborsRegressor(15),
        )  # fmt: skip
    return (
        linear_model.LogisticRegression(max_iter=500), linear_model.SGDClassifier(loss="log_loss"),
        tree.DecisionTreeClassifier(max_depth=4), ensemble.RandomForestClassifier(20, max_depth=4),
        ensemble.GradientBoostingClassifier(n_estimators=20), naive_bayes.GaussianNB(),
        neighbors.KNeighborsClassifier(15), svm.SVC(probability=True),
    )  # fmt: skip


def submissions(count: int) -> list[tuple[str, Any, int, str]]:
    """Kind of task, estimator, seed of the data and policy, all combinations before any is repeated."""
    kinds = [(kind, estimator) for kind in ("binary", "regression") for estimator in estimators(kind)]
    grid = [
        (kind, estimator, seed, policy)
        for seed, policy, (kind, estimator) in product(range(10), ("standard", "strict"), kinds)
    ]
    return list(islice(cycle(grid), count))


def run(count: int, folder: Path) -> Counted:
    """Carry each through on its own, two installations at a time; an installation takes some of them and ends."""
    places = [range(start, min(start + INSTALLATION, count)) for start in range(0, count, INSTALLATION)]
    counted = Counted()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), max_tasks_per_child=1) as lanes:
        for found in lanes.map(_installation, places, [folder / str(place.start) for place in places]):
            counted += found
            print(f"honest: {counted.executed} of {count}", file=sys.stderr, flush=True)
    return counted


def _installation(numbers: range, folder: Path) -> Counted:
    warnings.simplefilter("ignore")
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    settings = Settings.load({"RAI_HOME": str(folder / "rai"), "RAI_WATCH": "1"})
    workspace, counted = Workspace.open(settings), Counted()
    look = Look(workspace, render_all)
    wanted = submissions(numbers.stop)
    for number in numbers:
        kind, estimator, seed, policy = wanted[number]
        what = f"{type(estimator).__name__}, data {seed}, {policy}"
        counted.executed += 1
        before = counted.in_review
        try:
            ref = _registered(workspace, f"honest-{number}", kind, estimator, seed, policy)
            look.once()
            work(workspace, once=True)
            _carried(workspace, ref, counted, what)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is counted against us
            faults = counted.denied if counted.in_review > before else counted.stopped
            faults.append(f"{what}: {type(error).__name__}: {error}")
    return counted


def _registered(workspace: Workspace, name: str, kind: str, estimator: Any, seed: int, policy: str) -> ModelVersionRef:  # noqa: PLR0913, PLR0917 - one row of the grid
    import mlflow
    import mlflow.sklearn
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    target = {"binary": "approve", "multiclass": "grade", "regression": "wage"}[kind]
    train, test = subjects.frame(600, seed=100 + seed), subjects.frame(400, seed=seed)
    model = make_pipeline(SimpleImputer(), StandardScaler(), estimator)
    quiet = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stderr(quiet), contextlib.redirect_stdout(quiet):
        warnings.simplefilter("ignore")
        model.fit(train[COLUMNS], train[target])
        client = connect(workspace.settings)
        mlflow.set_experiment(experiment_id=honest.experiment(client, workspace))
        with mlflow.start_run(tags={"mlflow.user": "dana"}) as active:
            honest.attach(client, active.info.run_id, text=honest.profile(kind, policy=policy), data=test)
            info = mlflow.sklearn.log_model(
                model, name="model", serialization_format="cloudpickle", registered_model_name=name,
                pip_requirements=["scikit-learn"],
                signature=mlflow.models.infer_signature(train[COLUMNS], model.predict(train[COLUMNS])),
            )  # fmt: skip
    return ModelVersionRef(name=name, version=str(info.registered_model_version))


def _carried(workspace: Workspace, ref: ModelVersionRef, counted: Counted, what: str) -> None:
    case = workspace.ledger.history().case(ref)
    if case is None or case.state != "in_review":
        job = workspace.jobs.latest(ref.uri, "review")
        counted.stopped.append(f"{what}: not in review: {job.message if job else 'not found'}")
        return
    counted.in_review += 1
    edit_narrative(workspace, ref, actor=OWNER, texts={key: f"{name}." for key, name, _ in NARRATIVE}, time=now())
    counted.waived += _waived(workspace, ref)
    if standing(workspace, ref).points:
        return  # what cannot be waived keeps it from being approved, and that is an answer
    counted.approvable += 1
    for actor in REVIEWERS:
        if workspace.ledger.history().case(ref).state == "in_review":
            _vote(workspace, ref, actor)
    publish(workspace, ref, render=render_all, time=now())
    counted.approved += workspace.ledger.history().case(ref).state == "approved"
    answer = gate(workspace, ref)
    counted.open += answer.open
    with tempfile.TemporaryDirectory() as folder:
        code, said = verified(workspace, ref, Path(folder))
    counted.verified += code == 0
    if not answer.open or code:
        counted.denied.append(f"{what}: {answer.reasons} {said}")


def _waived(workspace: Workspace, ref: ModelVersionRef) -> bool:
    """Waive what keeps it from being approved, as a reviewer would for a pilot."""
    found = standing(workspace, ref).waivable
    until = (datetime.now(UTC) + timedelta(days=20)).isoformat(timespec="seconds")
    for number, finding in enumerate(found):
        waive(
            workspace, ref, actor=REVIEWERS[0], finding=finding, reason="A pilot with few people, looked at again.",
            owner="Head of Lending", until=until, idem=f"waiver {number} {ref.uri}", time=now(),
        )  # fmt: skip
    return bool(found)


def _vote(workspace: Workspace, ref: ModelVersionRef, actor: Person) -> None:
    sign(
        workspace, ref, actor=actor, decision="approve", rationale="The evidence is enough for this use.",
        seen_etag=standing(workspace, ref).etag, idem=f"{actor.subject} {ref.uri}", time=now(),
    )  # fmt: skip
