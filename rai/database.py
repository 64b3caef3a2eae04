"""The one database of this installation: jobs, submissions, reviews, narrative edits and the ledger.

SQLite by default, PostgreSQL by URL. SQLite before 3.51.3 can damage a database in WAL mode (sqlite.org, "WAL-reset
bug"), so the rollback journal is used with ``synchronous=EXTRA``: an acknowledged commit survives power loss.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, MetaData, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from rai.errors import InputError, RaiError

#: Every table of the program registers here.
METADATA = MetaData()

#: Any number, the same for every process that writes to one PostgreSQL database (advisory lock).
WRITERS = 0x5241492D57524954

#: Seconds to reach a PostgreSQL server, and how long a writer waits for another.
_PATIENCE = {"connect_timeout": 6, "options": "-c lock_timeout=30s"}

_PRAGMAS = (
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=EXTRA",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA busy_timeout=30000",
)


@lru_cache(maxsize=8)
def open_database(url: str) -> Engine:
    """Open the database, making its tables if they are not there.

    Raises
    ------
    InputError
        If it cannot be reached.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, **_arguments(address))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_immediate)
    try:
        # Two programs that start at once would both make the tables; the second waits and finds them.
        with writing(engine) as connection:
            METADATA.create_all(connection)
    except (SQLAlchemyError, RaiError) as error:
        shown = address.render_as_string(hide_password=True)
        raise InputError(f"The database {shown} cannot be opened. Check RAI_DATABASE_URL.") from error
    return engine


def _arguments(address: URL) -> dict[str, Any]:
    if address.get_backend_name() == "sqlite":
        return {"poolclass": NullPool, "connect_args": {"timeout": 30}}
    # A connection that the server closed meanwhile is noticed before it is used.
    return {"pool_pre_ping": True, "pool_size": 4, "max_overflow": 60, "connect_args": _PATIENCE}


def _set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver must not open transactions by itself: BEGIN IMMEDIATE below takes the write lock at once.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    if not connection.get_execution_options().get("rai_read_only", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


_turns: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()
_making = threading.Lock()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold one transaction that sees no other writer from its beginning to its end, on either database.

    Never open a second one inside it: it would wait for the first.

    Raises
    ------
    RaiError
        If the database cannot be written, for example because the disk is full; then nothing was recorded.
    """
    with _in_words("written"), _turn(engine), engine.connect() as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(WRITERS)))
        yield connection


def _turn(engine: Engine) -> threading.Lock:
    # SQLite wakes nobody: a writer that finds the file taken sleeps and tries again, and fifty of them in one process
    # starve each other. Here they stand in line first, and only processes compete for the file.
    with _making:
        return _turns.setdefault(engine, threading.Lock())


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Hold a connection that does not take the write lock.

    Raises
    ------
    RaiError
        If the database cannot be read.
    """
    with _in_words("read"), engine.connect().execution_options(rai_read_only=True) as connection:
        yield connection


@contextmanager
def _in_words(deed: str) -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if isinstance(error, IntegrityError | ProgrammingError | DataError):
            raise  # a fault of this program, not of the database
        raise RaiError(
            f"The database cannot be {deed}: {_first_line(error)}. Nothing was recorded. "
            "Check the disk and that the database runs, then try again."
        ) from error


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).strip().partition("\n")[0].rstrip(".")
