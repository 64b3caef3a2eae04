"""What a decision rests on: the words people must give, the bytes they must have seen, and the times they may name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rai.approval.cases import Case
from rai.approval.events import seconds
from rai.approval.states import Action
from rai.approval.subjects import changed, etag, missing
from rai.errors import Refused
from rai.policy import may_waive

#: Characters a rationale must and may have.
SHORTEST_RATIONALE, LONGEST_RATIONALE = 10, 10_000
#: Characters the reason of an exception must have.
SHORTEST_OVERRIDE = 40
#: Days a waiver may last at most.
LONGEST_WAIVER = 180
_DAY = 24 * 3600


@dataclass(frozen=True)
class Ballot:
    """What a vote rests on.

    Attributes
    ----------
    rationale
        Why, in the reviewer's words.
    seen
        Etag of what the person saw when the form was drawn.
    live
        Digests as they are now; a subject that is missing could not be computed.
    points
        What keeps the version from being approved (:func:`rai.approval.points.open_points`).
    """

    rationale: str
    seen: str
    live: Mapping[str, str]
    points: Sequence[str]

    def check(self, action: Action, case: Case) -> None:
        """Refuse a vote without a reason, on other bytes than were reviewed, or an approval with open points."""
        _words(self.rationale, "A rationale", SHORTEST_RATIONALE)
        same_bytes(case, seen=self.seen, live=self.live)
        if action == "approve" and self.points:
            raise Refused(f"It cannot be approved yet. {' '.join(self.points)}")


@dataclass(frozen=True)
class OverrideGrounds:
    """What one holder's signature for an exception rests on; ``until`` and ``time`` are ISO 8601 with offset."""

    reason: str
    ticket: str
    until: str
    time: str
    seen: str
    live: Mapping[str, str]

    def check(self, _: Action, case: Case) -> None:
        """Refuse an exception without a full reason and a ticket, for too long, or on other bytes."""
        _words(self.reason, "The reason of an exception", SHORTEST_OVERRIDE)
        if not self.ticket.strip():
            raise Refused("An exception names the ticket in which it was agreed.")
        _within(self.until, self.time, days=case.terms.longest_exception_days, what="An exception")
        same_bytes(case, seen=self.seen, live=self.live)


@dataclass(frozen=True)
class WaiverGrounds:
    """What a waiver rests on; ``until`` and ``time`` are ISO 8601 with offset."""

    rule: str
    reason: str
    owner: str
    until: str
    time: str

    def check(self, _: Action, __: Case) -> None:
        """Refuse to waive what may not be waived, without reason or owner, or for too long."""
        if not may_waive(self.rule):
            raise Refused(
                f"The finding '{self.rule}' cannot be waived: what was not carried out or judged is not known. "
                "Review the version again."
            )
        _words(self.reason, "The reason of a waiver", SHORTEST_RATIONALE)
        if not self.owner.strip():
            raise Refused("A waiver names who answers for the finding while it lasts.")
        _within(self.until, self.time, days=LONGEST_WAIVER, what="A waiver")


@dataclass(frozen=True)
class Reason:
    """What taking a decision back rests on."""

    text: str

    def check(self, action: Action, _: Case) -> None:
        """Refuse to revoke without saying why; a withdrawal may be silent."""
        _words(self.text, "A reason", SHORTEST_RATIONALE if action == "revoke" else 0)


Grounds = Ballot | OverrideGrounds | WaiverGrounds | Reason


def same_bytes(case: Case, *, seen: str, live: Mapping[str, str]) -> None:
    """Refuse unless every digest is known, is the one that was shown, and is the one that was reviewed.

    The card is the exception: it is written between review and decision, and is sealed with the decision.

    Raises
    ------
    Refused
        With what is unknown or what changed.
    """
    unknown = missing(live)
    if unknown:
        raise Refused(
            f"The digest of {', '.join(unknown)} could not be computed now, so nobody knows what would be signed. "
            "Try again when the registry answers."
        )
    if seen != etag(live):
        raise Refused("Something changed after this page was drawn. Load it again and look at what is signed now.")
    different = [name for name in changed(case.sealed, live) if name != "card"]
    if different:
        raise Refused(
            f"{', '.join(different).capitalize()} of {case.ref.uri} changed after the review. "
            "Submit the version again to have it reviewed as it is."
        )


def _words(text: str, what: str, shortest: int) -> None:
    if len(text.strip()) < shortest:
        raise Refused(f"{what} has at least {shortest} characters. Say why you decide like this.")
    if len(text) > LONGEST_RATIONALE:
        raise Refused(f"{what} has at most {LONGEST_RATIONALE:,} characters. Shorten it.")


def _within(until: str, time: str, *, days: int, what: str) -> None:
    left = seconds(until) - seconds(time)
    if not 0 < left <= days * _DAY:
        raise Refused(f"{what} ends in the future, at most {days} days from now.")
