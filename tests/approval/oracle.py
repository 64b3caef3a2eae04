"""What should happen, written a second time: a table of states, a table of rights, and plain counting of people."""

from __future__ import annotations

from dataclasses import dataclass, field

from rai.policy import Terms
from tests.approval.test_rules import TABLE

DAY = 86_400
#: Two policies: who must approve, how long it lasts, and whether the gate opens for an exception.
TERMS = {"p": Terms(tier="medium"), "q": Terms(tier="high", lifetime_days=5, allow_exception=True)}
PEOPLE, INDEPENDENT, LIFETIME, OPENS_FOR_EXCEPTION = (
    {"p": 2, "q": 2}, {"p": 0, "q": 1}, {"p": 30, "q": 5}, {"p": False, "q": True},
)  # fmt: skip

#: Accounts: who is behind each, and the roles it has. ADA and ada are one person.
HUMAN = {name: name.casefold() for name in ("ada", "ADA", "bob", "Bob", "dan", "eve", "ida", "ole", "oma", "pia")}
ROLES = {
    "ada": {"submitter"}, "ADA": {"reviewer", "independent", "override"}, "bob": {"reviewer"}, "Bob": {"independent"},
    "dan": {"reviewer", "override"}, "eve": {"submitter", "reviewer"}, "ida": {"independent"}, "ole": {"override"},
    "oma": {"override"}, "pia": {"policy_admin"},
}  # fmt: skip
VOTES = {"approve", "request changes", "reject"}
RIGHTS = {
    "submit": {"submitter"}, "edit": {"submitter", "reviewer"}, "override": {"override"},
    **{key: {"reviewer", "independent"} for key in [*VOTES, "waive"]},
}  # fmt: skip


@dataclass
class Oracle:
    """The present round as it should be.

    Attributes
    ----------
    votes
        Account and card of each approval that counts, by person.
    asked
        Words and card of each signature for an exception, by person.
    bound
        Model, policy and card that were decided on.
    closing, waived
        Whether the review has a finding that closes the gate, and until when that is waived.
    """

    state: str = "none"
    round: int = 0
    submitter: str = ""
    hands: set[str] = field(default_factory=set)
    sealed: tuple[str, str] = ("", "")
    closing: bool = False
    waived: int = 0
    votes: dict[str, tuple[str, str]] = field(default_factory=dict)
    decided_by: set[str] = field(default_factory=set)
    asked: dict[str, tuple[str, str]] = field(default_factory=dict)
    bound: tuple[str, str, str] | None = None
    ends: int = 0

    def may(self, account: str, action: str) -> bool:
        human = HUMAN[account]
        if action == "withdraw":
            return account == self.submitter
        if action == "revoke":
            decided = account in self.decided_by and "reviewer" in ROLES[account]
            return decided or bool(ROLES[account] & {"independent", "policy_admin"})
        if not ROLES[account] & RIGHTS[action]:
            return False
        if action in VOTES | {"waive", "override"} and human in self.hands:
            return False
        return action not in VOTES or human not in {HUMAN[item] for item in self.decided_by}

    def leads(self, action: str) -> str:
        return TABLE.get((self.state, action), ".")

    def forget_votes(self) -> None:
        self.votes, self.decided_by, self.asked = {}, set(), {}

    def in_force(self) -> bool:
        return self.state in {"approved", "exception"}

    def enough(self) -> bool:
        policy = self.sealed[1]
        independent = sum("independent" in ROLES[account] for account, _ in self.votes.values())
        return len(self.votes) >= PEOPLE[policy] and independent >= INDEPENDENT[policy]

    def open(self, live: tuple[str, str, str], now: int) -> bool:
        if not self.in_force() or live != self.bound or now >= self.ends:
            return False
        if self.state == "exception":
            return OPENS_FOR_EXCEPTION[self.sealed[1]]
        return not self.closing or now < self.waived
