"""Checks an attestation offline: standard library and ``cryptography`` only, the file a pipeline may copy and read.

An attestation is a DSSE envelope (secure-systems-lab/dsse, protocol version 1) over an in-toto Statement v1. The
signature is checked first, then exactly the bytes that were checked are read, and nothing unexpected is accepted.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rai.digests import tree_digest
from rai.errors import Refused

SUBJECTS = ("model", "dataset", "review", "card", "policy", "environment")
PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://rai-review.example/rai-approval/v1"
REGISTRY_FIELDS = ("instance", "model", "version", "model_id", "run_id", "created", "source")
PREDICATE_FIELDS = ("decision", "registry", "round", "policy", "votes", "iat", "exp", "ledger", "tools")

#: Seconds by which the clocks of signer and checker may differ.
CLOCK_TOLERANCE = 60
_LARGEST = 1 << 20
_DIGEST = re.compile(r"[0-9a-f]{64}")


class NotVerified(Refused):
    """The attestation does not prove an approval; ``str(error)`` says why."""


@dataclass(frozen=True)
class Vote:
    """One person's approval: who, in which group, when (ISO 8601), and the SHA-256 of the rationale."""

    issuer: str
    subject: str
    group: str
    time: str
    comment_sha256: str


@dataclass(frozen=True)
class Statement:
    """What a verified attestation says.

    Attributes
    ----------
    subjects
        SHA-256 of each of the six things the approval binds.
    registry
        Which version of which model in which registry; the keys are ``REGISTRY_FIELDS``.
    policy
        Name of the policy; its digest is a subject.
    issued, expires
        Seconds since 1970, UTC.
    seq, head
        Number and hash of the decision's row in the ledger.
    tools
        Versions of what made the attestation.
    """

    subjects: Mapping[str, str]
    decision: str
    registry: Mapping[str, str]
    round: int
    policy: str
    votes: tuple[Vote, ...]
    issued: int
    expires: int
    seq: int
    head: str
    tools: Mapping[str, str]


def pre_authentication(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Return the bytes a signature covers: DSSE's pre-authentication encoding."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def key_id(public: bytes) -> str:
    """Name of a key: SHA-256 of its 32 raw bytes. It selects the key to try and proves nothing."""
    return hashlib.sha256(public).hexdigest()


def model_digest(directory: str | Path) -> str:
    """Digest of a model's folder, as the ``model`` subject has it; errors as in :func:`rai.digests.tree_digest`."""
    return tree_digest(Path(directory))


def verify_envelope(envelope: bytes, trusted: Sequence[bytes], *, now: int) -> Statement:
    """Check an attestation and return what it says.

    Parameters
    ----------
    envelope
        The bytes of ``attestation.dsse.json``.
    trusted
        Raw Ed25519 public keys (32 bytes each) of the signers to believe.
    now
        Seconds since 1970, UTC.

    Raises
    ------
    NotVerified
        If anything is missing, unknown, unsigned, forged, expired or not yet valid.
    """
    statement = _statement(_signed_payload(envelope, trusted))
    if now < statement.issued - CLOCK_TOLERANCE:
        _refuse("it was issued in the future; compare the clocks")
    if now >= statement.expires:
        _refuse("it has expired; the version must be approved again")
    return statement


def _refuse(why: str) -> NoReturn:
    raise NotVerified(f"The attestation is not accepted: {why}.")


def _signed_payload(envelope: bytes, trusted: Sequence[bytes]) -> bytes:
    fields = _object(_json(envelope), ("payload", "payloadType", "signatures"), "the envelope")
    if fields["payloadType"] != PAYLOAD_TYPE:
        _refuse(f"its payload type is not {PAYLOAD_TYPE}")
    payload = _base64(fields["payload"])
    message = pre_authentication(payload)
    signers = [_signer(item, message, trusted) for item in _items(fields["signatures"], "signatures")]
    if not signers:
        _refuse("nobody signed it")
    if len(set(signers)) != len(signers):
        _refuse("one key signed it twice")
    return payload


def _signer(item: object, message: bytes, trusted: Sequence[bytes]) -> bytes:
    fields = _object(item, ("keyid", "sig"), "a signature")
    keys = [key for key in trusted if key_id(key) == fields["keyid"]]
    if not keys:
        _refuse("it is signed with a key that is not trusted here")
    try:
        Ed25519PublicKey.from_public_bytes(keys[0]).verify(_base64(fields["sig"]), message)
    except (InvalidSignature, ValueError):
        _refuse("its signature does not fit its content")
    return keys[0]


def _statement(payload: bytes) -> Statement:
    fields = _object(_json(payload), ("_type", "subject", "predicateType", "predicate"), "the statement")
    if fields["_type"] != STATEMENT_TYPE or fields["predicateType"] != PREDICATE_TYPE:
        _refuse("it is a statement of another kind")
    predicate = _object(fields["predicate"], PREDICATE_FIELDS, "the predicate")
    if predicate["decision"] != "APPROVED":
        _refuse("its decision is not APPROVED")
    ledger = _object(predicate["ledger"], ("seq", "head"), "ledger")
    statement = Statement(
        subjects=_subjects(fields["subject"]),
        decision="APPROVED",
        registry=_texts(_object(predicate["registry"], REGISTRY_FIELDS, "registry"), "registry"),
        round=_number(predicate["round"], "round"),
        policy=_text(predicate["policy"], "policy"),
        votes=_votes(predicate["votes"]),
        issued=_number(predicate["iat"], "iat"),
        expires=_number(predicate["exp"], "exp"),
        seq=_number(ledger["seq"], "seq"),
        head=_digest(ledger["head"], "head"),
        tools=_texts(_object(predicate["tools"], None, "tools"), "tools"),
    )
    if statement.expires <= statement.issued:
        _refuse("it expires before it was issued")
    return statement


def _subjects(value: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in _items(value, "subject"):
        fields = _object(item, ("name", "digest"), "a subject")
        name = _text(fields["name"], "the name of a subject")
        if name in found:
            _refuse(f"it names the subject {name!r} twice")
        found[name] = _digest(_object(fields["digest"], ("sha256",), name)["sha256"], name)
    if set(found) != set(SUBJECTS):
        _refuse(f"it must name exactly these subjects: {', '.join(SUBJECTS)}")
    return found


def _votes(value: object) -> tuple[Vote, ...]:
    votes = tuple(_vote(item) for item in _items(value, "votes"))
    if not votes:
        _refuse("it names nobody who approved")
    if len({(vote.issuer, vote.subject) for vote in votes}) != len(votes):
        _refuse("it counts one person twice")
    return votes


def _vote(item: object) -> Vote:
    fields = _object(item, ("person", "group", "time", "comment_sha256"), "a vote")
    person = _object(fields["person"], ("iss", "sub"), "a person")
    return Vote(
        issuer=_text(person["iss"], "iss"),
        subject=_text(person["sub"], "sub"),
        group=_text(fields["group"], "group"),
        time=_text(fields["time"], "time"),
        comment_sha256=_digest(fields["comment_sha256"], "comment_sha256"),
    )


def _json(data: bytes) -> object:
    if len(data) > _LARGEST:
        _refuse("it is larger than 1 MiB")
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float
        )
    except (ValueError, RecursionError):
        _refuse("it is not JSON of the expected form")


def _unique(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    listed = list(pairs)
    found = dict(listed)
    if len(found) != len(listed):
        raise ValueError("a key twice")
    return found


def _no_float(text: str) -> NoReturn:
    raise ValueError(text)


def _base64(value: object) -> bytes:
    if isinstance(value, str):
        try:
            data = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            _refuse("its base64 is damaged")
        # Base64 has several spellings of the same bytes; one only is accepted.
        if base64.b64encode(data).decode() == value:
            return data
    _refuse("its base64 is damaged")


def _object(value: object, fields: Sequence[str] | None, where: str) -> dict[str, object]:
    if not isinstance(value, dict) or (fields is not None and set(value) != set(fields)):
        _refuse(f"{where} has missing or unknown fields")
    return value


def _items(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        _refuse(f"{where} is not a list")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        _refuse(f"{where} is not text")
    return value


def _texts(values: Mapping[str, object], where: str) -> dict[str, str]:
    return {key: _text(value, where) for key, value in values.items()}


def _number(value: object, where: str) -> int:
    # ``True`` is an int to Python and none to JSON.
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        _refuse(f"{where} is not a whole number")
    return value


def _digest(value: object, where: str) -> str:
    text = _text(value, where)
    if not _DIGEST.fullmatch(text):
        _refuse(f"the digest of {where} is not a SHA-256")
    return text
