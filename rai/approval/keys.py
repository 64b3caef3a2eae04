"""The key that signs attestations: made on first use, readable by its owner only, its public half beside it.

Beside it lies also the trust file: which keys are believed, from when to when. A pipeline gets a copy of it.
"""

from __future__ import annotations

import base64
import json
import os
import stat
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from rai.approval.verifying.trust import TRUST_TYPE, Trust, TrustedKey, key_id, parse_trust
from rai.errors import InputError
from rai.files import replace_file


@dataclass(frozen=True)
class Signer:
    """Signs bytes; Ed25519 gives the same signature for the same bytes each time."""

    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> bytes:
        """The 32 raw bytes of the public key."""
        return self.private.public_key().public_bytes_raw()

    @property
    def keyid(self) -> str:
        """Its name: SHA-256 of the public key."""
        return key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """Sign ``message``; 64 bytes."""
        return self.private.sign(message)


def public_path(path: Path) -> Path:
    """Where the public half of a key file lies: the one a pipeline copies."""
    return path.with_suffix(".pub")


def trust_path(path: Path) -> Path:
    """Where the trust file lies: beside the key file at ``path``."""
    return path.with_name("trust.json")


def open_signer(path: Path) -> Signer:
    """Open the signing key, making it, its public half and its entry in the trust file if they are not there.

    Raises
    ------
    InputError
        If the file is not a plain file of our own, others can read it, it holds no Ed25519 key, or nothing can be
        written beside it.
    """
    try:
        return _open(path)
    except OSError as error:
        raise InputError(
            f"The signing key {path}, or what lies beside it, cannot be used: {error.strerror}. "
            "Nothing was signed. Put it where this program may read and write and there is room, or set "
            "RAI_SIGNING_KEY, then try again."
        ) from error


def _open(path: Path) -> Signer:
    if not path.exists():
        _make(path)
    _only_ours(path)
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InputError(f"The signing key {path} is damaged. Restore it from a backup.") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise InputError(f"The signing key {path} is not an Ed25519 key. Restore the one this program made.")
    signer = Signer(private)
    if not public_path(path).exists():
        public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        _write_once(public_path(path), public, mode=0o644)
    _list(path, signer)
    return signer


def trusted_keys(path: Path) -> tuple[bytes, ...]:
    """Read the public half of the key file at ``path``, without touching the private one; empty if there is none.

    Raises
    ------
    InputError
        If the file can be written by others, or holds no Ed25519 key.
    """
    public = public_path(path)
    if not public.exists():
        return ()
    _not_others(public)
    try:
        key = load_pem_public_key(public.read_bytes())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(f"The public key {public} is damaged. Delete it; it is made again from the key.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(f"The public key {public} is not an Ed25519 key. Delete it; it is made again from the key.")
    return (key.public_bytes_raw(),)


def trust(path: Path) -> Trust:
    """Read the trust file beside the key file at ``path``; without one, the public half alone is believed.

    Raises
    ------
    InputError
        If a file can be changed by others, or is damaged.
    """
    beside = trust_path(path)
    if not beside.exists():
        return Trust.of(trusted_keys(path))
    _not_others(beside)
    return parse_trust(beside.read_bytes())


def trust_file(believed: Trust) -> bytes:
    """Write a trust file, as :func:`rai.approval.verifying.trust.parse_trust` reads it."""
    keys = [
        {
            "keyid": key.keyid,
            "public": base64.b64encode(key.public).decode(),
            "not_before": key.not_before,
            "not_after": key.not_after,
            "revoked_from": key.revoked_from,
        }
        for key in believed.keys
    ]
    return json.dumps({"format": TRUST_TYPE, "quorum": believed.quorum, "keys": keys}, indent=2).encode() + b"\n"


def _list(path: Path, signer: Signer) -> None:
    """Add a key to the trust file if it is not in it; what people wrote there stays."""
    beside = trust_path(path)
    known = parse_trust(beside.read_bytes()) if beside.exists() else Trust(())
    if known.key(signer.keyid) is not None:
        return
    if not known.keys:
        # The first key may have signed before there was a trust file.
        _write_once(beside, trust_file(Trust((TrustedKey(signer.keyid, signer.public),))), mode=0o644)
        return
    entry = TrustedKey(signer.keyid, signer.public, not_before=int(time.time()))
    replace_file(beside, trust_file(replace(known, keys=(*known.keys, entry))), mode=0o644)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = Ed25519PrivateKey.generate()
    _write_once(path, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), mode=0o600)


def _write_once(path: Path, data: bytes, *, mode: int) -> None:
    """Write a whole file or none; of two processes that try at once the first one's file stays."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()


def _only_ours(path: Path) -> None:
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid():
        raise InputError(f"The signing key {path} is a link or belongs to somebody else. Put back the file itself.")
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise InputError(f"The signing key {path} can be read by others. Run: chmod 600 {path}")


def _not_others(path: Path) -> None:
    if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise InputError(f"The file {path} can be changed by others. Run: chmod 644 {path}")
