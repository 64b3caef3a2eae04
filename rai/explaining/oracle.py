"""Asks shap's own explainer about a handful of rows, to check the SHAP values: the one door to shap."""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.asking import as_floats, ask
from rai.explaining.attribution import Attribution, Game
from rai.explaining.record import Check
from rai.explaining.shapley import EXACT
from rai.model.answers import Floats
from rai.subject import Subject

#: Orders walked by shap where there are too many inputs for every coalition.
ORDERS = 10


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
    if found.unit in {"log-odds", "probability"} and found.background == 0 and not _has_scores(subject):
        return Check(explainer="", rows=0, difference=None, typical=None, words="Not checked: the model has no scores.")
    chosen = np.linspace(0, len(found.rows) - 1, min(rows, len(found.rows))).astype(np.intp)
    exact = len(found.columns) <= EXACT
    name = "ExactExplainer" if exact else "PermutationExplainer"
    try:
        values = _ask_shap(subject, found, chosen, exact=exact, seed=seed)
    except Exception as error:  # noqa: BLE001 - shap raises bare Exception; the reason is recorded and shown
        words = f"Not checked: shap's {name} stopped with {type(error).__name__}: {str(error)[:200]}"
        return Check(explainer=name, rows=0, difference=None, typical=None, words=words)
    own = found.values[chosen]
    difference = float(np.abs(values - own).max())
    typical = float(np.abs(own).max(axis=(1, 2)).mean())
    return Check(
        explainer=name,
        rows=len(chosen),
        difference=difference,
        typical=typical,
        words=_words(found, name, len(chosen), difference, typical, exact=exact),
    )


def _has_scores(subject: Subject) -> bool:
    return subject.predictions.scores is not None


def _ask_shap(
    subject: Subject, found: Attribution, chosen: npt.NDArray[np.intp], *, exact: bool, seed: int
) -> npt.NDArray[np.float64]:
    with warnings.catch_warnings(), _quiet():
        # shap warns about its own dependencies; nothing a reviewer could act on.
        warnings.simplefilter("ignore")
        import shap

        asked, rows = _Asked(subject, found.game, found.unit), found.game.rows[chosen].astype(float)
        background = found.game.background.astype(float)
        masker = shap.maskers.Independent(background, max_samples=len(background))
        m = rows.shape[1]
        if exact:
            values = shap.explainers.Exact(asked, masker)(rows, max_evals=2**m, silent=True).values
        else:
            evaluations = ORDERS * (2 * m + 1)
            explainer = shap.explainers.Permutation(asked, masker, seed=seed)
            values = explainer(rows, max_evals=evaluations, batch_size=evaluations, silent=True).values
    return np.asarray(values, dtype=float).reshape(len(rows), m, -1)


@contextlib.contextmanager
def _quiet():
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _words(found: Attribution, name: str, rows: int, difference: float, typical: float, *, exact: bool) -> str:
    start = (
        f"shap's {name} was asked about {rows} of the rows; the largest difference of a single value is "
        f"{difference:.2g}, where the largest contribution of a row is typically {typical:.2g} ({found.unit})."
    )
    if not found.background:
        return start + (
            " The model's own values follow the training data along its trees or coefficients, those of shap the "
            "background rows: they answer slightly different questions and need not be equal."
        )
    return start if exact else start + " Both draw orders of the inputs, so they differ by chance."
