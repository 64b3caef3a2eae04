"""What a card says, in blocks in the order of reading; every form of the card only sets these blocks in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rai.section import Figure
from rai.theme import Tone


@dataclass(frozen=True)
class Paragraphs:
    """Text, a paragraph each; lines within a paragraph stay lines.

    Attributes
    ----------
    look
        ``lead``: the sentence with the number that matters. ``quiet``: a remark. ``prompt``: one that belongs to what
        follows.
    """

    texts: tuple[str, ...]
    look: Literal["plain", "lead", "quiet", "prompt"] = "plain"


@dataclass(frozen=True)
class Heading:
    """A heading within a chapter."""

    text: str


@dataclass(frozen=True)
class Notice:
    """A sentence that must not be overlooked: a sign, a word and a colour, then the sentence.

    Attributes
    ----------
    sign
        In place of the sign of the tone.
    """

    tone: Tone
    word: str
    text: str
    sign: str = ""


@dataclass(frozen=True)
class Notes:
    """Remarks under a small heading."""

    heading: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A cell as it is written; a ``tone`` gives it a sign and a colour, ``code`` letters of one width."""

    text: str
    tone: Tone | None = None
    code: bool = False


@dataclass(frozen=True)
class Grid:
    """A table ready to be set.

    Attributes
    ----------
    heads, right
        Heading of each column, and whether it holds numbers, which stand at the right.
    """

    title: str
    heads: tuple[str, ...]
    right: tuple[bool, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Drawn:
    """A figure."""

    figure: Figure


Block = Paragraphs | Heading | Notice | Notes | Grid | Drawn


@dataclass(frozen=True)
class Chapter:
    """A part of the card.

    Attributes
    ----------
    key
        Names the chapter in links; letters, digits and hyphens.
    kicker, title
        What it is about, and its heading.
    fresh
        Begins on a new page.
    """

    key: str
    kicker: str
    title: str
    blocks: tuple[Block, ...]
    fresh: bool = False


@dataclass(frozen=True)
class Verdict:
    """Whether the card says that the version is approved.

    Attributes
    ----------
    points
        What keeps it from being approved, a sentence each.
    waivers
        Findings that do not, because somebody waived them, a sentence each.
    """

    tone: Tone
    word: str
    sentence: str
    points: tuple[str, ...] = ()
    waivers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A whole card.

    Attributes
    ----------
    facts
        Name and value of what identifies it.
    digest
        SHA-256 of the card without its sign-offs: what a sign-off binds.
    moment
        When the review was made, in seconds since 1970; 0 if that cannot be read.
    """

    model: str
    version: str
    author: str
    moment: int
    verdict: Verdict
    facts: tuple[tuple[str, str], ...]
    digest: str
    chapters: tuple[Chapter, ...]

    @property
    def title(self) -> str:
        """Model and version in one line."""
        return f"{self.model}, version {self.version}" if self.version else self.model

    @property
    def short(self) -> str:
        """First 12 digits of the digest."""
        return self.digest[:12]
