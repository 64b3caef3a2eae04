"""Text for the screen: whatever came from people or data is made plain before it stands among formatted words."""

from __future__ import annotations

import re

from rai.policy import Verdict
from rai.theme import SIGNS, Tone

#: Letters that mean something in the screen's markup; a backslash takes the meaning away.
_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=\"'])")
#: Unseen, and it breaks what would otherwise become a link, an address or a small picture.
_JOINER = "\u2060"
_LIKE_LINKS = re.compile(r"(?i)(:(?=\S)|@|www(?=\.))")

#: How each verdict looks.
TONE: dict[Verdict, Tone] = {
    "pass": "pass",
    "fail": "fail",
    "not enough evidence": "unsure",
    "not evaluated": "none",
}
_COLOUR: dict[Tone, str] = {"pass": "green", "fail": "red", "unsure": "orange", "none": "gray"}


def plain(text: str) -> str:
    """Return text from people or data so that it is shown as it stands: no markup, links or pictures come of it."""
    unlinked = _LIKE_LINKS.sub(rf"\1{_JOINER}", text)
    return _SIGNS.sub(r"\\\1", unlinked).replace("\r", "").replace("\n", "  \n")


def mark(tone: Tone, word: str) -> str:
    """Return a status as sign, word and colour."""
    return f":{_COLOUR[tone]}[**{plain(SIGNS[tone])} {plain(word)}**]"


def verdict(found: Verdict) -> str:
    """Return a verdict as sign, word and colour."""
    return mark(TONE[found], found)


def short(digest: str) -> str:
    """Return the first 12 digits of a digest, or say that it is unknown."""
    return digest[:12] if digest else "unknown"


def duration(seconds: float) -> str:
    """Return a duration in words: ``40 s``, ``3 min``."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
