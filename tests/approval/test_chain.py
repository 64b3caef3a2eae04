"""Ledger tampering: what the chain finds alone, what only a checkpoint finds, and that nothing else is reported."""

import random
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rai.approval.chain import Checkpoint, LedgerRow, broken_links, link, next_row
from rai.approval.events import Ended, NarrativeEdited
from tests.approval.builders import BOB, TIME

LENGTH = 60
CASES = 60


def chain(length: int = LENGTH) -> list[LedgerRow]:
    rows: list[LedgerRow] = []
    for number in range(length):
        event = NarrativeEdited(
            model="credit", version="3", actor=BOB, time=TIME, field="users", text_sha256=f"{number}"
        )
        rows.append(next_row(rows[-1] if rows else None, event, round_number=1, idem=f"key {number}"))
    return rows


ROWS = chain()
HEAD = ROWS[-1].checkpoint


def edited(row: LedgerRow) -> LedgerRow:
    return replace(row, body=row.body.replace('"Bob"', '"Bert"'))


def rechained(rows: list[LedgerRow], start: int) -> list[LedgerRow]:
    """What a forger with the whole database would write: every row from ``start`` on made to fit again."""
    made = rows[:start]
    for row in rows[start:]:
        made.append(next_row(made[-1] if made else None, row.event, round_number=row.round, idem=row.idem))
    return made


def edit(rows: list[LedgerRow], at: int) -> list[LedgerRow]:
    return [*rows[:at], edited(rows[at]), *rows[at + 1 :]]


def edit_with_hash(rows: list[LedgerRow], at: int) -> list[LedgerRow]:
    other = edited(rows[at])
    return [*rows[:at], replace(other, hash=link(other.prev, other.body)), *rows[at + 1 :]]


def delete(rows: list[LedgerRow], at: int) -> list[LedgerRow]:
    return [*rows[:at], *rows[at + 1 :]]


def swap(rows: list[LedgerRow], at: int) -> list[LedgerRow]:
    return [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]]


def swap_bodies(rows: list[LedgerRow], at: int) -> list[LedgerRow]:
    one, two = rows[at], rows[at + 1]
    return [*rows[:at], replace(one, body=two.body), replace(two, body=one.body), *rows[at + 2 :]]


def insert(rows: list[LedgerRow], at: int) -> list[LedgerRow]:
    forged = next_row(rows[at], rows[at].event, round_number=1, idem="forged")
    return [*rows[: at + 1], forged, *rows[at + 1 :]]


def duplicate(rows: list[LedgerRow], at: int) -> list[LedgerRow]:
    return [*rows[: at + 1], rows[at], *rows[at + 1 :]]


def truncate(rows: list[LedgerRow], at: int) -> list[LedgerRow]:
    return rows[: at + 1]


def edit_and_rechain(rows: list[LedgerRow], at: int) -> list[LedgerRow]:
    return rechained([*rows[:at], edited(rows[at]), *rows[at + 1 :]], at)


def delete_and_rechain(rows: list[LedgerRow], at: int) -> list[LedgerRow]:
    return rechained(delete(rows, at), at)


def drop_all(rows: list[LedgerRow], _: int) -> list[LedgerRow]:
    return rows[:0]


ALONE = [edit, edit_with_hash, delete, swap, swap_bodies, insert, duplicate]
WITH_CHECKPOINT = [truncate, edit_and_rechain, delete_and_rechain, drop_all]


def test_an_intact_chain_is_intact() -> None:
    assert broken_links(ROWS) == ()
    assert broken_links(ROWS, [row.checkpoint for row in ROWS]) == ()
    assert broken_links([]) == ()


@pytest.mark.parametrize("tamper", [*ALONE, *WITH_CHECKPOINT])
def test_every_tampering_is_found_with_a_checkpoint_at_the_head(tamper: object) -> None:
    places = random.Random(0).choices(range(LENGTH - 2), k=CASES)
    found = sum(bool(broken_links(tamper(ROWS, at), [HEAD])) for at in places)
    assert found == CASES


@pytest.mark.parametrize("tamper", ALONE)
def test_most_are_found_by_the_chain_alone(tamper: object) -> None:
    assert all(broken_links(tamper(ROWS, at)) for at in range(LENGTH - 2))


@pytest.mark.parametrize("tamper", WITH_CHECKPOINT)
def test_a_clean_cut_or_rewrite_shows_only_at_a_checkpoint(tamper: object) -> None:
    assert all(broken_links(tamper(ROWS, at)) == () for at in range(LENGTH - 2))


def test_a_checkpoint_of_another_ledger_does_not_fit() -> None:
    assert "checkpoint points" in broken_links(ROWS, [Checkpoint(5, "0" * 64)])[0]
    assert "lost row 61" in broken_links(ROWS, [Checkpoint(61, ROWS[-1].hash)])[0]


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "{", '{"seq":1,"seq":1}', '{"seq": 1}', "[" * 100_000, b"\xff", None]
)
def test_garbage_in_a_row_is_a_sentence_not_a_crash(body: object) -> None:
    row = LedgerRow(
        seq=1, prev="0" * 64, body=body, hash=link("0" * 64, body) if isinstance(body, str) else "", idem="k"
    )
    problems = broken_links([row])
    assert problems
    assert all(problem.endswith(".") for problem in problems)


def test_a_number_with_a_point_is_not_canonical() -> None:
    row = ROWS[0]
    body = row.body.replace('"seq":1', '"seq":1.0')
    assert broken_links([replace(row, body=body, hash=link(row.prev, body))])


@given(st.text(), st.text(min_size=1))
def test_whatever_people_write_is_kept_readable_and_chained(text: str, name: str) -> None:
    event = Ended(model=name, version="1", actor=BOB, time=TIME, event="withdrawn", reason=text)
    row = next_row(ROWS[-1], event, round_number=1, idem="new")
    assert broken_links([*ROWS, row]) == ()
    assert row.event.reason == unicodedata.normalize("NFC", text)
    assert row.about == (unicodedata.normalize("NFC", name), "1")
