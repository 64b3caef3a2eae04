"""The heatmap: errors over two features, in the data's units, each cell counted by plain masks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from rai.erring.amount import amount
from rai.erring.columns import OTHER, CodedColumn
from rai.erring.record import Cell, ErrorTree, Heatmap, Search
from rai.model.answers import Floats
from rai.statistics.estimates import absent

#: Rows and columns of the heatmap at most; rarer values of a text column are put together.
MOST_LEVELS = 10


def choose_features(search: Search, tree: ErrorTree, columns: Sequence[CodedColumn]) -> tuple[str, ...]:
    """The two columns that carry most of the worst cohorts, then those the tree splits first.

    A confirmed cohort counts three times as much as one that is not.
    """
    weight: Counter[str] = Counter()
    for item in search.cohorts:
        for name in item.features:
            weight[name] += 3 if item.confirmed else 1
    split = [condition.column for node in tree.nodes for condition in node.conditions[-1:] if node.parent is not None]
    order = [*(name for name, _ in weight.most_common()), *split, *(item.name for item in columns if item.choices)]
    return tuple(dict.fromkeys(order))[:2]


def heatmap(down: CodedColumn, across: CodedColumn, errors: Floats, *, numeric: bool, least: int) -> Heatmap:
    """Count errors in every combination of the levels of two columns; every row is in one cell.

    Parameters
    ----------
    least
        A cell with fewer rows is absent with the reason.
    """
    side, head = _levels(down), _levels(across)
    width = len(head[1])
    place = side[0] * width + head[0]
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(len(side[1]) * width + 1))
    total = float(errors.sum())
    cells = [
        _cell(errors[order[ends[cell] : ends[cell + 1]]], total, numeric=numeric, least=least)
        for cell in range(len(side[1]) * width)
    ]
    return Heatmap(
        features=(down.name, across.name),
        rows=side[1],
        columns=head[1],
        cells=tuple(tuple(cells[start : start + width]) for start in range(0, len(cells), width)),
    )


def _cell(errors: Floats, total: float, *, numeric: bool, least: int) -> Cell:
    n = len(errors)
    share = min(float(errors.sum()) / total, 1.0) if total > 0 else None
    if n == 0:
        return Cell(found=absent(0, "No row is here."), share=share)
    if n < least:
        return Cell(found=absent(n, f"Fewer than {least} rows (n {n}): too few for a rate."), share=share)
    return Cell(found=amount(errors, numeric=numeric), share=share)


def _levels(column: CodedColumn) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], tuple[str, ...]]:
    """Codes and labels, the rarest values of a text column put together."""
    codes, labels = column.codes.astype(np.intp), column.labels
    if column.numbers is None and len(labels) > MOST_LEVELS:
        # Levels of a text column are in order of their rows.
        return np.minimum(codes, MOST_LEVELS - 1), (*labels[: MOST_LEVELS - 1], OTHER)
    return codes, labels
