"""Fifty reviewers who act at once on ten cases, each action under a key of its own, some of them sent twice."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from rai.approval import desk
from rai.approval.events import NarrativeEdited
from rai.approval.ledger import Ledger
from rai.digests import sha256
from rai.errors import RaiError, Refused
from rai.versions import ModelVersionRef
from tests.approval.builders import TIME, digests, person, review, submit, vote

CASES = tuple(ModelVersionRef(name=f"model-{number}", version="1") for number in range(10))


@dataclass
class Crowd:
    """What came of it: seconds each action took, answers by kind, and whatever was neither done nor refused."""

    seconds: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        """The time that this share of the actions did not exceed."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def open_cases(book: Ledger) -> None:
    """Submit and review the ten versions, each with other bytes."""
    for ref in CASES:
        submit(book, ref=ref, model=ref.name)
        review(book, ref=ref, model=ref.name)


def act(book: Ledger, *, reviewers: int = 50, actions: int = 20, first: int = 0) -> Crowd:
    """Let everybody begin at the same moment and act without a pause; ``first`` is the number of the first one."""
    crowd, start = Crowd(), threading.Barrier(reviewers)
    threads = [
        threading.Thread(target=_one, args=(book, number, actions, crowd, start))
        for number in range(first, first + reviewers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return crowd


def _one(book: Ledger, number: int, actions: int, crowd: Crowd, start: threading.Barrier) -> None:
    start.wait()
    for turn in range(actions):
        began = time.monotonic()
        try:
            answer = _deed(book, number, turn)
        except Refused:
            answer = "refused"
        except (RaiError, Exception) as fault:  # noqa: BLE001 - whatever it is, the test shows it
            crowd.faults.append(f"{type(fault).__name__}: {fault}")
            answer = "fault"
        crowd.seconds.append(time.monotonic() - began)
        crowd.answers[answer] += 1


def key(number: int, turn: int) -> str:
    """The key of one action, as a form makes it."""
    return f"form-{number}-{turn}"


def _deed(book: Ledger, number: int, turn: int) -> str:
    ref = CASES[(number + turn) % len(CASES)]
    who = person(f"reviewer-{number}", "reviewer")
    if turn == actions_before_voting(number):
        seen = digests(model=ref.name)
        vote(book, by=who, ref=ref, live=seen, seen=seen, idem=key(number, turn))
        return "voted"
    event = NarrativeEdited(
        model=ref.name, version=ref.version, actor=who, time=TIME, field="users",
        text_sha256=sha256(key(number, turn).encode()),
    )  # fmt: skip
    for _ in range(1 + turn % 2):  # every other one is a double click
        book.append(event, idem=key(number, turn), guard=lambda _: None)
    return "edited"


def actions_before_voting(number: int) -> int:
    """The turn in which somebody votes."""
    return number % 5


def outcome(book: Ledger) -> tuple[Counter[str], int]:
    """Count the rows by kind of event, and the keys that stand in more than one row."""
    rows = book.rows()
    keys = Counter(row.idem for row in rows)
    return Counter(str(row.fields["event"]) for row in rows), sum(count > 1 for count in keys.values())


def settled(book: Ledger) -> int:
    """Count the cases that have a decision."""
    return sum(case.decision is not None for case in desk.cases(book))
