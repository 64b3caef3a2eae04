"""The ledger: who decided what, when, on which bytes. Rows are only ever added, each chained to the one before."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from rai.approval.cases import Case
from rai.approval.chain import Checkpoint, LedgerRow, broken_links, link, next_row
from rai.approval.events import AnyEvent, AttemptRefused, action_of, intent_of
from rai.approval.history import History, against_the_rules, follow, round_after
from rai.approval.turns import Guard, Queue, Turn
from rai.database import METADATA, reading, writing
from rai.digests import canonical_json, sha256
from rai.errors import RaiError, Refused
from rai.versions import ModelVersionRef

__all__ = ["CHAIN_ID", "Guard", "Ledger", "LedgerBroken"]

#: Any number, the same for every process that writes this chain (PostgreSQL advisory lock).
CHAIN_ID = 0x5241492D4C454447

_TABLE = sa.Table(
    "ledger",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("prev", sa.Text, nullable=False, unique=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.Column("idem", sa.Text, nullable=False, unique=True),
    sqlite_strict=True,
)

# Triggers are defence against slips; the evidence is the chain and the checkpoints.
_TRIGGERS = (
    ("sqlite", "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'append-only'); END"),
    ("sqlite", "CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'append-only'); END"),
    (
        "postgresql",
        """CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN RAISE EXCEPTION ''the ledger is append-only''; END'""",
    ),
    (
        "postgresql",
        """CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()""",
    ),
)


def _add_triggers(_: sa.Table, connection: sa.Connection, **__: object) -> None:
    for dialect, statement in _TRIGGERS:
        if connection.dialect.name == dialect:
            connection.execute(sa.text(statement))


sa.event.listen(_TABLE, "after_create", _add_triggers)


@dataclass
class _Shared:
    """What all who opened one database in one process share: the queue of writers, and what was found intact last."""

    queue: Queue = field(default_factory=Queue)
    known: History = field(default_factory=lambda: History(()))


_shared: WeakKeyDictionary[sa.Engine, _Shared] = WeakKeyDictionary()


class LedgerBroken(Refused):
    """The chain does not hold; nothing is decided until the ledger is restored."""


class Ledger:
    """The append-only table.

    Parameters
    ----------
    engine
        The database; see :func:`rai.database.open_database`.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._shared = _shared.setdefault(engine, _Shared())

    def append(self, event: AnyEvent, *, idem: str, guard: Guard) -> LedgerRow:
        """Add an event in one transaction that sees no other writer.

        Parameters
        ----------
        idem
            Key of the intention, made when its form was drawn. The same intention under the same key changes
            nothing and returns the row written first.
        guard
            Asked with the history as it stands inside the transaction. Besides it, the rules of
            :func:`rai.approval.rules.decide` always hold.

        Raises
        ------
        Refused
            If the guard or the rules say no; the attempt is then recorded. If the key was used for something else,
            or the chain is broken, nothing is recorded.
        """
        # Bodies are kept composed (NFC); a key that is not would make its row differ from its body.
        turn = Turn(event, unicodedata.normalize("NFC", idem), guard)
        return self._shared.queue.take(turn, self._together)

    def _together(self, turns: Sequence[Turn]) -> None:
        """Carry out all turns in one transaction, each judged by what stands before it."""
        with writing(self._engine) as connection:
            _lock(connection)
            history = self._intact(connection)
            for turn in turns:
                added = _taken(history, turn)
                if added is not None:
                    _insert(connection, added)
                    history = _intact((*history.rows, added), known=len(history.rows))

    def history(self) -> History:
        """Return all rows as they are now.

        Raises
        ------
        LedgerBroken
            If the chain does not hold.
        """
        with reading(self._engine) as connection:
            return self._intact(connection)

    def _intact(self, connection: sa.Connection) -> History:
        """Read everything; rows that are byte by byte those of the last reading need not be followed again."""
        before = self._shared.known
        found = _read(connection)
        same = _same(before.rows, found)
        if same == len(found) == len(before.rows):
            return before
        self._shared.known = history = _intact((*before.rows[:same], *found[same:]), known=same)
        return history

    def rows(self, ref: ModelVersionRef | None = None) -> tuple[LedgerRow, ...]:
        """Return all rows, or those about one version, oldest first, without judging them."""
        with reading(self._engine) as connection:
            found = _read(connection)
        return found if ref is None else History(found).of(ref)

    def check(self, checkpoints: Iterable[Checkpoint] = ()) -> tuple[str, ...]:
        """Check chain, form, checkpoints and rules; one sentence a problem, empty means intact."""
        rows = self.rows()
        found = broken_links(rows, checkpoints)
        return found or against_the_rules(History(rows))

    def export(self) -> bytes:
        """Return the whole ledger as JSON Lines, one row a line, for an auditor's own check."""
        names = ("seq", "prev", "body", "hash", "idem")
        lines = (canonical_json({name: getattr(row, name) for name in names}) for row in self.rows())
        return b"".join(line + b"\n" for line in lines)


def _lock(connection: sa.Connection) -> None:
    # SQLite has taken its write lock with BEGIN IMMEDIATE.
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CHAIN_ID)))


def _read(connection: sa.Connection) -> tuple[LedgerRow, ...]:
    found = connection.execute(sa.select(_TABLE).order_by(_TABLE.c.seq)).all()
    return tuple(LedgerRow(seq=row.seq, prev=row.prev, body=row.body, hash=row.hash, idem=row.idem) for row in found)


def _same(known: Sequence[LedgerRow], found: Sequence[LedgerRow]) -> int:
    """Count the rows at the beginning that have not changed by a byte since they were found intact."""
    pairs = zip(known, found, strict=False)
    return next((number for number, (one, other) in enumerate(pairs) if one != other), min(len(known), len(found)))


def _intact(rows: tuple[LedgerRow, ...], *, known: int = 0) -> History:
    problems = broken_links(rows, known=known)
    if problems:
        raise LedgerBroken(f"{problems[0]} Nothing can be decided until the ledger is restored from a backup.")
    return History(rows)


def _taken(history: History, turn: Turn) -> LedgerRow | None:
    """Judge one turn, keep its answer in it, and return the row to write, if any."""
    try:
        earlier = next((row for row in history.rows if row.idem == turn.idem), None)
        if earlier is not None:
            turn.row = _same_intent(earlier, turn.event)
            return None
        turn.row, turn.error = _judged(history, turn.event, turn.idem, turn.guard)
    except Exception as error:  # noqa: BLE001 - what one guard raises is that one's answer; the others go on
        turn.error = error
        return None
    return turn.row


def _same_intent(earlier: LedgerRow, event: AnyEvent) -> LedgerRow:
    if intent_of(earlier.event) != intent_of(event):
        raise Refused("This form was already used for another decision. Load the page again.")
    return earlier


def _judged(history: History, event: AnyEvent, idem: str, guard: Guard) -> tuple[LedgerRow | None, Refused | None]:
    """Return the row to write, if any, and the refusal, if any."""
    case = history.case(event.ref)
    last = history.rows[-1] if history.rows else None
    try:
        guard(history)
        row = next_row(last, event, round_number=round_after(case, event), idem=idem)
        follow(case, row)
    except Refused as refusal:
        return _refused(history, case, event, idem, str(refusal)), refusal
    return row, None


def _refused(history: History, case: Case | None, event: AnyEvent, idem: str, reason: str) -> LedgerRow | None:
    # The same attempt refused for the same reason is recorded once; a corrected one is judged anew.
    key = f"refused:{sha256(canonical_json([idem, reason]))}"
    if any(row.idem == key for row in history.rows):
        return None
    attempt = AttemptRefused(
        model=event.model, version=event.version, actor=event.actor, time=event.time, action=action_of(event),
        reason=reason,
    )  # fmt: skip
    last = history.rows[-1] if history.rows else None
    return next_row(last, attempt, round_number=round_after(case, attempt), idem=key)


def _insert(connection: sa.Connection, row: LedgerRow) -> None:
    values = {"seq": row.seq, "prev": row.prev, "body": row.body, "hash": row.hash, "idem": row.idem}
    connection.execute(sa.insert(_TABLE).values(**values))
    back = connection.execute(sa.select(_TABLE).where(_TABLE.c.seq == row.seq)).one()
    # What was written is read again before it counts: a damaged row would break the chain for good.
    if dict(back._mapping) != values or link(back.prev, back.body) != back.hash:  # noqa: SLF001 - documented as public
        raise RaiError("The ledger did not keep what was written to it; nothing was recorded. Check the disk.")
