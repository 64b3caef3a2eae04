"""The sign-off page with more than one reviewer: missing votes, void votes, exceptions, waivers, and taking back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from rai.approval import desk
from rai.approval.cases import Case
from rai.clock import now
from rai.evaluation import evaluated
from rai.gating import gate
from rai.people import Person
from rai.policy import Finding, Terms, read_policy
from rai.signing import edit_narrative, standing
from rai.worker import work
from rai.workspace import Workspace
from tests.pages import stored
from tests.pages.conftest import Visit, become
from tests.pages.reading import refusals, said
from tests.pages.test_sign_off import ADDRESS, REF, TEXTS, decide, press

BEN = Person(issuer="local", subject="ben", name="Ben Second", roles=("reviewer",))
INA = Person(issuer="local", subject="ina", name="Ina Independent", roles=("independent",))
OLE = Person(issuer="local", subject="ole", name="Ole Holder", roles=("override",))
OMA = Person(issuer="local", subject="oma", name="Oma Holder", roles=("override",))
GAP = Finding(rule="gap", severity="block", verdict="fail", sentence="The gap is at most 0.1.")
WHY = "The old model is down and customers wait for decisions."


@pytest.fixture
def ready(own: Workspace) -> Workspace:
    edit_narrative(own, REF, actor=stored.SUBMITTER, texts=TEXTS, time=now())
    return own


def case(workspace: Workspace) -> Case:
    found = desk.case(workspace.ledger, REF)
    assert found is not None
    return found


def reviewed_again(workspace: Workspace, *, terms: Terms, findings: tuple[Finding, ...] = ()) -> None:
    """The review again, under a policy that asks for more, or with other findings."""
    review = workspace.archive.review(REF)
    assert review is not None
    other = review.model_copy(update={"id": "again", "findings": (*review.findings, *findings)})
    kept = workspace.archive.save_review(other)
    sealed = {**case(workspace).sealed, "review": kept}
    sealed.pop("card", None)
    desk.record_reviewed(
        workspace.ledger, REF, review_id=other.id, policy="standard", terms=terms,
        evaluation=evaluated(other, read_policy(workspace.settings.policies, "standard")), digests=sealed, time=now(),
    )  # fmt: skip


def seen_by(workspace: Workspace, visit: Visit, person: Person) -> AppTest:
    become(workspace, person)
    return visit("sign_off", **ADDRESS)


def expander(at: AppTest, label: str) -> bool:
    return any(item.label.replace("\\", "").startswith(label) for item in at.expander)


def test_a_high_tier_says_who_is_missing_until_everybody_has_approved(ready: Workspace, visit: Visit) -> None:
    reviewed_again(ready, terms=Terms(tier="high"))
    at = visit("sign_off", **ADDRESS)
    assert "Tier high: it still takes the approval of 1 independent approver and 1 more reviewer." in said(at)
    decide(at)
    assert refusals(at) == []
    assert "Recorded: approve, signed by Ada Example. Tier high: it still takes the approval of 1 independent" in said(
        at
    )
    assert "✓ approve by Ada Example, reviewer" in said(at)
    assert "Gate: ✕ closed, in review" in said(at)
    assert "Ada Example has decided on models:/mortgage approval/2 in this round already" in said(at)
    assert ready.jobs.latest(REF.uri, "publish") is None
    decide(seen_by(ready, visit, BEN))
    assert case(ready).state == "in_review"
    at = seen_by(ready, visit, INA)
    assert "it still takes the approval of 1 independent approver." in said(at)
    assert "You sign as Ina Independent (local, ina), independent." in said(at)
    decide(at)
    assert case(ready).state == "approved"
    assert "Gate: ✓ open" in said(at)
    assert said(at).count("✓ approve by") == 3


def test_an_approval_that_does_not_count_any_more_is_said(ready: Workspace, visit: Visit) -> None:
    reviewed_again(ready, terms=Terms(tier="medium"))
    decide(visit("sign_off", **ADDRESS))
    edit_narrative(ready, REF, actor=stored.SUBMITTER, texts={"users": "Others."}, time=now())
    at = seen_by(ready, visit, BEN)
    assert "What they signed has changed since, so the approval of Ada Example does not count any more." in said(at)
    assert "✓ approve by" not in said(at)
    assert "it still takes the approval of 2 reviewers." in said(at)


def except_it(at: AppTest, *, reason: str = WHY, ticket: str = "OPS-7", days: int | None = 3) -> AppTest:
    at.get_by_key(f"exception-reason-{REF.uri}").input(reason)
    at.get_by_key(f"exception-ticket-{REF.uri}").input(ticket)
    if days is not None:
        at.get_by_key(f"exception-until-{REF.uri}").set_value(datetime.now(UTC).date() + timedelta(days=days))
    return press(at, "Sign for an exception")


def test_two_holders_make_an_exception_that_is_said_wherever_the_verdict_is(own: Workspace, visit: Visit) -> None:
    assert "An exception" not in said(visit("sign_off", **ADDRESS))
    at = except_it(seen_by(own, visit, OLE))
    assert refusals(at) == []
    assert "It takes a second override holder with the same words." in said(at)
    assert "? exception, one of two signatures by Ole Holder" in said(at)
    at = seen_by(own, visit, OMA)
    press(at, "Sign the exception of Ole Holder")
    assert refusals(at) == []
    assert case(own).state == "exception"
    assert f"ticket OPS-7: {WHY}" in said(at)
    assert "is not approved and may be used for a time by an exception" in said(at)
    assert "Gate: ✕ closed, exception" in said(at)
    for key in ("overview", "inbox"):
        assert "? exception" in said(visit(key, **ADDRESS)).casefold()
    assert "Approved" not in said(visit("overview", **ADDRESS))


def test_an_exception_opens_the_gate_only_under_a_policy_that_says_so_and_is_then_still_called_one(
    fresh: Workspace, visit: Visit
) -> None:
    reviewed_again(fresh, terms=Terms(allow_exception=True))
    except_it(seen_by(fresh, visit, OLE))
    press(seen_by(fresh, visit, OMA), "Sign the exception of Ole Holder")
    work(fresh, once=True)
    assert gate(fresh, REF).reasons == ()
    assert "Gate: ? open by exception, not approved, until" in said(visit("sign_off", **ADDRESS))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"reason": "Too short."},
            "The reason of an exception has at least 40 characters. Say why you decide like this.",
        ),
        ({"ticket": " "}, "An exception names the ticket in which it was agreed."),
        ({"days": None}, "Choose the day until which the exception lasts."),
    ],
)
def test_an_incomplete_exception_is_refused_and_what_was_written_is_kept(
    own: Workspace, visit: Visit, changes: dict[str, object], sentence: str
) -> None:
    at = except_it(seen_by(own, visit, OLE), **changes)
    assert refusals(at) == [sentence]
    assert at.get_by_key(f"exception-reason-{REF.uri}").value == changes.get("reason", WHY)
    assert case(own).overrides == ()


def waive_it(at: AppTest, *, days: int | None = 90) -> AppTest:
    at.get_by_key(f"waive-reason-{GAP.digest}").input("It is being closed with new data.")
    at.get_by_key(f"waive-owner-{GAP.digest}").input("Lending team")
    if days is not None:
        at.get_by_key(f"waive-until-{GAP.digest}").set_value(datetime.now(UTC).date() + timedelta(days=days))
    return press(at, "Waive this finding")


def test_a_finding_is_waived_before_the_sign_off_and_stands_on_the_card(ready: Workspace, visit: Visit) -> None:
    reviewed_again(ready, terms=Terms(), findings=(GAP,))
    at = visit("sign_off", **ADDRESS)
    assert "Finding 'gap' (fail): The gap is at most 0.1." in said(at)
    waive_it(at)
    assert refusals(at) == []
    assert "Waived for a time" in said(at)
    assert "Finding 'gap'" not in said(at).split("What happened so far")[0]
    [waiver] = standing(ready, REF).card.waivers
    assert (waiver.finding, waiver.owner, waiver.person) == (GAP.digest, "Lending team", stored.REVIEWER)
    press(at, "I have looked: draw the form again")
    decide(at)
    assert refusals(at) == []
    found = case(ready)
    assert found.state == "approved"
    assert found.bound["card"] == standing(ready, REF).card.content_digest
    assert not expander(at, "Waive for a time")


def test_a_waiver_without_a_day_is_refused_and_who_wrote_in_the_card_cannot_waive(
    ready: Workspace, visit: Visit
) -> None:
    reviewed_again(ready, terms=Terms(), findings=(GAP,))
    at = waive_it(visit("sign_off", **ADDRESS), days=None)
    assert refusals(at) == ["Choose the day until which the finding is waived."]
    edit_narrative(ready, REF, actor=BEN, texts={"users": "Others."}, time=now())
    assert not expander(seen_by(ready, visit, BEN), "Waive for a time")


def test_who_approved_may_revoke_with_a_reason_and_the_registry_is_told(fresh: Workspace, visit: Visit) -> None:
    edit_narrative(fresh, REF, actor=stored.SUBMITTER, texts=TEXTS, time=now())
    at = decide(visit("sign_off", **ADDRESS))
    work(fresh, once=True)
    assert gate(fresh, REF).open
    assert expander(at, "Revoke it for good")
    press(at, "Revoke it for good")
    assert refusals(at) == ["A reason has at least 10 characters. Say why you decide like this."]
    at.get_by_key(f"revoke-reason-{REF.uri}").input("A leak was found in the data.")
    press(at, "Revoke it for good")
    assert refusals(at) == []
    assert "Revoked by Ada Example." in said(at)
    assert case(fresh).state == "revoked"
    assert "Gate: ✕ closed, revoked" in said(at)
    work(fresh, once=True)
    assert fresh.registry.version(REF).tags["rai.status"] == "revoked"
    assert not gate(fresh, REF).open
    assert not expander(at, "Revoke it for good")


def test_the_submitter_withdraws_and_nobody_else_is_offered_it(ready: Workspace, visit: Visit) -> None:
    assert not expander(visit("sign_off", **ADDRESS), "Withdraw it")
    at = seen_by(ready, visit, Person(issuer="local", subject="else", name="Else", roles=("submitter",)))
    assert not expander(at, "Withdraw it")
    (ready.settings.home / "identity.toml").write_text(
        'issuer = "demo"\nsubject = "lending-team"\nname = "Lending"\nroles = ["submitter"]\n'
    )
    at = visit("sign_off", **ADDRESS)
    press(at, "Withdraw it")
    assert refusals(at) == []
    assert case(ready).state == "withdrawn"
    assert "Withdrawn by Lending." in said(at)
