"""A version's way from submission to promotion, and everything that stops it."""

import pytest

from rai.approval import desk
from rai.approval.events import SYSTEM, RegistryIdentity
from rai.approval.ledger import Ledger
from rai.errors import Refused
from rai.versions import ModelVersionRef
from tests.approval.builders import (
    ADA,
    BOB,
    CLOSING,
    DAN,
    EVALUATED,
    EVE,
    LOW,
    REF,
    REGISTRY,
    TIME,
    MemoryLedger,
    approved,
    digests,
    in_review,
    person,
    review,
    sealed,
    submit,
    vote,
)

OTHER = ModelVersionRef(name="renamed", version="1")


def test_the_whole_way(book: Ledger) -> None:
    assert desk.case(book, REF) is None
    opened = submit(book)
    assert (opened.state, opened.round, opened.submitter) == ("draft", 1, ADA)
    seen = review(book)
    assert (seen.state, seen.review_id, seen.policy, seen.sealed) == ("in_review", "r1", "standard", sealed())
    signed = vote(book)
    assert (signed.state, signed.sealed) == ("approved", digests())
    assert signed.approval is not None
    assert (signed.approval.person, signed.approval.role, signed.approval.time) == (BOB, "reviewer", TIME)
    published = desk.record_published(book, REF, envelope=b"envelope", time=TIME)
    assert len(published.envelope) == 64
    promoted = desk.record_promoted(book, REF, actor=SYSTEM, alias="champion", live=digests(), time=TIME)
    assert (promoted.state, promoted.alias) == ("approved", "champion")
    assert desk.cases(book) == (promoted,)
    assert book.check() == ()


def test_publishing_twice_is_once() -> None:
    book = approved(MemoryLedger())
    for _ in range(3):
        desk.record_published(book, REF, envelope=b"envelope", time=TIME)
    assert len(book.rows()) == 4


@pytest.mark.parametrize(
    "same",
    [
        ADA.model_copy(update={"roles": ("reviewer",)}),
        ADA.model_copy(update={"roles": ("reviewer", "submitter"), "name": "Somebody Else"}),
    ],
)
def test_the_submitter_cannot_decide_under_any_name(same: object) -> None:
    for decision in ("approve", "request changes", "reject"):
        with pytest.raises(Refused, match="had a hand"):
            vote(in_review(MemoryLedger()), by=same, decision=decision)


def test_the_same_letters_composed_otherwise_are_the_same_person() -> None:
    book = MemoryLedger()
    submit(book, by=person("rene\u0301", "submitter"))
    review(book)
    with pytest.raises(Refused, match="had a hand"):
        vote(book, by=person("ren\u00e9", "reviewer"))


def test_the_same_name_at_another_issuer_is_another_person() -> None:
    book = in_review(MemoryLedger())
    assert vote(book, by=person("ada", "reviewer", issuer="https://id.example")).state == "approved"


def test_whoever_trained_it_or_wrote_in_the_card_cannot_approve() -> None:
    book = MemoryLedger()
    desk.open_round(
        book,
        REF,
        registry=REGISTRY,
        submitter=ADA,
        contributors=[DAN],
        digests={"model": digests()["model"]},
        time=TIME,
    )
    review(book)
    desk.record_narrative(book, REF, actor=EVE, field="users", text="Everybody.", time=TIME)
    for who in (DAN, EVE):
        with pytest.raises(Refused, match="had a hand"):
            vote(book, by=who)
    assert vote(book).state == "approved"


@pytest.mark.parametrize("name", ["model", "dataset", "review", "card", "policy", "environment"])
def test_a_change_of_any_subject_after_approval_is_stale(name: str) -> None:
    book = approved(MemoryLedger())
    with pytest.raises(Refused, match=f"{name} changed"):
        desk.record_promoted(book, REF, actor=BOB, alias="champion", live=digests(**{name: "x"}), time=TIME)
    found = desk.mark_stale(book, REF, live=digests(**{name: "x"}), time=TIME)
    assert found is not None
    assert (found.state, found.reason) == ("stale", f"Changed: {name}.")
    with pytest.raises(Refused, match="stale"):
        desk.record_promoted(book, REF, actor=BOB, alias="champion", live=digests(), time=TIME)
    with pytest.raises(Refused):
        desk.record_published(book, REF, envelope=b"e", time=TIME)


def test_before_the_decision_the_card_may_change_and_nothing_else() -> None:
    book = in_review(MemoryLedger())
    assert desk.mark_stale(book, REF, live=digests(card="edited"), time=TIME).state == "in_review"
    assert desk.mark_stale(book, REF, live=digests(policy="edited"), time=TIME).state == "stale"


def test_what_did_not_change_or_is_not_known_is_not_stale() -> None:
    book = approved(MemoryLedger())
    rows = len(book.rows())
    for live in (digests(), {}, {"model": digests()["model"]}):
        assert desk.mark_stale(book, REF, live=live, time=TIME).state == "approved"
    assert len(book.rows()) == rows
    assert desk.mark_stale(book, OTHER, live=digests(model="x"), time=TIME) is None


def test_promotion_needs_every_digest_and_an_approval() -> None:
    book = approved(MemoryLedger())
    with pytest.raises(Refused, match="could not be computed"):
        desk.record_promoted(book, REF, actor=BOB, alias="champion", live=sealed(), time=TIME)
    with pytest.raises(Refused, match="may not promote"):
        desk.record_promoted(book, REF, actor=person("zoe"), alias="champion", live=digests(), time=TIME)
    with pytest.raises(Refused, match="Only an approved"):
        desk.record_promoted(in_review(MemoryLedger()), REF, actor=BOB, alias="champion", live=digests(), time=TIME)


def test_rejected_bytes_never_come_back_under_any_name() -> None:
    book = in_review(MemoryLedger())
    submit(book, ref=OTHER)
    review(book, ref=OTHER)
    vote(book, decision="reject")
    for ref in (ModelVersionRef(name="renamed", version="2"), ModelVersionRef(name="other", version="1")):
        with pytest.raises(Refused, match="was rejected as models:/credit/3"):
            submit(book, ref=ref)
    with pytest.raises(Refused, match="was rejected as models:/credit/3"):
        vote(book, ref=OTHER)
    with pytest.raises(Refused):
        submit(book, model="mended")
    assert submit(book, ref=ModelVersionRef(name="credit", version="4"), model="mended").state == "draft"


def test_a_finding_that_closes_the_gate_keeps_it_from_being_approved() -> None:
    book = in_review(MemoryLedger())
    with pytest.raises(Refused, match="The gap is too large"):
        vote(book, findings=CLOSING)
    assert vote(book, decision="request changes", findings=CLOSING, unwritten=("Users",)).state == "changes_requested"


def test_a_review_of_other_bytes_or_without_all_its_digests_does_not_count() -> None:
    book = MemoryLedger()
    submit(book)
    with pytest.raises(Refused, match="another model"):
        review(book, model="other")
    half = {"model": digests()["model"], "review": digests()["review"]}
    with pytest.raises(Refused, match="names the digests"):
        desk.record_reviewed(
            book, REF, review_id="r", policy="p", terms=LOW, evaluation=EVALUATED, digests=half, time=TIME
        )
    with pytest.raises(Refused, match="digest of the model"):
        desk.open_round(book, OTHER, registry=REGISTRY, submitter=ADA, contributors=(), digests={}, time=TIME)


def test_a_newer_review_is_what_is_signed_and_makes_an_approval_stale() -> None:
    book = in_review(MemoryLedger())
    assert review(book, review_id="r2", review="second").review_id == "r2"
    with pytest.raises(Refused, match="changed after the review"):
        vote(book)
    assert vote(book, live=digests(review="second"), seen=digests(review="second")).state == "approved"
    assert review(book, review_id="r3").state == "stale"


def test_an_edit_after_the_decision_makes_it_stale() -> None:
    book = approved(MemoryLedger())
    found = desk.record_narrative(book, REF, actor=DAN, field="users", text="Nobody.", time=TIME)
    assert (found.state, found.reason) == ("stale", "Dan edited the model card after the decision.")


def test_an_approval_ends_after_thirty_days() -> None:
    book = approved(MemoryLedger())
    assert desk.mark_expired(book, REF, time="2026-06-03T09:29:59+00:00").state == "approved"
    assert desk.mark_expired(book, REF, time="2026-06-03T09:30:00+00:00").state == "expired"
    assert submit(book).state == "draft"


def test_only_the_submitter_withdraws_and_only_who_decided_revokes() -> None:
    book = approved(MemoryLedger())
    with pytest.raises(Refused, match="submitter of this round"):
        desk.withdraw(book, REF, actor=BOB, reason="No.", time=TIME)
    with pytest.raises(Refused, match="at least 10"):
        desk.revoke(book, REF, actor=BOB, reason="Wrong.", time=TIME)
    with pytest.raises(Refused, match="only the reviewer who decided in this round or independent approver or policy"):
        desk.revoke(book, REF, actor=DAN, reason="The data were wrong.", time=TIME)
    assert desk.revoke(book, REF, actor=BOB, reason="The data were wrong.", time=TIME).state == "revoked"
    with pytest.raises(Refused):
        submit(book)
    other = in_review(MemoryLedger())
    assert desk.withdraw(other, REF, actor=ADA, reason="Mistake.", time=TIME).state == "withdrawn"
    assert submit(other, time="2026-05-05T09:30:00+00:00").round == 2


def test_a_password_in_an_address_is_not_written_down() -> None:
    found = RegistryIdentity(instance="postgresql://me:secret@host/db", created="1")
    assert found.instance == "postgresql://me@host/db"


def test_a_time_without_offset_and_text_that_cannot_be_written_are_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        submit(MemoryLedger(), time="2026-05-04T09:30:00")
    with pytest.raises((ValueError, Refused)):
        vote(in_review(MemoryLedger()), rationale="broken \ud800 letters here")
