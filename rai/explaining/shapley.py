"""Shapley values through predictions alone: many rows, coalitions and background rows in each question.

The value of a coalition for a row is the mean output over background rows whose coalition columns are those of the
row (interventional; Lundberg and Lee 2017, Janzing et al. 2020).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np
import numpy.typing as npt

from rai.asking import Codes
from rai.model.answers import Floats

#: Coded rows of shape (n, m) to outputs of shape (n, k).
Output = Callable[[Codes], Floats]

#: Up to this many inputs every coalition is asked; 64 for 6 inputs.
EXACT = 6
#: Cells of one question, so that many inputs do not fill the memory.
CELLS = 20_000_000


@dataclass(frozen=True)
class Values:
    """Shapley values of n rows, m inputs and k outputs.

    Attributes
    ----------
    shap_values
        Shape (n, m, k).
    base
        Shape (k,): mean output over the background.
    raw
        Shape (n, k): the output itself. ``base + shap_values.sum(axis=1)`` equals it.
    error
        Mean standard error of single values from drawing orders; 0 where every coalition was asked.
    halves
        Shape (2, n, m, k): the values against one half of the background and against the other.
    """

    shap_values: Floats
    base: Floats
    raw: Floats
    error: float
    halves: Floats


def cost(inputs: int, background: int) -> int:
    """Rows to predict for one row explained."""
    return background * (2**inputs if inputs <= EXACT else 2 * inputs)


def shapley(output: Output, rows: Codes, background: Codes, *, seed: int) -> Values:
    """Explain rows against a background: exactly for few inputs, by drawn orders for many.

    Parameters
    ----------
    rows, background
        Coded alike, shapes (n, m) and (b, m).
    """
    n, m = rows.shape
    block = max(1, CELLS // (cost(m, len(background)) * m))
    parts = [
        exact(output, some, background) if m <= EXACT else sampled(output, some, background, seed=seed)
        for some in (rows[start : start + block] for start in range(0, n, block))
    ]
    return Values(
        np.concatenate([part.shap_values for part in parts]),
        parts[0].base,
        np.concatenate([part.raw for part in parts]),
        sum(part.error * len(part.raw) for part in parts) / n,
        np.concatenate([part.halves for part in parts], axis=1),
    )


def exact(output: Output, rows: Codes, background: Codes) -> Values:
    """Ask every coalition of every row and weigh them by Shapley's formula."""
    n, m = rows.shape
    coalitions = ((np.arange(2**m)[:, None] >> np.arange(m)) & 1).astype(bool)
    mixed = np.where(coalitions[None, :, None, :], rows[:, None, None, :], background[None, None, :, :])
    found = output(mixed.reshape(-1, m)).reshape(n, 2**m, len(background), -1)
    means = found.mean(axis=2)
    halves = np.stack([_weighed(found[:, :, start::2].mean(axis=2), coalitions) for start in _starts(background)])
    return Values(_weighed(means, coalitions), means[0, 0], means[:, -1], 0.0, halves)


def _starts(background: Codes) -> tuple[int, int]:
    """Where every second background row begins; a single row is both halves."""
    return (0, 1) if len(background) > 1 else (0, 0)


def _weighed(means: Floats, coalitions: npt.NDArray[np.bool_]) -> Floats:
    """Shapley's formula over mean outputs of shape (n, 2 ** m, k)."""
    m = coalitions.shape[1]
    size = coalitions.sum(axis=1)
    weight = np.array([1 / (m * comb(m - 1, count)) for count in range(m)])
    values = np.zeros((len(means), m, means.shape[-1]))
    for place in range(m):
        without = np.flatnonzero(~coalitions[:, place])
        gain = means[:, without | (1 << place)] - means[:, without]
        values[:, place] = np.einsum("s,nsk->nk", weight[size[without]], gain)
    return values


def sampled(output: Output, rows: Codes, background: Codes, *, seed: int) -> Values:
    """Walk from each background row to the row explained, input by input, in a drawn order and in its reverse.

    Each background row has an order of its own, so values add up exactly and no question is asked twice
    (antithetic permutation sampling: Mitchell et al. 2022, Journal of Machine Learning Research 23).
    """
    n, m = rows.shape
    rng = np.random.default_rng(seed)
    orders = np.stack([rng.permutation(m) for _ in background])
    masks = _walks(orders)
    mixed = np.where(masks[None], rows[:, None, None, :], background[None, :, None, :])
    found = output(mixed.reshape(-1, m)).reshape(n, len(background), 2 * m, -1)
    ends = found[:, :, [0, m]]
    each = np.empty((n, len(background), m, found.shape[-1]))
    for place, order in enumerate(orders):
        forth = np.concatenate([ends[:, place, :1], found[:, place, 1:m], ends[:, place, 1:]], axis=1)
        back = np.concatenate([ends[:, place, :1], found[:, place, m + 1 :], ends[:, place, 1:]], axis=1)
        each[:, place, order] = np.diff(forth, axis=1) / 2
        each[:, place, order[::-1]] += np.diff(back, axis=1) / 2
    error = each.std(axis=1, ddof=1).mean() / len(background) ** 0.5 if len(background) > 1 else 0.0
    halves = np.stack([each[:, start::2].mean(axis=1) for start in _starts(background)])
    return Values(each.mean(axis=1), ends[0, :, 0].mean(axis=0), found[:, 0, m], float(error), halves)


def _walks(orders: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Coalitions of shape (b, 2m, m): nothing, the order's first 1 to m - 1 inputs, all, the reverse's first ones."""
    m = orders.shape[1]
    place = np.argsort(orders, axis=1)
    steps = np.arange(m + 1)
    forth = place[:, None, :] < steps[:, None]
    back = (m - 1 - place)[:, None, :] < steps[1:m, None]
    return np.concatenate([forth, back], axis=1)
