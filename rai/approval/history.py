"""Reads cases out of the ledger: the same rows always give the same state, and a row against the rules is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rai.approval.cases import Case
from rai.approval.chain import LedgerRow
from rai.approval.deciding import decided, without_votes
from rai.approval.events import (
    AnyEvent,
    AttemptRefused,
    Ended,
    NarrativeEdited,
    Overridden,
    Promoted,
    Published,
    Reviewed,
    SignedOff,
    Stale,
    Submitted,
    Waived,
    action_of,
    seconds,
)
from rai.approval.grounds import Ballot, Grounds, OverrideGrounds, Reason, WaiverGrounds
from rai.approval.rules import decide
from rai.approval.states import State
from rai.approval.subjects import missing
from rai.errors import Refused
from rai.people import Person
from rai.versions import ModelVersionRef


@dataclass(frozen=True)
class History:
    """The rows of the ledger and what they say about every version.

    Attributes
    ----------
    rows
        All rows in order.
    """

    rows: Sequence[LedgerRow]

    @cached_property
    def _by_version(self) -> Mapping[tuple[str, str], Sequence[LedgerRow]]:
        found: dict[tuple[str, str], list[LedgerRow]] = {}
        for row in self.rows:
            found.setdefault(row.about, []).append(row)
        return found

    def of(self, ref: ModelVersionRef) -> tuple[LedgerRow, ...]:
        """Return the rows about one version, refused attempts included."""
        key = (unicodedata.normalize("NFC", ref.name), unicodedata.normalize("NFC", ref.version))
        return tuple(self._by_version.get(key, ()))

    def case(self, ref: ModelVersionRef) -> Case | None:
        """Return where a version stands; ``None`` if nobody submitted it. Errors as in :func:`replay`."""
        return replay(self.of(ref))

    def refs(self) -> tuple[ModelVersionRef, ...]:
        """Name every version in the ledger, in the order of its first row."""
        return tuple(ModelVersionRef(name=name, version=version) for name, version in self._by_version)

    def cases(self) -> tuple[Case, ...]:
        """Return every case, in the order in which the versions were first submitted."""
        return tuple(case for ref in self.refs() if (case := self.case(ref)) is not None)

    def rejected(self) -> Mapping[str, str]:
        """Return the model digests that were rejected, each with the address it had then."""
        events = (row.event for row in self.rows if row.fields.get("decision") == "reject")
        return {
            item.digests["model"]: item.ref.uri
            for item in events
            if isinstance(item, SignedOff) and "model" in item.digests
        }


def replay(rows: Iterable[LedgerRow]) -> Case | None:
    """Derive a case from the rows about one version.

    Raises
    ------
    Refused
        If a row is not an event, or records a step the rules do not allow: such a row was not written by this
        program, and nothing that rests on it counts.
    """
    case: Case | None = None
    for row in rows:
        case = follow(case, row)
    return case


def follow(case: Case | None, row: LedgerRow) -> Case | None:
    """Apply one row to a case; errors as in :func:`replay`."""
    event = row.event
    if row.round != round_after(case, event):
        raise Refused(f"Row {row.seq} of the ledger names another round than the one that was open.")
    if isinstance(event, AttemptRefused):
        return case
    state = decide(event.actor, action_of(event), case, grounds_of(event))
    if isinstance(event, Submitted):
        return _opened(case, event, row.round, state)
    # The table lets nothing but a submission follow on nothing.
    assert case is not None
    match event:
        case Reviewed():
            return _reviewed(case, event, state)
        case NarrativeEdited():
            return _edited(case, event, state)
        case Waived() | SignedOff() | Overridden():
            return decided(case, event, row.checkpoint, state)
        case _:
            return _moved(case, event, state)


def grounds_of(event: AnyEvent) -> Grounds | None:
    """Return what a row says it rests on, so that it is judged whenever it is read.

    What the findings said when it was approved is not in the row; the digest of the review is, and the review was
    asked when the row was written.
    """
    match event:
        case SignedOff():
            return Ballot(event.rationale, event.etag, event.digests, points=())
        case Overridden():
            return OverrideGrounds(event.reason, event.ticket, event.until, event.time, event.etag, event.digests)
        case Waived():
            return WaiverGrounds(event.rule, event.reason, event.owner, event.until, event.time)
        case Ended(event="revoked" | "withdrawn"):
            return Reason(event.reason)
        case _:
            return None


def round_after(case: Case | None, event: AnyEvent) -> int:
    """Return the round an event belongs to."""
    now = case.round if case else 0
    return now + 1 if isinstance(event, Submitted) else now


def _opened(before: Case | None, event: Submitted, number: int, state: State) -> Case:
    earlier = (*before.contributors, *before.editors) if before else ()
    if "model" not in event.digests:
        raise Refused("A submission names the digest of the model.")
    return Case(
        ref=event.ref,
        registry=event.registry,
        round=number,
        state=state,
        submitter=event.actor,
        contributors=_people((event.actor, *event.contributors, *earlier)),
        editors=before.editors if before else (),
        sealed=event.digests,
        opened=event.time,
    )


def _reviewed(case: Case, event: Reviewed, state: State) -> Case:
    if case.in_force:
        return replace(case, state=state, reason="It was reviewed again after the decision.")
    if event.digests.get("model") != case.sealed["model"]:
        raise Refused("The review is about another model than the one that was submitted. Submit the version again.")
    if set(missing(event.digests)) - {"card"}:
        raise Refused("A complete review names the digests of model, dataset, review, policy and environment.")
    return replace(
        without_votes(case),
        state=state,
        sealed={**case.sealed, **event.digests},
        review_id=event.review_id,
        policy=event.policy,
        terms=event.terms,
        evaluation=event.evaluation,
        waivers=(),
        reason="",
    )


def _edited(case: Case, event: NarrativeEdited, state: State) -> Case:
    editors = _people((*case.editors, event.actor))
    if case.in_force:
        reason = f"{event.actor.name} edited the model card after the decision."
        return replace(case, state=state, editors=editors, reason=reason)
    if case.state == "in_review":
        case = without_votes(case)
    return replace(case, state=state, editors=editors)


def _moved(case: Case, event: AnyEvent, state: State) -> Case:
    moved = replace(case, state=state)
    match event:
        case Published():
            return replace(moved, envelope=event.envelope_sha256)
        case Promoted():
            return replace(moved, alias=event.alias)
        case Stale():
            return replace(moved, reason=f"Changed: {', '.join(event.changed)}.")
        case Ended():
            return replace(moved, reason=_ended(case, event))
    raise Refused("The ledger holds an event this program does not know.")


def _ended(case: Case, event: Ended) -> str:
    if event.event == "expired" and seconds(event.time) < case.ends:
        raise Refused("An approval does not expire before its time.")
    return event.reason


def _people(people: Iterable[Person]) -> tuple[Person, ...]:
    # Two records of one person may know of different accounts: only the very same record is left out.
    return tuple(dict.fromkeys(people))


def against_the_rules(history: History) -> tuple[str, ...]:
    """Say which versions have rows that the rules do not allow, one sentence a version; empty means none."""
    found: list[str] = []
    for ref in history.refs():
        try:
            history.case(ref)
        except Refused as refusal:
            found.append(f"The history of {ref.uri} is not allowed by the rules: {refusal}")
    return tuple(found)
