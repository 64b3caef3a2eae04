"""Results for each group with n and interval, and groups without a result named as such: point 3 of Annex IV."""

from __future__ import annotations

from collections.abc import Iterator

from rai import theme
from rai.card import ModelCard
from reports.markdown_text import plain
from reports.numbers import Number, figure_numbers


def group_lines(card: ModelCard) -> Iterator[str]:
    """The values of each group that the fairness section draws, as a table; suppressed ones are named."""
    found = [
        number
        for item in card.evidence
        if item.analysis == "fairness" and item.section is not None
        for figure in item.section.figures
        if figure.kind in {"interval", "bars"}
        for number in figure_numbers(item, figure)
    ]
    yield "**Results for each group**"
    if not found:
        yield "Missing: results for groups."
        return
    head = ["| What | Group | Value (low to high) | n |", "| :-- | :-- | --: | --: |"]
    yield "\n".join([*head, *(_row(number) for number in found)])


def _row(item: Number) -> str:
    value = item.written if item.value is not None else f"suppressed: {item.remark or 'no reason recorded'}"
    n = theme.DASH if item.n is None else f"{item.n:,}"
    groups = "; ".join(cell for _, cell in item.parts)
    return f"| {plain(item.table)} | {plain(groups)} | {plain(value)} | {n} |"
