"""Reads what people wrote in a card of another kind: our JSON, the Model Card Toolkit's, or a Hugging Face README."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from rai.card import NARRATIVE
from rai.digests import sha256
from rai.errors import InputError

#: Larger files are refused: no card that people wrote is as large.
LARGEST = 20_000_000

#: Marks of a gap in cards of other kinds.
_GAPS = ("[more information needed]", "more information needed", "todo", "n/a")

_EXPECTED = "Expected card.json, the JSON of the Model Card Toolkit, or a Hugging Face README.md"


@dataclass(frozen=True)
class Imported:
    """What a file says to the fields of the narrative.

    Attributes
    ----------
    texts
        By key of the field; only fields the file says something to.
    source
        The file, its kind and its SHA-256, in one sentence.
    """

    texts: dict[str, str]
    source: str

    def sourced(self, key: str) -> str:
        """A text with where it was taken from, as it is written into a card."""
        return f"{self.texts[key]}\n\n{self.source}"


def read_card(path: Path) -> Imported:
    """Read a card of any of the three kinds.

    Raises
    ------
    InputError
        If the file cannot be read, is none of them, or says nothing to any field.
    """
    try:
        large = path.stat().st_size > LARGEST
        data = b"" if large else path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read. Give the path of a card.") from error
    if large:
        raise InputError(f"{path} is larger than {LARGEST // 1_000_000} MB and is not read. {_EXPECTED}.")
    return imported(data, name=path.name)


def imported(data: bytes, *, name: str) -> Imported:
    """Find the texts in the bytes of a card; errors as in :func:`read_card`."""
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not text in UTF-8. {_EXPECTED}.") from error
    kind, found = (
        _json(text, name) if text.lstrip().startswith(("{", "[")) else ("Hugging Face model card", _readme(text))
    )
    texts = {key: kept for key, _, _ in NARRATIVE if (kept := _kept(found.get(key, "")))}
    if not texts:
        raise InputError(f"{name} says nothing to any field of the narrative. {_EXPECTED}.")
    return Imported(texts, f"Taken from {name} ({kind}, SHA-256 {sha256(data)[:12]}).")


def _kept(text: str) -> str:
    """Text without the marks of a gap and without characters that no text has."""
    bare = "".join(letter for letter in text if letter in "\n\t" or letter >= " ").strip()
    return "" if bare.strip(" *_.").lower() in _GAPS else bare


def _json(text: str, name: str) -> tuple[str, dict[str, str]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is not valid JSON. {_EXPECTED}.") from error
    if isinstance(value, Mapping) and isinstance(value.get("narrative"), list):
        return "model card", _canonical(value["narrative"])
    if isinstance(value, Mapping) and isinstance(value.get("considerations"), Mapping):
        return "Model Card Toolkit", _toolkit(value["considerations"])
    raise InputError(f"{name} is JSON, but neither a card of ours nor one of the Model Card Toolkit. {_EXPECTED}.")


def _canonical(fields: Sequence[object]) -> dict[str, str]:
    """Fields with their key and text; whatever a later program adds does not matter."""
    pairs = ((field.get("key"), field.get("text")) for field in fields if isinstance(field, Mapping))
    return {key: text for key, text in pairs if isinstance(key, str) and isinstance(text, str)}


#: Marks limitations that this program's analyses name themselves; nobody wrote them.
OF_ANALYSIS = "[RAI Review, "
_OUT = re.compile(r"^\s*out[ -]of[ -]scope(?: uses?)?\s*:\s*", re.IGNORECASE)


def _toolkit(value: Mapping[str, object]) -> dict[str, str]:
    uses = list(_described(value.get("use_cases"), "description"))
    limits = _described(value.get("limitations"), "description")
    pairs = _described(value.get("ethical_considerations"), "name", "mitigation_strategy")
    return {
        "intended_use": "\n\n".join(text for text in uses if not _OUT.match(text)),
        "out_of_scope": "\n\n".join(_OUT.sub("", text) for text in uses if _OUT.match(text)),
        "users": "\n\n".join(_described(value.get("users"), "description")),
        "limitations": "\n\n".join(text for text in limits if not text.startswith(OF_ANALYSIS)),
        "ethical_considerations": "\n\n".join(pairs),
        "caveats": "\n\n".join(_described(value.get("tradeoffs"), "description")),
    }


def _described(items: object, *names: str) -> Iterator[str]:
    """Texts of a list of objects, two of one object joined by a colon."""
    for item in items if isinstance(items, list) else ():
        known = [item.get(name) for name in names] if isinstance(item, Mapping) else []
        words = [text for text in known if isinstance(text, str) and text.strip()]
        if words:
            yield ": ".join(words)


#: Headings of the Hugging Face template and its kin by field; compared in small letters without signs.
_NAMED: dict[str, tuple[str, ...]] = {
    "intended_use": (
        "direct use", "downstream use", "intended use", "intended uses", "intended uses limitations",
        "primary intended uses",
    ),
    "users": ("users", "intended users", "primary intended users"),
    "out_of_scope": ("out of scope use", "out of scope uses", "misuse and out of scope use"),
    "limitations": (
        "bias risks and limitations", "limitations", "limitations and bias", "risks and limitations",
    ),
    "ethical_considerations": ("ethical considerations",),
    "caveats": ("recommendations", "caveats and recommendations"),
}  # fmt: skip
_HEADINGS = {heading: key for key, headings in _NAMED.items() for heading in headings}


def _readme(text: str) -> dict[str, str]:
    """Texts below headings that mean a field, up to the next heading of the first three levels."""
    body = re.sub(r"\A\s*---\n.*?\n---\s*(\n|\Z)", "", text, count=1, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    found: dict[str, list[str]] = {}
    key, fenced = "", False
    for line in body.split("\n"):
        fenced ^= line.lstrip().startswith("```")
        heading = None if fenced else re.match(r"#{1,3}\s+(.*?)\s*#*\s*$", line)
        if heading:
            key = _HEADINGS.get(_words(heading[1]), "")
        elif key:
            found.setdefault(key, []).append(line)
    return {key: _unmarked("\n".join(lines)) for key, lines in found.items() if _kept("\n".join(lines))}


def _words(heading: str) -> str:
    """A heading in small letters without signs: ``Bias, Risks, and Limitations`` is ``bias risks and limitations``."""
    plain = re.sub(r"\[(?:optional|.*?)\]|[*_`]", " ", heading.lower())
    return " ".join(re.sub(r"[^a-z]+", " ", plain).split())


def _unmarked(markdown: str) -> str:
    """What Markdown says: escapes and hard breaks undone, signs of lists and emphasis as they are."""
    bare = unescape(re.sub(r"\\([\\`*_{}\[\]()#+.!>|-])", r"\1", markdown)).replace("\u00a0", " ")
    lines = [line.rstrip() for line in bare.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
