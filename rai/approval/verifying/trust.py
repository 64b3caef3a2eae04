"""The signers to believe: which keys, from when to when, from when on no longer, and how many must have signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from rai.approval.verifying.strict import NotVerified, an_object, base64_bytes, digest, items, number, read_json
from rai.errors import InputError

TRUST_TYPE = "rai-trust/v1"
_KEY_LENGTH = 32


@dataclass(frozen=True)
class TrustedKey:
    """One key.

    Attributes
    ----------
    keyid
        Selects the key to try and proves nothing; by default the SHA-256 of ``public``.
    public
        32 raw bytes, Ed25519.
    not_before, not_after
        First and last second (since 1970, UTC) of a decision it may have signed; ``None`` leaves the end open.
    revoked_from
        Decisions of this second and later are not believed; ``None`` if it is not revoked.
    """

    keyid: str
    public: bytes
    not_before: int = 0
    not_after: int | None = None
    revoked_from: int | None = None

    def good_at(self, time: int) -> bool:
        """True if a decision of this second may carry its signature."""
        if self.revoked_from is not None and time >= self.revoked_from:
            return False
        return self.not_before <= time and (self.not_after is None or time <= self.not_after)


@dataclass(frozen=True)
class Trust:
    """The signers to believe; ``quorum`` different public keys must have signed."""

    keys: tuple[TrustedKey, ...]
    quorum: int = 1

    @classmethod
    def of(cls, publics: Sequence[bytes]) -> Trust:
        """Believe these raw public keys, at any time, each alone."""
        return cls(tuple(TrustedKey(key_id(public), public) for public in publics))

    def key(self, keyid: str) -> TrustedKey | None:
        """Return the key with this name; ``None`` if it is not listed."""
        return next((key for key in self.keys if key.keyid == keyid), None)


def key_id(public: bytes) -> str:
    """Name of a key: SHA-256 of its 32 raw bytes. It selects the key to try and proves nothing."""
    return hashlib.sha256(public).hexdigest()


def parse_trust(data: bytes) -> Trust:
    """Read a trust file.

    Raises
    ------
    InputError
        If it is not one: then nothing can be decided.
    """
    try:
        fields = an_object(read_json(data), ("format", "quorum", "keys"), "the trust file")
        keys = tuple(_key(item) for item in items(fields["keys"], "keys"))
        quorum = number(fields["quorum"], "quorum")
    except NotVerified as error:
        raise InputError(f"The trust file cannot be used: {error.why}. Export it again with 'rai trust'.") from error
    if fields["format"] != TRUST_TYPE or quorum < 1:
        raise InputError(f"The trust file cannot be used: its format is {TRUST_TYPE} and its quorum at least 1.")
    if len({key.keyid for key in keys}) != len(keys):
        raise InputError("The trust file cannot be used: it lists one key id twice. Keep one entry for each.")
    return Trust(keys, quorum)


def _key(item: object) -> TrustedKey:
    fields = an_object(item, ("keyid", "public", "not_before", "not_after", "revoked_from"), "a key")
    public = base64_bytes(fields["public"])
    if len(public) != _KEY_LENGTH:
        raise InputError("The trust file cannot be used: a public key is not 32 bytes of Ed25519 in base64.")
    return TrustedKey(
        keyid=digest(fields["keyid"], "keyid"),
        public=public,
        not_before=number(fields["not_before"], "not_before"),
        not_after=_optional(fields["not_after"], "not_after"),
        revoked_from=_optional(fields["revoked_from"], "revoked_from"),
    )


def _optional(value: object, where: str) -> int | None:
    return None if value is None else number(value, where)
