"""The sign-off page: what is signed is what was shown, by somebody who may, once."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import signature
from rai.approval import desk
from rai.approval.cases import Case
from rai.approval.events import SignedOff
from rai.card import NARRATIVE
from rai.people import Person
from rai.signing import edit_narrative, standing
from rai.worker import work
from rai.workspace import Workspace
from tests.pages import stored
from tests.pages.conftest import Visit, become
from tests.pages.reading import refusals, said

REF = stored.CHALLENGER
ADDRESS = {"model": REF.name, "version": REF.version}
TEXTS = {key: f"Text about {heading}." for key, heading, _ in NARRATIVE}
RATIONALE = "The evidence is enough; the ranking warning is acceptable for this use."


@pytest.fixture
def ready(own: Workspace) -> Workspace:
    """The challenger with its card written by the team."""
    edit_narrative(own, REF, actor=stored.SUBMITTER, texts=TEXTS, time=stored.TIME)
    return own


def case(workspace: Workspace) -> Case:
    found = desk.case(workspace.ledger, REF)
    assert found is not None
    return found


def signatures(workspace: Workspace) -> list[SignedOff]:
    return [row.event for row in workspace.ledger.rows(REF) if isinstance(row.event, SignedOff)]


def decide(at: AppTest, decision: str | None = "approve", rationale: str = RATIONALE) -> AppTest:
    if decision is not None:
        at.radio[0].set_value(decision)
    at.get_by_key(f"rationale-{REF.uri}").input(rationale)
    return press(at, "Sign")


def press(at: AppTest, label: str) -> AppTest:
    button = next(item for item in at.button if item.label == label)
    return button.click().run()


def test_an_approval_is_recorded_on_exactly_what_was_shown(ready: Workspace, visit: Visit) -> None:
    at = visit("sign_off", **ADDRESS)
    shown = standing(ready, REF)
    for digest in shown.digests.values():
        assert digest in said(at)
    assert "? not enough evidence" in said(at) or "✕ fail" in said(at)
    decide(at)
    assert refusals(at) == []
    assert "Recorded: approve, signed by Ada Example." in said(at)
    assert "Gate: ✓ open" in said(at)
    [signed] = signatures(ready)
    assert (signed.etag, dict(signed.digests), signed.rationale) == (shown.etag, shown.digests, RATIONALE)
    assert signed.actor == stored.REVIEWER
    assert case(ready).state == "approved"
    assert len(at.radio) == 0


def test_after_the_approval_the_card_is_published_and_the_version_promoted(fresh: Workspace, visit: Visit) -> None:
    edit_narrative(fresh, REF, actor=stored.SUBMITTER, texts=TEXTS, time=stored.TIME)
    at = decide(visit("sign_off", **ADDRESS))
    job = fresh.jobs.latest(REF.uri, "publish")
    assert job is not None
    assert (job.state, job.by) == ("queued", "Ada Example")
    work(fresh, once=True)
    at.run()
    assert "Card and attestation lie beside the model" in said(at)
    press(at, "Make version 2 the champion")
    work(fresh, once=True)
    at.run()
    assert "✓ promoted: the alias champion names this version." in said(at)
    assert fresh.registry.aliases(REF.name) == {"champion": "2"}
    assert case(fresh).alias == "champion"


def test_the_submitter_sees_why_they_may_not_approve(ready: Workspace, visit: Visit) -> None:
    become(ready, Person(issuer="local", subject="lending-team", name="Lending *team*", roles=("submitter",)))
    at = visit("sign_off", **ADDRESS)
    assert "Lending *team* may not approve: only the reviewer or independent approver may." in said(at)
    assert len(at.radio) == 0


def test_whoever_wrote_in_the_card_cannot_sign_even_as_a_reviewer(own: Workspace, visit: Visit) -> None:
    edit_narrative(own, REF, actor=stored.REVIEWER, texts=TEXTS, time=stored.TIME)
    at = visit("sign_off", **ADDRESS)
    assert "Ada Example had a hand in models:/mortgage approval/2 and cannot approve it" in said(at)
    assert len(at.radio) == 0


def test_a_role_taken_away_after_the_form_was_drawn_is_noticed(ready: Workspace, visit: Visit) -> None:
    at = visit("sign_off", **ADDRESS)
    become(ready, stored.REVIEWER.model_copy(update={"roles": ("auditor",)}))
    decide(at)
    assert refusals(at) == ["Ada Example may not approve: only the reviewer or independent approver may."]
    assert signatures(ready) == []


def test_a_page_that_is_out_of_date_is_not_signed(ready: Workspace, visit: Visit) -> None:
    at = visit("sign_off", **ADDRESS)
    changed = {"caveats": "Written after the page was drawn."}
    edit_narrative(ready, REF, actor=stored.SUBMITTER, texts=changed, time=stored.TIME)
    decide(at)
    assert refusals(at) == [
        "Something changed after this page was drawn. Load it again and look at what is signed now."
    ]
    assert "Changed since you opened this form: card." in said(at)
    assert signatures(ready) == []
    press(at, "I have looked: draw the form again")
    assert at.get_by_key(f"rationale-{REF.uri}").value == RATIONALE
    decide(at)
    assert refusals(at) == []
    [signed] = signatures(ready)
    assert signed.digests["card"] == standing(ready, REF).digests["card"]


def test_a_page_drawn_again_does_not_slip_a_change_under_the_form(ready: Workspace, visit: Visit) -> None:
    at = visit("sign_off", **ADDRESS)
    edit_narrative(ready, REF, actor=stored.SUBMITTER, texts={"users": "Other users."}, time=stored.TIME)
    at.run()
    assert "Changed since you opened this form: card." in said(at)
    assert len(at.radio) == 0


def test_model_files_changed_in_the_registry_are_not_signed(ready: Workspace, visit: Visit) -> None:
    from rai.registry import connect

    at = visit("sign_off", **ADDRESS)
    extra = ready.settings.home / "added.py"
    extra.write_text("print('added after the review')")
    connect(ready.settings).log_model_artifact(ready.registry.version(REF).model_id, str(extra))
    decide(at)
    assert refusals(at) == [
        "Something changed after this page was drawn. Load it again and look at what is signed now."
    ]
    assert signatures(ready) == []


def test_a_form_used_twice_counts_once(ready: Workspace, visit: Visit) -> None:
    at = visit("sign_off", **ADDRESS)
    drawn = at.session_state[f"sign-form-{REF.uri}"]
    decide(at)
    at.session_state[f"sign-form-{REF.uri}"] = drawn
    at.session_state["sign-asked"] = signature._Asked(REF, drawn, "approve", RATIONALE)
    at.run()
    assert refusals(at) == []
    assert len(signatures(ready)) == 1


def test_a_used_form_asks_for_nothing_more(ready: Workspace, visit: Visit) -> None:
    at = visit("sign_off", **ADDRESS)
    decide(at, "request changes", "Please write more about who is harmed.")
    assert case(ready).state == "changes_requested"
    assert f"sign-form-{REF.uri}" not in at.session_state
    assert "sign-asked" not in at.session_state
    assert "was sent back: a reviewer asked for changes" in said(at)


@pytest.mark.parametrize(
    ("decision", "rationale", "sentence"),
    [
        (None, RATIONALE, "Choose a decision: approve, request changes or reject."),
        ("approve", "  Fine.  ", "A rationale has at least 10 characters. Say why you decide like this."),
        ("reject", "", "A rationale has at least 10 characters. Say why you decide like this."),
    ],
)
def test_an_incomplete_form_is_refused_and_what_was_written_is_kept(
    ready: Workspace, visit: Visit, decision: str | None, rationale: str, sentence: str
) -> None:
    at = decide(visit("sign_off", **ADDRESS), decision, rationale)
    assert refusals(at) == [sentence]
    assert at.get_by_key(f"rationale-{REF.uri}").value == rationale
    assert at.radio[0].value == decision
    assert signatures(ready) == []


def test_an_unwritten_card_can_be_rejected_and_not_approved(own: Workspace, visit: Visit) -> None:
    at = visit("sign_off", **ADDRESS)
    assert "Nobody has written 'Users' in the model card." in said(at)
    decide(at)
    [refusal] = refusals(at)
    assert refusal.startswith("It cannot be approved yet. Nobody has written 'Intended use' in the model card.")
    decide(at, "reject", "It must not be used here at all.")
    assert refusals(at) == []
    assert case(own).state == "rejected"
    assert "✕ reject by Ada Example, reviewer" in said(at)


def test_what_changed_since_the_last_approval_of_the_model_is_said(ready: Workspace, visit: Visit) -> None:
    assert "No version of this model has been approved before." in said(visit("sign_off", **ADDRESS))
    edit_narrative(ready, stored.CHAMPION, actor=stored.SUBMITTER, texts=TEXTS, time=stored.TIME)
    seen = standing(ready, stored.CHAMPION)
    desk.sign_off(
        ready.ledger, stored.CHAMPION, actor=stored.REVIEWER, decision="approve", rationale=RATIONALE,
        seen_etag=seen.etag, live=seen.digests, findings=seen.findings, unwritten=(), time=stored.TIME, idem="first",
    )  # fmt: skip
    at = visit("sign_off", **ADDRESS)
    assert "Version 1 was approved on 4 May 2026, 09:30 UTC by Ada Example" in said(at)
    table = next(item.value for item in at.markdown if "Since the last approval" in item.value)
    rows = {line.split("|")[1].strip().strip("*"): line.split("|")[4].strip() for line in table.splitlines()[2:]}
    assert rows == {
        "Model": "changed", "Dataset": "the same", "Review": "changed", "Card": "changed", "Policy": "the same",
        "Environment": "the same",
    }  # fmt: skip
