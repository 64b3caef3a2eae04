"""Who may do what, and when: the one place that says no. Pages, command line and worker only ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from rai.approval.cases import Case, same_person
from rai.approval.events import SYSTEM
from rai.approval.states import MEANING, TRANSITIONS, VOTES, Action, State
from rai.approval.subjects import changed, etag, missing
from rai.errors import Refused
from rai.people import Person
from rai.policy import Finding

#: Characters a rationale must and may have.
SHORTEST_RATIONALE, LONGEST_RATIONALE = 10, 10_000

#: Who may do what: roles, ``system`` for the program itself, ``own`` for the submitter of the round.
MAY: Mapping[Action, frozenset[str]] = MappingProxyType(
    {
        "submit": frozenset({"submitter"}),
        "review": frozenset({"system"}),
        "edit": frozenset({"submitter", "reviewer"}),
        "approve": frozenset({"reviewer"}),
        "request changes": frozenset({"reviewer"}),
        "reject": frozenset({"reviewer"}),
        "publish": frozenset({"system"}),
        "promote": frozenset({"reviewer", "system"}),
        "mark stale": frozenset({"system"}),
        "expire": frozenset({"system"}),
        "revoke": frozenset({"reviewer"}),
        "supersede": frozenset({"system"}),
        "withdraw": frozenset({"own"}),
    }
)


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
    findings
        What the policy said; none at all means that no policy has judged.
    unwritten
        Headings of the narrative fields that nobody has written.
    """

    rationale: str
    seen: str
    live: Mapping[str, str]
    findings: Sequence[Finding]
    unwritten: Sequence[str]


def permit(actor: Person, action: Action, case: Case | None) -> State:
    """Say whether this person may take this step in this state, and return the state after it.

    A page asks this before it draws a button; whatever writes asks again.

    Raises
    ------
    Refused
        With a sentence for people: unknown person, missing role, own version, or a step the state does not allow.
    """
    if not all(actor.key):
        raise Refused("Nobody is signed in. Sign in, or name yourself in the identity file.")
    _role(actor, action, case)
    if action in VOTES and case is not None and case.touched_by(actor):
        raise Refused(
            f"{actor.name} had a hand in {case.ref.uri} and cannot {action} it: submitter, contributors and editors "
            "of the card never decide on their own version. Ask another reviewer."
        )
    after = TRANSITIONS.get((case.state if case else None, action))
    if after is None:
        where = f"{case.ref.uri} {MEANING[case.state]}" if case else "The version has not been submitted"
        raise Refused(f"{where}; the step '{action}' is not possible now.")
    return after


def _role(actor: Person, action: Action, case: Case | None) -> None:
    held: set[str] = {"system"} if same_person(actor, SYSTEM) else set(actor.roles)
    if case is not None and same_person(actor, case.submitter):
        held.add("own")
    if not held & MAY.get(action, frozenset()):
        needed = " or ".join(sorted(MAY.get(action, frozenset())))
        needed = {"own": "submitter of this round", "system": "program itself"}.get(needed, needed)
        raise Refused(f"{actor.name} may not {action}: only the {needed} may.")


def decide(actor: Person, action: Action, case: Case | None, *, ballot: Ballot | None = None) -> State:
    """Decide on a step with everything it rests on, and return the state after it; deny by default.

    Parameters
    ----------
    ballot
        Needed for the three votes.

    Raises
    ------
    Refused
        With a sentence for people.
    """
    after = permit(actor, action, case)
    if action not in VOTES:
        return after
    if case is None or ballot is None:
        raise Refused("A vote names what it is about and why. Open the sign-off page again.")
    _rationale(ballot.rationale)
    _same_bytes(case, ballot)
    if action == "approve":
        refuse_open_points(ballot.findings, ballot.unwritten)
    return after


def _rationale(text: str) -> None:
    if len(text.strip()) < SHORTEST_RATIONALE:
        raise Refused(f"A rationale has at least {SHORTEST_RATIONALE} characters. Say why you decide like this.")
    if len(text) > LONGEST_RATIONALE:
        raise Refused(f"A rationale has at most {LONGEST_RATIONALE:,} characters. Shorten it.")


def _same_bytes(case: Case, ballot: Ballot) -> None:
    unknown = missing(ballot.live)
    if unknown:
        raise Refused(
            f"The digest of {', '.join(unknown)} could not be computed now, so nobody knows what would be signed. "
            "Try again when the registry answers."
        )
    if ballot.seen != etag(ballot.live):
        raise Refused("Something changed after this page was drawn. Load it again and look at what is signed now.")
    different = [name for name in changed(case.sealed, ballot.live) if name != "card"]
    if different:
        raise Refused(
            f"{', '.join(different).capitalize()} of {case.ref.uri} changed after the review. "
            "Submit the version again to have it reviewed as it is."
        )


def refuse_open_points(findings: Sequence[Finding], unwritten: Sequence[str]) -> None:
    """Refuse while a finding closes the gate, no policy has judged, or a field of the card is unwritten.

    Raises
    ------
    Refused
        With every point in one sentence.
    """
    points = open_points(findings, unwritten)
    if points:
        raise Refused(f"It cannot be approved yet. {' '.join(points)}")


def open_points(findings: Sequence[Finding], unwritten: Sequence[str]) -> tuple[str, ...]:
    """Say what keeps the gate closed, one sentence a point."""
    points = [f"Finding '{item.rule}' ({item.verdict}): {item.sentence}" for item in findings if item.closes_gate]
    if not findings:
        points.append("No policy has judged this version.")
    points += [f"Nobody has written '{heading}' in the model card." for heading in unwritten]
    return tuple(points)
