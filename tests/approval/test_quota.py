"""Who counts how often: tiers, groups, one vote a person, the same bytes for all, and against counting by brute force."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from pydantic import ValidationError

from rai.approval import desk
from rai.approval.attestation import statement_of
from rai.approval.quota import Quota, missing_votes, needed
from rai.card import SignOff
from rai.errors import InputError, Refused
from rai.policy import Terms, read_policy
from tests.approval.builders import (
    BOB,
    DAN,
    EVE,
    HIGH,
    IDA,
    LOW,
    MEDIUM,
    REF,
    TIME,
    MemoryLedger,
    digests,
    in_review,
    person,
    review,
    vote,
    waive,
)


def signed(name: str, role: str) -> SignOff:
    who = person(name, role)
    return SignOff(
        person=who, role=role, decision="approve", rationale="Evidence is good.", time=TIME, digests=digests()
    )


def test_the_tiers_ask_for_the_published_numbers() -> None:
    assert [needed(terms) for terms in (LOW, MEDIUM, HIGH)] == [Quota(1, 0), Quota(2, 0), Quota(2, 1)]


@pytest.mark.parametrize(
    ("terms", "quota"),
    [
        (Terms(tier="high", approvers=1), Quota(2, 1)),
        (Terms(tier="low", approvers=3), Quota(3, 0)),
        (Terms(tier="low", independent=2), Quota(2, 2)),
        (Terms(tier="high", approvers=4, independent=3), Quota(4, 3)),
        (Terms(tier="high", independent=0), Quota(2, 1)),
    ],
)
def test_a_policy_asks_for_more_and_never_for_fewer(terms: Terms, quota: Quota) -> None:
    assert needed(terms) == quota


@pytest.mark.parametrize(
    "terms",
    [
        {"approvers": 0}, {"approvers": -1}, {"independent": -1}, {"tier": "none"}, {"lifetime_days": 0},
        {"lifetime_days": 367}, {"longest_exception_days": 15}, {"longest_exception_days": 0},
        {"contributors_may_vote": True}, {"contributor_rule": False},
    ],
)  # fmt: skip
def test_a_policy_cannot_switch_a_rule_off(terms: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Terms.model_validate(terms)


def test_a_policy_file_says_its_terms_and_a_wrong_one_is_refused_with_its_place(tmp_path: object) -> None:
    rules = 'title = "P"\nrequired = []\nrules = []\n'
    (tmp_path / "good.toml").write_text(f'{rules}[approval]\ntier = "high"\nlifetime_days = 10\n')
    (tmp_path / "silent.toml").write_text(rules)
    (tmp_path / "wrong.toml").write_text(f"{rules}[approval]\napprovers = 0\n")
    assert read_policy(tmp_path, "good").approval == Terms(tier="high", lifetime_days=10)
    assert read_policy(tmp_path, "silent").approval == Terms()
    with pytest.raises(InputError, match=r"wrong\.toml: approval\.approvers: "):
        read_policy(tmp_path, "wrong")


@pytest.mark.parametrize(
    ("terms", "votes", "said"),
    [
        (LOW, "", ("1 reviewer",)),
        (LOW, "r", ()),
        (LOW, "i", ()),
        (MEDIUM, "", ("2 reviewers",)),
        (MEDIUM, "r", ("1 more reviewer",)),
        (MEDIUM, "ri", ()),
        (HIGH, "", ("1 independent approver", "1 more reviewer")),
        (HIGH, "r", ("1 independent approver",)),
        (HIGH, "rr", ("1 independent approver",)),
        (HIGH, "rrrrr", ("1 independent approver",)),
        (HIGH, "i", ("1 more reviewer",)),
        (HIGH, "ii", ()),
        (HIGH, "ir", ()),
        (Terms(approvers=4, independent=2), "ir", ("1 independent approver", "1 more reviewer")),
    ],
)
def test_what_is_missing_is_said(terms: Terms, votes: str, said: tuple[str, ...]) -> None:
    roles = {"r": "reviewer", "i": "independent"}
    assert missing_votes(terms, [signed(f"p{at}", roles[kind]) for at, kind in enumerate(votes)]) == said


def enough_by_brute_force(quota: Quota, votes: list[SignOff]) -> bool:
    """Is there a choice of that many different people with that many independent ones among them?"""
    return any(
        len({item.person.key for item in chosen}) == quota.approvers
        and sum(item.role == "independent" for item in chosen) >= quota.independent
        for chosen in combinations(votes, quota.approvers)
    )


def test_two_hundred_made_rules_agree_with_counting_by_brute_force() -> None:
    chance, differences = random.Random(6), 0
    for _ in range(200):
        terms = Terms(
            tier=chance.choice(["low", "medium", "high"]), approvers=chance.randint(1, 4),
            independent=chance.randint(0, 3),
        )  # fmt: skip
        votes = [signed(f"p{at}", chance.choice(["reviewer", "independent"])) for at in range(chance.randint(0, 6))]
        differences += (missing_votes(terms, votes) == ()) != enough_by_brute_force(needed(terms), votes)
    assert differences == 0


def test_a_vote_that_is_not_enough_is_listed_and_leaves_it_in_review() -> None:
    book = in_review(MemoryLedger(), terms=MEDIUM)
    first = vote(book, by=BOB)
    assert (first.state, first.decision, first.approval, first.bound) == ("in_review", None, None, {})
    assert [item.person for item in first.approvals] == [BOB]
    assert first.missing == ("1 more reviewer",)
    second = vote(book, by=DAN)
    assert (second.state, second.bound, second.missing) == ("approved", digests(), ())
    assert second.approval is not None
    assert second.approval.person == DAN
    votes = statement_of(second).votes
    assert [(item.subject, item.group) for item in votes] == [("bob", "reviewer"), ("dan", "reviewer")]
    assert second.decision == book.rows()[-1].checkpoint


def test_two_reviewers_without_independence_do_not_make_a_high_tier() -> None:
    book = in_review(MemoryLedger(), terms=HIGH)
    vote(book, by=BOB)
    assert vote(book, by=DAN).state == "in_review"
    decided = vote(book, by=IDA)
    assert (decided.state, statement_of(decided).tier) == ("approved", "high")
    assert [item.group for item in statement_of(decided).votes] == ["reviewer", "reviewer", "independent"]


@pytest.mark.parametrize("again", ["approve", "request changes", "reject"])
def test_nobody_votes_twice_on_the_same_bytes_whatever_roles_they_gain(again: str) -> None:
    book = in_review(MemoryLedger(), terms=MEDIUM)
    vote(book, by=BOB)
    for who in (BOB, person("bob", "independent"), person("BOB", "reviewer")):
        with pytest.raises(Refused, match=r"one person decides once"):
            vote(book, by=who, decision=again)
    assert desk.case(book, REF).state == "in_review"


def test_a_card_edited_between_votes_voids_the_earlier_ones_for_everybody() -> None:
    book = in_review(MemoryLedger(), terms=MEDIUM)
    vote(book, by=BOB)
    edited = desk.record_narrative(book, REF, actor=EVE, field="users", text="Others.", time=TIME)
    assert (edited.state, edited.sign_offs, [item.person for item in edited.voided]) == ("in_review", (), [BOB])
    other = digests(card="edited")
    assert vote(book, by=DAN, live=other, seen=other).state == "in_review"
    assert vote(book, by=BOB, live=other, seen=other).state == "approved"


def test_becoming_a_contributor_voids_ones_own_vote_for_good() -> None:
    book = in_review(MemoryLedger(), terms=MEDIUM)
    vote(book, by=BOB)
    desk.record_narrative(book, REF, actor=BOB, field="users", text="Others.", time=TIME)
    other = digests(card="edited")
    vote(book, by=DAN, live=other, seen=other)
    with pytest.raises(Refused, match="had a hand"):
        vote(book, by=BOB, live=other, seen=other)
    assert desk.case(book, REF).approvals[0].person == DAN


def test_a_review_carried_out_again_between_votes_voids_the_earlier_ones() -> None:
    book = in_review(MemoryLedger(), terms=MEDIUM)
    vote(book, by=BOB)
    again = review(book, review_id="r2", terms=MEDIUM, review="second")
    assert (again.sign_offs, [item.person for item in again.voided]) == ((), [BOB])
    second = digests(review="second")
    vote(book, by=DAN, live=second, seen=second)
    assert vote(book, by=BOB, live=second, seen=second).state == "approved"


def test_a_waiver_between_votes_voids_the_earlier_ones() -> None:
    book = in_review(MemoryLedger(), terms=MEDIUM)
    vote(book, by=BOB)
    assert waive(book, by=DAN).sign_offs == ()


def test_a_card_that_reads_otherwise_now_voids_votes_on_the_earlier_one() -> None:
    book = in_review(MemoryLedger(), terms=MEDIUM)
    vote(book, by=BOB)
    other = digests(card="worded otherwise")
    found = vote(book, by=DAN, live=other, seen=other)
    assert (found.state, [item.person for item in found.approvals]) == ("in_review", [DAN])
    assert [item.person for item in found.voided] == [BOB]
    assert vote(book, by=BOB, live=other, seen=other).state == "approved"


def test_a_thousand_repeated_and_late_votes_count_once_and_never_after_the_end() -> None:
    chance, book = random.Random(7), in_review(MemoryLedger(), terms=MEDIUM)
    people = [person(f"r{at}", "reviewer") for at in range(4)]
    counted = 0
    for _ in range(1000):
        who = chance.choice(people)
        before = desk.case(book, REF)
        try:
            after = vote(book, by=who, idem=f"form {who.subject} {chance.randint(0, 1)}")
        except Refused:
            continue
        counted += after != before
        keys = [item.person.key for item in after.approvals]
        assert len(keys) == len(set(keys))
    found = desk.case(book, REF)
    assert (found.state, counted, len(found.approvals)) == ("approved", 2, 2)
