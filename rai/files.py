"""Writes a file whole or not at all: whoever reads it meets the old bytes or the new ones, never half of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rai.errors import RaiError


def write_whole(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write ``data`` to ``path`` in one step that survives power loss; its folder must be there.

    Raises
    ------
    RaiError
        If it cannot be written, for example because the disk is full; then nothing is left behind.
    """
    with in_words(path):
        replace_file(path, data, mode=mode)


def make_folder(path: Path) -> None:
    """Make a folder and those above it where they are not there; errors as in :func:`write_whole`."""
    with in_words(path):
        path.mkdir(parents=True, exist_ok=True)


@contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Say in a sentence that something could not be written; errors as in :func:`write_whole`."""
    try:
        yield
    except OSError as error:
        raise RaiError(
            f"{path} cannot be written: {error.strerror}. Nothing was kept. Make room or mend the folder, then try "
            "again."
        ) from error


def replace_file(path: Path, data: bytes, *, mode: int) -> None:
    """Do what :func:`write_whole` does, and let what the system says against it through as ``OSError``."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
