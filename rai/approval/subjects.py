"""The six things a decision binds, and the etag: one digest over all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rai.approval.verify import SUBJECTS
from rai.digests import canonical_json, sha256
from rai.errors import InputError

_DIGEST = re.compile(r"[0-9a-f]{64}")


def missing(digests: Mapping[str, str]) -> tuple[str, ...]:
    """Name the subjects without a SHA-256, in the order of the card; empty means that all six are known."""
    return tuple(name for name in SUBJECTS if not _DIGEST.fullmatch(digests.get(name, "")))


def etag(digests: Mapping[str, str]) -> str:
    """One SHA-256 over the six digests: what a person saw and signs.

    Parameters
    ----------
    digests
        SHA-256 (64 hexadecimal digits, lower case) of model, dataset, review, card, policy and environment.

    Raises
    ------
    InputError
        If a subject has no digest, or there is a seventh.
    """
    unknown = missing(digests)
    if unknown or set(digests) != set(SUBJECTS):
        named = ", ".join(unknown or sorted(set(digests) - set(SUBJECTS)))
        raise InputError(f"There is no etag: expected the digests of {', '.join(SUBJECTS)}; look at {named}.")
    return sha256(b"rai-bundle-v1\0" + canonical_json({name: digests[name] for name in SUBJECTS}))


def changed(sealed: Mapping[str, str], live: Mapping[str, str]) -> tuple[str, ...]:
    """Name the subjects whose live digest is known and differs from the sealed one."""
    return tuple(name for name in SUBJECTS if name in sealed and name in live and sealed[name] != live[name])
