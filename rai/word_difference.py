"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Kind = Literal["same", "removed", "added"]

#: Pieces of text above which two texts are not compared word by word: that would take seconds.
_MOST = 6_000
_WORD = re.compile(r"\w")
_PIECES = re.compile(r"\w+|\s+|[^\w\s]")


class Change(NamedTuple):
    """A stretch of text and what became of it."""

    kind: Kind
    text: str


def word_changes(before: str, after: str) -> tuple[Change, ...]:
    """Compare two texts; the stretches that are not ``added`` give the first, those not ``removed`` the second."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if len(old) + len(new) > _MOST:
        found = [Change("same", before)] if before == after else [Change("removed", before), Change("added", after)]
    else:
        found = list(_compared(old, new))
    return tuple(change for change in found if change.text)


def _compared(old: list[str], new: list[str]) -> Iterator[Change]:
    removed = added = between = ""
    for same, before, after in _stretches(old, new):
        if not same:
            removed, added, between = removed + between + before, added + between + after, ""
        elif (removed or added) and not _WORD.search(before):
            between = before  # what has no word between two changes belongs to them: phrases are easier to read
        else:
            yield from (Change("removed", removed), Change("added", added), Change("same", before))
            removed = added = ""
    yield from (Change("removed", removed), Change("added", added), Change("same", between))


def _stretches(old: list[str], new: list[str]) -> Iterator[tuple[bool, str, str]]:
    # Without "autojunk", which takes frequent words for noise in long texts.
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield kind == "equal", "".join(old[a:b]), "".join(new[c:d])


def excerpt(changes: tuple[Change, ...], *, around: int = 60) -> tuple[Change, ...]:
    """Shorten what stayed the same to some letters around each change.

    Parameters
    ----------
    around
        Letters kept on each side of a change.
    """
    last = len(changes) - 1
    return tuple(
        Change("same", _shortened(change.text, around, first=at == 0, last=at == last))
        if change.kind == "same"
        else change
        for at, change in enumerate(changes)
    )


def _shortened(text: str, around: int, *, first: bool, last: bool) -> str:
    head = "" if first else text[:around]
    tail = "" if last else text[-around:]
    return text if len(text) <= len(head) + len(tail) + 3 else f"{head}…{tail}"
