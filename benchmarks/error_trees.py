"""The error analysis: tree, heatmap and confirmed cohorts of the review against erroranalysis' tree and matrix."""

from __future__ import annotations

import contextlib
import io
import warnings
from typing import Any

import numpy as np

from benchmarks.adult import Adult
from benchmarks.tables import Bar, show
from benchmarks.timing import timed
from rai.analyses import error_analysis
from rai.erring.columns import code_column
from rai.erring.record import ErrorTree
from rai.erring.surrogate import Growth
from rai.erring.tree import error_tree
from rai.subject import Subject


def compare_error_trees(data: Adult, subject: Subject) -> list[Bar]:
    """Time both, and say of either tree which leaf has the highest error rate and how many errors lie in it."""
    ours = timed(lambda: error_analysis.compute(subject, error_analysis.Config()), repeats=3)
    tree = timed(lambda: _tree(subject), repeats=3)
    theirs = timed(lambda: _erroranalysis(data, subject), repeats=3)
    whole = ours.answer.overall.value or 0.0
    theirs_whole, their_leaves = theirs.answer
    show(
        f"Error analysis: {len(subject):,} rows",
        ("", "seconds", "error rate", "leaves", "worst leaf", "its rows", "share of errors"),
        [
            (
                "review: tree, heatmap, cohorts confirmed on held-out rows",
                ours.seconds,
                whole,
                *_worst(_leaves(ours.answer.tree)),
            ),
            ("review: the tree alone", tree.seconds, whole, *_worst(_leaves(tree.answer))),
            ("erroranalysis: tree and matrix", theirs.seconds, theirs_whole, *_worst(their_leaves)),
        ],
        "The review takes the splits of its tree from erroranalysis and counts every node itself.",
    )
    return [Bar("error rate equal to erroranalysis'", f"{abs(whole - theirs_whole):.1e} apart", whole == theirs_whole)]


def _tree(subject: Subject) -> ErrorTree:
    config = error_analysis.Config()
    least = max(40, round(error_analysis.LEAST_SHARE * len(subject)))
    columns = [code_column(subject.dataset, name, bins=config.bins, least=least) for name in subject.inputs]
    growth = Growth(config.max_depth, config.max_leaves, least // 2)
    usable = [column for column in columns if column.choices]
    return error_tree(usable, subject.errors, numeric=False, growth=growth, inside=subject.cohort)


def _leaves(tree: ErrorTree) -> list[tuple[float, float, int]]:
    parents = {node.parent for node in tree.nodes}
    ends = [node for node in tree.nodes if node.key not in parents]
    return [(node.found.value or 0.0, node.share or 0.0, node.found.n) for node in ends]


def _worst(leaves: list[tuple[float, float, int]]) -> tuple[int, float, int, float]:
    rate, share, rows = max(leaves)
    return len(leaves), rate, rows, share


def _erroranalysis(data: Adult, subject: Subject) -> tuple[float, list[tuple[float, float, int]]]:
    from erroranalysis.analyzer import PredictionsAnalyzer

    rows = data.test[data.inputs]
    truth, predicted = (np.asarray(found, dtype=int) for found in (subject.y_true, subject.y_pred))
    text = [name for name in data.inputs if name not in data.numbers]
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        asked = PredictionsAnalyzer(predicted, rows, truth, data.inputs, text)
        tree = asked.compute_error_tree(data.inputs, None, None, max_depth=3, num_leaves=8, min_child_samples=20)
        asked.compute_matrix(["education-num", "age"], None, None)
    parents = {node["parentId"] for node in tree}
    errors = max(1, int(tree[0]["error"]))
    return tree[0]["error"] / tree[0]["size"], [_leaf(node, errors) for node in tree if node["id"] not in parents]


def _leaf(node: dict[str, Any], errors: int) -> tuple[float, float, int]:
    return node["error"] / node["size"], node["error"] / errors, int(node["size"])
