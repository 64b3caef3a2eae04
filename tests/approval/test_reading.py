"""The ledger in words: no row is left out, and no cell of the export is a formula."""

from __future__ import annotations

import csv
import io

import pytest

from rai.approval import desk
from rai.approval.chain import GENESIS, LedgerRow
from rai.approval.events import SYSTEM
from rai.approval.reading import KINDS, lines, spreadsheet
from rai.errors import Refused
from tests.approval.builders import ADA, BOB, REF, TIME, MemoryLedger, digests, in_review, person, review, submit, vote


def told(book: MemoryLedger) -> list[tuple[str, str, str]]:
    return [(line.kind, line.who, line.said) for line in lines(book.rows())]


def read_back(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_round_from_submission_to_revocation_in_words() -> None:
    book = MemoryLedger()
    in_review(book)
    with pytest.raises(Refused):
        vote(book, by=ADA)
    vote(book)
    desk.record_published(book, REF, envelope=b"x", time=TIME)
    desk.record_promoted(book, REF, actor=SYSTEM, alias="champion", live=digests(), time=TIME, asked_by="Ola Ops")
    desk.revoke(book, REF, actor=BOB, reason="A leak was found in the data.", time=TIME)
    assert [kind for kind, *_ in told(book)] == [
        "submitted", "reviewed", "attempt refused", "approved", "published", "promoted", "revoked",
    ]  # fmt: skip
    assert told(book)[2][1:] == (
        "Ada",
        "Tried to approve. Ada may not approve: only the reviewer or independent approver may.",
    )
    assert told(book)[3][1:] == ("Bob", "Evidence is complete and good.")
    assert told(book)[5][1:] == ("RAI Review", "Alias champion, asked for by Ola Ops")
    assert told(book)[6][1:] == ("Bob", "A leak was found in the data.")
    assert {kind for kind, *_ in told(book)} <= set(KINDS)


def test_edits_staleness_and_expiry_in_words() -> None:
    book = MemoryLedger()
    in_review(book)
    desk.record_narrative(book, REF, actor=ADA, field="intended_use", text="For loans.", time=TIME)
    vote(book, live=digests(card="second"), seen=digests(card="second"))
    desk.mark_stale(book, REF, live=digests(card="second", policy="other"), time=TIME)
    assert told(book)[2] == ("card edited", "Ada", "Field intended use")
    assert told(book)[4] == ("found stale", "RAI Review", "Changed: policy")
    stale = lines(book.rows())[4]
    assert stale.digests == f"policy {digests(policy='other')['policy']}"
    assert (stale.roles, stale.identity) == ("program", "rai|system")


def test_a_row_says_the_roles_held_then_and_all_digests_signed() -> None:
    book = in_review(MemoryLedger())
    vote(book)
    signed = lines(book.rows())[-1]
    assert (signed.roles, signed.round, signed.version) == ("reviewer", 1, "3")
    assert signed.digests == ", ".join(f"{name} {digest}" for name, digest in digests().items())
    assert signed.row == book.rows()[-1].hash


def test_a_row_that_cannot_be_read_is_shown_and_not_left_out() -> None:
    broken = (
        LedgerRow(seq=1, prev=GENESIS, body="not json", hash="h", idem="i"),
        LedgerRow(seq=2, prev="h", body='{"model":"credit","version":"3"}', hash="k", idem="j"),
    )
    found = lines(broken)
    assert [(line.seq, line.kind, line.model) for line in found] == [(1, "unreadable", ""), (2, "unreadable", "credit")]
    assert found[0].said == "Row 1 of the ledger cannot be read."


@pytest.mark.parametrize("evil", ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(evil: str) -> None:
    book = MemoryLedger()
    submit(book, by=person("eva", "submitter", name=evil))
    review(book)
    vote(book, by=person("max", "reviewer", name=evil), rationale=f"{evil} and ten letters more")
    cells = [cell for row in read_back(spreadsheet(lines(book.rows()))) for cell in row.values()]
    assert f"'{evil}" in [cell.replace("\N{WORD JOINER}", "") for cell in cells]
    assert [cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []


def test_the_export_has_every_line_with_its_fields() -> None:
    book = in_review(MemoryLedger())
    found = lines(book.rows())
    rows = read_back(spreadsheet(found))
    assert [row["seq"] for row in rows] == ["1", "2"]
    assert [row["kind"] for row in rows] == ["submitted", "reviewed"]
    assert [row["time"] for row in rows] == [TIME, TIME]
    assert rows[0]["digests"] == found[0].digests
