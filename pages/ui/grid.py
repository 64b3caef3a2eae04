"""Short tables of words that wrap, with room for a status in colour; long tables of numbers are drawn elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import words
from rai.policy import Finding
from rai.section import Format
from rai.statistics.names import value_format
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
    return words.plain(
        _unbroken(interval(found.value, found.low, found.high, value_format(found.metric, found.aggregate)))
    )


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0")


def _bound(finding: Finding) -> str:
    found = finding.measure
    form: Format = "number" if found is None else value_format(found.metric, found.aggregate)
    shown = write(finding.threshold, form).removeprefix("+")
    return words.plain(DASH if finding.threshold is None else _unbroken(shown))


def _n(finding: Finding) -> str:
    return words.plain(DASH if finding.measure is None else write(finding.measure.n, "integer"))
