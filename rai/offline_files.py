"""Writes the two files a pipeline needs to verify offline: whom to believe, and where every round stands now."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from rai.approval import desk, status_list
from rai.approval.keys import open_signer, trust, trust_file
from rai.files import write_whole
from rai.settings import Settings
from rai.workspace import Workspace


def write_status(settings: Settings, out: Path | None) -> None:
    """Sign the status list anew and write it to a file, or to standard output."""
    workspace = Workspace.open(settings)
    cases, signer = desk.cases(workspace.ledger), open_signer(workspace.signing_key)
    _put(status_list.make(cases, signer, now=int(time.time())), out)


def write_trust(settings: Settings, out: Path | None) -> None:
    """Write the signers of this installation to a file, or to standard output."""
    key = Workspace.open(settings).signing_key
    open_signer(key)
    _put(trust_file(trust(key)), out)


def _put(data: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    write_whole(out, data)
