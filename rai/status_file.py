"""Keeps the signed status list of this installation fresh: what a pipeline asks about revocations, offline."""

from __future__ import annotations

import time
from pathlib import Path

from rai.approval import desk
from rai.approval.keys import open_signer
from rai.approval.status_list import FILE_NAME, make
from rai.files import write_whole
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
    write_whole(path, make(desk.cases(workspace.ledger), open_signer(workspace.signing_key), now=moment))
    workspace.outbox.keep_listed(f"{head} {moment}")
    return path
