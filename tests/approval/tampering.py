"""Tampers with a ledger in eight ways, as somebody could who has the whole database and knows how it is written."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from rai.approval import desk
from rai.approval.chain import GENESIS, LedgerRow, broken_links, link
from rai.approval.events import SYSTEM
from rai.digests import canonical_json
from rai.errors import Refused
from rai.versions import ModelVersionRef
from tests.approval.builders import (
    ADA,
    BOB,
    CLOSING,
    DAN,
    EVE,
    HIGH,
    IDA,
    MEDIUM,
    OLE,
    OMA,
    TIME,
    MemoryLedger,
    digests,
    holder_signs,
    review,
    submit,
    vote,
    waive,
)

Rows = list[LedgerRow]


def made_ledger(versions: int = 6) -> tuple[LedgerRow, ...]:
    """A ledger of real histories: votes of several people, a waiver, an exception, a refusal, a promotion, a revocation."""
    book = MemoryLedger()
    for number in range(versions):
        ref = ModelVersionRef(name="credit", version=str(number + 1))
        live = digests(model=ref.version)
        submit(book, ref=ref, model=ref.version)
        review(book, ref=ref, terms=HIGH if number % 2 else MEDIUM, model=ref.version)
        desk.record_narrative(book, ref, actor=EVE, field="users", text="All.", time=TIME)
        waive(book, ref=ref, by=DAN)
        if number % 3 == 2:
            for who in (OLE, OMA):
                holder_signs(book, ref=ref, by=who, live=live, seen=live)
            continue
        with suppress(Refused):
            vote(book, ref=ref, by=EVE, live=live, seen=live)
        for who in (BOB, IDA):
            vote(book, ref=ref, by=who, live=live, seen=live, findings=CLOSING)
        desk.record_published(book, ref, envelope=ref.version.encode(), time=TIME)
        desk.record_promoted(book, ref, actor=SYSTEM, alias="champion", live=live, time=TIME)
        if number % 3 == 1:
            desk.revoke(book, ref, actor=BOB, reason="A leak was found in the data.", time=TIME)
    submit(book, ref=ModelVersionRef(name="credit", version="99"), by=ADA, model="99")
    return book.rows()


def rechained(rows: Sequence[LedgerRow]) -> Rows:
    """Every row made to fit again: numbers, links and hashes."""
    made: Rows = []
    for number, row in enumerate(rows, start=1):
        prev = made[-1].hash if made else GENESIS
        body = canonical_json({**json.loads(row.body), "seq": number}).decode()
        made.append(LedgerRow(seq=number, prev=prev, body=body, hash=link(prev, body), idem=row.idem))
    return made


def forged_body(row: LedgerRow, chance: random.Random) -> str:
    """The body with one thing in it changed: who, when, what, or on which bytes."""
    fields = json.loads(row.body)
    name = chance.choice([name for name in sorted(fields) if name not in {"seq", "idem", "round"}])
    return canonical_json({**fields, name: _other(fields[name], chance)}).decode()


def _other(value: object, chance: random.Random) -> object:
    if isinstance(value, dict) and value:
        name = chance.choice(sorted(value))
        return {**value, name: _other(value[name], chance)}
    if isinstance(value, str):
        other = f"{value[: chance.randrange(len(value) + 1)]}{chance.choice('0aZ~')}"
        return other if other != value else f"{value}~"
    return ["forged"] if value != ["forged"] else []


def edit(rows: Rows, at: int, chance: random.Random) -> Rows:
    return [*rows[:at], replace(rows[at], body=forged_body(rows[at], chance)), *rows[at + 1 :]]


def edit_with_its_hash(rows: Rows, at: int, chance: random.Random) -> Rows:
    body = forged_body(rows[at], chance)
    return [*rows[:at], replace(rows[at], body=body, hash=link(rows[at].prev, body)), *rows[at + 1 :]]


def edit_and_rechain(rows: Rows, at: int, chance: random.Random) -> Rows:
    return rechained(edit(rows, at, chance))


def delete(rows: Rows, at: int, _: random.Random) -> Rows:
    # Not the last one: that is a cut, a class of its own.
    place = at % (len(rows) - 1)
    return [*rows[:place], *rows[place + 1 :]]


def delete_and_rechain(rows: Rows, at: int, chance: random.Random) -> Rows:
    return rechained(delete(rows, at, chance))


def swap(rows: Rows, at: int, chance: random.Random) -> Rows:
    other = chance.choice([place for place in range(len(rows)) if place != at])
    moved = list(rows)
    moved[at], moved[other] = moved[other], moved[at]
    return moved


def insert(rows: Rows, at: int, chance: random.Random) -> Rows:
    body = forged_body(rows[at], chance)
    forged = replace(rows[at], body=body, hash=link(rows[at].prev, body), idem=f"forged {chance.random()}")
    return [*rows[:at], forged, *rows[at:]]


def truncate(rows: Rows, at: int, _: random.Random) -> Rows:
    return rows[:at]


Tampering = Callable[[Rows, int, random.Random], Rows]
CLASSES: dict[str, Tampering] = {
    item.__name__: item
    for item in (edit, edit_with_its_hash, edit_and_rechain, delete, delete_and_rechain, swap, insert, truncate)
}


def campaign(tries: int, *, seed: int, checkpoint: bool = True) -> dict[str, tuple[int, int]]:
    """Tamper that many times in each class and say how many were tried and how many found.

    Parameters
    ----------
    checkpoint
        Whether a checkpoint at the head is known, as every attestation carries one.
    """
    rows, chance = list(made_ledger()), random.Random(seed)
    points = [rows[-1].checkpoint] if checkpoint else []
    found = dict.fromkeys(CLASSES, 0)
    for name, tamper in CLASSES.items():
        for _ in range(tries):
            other = tamper(rows, chance.randrange(len(rows)), chance)
            assert other != rows, name
            found[name] += bool(broken_links(other, points))
    return {name: (tries, count) for name, count in found.items()}
