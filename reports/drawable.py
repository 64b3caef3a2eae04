"""What the fonts of the paper can draw: any other character is replaced by a visible box, and text is measured."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.font_manager import get_font

#: Stands where a character cannot be drawn.
BOX = "▯"

#: A place where a line may break inside a long word; it is not seen.
BREAK = "\u200b"

_REGULAR, _BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"


def fonts() -> Path:
    """Folder of the fonts that matplotlib brings along; the same on every machine."""
    return Path(mpl.get_data_path()) / "fonts" / "ttf"


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    faces = [get_font(str(fonts() / name)).get_charmap() for name in (_REGULAR, _BOLD)]
    return frozenset(set(faces[0]) & set(faces[1]))


def legible(text: str) -> str:
    """Return text without characters that steer rather than show: controls and marks of direction become a box.

    A mark of direction can turn words round so that they read as something else than was written.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return _boxed(plain.replace("\t", "    "), _steers)


def _boxed(text: str, wrong: Callable[[str], bool]) -> str:
    """Text with a box for every letter that is wrong; each different letter is looked at once."""
    found = {ord(letter): BOX for letter in set(text) if wrong(letter)}
    return text.translate(found) if found else text


def _steers(letter: str) -> bool:
    kind = unicodedata.category(letter)
    # The last two places of every plane are no characters at all, and XML refuses them.
    return (kind in {"Cc", "Cf", "Cs", "Co"} and letter not in "\n\u200c\u200d") or ord(letter) & 0xFFFE == 0xFFFE


def drawable(text: str) -> str:
    """Return text in which every character the paper's fonts lack is a box.

    Letters are composed first, so that a letter with an accent is one character where there is one.
    """
    composed = unicodedata.normalize("NFC", legible(text))
    return _boxed(composed, _undrawn)


def _undrawn(letter: str) -> bool:
    return letter != "\n" and (ord(letter) not in _known() or letter in "\u200c\u200d")


def breakable(text: str, longest: int) -> str:
    """Allow a line to break inside words of more than ``longest`` characters, so that none runs into its neighbour."""
    return " ".join(_broken(word, longest) if len(word) > longest else word for word in text.split(" "))


def _broken(word: str, longest: int) -> str:
    found, run = [], 0
    for letter in word:
        found.append(letter)
        run += 1
        if run >= longest or (letter in "_/.,;:-=|" and run > longest // 3):
            found.append(BREAK)
            run = 0
    return "".join(found)


@lru_cache(maxsize=8192)
def _advance(letter: str, *, bold: bool) -> float:
    font = get_font(str(fonts() / (_BOLD if bold else _REGULAR)))
    font.set_size(100, 72)
    return float(font.load_char(ord(letter)).linearHoriAdvance) / 65536 / 100


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of drawable text in points, without kerning.

    Parameters
    ----------
    size
        Of the letters, in points.
    """
    return size * sum(_advance(letter, bold=bold) for letter in text if letter not in {"\n", BREAK})


def wrap(text: str, room: float, size: float, *, most: int = 3) -> tuple[str, ...]:
    """Break drawable text into lines no wider than ``room`` points; what does not fit ends in an ellipsis.

    Parameters
    ----------
    most
        Lines at most.
    """
    lines = list(_lines(text, room, size))
    if len(lines) <= most:
        return tuple(lines) or ("",)
    last = lines[most - 1]
    while last and width(f"{last}…", size) > room:
        last = last[:-1]
    return (*lines[: most - 1], f"{last.rstrip()}…")


def _lines(text: str, room: float, size: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        for piece in _pieces(word, room, size):
            longer = f"{line} {piece}".strip()
            if width(longer, size) <= room or not line:
                line = longer
            else:
                yield line
                line = piece
    if line:
        yield line


def _pieces(word: str, room: float, size: float) -> Iterator[str]:
    """Cut a word that is wider than a whole line, after one of its joints where there is one."""
    while width(word, size) > room and len(word) > 1:
        fits = max((at for at in range(1, len(word)) if width(word[:at], size) <= room), default=1)
        joint = max((at for at in range(1, fits + 1) if word[at - 1] in "_/.,;:-=|"), default=fits)
        yield word[:joint]
        word = word[joint:]
    yield word
