"""Reads the files a pipeline hands to the verifier: regular files of a sensible size, each read once."""

from __future__ import annotations

import hashlib
import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rai.approval.verifying.statement import PERSONS
from rai.digests import sha256
from rai.errors import InputError

_CHUNK = 1 << 20


@dataclass(frozen=True)
class PolicyFile:
    """What the verifier needs of a policy.

    Attributes
    ----------
    air_gapped
        True if a missing status list does not deny.
    allow_exception
        True if an exception may be deployed.
    exception_stages
        Where it may; empty means everywhere.
    tier
        Risk tier of what it judges.
    approvers, independent
        Persons an approval needs, and how many of them from the group ``independent``; the tier may ask for more.
    lifetime_days, longest_exception_days
        Days an approval or an exception lasts at most.
    required
        Analyses that must have been carried out, or not apply.
    """

    air_gapped: bool = False
    allow_exception: bool = False
    exception_stages: tuple[str, ...] = ()
    tier: str = "low"
    approvers: int = 1
    independent: int = 0
    lifetime_days: int = 30
    longest_exception_days: int = 14
    required: tuple[str, ...] = ()

    def accepts_exception(self, stage: str) -> bool:
        """True if an exception may be deployed to this stage."""
        return self.allow_exception and (not self.exception_stages or stage in self.exception_stages)


def read_file(path: Path, *, largest: int = 64 << 20) -> bytes:
    """Read a whole file.

    Raises
    ------
    InputError
        If it cannot be read, is no regular file, or is larger than ``largest`` bytes.
    """
    with _regular(path) as descriptor:
        if os.fstat(descriptor).st_size > largest:
            raise InputError(f"{path} is larger than {largest >> 20} MiB. Name the right file.")
        return b"".join(_pieces(descriptor, largest=largest))


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes; errors as in :func:`read_file`."""
    found = hashlib.sha256()
    with _regular(path) as descriptor:
        for piece in _pieces(descriptor):
            found.update(piece)
    return found.hexdigest()


def read_policy_file(data: bytes) -> PolicyFile:
    """Read what a policy says to the verifier: its section ``[approval]``, and which analyses it requires.

    Raises
    ------
    InputError
        If it is not TOML, or a setting is not of its kind.
    """
    try:
        fields = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"The policy {sha256(data)[:12]} is not valid TOML: {error}. Mend it.") from error
    terms = fields.get("approval", {})
    if not isinstance(terms, dict):
        raise InputError("[approval] in the policy is not a section. Mend it.")
    return PolicyFile(
        air_gapped=_flag(terms, "air_gapped"),
        allow_exception=_flag(terms, "allow_exception"),
        exception_stages=_names(terms, "exception_stages"),
        tier=_tier(terms),
        approvers=_count(terms, "approvers", 1, usual=1),
        independent=_count(terms, "independent", 0, usual=0),
        lifetime_days=_count(terms, "lifetime_days", 1, usual=30),
        longest_exception_days=_count(terms, "longest_exception_days", 1, usual=14),
        required=_names(fields, "required"),
    )


def _names(fields: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = fields.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InputError(f"{name} in the policy is not a list of names. Mend it.")
    return tuple(value)


def _count(terms: Mapping[str, object], name: str, fewest: int, *, usual: int) -> int:
    value = terms.get(name, usual)
    if not isinstance(value, int) or isinstance(value, bool) or value < fewest:
        raise InputError(f"{name} in the policy is not a whole number from {fewest}. Mend it.")
    return value


def _tier(terms: Mapping[str, object]) -> str:
    value = terms.get("tier", "low")
    if not isinstance(value, str) or value not in PERSONS:
        raise InputError(f"tier in the policy is none of {', '.join(PERSONS)}. Mend it.")
    return value


def _flag(terms: Mapping[str, object], name: str) -> bool:
    value = terms.get(name, False)
    if not isinstance(value, bool):
        raise InputError(f"{name} in the policy is neither true nor false. Mend it.")
    return value


@contextmanager
def _regular(path: Path) -> Iterator[int]:
    # Without waiting for the other end of a pipe.
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        words = error.strerror if isinstance(error, OSError) else error
        raise InputError(f"{path} cannot be read: {words}. Name a file that is there and may be read.") from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise InputError(f"{path} is not a regular file. Name a file.")
        yield descriptor
    finally:
        os.close(descriptor)


def _pieces(descriptor: int, *, largest: int | None = None) -> Iterator[bytes]:
    size = 0
    while piece := os.read(descriptor, _CHUNK):
        size += len(piece)
        if largest is not None and size > largest:
            raise InputError("A file grew while it was read. Try again.")
        yield piece
