"""Reads what people wrote in a card of another kind: our JSON, the Model Card Toolkit's, or a Hugging Face README."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rai.card_import_readme import readme_entries
from rai.card_import_toolkit import risk_pairs, toolkit_entries
from rai.digests import sha256
from rai.errors import InputError
from rai.narrative import Entry, RiskPair, day_of
from rai.narrative_fields import FIELDS, FieldOf

#: Larger files are refused: no card that people wrote is as large.
LARGEST = 20_000_000

#: Marks of a gap in cards of other kinds.
_GAPS = ("[more information needed]", "more information needed", "todo", "n/a")

#: How a field that does not apply is written where a form has texts alone.
_NOT_APPLICABLE = "Not applicable: "

_EXPECTED = "Expected card.json, the JSON of the Model Card Toolkit, or a Hugging Face README.md"


@dataclass(frozen=True)
class Imported:
    """What a file says to the fields of the narrative.

    Attributes
    ----------
    entries
        By key of the field; only fields the file says something to.
    source
        The file, its kind and its SHA-256, in one sentence.
    """

    entries: dict[str, Entry]
    source: str


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
    like_json = text.lstrip().startswith(("{", "["))
    kind, found = _json(text, name) if like_json else ("Hugging Face model card", readme_entries(text))
    entries = {spec.key: kept for spec in FIELDS if (kept := _entry(spec, found.get(spec.key, Entry()))) != Entry()}
    if not entries:
        raise InputError(f"{name} says nothing to any field of the narrative. {_EXPECTED}.")
    return Imported(entries, f"Taken from {name} ({kind}, SHA-256 {sha256(data)[:12]}).")


def _entry(spec: FieldOf, found: Entry) -> Entry:
    """Keep what an entry says; a day that is none is not taken for one."""
    text = _kept(found.text)
    if text.startswith(_NOT_APPLICABLE) and not found.pairs:
        return Entry(not_applicable=text.removeprefix(_NOT_APPLICABLE).strip() or None)
    if found.not_applicable is not None:
        return Entry(not_applicable=_kept(found.not_applicable) or None)
    pairs = (RiskPair(risk=_kept(pair.risk), mitigation=_kept(pair.mitigation)) for pair in found.pairs)
    kept = tuple(pair for pair in pairs if pair.risk) if spec.kind == "pairs" else ()
    return Entry(text="" if spec.kind == "date" and day_of(text) is None else text, pairs=kept)


def _kept(text: str) -> str:
    """Text without the marks of a gap and without characters that no text has."""
    bare = "".join(letter for letter in text if letter in "\n\t" or letter >= " ").strip()
    return "" if bare.strip(" *_.").lower() in _GAPS else bare


def _json(text: str, name: str) -> tuple[str, dict[str, Entry]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is not valid JSON. {_EXPECTED}.") from error
    if isinstance(value, Mapping) and isinstance(value.get("narrative"), list):
        return "model card", dict(_canonical(value["narrative"]))
    if isinstance(value, Mapping) and isinstance(value.get("considerations"), Mapping):
        return "Model Card Toolkit", toolkit_entries(value)
    raise InputError(f"{name} is JSON, but neither a card of ours nor one of the Model Card Toolkit. {_EXPECTED}.")


def _canonical(fields: Sequence[object]) -> Iterator[tuple[str, Entry]]:
    """Fields with their key and entry; whatever a later program adds does not matter."""
    for field in fields:
        if isinstance(field, Mapping) and isinstance(field.get("key"), str):
            reason = _string(field, "not_applicable")
            pairs = risk_pairs(field.get("pairs"), "risk", "mitigation")
            yield field["key"], Entry(text=_string(field, "text"), pairs=pairs, not_applicable=reason or None)


def _string(value: Mapping[str, object], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""
