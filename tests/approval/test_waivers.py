"""A waiver lifts exactly one finding for a time, by somebody without a hand in the version, and shows in every record."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rai.approval import desk
from rai.approval.attestation import attest, statement_of
from rai.approval.events import seconds
from rai.approval.gate import Facts, checkpoint, judge_gate, read_attestation
from rai.approval.keys import Signer
from rai.approval.points import open_points, waived
from rai.card import Waiver
from rai.errors import Refused
from rai.measures import Measure
from rai.policy import Finding
from tests.approval.builders import (
    ADA,
    BOB,
    CLOSING,
    DAN,
    EVE,
    IDA,
    OLE,
    PASSED,
    REF,
    REGISTRY,
    TIME,
    MemoryLedger,
    digests,
    in_review,
    review,
    submit,
    vote,
    waive,
)

SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
GAP = CLOSING[0]
UNTIL = "2026-05-20T09:30:00+00:00"
NOW = seconds(TIME) + 60


def finding(**changes: object) -> Finding:
    given = {"rule": "gap", "severity": "block", "verdict": "fail", "sentence": "The gap is too large.", **changes}
    return Finding(**given)


def test_a_waived_finding_does_not_keep_it_from_being_approved() -> None:
    book = in_review(MemoryLedger())
    with pytest.raises(Refused, match="The gap is too large"):
        vote(book, findings=CLOSING)
    found = waive(book, by=BOB)
    assert found.state == "in_review"
    assert found.waivers == (
        Waiver(
            finding=GAP.digest, rule="gap", sentence="The gap is too large.", verdict="fail",
            reason="The gap is being closed with new data.", owner="Lending team", until="2026-07-01T00:00:00+00:00",
            person=BOB, time=TIME,
        ),
    )  # fmt: skip
    assert vote(book, findings=CLOSING).state == "approved"
    kinds = [row.fields["event"] for row in book.rows()]
    assert kinds == ["submitted", "reviewed", "attempt_refused", "waived", "signed_off"]


@pytest.mark.parametrize(
    "other",
    [
        finding(verdict="not enough evidence"),
        finding(sentence="The gap is far too large."),
        finding(threshold=0.2),
        finding(rule="gap-2"),
        finding(measure=Measure(analysis="a", metric="m", aggregate="overall", value=0.4, n=9)),
    ],
)
def test_it_lifts_exactly_this_finding_and_none_that_differs_in_anything(other: Finding) -> None:
    book = in_review(MemoryLedger())
    waive(book)
    with pytest.raises(Refused, match="cannot be approved yet"):
        vote(book, findings=(other,))
    with pytest.raises(Refused, match="cannot be approved yet"):
        vote(book, findings=(GAP, other))


@pytest.mark.parametrize("verdict", ["fail", "not enough evidence", "not evaluated"])
def test_what_failed_or_is_undecided_may_be_waived(verdict: str) -> None:
    book = in_review(MemoryLedger())
    waive(book, finding=finding(verdict=verdict))
    assert vote(book, findings=(finding(verdict=verdict),)).state == "approved"


@pytest.mark.parametrize(
    "other",
    [
        finding(rule="required: fairness", verdict="not evaluated"),
        finding(rule="policy", verdict="not evaluated"),
        finding(verdict="pass"),
        finding(severity="warn"),
    ],
)
def test_a_missing_analysis_an_empty_policy_and_what_is_no_obstacle_are_not_waived(other: Finding) -> None:
    with pytest.raises(Refused, match="cannot be waived|nothing to waive"):
        waive(in_review(MemoryLedger()), finding=other)


def test_a_waiver_of_a_missing_analysis_that_got_in_all_the_same_counts_for_nothing() -> None:
    missing = finding(rule="required: fairness", verdict="not evaluated")
    assert open_points((missing,), (), {missing.digest}) != ()


def test_nobody_waives_on_a_version_they_had_a_hand_in_and_only_reviewers_do() -> None:
    book = in_review(MemoryLedger())
    desk.record_narrative(book, REF, actor=EVE, field="users", text="All.", time=TIME)
    for who in (EVE, ADA.model_copy(update={"roles": ("reviewer",)})):
        with pytest.raises(Refused, match="had a hand"):
            waive(book, by=who)
    with pytest.raises(Refused, match="may not waive"):
        waive(book, by=OLE)
    assert waive(book, by=IDA).waivers[0].person == IDA


def test_who_waived_may_vote_and_the_contributor_rule_is_not_waived_with_it() -> None:
    book = in_review(MemoryLedger())
    waive(book, by=BOB)
    with pytest.raises(Refused, match="had a hand"):
        vote(book, by=ADA.model_copy(update={"roles": ("reviewer",)}), findings=CLOSING)
    assert vote(book, by=BOB, findings=CLOSING).state == "approved"


def test_a_field_nobody_wrote_and_a_policy_that_did_not_judge_are_not_waived() -> None:
    book = in_review(MemoryLedger())
    waive(book)
    with pytest.raises(Refused, match="Nobody has written 'Users'"):
        vote(book, findings=CLOSING, unwritten=("Users",))
    with pytest.raises(Refused, match="No policy has judged"):
        vote(book, findings=())


def gate(book: MemoryLedger, *, now: int) -> tuple[str, ...]:
    case = desk.case(book, REF)
    attestation = read_attestation(attest(case, SIGNER), (SIGNER.public,), now=now)
    facts = Facts(digests(), REGISTRY, attestation, book.check(checkpoint(attestation)), CLOSING, (), now)
    return judge_gate(case, facts).reasons


def test_the_gate_closes_when_the_waiver_ends_and_the_attestation_says_so_offline() -> None:
    book = in_review(MemoryLedger())
    waive(book, until=UNTIL)
    found = vote(book, findings=CLOSING)
    assert (statement_of(found).expires, found.ends) == (seconds(UNTIL), seconds(UNTIL))
    assert gate(book, now=NOW) == ()
    assert gate(book, now=seconds(UNTIL) - 1) == ()
    closed = gate(book, now=seconds(UNTIL))
    assert any("time is over" in reason for reason in closed)
    assert any("The gap is too large" in reason for reason in closed)
    assert any("expired" in reason for reason in closed)
    ended = desk.mark_expired(book, REF, time=UNTIL)
    assert (ended.state, ended.reason) == ("expired", "A waiver it rested on has ended.")


def test_an_approval_with_a_long_waiver_ends_with_its_own_lifetime() -> None:
    book = in_review(MemoryLedger())
    waive(book)
    assert vote(book, findings=CLOSING).ends == seconds("2026-06-03T09:30:00+00:00")


def test_the_earliest_of_several_waivers_counts_and_a_newer_one_replaces_its_own() -> None:
    book = in_review(MemoryLedger())
    other = finding(rule="other")
    waive(book, until="2026-05-10T00:00:00+00:00")
    waive(book, finding=other, until="2026-05-12T00:00:00+00:00")
    assert len(waive(book, until=UNTIL).waivers) == 2
    assert vote(book, findings=(GAP, other)).ends == seconds("2026-05-12T00:00:00+00:00")


def test_without_a_known_time_no_waiver_counts() -> None:
    book = in_review(MemoryLedger())
    found = waive(book)
    assert waived(found.waivers, at=None) == frozenset()
    assert waived(found.waivers, at=NOW) == {GAP.digest}


def test_a_new_review_and_a_new_round_begin_without_waivers() -> None:
    book = in_review(MemoryLedger())
    waive(book)
    assert review(book, review_id="r2").waivers == ()
    waive(book)
    vote(book, by=DAN, decision="request changes", findings=CLOSING)
    assert submit(book, time="2026-05-05T09:30:00+00:00").waivers == ()


def test_a_decided_version_is_not_waived_any_more() -> None:
    book = in_review(MemoryLedger())
    vote(book, findings=PASSED)
    with pytest.raises(Refused, match="is approved"):
        waive(book)
