"""Every edit of a card's narrative: who wrote, when, and which words changed."""

from __future__ import annotations

from collections.abc import Iterable

from rai.narrative import Entry, NarrativeField
from rai.people import Person
from rai.stored import Stored
from rai.word_difference import Change, word_changes


class Edit(Stored):
    """One edit of one field.

    Attributes
    ----------
    author, written
        Who wrote and when (ISO 8601, UTC).
    source
        The file it was taken from; empty for what was written here.
    """

    heading: str
    author: Person | None
    written: str
    source: str
    changes: tuple[Change, ...]


def edits(history: Iterable[NarrativeField]) -> tuple[Edit, ...]:
    """Compare each edit with the one of the same field before it; the newest comes first.

    Parameters
    ----------
    history
        Every edit, oldest first.
    """
    before: dict[str, Entry] = {}
    found: list[Edit] = []
    for field in history:
        changes = word_changes(before.get(field.key, Entry()).whole, field.entry.whole)
        before[field.key] = field.entry
        found.append(
            Edit(
                heading=field.heading, author=field.author, written=field.written, source=field.source, changes=changes
            )
        )  # fmt: skip
    return tuple(reversed(found))
