"""The same program on PostgreSQL: ledger, queue, records and the whole way from a decision to an open gate."""

from __future__ import annotations

import inspect
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from rai.approval import desk, ledger
from rai.approval.ledger import Ledger
from rai.archive import Archive
from rai.clock import now
from rai.database import METADATA, open_database, writing
from rai.drafts import Draft
from rai.drift import Difference, Drifts
from rai.errors import InputError, RaiError
from rai.gating import gate
from rai.jobs import Jobs
from rai.narrative import Entry
from rai.outbox import Outbox
from rai.promoting import promote
from rai.publishing import publish, unfinished
from rai.reconciling import reconcile
from rai.store import ContentStore
from rai.workspace import Workspace
from tests import postgres, test_jobs
from tests.approval import test_desk, test_ledger
from tests.approval.builders import BOB, REF, TIME, approved, submit
from tests.publishing import crowd, kit


@pytest.fixture
def url(postgresql: str) -> Iterator[str]:
    found = postgres.fresh(postgresql)
    yield found
    open_database(found).dispose()


@pytest.fixture
def book(url: str) -> Ledger:
    return Ledger(open_database(url))


def asks_only_for(module: object, *names: str) -> list[Callable[..., None]]:
    """The tests of a module that need nothing but these and look at no file of SQLite's."""
    found = [item for name, item in vars(module).items() if name.startswith("test_")]
    return [
        item
        for item in found
        if set(inspect.signature(item).parameters) and set(inspect.signature(item).parameters) <= set(names)
        if not any(word in inspect.getsource(item) for word in ("database(", "forge(", "exec_driver_sql"))
    ]


LEDGER = asks_only_for(test_ledger, "book") + asks_only_for(test_desk, "book")


@pytest.mark.parametrize("test", LEDGER, ids=lambda test: test.__name__)
def test_the_ledger_keeps_what_it_keeps_on_sqlite(test: Callable[..., None], book: Ledger) -> None:
    assert len(LEDGER) >= 8
    test(book)


JOBS = asks_only_for(test_jobs, "jobs", "clock")


@pytest.mark.parametrize("test", JOBS, ids=lambda test: test.__name__)
def test_the_queue_behaves_as_on_sqlite(test: Callable[..., None], url: str) -> None:
    assert len(JOBS) >= 5
    clock = test_jobs.Clock()
    given = {"jobs": Jobs(open_database(url), clock=clock), "clock": clock}
    test(**{name: given[name] for name in inspect.signature(test).parameters})


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger set body = 'x'",
        "delete from ledger",
        "truncate ledger",
        "insert into ledger select seq + 9, prev, body, 'other', 'other' from ledger where seq = 1",
        "insert into ledger select seq + 9, 'other', body, 'other', idem from ledger where seq = 1",
        "insert into ledger select 1, 'other', 'x', 'y', 'z' from ledger where seq = 1 on conflict (seq) do update set body = 'x'",
    ],
)
def test_the_database_itself_refuses_changes_forks_and_repeats(book: Ledger, statement: str) -> None:
    submit(book)
    with pytest.raises(sa.exc.DatabaseError), book._engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert book.check() == ()


def test_rows_changed_past_the_triggers_are_found(book: Ledger) -> None:
    approved(book)
    with book._engine.begin() as connection:
        connection.exec_driver_sql("set session_replication_role = replica")
        connection.exec_driver_sql("update ledger set body = replace(body, 'Bob', 'Bert') where seq = 3")
    with pytest.raises(ledger.LedgerBroken):
        desk.case(book, REF)


def grants() -> list[str]:
    """The statements of docs/security.md."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "security.md").read_text()
    return [item.strip() for item in text.split("```sql")[1].split("```")[0].split(";") if item.strip()]


def test_the_programs_account_needs_no_right_to_change_rows_of_the_ledger(url: str, book: Ledger) -> None:
    submit(book)
    with book._engine.begin() as connection:
        connection.exec_driver_sql("create role rai_app login")
        for statement in grants():
            connection.exec_driver_sql(statement)
    limited = open_database(make_url(url).set(username="rai_app").render_as_string(hide_password=False))
    try:
        desk.record_narrative(Ledger(limited), REF, actor=BOB, field="users", text="All.", time=TIME)
        for statement in ("update ledger set body = 'x'", "delete from ledger", "drop table ledger"):
            with pytest.raises(sa.exc.ProgrammingError), limited.begin() as connection:
                connection.exec_driver_sql(statement)
        assert len(book.rows()) == 2
        jobs, drifts, outbox = Jobs(limited), Drifts(limited), Outbox(limited, ContentStore(Path("unused")))
        jobs.enqueue("look", "registry", by="webhook")
        jobs.finish(jobs.take("worker"))
        difference = Difference(model="credit", kind="alias", found="3", sentence="It points elsewhere.")
        for found in ([difference], [difference], []):
            drifts.note(found, time=TIME)
        outbox.settle_tags(REF, {"rai.status": "approved"})
        outbox.settle_tags(REF, None)
        assert [item.ending for item in drifts.all()] == ["gone"]
        archive = Archive(limited, ContentStore(Path("unused")))
        archive.drafts.keep(BOB, REF, Draft(field="users", entry=Entry(text="Begun."), base="", written=TIME))
        archive.drafts.discard(BOB, REF)
        assert archive.narrative(REF) == {}
    finally:
        limited.dispose()


def test_two_programs_that_start_at_once_make_the_tables_once(url: str) -> None:
    script = "import sys; from rai.workspace import Workspace; from rai.database import open_database; open_database(sys.argv[1])"
    root = Path(__file__).resolve().parents[2]
    started = [subprocess.Popen([sys.executable, "-c", script, url], cwd=root) for _ in range(3)]
    assert [program.wait(timeout=120) for program in started] == [0, 0, 0]
    assert set(sa.inspect(open_database(url)).get_table_names()) == set(METADATA.tables)


def test_the_same_work_queued_at_once_is_queued_once(url: str) -> None:
    jobs, start = Jobs(open_database(url)), threading.Barrier(8)

    def ask() -> None:
        start.wait()
        jobs.enqueue("review", "models:/a/1", by="ada")

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(jobs.all()) == 1


def test_fifty_reviewers_at_once_are_each_heard_exactly_once(book: Ledger) -> None:
    crowd.open_cases(book)
    found = crowd.act(book)
    assert found.faults == []
    kinds, doubled = crowd.outcome(book)
    assert (sum(found.answers.values()), doubled, book.check()) == (1000, 0, ())
    assert (kinds["narrative_edited"], kinds["signed_off"]) == (found.answers["edited"], found.answers["voted"])


def test_a_database_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(InputError, match=r"rai:\*\*\*@.*cannot be opened. Check RAI_DATABASE_URL") as refusal:
        open_database("postgresql+psycopg://rai:secret@127.0.0.1:9/none")
    assert "secret" not in str(refusal.value)


def test_a_writer_that_waits_too_long_gets_a_sentence(url: str) -> None:
    impatient = sa.create_engine(url, connect_args={"options": "-c lock_timeout=200ms"})
    refused = pytest.raises(RaiError, match=r"cannot be written.*Nothing was recorded")
    with writing(open_database(url)), refused, writing(impatient):
        raise AssertionError("the other one has the lock")
    impatient.dispose()


def test_from_the_decision_to_the_open_gate(url: str, tmp_path: Path) -> None:
    home = tmp_path / "rai"
    home.mkdir()
    (home / "database-url").write_text(url)
    kit.build(home, (kit.FIRST,))
    here = Workspace.open(kit.settings(home))
    assert not (home / "rai.db").exists()
    kit.approve(here)
    assert [case.ref for case in unfinished(here)] == [kit.FIRST]
    publish(here, kit.FIRST, render=kit.render, time=now())
    promote(here, kit.FIRST, by="Ola Ops", time=now())
    assert gate(here, kit.FIRST).reasons == ()
    assert reconcile(here, render=kit.render, time=now()).open == ()
    assert kit.events(here)[-3:] == ["signed_off", "published", "promoted"]
