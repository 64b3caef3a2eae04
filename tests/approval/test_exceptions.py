"""An exception takes two holders with the same words, is never an approval, ends soon, and opens only where allowed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rai.approval import desk
from rai.approval.attestation import attest, statement_of
from rai.approval.events import SYSTEM, seconds
from rai.approval.gate import Facts, checkpoint, judge_gate, read_attestation
from rai.approval.keys import Signer
from rai.approval.verify import NotVerified, verify_envelope
from rai.errors import Refused
from rai.people import Person
from rai.policy import Terms
from rai.versions import ModelVersionRef
from tests.approval.builders import (
    ADA,
    BOB,
    CLOSING,
    EVE,
    IDA,
    MEDIUM,
    OLE,
    OMA,
    PASSED,
    PIA,
    REF,
    REGISTRY,
    TIME,
    MemoryLedger,
    digests,
    excepted,
    holder_signs,
    in_review,
    person,
    review,
    submit,
    vote,
)

SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
ALLOWING = Terms(allow_exception=True)
NOW = seconds(TIME) + 60
END = seconds("2026-05-14T09:30:00+00:00")


def answer(book: MemoryLedger, **changes: object) -> tuple[str, ...]:
    case = desk.case(book, REF)
    attestation = read_attestation(attest(case, SIGNER), (SIGNER.public,), now=NOW)
    facts = Facts(
        live=digests(), registry=REGISTRY, attestation=attestation, chain=book.check(checkpoint(attestation)),
        findings=CLOSING, unwritten=("Users",), now=NOW,
    )  # fmt: skip
    return judge_gate(case, replace(facts, **changes)).reasons


def test_two_holders_make_an_exception_and_never_an_approval() -> None:
    book = in_review(MemoryLedger())
    first = holder_signs(book, by=OLE)
    assert (first.state, first.exception, [item.person for item in first.overrides]) == ("in_review", (), [OLE])
    second = holder_signs(book, by=OMA)
    assert (second.state, second.approval, second.bound) == ("exception", None, digests())
    assert [item.person for item in second.exception] == [OLE, OMA]
    assert second.sentence == "models:/credit/3 is not approved and may be used for a time by an exception."


def test_the_attestation_is_of_its_own_kind_and_names_both_holders() -> None:
    book = excepted(MemoryLedger())
    said = statement_of(desk.case(book, REF))
    assert (said.decision, said.votes, said.subjects) == ("EXCEPTION", (), digests())
    assert said.override.holders == (("local", "ole"), ("local", "oma"))
    assert (said.override.ticket, said.override.expires, said.expires, said.issued) == (
        "OPS-7",
        END,
        END,
        seconds(TIME),
    )
    assert said.head == book.rows()[-1].hash
    envelope = attest(desk.case(book, REF), SIGNER)
    with pytest.raises(NotVerified, match="EXCEPTION, which is not accepted"):
        verify_envelope(envelope, (SIGNER.public,), now=NOW)
    assert verify_envelope(envelope, (SIGNER.public,), now=NOW, decisions=("EXCEPTION",)) == said


@pytest.mark.parametrize("second", [OLE, person("OLE", "override"), person("\uff4fle", "override"), ADA, BOB, IDA, PIA])
def test_one_holder_with_two_accounts_or_anybody_else_is_not_the_second(second: Person) -> None:
    book = in_review(MemoryLedger())
    holder_signs(book, by=OLE)
    try:
        found = holder_signs(book, by=second)
    except Refused:
        found = desk.case(book, REF)
    assert (found.state, len(found.overrides)) == ("in_review", 1)


def test_a_contributor_cannot_except_their_own_version() -> None:
    roles = {"roles": ("override", "reviewer", "submitter")}
    book = in_review(MemoryLedger())
    desk.record_narrative(book, REF, actor=EVE, field="users", text="All.", time=TIME)
    for who in (ADA, EVE):
        with pytest.raises(Refused, match="had a hand"):
            holder_signs(book, by=who.model_copy(update=roles))


@pytest.mark.parametrize(
    "other",
    [
        {"reason": "Another reason that is long enough to be taken as one."},
        {"ticket": "OPS-8"},
        {"until": "2026-05-13T09:30:00+00:00"},
        {"live": digests(card="other"), "seen": digests(card="other")},
    ],
)
def test_two_holders_with_different_words_or_bytes_make_none(other: dict[str, object]) -> None:
    book = in_review(MemoryLedger())
    holder_signs(book, by=OLE)
    found = holder_signs(book, by=OMA, **other)
    assert (found.state, len(found.overrides)) == ("in_review", 2)
    # Ole agrees to the words of Oma: his newest signature counts.
    assert holder_signs(book, by=OLE, **other).state == "exception"


@pytest.mark.parametrize("between", ["edit", "review"])
def test_what_changes_between_the_signatures_voids_the_first(between: str) -> None:
    book = in_review(MemoryLedger())
    holder_signs(book, by=OLE)
    if between == "edit":
        desk.record_narrative(book, REF, actor=EVE, field="users", text="All.", time=TIME)
    else:
        review(book, review_id="r2")
    assert holder_signs(book, by=OMA).state == "in_review"


def test_an_approval_in_the_meantime_leaves_no_half_exception_behind() -> None:
    book = in_review(MemoryLedger())
    holder_signs(book, by=OLE)
    found = vote(book, by=BOB)
    assert (found.state, found.exception, statement_of(found).decision) == ("approved", (), "APPROVED")
    with pytest.raises(Refused, match="is approved"):
        holder_signs(book, by=OMA)


def test_votes_given_before_are_named_beside_the_holders() -> None:
    book = in_review(MemoryLedger(), terms=MEDIUM)
    vote(book, by=BOB)
    holder_signs(book, by=OLE)
    found = holder_signs(book, by=OMA)
    assert found.approval is None
    assert [item.subject for item in statement_of(found).votes] == ["bob"]


def test_the_gate_is_closed_for_it_unless_the_policy_opens_it() -> None:
    [closed] = answer(excepted(MemoryLedger()))
    assert closed.endswith("may be used for a time by an exception. The policy opens the gate for no exception.")
    # It was made in spite of an open finding and an unwritten field.
    assert answer(excepted(MemoryLedger(), terms=ALLOWING)) == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"live": digests(card="other")}, "The card is not the one"),
        ({"live": None}, "could not be computed"),
        ({"chain": ("Broken.",)}, "Broken."),
        ({"attestation": "There is none."}, "There is none."),
        ({"registry": None}, "did not say"),
        ({"now": None}, "time is not known"),
        ({"now": END}, "Its time is over"),
    ],
)
def test_an_allowed_exception_is_closed_by_every_other_doubt(changes: dict[str, object], words: str) -> None:
    assert any(words in reason for reason in answer(excepted(MemoryLedger(), terms=ALLOWING), **changes))


def test_an_attestation_of_an_exception_opens_nothing_for_an_approval() -> None:
    approving, excepting = in_review(MemoryLedger()), excepted(MemoryLedger())
    vote(approving)
    other = read_attestation(attest(desk.case(excepting, REF), SIGNER), (SIGNER.public,), now=NOW)
    case = desk.case(approving, REF)
    facts = Facts(digests(), REGISTRY, other, (), PASSED, (), NOW)
    assert any("another decision" in reason for reason in judge_gate(case, facts).reasons)


def test_it_ends_at_its_time_or_is_revoked_or_withdrawn_or_becomes_stale() -> None:
    book = excepted(MemoryLedger())
    assert desk.mark_expired(book, REF, time="2026-05-14T09:29:59+00:00").state == "exception"
    ended = desk.mark_expired(book, REF, time="2026-05-14T09:30:00+00:00")
    assert (ended.state, ended.reason) == ("expired", "Its time was over.")
    assert submit(book, time="2026-05-15T09:30:00+00:00").round == 2
    revoked = desk.revoke(excepted(MemoryLedger()), REF, actor=PIA, reason="It is not needed any more.", time=TIME)
    assert revoked.state == "revoked"
    assert desk.withdraw(excepted(MemoryLedger()), REF, actor=ADA, reason="", time=TIME).state == "withdrawn"
    assert desk.mark_stale(excepted(MemoryLedger()), REF, live=digests(card="x"), time=TIME).state == "stale"
    assert review(excepted(MemoryLedger()), review_id="r2").state == "stale"
    edited = desk.record_narrative(excepted(MemoryLedger()), REF, actor=EVE, field="users", text="All.", time=TIME)
    assert edited.state == "stale"


def test_it_is_promoted_only_where_the_policy_opens_the_gate_for_it() -> None:
    promote = {"actor": SYSTEM, "alias": "champion", "live": digests(), "time": TIME}
    with pytest.raises(Refused, match="opens the gate for no exception"):
        desk.record_promoted(excepted(MemoryLedger()), REF, **promote)
    assert desk.record_promoted(excepted(MemoryLedger(), terms=ALLOWING), REF, **promote).alias == "champion"


def test_rejected_bytes_are_not_excepted_under_another_name() -> None:
    other = ModelVersionRef(name="renamed", version="1")
    book = in_review(MemoryLedger())
    submit(book, ref=other)
    review(book, ref=other)
    vote(book, decision="reject")
    with pytest.raises(Refused, match="was rejected as models:/credit/3"):
        holder_signs(book, ref=other)


def test_sixty_ways_to_abuse_it_make_no_exception() -> None:
    """Every wrong second signature after every wrong or right first one."""
    wrong = [
        {"reason": "short"}, {"ticket": ""}, {"until": TIME}, {"until": "2026-06-04T09:30:00+00:00"},
        {"live": {}}, {"seen": digests(card="older")}, {"live": digests(model="x"), "seen": digests(model="x")},
        {"by": ADA.model_copy(update={"roles": ("override",)})}, {"by": BOB}, {"by": OLE},
    ]  # fmt: skip
    tried = 0
    for first in ({}, *wrong[:5]):
        for second in wrong:
            book = in_review(MemoryLedger())
            for changes in ({"by": OLE, **first}, {"by": OMA, **second}):
                try:
                    found = holder_signs(book, **changes)
                except Refused:
                    found = desk.case(book, REF)
                assert found.state == "in_review", (first, second)
            tried += 1
    assert tried == 60
