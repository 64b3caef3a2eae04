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
    if not hasattr(raw, "steps"):
        return rows, np.arange(len(names)) if rows.shape[1] == len(names) else None
    transformed: Any = rows
    origin: Origin | None = np.arange(len(names))
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


def _plain(step: Any, columns: Any) -> Any:
    """Trace one transformer (or a pipeline of them) over the given input columns."""
    if hasattr(step, "steps"):
        found: Origin | None = np.arange(len(columns))
        for _, part in step.steps:
            if part in {None, "passthrough"}:
                continue
            assert found is not None
            inside = _plain(part, np.arange(len(found)))
            found = None if inside is None else found[inside]
            if found is None:
                return None
        return columns[found]
    if hasattr(step, "categories_") and hasattr(step, "drop_idx_"):
        return columns[np.repeat(np.arange(len(columns)), _one_hot_widths(step))]
    if hasattr(step, "indicator_") and step.indicator_ is not None:
        kept = _imputed(step, len(columns))
        return columns[np.concatenate([kept, np.asarray(step.indicator_.features_, dtype=np.intp)])]
    if hasattr(step, "statistics_"):
        return columns[_imputed(step, len(columns))]
    width = _width(step, len(columns))
    return columns if width == len(columns) else None


def _one_hot_widths(step: Any) -> npt.NDArray[np.intp]:
    """Count the output columns of each input of a one-hot encoder, from the names it gives them."""
    names = [f"x{place}" for place in range(len(step.categories_))]
    out = step.get_feature_names_out(None if hasattr(step, "feature_names_in_") else names)
    sizes = [len(categories) for categories in step.categories_]
    dropped = step.drop_idx_ if step.drop_idx_ is not None else [None] * len(sizes)
    widths = np.array([size - (drop is not None) for size, drop in zip(sizes, dropped, strict=True)], dtype=np.intp)
    if widths.sum() != len(out):
        # Infrequent categories are merged: then the widths cannot be told from the categories alone.
        return np.zeros(len(sizes), dtype=np.intp)
    return widths


def _imputed(step: Any, width: int) -> Origin:
    """Return the columns an imputer keeps: those without any value in training are dropped, unless told otherwise."""
    statistics = np.asarray(step.statistics_, dtype=object)
    empty = np.array([value is None or value != value for value in statistics])  # noqa: PLR0124 - NaN differs from itself
    keep = np.ones(width, dtype=bool) if getattr(step, "keep_empty_features", False) else ~empty
    return np.flatnonzero(keep)


def _width(step: Any, given: int) -> int:
    """Ask a transformer how many columns it gives out; one that mixes columns is not traced."""
    mixes = {"PCA", "PolynomialFeatures", "KBinsDiscretizer", "SplineTransformer", "TruncatedSVD", "FeatureUnion"}
    if type(step).__name__ in mixes or not hasattr(step, "get_feature_names_out"):
        return -1
    if hasattr(step, "components_"):
        return -1
    try:
        return len(step.get_feature_names_out())
    except (ValueError, AttributeError):
        return given if getattr(step, "n_features_in_", -1) == given else -1
