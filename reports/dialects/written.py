"""A card in another dialect: its bytes, what they say, and which tables and figures they carry whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rai.section import Figure, Table
from reports.markdown_text import unmarked

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True)
class Written:
    """What a dialect wrote.

    Attributes
    ----------
    text
        Everything it says, in the letters of the card; texts of the card are looked up here.
    whole
        Digests of the tables and figures of which it carries every number.
    """

    data: bytes
    text: str
    whole: frozenset[str] = frozenset()


def as_json(value: Json, whole: Iterable[Table | Figure], *, markdown: str = "") -> Written:
    """Write JSON for people and programs; NaN and infinity cannot stand in it.

    Parameters
    ----------
    markdown
        A text in it that is Markdown, so that what it says is more than its letters.
    """
    data = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    text = "\n".join([*_texts(value), unmarked(markdown)])
    return Written(data, text, frozenset(item.digest for item in whole))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float):
        yield repr(value)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def pruned(fields: dict[str, Json]) -> dict[str, Json]:
    """Leave out what nobody has said: empty texts, lists and objects."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
