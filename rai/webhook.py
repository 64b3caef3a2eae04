"""Receives MLflow's webhooks: looks whether they are signed and fresh, and queues a look at the registry, nothing more.

What a webhook says is not believed: the look asks the registry itself, as it does every minute without any webhook.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping

from rai.errors import Refused
from rai.jobs import Job, Jobs

#: Bytes a webhook may have, and seconds its time may differ from ours.
LARGEST, WINDOW = 256 * 1024, 300

#: What the queued look is about.
KEY = "registry"

_SIGNATURE, _TIMESTAMP, _DELIVERY = "x-mlflow-signature", "x-mlflow-timestamp", "x-mlflow-delivery-id"


def check(headers: Mapping[str, str], body: bytes, *, secret: str, now: float) -> str:
    """Look whether a webhook was sent by who knows the secret, just now, and return the delivery's id.

    The signature is ``v1,`` and the Base64 of HMAC-SHA256 over ``id.timestamp.body``, as MLflow 3 sends it
    (``mlflow.webhooks.delivery``, after the Standard Webhooks convention).

    Parameters
    ----------
    headers
        By name in lower case.
    now
        Seconds since 1970.

    Raises
    ------
    Refused
        If it is not signed with the secret, too old or too far ahead, or not a JSON object.
    """
    delivery, timestamp = headers.get(_DELIVERY, ""), headers.get(_TIMESTAMP, "")
    if not delivery or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise Refused("The webhook has no delivery id or no time.")
    if not any(_same(item, _sign(secret, delivery, timestamp, body)) for item in _given(headers)):
        raise Refused("The webhook is not signed with the secret that was agreed.")
    if abs(now - int(timestamp)) > WINDOW:
        raise Refused(f"The webhook's time differs by more than {WINDOW} seconds.")
    if not _is_object(body):
        raise Refused("The webhook is not a JSON object.")
    return delivery


def queue_look(jobs: Jobs) -> Job:
    """Queue one look at the registry; one that waits already is enough, so a repeated webhook adds nothing."""
    return jobs.enqueue("look", KEY, by="webhook")


def _given(headers: Mapping[str, str]) -> tuple[str, ...]:
    # While a secret is changed there may be several signatures, separated by spaces.
    return tuple(item.removeprefix("v1,") for item in headers.get(_SIGNATURE, "").split() if item.startswith("v1,"))


def _sign(secret: str, delivery: str, timestamp: str, body: bytes) -> str:
    content = f"{delivery}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(secret.encode(), content, hashlib.sha256)).decode()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False
