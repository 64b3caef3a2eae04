"""Fields of a card that no other chapter knows yet: set as they are, so that nothing in a card passes by silence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from rai.card import ModelCard
from rai.section import Figure, Section, Table
from rai.theme import write
from reports.document import Block, Cell, Chapter, Drawn, Heading, Paragraphs
from reports.evidence import section_blocks
from reports.tables import grid, plain

_KNOWN = frozenset(
    {
        "schema_version", "model", "version", "review_id", "review_digest", "policy", "created", "details", "narrative",
        "evidence", "findings", "digests", "sign_offs", "waivers", "stand",
    }
)  # fmt: skip


def further_chapters(card: ModelCard) -> tuple[Chapter, ...]:
    """One chapter with every field the other chapters do not set; none if there is no such field."""
    return record_chapters({name: getattr(card, name) for name in type(card).model_fields if name not in _KNOWN})


def record_chapters(fields: Mapping[str, object]) -> tuple[Chapter, ...]:
    """Set fields of any kind in one chapter; empty ones are left out."""
    blocks = [block for name, value in fields.items() for block in _field(name, value)]
    return (
        (Chapter("further", "Further records", "What else is recorded?", tuple(blocks), fresh=True),) if blocks else ()
    )


def _field(name: str, value: object) -> Iterator[Block]:
    if value is None or value in ("", (), {}):
        return
    yield Heading(_words(name))
    yield from _set(value)


def _set(value: object) -> Iterator[Block]:
    if isinstance(value, Section):
        yield from section_blocks(value)
    elif isinstance(value, Table):
        yield grid(value)
    elif isinstance(value, Figure):
        yield Drawn(value)
    elif isinstance(value, BaseModel):
        yield _facts({name: getattr(value, name) for name in type(value).model_fields})
    elif isinstance(value, Mapping):
        yield _facts(value)
    elif isinstance(value, tuple | list):
        yield from _several(list(value))
    else:
        yield Paragraphs((_text(value),))


def _several(values: list[object]) -> Iterator[Block]:
    """Records of one kind become one table, anything else stands one after the other."""
    records = [item for item in values if isinstance(item, BaseModel)]
    kinds = {type(item) for item in records}
    if len(records) == len(values) and len(kinds) == 1 and not kinds & {Section, Table, Figure}:
        names = [name for name in type(records[0]).model_fields if any(getattr(item, name) for item in records)]
        rows = [[Cell(_text(getattr(item, name))) for name in names] for item in records]
        yield plain("", [_words(name) for name in names], rows)
        return
    for item in values:
        yield from _set(item)


def _facts(values: Mapping[str, object]) -> Block:
    return plain("", ("Field", "Value"), [(_words(name), _text(value)) for name, value in values.items()])


def _text(value: object) -> str:
    if value is None or isinstance(value, bool | str):
        return write(value, "text")
    if isinstance(value, int | float):
        return write(value, "integer" if isinstance(value, int) else "number")
    if isinstance(value, BaseModel):
        return "; ".join(f"{_words(name)}: {_text(getattr(value, name))}" for name in type(value).model_fields)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_text(item)}" for name, item in value.items())
    if isinstance(value, tuple | list):
        return ", ".join(_text(item) for item in value)
    return str(value)


def _words(name: str) -> str:
    text = str(name).replace("_", " ")
    return text[:1].upper() + text[1:]
