"""The metrics of groups where the outcome is a number: what is predicted, and how far and to which side it is off."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rai.fairness.binary import Draw, mean_metric, rows_of
from rai.fairness.grouped import GroupedMetric
from rai.statistics.grouping import Grouping
from rai.statistics.scores import normal_draws
from rai.statistics.simultaneous import of_numbers

Floats = npt.NDArray[np.float64]


def number_metrics(truth: Floats, predicted: Floats, grouping: Grouping, draw: Draw) -> list[GroupedMetric]:
    """Mean outcome, mean prediction, mean residual, mean absolute and root mean squared error of every group.

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
    return [*found, _root_mean_square([moves[row] for row in rows], grouping, draw)]


def _root_mean_square(parts: list[Floats], grouping: Grouping, draw: Draw) -> GroupedMetric:
    name = "root_mean_squared_error"
    squares = mean_metric(name, [part**2 for part in parts], draw.rng(grouping, name), draw.replicates, least=-np.inf)
    mean, (low, _) = squares.spread.values, squares.spread.limits(1)
    values = np.sqrt(mean)
    # The root's error by the delta method; a group without any error has none.
    errors = np.divide(mean - low, 2 * values, out=np.zeros_like(values), where=values > 0)
    drawn = normal_draws(values, errors, replicates=draw.replicates, rng=draw.rng(grouping, name))
    spread = of_numbers(values, errors, drawn, least=0)
    return GroupedMetric(name, spread, n=squares.n, support=squares.support, base="rows")
