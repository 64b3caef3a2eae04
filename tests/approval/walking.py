"""A small world in which every step of the approval can be tried in every order: the walk and its own bookkeeping.

The bookkeeping knows nothing of cases: it notes who had a hand in the version and who signed which bytes, and from that
alone says whether the gate may be open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from rai.approval.attestation import statement_of
from rai.approval.cases import Case
from rai.approval.chain import Checkpoint
from rai.approval.events import (
    SYSTEM,
    AnyEvent,
    Ended,
    NarrativeEdited,
    Overridden,
    Promoted,
    Reviewed,
    SignedOff,
    Stale,
    Submitted,
    seconds,
)
from rai.approval.gate import Facts, judge_gate
from rai.approval.history import follow, round_after
from rai.approval.subjects import changed, etag
from rai.errors import Refused
from rai.people import Person
from rai.policy import Terms
from tests.approval.builders import ADA, BOB, DAN, EVALUATED, IDA, OLE, OMA, PASSED, REF, REGISTRY, TIME, digests

EVERY_ROLE = ("reviewer", "independent", "override", "policy_admin", "submitter")
#: Everybody tries everything their roles allow; the submitter holds every role.
CROWD = {
    "ada": ADA.model_copy(update={"roles": EVERY_ROLE}),
    "dan": DAN,
    "bob": BOB.model_copy(update={"roles": ("reviewer", "submitter")}),
    "ida": IDA,
    "ole": OLE,
    "oma": OMA,
}
TERMS = {"p": Terms(tier="medium"), "q": Terms(tier="high", allow_exception=True)}
#: How many different people, and how many independent ones among them, written down once more.
NEEDED = {"p": (2, 0), "q": (2, 1)}
NOW, LATE = seconds(TIME) + 60, "2027-01-01T00:00:00+00:00"
REASON, UNTIL = "The old model is down and customers wait for decisions.", "2026-05-14T09:30:00+00:00"


@dataclass(frozen=True)
class Live:
    """What the registry and this installation hold now."""

    model: str = "a"
    policy: str = "p"
    card: str = "c"

    @property
    def digests(self) -> dict[str, str]:
        return _digests(self)


@cache
def _digests(live: Live) -> dict[str, str]:
    return digests(model=live.model, policy=live.policy, card=live.card)


LIVES = tuple(Live(model, policy, card) for model in "ab" for policy in "pq" for card in "cd")


@dataclass(frozen=True)
class Book:
    """The walk's own notes about the present round.

    Attributes
    ----------
    hands
        Who submitted or edited, in this round or before.
    votes, signatures
        On which bytes each person signed last.
    """

    hands: frozenset[str] = frozenset()
    votes: frozenset[tuple[str, Live]] = frozenset()
    signatures: frozenset[tuple[str, Live]] = frozenset()

    def voted(self, who: str, live: Live) -> Book:
        return replace(self, votes=frozenset({v for v in self.votes if v[0] != who} | {(who, live)}))

    def excepted(self, who: str, live: Live) -> Book:
        return replace(self, signatures=frozenset({v for v in self.signatures if v[0] != who} | {(who, live)}))

    def allows(self, live: Live) -> bool:
        """May the gate be open for these bytes? Two ways only: enough votes, or two holders where the policy says so."""
        voters = {who for who, seen in self.votes if seen == live} - self.hands
        holders = {who for who, seen in self.signatures if seen == live} - self.hands
        people, independent = NEEDED[live.policy]
        by_votes = len(voters) >= people and len(voters & {"ida"}) >= independent
        return by_votes or (live.policy == "q" and len(holders) == 2)


@dataclass(frozen=True)
class World:
    """A case, the bytes as they are, and the notes."""

    case: Case | None = None
    live: Live = Live()
    book: Book = Book()


@dataclass(frozen=True)
class Row:
    """As much of a row as the rules read; the walk writes no ledger."""

    event: AnyEvent
    round: int
    seq: int = 1
    checkpoint: Checkpoint = field(default_factory=lambda: Checkpoint(1, "0" * 64))


Step = Callable[[World], World]


def about(who: Person, time: str = TIME) -> dict[str, object]:
    return {"model": REF.name, "version": REF.version, "actor": who, "time": time}


def write(world: World, event: AnyEvent) -> World:
    """The world after an event, if the rules allow it."""
    return replace(world, case=follow(world.case, Row(event, round_after(world.case, event))))


@cache
def submitted(who: str, live: Live) -> AnyEvent:
    return Submitted(**about(CROWD[who]), registry=REGISTRY, digests={"model": live.digests["model"]})


@cache
def reviewed(live: Live) -> AnyEvent:
    sealed = {name: value for name, value in live.digests.items() if name != "card"}
    return Reviewed(
        **about(SYSTEM), review_id="r", policy=live.policy, terms=TERMS[live.policy], evaluation=EVALUATED,
        digests=sealed,
    )  # fmt: skip


@cache
def voted(who: str, decision: str, live: Live, seen: Live) -> AnyEvent:
    return SignedOff(
        **about(CROWD[who]), decision=decision, rationale="Evidence is complete.", etag=etag(seen.digests),
        digests=live.digests, tools={},
    )  # fmt: skip


@cache
def excepted(who: str, live: Live, seen: Live) -> AnyEvent:
    return Overridden(
        **about(CROWD[who]), reason=REASON, ticket="OPS-7", until=UNTIL, etag=etag(seen.digests), digests=live.digests,
        tools={},
    )  # fmt: skip


@cache
def edited(who: str) -> AnyEvent:
    return NarrativeEdited(**about(CROWD[who]), field="users", text_sha256="0" * 64)


@cache
def ended(who: str, kind: str, time: str = TIME) -> AnyEvent:
    actor = SYSTEM if who == "program" else CROWD[who]
    return Ended(**about(actor, time), event=kind, reason="It has come to its end.")


@cache
def stale(names: tuple[str, ...], live: Live) -> AnyEvent:
    return Stale(**about(SYSTEM), changed=names, live=live.digests)


PROMOTED: AnyEvent = Promoted(**about(SYSTEM), alias="champion", asked_by="Bob")


#: Two reviewers, one of them independent, and two override holders; with Dan there are two plain reviewers.
FIVE = ("ada", "bob", "ida", "ole", "oma")


def steps(world: World, crowd: tuple[str, ...] = FIVE) -> Iterator[tuple[str, Step]]:
    """Everything that may be tried now: every person, every deed, on these bytes or with another page open."""
    yield "the model changes", lambda now: replace(now, live=replace(now.live, model=_other(now.live.model, "ab")))
    yield "the policy changes", lambda now: replace(now, live=replace(now.live, policy=_other(now.live.policy, "pq")))
    yield "a review", _review
    yield "promoted", lambda now: replace(world, case=world.case and replace(write(now, PROMOTED).case, alias=""))
    yield "time passes", lambda now: write(now, ended("program", "expired", LATE))
    yield "superseded", lambda now: write(now, ended("program", "superseded"))
    if world.case is not None and (names := changed(world.case.sealed, world.live.digests)):
        yield "a watcher", lambda now: write(now, stale(names, now.live))
    yield "ada submits", _submit
    yield "ada withdraws", lambda now: write(now, ended("ada", "withdrawn"))
    for who in ("ada", "bob"):
        yield f"{who} edits", lambda now, who=who: _edit(now, who)
    for who in ("ada", "bob", "ida"):
        yield f"{who} revokes", lambda now, who=who: write(now, ended(who, "revoked"))
        for decision in ("request changes", "reject"):
            yield (
                f"{who}: {decision}",
                lambda now, who=who, what=decision: write(now, voted(who, what, now.live, now.live)),
            )
    for who in crowd:
        for other in (False, True):
            yield f"{who} approves, {other}", lambda now, who=who, other=other: _approve(now, who, other=other)
            yield f"{who} excepts, {other}", lambda now, who=who, other=other: _except(now, who, other=other)


def _other(letter: str, both: str) -> str:
    return both.replace(letter, "")


def _turned(live: Live) -> Live:
    """Another card than the one that is there."""
    return replace(live, card=_other(live.card, "cd"))


def _submit(now: World) -> World:
    return replace(write(now, submitted("ada", now.live)), book=Book(hands=now.book.hands | {"ada"}))


def _review(now: World) -> World:
    return replace(write(now, reviewed(now.live)), book=Book(hands=now.book.hands))


def _edit(now: World, who: str) -> World:
    # Another card: whatever was signed before was signed on other bytes.
    return replace(write(now, edited(who)), live=_turned(now.live), book=Book(hands=now.book.hands | {who}))


def _approve(now: World, who: str, *, other: bool) -> World:
    after = write(now, voted(who, "approve", now.live, _turned(now.live) if other else now.live))
    return replace(after, book=now.book.voted(who, now.live))


def _except(now: World, who: str, *, other: bool) -> World:
    after = write(now, excepted(who, now.live, _turned(now.live) if other else now.live))
    return replace(after, book=now.book.excepted(who, now.live))


def look(world: World) -> object:
    """What makes two worlds the same for the rules and for the notes."""
    case = world.case
    if case is None:
        return (None, world.live)
    return (
        case.state, case.round, case.submitter.subject, frozenset(item.subject for item in case.contributors),
        frozenset(item.subject for item in case.editors), tuple(sorted(case.sealed.items())), case.policy,
        frozenset((item.person.subject, item.decision, item.digests["card"]) for item in case.sign_offs),
        frozenset((item.person.subject, item.digests["card"]) for item in case.overrides),
        case.decision is not None, world.live, world.book,
    )  # fmt: skip


def opened(world: World, live: Live, *, now: int = NOW) -> bool:
    """Ask the gate about these bytes, with the attestation the case itself makes."""
    case = world.case
    attested = statement_of(case) if case is not None and case.in_force else "There is none."
    return judge_gate(case, Facts(live.digests, REGISTRY, attested, (), PASSED, (), now)).open


def tried(world: World, step: Step) -> World | None:
    """The world after a step, or nothing if the rules refuse it."""
    try:
        return step(world)
    except Refused:
        return None
