"""The gate is open when everything is known and says yes; each single doubt closes it with its own sentence."""

from dataclasses import replace
from itertools import combinations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rai.approval import desk
from rai.approval.attestation import attest, sign_statement, statement_of
from rai.approval.cases import Case
from rai.approval.chain import Checkpoint
from rai.approval.events import seconds
from rai.approval.gate import Facts, checkpoint, judge_gate, read_attestation
from rai.approval.keys import Signer
from rai.approval.states import MEANING
from tests.approval.builders import (
    CLOSING,
    PASSED,
    REF,
    REGISTRY,
    TIME,
    MemoryLedger,
    approved,
    digests,
    in_review,
    review,
    submit,
    vote,
)

SIGNER = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
BOOK = approved(MemoryLedger())
NOW = seconds(TIME) + 60


def case_of(book: MemoryLedger) -> Case:
    found = desk.case(book, REF)
    assert found is not None
    return found


CASE = case_of(BOOK)


def facts(**changes: object) -> Facts:
    attestation = read_attestation(attest(CASE, SIGNER), (SIGNER.public,), now=NOW)
    good = Facts(
        live=digests(), registry=REGISTRY, attestation=attestation, chain=BOOK.check(checkpoint(attestation)),
        findings=PASSED, unwritten=(), now=NOW,
    )  # fmt: skip
    return replace(good, **changes)


def test_it_opens_when_everything_is_in_order() -> None:
    answer = judge_gate(CASE, facts())
    assert (answer.open, answer.reasons) == (True, ())


DOUBTS = {
    "unknown digests": ({"live": None}, "could not be computed"),
    "one unknown digest": ({"live": {k: v for k, v in digests().items() if k != "card"}}, "digest of the card"),
    **{f"another {name}": ({"live": digests(**{name: "x"})}, f"The {name} is not the one") for name in digests()},
    "unknown registry": ({"registry": None}, "did not say which version"),
    "created again": ({"registry": REGISTRY.model_copy(update={"created": "1"})}, "the name was used again"),
    "another registry": ({"registry": REGISTRY.model_copy(update={"instance": "x"})}, "another registry"),
    "attestation not read": ({"attestation": None}, "has not been read"),
    "no attestation": ({"attestation": read_attestation(None, (), now=NOW)}, "no attestation beside"),
    "untrusted": ({"attestation": read_attestation(attest(CASE, SIGNER), (), now=NOW)}, "not trusted"),
    "expired": (
        {"attestation": read_attestation(attest(CASE, SIGNER), (SIGNER.public,), now=NOW + 31 * 86400)},
        "has expired",
    ),
    "ledger not checked": ({"chain": None}, "has not been checked"),
    "ledger broken": ({"chain": ("Row 2 was changed.",)}, "Row 2 was changed"),
    "ledger cut": ({"chain": MemoryLedger(BOOK.rows()[:2]).check([Checkpoint(3, CASE.decision.head)])}, "lost row 3"),
    "no findings known": ({"findings": None}, "No policy has judged"),
    "no findings at all": ({"findings": ()}, "No policy has judged"),
    "a closing finding": ({"findings": CLOSING}, "The gap is too large"),
    "card not read": ({"unwritten": None}, "could not be read"),
    "card unwritten": ({"unwritten": ("Users",)}, "Nobody has written 'Users'"),
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_one_doubt_closes_it(doubt: str) -> None:
    changes, words = DOUBTS[doubt]
    answer = judge_gate(CASE, facts(**changes))
    assert not answer.open
    assert any(words in reason for reason in answer.reasons)
    assert all(reason.endswith(".") for reason in answer.reasons)


def test_no_two_doubts_cancel_each_other() -> None:
    for (one, _), (two, _) in combinations(DOUBTS.values(), 2):
        assert not judge_gate(CASE, facts(**{**one, **two})).open


@pytest.mark.parametrize("state", [state for state in MEANING if state != "approved"])
def test_no_other_state_opens_it(state: str) -> None:
    answer = judge_gate(replace(CASE, state=state), facts())
    assert not answer.open
    assert MEANING[state] in answer.reasons[0]


def test_what_was_never_submitted_or_never_approved_is_closed() -> None:
    assert judge_gate(None, facts()).reasons == ("The version has not been submitted for review.",)
    assert not judge_gate(case_of(in_review(MemoryLedger())), facts()).open
    assert not judge_gate(replace(CASE, sign_offs=()), facts(attestation="There is none.")).open


@pytest.mark.parametrize(
    "changes",
    [
        {"registry": {**statement_of(CASE).registry, "version": "4"}},
        {"registry": {**statement_of(CASE).registry, "model": "other"}},
        {"registry": {**statement_of(CASE).registry, "created": "1"}},
        {"subjects": digests(card="x")},
        {"round": 2},
        {"seq": 2},
        {"head": "0" * 64},
        {"policy": "lax"},
    ],
)
def test_a_good_attestation_of_another_decision_does_not_open_it(changes: dict[str, object]) -> None:
    envelope = sign_statement(replace(statement_of(CASE), **changes), SIGNER)
    found = read_attestation(envelope, (SIGNER.public,), now=NOW)
    answer = judge_gate(CASE, facts(attestation=found))
    assert answer.reasons == ("The attestation beside the model is about another decision than the one in the ledger.",)


def test_an_approval_of_an_earlier_round_does_not_open_a_later_one() -> None:
    book = MemoryLedger(BOOK.rows())
    desk.mark_stale(book, REF, live=digests(card="x"), time=TIME)
    submit(book, time="2026-05-06T09:30:00+00:00")
    review(book, review_id="r2")
    vote(book)
    assert not judge_gate(case_of(book), facts()).open
    again = read_attestation(attest(case_of(book), SIGNER), (SIGNER.public,), now=NOW)
    assert judge_gate(case_of(book), facts(attestation=again)).open
