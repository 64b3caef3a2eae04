"""The metrics of groups where the outcome is a number: what is predicted, and how far and to which side it is off."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rai.fairness.binary import Draw, mean_metric, rows_of
from rai.fairness.grouped import GroupedMetric
from rai.statistics.explained import r_squared
from rai.statistics.grouping import Grouping
from rai.statistics.scores import normal_draws
from rai.statistics.simultaneous import Spread, of_numbers

Floats = npt.NDArray[np.float64]


def number_metrics(truth: Floats, predicted: Floats, grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    """Mean outcome, prediction and residual, mean absolute and root mean squared error, and R² of every group.

    Notes
    -----
    A residual is prediction minus outcome: above 0 the model predicts too much.
    """
    rows = rows_of(grouping)
    moves = predicted - truth
    columns = {
        "mean_prediction": predicted,
        "mean_outcome": truth,
        "mean_residual": moves,
        "mean_absolute_error": np.abs(moves),
    }
    found = []
    for name, column in columns.items():
        parts = [column[row] for row in rows]
        least = 0 if name == "mean_absolute_error" else -np.inf
        found.append(mean_metric(name, parts, draw.rng(grouping, name), draw.replicates, least=least))
    explained = _r_squared([(truth[row], predicted[row]) for row in rows], grouping, draw)
    return [*found, _root_mean_square([moves[row] for row in rows], grouping, draw), explained]


def _root_mean_square(parts: list[Floats], grouping: Grouping, draw: Draw) -> GroupedMetric:
    name = "root_mean_squared_error"
    squares = mean_metric(name, [part**2 for part in parts], draw.rng(grouping, name), draw.replicates, least=-np.inf)
    values, errors = _rooted(squares.spread)
    drawn = normal_draws(values, errors, replicates=draw.replicates, rng=draw.rng(grouping, name))
    spread = of_numbers(values, errors, drawn, least=0)
    whole = None
    if squares.whole is not None:
        # The mean over all rows is the groups' own, weighted; so is its square.
        share = squares.n / squares.n.sum()
        everyone, error = _rooted(squares.whole)
        known = np.where(np.isfinite(drawn), np.maximum(drawn, 0), values)
        together = np.sqrt(np.nansum(known**2 * share, axis=1, keepdims=True))
        whole = of_numbers(everyone, error, together, least=0)
    return GroupedMetric(name, spread, n=squares.n, support=squares.support, base="rows", whole=whole, errors=errors)


def _rooted(squares: Spread) -> tuple[Floats, Floats]:
    """Roots of mean squares and their errors by the delta method; a group without any error has none."""
    mean, (low, _) = squares.values, squares.limits(1)
    values = np.sqrt(mean)
    return values, np.divide(mean - low, 2 * values, out=np.zeros_like(values), where=values > 0)


def _r_squared(parts: list[tuple[Floats, Floats]], grouping: Grouping, draw: Draw) -> GroupedMetric:
    """Share of the variance explained within the group's own outcomes: low where these hardly differ."""
    name = "r2_score"
    rng = draw.rng(grouping, name)
    found = [r_squared(truth, predicted, replicates=draw.replicates, rng=rng) for truth, predicted in parts]
    values, drawn = np.array([value for value, _ in found]), np.stack([drawn for _, drawn in found], axis=1)
    n, errors = np.array([len(truth) for truth, _ in parts], dtype=np.int64), drawn.std(axis=0)
    spread = of_numbers(values, errors, drawn, most=1)
    return GroupedMetric(name, spread, n=n, support=n, base="rows", errors=errors)
