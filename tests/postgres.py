"""A PostgreSQL server on a private directory, from Debian's package, for as long as a test needs it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url


def programs() -> Path | None:
    """The newest folder with PostgreSQL's programs; ``None`` if it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    return Path(there).resolve().parent if there else None


def owner() -> str | None:
    """Who runs it: PostgreSQL refuses to run as root, so root lends it to an account without rights."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


@contextmanager
def server() -> Iterator[str]:
    """Start a server that listens on a socket below its own directory only, and yield an address for SQLAlchemy."""
    where, who = programs(), owner()
    assert where is not None
    with tempfile.TemporaryDirectory(prefix="rai-pg-", dir="/tmp") as folder:
        if who is not None:
            shutil.chown(folder, who)
        data = f"{folder}/data"
        _run([where / "initdb", "-D", data, "-U", "rai", "-A", "trust", "-E", "UTF8", "--no-sync"], who)
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=150 -c fsync=off"
        _run([where / "pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start"], who)
        try:
            yield f"postgresql+psycopg://rai@/postgres?host={folder}"
        finally:
            _run([where / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop"], who)


def _run(command: list[Path | str], who: str | None) -> None:
    done = subprocess.run(
        [str(part) for part in command], user=who, cwd="/tmp", capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": "/tmp"},
    )  # fmt: skip
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"


def fresh(url: str) -> str:
    """Make an empty database and return its address."""
    return _made(url, "")


def copied(url: str) -> str:
    """Make a copy of a database that nobody is connected to and return its address."""
    return _made(url, f" TEMPLATE {make_url(url).database}")


def _made(url: str, how: str) -> str:
    name = f"d{uuid.uuid4().hex[:12]}"
    engine = sa.create_engine(make_url(url).set(database="template1"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}{how}")
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)
