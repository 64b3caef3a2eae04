"""Rows of the ledger on the screen: one line an event, and one row in full."""

from __future__ import annotations

from collections.abc import Sequence

from pages.ui import grid, show, words
from rai.approval.reading import Line
from rai.section import Column, Table

_COLUMNS = (
    Column(name="Row", format="integer"),
    Column(name="Time"),
    Column(name="Who"),
    Column(name="What"),
    Column(name="Version"),
    Column(name="Said"),
    Column(name="Role then"),
    Column(name="Digests"),
)


def draw(found: Sequence[Line], *, key: str) -> None:
    """Draw lines of the ledger in the order given, and the chosen one in full."""
    table = Table(title="Rows of the ledger", columns=_COLUMNS, rows=tuple(_cells(line) for line in found))
    place = show.chosen_row(table, key=key)
    if place is not None:
        whole(found[place])


def _cells(line: Line) -> tuple[str | int, ...]:
    about = f"{line.model} {line.version}" if line.model else "unknown"
    time = words.stamp(line.time) if line.time else ""
    return (line.seq, time, line.who, line.kind, about, line.said, line.roles, short(line.digests))


def short(digests: str) -> str:
    """Return named digests with their first 12 digits."""
    pairs = (pair.partition(" ") for pair in digests.split(", ") if pair)
    return ", ".join(f"{name} {words.short(digest)}" for name, _, digest in pairs)


def whole(line: Line) -> None:
    """Draw one row with everything it says."""
    facts = (
        ("Time", line.time),
        ("Who", f"{line.who} ({line.identity.replace('|', ', ')})"),
        ("Role at that moment", line.roles),
        ("What", line.kind),
        ("Version", f"{line.model}, version {line.version}, round {line.round}"),
        ("Said", line.said),
        *(("SHA-256", digest) for digest in line.digests.split(", ") if digest),
        ("Hash of the row", line.row),
    )
    lines = [(words.plain(name), words.plain(text)) for name, text in facts if text]
    grid.grid((f"Row {line.seq}", "In full"), lines)


def history(found: Sequence[Line]) -> None:
    """Draw what happened to one version, in words that wrap."""
    lines = [
        tuple(
            words.plain(text)
            for text in (str(line.seq), words.stamp(line.time) if line.time else "", line.who, line.kind, line.said)
        )
        for line in found
    ]
    grid.grid(("Row", "Time (UTC)", "Who", "What", "Said"), lines, right=("Row",))
