"""The main job, whole: from a registered version to a signed card, an open gate and the alias moved; and how it closes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rai.approval import desk
from rai.card import NARRATIVE
from rai.clock import now
from rai.demo import demo_refs
from rai.demo_queue import REVIEWER, SUBMITTER
from rai.errors import Refused
from rai.gating import gate
from rai.inbox import inbox
from rai.jobs import LEASE
from rai.people import Person
from rai.registry import connect
from rai.signing import edit_narrative, queue_promotion, sign, standing
from rai.versions import ModelVersionRef
from rai.worker import work
from rai.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
VERSION = ModelVersionRef(name="mortgage-approval", version="2")
THIRD = ModelVersionRef(name="mortgage-approval", version="3")
TEXTS = {key: f"Written for the test: {heading}." for key, heading, _ in NARRATIVE}


def approve(workspace: Workspace, ref: ModelVersionRef = VERSION, actor: Person = REVIEWER) -> None:
    edit_narrative(workspace, ref, actor=SUBMITTER, texts=TEXTS, time=now())
    seen = standing(workspace, ref)
    sign(
        workspace, ref, actor=actor, decision="approve", rationale="The evidence is enough for this use.",
        seen_etag=seen.etag, idem="form-1", time=now(),
    )  # fmt: skip
    work(workspace, once=True)


def test_the_demo_waits_for_decisions_with_all_its_evidence(demo: Workspace) -> None:
    rows = {row.ref.uri: row for row in inbox(demo)}
    assert set(rows) == {ref.uri for ref in demo_refs()}
    assert all(row.state == "in_review" and row.job is not None and row.job.state == "done" for row in rows.values())
    for ref in demo_refs():
        review = demo.archive.review(ref)
        assert review is not None
        assert review.failed == ()
        assert len(review.outcomes) == 6
    assert rows[VERSION.uri].closing == 0


def test_the_version_that_takes_race_and_sex_is_found_out(demo: Workspace) -> None:
    review = demo.archive.review(THIRD)
    assert review is not None
    flips = {m.feature: m for m in review.measures if m.metric == "flip_rate" and m.aggregate == "overall"}
    assert flips[("race",)].value > 0
    honest = demo.archive.review(VERSION)
    assert honest is not None
    assert [m.value for m in honest.measures if m.metric == "flip_rate" and m.aggregate == "overall"] == [0.0, 0.0]


def test_from_the_queue_to_the_champion(own_demo: Workspace) -> None:
    import mlflow

    assert not gate(own_demo, VERSION).open
    approve(own_demo)
    answer = gate(own_demo, VERSION)
    assert answer.reasons == ()
    queue_promotion(own_demo, VERSION, actor=REVIEWER)
    work(own_demo, once=True)
    job = own_demo.jobs.latest(VERSION.uri, "promote")
    assert job is not None
    assert (job.state, job.message) == ("done", "")
    assert own_demo.registry.aliases("mortgage-approval")["champion"] == "2"
    assert own_demo.registry.version(VERSION).tags["rai.status"] == "approved"
    review_id = standing(own_demo, VERSION).review.id
    card = json.loads(mlflow.artifacts.load_text(f"{VERSION.uri}/rai_review/{review_id}/card.json"))
    assert card["sign_offs"][0]["person"]["name"] == REVIEWER.name
    names = {
        item.path for item in mlflow.artifacts.list_artifacts(artifact_uri=f"{VERSION.uri}/rai_review/{review_id}")
    }
    assert {name.rsplit("/", 1)[-1] for name in names} >= {
        "review.json",
        "card.json",
        "card.md",
        "card.html",
        "card.pdf",
        "card-summary.pdf",
        "attestation.dsse.json",
    }
    assert gate(own_demo, VERSION).open


def test_the_submitter_cannot_approve(own_demo: Workspace) -> None:
    reviewer_too = SUBMITTER.model_copy(update={"roles": ("submitter", "reviewer"), "name": "Somebody Else"})
    with pytest.raises(Refused, match="never decide on their own version"):
        approve(own_demo, actor=reviewer_too)
    assert not gate(own_demo, VERSION).open


def test_an_unwritten_field_keeps_it_from_being_approved(own_demo: Workspace) -> None:
    edit_narrative(own_demo, VERSION, actor=SUBMITTER, texts={**TEXTS, "limitations": " "}, time=now())
    seen = standing(own_demo, VERSION)
    assert seen.unwritten == ("Limitations",)
    with pytest.raises(Refused, match="Nobody has written 'Limitations'"):
        sign(
            own_demo,
            VERSION,
            actor=REVIEWER,
            decision="approve",
            rationale="Good enough for me.",
            seen_etag=seen.etag,
            idem="a",
            time=now(),
        )


def test_a_page_that_is_out_of_date_cannot_be_signed(own_demo: Workspace) -> None:
    edit_narrative(own_demo, VERSION, actor=SUBMITTER, texts=TEXTS, time=now())
    seen = standing(own_demo, VERSION)
    edit_narrative(own_demo, VERSION, actor=SUBMITTER, texts={"caveats": "Changed meanwhile."}, time=now())
    with pytest.raises(Refused, match="Something changed after this page was drawn"):
        sign(
            own_demo,
            VERSION,
            actor=REVIEWER,
            decision="approve",
            rationale="Good enough for me.",
            seen_etag=seen.etag,
            idem="a",
            time=now(),
        )


def _model_file(workspace: Workspace) -> None:
    record = workspace.registry.version(VERSION)
    extra = workspace.settings.home / "extra.txt"
    extra.write_text("added after the approval")
    connect(workspace.settings).log_model_artifact(record.model_id, str(extra))


def _policy(workspace: Workspace) -> None:
    path = workspace.settings.policies / "standard.toml"
    path.write_text(path.read_text() + "\n# changed\n")


def _data(workspace: Workspace) -> None:
    review = workspace.archive.review(VERSION)
    assert review is not None
    workspace.store.path(review.digests.dataset).write_bytes(b"other data")


def _card(workspace: Workspace) -> None:
    edit_narrative(workspace, VERSION, actor=SUBMITTER, texts={"intended_use": "Something else."}, time=now())


def _attestation(workspace: Workspace) -> None:
    workspace.registry.write(VERSION, {f"{standing(workspace, VERSION).review.id}/attestation.dsse.json": b"{}"})


def _ledger(workspace: Workspace) -> None:
    import sqlite3

    with sqlite3.connect(workspace.settings.home / "rai.db") as connection:
        connection.execute("drop trigger ledger_no_update")
        connection.execute(
            "update ledger set body = replace(body, 'approve', 'reject!') where seq = (select max(seq) from ledger where body like '%signed_off%')"
        )


@pytest.mark.parametrize("change", [_model_file, _policy, _data, _card, _attestation, _ledger])
def test_any_change_after_the_approval_closes_the_gate(own_demo: Workspace, change: object, tmp_path: Path) -> None:
    import dataclasses
    import shutil

    policies = tmp_path / "policies"
    shutil.copytree(own_demo.settings.policies, policies)
    workspace = Workspace.open(dataclasses.replace(own_demo.settings, policies=policies))
    approve(workspace)
    assert gate(workspace, VERSION).open
    change(workspace)  # type: ignore[operator]
    if change is _ledger:
        with pytest.raises(Refused, match="ledger"):
            gate(workspace, VERSION)
        return
    assert not gate(workspace, VERSION).open


def test_tags_and_aliases_set_by_hand_open_nothing(own_demo: Workspace) -> None:
    own_demo.registry.set_tag(THIRD, "rai.status", "approved")
    own_demo.registry.set_alias(THIRD, "champion")
    assert not gate(own_demo, THIRD).open


def test_a_promotion_while_the_gate_is_closed_moves_nothing(own_demo: Workspace) -> None:
    with pytest.raises(Refused):
        queue_promotion(own_demo, VERSION, actor=REVIEWER)
    own_demo.jobs.enqueue("promote", VERSION.uri, by="somebody")
    work(own_demo, once=True)
    job = own_demo.jobs.latest(VERSION.uri, "promote")
    assert job is not None
    assert job.state == "failed"
    assert "gate is closed" in job.message
    assert own_demo.registry.aliases("mortgage-approval")["champion"] == "1"


def test_rejected_bytes_are_not_accepted_again(own_demo: Workspace) -> None:
    seen = standing(own_demo, VERSION)
    case = sign(
        own_demo,
        VERSION,
        actor=REVIEWER,
        decision="reject",
        rationale="It must not be used here.",
        seen_etag=seen.etag,
        idem="a",
        time=now(),
    )
    assert case.state == "rejected"
    with pytest.raises(Refused, match="rejected"):
        approve(own_demo)


def test_a_cohort_and_the_toolbox_are_made_by_the_worker(own_demo: Workspace) -> None:
    own_demo.jobs.enqueue("cohort", VERSION.uri, {"cohort": "sex=female"}, by="reviewer")
    own_demo.jobs.enqueue("toolbox", VERSION.uri, by="reviewer")
    work(own_demo, once=True)
    review = own_demo.archive.review(VERSION)
    assert review is not None
    outcomes = own_demo.archive.cohort_outcomes(review.id, "sex=female")
    assert outcomes is not None
    assert {outcome.status for outcome in outcomes} <= {"computed", "not_applicable"}
    digest = own_demo.archive.attachment(review.id, "toolbox.html")
    assert digest is not None
    page = own_demo.store.get(digest).decode()
    assert page.startswith("<!DOCTYPE html>") or "<html" in page[:2000]
    assert "housing_expense_pct" in page


def test_a_review_survives_its_worker(own_demo: Workspace) -> None:
    own_demo.jobs.enqueue("review", VERSION.uri, by="reviewer")
    before = own_demo.archive.review_digest(VERSION)
    command = [sys.executable, "-m", "rai", "worker", "--once"]
    environment = {**os.environ, "RAI_HOME": str(own_demo.settings.home)}
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    while (job := own_demo.jobs.latest(VERSION.uri, "review")) is not None and job.percent < 15:
        assert worker.poll() is None
        time.sleep(0.05)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    assert own_demo.archive.review_digest(VERSION) == before
    late = Workspace.open(own_demo.settings)
    late.jobs._clock = lambda: time.time() + LEASE + 1
    work(late, once=True)
    again = own_demo.jobs.latest(VERSION.uri, "review")
    assert again is not None
    assert (again.state, again.attempts) == ("done", 2)
    case = desk.case(own_demo.ledger, VERSION)
    assert case is not None
    assert case.state == "in_review"
