"""The error tree: the splits of the surrogate in the data's own values, each node counted by plain masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rai.cohorts import MISSING, Cohort, Condition, Mask
from rai.erring.amount import amount, apart, share_of, sums
from rai.erring.columns import CodedColumn
from rai.erring.cuts import cut_between, number_text
from rai.erring.record import ErrorTree, TreeNode
from rai.erring.surrogate import Branch, Growth, grow
from rai.errors import NotApplicable
from rai.model.answers import Floats
from rai.statistics.estimates import Estimate

#: Standard errors by which the branches of a split must differ to be shown: the best of many splits is shown.
CLEAR = 3.5
#: Values of a text column written out in a node; the rest are counted.
WRITTEN = 4


@dataclass(frozen=True)
class _Grown:
    """A node before it is shown: its path, rows and number."""

    path: tuple[Condition, ...]
    words: str
    mask: Mask
    found: Estimate
    children: tuple[_Grown, ...] = ()
    hidden: int = 0


@dataclass(frozen=True)
class _Ground:
    """What every node is made from."""

    columns: Sequence[CodedColumn]
    errors: Floats
    numeric: bool
    below: dict[int | None, tuple[Branch, ...]]


def error_tree(
    columns: Sequence[CodedColumn], errors: Floats, *, numeric: bool, growth: Growth, inside: Cohort
) -> ErrorTree:
    """Grow the tree; where that cannot be done, the root alone with the reason.

    Parameters
    ----------
    inside
        The cohort the rows belong to; its conditions lead every path, so that a node opens on all rows.

    Notes
    -----
    A split whose two branches differ by less than ``CLEAR`` standard errors is taken back. Rows without a value in the
    column split on satisfy neither branch; they are shown as a third.
    """
    everyone = np.ones(len(errors), dtype=bool)
    root = _Grown(inside.conditions, "All rows", everyone, amount(errors, numeric=numeric))
    if reason := _cannot(errors, columns, growth, numeric=numeric):
        return ErrorTree(nodes=_listed(root, errors), reason=reason)
    try:
        branches = grow(columns, errors, numeric=numeric, growth=growth)
    except NotApplicable as refusal:
        return ErrorTree(nodes=_listed(root, errors), reason=str(refusal))
    below: dict[int | None, tuple[Branch, ...]] = {}
    for branch in branches:
        below[branch.parent] = (*below.get(branch.parent, ()), branch)
    top = below[None][0]
    whole = _grown(root, top, _Ground(columns, errors, numeric, below))
    reason = "" if whole.children else "No split separates rows whose errors clearly differ."
    return ErrorTree(nodes=_listed(whole, errors), hidden=whole.hidden, reason=reason)


def _cannot(errors: Floats, columns: Sequence[CodedColumn], growth: Growth, *, numeric: bool) -> str:
    if not columns:
        return "No column has values to split on."
    if len(errors) < 2 * growth.min_leaf:
        return f"There are {len(errors):,} rows. A tree needs at least {2 * growth.min_leaf:,}."
    if errors.min() == errors.max():
        return "The model errs equally in every row." if numeric or errors.max() else "The model makes no error."
    return ""


def _grown(node: _Grown, branch: Branch, ground: _Ground) -> _Grown:
    """Add the children of a node, and take them back where they do not differ."""
    sides = tuple(_side(node, child, ground) for child in ground.below.get(branch.key, ()))
    hidden = sum(side.hidden for side in sides)
    if len(sides) == 2 and (any(side.children for side in sides) or _clear(sides, ground)):
        rest = _missing(node, sides, ground)
        return _Grown(node.path, node.words, node.mask, node.found, (*sides, *rest), hidden)
    return _Grown(node.path, node.words, node.mask, node.found, (), hidden + (len(sides) == 2))


def _side(parent: _Grown, branch: Branch, ground: _Ground) -> _Grown:
    assert branch.column is not None
    column = ground.columns[branch.column]
    condition, words = _step(column, branch)
    return _grown(_node(parent, condition, words, parent.mask & column.mask(condition), ground), branch, ground)


def _node(parent: _Grown, condition: Condition, words: str, mask: Mask, ground: _Ground) -> _Grown:
    return _Grown((*parent.path, condition), words, mask, amount(ground.errors[mask], numeric=ground.numeric))


def _missing(parent: _Grown, sides: tuple[_Grown, ...], ground: _Ground) -> tuple[_Grown, ...]:
    """The rows that satisfy neither side of a split of numbers: those without a value."""
    mask = parent.mask & ~sides[0].mask & ~sides[1].mask
    if not mask.any():
        return ()
    name = sides[0].path[-1].column
    return (_node(parent, _is_missing(name, yes=True), f"{name} missing", mask, ground),)


def _is_missing(name: str, *, yes: bool) -> Condition:
    return Condition(column=name, op="=" if yes else "!=", values=(MISSING,))


def _step(column: CodedColumn, branch: Branch) -> tuple[Condition, str]:
    if branch.threshold is None:
        return _membership(column, set(branch.levels), inside=branch.left)
    assert column.numbers is not None
    numbers = column.numbers[~np.isnan(column.numbers)]
    lower = numbers <= branch.threshold
    if lower.all() or not lower.any():
        # The surrogate parted the rows without a value from the others.
        yes = branch.left != bool(lower.all())
        return _is_missing(column.name, yes=yes), f"{column.name} {'missing' if yes else 'known'}"
    cut = number_text(cut_between(float(numbers[lower].max()), float(numbers[~lower].min())))
    words = f"{column.name} under {cut}" if branch.left else f"{column.name} {cut} and over"
    return Condition(column=column.name, op="<" if branch.left else ">=", values=(cut,)), words


def _membership(column: CodedColumn, levels: set[int], *, inside: bool) -> tuple[Condition, str]:
    """The shorter way to say which values: those that belong, or those that do not; rare values are never named."""
    every = set(range(len(column.labels)))
    belong = levels if inside else every - levels
    others = every - belong
    named = column.other not in belong and (column.other in others or len(belong) <= len(others))
    values = tuple(column.labels[level] for level in sorted(belong if named else others))
    shown = (" or " if named else ", ").join(value or "empty" for value in values[:WRITTEN])
    more = f" and {len(values) - WRITTEN} more" if len(values) > WRITTEN else ""
    words = f"{column.name} {'=' if named else 'other than'} {shown}{more}"
    return Condition(column=column.name, op="=" if named else "!=", values=values), words


def _clear(sides: tuple[_Grown, ...], ground: _Ground) -> bool:
    one, other = (sums(ground.errors[side.mask]) for side in sides)
    return abs(apart(one, other, numeric=ground.numeric)) > CLEAR


def _listed(root: _Grown, errors: Floats) -> tuple[TreeNode, ...]:
    """The nodes with keys from 0, a parent before its children."""
    found: list[TreeNode] = []
    waiting: list[tuple[_Grown, int | None]] = [(root, None)]
    while waiting:
        node, parent = waiting.pop(0)
        key = len(found)
        found.append(
            TreeNode(
                key=key,
                parent=parent,
                conditions=node.path,
                words=node.words,
                found=node.found,
                share=share_of(errors, node.mask),
            )
        )
        waiting.extend((child, key) for child in node.children)
    return tuple(found)
