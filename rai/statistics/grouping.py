"""The groups of a sensitive feature, or of the combinations of two: named, counted and never dropped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.cohorts import MISSING, Cohort, Condition, Operator
from rai.dataset import ReviewDataset, banded

Codes = npt.NDArray[np.intp]

#: A numeric feature with more distinct values than this is cut into bands even where the profile declares none.
DISTINCT = 12


@dataclass(frozen=True)
class Grouping:
    """Which group each row belongs to.

    Attributes
    ----------
    feature
        One column name, or two for the combinations.
    groups
        Names of the groups that have rows, in the order of their codes; one value for each name in ``feature``.
    codes
        Shape (n,): the place of each row's group in ``groups``.
    empty
        Combinations of existing values that no row has.
    note
        How the groups were made, where the data alone do not say it.
    cuts
        The cut points of a single feature cut into bands.
    """

    feature: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    codes: Codes
    empty: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    cuts: tuple[float, ...] = ()

    @property
    def sizes(self) -> npt.NDArray[np.int64]:
        """Rows of each group."""
        return np.bincount(self.codes, minlength=len(self.groups)).astype(np.int64)

    def at(self, rows: Codes) -> Grouping:
        """The groups of these row positions; those without any are left out."""
        used, codes = np.unique(self.codes[rows], return_inverse=True)
        return replace(self, groups=tuple(self.groups[int(place)] for place in used), codes=codes.astype(np.intp))

    def cohort(self, place: int) -> Cohort:
        """The rows of one group of a single feature as a cohort."""
        (column,), (name,) = self.feature, self.groups[place]
        if not self.cuts or name == MISSING:
            return Cohort(name=name, conditions=(Condition(column=column, op="=", values=(name,)),))
        band = _band_names(self.cuts).index(name)
        found = [_bound(column, ">=", self.cuts[band - 1])] if band else []
        found += [_bound(column, "<", self.cuts[band])] if band < len(self.cuts) else []
        return Cohort(name=name, conditions=tuple(found))


def _bound(column: str, op: Operator, cut: float) -> Condition:
    return Condition(column=column, op=op, values=(f"{cut:.15g}",))


def group_by(dataset: ReviewDataset, feature: str, *, like: ReviewDataset | None = None) -> Grouping:
    """The groups of one feature; a numeric feature without declared bands is cut at its quartiles, and says so.

    Parameters
    ----------
    like
        Cut at the quartiles of these data instead, so that two sets of rows have the same groups.
    """
    column, model = dataset.frame[feature], (like or dataset).frame[feature]
    if declared := dataset.profile.data.bands.get(feature):
        note = f"'{feature}' is cut into the bands declared in the profile ({_listed(declared)})."
        return _in_bands(column, feature, declared, note)
    if _needs_bands(model) and (cuts := _quartiles(model)):
        note = (
            f"'{feature}' has {model.nunique():,} distinct numbers and no bands in the profile, so it is cut at its "
            f"quartiles ({_listed(cuts)}). Bands decide the result: declare them under [data.bands]."
        )
        return _in_bands(column, feature, cuts, note)
    names, codes = np.unique(dataset.groups(feature).astype(str), return_inverse=True)
    return Grouping((feature,), tuple((str(name),) for name in names), codes.astype(np.intp))


def _in_bands(column: pd.Series, feature: str, cuts: tuple[float, ...], note: str) -> Grouping:
    """Bands from low to high, then missing; those without rows are left out."""
    order = {name: place for place, name in enumerate((*_band_names(cuts), MISSING))}
    places = pd.Series(banded(column, cuts)).map(order).to_numpy().astype(np.intp)
    whole = Grouping((feature,), tuple((name,) for name in order), places, note=note, cuts=cuts)
    return whole.at(np.arange(len(places)))


def _band_names(cuts: tuple[float, ...]) -> tuple[str, ...]:
    """What the bands between these cut points are called, lowest first."""
    return tuple(map(str, banded(pd.Series([-np.inf, *cuts]), cuts)))


def _needs_bands(column: pd.Series) -> bool:
    numeric = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    return numeric and column.nunique() > DISTINCT


def _quartiles(column: pd.Series) -> tuple[float, ...]:
    numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    cuts = {float(f"{cut:.6g}") for cut in np.nanquantile(numbers, [0.25, 0.5, 0.75])}
    return tuple(sorted(cuts))


def _listed(cuts: tuple[float, ...]) -> str:
    return ", ".join(f"{cut:g}" for cut in cuts)


def cross(first: Grouping, second: Grouping) -> Grouping:
    """The combinations of two features' groups; those without rows are listed as empty."""
    width = len(second.groups)
    place = first.codes * width + second.codes
    used, codes = np.unique(place, return_inverse=True)
    every = [one + other for one, other in product(first.groups, second.groups)]
    present = {int(item) for item in used}
    return Grouping(
        feature=first.feature + second.feature,
        groups=tuple(every[item] for item in sorted(present)),
        codes=codes.astype(np.intp),
        empty=tuple(name for item, name in enumerate(every) if item not in present),
    )
