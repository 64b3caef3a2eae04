"""People, digests and a ledger in memory for the tests of the approval gate."""

from rai.approval import desk, ledger
from rai.approval.cases import Case
from rai.approval.chain import LedgerRow
from rai.approval.events import AnyEvent, Evaluated, RegistryIdentity
from rai.approval.history import History
from rai.approval.ledger import Guard, Ledger
from rai.approval.subjects import etag
from rai.approval.verify import SUBJECTS
from rai.card import Decision
from rai.digests import sha256
from rai.people import Person, Role
from rai.policy import Finding, Terms
from rai.versions import ModelVersionRef

REF = ModelVersionRef(name="credit", version="3")
TIME = "2026-05-04T09:30:00+00:00"
REGISTRY = RegistryIdentity(instance="sqlite:///mlflow.db", created="1777000000000", run_id="r1", source="models:/m-1")
PASSED = (Finding(rule="r", severity="block", verdict="pass", sentence="Good."),)
CLOSING = (Finding(rule="gap", severity="block", verdict="fail", sentence="The gap is too large."),)


def person(subject: str, *roles: Role, issuer: str = "local", name: str = "") -> Person:
    return Person(issuer=issuer, subject=subject, name=name or subject.title(), roles=roles)


ADA = person("ada", "submitter")
BOB = person("bob", "reviewer")
EVE = person("eve", "reviewer", "submitter")
DAN = person("dan", "reviewer")
IDA = person("ida", "independent")
OLE = person("ole", "override")
OMA = person("oma", "override")
PIA = person("pia", "policy_admin")
OTTO = person("otto", "auditor")

LOW, MEDIUM, HIGH = (Terms(tier=tier) for tier in ("low", "medium", "high"))
EVALUATED = Evaluated(
    checks={"performance": "pass", "fairness": "pass", "counterfactuals": "skipped"}, sandbox="own process", seed=7
)


def digests(**changes: str) -> dict[str, str]:
    """Six digests; each can be given other content by name."""
    return {name: sha256(f"{name}:{changes.get(name, 'first')}".encode()) for name in SUBJECTS}


def sealed(**changes: str) -> dict[str, str]:
    """What a complete review seals: all but the card."""
    return {name: value for name, value in digests(**changes).items() if name != "card"}


class MemoryLedger(Ledger):
    """The same rules without a disk, for walks of thousands of steps."""

    def __init__(self, rows: tuple[LedgerRow, ...] = ()) -> None:
        self.kept = rows

    def append(self, event: AnyEvent, *, idem: str, guard: Guard) -> LedgerRow:
        earlier = next((row for row in self.kept if row.idem == idem), None)
        if earlier is not None:
            return ledger._same_intent(earlier, event)
        row, refusal = ledger._judged(History(self.kept), event, idem, guard)
        if refusal is not None:
            if row is not None:
                self.kept = (*self.kept, row)
            raise refusal
        assert row is not None
        self.kept = (*self.kept, row)
        return row

    def history(self) -> History:
        return ledger._intact(self.kept)

    def rows(self, ref: ModelVersionRef | None = None) -> tuple[LedgerRow, ...]:
        return self.kept if ref is None else History(self.kept).of(ref)


def submit(
    book: Ledger, *, ref: ModelVersionRef = REF, by: Person = ADA, model: str = "first", time: str = TIME
) -> Case:
    return desk.open_round(
        book, ref, registry=REGISTRY, submitter=by, contributors=(), digests={"model": digests(model=model)["model"]},
        time=time,
    )  # fmt: skip


def review(
    book: Ledger, *, ref: ModelVersionRef = REF, review_id: str = "r1", terms: Terms = LOW, **changes: str
) -> Case:
    return desk.record_reviewed(
        book, ref, review_id=review_id, policy="standard", terms=terms, evaluation=EVALUATED,
        digests=sealed(**changes), time=TIME,
    )  # fmt: skip


def vote(
    book: Ledger,
    *,
    by: Person = BOB,
    decision: Decision = "approve",
    ref: ModelVersionRef = REF,
    rationale: str = "Evidence is complete and good.",
    live: dict[str, str] | None = None,
    seen: dict[str, str] | None = None,
    findings: tuple[Finding, ...] = PASSED,
    unwritten: tuple[str, ...] = (),
    idem: str = "",
    time: str = TIME,
) -> Case:
    now = digests() if live is None else live
    looked_at = etag(digests() if seen is None else seen)
    return desk.sign_off(
        book, ref, actor=by, decision=decision, rationale=rationale, seen_etag=looked_at, live=now, findings=findings,
        unwritten=unwritten, time=time, idem=idem or f"{ref.uri}{by.key}{decision}{len(book.rows())}",
    )  # fmt: skip


def holder_signs(
    book: Ledger,
    *,
    by: Person = OLE,
    ref: ModelVersionRef = REF,
    reason: str = "The old model is down and customers wait for decisions.",
    ticket: str = "OPS-7",
    until: str = "2026-05-14T09:30:00+00:00",
    live: dict[str, str] | None = None,
    seen: dict[str, str] | None = None,
    time: str = TIME,
    idem: str = "",
) -> Case:
    now = digests() if live is None else live
    looked_at = etag(digests() if seen is None else seen)
    return desk.override(
        book, ref, actor=by, reason=reason, ticket=ticket, until=until, seen_etag=looked_at, live=now, time=time,
        idem=idem or f"{ref.uri}{by.key}override{len(book.rows())}",
    )  # fmt: skip


def waive(
    book: Ledger,
    *,
    by: Person = BOB,
    ref: ModelVersionRef = REF,
    finding: Finding = CLOSING[0],
    reason: str = "The gap is being closed with new data.",
    owner: str = "Lending team",
    until: str = "2026-07-01T00:00:00+00:00",
    time: str = TIME,
    idem: str = "",
) -> Case:
    return desk.waive(
        book, ref, actor=by, finding=finding, reason=reason, owner=owner, until=until, time=time,
        idem=idem or f"{ref.uri}{by.key}waive{len(book.rows())}",
    )  # fmt: skip


def in_review(book: Ledger, *, terms: Terms = LOW, **changes: str) -> Ledger:
    submit(book, model=changes.get("model", "first"))
    review(book, terms=terms, **changes)
    return book


def approved(book: Ledger) -> Ledger:
    vote(in_review(book))
    return book


def excepted(book: Ledger, *, terms: Terms = LOW) -> Ledger:
    in_review(book, terms=terms)
    holder_signs(book, by=OLE)
    holder_signs(book, by=OMA)
    return book
