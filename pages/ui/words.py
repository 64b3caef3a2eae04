"""Text for the screen: whatever came from people or data is made plain before it stands among formatted words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from rai.policy import Verdict
from rai.theme import SIGNS, Tone

#: Letters that mean something in the screen's markup; a backslash takes the meaning away.
_SIGNS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&^=\"'])")
#: Unseen, and it breaks what would otherwise become a link, an address or a small picture.
_JOINER = "\u2060"
_LIKE_LINKS = re.compile(r"(?i)(:(?=\S)|@|www(?=\.))")

#: Before a sign with which a spreadsheet begins a formula or a command (OWASP, CSV injection), narrow or wide: at the
#: start, and after whatever parts cells in some country's files.
_FORMULA = re.compile(r"(^|[;,\t\r\n\"'])([\s\"']*)(?=[=+\-@|%＝＋－＠])")

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


def moment(time: str) -> str:
    """Return a time (ISO 8601 with offset) as people write it: ``4 May 2026, 09:30 UTC``."""
    found = datetime.fromisoformat(time).astimezone(UTC)
    return f"{day(found)}, {found:%H:%M} UTC"


def stamp(time: str) -> str:
    """Return a time (ISO 8601 with offset) as it stands in tables: ``2026-05-04 09:30``, in UTC."""
    return f"{datetime.fromisoformat(time).astimezone(UTC):%Y-%m-%d %H:%M}"


def day(found: date) -> str:
    """Return a date as people write it: ``4 May 2026``."""
    return f"{found.day} {found:%B %Y}"


def size(count: int) -> str:
    """Return a number of bytes in words: ``14.2 MB``."""
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count / 1_000:.1f} kB"


def cell(text: str) -> str:
    """Return text for a table that can be saved for a spreadsheet: an unseen letter keeps it from being a formula."""
    found = _FORMULA.sub(rf"\1\2{_JOINER}", text)
    return f"{_JOINER}{found}" if found.startswith(("\t", "\r", "\n")) else found


def typed(text: str) -> str:
    """Return text from a cell as it was typed, without what :func:`cell` has put into it."""
    return text.replace(_JOINER, "")
