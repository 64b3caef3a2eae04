"""Every number of the evidence as one CSV table; no cell of it can act as a formula in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from rai.card import ModelCard
from reports.dialects.origin import figures, origin, tables
from reports.dialects.written import Written
from reports.drawable import legible
from reports.numbers import Number, numbers

_HEAD = ("Analysis", "Table or figure", "Metric", "About", "Value", "Low", "High", "n", "Remark")

#: With these letters, narrow or wide, a spreadsheet begins a formula or a command.
_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def number_table(card: ModelCard) -> Written:
    """Write a row for each number of every table and figure; an absent value leaves its cell empty and has a remark.

    A text that a spreadsheet could take for a formula stands behind an apostrophe.
    """
    page = io.StringIO()
    table = csv.writer(page, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    table.writerow([harmless(origin(card))])
    table.writerow(_HEAD)
    rows = [[cell if isinstance(cell, int | float) else harmless(cell) for cell in row] for row in _rows(card)]
    table.writerows(rows)
    said = "\n".join(str(cell) for row in _rows(card) for cell in row)
    whole = frozenset(item.digest for item in (*tables(card), *figures(card)))
    # The mark tells spreadsheets that the letters are UTF-8.
    return Written(page.getvalue().encode("utf-8-sig"), f"{origin(card)}\n{said}", whole)


def _rows(card: ModelCard) -> Iterator[list[str | int | float]]:
    for item in numbers(card, figures=True):
        value, low, high = (_cell(end) for end in (item.value, item.low, item.high))
        counted: str | int = "" if item.n is None else item.n
        yield [item.section, item.table, item.name, _about(item), value, low, high, counted, item.remark]


def _about(item: Number) -> str:
    return "; ".join(f"{head}: {cell}" for head, cell in item.parts)


def _cell(value: float | None) -> str | int | float:
    if value is None:
        return ""
    return int(value) if value == int(value) else value


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula, a command or a link to another program."""
    shown = legible(text)
    return f"'{shown}" if shown.lstrip(" \u00a0\u3000").startswith(_ACTS) or shown.startswith(("\n", " ")) else shown
