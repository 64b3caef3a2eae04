"""Who may do what, and when: the one place that says no. Pages, command line and worker only ask."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rai.approval.cases import Case
from rai.approval.events import SYSTEM
from rai.approval.grounds import Grounds
from rai.approval.persons import same_account
from rai.approval.states import HANDS_OFF, MEANING, TRANSITIONS, VOTES, Action, State
from rai.errors import Refused
from rai.people import Person

#: Who may do what: roles; ``system`` for the program itself, ``own`` for the submitter of the round, ``decided`` for a
#: reviewer who decided in the round.
MAY: Mapping[Action, frozenset[str]] = MappingProxyType(
    {
        "submit": frozenset({"submitter"}),
        "review": frozenset({"system"}),
        "edit": frozenset({"submitter", "reviewer"}),
        "waive": frozenset({"reviewer", "independent"}),
        "approve": frozenset({"reviewer", "independent"}),
        "request changes": frozenset({"reviewer", "independent"}),
        "reject": frozenset({"reviewer", "independent"}),
        "override": frozenset({"override"}),
        "publish": frozenset({"system"}),
        "promote": frozenset({"reviewer", "system"}),
        "mark stale": frozenset({"system"}),
        "expire": frozenset({"system"}),
        "revoke": frozenset({"decided", "independent", "policy_admin"}),
        "supersede": frozenset({"system"}),
        "withdraw": frozenset({"own"}),
    }
)

_NAMED: Mapping[str, str] = MappingProxyType(
    {
        "own": "submitter of this round",
        "system": "program itself",
        "reviewer": "reviewer",
        "submitter": "submitter",
        "decided": "reviewer who decided in this round",
        "independent": "independent approver",
        "override": "override holder",
        "policy_admin": "policy administrator",
    }
)


def decide(actor: Person, action: Action, case: Case | None, grounds: Grounds | None = None) -> State:
    """Say whether this person may take this step now; deny by default.

    A page asks without grounds before it draws a button. Whatever writes asks again with them: the ledger asks for
    every row, inside the transaction that adds it and whenever it is read.

    Parameters
    ----------
    actor
        The person with the roles read just now, not when the page was drawn.
    grounds
        What the step rests on, where it rests on something.

    Returns
    -------
    State
        Where the step leads, once enough people have taken it.

    Raises
    ------
    Refused
        With a sentence for people: unknown person, missing role, own version, a second vote, a step the state does
        not allow, or grounds that do not hold.
    """
    if not all(part.strip() for part in actor.key):
        raise Refused("Nobody is signed in. Sign in, or name yourself in the identity file.")
    _role(actor, action, case)
    if action in HANDS_OFF and case is not None:
        _no_hand_in_it(actor, action, case)
    after = TRANSITIONS.get((case.state if case else None, action))
    if after is None:
        where = f"{case.ref.uri} {MEANING[case.state]}" if case else "The version has not been submitted"
        raise Refused(f"{where}; the step '{action}' is not possible now.")
    if case is not None:
        _once(actor, action, case)
        _policy_allows(action, case)
        if grounds is not None:
            grounds.check(action, case)
    return after


def _role(actor: Person, action: Action, case: Case | None) -> None:
    may = MAY.get(action, frozenset())
    if not _held(actor, case) & may:
        needed = " or ".join(_NAMED[name] for name in _NAMED if name in may)
        raise Refused(f"{actor.name} may not {action}: only the {needed} may.")


def _held(actor: Person, case: Case | None) -> set[str]:
    # Rights are given to exactly the account that holds them; the program's own account has no other.
    if same_account(actor, SYSTEM):
        return {"system"}
    held: set[str] = set(actor.roles)
    if case is not None and same_account(actor, case.submitter):
        held.add("own")
    if case is not None and "reviewer" in held and any(same_account(actor, item.person) for item in case.sign_offs):
        held.add("decided")
    return held


def _no_hand_in_it(actor: Person, action: Action, case: Case) -> None:
    if case.touched_by(actor):
        raise Refused(
            f"{actor.name} had a hand in {case.ref.uri} and cannot {action} it: submitter, contributors and editors "
            "of the card never decide on their own version. Ask another reviewer."
        )


def _once(actor: Person, action: Action, case: Case) -> None:
    if action in VOTES and case.decided_by(actor):
        raise Refused(
            f"{actor.name} has decided on {case.ref.uri} in this round already, and one person decides once. "
            "Ask another reviewer, or the submitter to withdraw it."
        )


def _policy_allows(action: Action, case: Case) -> None:
    if action == "promote" and case.state == "exception" and not case.terms.allow_exception:
        raise Refused(f"{case.ref.uri} is not approved, and its policy opens the gate for no exception.")
    if action == "supersede" and not case.terms.supersede:
        raise Refused(f"The policy of {case.ref.uri} lets an approval stand when a newer version takes its place.")
