"""Reads JSON without tolerance: nothing missing, nothing unknown, nothing twice, one spelling of everything."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from rai.errors import Refused

_DIGEST = re.compile(r"[0-9a-f]{64}")


class NotVerified(Refused):
    """The evidence does not prove an approval; ``str(error)`` says why.

    Attributes
    ----------
    why
        The reason, as the rest of a sentence.
    """

    def __init__(self, why: str, about: str = "The attestation is not accepted") -> None:
        super().__init__(f"{about}: {why}.")
        self.why = why


def refuse(why: str) -> NoReturn:
    """Refuse the document that is being read."""
    raise NotVerified(why)


def read_json(data: bytes, *, largest: int = 1 << 20) -> object:
    """Read JSON in UTF-8 whose numbers are whole and whose keys are unique.

    Parameters
    ----------
    largest
        Bytes; more is refused unread.

    Raises
    ------
    NotVerified
        If it is anything else.
    """
    if len(data) > largest:
        refuse(f"it is larger than {largest >> 20} MiB")
    try:
        return json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float
        )
    except (ValueError, RecursionError):
        refuse("it is not JSON of the expected form")


def _unique(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    listed = list(pairs)
    found = dict(listed)
    if len(found) != len(listed):
        raise ValueError("a key twice")
    return found


def _no_float(text: str) -> NoReturn:
    raise ValueError(text)


def base64_bytes(value: object) -> bytes:
    """Decode base64 that has the one canonical spelling of its bytes."""
    if isinstance(value, str):
        try:
            data = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            refuse("its base64 is damaged")
        # Base64 has several spellings of the same bytes; one only is accepted.
        if base64.b64encode(data).decode() == value:
            return data
    refuse("its base64 is damaged")


def an_object(value: object, fields: Sequence[str] | None, where: str) -> dict[str, object]:
    """Return a JSON object with exactly these fields; ``None`` leaves the fields open."""
    if not isinstance(value, dict) or (fields is not None and set(value) != set(fields)):
        refuse(f"{where} has missing or unknown fields")
    return value


def items(value: object, where: str) -> list[object]:
    """Return a JSON list."""
    if not isinstance(value, list):
        refuse(f"{where} is not a list")
    return value


def text(value: object, where: str) -> str:
    """Return a JSON string."""
    if not isinstance(value, str):
        refuse(f"{where} is not text")
    return value


def texts(values: Mapping[str, object], where: str) -> dict[str, str]:
    """Return an object whose values are all strings."""
    return {key: text(value, where) for key, value in values.items()}


def number(value: object, where: str) -> int:
    """Return a whole number from 0."""
    # ``True`` is an int to Python and none to JSON.
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        refuse(f"{where} is not a whole number")
    return value


def digest(value: object, where: str) -> str:
    """Return a SHA-256: 64 hexadecimal digits, lower case."""
    found = text(value, where)
    if not _DIGEST.fullmatch(found):
        refuse(f"the digest of {where} is not a SHA-256")
    return found
