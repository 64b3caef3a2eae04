"""How a decision ends: revoked, withdrawn, expired, superseded; who may, what it needs, and that nothing follows."""

from __future__ import annotations

import pytest

from rai.approval import desk
from rai.approval.attestation import attest, expires
from rai.approval.events import SYSTEM, seconds
from rai.errors import Refused
from rai.people import Person
from rai.policy import Terms
from rai.versions import ModelVersionRef
from tests.approval.builders import (
    ADA,
    BOB,
    DAN,
    IDA,
    LOW,
    MEDIUM,
    OLE,
    OTTO,
    PIA,
    REF,
    TIME,
    MemoryLedger,
    approved,
    digests,
    excepted,
    in_review,
    person,
    review,
    submit,
    vote,
)

ONE, TWO, TEN = (ModelVersionRef(name="credit", version=number) for number in ("1", "2", "10"))
GIVING_WAY = Terms(supersede=True)


@pytest.mark.parametrize("who", [BOB, IDA, PIA])
@pytest.mark.parametrize("made", [approved, excepted])
def test_an_approval_or_exception_is_revoked_for_good(made: object, who: Person) -> None:
    book = made(MemoryLedger())
    if made is excepted and who is BOB:
        with pytest.raises(Refused, match="may not revoke"):  # he did not decide in this round
            desk.revoke(book, REF, actor=who, reason="The data were wrong.", time=TIME)
        return
    found = desk.revoke(book, REF, actor=who, reason="The data were wrong.", time=TIME)
    assert (found.state, found.reason) == ("revoked", "The data were wrong.")
    with pytest.raises(Refused, match="was revoked"):
        attest(found, None)
    for deed in (lambda: submit(book), lambda: review(book), lambda: vote(book, by=DAN)):
        with pytest.raises(Refused):
            deed()
    assert desk.case(book, REF).state == "revoked"


@pytest.mark.parametrize("who", [DAN, ADA, OLE, OTTO, person("zoe"), person("BOB", "reviewer")])
def test_who_did_not_decide_and_has_no_such_role_cannot_revoke(who: Person) -> None:
    with pytest.raises(Refused, match="may not revoke"):
        desk.revoke(approved(MemoryLedger()), REF, actor=who, reason="The data were wrong.", time=TIME)


def test_every_reviewer_of_the_round_may_revoke_also_the_first() -> None:
    book = in_review(MemoryLedger(), terms=MEDIUM)
    vote(book, by=BOB)
    vote(book, by=DAN)
    for who in (BOB, DAN):
        found = desk.revoke(
            MemoryLedger(book.rows()), REF, actor=who, reason="The data were wrong.", time=TIME, idem="form"
        )
        assert found.state == "revoked"


def test_a_second_click_revokes_once_and_a_withdrawal_may_be_silent() -> None:
    book = approved(MemoryLedger())
    for _ in range(2):
        desk.revoke(book, REF, actor=BOB, reason="The data were wrong.", time=TIME, idem="form")
    assert [row.fields["event"] for row in book.rows()].count("revoked") == 1
    silent = desk.withdraw(in_review(MemoryLedger()), REF, actor=ADA, reason="", time=TIME)
    assert (silent.state, silent.reason) == ("withdrawn", "")


@pytest.mark.parametrize("days", [1, 30, 366])
def test_an_approval_lasts_as_long_as_its_policy_says(days: int) -> None:
    book = in_review(MemoryLedger(), terms=Terms(lifetime_days=days))
    end = seconds(TIME) + days * 86_400
    assert expires(vote(book)) == end
    assert desk.mark_expired(book, REF, time=moment(end - 1)).state == "approved"
    assert desk.mark_expired(book, REF, time=moment(end)).state == "expired"
    assert submit(book).state == "draft"


def moment(at: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(at, UTC).isoformat()


def test_it_does_not_expire_before_its_time_whoever_writes_it() -> None:
    from rai.approval.entering import about, enter
    from rai.approval.events import Ended

    early = Ended(**about(REF, SYSTEM, "2026-05-05T09:30:00+00:00"), event="expired", reason="Early.")
    with pytest.raises(Refused, match="does not expire before its time"):
        enter(approved(MemoryLedger()), early)


def champion(book: MemoryLedger, ref: ModelVersionRef, *, terms: Terms = LOW, alias: str = "champion") -> None:
    content = ref.version
    submit(book, ref=ref, model=content)
    review(book, ref=ref, model=content, terms=terms)
    live = digests(model=content)
    vote(book, ref=ref, live=live, seen=live)
    desk.record_promoted(book, ref, actor=SYSTEM, alias=alias, live=live, time=TIME)


def states(book: MemoryLedger) -> dict[str, str]:
    return {case.ref.version: case.state for case in desk.cases(book)}


def test_a_newer_champion_ends_the_approval_of_the_older_where_its_policy_says_so() -> None:
    book = MemoryLedger()
    champion(book, TWO, terms=GIVING_WAY)
    champion(book, TEN)
    assert states(book) == {"2": "superseded", "10": "approved"}
    assert desk.case(book, TWO).reason == "models:/credit/10 took its place as champion."
    assert desk.supersede_older(book, TEN, time=TIME) == ()
    with pytest.raises(Refused):
        submit(book, ref=TWO, model="2")


def test_without_such_a_policy_under_another_alias_or_going_back_nothing_is_superseded() -> None:
    for first, second, terms, alias in (
        (ONE, TWO, LOW, "champion"),
        (ONE, TWO, GIVING_WAY, "shadow"),
        (TEN, TWO, GIVING_WAY, "champion"),
    ):
        book = MemoryLedger()
        champion(book, first, terms=terms)
        champion(book, second, alias=alias)
        assert set(states(book).values()) == {"approved"}


def test_what_broke_off_between_promotion_and_supersession_is_finished_later() -> None:
    book = MemoryLedger()
    champion(book, ONE, terms=GIVING_WAY)
    champion(book, TWO)
    cut = MemoryLedger(book.rows()[:-1])
    assert states(cut) == {"1": "approved", "2": "approved"}
    assert [case.ref for case in desk.supersede_older(cut, TWO, time=TIME)] == [ONE]
    assert states(cut) == {"1": "superseded", "2": "approved"}


def test_another_model_is_not_superseded() -> None:
    book = MemoryLedger()
    champion(book, ModelVersionRef(name="pricing", version="1"), terms=GIVING_WAY)
    champion(book, TWO)
    assert {case.state for case in desk.cases(book)} == {"approved"}
