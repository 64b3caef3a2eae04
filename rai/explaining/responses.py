"""What the model answers when one input is set to other values: partial dependence, and how rows differ from it.

Friedman (2001), Annals of Statistics 29; individual curves: Goldstein et al. (2015), Journal of Computational and
Graphical Statistics 24. Single curves are single persons, so only their quantiles are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rai.asking import as_floats, ask, input_rows
from rai.cohorts import as_text
from rai.explaining.bins import as_numbers, frequent, in_order, is_number
from rai.explaining.game import draw
from rai.explaining.record import Response, ResponsePoint
from rai.explaining.summary import FEWEST
from rai.model.answers import Floats
from rai.subject import Subject

#: Rows of which so many lie between the lines drawn: the middle 80 %.
OUTER = (0.1, 0.9)


@dataclass(frozen=True)
class Grid:
    """How much is asked: rows, a seeded sample, and values each input is set to."""

    seed: int
    rows: int
    points: int


def responses(subject: Subject, names: tuple[str, ...], grid: Grid, *, output: int) -> tuple[Response, ...]:
    """Answers with each named input set to each of a few of its own values; none where a curve would be a person's."""
    if len(subject) < FEWEST:
        return ()
    rows = input_rows(subject).iloc[draw(len(subject), grid.rows, grid.seed)].reset_index(drop=True)
    every = input_rows(subject)
    found = (_response(subject, rows, every[name], grid.points, output=output) for name in names)
    return tuple(item for item in found if len(item.points) > 1)


def _response(subject: Subject, rows: pd.DataFrame, column: pd.Series, points: int, *, output: int) -> Response:
    name, values = str(column.name), grid_values(column, points)
    # Values are taken from the data, so each keeps the column's own type.
    given = pd.concat([rows.assign(**{name: _repeated(values, place, len(rows))}) for place in range(len(values))])
    answered, _, unit = as_floats(subject, ask(subject, given.reset_index(drop=True)))
    curves = answered[:, output].reshape(len(values), len(rows))
    numeric = is_number(column)
    numbers = as_numbers(values) if numeric else None
    labels = as_text(values).tolist()
    low, high = _differing(curves)
    made = tuple(
        ResponsePoint(
            label=str(label),
            at=None if numbers is None else float(numbers[place]),
            mean=float(curves[place].mean()),
            low=float(low[place]),
            high=float(high[place]),
        )
        for place, label in enumerate(labels)
    )
    return Response(name=name, numeric=numeric, unit=unit, points=made, n=len(rows))


def _repeated(values: pd.Series, place: int, times: int) -> pd.Series:
    return values.take(np.full(times, place)).reset_index(drop=True)


def grid_values(column: pd.Series, points: int) -> pd.Series:
    """Values that occur: quantiles from 2.5 % to 97.5 % of a number, the most frequent categories otherwise."""
    if is_number(column):
        numbers = as_numbers(column)
        wanted = np.unique(np.nanquantile(numbers, np.linspace(0.025, 0.975, points), method="nearest"))
        places = [np.flatnonzero(numbers == value)[0] for value in wanted]
    else:
        text = as_text(column)
        # A missing text or number is set as missing again.
        names = in_order(frequent(text, points), column)
        places = [np.flatnonzero(text.to_numpy() == name)[0] for name in names]
    chosen: pd.Series = column.iloc[np.array(places, dtype=np.intp)].reset_index(drop=True)
    return chosen


def _differing(curves: Floats) -> tuple[Floats, Floats]:
    """The mean curve plus quantiles of how the shapes of single curves differ from it; shape (points,) each."""
    average = curves.mean(axis=1)
    shapes = (curves - curves.mean(axis=0)) - (average - average.mean())[:, None]
    low, high = np.quantile(shapes, OUTER, axis=1)
    return average + np.minimum(low, 0), average + np.maximum(high, 0)
