"""Every cell of state x action x person, and every path of bounded length, against a table written by hand here."""

from dataclasses import replace

import pytest

from rai.approval import desk
from rai.approval.attestation import statement_of
from rai.approval.cases import Case
from rai.approval.events import SYSTEM
from rai.approval.gate import Facts, judge_gate
from rai.approval.rules import MAY, Ballot, decide, permit
from rai.approval.states import MEANING, TERMINAL, TRANSITIONS
from rai.approval.subjects import etag
from rai.approval.verify import SUBJECTS
from rai.errors import InputError, Refused
from rai.people import Person
from tests.approval.builders import (
    ADA,
    BOB,
    CLOSING,
    DAN,
    EVE,
    OTTO,
    PASSED,
    REF,
    REGISTRY,
    TIME,
    MemoryLedger,
    digests,
    in_review,
    person,
    review,
    sealed,
    submit,
    vote,
)

# Rows: where it stands. Columns: what is tried. The cell: where it stands then; a dot: refused.
ORACLE = """
state              submit review    edit              approve  request_changes   reject   publish  promote  stale expire  revoke  supersede  withdraw
none               draft  .         .                 .        .                 .        .        .        .     .       .       .          .
draft              draft  in_review draft             .        .                 .        .        .        .     .       .       .          withdrawn
in_review          .      in_review in_review         approved changes_requested rejected .        .        stale .       .       .          withdrawn
changes_requested  draft  .         changes_requested .        .                 .        .        .        .     .       .       .          withdrawn
rejected           .      .         .                 .        .                 .        .        .        .     .       .       .          .
approved           .      stale     stale             .        .                 .        approved approved stale expired revoked superseded withdrawn
stale              draft  .         stale             .        .                 .        .        .        .     .       .       .          withdrawn
expired            draft  .         expired           .        .                 .        .        .        .     .       .       .          withdrawn
revoked            .      .         .                 .        .                 .        .        .        .     .       .       .          .
superseded         .      .         .                 .        .                 .        .        .        .     .       .       .          .
withdrawn          draft  .         withdrawn         .        .                 .        .        .        .     .       .       .          .
"""
WRITTEN = {"request_changes": "request changes", "stale": "mark stale"}
ROWS = [line.split() for line in ORACLE.strip().splitlines()]
TABLE = {
    (row[0], WRITTEN.get(name, name)): cell for row in ROWS[1:] for name, cell in zip(ROWS[0][1:], row[1:], strict=True)
}
ACTIONS = [WRITTEN.get(name, name) for name in ROWS[0][1:]]

# Who may do what: s submit and so on; "own" is the submitter of the round. Written from section 7.1 of the rules.
ALLOWED = {
    "the submitter": {"submit", "edit", "withdraw"},
    "another submitter": {"submit", "edit"},
    "a reviewer": {"edit", "approve", "request changes", "reject", "promote", "revoke"},
    "a reviewer who trained it": {"edit", "promote", "revoke"},
    "a reviewer who wrote in the card": {"edit", "promote", "revoke"},
    "the submitter with the reviewer's role": {"submit", "edit", "withdraw", "promote", "revoke"},
    "an auditor": set(),
    "somebody without a role": set(),
    "nobody": set(),
    "the program": {"review", "publish", "promote", "mark stale", "expire", "supersede"},
}
PEOPLE = {
    "the submitter": ADA,
    "another submitter": person("amy", "submitter"),
    "a reviewer": BOB,
    "a reviewer who trained it": person("tom", "reviewer"),
    "a reviewer who wrote in the card": DAN,
    "the submitter with the reviewer's role": ADA.model_copy(update={"roles": ("reviewer", "submitter")}),
    "an auditor": OTTO,
    "somebody without a role": person("zoe"),
    "nobody": Person(issuer="", subject="", name="", roles=("reviewer", "submitter")),
    "the program": SYSTEM,
}


def case(state: str = "in_review") -> Case:
    return Case(
        ref=REF, registry=REGISTRY, round=1, state=state, submitter=ADA, contributors=(ADA, person("tom")),
        editors=(DAN,), sealed=sealed(), opened=TIME,
    )  # fmt: skip


def ballot(**changes: object) -> Ballot:
    given = {
        "rationale": "Evidence is complete.", "seen": etag(digests()), "live": digests(), "findings": PASSED,
        "unwritten": (), **changes,
    }  # fmt: skip
    return Ballot(**given)


def test_the_table_is_the_one_written_here() -> None:
    assert {(s or "none", a): t for (s, a), t in TRANSITIONS.items()} == {k: t for k, t in TABLE.items() if t != "."}
    assert {state for state, _ in TABLE} == {"none", *MEANING}
    assert set(MAY) == set(ACTIONS)
    assert not [(s, a) for s, a in TRANSITIONS if s in TERMINAL]


def asked(who: Person, action: str, now: Case | None) -> str:
    try:
        return permit(who, action, now)
    except Refused:
        return "."


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("state", [row[0] for row in ROWS[1:]])
def test_every_cell_of_the_authorisation_matrix(state: str, who: str) -> None:
    now = None if state == "none" else case(state)
    for action in ACTIONS:
        allowed = ALLOWED[who] - ({"withdraw"} if now is None else set())
        expected = TABLE[state, action] if action in allowed else "."
        assert asked(PEOPLE[who], action, now) == expected, (state, action, who)


def test_an_action_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(Refused):
        permit(BOB, "delete", case())


def test_a_vote_with_everything_in_order() -> None:
    assert decide(BOB, "approve", case(), ballot=ballot()) == "approved"
    assert decide(BOB, "reject", case(), ballot=ballot(findings=CLOSING, unwritten=("Users",))) == "rejected"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rationale": "Too short"}, "at least 10 characters"),
        ({"rationale": " " * 20}, "at least 10 characters"),
        ({"rationale": "x" * 10_001}, "at most 10,000"),
        ({"seen": etag(digests(card="older"))}, "changed after this page was drawn"),
        ({"seen": ""}, "changed after this page was drawn"),
        ({"live": {}}, "model, dataset, review, card, policy, environment could not be computed"),
        ({"live": digests() | {"card": "unknown"}}, "digest of card could not be computed"),
        ({"live": digests(model="x"), "seen": etag(digests(model="x"))}, "Model of models:/credit/3 changed"),
        ({"live": digests(policy="x"), "seen": etag(digests(policy="x"))}, "Policy of models:/credit/3 changed"),
    ],
)
@pytest.mark.parametrize("decision", ["approve", "request changes", "reject"])
def test_no_vote_counts_that_is_short_outdated_or_about_unknown_bytes(
    decision: str, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        decide(BOB, decision, case(), ballot=ballot(**changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"findings": CLOSING}, "The gap is too large"),
        ({"findings": ()}, "No policy has judged"),
        ({"unwritten": ("Users",)}, "Nobody has written 'Users'"),
    ],
)
def test_an_approval_needs_a_policy_that_passes_and_a_written_card(changes: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        decide(BOB, "approve", case(), ballot=ballot(**changes))


def test_a_vote_without_a_ballot_is_refused() -> None:
    with pytest.raises(Refused):
        decide(BOB, "approve", case())


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_etag_binds_each_subject_and_its_place(name: str) -> None:
    assert etag(digests(**{name: "other"})) != etag(digests())
    with pytest.raises(InputError, match=name):
        etag({key: value for key, value in digests().items() if key != name})


def test_the_etag_is_the_published_formula() -> None:
    import hashlib

    names = sorted(SUBJECTS)
    text = "{" + ",".join(f'"{name}":"{digests()[name]}"' for name in names) + "}"
    assert etag(digests()) == hashlib.sha256(b"rai-bundle-v1\0" + text.encode()).hexdigest()
    with pytest.raises(InputError, match="seventh"):
        etag(digests() | {"seventh": "0" * 64})
    swapped = digests() | {"card": digests()["review"], "review": digests()["card"]}
    assert etag(swapped) != etag(digests())


# The walk: every sequence of these deeds up to the depth, states that look the same visited once.

LIVE = {"first": digests(), "other": digests(dataset="other")}


def deeds(book: MemoryLedger, live: dict[str, str]) -> dict[str, object]:
    about = {"time": TIME}
    votes = {
        f"{who.name} {decision}": lambda who=who, decision=decision: vote(
            book, by=who, decision=decision, live=live, seen=live
        )
        for who in (ADA, BOB, EVE)
        for decision in ("approve", "request changes", "reject")
    }
    return {
        "ada submits": lambda: submit(book),
        "eve submits": lambda: submit(book, by=EVE),
        "a review": lambda: desk.record_reviewed(
            book, REF, review_id="r", policy="p", digests={k: v for k, v in live.items() if k != "card"}, **about
        ),
        "bob edits": lambda: desk.record_narrative(book, REF, actor=BOB, field="users", text="All.", **about),
        "a watcher": lambda: desk.mark_stale(book, REF, live=live, **about),
        "published": lambda: desk.record_published(book, REF, envelope=b"e", **about),
        "promoted": lambda: desk.record_promoted(book, REF, actor=EVE, alias="champion", live=live, **about),
        "ada withdraws": lambda: desk.withdraw(book, REF, actor=ADA, reason="Mistaken.", **about),
        "eve revokes": lambda: desk.revoke(book, REF, actor=EVE, reason="It was a mistake.", **about),
        "time": lambda: desk.mark_expired(book, REF, time="2027-01-01T00:00:00+00:00"),
        **votes,
    }


def look(found: Case | None) -> object:
    if found is None:
        return None
    editors = tuple(item.subject for item in found.editors)
    people = tuple(sorted(item.subject for item in found.contributors))
    sealed_now = tuple(sorted(found.sealed.items()))
    return (found.state, found.round, people, editors, sealed_now, bool(found.envelope), found.alias)


def gate_is_right(found: Case | None) -> None:
    """Open only for the bytes that a reviewer, who had no hand in them, approved and nothing has ended since."""
    if found is None:
        return
    attested = statement_of(found) if found.state == "approved" else "There is none."
    for live in LIVE.values():
        answer = judge_gate(found, Facts(live, REGISTRY, attested, (), PASSED, ()))
        if not answer.open:
            continue
        assert found.state == "approved"
        assert found.approval is not None
        assert found.approval.digests == live
        assert "reviewer" in found.approval.person.roles
        assert not found.touched_by(found.approval.person)


def test_every_path_of_bounded_length_keeps_the_promises() -> None:
    seen: dict[object, Case | None] = {None: None}
    frontier = [MemoryLedger()]
    steps = opened = 0
    for _ in range(6):
        found: list[MemoryLedger] = []
        for book in frontier:
            for live in LIVE.values():
                for name in deeds(book, live):
                    steps += 1
                    trial = MemoryLedger(book.kept)
                    before = desk.case(trial, REF)
                    try:
                        deeds(trial, live)[name]()
                    except Refused:
                        assert desk.case(trial, REF) == before, name
                        continue
                    after = desk.case(trial, REF)
                    if before is not None and before.state in TERMINAL:
                        assert after == before, name
                    if look(after) in seen or after is None or after.round > 2:
                        continue
                    gate_is_right(after)
                    opened += after.state == "approved"
                    seen[look(after)] = after
                    found.append(trial)
        frontier = found
    assert {item.state for item in seen.values() if item} == set(MEANING) - {"superseded"}
    assert opened > 0
    assert steps > 5000


def test_votes_never_carry_over_and_contributors_always_do() -> None:
    book = MemoryLedger()
    in_review(book)
    vote(book, decision="request changes")
    submit(book, by=EVE, time="2026-05-05T09:30:00+00:00")
    again = review(book, review_id="r2")
    assert (again.round, again.sign_offs) == (2, ())
    with pytest.raises(Refused, match="had a hand"):
        vote(book, by=ADA.model_copy(update={"roles": ("reviewer",)}))
    with pytest.raises(Refused, match="had a hand"):
        vote(book, by=EVE)
    assert vote(book).state == "approved"


def test_a_case_says_where_it_stands() -> None:
    for state in MEANING:
        assert replace(case(state), reason="").sentence.startswith("models:/credit/3 ")
