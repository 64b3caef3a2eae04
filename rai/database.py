"""The one database of this installation: jobs, submissions, reviews, narrative edits and the ledger.

SQLite by default, PostgreSQL by URL. SQLite before 3.51.3 can damage a database in WAL mode (sqlite.org, "WAL-reset
bug"), so the rollback journal is used with ``synchronous=EXTRA``: an acknowledged commit survives power loss.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from rai.errors import InputError

#: Every table of the program registers here.
METADATA = MetaData()

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
    engine = create_engine(address, poolclass=NullPool, connect_args=_arguments(address.get_backend_name()))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_immediate)
    try:
        METADATA.create_all(engine)
    except SQLAlchemyError as error:
        shown = address.render_as_string(hide_password=True)
        raise InputError(f"The database {shown} cannot be opened. Check RAI_DATABASE_URL.") from error
    return engine


def _arguments(backend: str) -> dict[str, int | None]:
    return {"timeout": 30} if backend == "sqlite" else {}


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


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Hold one transaction that sees no other writer from its beginning to its end."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Hold a connection that does not take the write lock."""
    with engine.connect().execution_options(rai_read_only=True) as connection:
        yield connection
