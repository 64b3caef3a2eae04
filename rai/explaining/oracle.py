"""Asks shap's own explainer about a handful of rows, to check the SHAP values: the one door to shap."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.asking import as_floats, ask
from rai.explaining.attribution import Attribution
from rai.explaining.game import Game
from rai.explaining.record import Check
from rai.explaining.shapley import EXACT
from rai.model.answers import Floats
from rai.subject import Subject

#: Coalitions shap asks for a row, for each input, where there are too many inputs for every coalition.
COALITIONS = 20
EXPLAINER = "KernelExplainer"


@dataclass(frozen=True)
class _Asked:
    """What shap calls: coded rows in, outputs on the scale of the values out."""

    subject: Subject
    game: Game
    unit: str

    def __call__(self, codes: npt.NDArray[np.float64]) -> Floats:
        rows = self.game.coded.decode(np.asarray(codes).round().astype(np.int64))
        raw = as_floats(self.subject, ask(self.subject, rows))[0]
        if self.unit == "log-odds":
            raw = np.clip(raw, 1e-15, 1 - 1e-15)
            raw = np.log(raw / (1 - raw))
        return raw


def cross_check(subject: Subject, found: Attribution, *, rows: int, seed: int) -> Check:
    """Explain a few rows with shap and tell the largest difference.

    Whatever shap raises is recorded as the reason why there is no check: it is a check, not the evidence.
    """
    if found.unit in {"log-odds", "probability"} and subject.predictions.scores is None:
        return _unchecked("the model gives labels only, and the values explain its scores.")
    chosen = np.linspace(0, len(found.rows) - 1, min(rows, len(found.rows))).astype(np.intp)
    try:
        values = _ask_shap(subject, found, chosen, seed=seed)
    except Exception as error:  # noqa: BLE001 - shap raises bare Exception; the reason is recorded and shown
        return _unchecked(f"shap's {EXPLAINER} stopped with {type(error).__name__}: {str(error)[:200]}")
    own = found.shap_values[chosen]
    difference = float(np.abs(values - own).max())
    typical = float(np.abs(own).max(axis=(1, 2)).mean())
    words = _words(found, len(chosen), difference, typical)
    return Check(explainer=EXPLAINER, rows=len(chosen), difference=difference, typical=typical, words=words)


def _unchecked(reason: str) -> Check:
    return Check(explainer=EXPLAINER, rows=0, difference=None, typical=None, words=f"Not checked with shap: {reason}")


def _ask_shap(subject: Subject, found: Attribution, chosen: npt.NDArray[np.intp], *, seed: int) -> Floats:
    before = np.random.get_state()  # noqa: NPY002 - this explainer draws from the global generator
    with warnings.catch_warnings(), _quiet():
        # shap warns about packages it imports; nothing a reviewer could act on.
        warnings.simplefilter("ignore")
        import shap

        rows = found.game.rows[chosen].astype(float)
        m = rows.shape[1]
        try:
            np.random.seed(seed % 2**32)  # noqa: NPY002 - as above
            explainer = shap.KernelExplainer(
                _Asked(subject, found.game, found.unit), found.game.background.astype(float)
            )
            # Without the default's lasso, which would set all but ten inputs to zero.
            samples = 2**m if m <= EXACT else COALITIONS * m
            values = explainer.shap_values(rows, nsamples=samples, l1_reg=False, silent=True)
        finally:
            np.random.set_state(before)  # noqa: NPY002 - as above
    return np.asarray(values, dtype=float).reshape(len(rows), m, -1)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _words(found: Attribution, rows: int, difference: float, typical: float) -> str:
    start = (
        f"shap's {EXPLAINER} was asked about {rows} of the rows; the largest difference of a single value is "
        f"{difference:.2g}, where the largest contribution of a row is typically {typical:.2g} ({found.unit})."
    )
    if not found.background:
        return start + (
            " The model's own values follow the training data along its trees or coefficients, those of shap follow "
            "background rows: they answer slightly different questions and need not be equal."
        )
    exact = len(found.columns) <= EXACT
    return start if exact else start + " Both draw which coalitions they ask, so they differ by chance."
