"""Checks an attestation offline: standard library and ``cryptography`` only, the code a pipeline may copy and read.

An attestation is a signed envelope over an in-toto Statement v1. The signature is checked first, then exactly the
bytes that were checked are read, and nothing unexpected is accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rai.approval.verifying.envelope import PAYLOAD_TYPE, need_quorum, open_envelope, parse_envelope, pre_authentication
from rai.approval.verifying.reading import read_statement
from rai.approval.verifying.statement import (
    EXCEPTION_TYPE,
    PREDICATE_TYPE,
    PREDICATE_TYPES,
    STATEMENT_TYPE,
    SUBJECTS,
    Evaluation,
    Override,
    Statement,
    Vote,
)
from rai.approval.verifying.strict import NotVerified, refuse
from rai.approval.verifying.trust import Trust, key_id
from rai.digests import tree_digest

__all__ = [
    "CLOCK_TOLERANCE", "EXCEPTION_TYPE", "PAYLOAD_TYPE", "PREDICATE_TYPE", "PREDICATE_TYPES", "STATEMENT_TYPE",
    "SUBJECTS", "Evaluation", "NotVerified", "Override", "Statement", "Trust", "Vote", "check_time", "key_id",
    "model_digest", "pre_authentication", "verify_envelope",
]  # fmt: skip

#: Seconds by which the clocks of signer and checker may differ.
CLOCK_TOLERANCE = 60


def model_digest(directory: str | Path) -> str:
    """Digest of a model's folder, as the ``model`` subject has it; errors as in :func:`rai.digests.tree_digest`."""
    return tree_digest(Path(directory))


def verify_envelope(
    envelope: bytes, trusted: Trust | Sequence[bytes], *, now: int, decisions: Sequence[str] = ("APPROVED",)
) -> Statement:
    """Check an attestation and return what it says.

    Parameters
    ----------
    envelope
        The bytes of ``attestation.dsse.json``.
    trusted
        The signers to believe; raw Ed25519 public keys (32 bytes each) are believed at any time.
    now
        Seconds since 1970, UTC.
    decisions
        Kinds of decision to accept; an ``EXCEPTION`` only where it is asked for.

    Raises
    ------
    NotVerified
        If anything is missing, unknown, unsigned, forged, expired or not yet valid.
    """
    trust = trusted if isinstance(trusted, Trust) else Trust.of(trusted)
    signed = open_envelope(parse_envelope(envelope), trust)
    statement = read_statement(signed.payload)
    need_quorum(signed, trust, time=statement.issued)
    if statement.decision not in decisions:
        refuse(f"its decision is {statement.decision}, which is not accepted here")
    check_time(statement, now=now)
    return statement


def check_time(statement: Statement, *, now: int) -> None:
    """Refuse a statement from the future and one whose time is over.

    Raises
    ------
    NotVerified
        With the reason.
    """
    if now < statement.issued - CLOCK_TOLERANCE:
        refuse("it was issued in the future; compare the clocks")
    if now >= statement.expires:
        refuse("it has expired; the version must be approved again")
