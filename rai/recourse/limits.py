"""What may change in each row: columns kept, directions, permitted ranges and categories, and how many at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.cohorts import as_text
from rai.profile import ReviewProfile
from rai.recourse.space import Floats, Scale, Space, differ
from rai.theme import number

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Limits:
    """The constraints on coded rows with m columns.

    Attributes
    ----------
    free
        Shape (m,): columns that may change at all.
    low, high
        Shape (m,): smallest and largest number that may be proposed.
    up, down
        Shape (m,): columns that may only rise, and only fall.
    order
        For each column of names the rank of its values where they have an order, otherwise ``None``.
    permitted
        For each column of names which of its values may be proposed; ``None`` for a column of numbers.
    most
        Most columns that may change in one row.
    notes
        What the profile asks for that has no meaning here, in sentences.
    """

    space: Space
    free: Bools
    low: Floats
    high: Floats
    up: Bools
    down: Bools
    order: tuple[Floats | None, ...]
    permitted: tuple[Bools | None, ...]
    most: int
    notes: tuple[str, ...] = ()

    def bounds(self, rows: Floats, place: int) -> tuple[Floats, Floats]:
        """Smallest and largest number each row may be given in a column; above one another where none may."""
        own = rows[:, place]
        low = np.where(self.up[place], np.maximum(own, self.low[place]), self.low[place])
        high = np.where(self.down[place], np.minimum(own, self.high[place]), self.high[place])
        return low, high

    def fit(self, rows: Floats, proposed: Floats, place: int) -> Floats:
        """Bring proposed values of one column as near as the limits let them; otherwise keep the row's own.

        Parameters
        ----------
        rows
            Shape (n, m).
        proposed
            Values of the column, of shape (n, ...).
        """
        own = rows[:, place].reshape(-1, *[1] * (proposed.ndim - 1))
        if not self.free[place]:
            return np.broadcast_to(own, proposed.shape)
        scale = self.space.scales[place]
        if scale is None:
            return np.where(self._may(own, proposed, place), proposed, own)
        low, high = (end.reshape(own.shape) for end in self.bounds(rows, place))
        near = np.clip(np.round(np.clip(proposed, low, high), scale.decimals), low, high)
        may = (low <= near) & (near <= high)  # false where a bound or the proposal is missing
        return np.where(may, near, own)

    def _may(self, own: Floats, proposed: Floats, place: int) -> Bools:
        permitted, order = self.permitted[place], self.order[place]
        assert permitted is not None
        may = permitted[proposed.astype(np.intp)]
        if order is None:
            return may
        before, after = order[own.astype(np.intp)], order[proposed.astype(np.intp)]
        if self.up[place]:
            may = may & (after > before)
        return may & (after < before) if self.down[place] else may

    def words(self, place: int) -> str:
        """What a column may do, in words."""
        if not self.free[place]:
            return "kept as it is"
        permitted, scale = self.permitted[place], self.space.scales[place]
        if scale is not None:
            low, high = float(self.low[place]), float(self.high[place])
            span = f"{low:,.0f} to {high:,.0f}" if scale.whole else f"{number(low)} to {number(high)}"
        else:
            assert permitted is not None
            span = f"one of {int(permitted.sum())} values"
        direction = "may only rise, " if self.up[place] else "may only fall, " if self.down[place] else ""
        return f"{direction}{span}"

    def fit_rows(self, rows: Floats, proposed: Floats) -> Floats:
        """Bring whole proposed rows within the limits; shapes (n, m) and (n, ..., m)."""
        fitted = [self.fit(rows, proposed[..., place], place) for place in range(rows.shape[1])]
        return np.stack(fitted, axis=-1)

    def keeps(self, rows: Floats, proposed: Floats) -> Bools:
        """Which proposed rows hold every constraint, those on numbers and directions as well as the count of changes.

        Parameters
        ----------
        rows, proposed
            Shape (n, m) each.
        """
        same = ~differ(self.fit_rows(rows, proposed), proposed) | ~differ(rows, proposed)
        found: Bools = same.all(axis=1) & (differ(rows, proposed).sum(axis=1) <= self.most)
        return found


def read_limits(profile: ReviewProfile, space: Space, *, most: int | None = None) -> Limits:
    """The profile's constraints for these columns.

    Sensitive features are kept as they are unless the profile names them under a direction, a range or categories.

    Parameters
    ----------
    most
        Most changes of one row; otherwise the profile's, otherwise no limit.
    """
    asked = profile.counterfactuals
    opened = {*asked.increase_only, *asked.decrease_only, *asked.ranges, *asked.categories}
    kept = {*asked.fixed, *(name for name in profile.data.sensitive if name not in opened)}
    order = tuple(_order(space, place) for place in range(len(space.columns)))
    stuck, notes = _without_order(profile, space, order)
    bounds = [_range(scale, asked.ranges.get(name)) for name, scale in zip(space.columns, space.scales, strict=True)]
    wanted = [asked.categories.get(name) for name in space.columns]
    names = np.array(space.columns, dtype=object)
    return Limits(
        space=space,
        free=space.counts & ~np.isin(names, list(kept | stuck)),
        low=np.array([low for low, _ in bounds]),
        high=np.array([high for _, high in bounds]),
        up=np.isin(names, list(asked.increase_only)),
        down=np.isin(names, list(asked.decrease_only)),
        order=order,
        permitted=tuple(_permitted(space, place, values) for place, values in enumerate(wanted)),
        most=most or asked.max_changes or len(space.columns),
        notes=notes,
    )


def _order(space: Space, place: int) -> Floats | None:
    """Ranks of the values of a column of names that has an order: true and false, numbers, and ordered categories."""
    values = space.distinct[place]
    if space.scales[place] is not None:
        return None
    if pd.api.types.is_bool_dtype(values.dtype) or pd.api.types.is_numeric_dtype(values.dtype):
        return values.to_numpy(dtype=float, na_value=np.nan)
    if isinstance(values.dtype, pd.CategoricalDtype) and values.dtype.ordered:
        codes = values.cat.codes.to_numpy(dtype=float)
        return np.where(codes < 0, np.nan, codes)
    return None


def _without_order(
    profile: ReviewProfile, space: Space, order: tuple[Floats | None, ...]
) -> tuple[set[str], tuple[str, ...]]:
    """Columns of names without an order that the profile lets move in one direction only: they are kept."""
    asked = profile.counterfactuals
    directed = {*asked.increase_only, *asked.decrease_only}
    stuck = {
        name
        for name, scale, ranks in zip(space.columns, space.scales, order, strict=True)
        if scale is None and ranks is None and name in directed
    }
    notes = tuple(
        f"'{name}' may change in one direction only, but its values have no order, so it was kept as it is."
        for name in sorted(stuck)
    )
    return stuck, notes


def _range(scale: Scale | None, asked: tuple[float, float] | None) -> tuple[float, float]:
    if scale is None:
        return 0.0, 0.0
    low, high = asked or (scale.low, scale.high)
    return (float(np.ceil(low)), float(np.floor(high))) if scale.whole else (low, high)


def _permitted(space: Space, place: int, asked: tuple[object, ...] | None) -> Bools | None:
    if space.scales[place] is not None:
        return None
    known = ~space.missing(place)
    if asked is None:
        return known
    wanted = {as_text(pd.Series([value])).iloc[0] for value in asked}
    return np.asarray(known & as_text(space.distinct[place]).isin(wanted).to_numpy(dtype=bool), dtype=bool)
