"""What a dialect did not carry, found by walking the card: it is listed beside it, whole, and never lost in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from pydantic import BaseModel

from rai import theme
from rai.card import ModelCard
from rai.section import Figure, Format, Table
from reports.dialects.origin import origin
from reports.dialects.written import Written
from reports.drawable import legible
from reports.moments import moment
from reports.numbers import REMARKS

#: Fields that name things for programs, say how something is drawn, or are the program's own questions.
_NAMES = frozenset({"schema_version", "key", "analysis", "kind", "format", "aggregate", "heading", "prompt", "topic"})
_FORMATS: tuple[Format, ...] = ("number", "percent", "points", "integer", "p_value")


def not_carried(card: ModelCard, name: str, written: Written) -> bytes:
    """List every text and number of a card that a dialect does not say.

    Parameters
    ----------
    name
        File name of the dialect.
    """
    said = _Said(written)
    entries = list(_missing(card, "", said))
    head = [f"What {name} does not carry", origin(card)]
    if not entries:
        return "\n\n".join([*head, "Nothing: every text and every number of the card is in it."]).encode() + b"\n"
    head.append(
        "The form has no place or not enough room for the following. Texts stand here whole; tables and figures are "
        "in card.json at the place named. The program's own names and questions (keys, kinds, prompts) are not listed."
    )
    return ("\n\n".join([*head, *entries]) + "\n").encode()


class _Said:
    """Looks up what a dialect says; spaces do not count, for lines may break anywhere."""

    def __init__(self, written: Written) -> None:
        self._text = squeezed(written.text)
        self.whole = written.whole
        self.says = lru_cache(maxsize=None)(self._says)

    def _says(self, text: str) -> bool:
        return squeezed(text) in self._text or squeezed(moment(text)) in self._text

    def number(self, value: float) -> bool:
        """True if the number stands there in any form numbers are written in."""
        forms = {repr(value), *(theme.write(value, form).strip("+") for form in _FORMATS)}
        return any(re.search(rf"(?<![\d.,]){re.escape(squeezed(form))}(?![\d])", self._text) for form in forms)


def squeezed(text: str) -> str:
    """Text without spaces, as it is shown."""
    return "".join(legible(text).split()).replace("\u00a0", "").replace("\u200b", "")


def _missing(value: object, place: str, said: _Said) -> Iterator[str]:
    if isinstance(value, Table | Figure):
        yield from _drawn(value, place, said)
    elif isinstance(value, str):
        if value.strip() and not said.says(value):
            yield f"{place}\n{_indented(value)}"
    elif isinstance(value, int | float):
        if not isinstance(value, bool) and not said.number(value):
            yield f"{place}\n{_indented(repr(value))}"
    else:
        for name, item in _parts(value):
            yield from _missing(item, f"{place}.{name}".lstrip("."), said)


def _parts(value: object) -> Iterator[tuple[str, object]]:
    """What a record, a mapping or a list holds, with its place in it."""
    if isinstance(value, BaseModel):
        yield from ((name, getattr(value, name)) for name in type(value).model_fields if name not in _NAMES)
    elif isinstance(value, Mapping):
        yield from ((str(name), item) for name, item in value.items())
    elif isinstance(value, tuple | list):
        yield from ((str(number), item) for number, item in enumerate(value))


def _drawn(value: Table | Figure, place: str, said: _Said) -> Iterator[str]:
    """A table or figure: as a whole where its numbers are not carried, otherwise the texts that are not."""
    kind = "table" if isinstance(value, Table) else "figure"
    if value.digest not in said.whole and _counts(value):
        yield f"{place}\n{_indented(f'The {kind} {value.title!r}, of which not all numbers are carried.')}"
        return
    texts = dict.fromkeys(text for text in _words(value) if text.strip() and not said.says(text))
    if texts:
        listed = "\n".join([f"Of the {kind} {value.title!r} these texts:", *texts])
        yield f"{place}\n{_indented(listed)}"


def _counts(value: Table | Figure) -> bool:
    """True if it holds numbers and not only words."""
    return isinstance(value, Figure) or any(isinstance(cell, int | float) for row in value.rows for cell in row)


def _words(value: Table | Figure) -> Iterator[str]:
    """Texts that do not go along with a number; names of groups, series and columns do."""
    yield value.title
    if isinstance(value, Figure):
        yield from (value.alt, value.reference_label, value.x.unit, value.y.unit)
        yield from (point.note for series in value.series for point in series.points)
        yield from (node.note for node in value.nodes)
        return
    yield value.note
    counted = _counts(value)
    for row in value.rows:
        for column, cell in zip(value.columns, row, strict=True):
            if isinstance(cell, str) and (not counted or column.name in REMARKS):
                yield cell


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in legible(text).split("\n"))
