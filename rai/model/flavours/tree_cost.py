"""Estimates how long exact SHAP values of trees take, so that a large forest is not begun and never finished.

TreeSHAP walks every leaf of every tree for every row and needs about the square of its depth (Lundberg et al. 2020).
Sorted by the patterns of their decisions, all rows share the work at a leaf, and a row needs about the depth. The
estimate counts leaves and never looks at a clock: the same model is always explained in the same way.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Way = Literal["patterns", "walk"]

#: Steps, rows times leaves times squared depth for the walk: about ten seconds on one core.
LIMIT = 4e9
#: Steps for the patterns: at each leaf, and for each row at each level of depth.
AT_LEAF, AT_LEVEL = 70_000, 0.5
#: Trees looked at; the others are taken to be like them.
SAMPLE = 10


class Leaves(NamedTuple):
    """Number of leaves, the sum of their depths and the sum of their squared depths."""

    number: float
    depth: float
    squared: float


def ways(estimator: Any, rows: int) -> tuple[Way, ...]:
    """The ways to explain so many rows that stay below the limit, the quicker one first."""
    found = leaves(estimator)
    steps: dict[Way, float] = {
        "walk": rows * found.squared,
        "patterns": AT_LEAF * found.number + AT_LEVEL * rows * found.depth,
    }
    return tuple(way for way in sorted(steps, key=lambda way: steps[way]) if steps[way] <= LIMIT)


def leaves(estimator: Any) -> Leaves:
    """Count the leaves of all trees, from a sample of trees; nothing where there are no trees."""
    family = type(estimator).__module__.split(".")[0]
    if family == "lightgbm":
        return _lightgbm(getattr(estimator, "booster_", estimator))
    if family == "xgboost":
        return _xgboost(estimator.get_booster() if hasattr(estimator, "get_booster") else estimator)
    if hasattr(estimator, "_predictors"):
        trees = [tree for round_ in estimator._predictors for tree in round_]  # noqa: SLF001 - there is no other way
        return _scaled([_histogram(trees[place].nodes) for place in _places(len(trees))], len(trees))
    if hasattr(estimator, "tree_"):
        return _scaled([_children(estimator.tree_)], 1)
    trees = list(np.ravel(getattr(estimator, "estimators_", [])))
    sampled = [trees[place] for place in _places(len(trees))]
    return _scaled([_children(tree.tree_) for tree in sampled if hasattr(tree, "tree_")], len(trees))


def _places(trees: int) -> npt.NDArray[np.intp]:
    return np.unique(np.linspace(0, max(trees - 1, 0), min(SAMPLE, trees)).astype(np.intp))


def _scaled(depths: list[list[int]], trees: int) -> Leaves:
    """Sum over the trees looked at, brought up to all of them."""
    every, scale = np.array([depth for tree in depths for depth in tree], dtype=float), trees / max(1, len(depths))
    return Leaves(len(every) * scale, float(every.sum()) * scale, float((every**2).sum()) * scale)


def _children(tree: Any) -> list[int]:
    """Walk a scikit-learn tree level by level; the depth of each leaf."""
    level, depth, found = np.zeros(1, dtype=np.intp), 0, []
    while len(level):
        inner = level[tree.children_left[level] >= 0]
        found += [depth] * (len(level) - len(inner))
        level = np.concatenate([tree.children_left[inner], tree.children_right[inner]])
        depth += 1
    return found


def _histogram(nodes: Any) -> list[int]:
    return [int(depth) for depth in nodes["depth"][nodes["is_leaf"].astype(bool)]]


def _lightgbm(booster: Any) -> Leaves:
    trees = booster.num_trees()
    rounds = max(1, trees // max(1, booster.num_model_per_iteration()))
    found = booster.dump_model(start_iteration=max(0, rounds // 2 - SAMPLE // 2), num_iteration=SAMPLE)
    return _scaled([_nested(tree["tree_structure"]) for tree in found["tree_info"]], trees)


def _nested(tree: Any) -> list[int]:
    found, waiting = [], [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if "left_child" not in node:
            found.append(depth)
            continue
        waiting += [(node["left_child"], depth + 1), (node["right_child"], depth + 1)]
    return found


def _xgboost(booster: Any) -> Leaves:
    """Read the text of the trees, in which a leaf is indented by its depth."""
    trees = booster.get_dump()
    if not trees or "leaf=" not in trees[0]:
        return Leaves(0, 0, 0)
    return _scaled([_indented(trees[place]) for place in _places(len(trees))], len(trees))


def _indented(text: str) -> list[int]:
    return [len(line) - len(line.lstrip("\t")) for line in text.splitlines() if "leaf=" in line]
