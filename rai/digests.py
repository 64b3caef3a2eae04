"""What "the same bytes" means: SHA-256 of bytes, of canonical JSON and of a directory tree."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from rai.errors import InputError

#: Paths beside a model that this program or MLflow writes after registration; they are bound by the card instead.
RESERVED = ("rai_review", "registered_model_meta")

_CHUNK = 1 << 20


def sha256(data: bytes) -> str:
    """SHA-256 of ``data`` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes, read in pieces."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            found.update(piece)
    return found.hexdigest()


def canonical_json(value: object) -> bytes:
    """The one byte form of a JSON value without floats: sorted keys, no spaces, UTF-8, NFC strings.

    Raises
    ------
    TypeError
        If the value holds a float or anything JSON does not know. Floats have more than one spelling, so they may
        not take part in a digest of this kind.
    """
    return json.dumps(_normal(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _normal(value: object) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        return {_key(key): _normal(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(item) for item in value]
    raise TypeError(f"Canonical JSON holds no {type(value).__name__}.")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("Canonical JSON keys are strings.")
    return unicodedata.normalize("NFC", key)


def tree_manifest(root: Path, *, leave_out: tuple[str, ...] = RESERVED) -> tuple[dict[str, str | int], ...]:
    """List every regular file below ``root`` with its SHA-256 and size, sorted by path.

    Parameters
    ----------
    root
        A directory.
    leave_out
        First path components that are not part of the manifest.

    Raises
    ------
    InputError
        If the tree holds a symbolic link, a hard link, a device or two paths that differ only in case: such a tree
        can change its meaning between being looked at and being used.
    """
    entries: list[dict[str, str | int]] = []
    named = {path: unicodedata.normalize("NFC", path.relative_to(root).as_posix()) for path in _walk(root)}
    for path, name in sorted(named.items(), key=lambda item: item[1].encode()):
        if name.split("/", 1)[0] in leave_out:
            continue
        entries.append({"path": name, "sha256": sha256_file(path), "size": path.stat().st_size})
    folded = {str(entry["path"]).casefold() for entry in entries}
    if len(folded) != len(entries):
        raise InputError("The model holds two files whose names differ only in case. Rename one and register again.")
    return tuple(entries)


def _walk(root: Path) -> Iterable[Path]:
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder, name)
            kind = path.lstat()
            if not stat.S_ISREG(kind.st_mode) or kind.st_nlink > 1:
                where = path.relative_to(root).as_posix()
                raise InputError(f"'{where}' is a link or not a regular file. A model may hold regular files only.")
            yield path


def tree_digest(root: Path, *, leave_out: tuple[str, ...] = RESERVED) -> str:
    """One SHA-256 over :func:`tree_manifest`: changes when any file is edited, added, removed or renamed."""
    return sha256(b"rai-manifest-v1\0" + canonical_json(tree_manifest(root, leave_out=leave_out)))
