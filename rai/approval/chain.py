"""The chain: each row of the ledger holds the hash of the row before, so that no row can be changed unnoticed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pydantic import JsonValue, ValidationError

from rai.approval.events import EVENTS, AnyEvent
from rai.digests import canonical_json, sha256
from rai.errors import Refused

#: What stands as ``prev`` in the first row.
GENESIS = "0" * 64
#: Fields of a body that the ledger writes; the rest is the event.
_OWN = ("seq", "idem", "round")


@dataclass(frozen=True)
class Checkpoint:
    """The state of the chain at one row, kept outside the database: its number and its hash."""

    seq: int
    head: str


@dataclass(frozen=True)
class LedgerRow:
    """One row as the database has it.

    Attributes
    ----------
    seq
        1, 2, 3 and so on.
    prev, hash
        Hash of the row before, and SHA-256 of ``prev`` followed by ``body``.
    body
        The event as canonical JSON; what is not in it is not protected.
    idem
        The key that keeps one intention from being written twice.
    """

    seq: int
    prev: str
    body: str
    hash: str
    idem: str

    @cached_property
    def fields(self) -> dict[str, JsonValue]:
        """The body read as JSON.

        Raises
        ------
        Refused
            If it is not a JSON object.
        """
        try:
            found = json.loads(self.body)
        except (ValueError, TypeError, RecursionError) as error:
            raise Refused(f"Row {self.seq} of the ledger cannot be read.") from error
        if not isinstance(found, dict):
            raise Refused(f"Row {self.seq} of the ledger cannot be read.")
        return found

    @cached_property
    def event(self) -> AnyEvent:
        """What happened.

        Raises
        ------
        Refused
            If the body is not an event.
        """
        try:
            return EVENTS.validate_python({key: value for key, value in self.fields.items() if key not in _OWN})
        except ValidationError as error:
            raise Refused(f"Row {self.seq} of the ledger holds no event known here.") from error

    @property
    def about(self) -> tuple[str, str]:
        """Model and version, without reading the whole event; empty where the row cannot be read."""
        model, version = _own(self, "model"), _own(self, "version")
        return (model, version) if isinstance(model, str) and isinstance(version, str) else ("", "")

    @property
    def round(self) -> int:
        """The round it belongs to; 0 before the first."""
        found = self.fields.get("round")
        return found if isinstance(found, int) else -1

    @property
    def checkpoint(self) -> Checkpoint:
        """Its number and hash."""
        return Checkpoint(self.seq, self.hash)


def link(prev: str, body: str) -> str:
    """Return the hash of a row."""
    return sha256((prev + body).encode())


def next_row(last: LedgerRow | None, event: AnyEvent, *, round_number: int, idem: str) -> LedgerRow:
    """Make the row that follows ``last``."""
    seq, prev = (last.seq + 1, last.hash) if last else (1, GENESIS)
    own: Mapping[str, object] = {"seq": seq, "idem": idem, "round": round_number}
    body = canonical_json({**event.model_dump(mode="json"), **own}).decode()
    return LedgerRow(seq=seq, prev=prev, body=body, hash=link(prev, body), idem=idem)


def broken_links(
    rows: Sequence[LedgerRow], checkpoints: Iterable[Checkpoint] = (), *, known: int = 0
) -> tuple[str, ...]:
    """Say what is wrong with a chain, one sentence a problem; empty means intact.

    Parameters
    ----------
    known
        How many rows at the beginning were found intact before and are the same ones still.

    Without a checkpoint a chain whose end was cut, or that was written anew from some row on, looks intact: only a
    checkpoint kept elsewhere shows that.
    """
    found: list[str] = []
    prev = rows[known - 1].hash if known else GENESIS
    for number, row in enumerate(rows[known:], start=known + 1):
        found += _broken_row(row, number, prev)
        prev = row.hash
    if len({row.idem for row in rows}) != len(rows):
        found.append("One idempotency key stands in two rows of the ledger.")
    return (*found, *_missed(rows, checkpoints))


def _broken_row(row: LedgerRow, number: int, prev: str) -> Iterable[str]:
    if row.seq != number:
        yield f"The ledger has row {row.seq} where row {number} was expected."
    if row.prev != prev:
        yield f"Row {row.seq} of the ledger does not follow the row before it."
    if not isinstance(row.body, str) or row.hash != link(str(row.prev), row.body):
        yield f"Row {row.seq} of the ledger has been changed: its hash does not fit."
        return
    if (row.seq, row.idem, row.body) != (_own(row, "seq"), _own(row, "idem"), _canonical(row)):
        yield f"Row {row.seq} of the ledger is not in the form it was written in."


def _own(row: LedgerRow, name: str) -> JsonValue:
    try:
        return row.fields.get(name)
    except Refused:
        return None


def _canonical(row: LedgerRow) -> str | None:
    try:
        return canonical_json(row.fields).decode()
    except (Refused, TypeError, UnicodeEncodeError):
        return None


def _missed(rows: Sequence[LedgerRow], checkpoints: Iterable[Checkpoint]) -> Iterable[str]:
    heads = {row.seq: row.hash for row in rows}
    for point in checkpoints:
        if point.seq not in heads:
            yield f"The ledger has lost row {point.seq}, to which the checkpoint points."
        elif heads[point.seq] != point.head:
            yield f"Row {point.seq} of the ledger is not the one to which the checkpoint points."
