"""Traces each column a pipeline's last step sees back to the input column it was made from."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Origin = npt.NDArray[np.intp]


def fold(raw: Any, rows: pd.DataFrame, names: tuple[str, ...]) -> tuple[Any, Origin | None]:
    """Transform rows as the pipeline does before its last step.

    Returns
    -------
    transformed
        What the last step sees.
    origin
        For each of its columns the position of the input column it came from; ``None`` if that cannot be told.
    """
    transformed: Any = rows
    origin: Origin | None = np.arange(len(names)) if rows.shape[1] == len(names) else None
    if not hasattr(raw, "steps"):
        return rows, origin
    for _, step in raw.steps[:-1]:
        if step in {None, "passthrough"}:
            continue
        before = getattr(transformed, "columns", None)
        origin = _through(step, origin, before)
        transformed = step.transform(transformed)
    return transformed, origin if origin is not None and transformed.shape[1] == len(origin) else None


def _through(step: Any, origin: Origin | None, before: Any) -> Origin | None:
    if origin is None:
        return None
    if hasattr(step, "transformers_"):
        parts = _column_transformer(step, len(origin), before)
    else:
        parts = _plain(step, np.arange(len(origin)))
    return None if parts is None else origin[parts]


def _column_transformer(step: Any, width: int, before: Any) -> Origin | None:
    total = max((part.stop for part in step.output_indices_.values()), default=0)
    found = np.full(total, -1)
    for name, transformer, chosen in step.transformers_:
        place = step.output_indices_[name]
        if place.stop == place.start:
            continue
        columns = _positions(chosen, width, before)
        if columns is None:
            return None
        parts = columns if transformer == "passthrough" else _plain(transformer, columns)
        if parts is None or len(parts) != place.stop - place.start:
            return None
        found[place] = parts
    return found if (found >= 0).all() else None


def _positions(chosen: Any, width: int, before: Any) -> Origin | None:
    items = (
        [chosen]
        if isinstance(chosen, str | int)
        else list(np.arange(width)[chosen] if isinstance(chosen, slice) else chosen)
    )
    if all(isinstance(item, bool | np.bool_) for item in items):
        return np.flatnonzero(items)
    if all(isinstance(item, str) for item in items):
        if before is None:
            return None
        order: dict[Any, int] = {str(name): place for place, name in enumerate(before)}
        return np.array([order[item] for item in items], dtype=np.intp)
    return np.array(items, dtype=np.intp)


def _plain(step: Any, columns: Origin) -> Origin | None:
    """Trace one transformer (or a pipeline of them) over the given input columns."""
    if hasattr(step, "steps"):
        found: Origin | None = np.arange(len(columns))
        for _, part in step.steps:
            if part in {None, "passthrough"} or found is None:
                continue
            inside = _plain(part, np.arange(len(found)))
            found = None if inside is None else found[inside]
        return None if found is None else columns[found]
    if hasattr(step, "categories_") and hasattr(step, "drop_idx_"):
        widths = _one_hot_widths(step)
        return None if widths is None else columns[np.repeat(np.arange(len(columns)), widths)]
    if hasattr(step, "statistics_") and getattr(step, "indicator_", None) is not None:
        places = np.concatenate([_imputed(step, len(columns)), np.asarray(step.indicator_.features_, dtype=np.intp)])
        kept: Origin = columns[places]
        return kept
    named = _by_name(step, len(columns))
    return None if named is None else columns[named]


def _names(step: Any, count: int) -> list[str]:
    """Names of a transformer's input columns, as it uses them for its outputs."""
    return [str(name) for name in getattr(step, "feature_names_in_", [f"x{place}" for place in range(count)])]


def _one_hot_widths(step: Any) -> Origin | None:
    """Count the output columns of each input of a one-hot encoder; rare categories may share one."""
    sizes = [len(categories) for categories in step.categories_]
    rare = getattr(step, "infrequent_categories_", [None] * len(sizes))
    dropped = step.drop_idx_ if step.drop_idx_ is not None else [None] * len(sizes)
    merged = [0 if items is None else len(items) - 1 for items in rare]
    widths = np.array(
        [size - less - (drop is not None) for size, less, drop in zip(sizes, merged, dropped, strict=True)],
        dtype=np.intp,
    )
    return widths if widths.sum() == len(step.get_feature_names_out(_names(step, len(sizes)))) else None


def _imputed(step: Any, width: int) -> Origin:
    """Return the columns an imputer keeps: those without any value in training are dropped, unless told otherwise."""
    statistics = np.asarray(step.statistics_, dtype=object)
    empty = np.array([value is None or value != value for value in statistics])  # noqa: PLR0124 - NaN differs from itself
    keep = np.ones(width, dtype=bool) if getattr(step, "keep_empty_features", False) else ~empty
    return np.flatnonzero(keep)


def _by_name(step: Any, width: int) -> Origin | None:
    """Trace a transformer whose outputs bear names of its inputs: one that mixes columns gives them other names."""
    # A normalizer keeps the names, but divides each value by the length of the whole row.
    if type(step).__name__ == "Normalizer" or not hasattr(step, "get_feature_names_out"):
        return None
    names = _names(step, width)
    try:
        out = [str(name) for name in step.get_feature_names_out(names)]
    except (ValueError, AttributeError):
        return None
    order = {name: place for place, name in enumerate(names)}
    if len(names) != width or len(order) != width or any(name not in order for name in out):
        return None
    return np.array([order[name] for name in out], dtype=np.intp)
