"""Short tables of words that wrap, with room for a status in colour; long tables of numbers are drawn elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import words
from rai.measures import Measure
from rai.policy import Finding
from rai.section import Format
from rai.statistics.names import gap_format, name_of
from rai.theme import DASH, interval, write

#: Already plain, or a status made by :mod:`pages.ui.words`.
Marked = str


def grid(heads: Sequence[str], lines: Sequence[Sequence[Marked]], *, right: Sequence[str] = ()) -> None:
    """Draw a table of words.

    Parameters
    ----------
    heads
        Column headings.
    lines
        Cells, each already made plain.
    right
        Headings of the columns of numbers.
    """
    rule = ["--:" if head in right else ":--" for head in heads]
    rows = [[words.plain(head) for head in heads], rule, *lines]
    st.markdown("\n".join(f"| {' | '.join(map(_one_line, row))} |" for row in rows))


def _one_line(cell: Marked) -> Marked:
    return cell.replace("  \n", " ")


def findings(found: Sequence[Finding]) -> None:
    """Draw findings, those that keep the gate closed first."""
    order = ("fail", "not evaluated", "not enough evidence", "pass")
    lines = [
        (words.verdict(item.verdict), words.plain(_asked(item)), _value(item), _bound(item), _n(item))
        for item in sorted(found, key=lambda item: order.index(item.verdict))
    ]
    grid(("Verdict", "What is asked", "Found", "Bound", "n"), lines, right=("Found", "Bound", "n"))


def _asked(finding: Finding) -> str:
    about = " and ".join(finding.measure.feature) if finding.measure else ""
    return f"{finding.sentence} ({about})" if about else finding.sentence


def _value(finding: Finding) -> str:
    found = finding.measure
    if found is None:
        return words.plain(DASH)
    if found.value is None:
        return words.plain(found.reason or DASH)
    return words.plain(_unbroken(interval(found.value, found.low, found.high, _form(found))))


def _form(found: Measure) -> Format:
    if found.aggregate == "ratio":
        return "number"
    form = name_of(found.metric).format
    return gap_format(form) if found.aggregate == "difference" else form


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0")


def _bound(finding: Finding) -> str:
    form: Format = "number" if finding.measure is None else _form(finding.measure)
    return words.plain(DASH if finding.threshold is None else _unbroken(write(finding.threshold, form)))


def _n(finding: Finding) -> str:
    return words.plain(DASH if finding.measure is None else write(finding.measure.n, "integer"))
