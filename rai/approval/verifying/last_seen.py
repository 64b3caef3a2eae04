"""What this pipeline has seen last: an older decision or status list is a replay and is refused."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from rai.approval.verifying.inputs import read_file
from rai.approval.verifying.statement import Statement
from rai.approval.verifying.strict import NotVerified, an_object, digest, items, number, read_json, text
from rai.digests import canonical_json
from rai.errors import InputError

LAST_SEEN_FORMAT = "rai-last-seen/v1"

#: Registry, model and stage: what is deployed to one stage must not hold back another.
Place = tuple[str, str, str]
_PATIENCE = 3
_FIELDS = ("instance", "model", "stage", "seq", "head")


@dataclass(frozen=True)
class LastSeen:
    """The newest decision row (number, hash) by place, and when the newest status list was made."""

    rows: Mapping[Place, tuple[int, str]] = field(default_factory=dict)
    status_made: int = 0


def need_newer(seen: LastSeen, statement: Statement, *, stage: str, status_made: int) -> LastSeen:
    """Refuse what is older than what was seen, and return what is then seen last.

    Parameters
    ----------
    status_made
        When the status list was made; 0 if there is none.

    Raises
    ------
    NotVerified
        If a newer decision for this model and stage, another ledger, or a newer status list was seen.
    """
    place = (statement.registry["instance"], statement.registry["model"], stage)
    row = (statement.seq, statement.head)
    if any(other[0] == row[0] and other[1] != row[1] for key, other in seen.rows.items() if key[0] == place[0]):
        raise NotVerified("it names a row of the ledger that had other content when it was seen before")
    if place in seen.rows and row[0] < seen.rows[place][0]:
        raise NotVerified("a newer decision about this model was seen here before")
    if status_made and status_made < seen.status_made:
        raise NotVerified("a newer one was seen here before", about="The status list is not accepted")
    return replace(seen, rows={**seen.rows, place: row}, status_made=max(status_made, seen.status_made))


def read_last_seen(path: Path) -> LastSeen:
    """Read the file; what does not exist yet has seen nothing.

    Raises
    ------
    InputError
        If it is damaged: then nothing can be decided.
    """
    if not path.exists():
        return LastSeen()
    try:
        fields = an_object(read_json(read_file(path)), ("format", "rows", "status_made"), "it")
        rows = [_row(item) for item in items(fields["rows"], "rows")]
        made = number(fields["status_made"], "status_made")
    except NotVerified as error:
        raise InputError(f"The file of what was seen last, {path}, is damaged: {error.why}. Restore it.") from error
    if fields["format"] != LAST_SEEN_FORMAT or len(dict(rows)) != len(rows):
        raise InputError(f"The file of what was seen last, {path}, is not of the form {LAST_SEEN_FORMAT}. Restore it.")
    return LastSeen(dict(rows), made)


def write_last_seen(path: Path, seen: LastSeen) -> None:
    """Write the file, whole or not at all; ``OSError`` if it cannot be."""
    rows = [dict(zip(_FIELDS, (*place, *row), strict=True)) for place, row in sorted(seen.rows.items())]
    data = canonical_json({"format": LAST_SEEN_FORMAT, "rows": rows, "status_made": seen.status_made})
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let nobody else read and write the file meanwhile; a second verifier waits.

    Raises
    ------
    InputError
        If it has to wait for more than three seconds.
    """
    with (path.parent / f".{path.name}.lock").open("ab") as lock:
        deadline = time.monotonic() + _PATIENCE
        while not _locked(lock.fileno()):
            if time.monotonic() > deadline:
                raise InputError(f"Another verifier holds {path} for more than {_PATIENCE} s. Try again.")
            time.sleep(0.05)
        yield


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _row(item: object) -> tuple[Place, tuple[int, str]]:
    fields = an_object(item, _FIELDS, "a row")
    place = (text(fields["instance"], "instance"), text(fields["model"], "model"), text(fields["stage"], "stage"))
    return place, (number(fields["seq"], "seq"), digest(fields["head"], "head"))
