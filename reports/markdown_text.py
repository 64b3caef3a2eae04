"""Text for Markdown: whatever came from people or data is shown as it stands, in every dialect."""

from __future__ import annotations

import re
from html import unescape

from reports.drawable import legible

#: Letters that may mean something. The first kind every dialect of Markdown takes as it is behind a backslash; for
#: the others dialects differ in what a backslash covers, so they are written as character references.
_MEANING = re.compile(r"(?P<mark>[\\`*_{}\[\]#])|[<>|~$&@]|:(?=/)|(?<=www)\.")
#: What means something only where a line begins.
_BEGINS = re.compile(r"^[-+=]")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")


def plain(text: str) -> str:
    """Return text on one line, without markup."""
    return _escaped(" ".join(legible(text).split()))


def plain_lines(text: str) -> str:
    """Return text in its own lines, without markup; a line ends with a hard break."""
    lines = [_escaped(line.strip()) for line in legible(text).split("\n")]
    return "  \n".join(line or "&nbsp;" for line in lines)


def _escaped(text: str) -> str:
    safe = _BEGINS.sub(_reference, _MEANING.sub(_sign, text))
    return _NUMBERED.sub(lambda found: f"{found[1]}&#{ord(found[2])};", safe)


def _sign(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found["mark"] else _reference(found)


def _reference(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def unmarked(markdown: str) -> str:
    """Return what Markdown written here says: without signs that keep text from being markup."""
    return unescape(re.sub(r"\\([\\`*_{}\[\]#])", r"\1", markdown))
