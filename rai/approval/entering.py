"""Enters one event into the ledger: the shared way of every deed, with its key, its guard and the case afterwards."""

from __future__ import annotations

from typing import TypedDict

from rai.approval.cases import Case
from rai.approval.events import AnyEvent
from rai.approval.history import History
from rai.approval.ledger import Guard, Ledger
from rai.digests import canonical_json, sha256
from rai.people import Person
from rai.versions import ModelVersionRef


class About(TypedDict):
    """The fields every event has."""

    model: str
    version: str
    actor: Person
    time: str


def about(ref: ModelVersionRef, actor: Person, time: str) -> About:
    """Return the fields every event has."""
    return {"model": ref.name, "version": ref.version, "actor": actor, "time": time}


def nothing_more(_: History) -> None:
    """Leave it to the rules that hold for every event."""


def enter(ledger: Ledger, event: AnyEvent, *, guard: Guard = nothing_more, idem: str = "") -> Case:
    """Append an event in one transaction and return the case as it stands afterwards.

    Parameters
    ----------
    idem
        Key of the form; empty for an event without one.

    Raises
    ------
    Refused
        If guard or rules say no; the attempt is then in the ledger.
    """
    ledger.append(event, idem=idem or _key(ledger, event), guard=guard)
    found = ledger.history().case(event.ref)
    assert found is not None
    return found


def _key(ledger: Ledger, event: AnyEvent) -> str:
    # An event without a form is its own key, at the place in the history where it was made: written twice at once it
    # counts once, and the same deed may be done again later.
    place = len(ledger.history().of(event.ref))
    return sha256(canonical_json([place, event.model_dump(mode="json")]))
