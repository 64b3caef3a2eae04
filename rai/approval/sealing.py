"""Puts bytes into a signed envelope (DSSE) with one signature; the same bytes and key always give the same envelope."""

from __future__ import annotations

import base64

from rai.approval.keys import Signer
from rai.approval.verifying.envelope import PAYLOAD_TYPE, pre_authentication
from rai.digests import canonical_json


def seal(payload: bytes, signer: Signer, *, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """Sign bytes of a type and return the envelope."""
    signature = signer.sign(pre_authentication(payload, payload_type))
    return canonical_json(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": payload_type,
            "signatures": [{"keyid": signer.keyid, "sig": base64.b64encode(signature).decode()}],
        }
    )
