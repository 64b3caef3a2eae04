"""Reads cases out of the ledger: the same rows always give the same state, and a row against the rules is refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rai.approval.cases import Case, same_person
from rai.approval.chain import LedgerRow
from rai.approval.events import (
    AnyEvent,
    AttemptRefused,
    Ended,
    NarrativeEdited,
    Promoted,
    Published,
    Reviewed,
    SignedOff,
    Stale,
    Submitted,
    action_of,
)
from rai.approval.rules import permit
from rai.approval.states import State
from rai.approval.subjects import etag, missing
from rai.card import SignOff
from rai.errors import InputError, Refused
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
    state = permit(event.actor, action_of(event), case)
    if isinstance(event, Submitted):
        return _opened(case, event, row.round, state)
    # The table lets nothing but a submission follow on nothing.
    assert case is not None
    if isinstance(event, SignedOff):
        return _signed(case, event, row, state)
    return _moved(case, event, state)


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


def _signed(case: Case, event: SignedOff, row: LedgerRow, state: State) -> Case:
    try:
        fits = event.etag == etag(event.digests)
    except InputError:
        fits = False
    if not fits:
        raise Refused("A sign-off names the six digests and the etag made from them.")
    sign_off = SignOff(
        person=event.actor,
        role="reviewer",
        decision=event.decision,
        rationale=event.rationale,
        time=event.time,
        digests=event.digests,
    )
    signed = replace(case, state=state, sign_offs=(*case.sign_offs, sign_off), reason=_why(event))
    if event.decision != "approve":
        return signed
    return replace(signed, sealed=event.digests, decision=row.checkpoint, tools=event.tools)


def _why(event: SignedOff) -> str:
    return "" if event.decision == "approve" else f"{event.actor.name}: {event.rationale}"


def _moved(case: Case, event: AnyEvent, state: State) -> Case:
    moved = replace(case, state=state)
    match event:
        case Reviewed():
            return _reviewed(case, event, state)
        case NarrativeEdited():
            reason = f"{event.actor.name} edited the model card after the decision."
            reason = reason if (case.state, state) == ("approved", "stale") else case.reason
            return replace(moved, editors=_people((*case.editors, event.actor)), reason=reason)
        case Published():
            return replace(moved, envelope=event.envelope_sha256)
        case Promoted():
            return replace(moved, alias=event.alias)
        case Stale():
            return replace(moved, reason=f"Changed: {', '.join(event.changed)}.")
        case Ended():
            return replace(moved, reason=event.reason)
    raise Refused("The ledger holds an event this program does not know.")


def _reviewed(case: Case, event: Reviewed, state: State) -> Case:
    if state == "stale":
        return replace(case, state=state, reason="It was reviewed again after the decision.")
    if event.digests.get("model") != case.sealed["model"]:
        raise Refused("The review is about another model than the one that was submitted. Submit the version again.")
    if set(missing(event.digests)) - {"card"}:
        raise Refused("A complete review names the digests of model, dataset, review, policy and environment.")
    return replace(
        case,
        state=state,
        sealed={**case.sealed, **event.digests},
        review_id=event.review_id,
        policy=event.policy,
        reason="",
    )


def _people(people: Iterable[Person]) -> tuple[Person, ...]:
    found: list[Person] = []
    for person in people:
        if not any(same_person(person, other) for other in found):
            found.append(person)
    return tuple(found)


def against_the_rules(history: History) -> tuple[str, ...]:
    """Say which versions have rows that the rules do not allow, one sentence a version; empty means none."""
    found: list[str] = []
    for ref in history.refs():
        try:
            history.case(ref)
        except Refused as refusal:
            found.append(f"The history of {ref.uri} is not allowed by the rules: {refusal}")
    return tuple(found)
