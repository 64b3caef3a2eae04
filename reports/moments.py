"""Times as people read them, from the ISO 8601 of the records."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(text: str) -> str:
    """Write a time as ``2026-05-04 09:30 UTC``; what is not a time stays as it is."""
    found = _read(text)
    return text if found is None else found.strftime("%Y-%m-%d %H:%M UTC")


def seconds(text: str) -> int:
    """Seconds since 1970 of a time; 0 if it is not one."""
    found = _read(text)
    return 0 if found is None else max(0, int(found.timestamp()))


def _read(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None
