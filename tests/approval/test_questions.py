"""What was approved last and who was champion when, read from ledgers written by the desk itself."""

from __future__ import annotations

from datetime import date

from rai.approval import desk
from rai.approval.events import SYSTEM
from rai.approval.ledger import Ledger
from rai.approval.questions import champion, champion_on, last_approval
from rai.policy import Terms
from rai.versions import ModelVersionRef
from tests.approval.builders import (
    BOB,
    DAN,
    MEDIUM,
    OLE,
    OMA,
    TIME,
    MemoryLedger,
    digests,
    holder_signs,
    review,
    submit,
    vote,
)

ONE, TWO = (ModelVersionRef(name="credit", version=number) for number in "12")


def approved(book: Ledger, ref: ModelVersionRef, content: str) -> dict[str, str]:
    submit(book, ref=ref, model=content)
    review(book, ref=ref, model=content)
    vote(book, ref=ref, live=digests(model=content), seen=digests(model=content))
    return digests(model=content)


def promote(book: Ledger, ref: ModelVersionRef, live: dict[str, str], time: str, alias: str = "champion") -> None:
    desk.record_promoted(book, ref, actor=SYSTEM, alias=alias, live=live, time=time, asked_by="Ola Ops")


def test_nothing_was_approved_and_nobody_is_champion_in_an_empty_ledger() -> None:
    history = MemoryLedger().history()
    assert last_approval(history, ONE) is None
    assert champion(history, "credit") is None
    assert champion_on(history, "credit", date(2026, 1, 1)) is None


def test_the_versions_own_approval_counts_before_that_of_another_version() -> None:
    book = MemoryLedger()
    approved(book, ONE, "one")
    found = last_approval(book.history(), TWO)
    assert found is not None
    assert (found.ref, found.event.actor) == (ONE, BOB)
    approved(book, TWO, "two")
    own = last_approval(book.history(), ONE)
    assert own is not None
    assert own.ref == ONE
    other_model = ModelVersionRef(name="pricing", version="1")
    assert last_approval(book.history(), other_model) is None


def test_a_rejection_is_no_approval() -> None:
    book = MemoryLedger()
    submit(book, ref=ONE)
    review(book, ref=ONE)
    vote(book, ref=ONE, decision="reject")
    assert last_approval(book.history(), ONE) is None


def test_votes_that_were_not_enough_are_no_approval_and_the_last_of_enough_is() -> None:
    book = MemoryLedger()
    submit(book, ref=ONE)
    review(book, ref=ONE, terms=MEDIUM)
    vote(book, ref=ONE, by=BOB)
    assert last_approval(book.history(), ONE) is None
    vote(book, ref=ONE, by=DAN)
    found = last_approval(book.history(), ONE)
    assert found is not None
    assert (found.event.actor, found.seq) == (DAN, 4)


def test_an_exception_is_no_approval_and_a_champion_by_exception_is_called_one() -> None:
    book = MemoryLedger()
    submit(book, ref=ONE)
    review(book, ref=ONE, terms=Terms(allow_exception=True))
    for holder in (OLE, OMA):
        holder_signs(book, ref=ONE, by=holder)
    promote(book, ONE, digests(), "2026-05-05T12:00:00+00:00")
    assert last_approval(book.history(), ONE) is None
    found = champion(book.history(), "credit")
    assert found is not None
    assert found.approval is None
    assert [item.person for item in found.exception] == [OLE, OMA]


def test_the_champion_of_a_day_is_the_one_promoted_last_by_its_end_in_utc() -> None:
    book = MemoryLedger()
    one, two = approved(book, ONE, "one"), approved(book, TWO, "two")
    promote(book, ONE, one, "2026-05-01T12:00:00+00:00")
    # Half past one in the night of the 3rd in Berlin is still the 2nd in UTC.
    promote(book, TWO, two, "2026-05-03T01:30:00+02:00")
    history = book.history()
    named = {day: champion_on(history, "credit", date(2026, 5, day)) for day in range(4, 0, -1)}
    assert {day: found.ref.version for day, found in named.items() if found} == {4: "2", 3: "2", 2: "2", 1: "1"}
    assert champion_on(history, "credit", date(2026, 4, 30)) is None
    newest = champion(history, "credit")
    assert newest is not None
    assert (newest.ref, newest.asked_by, newest.since) == (TWO, "Ola Ops", "2026-05-03T01:30:00+02:00")
    assert newest.approval is not None
    assert newest.approval.person == BOB


def test_another_alias_and_another_model_make_no_champion() -> None:
    book = MemoryLedger()
    live = approved(book, ONE, "one")
    promote(book, ONE, live, "2026-05-01T12:00:00+00:00", alias="shadow")
    assert champion(book.history(), "credit") is None
    assert champion(book.history(), "pricing") is None


def test_a_promotion_keeps_the_approval_it_rested_on_after_that_was_revoked() -> None:
    book = MemoryLedger()
    live = approved(book, ONE, "one")
    promote(book, ONE, live, "2026-05-01T12:00:00+00:00")
    desk.revoke(book, ONE, actor=BOB, reason="A leak was found in the data.", time="2026-06-01T12:00:00+00:00")
    found = champion_on(book.history(), "credit", date(2026, 7, 1))
    assert found is not None
    assert found.approval is not None
    assert found.approval.decision == "approve"


def test_a_name_composed_otherwise_is_the_same_name_and_breaks_no_chain(book: Ledger) -> None:
    ref = ModelVersionRef(name="cre\u0301dit", version="1")
    live = approved(book, ref, "one")
    promote(book, ref, live, "2026-05-01T12:00:00+00:00")
    desk.record_published(book, ref, envelope=b"x", time=TIME)
    assert book.check() == ()
    assert champion(book.history(), "cr\u00e9dit") is not None
    assert champion(book.history(), "cre\u0301dit") is not None
    assert last_approval(book.history(), ref) is not None
