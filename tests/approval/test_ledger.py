"""The ledger on disk: append-only, exactly once under races, and every tampering of the database file is found."""

import json
import sqlite3
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from rai.approval import desk, ledger
from rai.approval.chain import GENESIS, LedgerRow, link, next_row
from rai.approval.events import SYSTEM, Ended, NarrativeEdited, Overridden, SignedOff, Waived
from rai.approval.history import History
from rai.approval.ledger import Ledger, LedgerBroken
from rai.approval.subjects import etag
from rai.database import METADATA, open_database
from rai.errors import Refused
from rai.people import Person
from rai.versions import ModelVersionRef
from tests.approval.builders import (
    ADA,
    BOB,
    DAN,
    MEDIUM,
    OLE,
    REF,
    TIME,
    approved,
    digests,
    in_review,
    person,
    submit,
    vote,
)


def database(book: Ledger) -> sqlite3.Connection:
    """The file as a forger opens it: no triggers, no constraints."""
    path = book._engine.url.database
    connection = sqlite3.connect(path)
    connection.executescript(
        "drop trigger ledger_no_update; drop trigger ledger_no_delete; alter table ledger rename to old;"
        "create table ledger(seq, prev, body, hash, idem); insert into ledger select * from old; drop table old;"
    )
    return connection


def test_what_is_written_can_be_read_and_checked(book: Ledger) -> None:
    approved(book)
    rows = book.rows(REF)
    assert [row.fields["event"] for row in rows] == ["submitted", "reviewed", "signed_off"]
    assert [(row.seq, row.round) for row in rows] == [(1, 1), (2, 1), (3, 1)]
    assert rows[0].prev == GENESIS
    signed = rows[2].event
    assert isinstance(signed, SignedOff)
    assert (signed.actor, signed.digests, signed.etag) == (BOB, digests(), etag(digests()))
    assert book.check([row.checkpoint for row in rows]) == ()
    assert book.rows(ModelVersionRef(name="credit", version="4")) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger set body = 'x'",
        "delete from ledger",
        "insert or replace into ledger select seq, prev, 'x', 'y', 'z' from ledger where seq = 1",
        "insert into ledger select seq + 9, prev, body, 'other', 'other' from ledger where seq = 1",
        "insert into ledger select seq + 9, 'other', body, 'other', idem from ledger where seq = 1",
    ],
)
def test_the_database_itself_refuses_changes_forks_and_repeats(book: Ledger, statement: str) -> None:
    submit(book)
    with pytest.raises(sa.exc.IntegrityError), book._engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert book.check() == ()


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger set body = replace(body, 'Bob', 'Bert') where seq = 3",
        "update ledger set idem = 'other' where seq = 2",
        "update ledger set hash = prev where seq = 2",
        "delete from ledger where seq = 2",
        "delete from ledger where seq = 1",
        "update ledger set seq = 10 where seq = 3",
        "update ledger set seq = case seq when 1 then 2 when 2 then 1 else seq end",
        "insert into ledger select seq, prev, body, hash, idem from ledger where seq = 2",
        "insert into ledger select 4, hash, body, hash || 'x', 'new' from ledger where seq = 3",
        "update ledger set body = null where seq = 1",
        "update ledger set body = x'ff' where seq = 1",
        "update ledger set seq = 'one' where seq = 1",
    ],
)
def test_a_changed_file_is_found_and_decides_nothing_any_more(book: Ledger, statement: str) -> None:
    approved(book)
    with database(book) as connection:
        connection.execute(statement)
    assert book.check()
    assert book.rows(REF) is not None
    before = len(book.rows())
    with pytest.raises(LedgerBroken):
        desk.case(book, REF)
    with pytest.raises(LedgerBroken):
        submit(book, ref=ModelVersionRef(name="other", version="1"))
    assert len(book.rows()) == before


def test_a_cut_end_is_found_by_the_checkpoint(book: Ledger) -> None:
    approved(book)
    head = book.rows()[-1].checkpoint
    with database(book) as connection:
        connection.execute("delete from ledger where seq = 3")
    assert book.check() == ()
    assert "lost row 3" in book.check([head])[0]


def forge(book: Ledger, row: LedgerRow) -> None:
    with database(book) as connection:
        connection.execute(
            "insert into ledger values (?, ?, ?, ?, ?)", (row.seq, row.prev, row.body, row.hash, row.idem)
        )


@pytest.mark.parametrize("forger", [ADA, ADA.model_copy(update={"roles": ("reviewer",)}), person("zoe")])
def test_a_well_chained_row_against_the_rules_counts_for_nothing(book: Ledger, forger: object) -> None:
    in_review(book)
    event = SignedOff(
        model=REF.name, version=REF.version, actor=forger, time=TIME, decision="approve", rationale="I say so myself.",
        etag=etag(digests()), digests=digests(), tools={},
    )  # fmt: skip
    forge(book, next_row(book.rows()[-1], event, round_number=1, idem="forged"))
    assert "not allowed by the rules" in book.check()[0]
    with pytest.raises(Refused):
        desk.case(book, REF)


def signed_by(who: Person, **changes: object) -> SignedOff:
    fields = {
        "decision": "approve", "rationale": "I say so myself.", "etag": etag(digests()), "digests": digests(), "tools": {},
        **changes,
    }  # fmt: skip
    return SignedOff(model=REF.name, version=REF.version, actor=who, time=TIME, **fields)


def excepted_by(who: Person, **changes: object) -> Overridden:
    fields = {
        "reason": "x" * 40, "ticket": "T", "until": "2026-05-10T00:00:00+00:00", "etag": etag(digests()),
        "digests": digests(), "tools": {}, **changes,
    }  # fmt: skip
    return Overridden(model=REF.name, version=REF.version, actor=who, time=TIME, **fields)


FORGERIES = {
    "a vote on other bytes than were reviewed": signed_by(
        DAN, digests=digests(model="x"), etag=etag(digests(model="x"))
    ),
    "a vote without five of its digests": signed_by(DAN, digests={"model": digests()["model"]}),
    "a vote with another etag": signed_by(DAN, etag="0" * 64),
    "a vote without a reason": signed_by(DAN, rationale="  "),
    "a second vote of the same person": signed_by(BOB),
    "a second vote under a look-alike": signed_by(person("Bоb", "reviewer")),
    "an exception by the submitter": excepted_by(ADA.model_copy(update={"roles": ("override",)})),
    "an exception without a full reason": excepted_by(OLE, reason="Because."),
    "an exception for three weeks": excepted_by(OLE, until="2026-05-25T09:30:00+00:00"),
    "a waiver of a missing analysis": Waived(
        model=REF.name, version=REF.version, actor=BOB, time=TIME, finding="0" * 64, rule="required: data",
        sentence="S.", verdict="not evaluated", reason="It is being mended.", owner="O",
        until="2026-06-01T00:00:00+00:00",
    ),
    "a revocation before any decision": Ended(
        model=REF.name, version=REF.version, actor=BOB, time=TIME, event="revoked", reason="The data were wrong."
    ),
    "a supersession before any decision": Ended(
        model=REF.name, version=REF.version, actor=SYSTEM, time=TIME, event="superseded", reason="A newer one."
    ),
}  # fmt: skip


@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_well_chained_forgery_of_a_decision_counts(book: Ledger, forgery: str) -> None:
    in_review(book, terms=MEDIUM)
    vote(book, by=BOB)
    forge(book, next_row(book.rows()[-1], FORGERIES[forgery], round_number=1, idem="forged"))
    assert "not allowed by the rules" in book.check()[0]
    with pytest.raises(Refused):
        desk.case(book, REF)


def test_a_row_that_names_another_round_counts_for_nothing(book: Ledger) -> None:
    in_review(book)
    event = NarrativeEdited(model=REF.name, version=REF.version, actor=BOB, time=TIME, field="users", text_sha256="")
    forge(book, next_row(book.rows()[-1], event, round_number=2, idem="forged"))
    assert "another round" in book.check()[0]


def test_a_row_of_an_unknown_kind_counts_for_nothing(book: Ledger) -> None:
    in_review(book)
    event = NarrativeEdited(model=REF.name, version=REF.version, actor=BOB, time=TIME, field="users", text_sha256="")
    last = book.rows()[-1]
    row = next_row(last, event, round_number=1, idem="forged")
    body = row.body.replace("narrative_edited", "crowned")
    forge(book, replace(row, body=body, hash=link(row.prev, body)))
    assert "no event known" in book.check()[0]


def test_a_second_click_changes_nothing_and_gets_the_first_answer(book: Ledger) -> None:
    in_review(book)
    first = vote(book, idem="form 1")
    assert vote(book, idem="form 1") == first
    assert len(book.rows()) == 3


def test_one_form_cannot_carry_two_decisions(book: Ledger) -> None:
    in_review(book)
    vote(book, idem="form 1", decision="request changes")
    for other in ({"decision": "approve"}, {"by": DAN, "decision": "request changes"}):
        with pytest.raises(Refused, match="already used"):
            vote(book, idem="form 1", **other)
    assert len(book.rows()) == 3


def test_refused_attempts_are_recorded_once_and_change_nothing(book: Ledger) -> None:
    in_review(book)
    before = desk.case(book, REF)
    for _ in range(3):
        with pytest.raises(Refused, match="at least 10"):
            vote(book, rationale="Fine.", idem="form 1")
    refused = book.rows()[-1]
    assert (len(book.rows()), refused.fields["event"], refused.fields["action"]) == (3, "attempt_refused", "approve")
    assert desk.case(book, REF) == before
    assert vote(book, idem="form 1").state == "approved"
    assert book.check() == ()


def test_an_attempt_on_an_unknown_version_is_recorded_and_opens_no_case(book: Ledger) -> None:
    with pytest.raises(Refused, match="not been submitted"):
        vote(book)
    assert book.rows(REF)[0].fields["event"] == "attempt_refused"
    assert desk.case(book, REF) is None
    assert desk.cases(book) == ()


def test_a_row_the_disk_did_not_keep_is_not_recorded(book: Ledger) -> None:
    submit(book)
    with book._engine.begin() as connection:
        connection.exec_driver_sql(
            "create trigger rot after insert on ledger begin insert or replace into ledger "
            "values (new.seq, new.prev, new.body || ' ', new.hash, new.idem); end"
        )
        connection.exec_driver_sql("drop trigger ledger_no_delete")
        connection.exec_driver_sql("pragma recursive_triggers=off")
    from rai.errors import RaiError

    with pytest.raises((RaiError, sa.exc.DatabaseError)):
        desk.record_narrative(book, REF, actor=BOB, field="users", text="All.", time=TIME)
    assert len(book.rows()) == 1
    assert book.check() == ()


def edits(book: Ledger, name: str, count: int) -> None:
    for number in range(count):
        desk.record_narrative(book, REF, actor=BOB, field="users", text=f"{name} {number}", time=TIME)


def test_two_threads_lose_and_double_nothing(book: Ledger) -> None:
    submit(book)
    threads = [threading.Thread(target=edits, args=(book, name, 50)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({row.fields.get("text_sha256") for row in book.rows()[1:]}) == 100
    assert len(book.rows()) == 101
    assert book.check() == ()


WRITER = """
import sys
from rai.approval.ledger import Ledger
from rai.database import open_database
from tests.approval.test_ledger import edits
edits(Ledger(open_database(sys.argv[1])), sys.argv[2], 50)
"""


def test_two_processes_lose_and_double_nothing(book: Ledger) -> None:
    submit(book)
    url = str(book._engine.url)
    root = Path(__file__).resolve().parents[2]
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url, name], cwd=root) for name in "ab"]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    assert len({row.fields.get("text_sha256") for row in book.rows()[1:]}) == 100
    assert len(book.rows()) == 101
    assert book.check() == ()


def test_two_reviewers_at_once_give_one_decision(book: Ledger) -> None:
    in_review(book)
    answers: list[str] = []
    start = threading.Barrier(8)

    def decide(number: int) -> None:
        who = person(f"r{number}", "reviewer")
        start.wait()
        try:
            answers.append(vote(book, by=who, decision="approve" if number % 2 else "reject", idem=f"{number}").state)
        except Refused:
            answers.append("refused")

    threads = [threading.Thread(target=decide, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert answers.count("refused") == 7
    kinds = [row.fields["event"] for row in book.rows()]
    assert (kinds.count("signed_off"), kinds.count("attempt_refused")) == (1, 7)
    assert book.check() == ()


def test_the_export_holds_every_row_and_can_be_checked_elsewhere(book: Ledger) -> None:
    approved(book)
    import hashlib

    rows = [json.loads(line) for line in book.export().splitlines()]
    assert [row["seq"] for row in rows] == [1, 2, 3]
    assert all(row["hash"] == hashlib.sha256((row["prev"] + row["body"]).encode()).hexdigest() for row in rows)


def test_names_that_look_the_same_are_the_same_case() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    event = NarrativeEdited(model=decomposed, version="1", actor=BOB, time=TIME, field="users", text_sha256="")
    row = next_row(None, event, round_number=0, idem="k")
    assert History((row,)).of(ModelVersionRef(name=composed, version="1")) == (row,)
    assert History((row,)).of(ModelVersionRef(name=decomposed, version="1")) == (row,)


def test_on_postgresql_the_table_is_guarded_and_the_chain_is_locked() -> None:
    said: list[str] = []
    engine = sa.create_mock_engine(
        "postgresql+psycopg2://", lambda sql, *_, **__: said.append(str(sql.compile(engine)))
    )
    METADATA.create_all(engine, tables=[ledger._TABLE], checkfirst=False)
    assert "BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger" in said[-1]
    assert not any("STRICT" in item or "RAISE(ABORT" in item for item in said)
    said.clear()
    ledger._lock(engine)
    assert "pg_advisory_xact_lock" in said[0]


def test_on_sqlite_the_rollback_journal_is_used(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "delete"
        assert connection.exec_driver_sql("pragma synchronous").scalar() == 3
