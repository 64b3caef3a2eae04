"""SHAP values of every row: the model process against shap.TreeExplainer, as users get it and in its own C code."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.adult import Adult
from benchmarks.tables import Bar, show
from benchmarks.timing import timed
from rai.subject import Subject

TIMES, LARGEST = 3, 1e-4

Values = npt.NDArray[np.float64]


def compare_attributions(data: Adult, subject: Subject) -> list[Bar]:
    """Explain all rows in three ways; the differences are stated for the inputs, summed over their encoded columns."""
    rows = data.model[:-1].transform(data.test[data.inputs])
    origin = _origin(data)
    assert subject.model is not None
    process = subject.model
    ours = timed(lambda: process.contributions(data.test[data.inputs]), repeats=3)
    native = timed(lambda: _tree_explainer(data, rows, native=True), repeats=3)
    walked = timed(lambda: _tree_explainer(data, rows, native=False))
    found = ours.answer
    assert found is not None
    gaps = [_gap(found.values, other.answer, origin) for other in (native, walked)]
    ratios = [other.seconds / ours.seconds for other in (native, walked)]
    show(
        f"SHAP values: {len(rows):,} rows, {rows.shape[1]} encoded columns, 200 trees",
        ("", "seconds", "ratio", "largest difference"),
        [
            ("model process (pipe, encoding and checks included)", ours.seconds, 1.0, None),
            ("shap.TreeExplainer, LightGBM's shortcut, all processors", native.seconds, ratios[0], gaps[0]),
            ("shap.TreeExplainer, its own C code", walked.seconds, ratios[1], gaps[1]),
        ],
        f"Method: {found.method}. Largest SHAP value: {np.abs(found.values).max():.3g} ({found.unit}).",
    )
    worst = max(gaps)
    return [
        Bar(f"SHAP at least {TIMES} times faster", f"{min(ratios):.1f} times", min(ratios) >= TIMES),
        Bar(f"largest difference of a SHAP value at most {LARGEST:g}", f"{worst:.1e}", worst <= LARGEST),
    ]


def _tree_explainer(data: Adult, rows: Values, *, native: bool) -> Values:
    import shap

    explainer = shap.TreeExplainer(data.model.steps[-1][1])
    if not native:
        explainer.model.model_type = "internal"
    return np.asarray(explainer.shap_values(rows, check_additivity=False), dtype=float)


def _origin(data: Adult) -> list[int]:
    """The input each encoded column was made from, by its name."""
    names = data.model[:-1].get_feature_names_out()
    longest = sorted(data.inputs, key=len, reverse=True)
    owners = [next(name for name in longest if column == name or column.startswith(f"{name}_")) for column in names]
    return [data.inputs.index(name) for name in owners]


def _gap(ours: Values, theirs: Values, origin: list[int]) -> float:
    folded = np.zeros_like(ours)
    np.add.at(folded.T, origin, theirs.T)
    return float(np.abs(ours - folded).max())
