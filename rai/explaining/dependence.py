"""How the SHAP value of an input moves with its value, and with which other input that changes most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.cohorts import as_text
from rai.explaining.attribution import Attribution
from rai.explaining.bins import Binned, as_numbers, bin_column, frequent, has_order
from rai.explaining.record import Bin, Dependence, Half
from rai.explaining.summary import FEWEST
from rai.model.answers import Floats
from rai.statistics.association import correlation_ratio
from rai.statistics.estimates import Estimate, absent
from rai.statistics.intervals import mean
from rai.subject import Subject
from rai.theme import number

#: Below these shares an interaction is not told: of the variance the value alone leaves, and of that, explained.
LEFT, TOLD = 0.01, 0.1
#: Bins of either input when an interaction is sought: few, so that each cell of the two has rows.
COARSE = 4


@dataclass(frozen=True)
class Partner:
    """The other input on which a dependence most depends.

    Attributes
    ----------
    left
        Share of the variance of the SHAP values that the input's own value leaves unexplained.
    strength
        Share of that which the other input explains.
    """

    name: str
    left: float
    strength: float


def dependences(subject: Subject, found: Attribution, names: tuple[str, ...], *, output: int) -> tuple[Dependence, ...]:
    """Mean SHAP value by the value of each named input, for one output."""
    frame = subject.dataset.frame[list(found.columns)].iloc[found.rows].reset_index(drop=True)
    return tuple(_dependence(frame, name, found.shap_values[:, found.columns.index(name), output]) for name in names)


def _dependence(frame: pd.DataFrame, name: str, steps: Floats) -> Dependence:
    binned = bin_column(frame[name])
    partner = strongest(frame, name, steps)
    every = _bins(binned, steps, np.ones(len(steps), dtype=bool))
    numeric = binned.numbers is not None
    if partner is None:
        return Dependence(name=name, numeric=numeric, bins=every)
    halves = tuple(Half(label=label, bins=_bins(binned, steps, inside)) for label, inside in sides(frame[partner.name]))
    return Dependence(
        name=name,
        numeric=numeric,
        bins=every,
        other=partner.name,
        left=partner.left,
        strength=partner.strength,
        halves=halves,
    )


def _bins(binned: Binned, steps: Floats, inside: npt.NDArray[np.bool_]) -> tuple[Bin, ...]:
    chosen = ((place, label, inside & (binned.codes == place)) for place, label in enumerate(binned.labels))
    return tuple(
        Bin(label=label, at=binned.middle(place), found=_mean(steps[rows]))
        for place, label, rows in chosen
        if rows.any()
    )


def _mean(values: Floats) -> Estimate:
    if len(values) < FEWEST:
        return absent(len(values), f"Fewer than {FEWEST} rows were explained.")
    return mean(values)


def strongest(frame: pd.DataFrame, name: str, steps: Floats) -> Partner | None:
    """Find the other input that explains most of what the value alone does not; ``None`` if none is worth telling.

    What is left of the SHAP values beside a line within each bin of the input's own value is compared between the
    cells of that value and the other one (correlation ratio, squared, corrected for the number of cells).
    """
    left, total = leftover(bin_column(frame[name]), steps), float(steps.var())
    share = float(left.var()) / total if total > 0 else 0.0
    if share < LEFT:
        return None
    own = bin_column(frame[name], bins=COARSE).codes
    found: list[Partner] = []
    for other in (column for column in map(str, frame.columns) if column != name):
        binned = bin_column(frame[other], bins=COARSE, categories=COARSE)
        ratio = correlation_ratio(own * len(binned.labels) + binned.codes, left)
        found.append(Partner(other, share, ratio**2 if np.isfinite(ratio) else 0.0))
    best = max(found, key=lambda each: each.strength, default=None)
    return best if best is not None and best.strength >= TOLD else None


def leftover(binned: Binned, steps: Floats) -> Floats:
    """SHAP values less their mean in each bin; for a number less a straight line in each bin."""
    left = steps.copy()
    for place in np.unique(binned.codes):
        inside = binned.codes == place
        left[inside] -= left[inside].mean()
        if binned.numbers is None:
            continue
        across = binned.numbers[inside] - binned.numbers[inside].mean()
        if np.isfinite(across).all() and (across**2).sum() > 0:
            left[inside] -= across * (across @ left[inside]) / (across**2).sum()
    return left


def sides(column: pd.Series) -> tuple[tuple[str, npt.NDArray[np.bool_]], ...]:
    """Two sides of an input: up to its median and above, or its most frequent value and all others."""
    numbers = as_numbers(column) if has_order(column) else np.zeros(0)
    known = numbers[np.isfinite(numbers)]
    if len(known) and known.min() < known.max():
        cut = float(np.median(known))
        if cut >= known.max():
            cut = float(known[known < cut].max())
        words = number(cut)
        return (f"{column.name} up to {words}", numbers <= cut), (f"{column.name} above {words}", numbers > cut)
    text = as_text(column)
    first = frequent(text, 1)[0]
    same = (text == first).to_numpy(dtype=bool)
    return (f"{column.name} = {first}", same), (f"{column.name} other than {first}", ~same)
