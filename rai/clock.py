"""The present moment, as it is written down."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> str:
    """ISO 8601 in UTC to the second, for example ``2026-05-04T09:30:00+00:00``."""
    return datetime.now(UTC).isoformat(timespec="seconds")
