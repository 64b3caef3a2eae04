"""Estimates how long exact SHAP values of trees take, so that a large forest is not begun and never finished.

TreeSHAP walks every leaf of every tree and needs about the square of its depth (Lundberg et al. 2020). The estimate
counts trees and never looks at a clock: the same model is always explained in the same way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

#: Rows times leaves times squared depth: about ten seconds on one core.
LIMIT = 4e9
#: Trees looked at; the others are taken to be like them.
SAMPLE = 10


def affordable(estimator: Any, rows: int) -> bool:
    """True if explaining so many rows stays below the limit."""
    return rows * cost(estimator) <= LIMIT


def cost(estimator: Any) -> float:
    """Squared depth summed over the leaves of all trees, from a sample of trees; 0 where there are no trees."""
    family = type(estimator).__module__.split(".")[0]
    if family == "lightgbm":
        return _lightgbm(getattr(estimator, "booster_", estimator))
    if family == "xgboost":
        return _xgboost(estimator.get_booster() if hasattr(estimator, "get_booster") else estimator)
    if hasattr(estimator, "_predictors"):
        trees = [tree for round_ in estimator._predictors for tree in round_]  # noqa: SLF001 - there is no other way
        return _scaled([_histogram(trees[place].nodes) for place in _places(len(trees))], len(trees))
    if hasattr(estimator, "tree_"):
        return _children(estimator.tree_)
    trees = list(np.ravel(getattr(estimator, "estimators_", [])))
    sampled = [trees[place] for place in _places(len(trees))]
    return _scaled([_children(tree.tree_) for tree in sampled if hasattr(tree, "tree_")], len(trees))


def _places(trees: int) -> npt.NDArray[np.intp]:
    return np.unique(np.linspace(0, max(trees - 1, 0), min(SAMPLE, trees)).astype(np.intp))


def _scaled(costs: list[float], trees: int) -> float:
    return float(np.mean(costs)) * trees if costs else 0.0


def _children(tree: Any) -> float:
    """Walk a scikit-learn tree level by level."""
    level, depth, total = np.zeros(1, dtype=np.intp), 0, 0.0
    while len(level):
        inner = level[tree.children_left[level] >= 0]
        total += (len(level) - len(inner)) * depth**2
        level = np.concatenate([tree.children_left[inner], tree.children_right[inner]])
        depth += 1
    return total


def _histogram(nodes: Any) -> float:
    leaves = nodes["is_leaf"].astype(bool)
    return float((nodes["depth"][leaves].astype(float) ** 2).sum())


def _lightgbm(booster: Any) -> float:
    trees = booster.num_trees()
    rounds = max(1, trees // max(1, booster.num_model_per_iteration()))
    found = booster.dump_model(start_iteration=max(0, rounds // 2 - SAMPLE // 2), num_iteration=SAMPLE)
    return _scaled([_nested(tree["tree_structure"]) for tree in found["tree_info"]], trees)


def _nested(tree: Any) -> float:
    total, waiting = 0.0, [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if "left_child" not in node:
            total += depth**2
            continue
        waiting += [(node["left_child"], depth + 1), (node["right_child"], depth + 1)]
    return total


def _xgboost(booster: Any) -> float:
    """Read the text of the trees, in which a leaf is indented by its depth."""
    trees = booster.get_dump()
    if not trees or "leaf=" not in trees[0]:
        return 0.0
    sampled = [trees[place] for place in _places(len(trees))]
    return _scaled([_indented(text) for text in sampled], len(trees))


def _indented(text: str) -> float:
    return float(sum((len(line) - len(line.lstrip("\t"))) ** 2 for line in text.splitlines() if "leaf=" in line))
