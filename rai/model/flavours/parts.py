"""What explains one estimator before it is folded back to the inputs: contributions, base values and the raw output."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rai.model.answers import Floats

#: Largest relative gap between base value plus contributions and the model's raw output.
TOLERANCE = 1e-5
#: Cells of a table beyond which a sparse one is not written out in full.
CELLS = 50_000_000


@dataclass(frozen=True)
class Parts:
    """Explanation of n rows over the m columns an estimator sees.

    Attributes
    ----------
    shap_values
        Shape (n, m).
    base, raw
        Shape (n,): the base value, and what the estimator itself answers: ``base + shap_values.sum(axis=1)``.
    unit, method
        As in :class:`rai.model.answers.Contributions`.
    """

    shap_values: Floats
    base: Floats
    raw: Floats
    unit: str
    method: str

    @property
    def adds_up(self) -> bool:
        """True if every row adds up to the raw output."""
        if self.shap_values.ndim != 2 or self.raw.shape != self.base.shape:
            return False
        gap = np.abs(self.shap_values.sum(axis=1) + self.base - self.raw)
        return bool((gap <= TOLERANCE * np.maximum(1.0, np.abs(self.raw))).all())


def dense(rows: Any, *, gaps: float = 0.0) -> Floats | None:
    """Rows as plain numbers, the gaps of a sparse table filled; ``None`` if it is too large to write out."""
    if not hasattr(rows, "toarray"):
        return np.asarray(rows, dtype=float)
    if rows.shape[0] * rows.shape[1] > CELLS:
        return None
    if gaps == 0.0:
        return np.asarray(rows.toarray(), dtype=float)
    # A zero that is stored is a zero; only what is not stored is a gap.
    cells = rows.tocoo()
    cells.sum_duplicates()
    filled = np.full(rows.shape, gaps)
    filled[cells.row, cells.col] = cells.data
    return filled
