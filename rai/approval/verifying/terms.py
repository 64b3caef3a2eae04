"""Holds a decision to what its policy asks: the tier, how many persons, for how long, and on which analyses."""

from __future__ import annotations

from rai.approval.verifying.inputs import PolicyFile
from rai.approval.verifying.statement import INDEPENDENT, Statement
from rai.approval.verifying.strict import NotVerified

_DAY = 24 * 3600


def need_terms(statement: Statement, policy: PolicyFile) -> None:
    """Refuse an approval with fewer persons, on less evidence or for longer than the policy says.

    What each tier needs at least is looked at when the statement is read. An exception is made in spite of open
    points and has no votes: only its tier and its length are looked at.

    Raises
    ------
    NotVerified
        With what is missing.
    """
    if statement.tier != policy.tier:
        _refuse(f"it is an approval for tier {statement.tier}, and the policy says {policy.tier}")
    exception = statement.decision == "EXCEPTION"
    days = policy.longest_exception_days if exception else policy.lifetime_days
    if statement.expires - statement.issued > days * _DAY:
        _refuse(f"it lasts longer than the {days} days of the policy")
    if exception:
        return
    independent = sum(vote.group == INDEPENDENT for vote in statement.votes)
    if len(statement.votes) < policy.approvers:
        _refuse(f"the policy asks for the approval of {policy.approvers}, and {len(statement.votes)} gave it")
    if independent < policy.independent:
        _refuse(f"the policy asks for {policy.independent} independent persons, and {independent} approved")
    checks = statement.evaluation.checks
    if absent := [name for name in policy.required if checks.get(name, "error") == "error"]:
        _refuse(f"the policy requires {', '.join(absent)}, which was not carried out")


def remarks(statement: Statement) -> str:
    """Name the analyses that are no pass although the decision stands; empty if all of them passed."""
    others = [f"{name} {result}" for name, result in sorted(statement.evaluation.checks.items()) if result != "pass"]
    return f" Not a pass in the review: {', '.join(others)}." if others else ""


def _refuse(why: str) -> None:
    raise NotVerified(why, about="The policy is not kept")
