"""Every cell of state x action x person against a table written by hand here, and everything a decision rests on."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from rai.approval.cases import Case
from rai.approval.events import SYSTEM
from rai.approval.grounds import Ballot, OverrideGrounds, Reason, WaiverGrounds
from rai.approval.rules import MAY, decide
from rai.approval.states import MEANING, TERMINAL, TRANSITIONS
from rai.approval.subjects import etag
from rai.approval.verify import SUBJECTS
from rai.card import SignOff
from rai.errors import InputError, Refused
from rai.people import Person
from rai.policy import Terms
from tests.approval.builders import (
    ADA,
    BOB,
    DAN,
    EVE,
    IDA,
    OLE,
    OTTO,
    PIA,
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

# Rows: where it stands. Columns: what is tried. The cell: where it leads, once enough people tried it; a dot: refused.
ORACLE = """
state              submit review    edit              waive     approve  request_changes   reject   override  publish   promote   stale expire  revoke  supersede  withdraw
none               draft  .         .                 .         .        .                 .        .         .         .         .     .       .       .          .
draft              draft  in_review draft             .         .        .                 .        .         .         .         .     .       .       .          withdrawn
in_review          .      in_review in_review         in_review approved changes_requested rejected exception .         .         stale .       .       .          withdrawn
changes_requested  draft  .         changes_requested .         .        .                 .        .         .         .         .     .       .       .          withdrawn
rejected           .      .         .                 .         .        .                 .        .         .         .         .     .       .       .          .
approved           .      stale     stale             .         .        .                 .        .         approved  approved  stale expired revoked superseded withdrawn
exception          .      stale     stale             .         .        .                 .        .         exception exception stale expired revoked .          withdrawn
stale              draft  .         stale             .         .        .                 .        .         .         .         .     .       .       .          withdrawn
expired            draft  .         expired           .         .        .                 .        .         .         .         .     .       .       .          withdrawn
revoked            .      .         .                 .         .        .                 .        .         .         .         .     .       .       .          .
superseded         .      .         .                 .         .        .                 .        .         .         .         .     .       .       .          .
withdrawn          draft  .         withdrawn         .         .        .                 .        .         .         .         .     .       .       .          .
"""
WRITTEN = {"request_changes": "request changes", "stale": "mark stale"}
ROWS = [line.split() for line in ORACLE.strip().splitlines()]
TABLE = {
    (row[0], WRITTEN.get(name, name)): cell for row in ROWS[1:] for name, cell in zip(ROWS[0][1:], row[1:], strict=True)
}
ACTIONS = [WRITTEN.get(name, name) for name in ROWS[0][1:]]

# Who may do what. Written from section 7.1 of the rules, not from the program.
VOTES = {"approve", "request changes", "reject"}
ALLOWED = {
    "the submitter": {"submit", "edit", "withdraw"},
    "another submitter": {"submit", "edit"},
    "a reviewer": {"edit", "waive", "promote"} | VOTES,
    "a reviewer who decided": {"edit", "waive", "promote", "revoke"},
    "a reviewer who decided and lost the role": set(),
    "a reviewer who trained it": {"edit", "promote"},
    "a reviewer who wrote in the card": {"edit", "promote"},
    "the submitter with the reviewer's role": {"submit", "edit", "withdraw", "promote"},
    "the submitter with every role": {"submit", "edit", "withdraw", "promote", "revoke"},
    "an independent approver": {"waive", "revoke"} | VOTES,
    "an independent approver who trained it": {"revoke"},
    "an override holder": {"override"},
    "an override holder who trained it": set(),
    "a policy administrator": {"revoke"},
    "an auditor": set(),
    "somebody without a role": set(),
    "nobody": set(),
    "the program": {"review", "publish", "promote", "mark stale", "expire", "supersede"},
}
EVERY_ROLE = ("reviewer", "independent", "override", "policy_admin", "submitter", "auditor")
VOTER = person("vic", "reviewer")
PEOPLE = {
    "the submitter": ADA,
    "another submitter": person("amy", "submitter"),
    "a reviewer": BOB,
    "a reviewer who decided": VOTER,
    "a reviewer who decided and lost the role": person("vic", "auditor"),
    "a reviewer who trained it": person("tom", "reviewer"),
    "a reviewer who wrote in the card": DAN,
    "the submitter with the reviewer's role": ADA.model_copy(update={"roles": ("reviewer", "submitter")}),
    "the submitter with every role": ADA.model_copy(update={"roles": EVERY_ROLE}),
    "an independent approver": IDA,
    "an independent approver who trained it": person("tom", "independent"),
    "an override holder": OLE,
    "an override holder who trained it": person("tom", "override"),
    "a policy administrator": PIA,
    "an auditor": OTTO,
    "somebody without a role": person("zoe"),
    "nobody": Person(issuer=" ", subject="", name="", roles=EVERY_ROLE),
    "the program": SYSTEM.model_copy(update={"roles": EVERY_ROLE}),
}


def signed_by(who: Person) -> SignOff:
    return SignOff(
        person=who, role="reviewer", decision="approve", rationale="Evidence is good.", time=TIME, digests=digests()
    )


def case(state: str = "in_review", **changes: object) -> Case:
    given = {
        "ref": REF, "registry": REGISTRY, "round": 1, "state": state, "submitter": ADA,
        "contributors": (ADA, person("tom")), "editors": (DAN,), "sealed": sealed(), "opened": TIME,
        "sign_offs": (signed_by(VOTER),), "terms": Terms(tier="medium", allow_exception=True, supersede=True),
        **changes,
    }  # fmt: skip
    return Case(**given)


def ballot(**changes: object) -> Ballot:
    given = {"rationale": "Evidence is complete.", "seen": etag(digests()), "live": digests(), "points": (), **changes}
    return Ballot(**given)


def override(**changes: object) -> OverrideGrounds:
    given = {
        "reason": "x" * 40, "ticket": "OPS-7", "until": "2026-05-18T09:30:00+00:00", "time": TIME,
        "seen": etag(digests()), "live": digests(), **changes,
    }  # fmt: skip
    return OverrideGrounds(**given)


def waiver(**changes: object) -> WaiverGrounds:
    given = {
        "rule": "gap", "reason": "It is being mended.", "owner": "Lending", "until": "2026-10-31T09:30:00+00:00",
        "time": TIME, **changes,
    }  # fmt: skip
    return WaiverGrounds(**given)


def test_the_table_is_the_one_written_here() -> None:
    assert {(s or "none", a): t for (s, a), t in TRANSITIONS.items()} == {k: t for k, t in TABLE.items() if t != "."}
    assert {state for state, _ in TABLE} == {"none", *MEANING}
    assert set(MAY) == set(ACTIONS)
    assert not [(s, a) for s, a in TRANSITIONS if s in TERMINAL]


def asked(who: Person, action: str, now: Case | None) -> str:
    try:
        return decide(who, action, now)
    except Refused:
        return "."


def test_every_cell_of_the_authorisation_matrix() -> None:
    cells = 0
    for state in [row[0] for row in ROWS[1:]]:
        now = None if state == "none" else case(state)
        for who, allowed in ALLOWED.items():
            # Before there is a case nobody is its submitter, has a hand in it or has decided on it: only the state speaks.
            for action in ACTIONS:
                expected = TABLE[state, action] if action in allowed else "."
                assert asked(PEOPLE[who], action, now) == expected, (state, action, who)
                cells += 1
    assert cells == 12 * 18 * 15, f"authorisation matrix: {cells} cells"


def test_every_single_role_has_its_rights_and_no_other() -> None:
    rights = {
        "reviewer": ALLOWED["a reviewer"], "independent": ALLOWED["an independent approver"],
        "override": {"override"}, "policy_admin": {"revoke"}, "submitter": {"submit", "edit"}, "auditor": set(),
    }  # fmt: skip
    assert set(rights) == set(EVERY_ROLE)
    for role, allowed in rights.items():
        for state in [row[0] for row in ROWS[1:]]:
            for action in ACTIONS:
                expected = TABLE[state, action] if action in allowed else "."
                found = asked(person("new", role), action, None if state == "none" else case(state))
                assert found == expected, (role, state, action)


def test_a_policy_that_says_so_keeps_exceptions_from_promotion_and_approvals_in_their_place() -> None:
    plain = Terms()
    with pytest.raises(Refused, match="opens the gate for no exception"):
        decide(SYSTEM, "promote", case("exception", terms=plain))
    assert decide(SYSTEM, "promote", case("approved", terms=plain)) == "approved"
    with pytest.raises(Refused, match="lets an approval stand"):
        decide(SYSTEM, "supersede", case("approved", terms=plain))


def test_an_action_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(Refused):
        decide(BOB, "delete", case())


def test_one_person_decides_once_in_a_round() -> None:
    for action in VOTES:
        with pytest.raises(Refused, match="one person decides once"):
            decide(VOTER, action, case())


def test_a_vote_with_everything_in_order() -> None:
    assert decide(BOB, "approve", case(), ballot()) == "approved"
    assert decide(BOB, "reject", case(), ballot(points=("The gap is too large.",))) == "rejected"


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
def test_a_vote_names_its_reason_and_exactly_what_is_sealed(
    decision: str, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        decide(BOB, decision, case(), ballot(**changes))


def test_an_approval_needs_that_no_point_is_open() -> None:
    with pytest.raises(Refused, match=r"It cannot be approved yet. The gap is too large. Nobody has written 'Users'."):
        decide(BOB, "approve", case(), ballot(points=("The gap is too large.", "Nobody has written 'Users'.")))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": "x" * 39}, "at least 40 characters"),
        ({"reason": " " * 60}, "at least 40 characters"),
        ({"reason": "x" * 39 + " " * 10}, "at least 40 characters"),
        ({"reason": "x" * 10_001}, "at most 10,000"),
        ({"ticket": ""}, "names the ticket"),
        ({"ticket": "  "}, "names the ticket"),
        ({"until": TIME}, "ends in the future, at most 14 days"),
        ({"until": "2026-05-04T09:29:59+00:00"}, "ends in the future"),
        ({"until": "2026-05-18T09:30:01+00:00"}, "at most 14 days"),
        ({"until": "2026-05-18T09:30:00-01:00"}, "at most 14 days"),
        ({"seen": etag(digests(card="older"))}, "changed after this page was drawn"),
        ({"live": {}}, "could not be computed"),
        ({"live": digests(model="x"), "seen": etag(digests(model="x"))}, "Model of models:/credit/3 changed"),
    ],
)
def test_an_exception_needs_a_full_reason_a_ticket_and_an_early_end(changes: dict[str, object], words: str) -> None:
    assert decide(OLE, "override", case(), override()) == "exception"
    with pytest.raises(Refused, match=words):
        decide(OLE, "override", case(), override(**changes))


def test_the_policy_may_shorten_an_exception() -> None:
    strict = case(terms=Terms(longest_exception_days=2))
    with pytest.raises(Refused, match="at most 2 days"):
        decide(OLE, "override", strict, override(until="2026-05-06T09:30:01+00:00"))
    assert decide(OLE, "override", strict, override(until="2026-05-06T09:30:00+00:00")) == "exception"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rule": "required: fairness"}, "cannot be waived"),
        ({"rule": "policy"}, "cannot be waived"),
        ({"reason": "Because."}, "at least 10 characters"),
        ({"owner": " "}, "who answers"),
        ({"until": TIME}, "ends in the future"),
        ({"until": "2026-10-31T09:30:01+00:00"}, "at most 180 days"),
    ],
)
def test_a_waiver_needs_a_reason_an_owner_and_an_end_within_180_days(changes: dict[str, object], words: str) -> None:
    assert decide(BOB, "waive", case(), waiver()) == "in_review"
    with pytest.raises(Refused, match=words):
        decide(BOB, "waive", case(), waiver(**changes))


def test_revoking_needs_a_reason_and_withdrawing_none() -> None:
    with pytest.raises(Refused, match="at least 10 characters"):
        decide(PIA, "revoke", case("approved"), Reason("Wrong."))
    assert decide(PIA, "revoke", case("exception"), Reason("The data were wrong.")) == "revoked"
    assert decide(ADA, "withdraw", case(), Reason("")) == "withdrawn"
    with pytest.raises(Refused, match="at most 10,000"):
        decide(ADA, "withdraw", case(), Reason("x" * 10_001))


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_etag_binds_each_subject_and_its_place(name: str) -> None:
    assert etag(digests(**{name: "other"})) != etag(digests())
    with pytest.raises(InputError, match=name):
        etag({key: value for key, value in digests().items() if key != name})


def test_the_etag_is_the_published_formula() -> None:
    names = sorted(SUBJECTS)
    text = "{" + ",".join(f'"{name}":"{digests()[name]}"' for name in names) + "}"
    assert etag(digests()) == hashlib.sha256(b"rai-bundle-v1\0" + text.encode()).hexdigest()
    with pytest.raises(InputError, match="seventh"):
        etag(digests() | {"seventh": "0" * 64})
    swapped = digests() | {"card": digests()["review"], "review": digests()["card"]}
    assert etag(swapped) != etag(digests())


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
