"""Questions people ask of the ledger: what was approved last, and which version was champion on a day."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from rai.approval.cases import Case
from rai.approval.events import Promoted, SignedOff
from rai.approval.history import History, follow, replay
from rai.card import HolderSignature, SignOff
from rai.errors import Refused
from rai.versions import ModelVersionRef


@dataclass(frozen=True)
class Approval:
    """An approval as the ledger has it.

    Attributes
    ----------
    seq
        Row of the ledger.
    """

    ref: ModelVersionRef
    seq: int
    event: SignedOff


@dataclass(frozen=True)
class Championship:
    """A version that was given an alias.

    Attributes
    ----------
    seq, since
        Row of the ledger, and its time (ISO 8601).
    asked_by
        Name of whoever asked for it.
    approval, exception
        What it rested on: the approval that decided, or the two signatures of an exception; neither if the version's
        own history cannot be followed.
    """

    ref: ModelVersionRef
    seq: int
    since: str
    asked_by: str
    approval: SignOff | None
    exception: tuple[HolderSignature, ...] = ()


def last_approval(history: History, ref: ModelVersionRef) -> Approval | None:
    """Return the newest approval of this version or, if it never had one, of another version of the same model.

    The vote that made enough is the approval; a vote that was not followed by enough others is none.

    Raises
    ------
    Refused
        If the ledger holds rows about the model that the rules do not allow.
    """
    name = _composed(ref.name)
    others = [other for other in history.refs() if other.name == name]
    found = sorted((item for other in others for item in _approvals(history, other)), key=lambda item: item.seq)
    chosen = [item for item in found if item.ref.version == ref.version] or found
    return chosen[-1] if chosen else None


def _approvals(history: History, ref: ModelVersionRef) -> Iterator[Approval]:
    case = None
    for row in history.of(ref):
        case = follow(case, row)
        if isinstance(row.event, SignedOff) and case is not None and case.decision == row.checkpoint:
            yield Approval(ref, row.seq, row.event)


def champion(history: History, model: str, *, alias: str = "champion") -> Championship | None:
    """Return the version that was given the alias last; errors as in :func:`champion_on`."""
    return _newest(history, model, alias, until=None)


def champion_on(history: History, model: str, day: date, *, alias: str = "champion") -> Championship | None:
    """Return the version that had the alias at the end of a day (UTC), as far as the ledger knows.

    The ledger's own order decides, not the clock. An alias moved by hand in the registry is not in the ledger.

    Raises
    ------
    Refused
        If a row is not an event.
    """
    return _newest(history, model, alias, until=day)


def _newest(history: History, model: str, alias: str, *, until: date | None) -> Championship | None:
    key = (_composed(model), alias)
    moves = [
        (row.seq, event)
        for row in history.rows
        if isinstance(event := row.event, Promoted) and (event.model, event.alias) == key
        if until is None or datetime.fromisoformat(event.time).astimezone(UTC).date() <= until
    ]
    if not moves:
        return None
    seq, event = moves[-1]
    before = _case_at(history, event.ref, seq)
    approval, exception = (before.approval, before.exception) if before else (None, ())
    return Championship(event.ref, seq, event.time, event.asked_by, approval, exception)


def _composed(name: str) -> str:
    # The ledger keeps text composed.
    return unicodedata.normalize("NFC", name)


def _case_at(history: History, ref: ModelVersionRef, seq: int) -> Case | None:
    try:
        return replay(row for row in history.of(ref) if row.seq <= seq)
    except Refused:
        return None
