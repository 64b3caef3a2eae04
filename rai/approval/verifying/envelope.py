"""The signed envelope (DSSE, secure-systems-lab/dsse, protocol version 1): read only once its signatures are good."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from rai.approval.verifying.strict import an_object, base64_bytes, items, read_json, refuse, text
from rai.approval.verifying.trust import Trust, TrustedKey

PAYLOAD_TYPE = "application/vnd.in-toto+json"


@dataclass(frozen=True)
class Envelope:
    """An envelope as it was read; nothing in it is believed yet."""

    payload: bytes
    payload_type: str
    signatures: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True)
class Signed:
    """Bytes that were verified, and the keys that signed exactly them."""

    payload: bytes
    signers: tuple[TrustedKey, ...]


def pre_authentication(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Return the bytes a signature covers: DSSE's pre-authentication encoding."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def parse_envelope(data: bytes, *, payload_type: str = PAYLOAD_TYPE, largest: int = 1 << 20) -> Envelope:
    """Read an envelope of the given type.

    Raises
    ------
    NotVerified
        If it has not exactly the form of one.
    """
    fields = an_object(read_json(data, largest=largest), ("payload", "payloadType", "signatures"), "the envelope")
    if fields["payloadType"] != payload_type:
        refuse(f"its payload type is not {payload_type}")
    payload = base64_bytes(fields["payload"])
    return Envelope(
        payload, payload_type, tuple(_signature(item) for item in items(fields["signatures"], "signatures"))
    )


def open_envelope(envelope: Envelope, trust: Trust) -> Signed:
    """Verify every signature of an envelope.

    Raises
    ------
    NotVerified
        If there is none, one is unknown or bad, or one key signed it twice.
    """
    message = pre_authentication(envelope.payload, envelope.payload_type)
    signers = tuple(_signer(keyid, signature, message, trust) for keyid, signature in envelope.signatures)
    if not signers:
        refuse("nobody signed it")
    if len({key.keyid for key in signers}) != len(signers):
        refuse("one key signed it twice")
    return Signed(envelope.payload, signers)


def need_quorum(signed: Signed, trust: Trust, *, time: int) -> None:
    """Refuse what too few different keys signed, or a key that was not in force at ``time``.

    Raises
    ------
    NotVerified
        With the reason.
    """
    for key in signed.signers:
        if not key.good_at(time):
            refuse("its signing key was not valid yet, not valid any more or revoked when it was made")
    if len({key.public for key in signed.signers}) < trust.quorum:
        refuse(f"fewer than {trust.quorum} different keys signed it")


def _signature(item: object) -> tuple[str, bytes]:
    fields = an_object(item, ("keyid", "sig"), "a signature")
    return text(fields["keyid"], "keyid"), base64_bytes(fields["sig"])


def _signer(keyid: str, signature: bytes, message: bytes, trust: Trust) -> TrustedKey:
    key = trust.key(keyid)
    if key is None:
        refuse("it is signed with a key that is not trusted here")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        refuse("its signature does not fit its content")
    return key
