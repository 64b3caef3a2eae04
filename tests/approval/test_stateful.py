"""Random lives of a version, forty steps each, beside an oracle that says what should come of every step."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rai.approval import desk
from rai.approval.attestation import statement_of
from rai.approval.cases import Case
from rai.approval.chain import broken_links
from rai.approval.events import SYSTEM, seconds
from rai.approval.gate import Facts, judge_gate
from rai.errors import Refused
from tests.approval.builders import (
    CLOSING,
    EVALUATED,
    PASSED,
    REF,
    REGISTRY,
    TIME,
    MemoryLedger,
    digests,
    holder_signs,
    person,
    vote,
    waive,
)
from tests.approval.oracle import DAY, HUMAN, LIFETIME, ROLES, TERMS, VOTES, Oracle

RARELY = st.integers(0, 9).map(lambda number: number == 9)
ACCOUNTS = st.sampled_from(sorted(HUMAN))
REASONS = ("The old model is down and customers wait for decisions.", "The new rules of the regulator begin on Monday.")


class Approval(RuleBasedStateMachine):
    """One version, ten accounts of eight people, two models and two policies."""

    @initialize(policy=st.sampled_from("ppq"), closing=st.booleans(), empty=RARELY)
    def begin(self, policy: str, closing: bool, empty: bool) -> None:
        self.book, self.oracle = MemoryLedger(), Oracle()
        self.model, self.policy, self.card, self.now, self.turn = "a", policy, "0", seconds(TIME), 0
        if not empty:
            self.submit("ada")
            self.review(closing)

    @property
    def live(self) -> tuple[str, str, str]:
        return (self.model, self.policy, self.card)

    def digests(self, card: str | None = None) -> dict[str, str]:
        return digests(model=self.model, policy=self.policy, card=card or self.card)

    @property
    def time(self) -> str:
        return datetime.fromtimestamp(self.now, UTC).isoformat()

    def later(self, days: int) -> str:
        return datetime.fromtimestamp(self.now + days * DAY, UTC).isoformat()

    def who(self, account: str) -> object:
        return person(account, *sorted(ROLES[account]))

    def case(self) -> Case | None:
        return desk.case(self.book, REF)

    def expect(self, deed: object, *, allowed: bool) -> bool:
        """Do it and say whether it was done; it must be done if and only if the oracle allows it."""
        self.turn += 1
        before = self.case()
        try:
            deed()
        except Refused:
            assert not allowed, "refused, and should not have been"
            assert self.case() == before
            return False
        assert allowed, "done, and should have been refused"
        return True

    def idem(self) -> str:
        return f"form {self.turn}"

    @rule(model=RARELY, policy=RARELY, card=RARELY)
    def something_changes(self, model: bool, policy: bool, card: bool) -> None:
        self.model = {"a": "b", "b": "a"}[self.model] if model else self.model
        self.policy = {"p": "q", "q": "p"}[self.policy] if policy else self.policy
        self.card = f"{self.card}'" if card else self.card

    @rule(days=st.sampled_from([1, 3, 40]))
    def time_passes(self, days: int) -> None:
        self.now += days * DAY
        oracle = self.oracle
        desk.mark_expired(self.book, REF, time=self.time)
        if oracle.in_force() and self.now >= oracle.ends:
            oracle.state = "expired"

    @precondition(lambda self: self.oracle.leads("submit") == "draft" and self.oracle.round < 4)
    @rule(closing=st.booleans())
    def a_new_round(self, closing: bool) -> None:
        self.submit("ada")
        self.review(closing)

    @rule(account=ACCOUNTS)
    def submit(self, account: str) -> None:
        oracle = self.oracle
        allowed = oracle.leads("submit") == "draft" and oracle.may(account, "submit")
        deed = lambda: desk.open_round(  # noqa: E731
            self.book, REF, registry=REGISTRY, submitter=self.who(account), contributors=(),
            digests={"model": self.digests()["model"]}, time=self.time,
        )  # fmt: skip
        if self.expect(deed, allowed=allowed):
            self.oracle = Oracle(
                state="draft", round=oracle.round + 1, submitter=account, hands=oracle.hands | {HUMAN[account]},
                sealed=(self.model, ""),
            )  # fmt: skip

    @rule(closing=st.booleans())
    def review(self, closing: bool) -> None:
        oracle = self.oracle
        leads = oracle.leads("review")
        allowed = leads != "." and (leads == "stale" or self.model == oracle.sealed[0])
        sealed = {name: value for name, value in self.digests().items() if name != "card"}
        deed = lambda: desk.record_reviewed(  # noqa: E731
            self.book, REF, review_id=f"r{self.turn}", policy=self.policy, terms=TERMS[self.policy], evaluation=EVALUATED,
            digests=sealed, time=self.time,
        )  # fmt: skip
        if self.expect(deed, allowed=allowed):
            if leads == "in_review":
                oracle.forget_votes()
                oracle.sealed, oracle.closing, oracle.waived = (self.model, self.policy), closing, 0
            oracle.state = leads

    @rule(account=ACCOUNTS)
    def edit(self, account: str) -> None:
        oracle = self.oracle
        leads = oracle.leads("edit")
        deed = lambda: desk.record_narrative(  # noqa: E731
            self.book, REF, actor=self.who(account), field="users", text=f"{self.turn}", time=self.time
        )
        if self.expect(deed, allowed=leads != "." and oracle.may(account, "edit")):
            oracle.hands.add(HUMAN[account])
            if oracle.state == "in_review":
                oracle.forget_votes()
            oracle.state, self.card = leads, f"{self.turn}"

    @precondition(lambda self: self.oracle.state == "in_review")
    @rule(account=st.sampled_from(["bob", "Bob", "dan", "eve", "ida", "ADA"]))
    def approve(self, account: str) -> None:
        if self.oracle.closing and not self.oracle.waived:
            self.waive("dan", 180)
        self._vote(account, "approve", up_to_date=True, written=True)

    @rule(account=ACCOUNTS, decision=st.sampled_from(sorted(VOTES)), up_to_date=st.booleans(), written=st.booleans())
    def vote(self, account: str, decision: str, up_to_date: bool, written: bool) -> None:
        self._vote(account, decision, up_to_date=up_to_date, written=written)

    def _vote(self, account: str, decision: str, *, up_to_date: bool, written: bool) -> None:
        oracle = self.oracle
        good = not oracle.closing or self.now < oracle.waived
        allowed = (
            oracle.leads(decision) != "."
            and oracle.may(account, decision)
            and up_to_date
            and (self.model, self.policy) == oracle.sealed
            and (decision != "approve" or (good and written))
        )
        deed = lambda: vote(  # noqa: E731
            self.book, by=self.who(account), decision=decision, live=self.digests(),
            seen=self.digests(None if up_to_date else "older"), findings=CLOSING if oracle.closing else PASSED,
            unwritten=() if written else ("Users",), idem=self.idem(), time=self.time,
        )  # fmt: skip
        if not self.expect(deed, allowed=allowed):
            return
        if decision != "approve":
            oracle.decided_by.add(account)
            oracle.state = oracle.leads(decision)
            return
        oracle.votes = {human: item for human, item in oracle.votes.items() if item[1] == self.card}
        oracle.votes[HUMAN[account]] = (account, self.card)
        oracle.decided_by = {item for item, _ in oracle.votes.values()}
        if oracle.enough():
            ends = self.now + LIFETIME[self.policy] * DAY
            self._decide("approved", min(ends, oracle.waived) if oracle.waived else ends)

    def _decide(self, state: str, ends: int) -> None:
        self.oracle.state, self.oracle.bound, self.oracle.ends = state, self.live, ends

    @rule(account=ACCOUNTS, days=st.sampled_from([0, 2, 180, 181]))
    def waive(self, account: str, days: int) -> None:
        oracle = self.oracle
        allowed = oracle.leads("waive") != "." and oracle.may(account, "waive") and days in {2, 180}
        deed = lambda: waive(  # noqa: E731
            self.book, by=self.who(account), until=self.later(days), time=self.time, idem=self.idem()
        )
        if self.expect(deed, allowed=allowed):
            oracle.forget_votes()
            oracle.waived, self.card = self.now + days * DAY, f"{self.turn}"

    @precondition(lambda self: self.oracle.state == "in_review")
    @rule(account=st.sampled_from(["dan", "ole", "oma", "ADA"]))
    def except_for_a_time(self, account: str) -> None:
        self._except(account, words=0, up_to_date=True, days=3)

    @rule(account=ACCOUNTS, words=st.integers(0, 1), up_to_date=st.booleans(), days=st.sampled_from([0, 3, 14, 15]))
    def sign_an_exception(self, account: str, words: int, up_to_date: bool, days: int) -> None:
        self._except(account, words=words, up_to_date=up_to_date, days=days)

    def _except(self, account: str, *, words: int, up_to_date: bool, days: int) -> None:
        oracle = self.oracle
        allowed = (
            oracle.leads("override") != "."
            and oracle.may(account, "override")
            and up_to_date
            and (self.model, self.policy) == oracle.sealed
            and days in {3, 14}
        )
        deed = lambda: holder_signs(  # noqa: E731
            self.book, by=self.who(account), reason=REASONS[words], until=self.later(days), live=self.digests(),
            seen=self.digests(None if up_to_date else "older"), time=self.time, idem=self.idem(),
        )  # fmt: skip
        if not self.expect(deed, allowed=allowed):
            return
        said = (f"{words} until {self.later(days)}", self.card)
        others = {human: item for human, item in oracle.asked.items() if human != HUMAN[account]}
        oracle.asked = {**others, HUMAN[account]: said}
        if said in others.values():
            self._decide("exception", self.now + days * DAY)

    @precondition(lambda self: self.oracle.in_force())
    @rule(account=ACCOUNTS, long_enough=st.booleans())
    def revoke(self, account: str, long_enough: bool) -> None:
        reason = "The data were wrong." if long_enough else "Wrong."
        self._end("revoke", account, allowed=long_enough, deed=desk.revoke, reason=reason)

    @precondition(lambda self: self.turn % 3 == 0)
    @rule(account=ACCOUNTS)
    def withdraw(self, account: str) -> None:
        self._end("withdraw", account, allowed=True, deed=desk.withdraw, reason="")

    def _end(self, action: str, account: str, *, allowed: bool, deed: object, reason: str) -> None:
        oracle = self.oracle
        leads = oracle.leads(action)
        done = self.expect(
            lambda: deed(self.book, REF, actor=self.who(account), reason=reason, time=self.time, idem=self.idem()),
            allowed=allowed and leads != "." and oracle.may(account, action),
        )
        if done:
            oracle.state = leads

    @rule()
    def a_watcher_looks(self) -> None:
        oracle = self.oracle
        desk.mark_stale(self.book, REF, live=self.digests(), time=self.time)
        changed = self.live != oracle.bound if oracle.in_force() else (self.model, self.policy) != oracle.sealed
        if oracle.leads("mark stale") != "." and changed:
            oracle.state = "stale"

    @rule()
    def promote(self) -> None:
        oracle = self.oracle
        opens = oracle.state == "approved" or (oracle.state == "exception" and oracle.sealed[1] == "q")
        deed = lambda: desk.record_promoted(  # noqa: E731
            self.book, REF, actor=SYSTEM, alias="champion", live=self.digests(), time=self.time
        )
        self.expect(deed, allowed=opens and oracle.bound == self.live)

    @invariant()
    def it_stands_where_the_oracle_says(self) -> None:
        found = self.case()
        assert (found.state if found else "none") == self.oracle.state
        if found is None:
            return
        assert found.round == self.oracle.round
        if self.oracle.state == "in_review":
            assert {item.person.subject for item in found.approvals} == {who for who, _ in self.oracle.votes.values()}
            assert {item.person.subject.casefold() for item in found.overrides} == set(self.oracle.asked)

    @invariant()
    def the_gate_is_as_open_as_the_oracle_says(self) -> None:
        found = self.case()
        attested = statement_of(found) if found and found.in_force else "There is none."
        findings = CLOSING if self.oracle.closing else PASSED
        for moment in (self.now, self.now + 3 * DAY):
            facts = Facts(self.digests(), REGISTRY, attested, (), findings, (), moment)
            assert judge_gate(found, facts).open == self.oracle.open(self.live, moment)

    def teardown(self) -> None:
        rows = self.book.rows()
        assert broken_links(rows, [row.checkpoint for row in rows]) == ()
        assert self.book.check() == ()


TestApproval = Approval.TestCase
TestApproval.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
