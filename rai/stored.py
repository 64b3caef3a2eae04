"""The base of everything that is written down: frozen, strict about its fields, the same bytes each time."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict

from rai.digests import sha256


class Stored(BaseModel):
    """A record that may be stored, signed or sent.

    Unknown fields are refused, values cannot be changed after creation, and NaN and infinity are refused because
    JSON has no such numbers: an absent number is ``None`` with a reason beside it.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, ser_json_bytes="base64", val_json_bytes="base64"
    )

    def to_bytes(self) -> bytes:
        """UTF-8 JSON with two-space indents; the same record always gives the same bytes."""
        return self.model_dump_json(indent=2).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read back what :meth:`to_bytes` wrote."""
        return cls.model_validate_json(data)

    @property
    def digest(self) -> str:
        """SHA-256 of :meth:`to_bytes`, 64 hexadecimal digits."""
        return sha256(self.to_bytes())
