"""Finds the SHAP values of a subject: the model's own exact ones where it has them, else through its predictions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from rai.asking import Codes, as_floats, ask, input_rows, model_of
from rai.errors import ModelError, RaiError
from rai.explaining.game import Game, make_game
from rai.explaining.shapley import EXACT, cost, shapley
from rai.model.answers import Contributions, Floats
from rai.strata import draw_in_proportion
from rai.subject import Subject

#: Largest relative gap between base value plus SHAP values and the model's own answer.
TOLERANCE = 1e-4
#: Rows asked for in turn where exact values of all of them would take the model too long.
FEWER = (2_000, 200)


@dataclass(frozen=True)
class Effort:
    """How much may be asked.

    Attributes
    ----------
    max_rows
        Rows explained where the model has exact values of its own.
    sampled_rows, background
        Rows explained, and background rows each is compared with, where the model must be asked.
    budget
        Rows to predict in all.
    """

    seed: int
    max_rows: int
    sampled_rows: int
    background: int
    budget: int


@dataclass(frozen=True)
class Attribution:
    """SHAP values of n rows, m inputs and k outputs.

    Attributes
    ----------
    rows
        Positions in the subject, shape (n,), rising.
    shap_values, base, raw
        Shapes (n, m, k), (n, k), (n, k); ``base + shap_values.sum(axis=1)`` is ``raw``.
    background
        Rows each was compared with; 0 for the model's own values, which follow its trees or coefficients.
    residual
        Largest gap between that sum and the predictions made once, relative to the largest prediction.
    error
        Mean standard error of one value from drawing orders.
    game
        The coded question; a handful of rows of it is asked of shap too.
    halves
        Shape (2, n, m, k): values against either half of the background, or the values twice where there is none.
    note
        Why the model's own values were not used, where it has some.
    """

    rows: npt.NDArray[np.intp]
    columns: tuple[str, ...]
    shap_values: Floats
    base: Floats
    raw: Floats
    outputs: tuple[str, ...]
    unit: str
    method: str
    background: int
    residual: float
    error: float
    game: Game
    halves: Floats
    note: str = ""


def attribute(subject: Subject, effort: Effort) -> Attribution:
    """Explain a seeded sample of rows, in proportion from every group, or all where there are few.

    Raises
    ------
    NotApplicable
        If there is no model to ask.
    RaiError
        If the values do not add up to the model's answers.
    """
    model_of(subject)
    inputs = input_rows(subject)
    try:
        own = _own(subject, inputs, effort)
    except ModelError as error:
        return _from_predictions(subject, inputs, effort, f"The model's own SHAP values were not used. {error}")
    if own is None:
        return _from_predictions(subject, inputs, effort, "")
    found, rows = own
    gap = _gap(subject, found, rows)
    if gap <= TOLERANCE:
        return _from_model(subject, found, rows, gap, effort)
    note = (
        f"The model's own SHAP values ({found.method}) do not add up to its answers (relative gap {gap:.2g}), "
        "so they were not used."
    )
    return _from_predictions(subject, inputs, effort, note)


def _own(subject: Subject, inputs: pd.DataFrame, effort: Effort) -> tuple[Contributions, npt.NDArray[np.intp]] | None:
    """Ask the model for exact values: of few rows first, to learn whether it has any, then of as many as it can."""
    limits = [count for count in FEWER if count < effort.max_rows]
    counts = sorted({min(count, len(subject)) for count in (effort.max_rows, *limits)})

    def asked(count: int) -> tuple[Contributions, npt.NDArray[np.intp]] | None:
        rows = draw_in_proportion(subject, count, effort.seed)
        found = model_of(subject).contributions(inputs.iloc[rows].reset_index(drop=True))
        return None if found is None else (found, rows)

    few = asked(counts[0])
    if few is None:
        return None
    return next((found for count in reversed(counts[1:]) if (found := asked(count)) is not None), few)


def _gap(subject: Subject, own: Contributions, rows: npt.NDArray[np.intp]) -> float:
    """Compare the sums with the predictions made once, on the scale of the predictions."""
    total = _totals(own)
    made = subject.take(rows)
    raw, _, unit = as_floats(made, made.predictions)
    if unit == "share predicted":
        return 0.0  # labels only: there is no number to compare with, and the flavour has checked its raw output
    if own.unit == "log-odds":
        total = 1 / (1 + np.exp(-np.clip(total, -700, 700)))
    return relative_gap(total.reshape(-1, 1), raw)


def _totals(own: Contributions) -> Floats:
    totals: Floats = own.values.sum(axis=1) + own.base  # noqa: PD011 - not a pandas object
    return totals


def relative_gap(total: Floats, raw: Floats) -> float:
    """Largest gap between two arrays, relative to the largest answer (at least 1e-9)."""
    return float(np.abs(total - raw).max() / max(float(np.abs(raw).max()), 1e-9))


def _from_model(
    subject: Subject, own: Contributions, rows: npt.NDArray[np.intp], gap: float, effort: Effort
) -> Attribution:
    unit = subject.task.target if own.unit == "prediction" else own.unit
    return Attribution(
        rows=rows,
        columns=own.columns,
        shap_values=own.values[:, :, None],  # noqa: PD011 - not a pandas object
        base=own.base[:, None],
        raw=_totals(own)[:, None],
        outputs=(own.output,),
        unit=unit,
        method=own.method,
        background=0,
        residual=gap,
        error=0.0,
        game=make_game(subject, rows, effort.background, effort.seed),
        halves=np.stack([own.values, own.values])[..., None],  # noqa: PD011 - not a pandas object
    )


def _from_predictions(subject: Subject, inputs: pd.DataFrame, effort: Effort, note: str) -> Attribution:
    m = inputs.shape[1]
    background = _afforded(effort, m)
    most = max(1, effort.budget // cost(m, background))
    rows = draw_in_proportion(subject, min(effort.sampled_rows, effort.max_rows, most), effort.seed)
    game = make_game(subject, rows, background, effort.seed)

    def output(codes: Codes) -> Floats:
        return as_floats(subject, ask(subject, game.coded.decode(codes)))[0]

    found = shapley(output, game.rows, game.background, seed=effort.seed)
    made = subject.take(rows)
    answered, outputs, unit = as_floats(made, made.predictions)
    residual = relative_gap(found.base + found.shap_values.sum(axis=1), answered)
    if residual > TOLERANCE:
        raise RaiError(
            f"The SHAP values do not add up to the model's answers (relative gap {residual:.2g}): asked twice about "
            "the same rows, it answers differently. Make the model deterministic."
        )
    exact = m <= EXACT
    return Attribution(
        rows=rows,
        columns=game.coded.columns,
        shap_values=found.shap_values,
        base=np.broadcast_to(found.base, found.raw.shape),
        raw=found.raw,
        outputs=outputs,
        unit=unit,
        method="interventional Shapley values, " + ("every coalition" if exact else "antithetic orders"),
        background=len(game.background),
        residual=residual,
        error=found.error,
        game=game,
        halves=found.halves,
        note=note,
    )


def _afforded(effort: Effort, inputs: int) -> int:
    """Background rows, fewer where the budget would not explain half of the rows wanted."""
    each = cost(inputs, 1) * max(1, effort.sampled_rows // 2)
    return int(np.clip(effort.budget // each, 5, effort.background))
