"""Copies a model's folder while its manifest is built: the bytes that were digested are the bytes that are kept.

Folders are walked by descriptor and no link is followed: a file that is swapped meanwhile is either digested as it is
copied, or not copied at all. Names are written composed (NFC) and modes plain: the copy depends on the manifest alone.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from rai.approval.verifying.strict import NotVerified
from rai.digests import RESERVED, canonical_json, sha256

MOST_FILES, DEEPEST, LARGEST_MLMODEL = 100_000, 64, 16 << 20
_CHUNK = 1 << 20
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

#: A path component of the reserved name, in any case, with letters written as YAML escapes or not.
_RESERVED_PATH = re.compile(rb"(?<![\w.-])rai_review(?![\w.-])", re.IGNORECASE)
_ESCAPE = re.compile(rb"\\(?:x|u00|U000000)([0-9a-fA-F]{2})|%([0-9a-fA-F]{2})")

Entry = dict[str, str | int]


def copy_model(source: Path, target: Path) -> str:
    """Copy a model's folder to ``target``, which is made, and return the digest of the copy.

    What lies below the reserved names is neither digested nor copied.

    Returns
    -------
    str
        The same as :func:`rai.digests.tree_digest` of the copy.

    Raises
    ------
    NotVerified
        If the tree holds a link, a device, two names that differ only in case, a name that is not UTF-8, too many
        files or folders in folders, or an ``MLmodel`` that names a path below ``rai_review/``; or if a file changed
        while it was copied.
    OSError
        If something cannot be read or written.
    """
    entries: list[Entry] = []
    os.mkdir(target, 0o755)  # noqa: PTH102 - everything here goes by descriptor, as below
    with _opened(source, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) as root, _opened(target, _FOLDER) as place:
        _copy_folder(root, place, (), entries)
    entries.sort(key=lambda entry: str(entry["path"]).encode())
    return sha256(b"rai-manifest-v1\0" + canonical_json(entries))


def _copy_folder(source: int, target: int, above: tuple[str, ...], entries: list[Entry]) -> None:
    if len(above) > DEEPEST:
        _refuse_tree(f"it holds folders more than {DEEPEST} deep")
    names = sorted(os.listdir(source))
    _no_twins(names, above)
    for name in names:
        path = (*above, _composed(name))
        if path[0] in RESERVED:
            continue
        kind = os.stat(name, dir_fd=source, follow_symlinks=False).st_mode
        if stat.S_ISDIR(kind):
            before, copy = len(entries), path[-1].encode()
            os.mkdir(copy, 0o755, dir_fd=target)
            with _opened(name, _FOLDER, at=source) as inner, _opened(copy, _FOLDER, at=target) as place:
                _copy_folder(inner, place, path, entries)
            if len(entries) == before:
                # An empty folder is not in the manifest.
                os.rmdir(copy, dir_fd=target)
        elif stat.S_ISREG(kind):
            entries.append(_copy_file(name, source, target, path))
        else:
            _refuse_tree(f"'{'/'.join(path)}' is a link or not a regular file")
        if len(entries) > MOST_FILES:
            _refuse_tree(f"it holds more than {MOST_FILES:,} files")


def _copy_file(name: str, source: int, target: int, path: tuple[str, ...]) -> Entry:
    where = "/".join(path)
    found, size, kept = hashlib.sha256(), 0, bytearray()
    watched = path[-1].casefold() == "mlmodel"
    with _opened(name, _READ, at=source) as here, _opened(path[-1].encode(), _WRITE, at=target) as there:
        before = os.fstat(here)
        if not stat.S_ISREG(before.st_mode) or before.st_nlink != 1:
            _refuse_tree(f"'{where}' is a link or not a regular file")
        if watched and before.st_size > LARGEST_MLMODEL:
            _refuse_tree(f"'{where}' is larger than {LARGEST_MLMODEL >> 20} MiB")
        # One byte more than it had is asked for: a file that grows is noticed, and cannot grow for ever.
        while piece := os.read(here, min(_CHUNK, before.st_size + 1 - size)):
            found.update(piece)
            size += len(piece)
            if watched:
                kept += piece
            _write(there, piece)
        if size != before.st_size:
            _refuse_tree(f"'{where}' changed while it was copied")
    if watched and _RESERVED_PATH.search(_ESCAPE.sub(_unescape, bytes(kept))):
        _refuse_tree(f"'{where}' names a path below rai_review/, where nothing of a model may lie")
    return {"path": where, "sha256": found.hexdigest(), "size": size}


def _unescape(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex((match[1] or match[2]).decode())


def _write(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _composed(name: str) -> str:
    # The bytes on disk are read as UTF-8 whatever the locale says: the manifest is the same everywhere.
    try:
        return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8"))
    except UnicodeDecodeError:
        _refuse_tree(f"the name {name!a} is not UTF-8")


def _no_twins(names: list[str], above: tuple[str, ...]) -> None:
    folded = {unicodedata.normalize("NFC", _composed(name).casefold()) for name in names}
    if len(folded) != len(names):
        _refuse_tree(f"it holds two names that differ only in case, in '{'/'.join(above) or '.'}'")


def _refuse_tree(why: str) -> NoReturn:
    raise NotVerified(why, about="The model's folder is not accepted")


@contextmanager
def _opened(path: str | bytes | Path, flags: int, *, at: int | None = None) -> Iterator[int]:
    descriptor = os.open(path, flags, 0o644, dir_fd=at)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
