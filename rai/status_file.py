"""Keeps the signed status list of this installation fresh: what a pipeline asks about revocations, offline."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from rai.approval import desk
from rai.approval.keys import open_signer
from rai.approval.status_list import FILE_NAME, make
from rai.workspace import Workspace

#: Seconds after which it is written anew although nothing happened; a verifier takes it for a day.
_LIFE = 12 * 3600


def renew_status_list(workspace: Workspace) -> Path | None:
    """Write the list if the ledger has grown since, or the list is old; ``None`` while there is nothing to list.

    The file is there whole or not at all.

    Raises
    ------
    Refused
        If the ledger is broken: then no list is signed.
    """
    rows = workspace.ledger.history().rows
    if not rows:
        return None
    path = workspace.settings.home / FILE_NAME
    head, moment = rows[-1].hash, int(time.time())
    known, _, written = workspace.outbox.listed().partition(" ")
    if path.exists() and known == head and moment - int(written) < _LIFE:
        return path
    _replace(path, make(desk.cases(workspace.ledger), open_signer(workspace.signing_key), now=moment))
    workspace.outbox.keep_listed(f"{head} {moment}")
    return path


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o644)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
