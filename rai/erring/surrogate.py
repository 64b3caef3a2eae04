"""Asks erroranalysis for the structure of its surrogate error tree; none of its numbers are used.

erroranalysis 0.5.5 is the package behind the error tree of the Responsible AI Toolbox: one LightGBM tree fitted to the
errors. Only the tree's splits are taken from it. Every size, rate and share is counted again by plain masks.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rai.erring.columns import CodedColumn
from rai.errors import NotApplicable
from rai.model.answers import Floats


@dataclass(frozen=True)
class Branch:
    """One node of the surrogate: how its rows differ from its parent's.

    Attributes
    ----------
    column
        Place of the column split on; ``None`` for the root.
    threshold
        Numeric columns: rows at or below it go left. ``None`` for a text column.
    levels
        Text columns: the levels that go left.
    left
        Whether this is the left side.
    """

    key: int
    parent: int | None
    column: int | None = None
    threshold: float | None = None
    levels: tuple[int, ...] = ()
    left: bool = True


@dataclass(frozen=True)
class Growth:
    """Limits of the tree: depth, leaves, and rows in a leaf."""

    max_depth: int
    max_leaves: int
    min_leaf: int


def grow(columns: Sequence[CodedColumn], errors: Floats, *, numeric: bool, growth: Growth) -> tuple[Branch, ...]:
    """Fit the surrogate and return its nodes, a parent before its children.

    Raises
    ------
    NotApplicable
        If erroranalysis fails on these rows, with what it said.
    """
    # Names of our own: the package keeps columns of its own beside ours and writes names into queries.
    names = [f"c{place}" for place in range(len(columns))]
    table = pd.DataFrame({name: _values(column) for name, column in zip(names, columns, strict=True)})
    text = [name for name, column in zip(names, columns, strict=True) if column.numbers is None]
    try:
        nodes = _nodes(table, text, errors, growth, numeric=numeric)
        return tuple(_branch(node, names) for node in nodes)
    except Exception as error:  # whatever the package raises becomes a reason that is stored and shown
        said = str(error).strip().splitlines()
        raise NotApplicable(
            f"The package erroranalysis could not grow an error tree on these rows: {type(error).__name__}"
            f"{f' ({said[0][:160]})' if said else ''}. The other parts stand."
        ) from error


def _values(column: CodedColumn) -> Floats:
    return column.codes.astype(float) if column.numbers is None else column.numbers


def _nodes(
    table: pd.DataFrame, text: list[str], errors: Floats, growth: Growth, *, numeric: bool
) -> list[dict[str, object]]:
    # It prints, and so does LightGBM.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()), _no_warnings():
        from erroranalysis.analyzer import PredictionsAnalyzer

        task = "regression" if numeric else "classification"
        # Compared with zeros, the errors are their own difference: 0 or 1, or the absolute residual.
        analyzer = PredictionsAnalyzer(errors, table, np.zeros(len(table)), list(table.columns), text, model_task=task)
        found: list[dict[str, object]] = analyzer.compute_error_tree(
            list(table.columns), None, None, growth.max_depth, growth.max_leaves, growth.min_leaf
        )
    return found


@contextlib.contextmanager
def _no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _branch(node: dict[str, object], names: list[str]) -> Branch:
    key, parent, method, value = node["id"], node["parentId"], node["method"], node["arg"]
    assert isinstance(key, int)
    if parent is None:
        return Branch(key, None)
    assert isinstance(parent, int)
    column = names.index(str(node["parentNodeName"]))
    if isinstance(value, list):
        levels = tuple(int(item) for item in value)
        return Branch(key, parent, column, levels=levels, left=method == "includes")
    return Branch(key, parent, column, threshold=float(str(value)), left=method == "less and equal")
