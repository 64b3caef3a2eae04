"""Words that changed, on the screen: each stretch with a sign and a word, the colour only beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pages.ui import words
from rai.word_difference import Change

_SIGNS = {"removed": ("red", "− removed"), "added": ("green", "+ added")}


def marked(changes: Iterable[Change]) -> str:
    """Return a text in one line with what was removed and what was added marked as such."""
    return "".join(map(_marked, changes)).strip()


def _marked(change: Change) -> str:
    text = re.sub(r"\s*\n\s*", " ¶ ", change.text)
    if change.kind == "same" or not text.strip():
        return words.plain(text)
    colour, sign = _SIGNS[change.kind]
    # Spaces stay outside, so that the mark holds words alone.
    head, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{head} :{colour}[{words.plain(f'[{sign}: {text.strip()}]')}] {tail}"
