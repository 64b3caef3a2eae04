"""How the SHAP values of each input lie, by low, middle and high values of the input: a beeswarm without single rows.

A beeswarm draws a dot for each person. A Result holds aggregates only, so the rows are told by their quantiles.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.explaining.attribution import Attribution
from rai.explaining.bins import as_numbers, span
from rai.explaining.record import Band, Spread
from rai.explaining.summary import FEWEST
from rai.model.answers import Floats
from rai.subject import Subject

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def spreads(subject: Subject, found: Attribution, names: tuple[str, ...], *, output: int) -> tuple[Spread, ...]:
    """Quantiles of the SHAP values of each named input, for one output."""
    frame = subject.dataset.frame.iloc[found.rows]
    return tuple(
        Spread(name=name, bands=_bands(frame[name], found.shap_values[:, found.columns.index(name), output]))
        for name in names
    )


def _bands(column: pd.Series, steps: Floats) -> tuple[Band, ...]:
    bands = tuple(_band(level, label, steps[inside]) for level, label, inside in thirds(column))
    kept = tuple(band for band in bands if band is not None)
    return kept or tuple(band for band in (_band("any", "all values", steps),) if band is not None)


def _band(level: str, label: str, steps: Floats) -> Band | None:
    if len(steps) < FEWEST:
        return None
    ends = [float(value) for value in np.quantile(steps, QUANTILES)]
    names = ("least", "lower", "middle", "upper", "most")
    return Band(level=level, label=label, n=len(steps), **dict(zip(names, ends, strict=True)))


def thirds(column: pd.Series) -> tuple[tuple[str, str, npt.NDArray[np.bool_]], ...]:
    """Rows with low, middle and high values; two levels where ties leave only two, none for text and constants."""
    if not pd.api.types.is_numeric_dtype(column.dtype) or column.nunique() < 2:
        return ()
    numbers = as_numbers(column)
    low, high = np.nanquantile(numbers, [1 / 3, 2 / 3])
    # Where a third of the rows share the largest value, that value alone is high.
    high = min(high, float(numbers[numbers < np.nanmax(numbers)].max()))
    low = min(low, high)
    parts = (("low", numbers <= low), ("middle", (numbers > low) & (numbers <= high)), ("high", numbers > high))
    return tuple((level, span(numbers[inside]), inside) for level, inside in parts if inside.any())
