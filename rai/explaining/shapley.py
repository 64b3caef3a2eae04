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
    """

    shap_values: Floats
    base: Floats
    raw: Floats
    error: float


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
    if rows.shape[1] <= EXACT:
        return exact(output, rows, background)
    return sampled(output, rows, background, seed=seed)


def exact(output: Output, rows: Codes, background: Codes) -> Values:
    """Ask every coalition of every row and weigh them by Shapley's formula."""
    n, m = rows.shape
    coalitions = ((np.arange(2**m)[:, None] >> np.arange(m)) & 1).astype(bool)
    mixed = np.where(coalitions[None, :, None, :], rows[:, None, None, :], background[None, None, :, :])
    means = output(mixed.reshape(-1, m)).reshape(n, 2**m, len(background), -1).mean(axis=2)
    size = coalitions.sum(axis=1)
    weight = np.array([1 / (m * comb(m - 1, count)) for count in range(m)])
    values = np.zeros((n, m, means.shape[-1]))
    for place in range(m):
        without = np.flatnonzero(~coalitions[:, place])
        gain = means[:, without | (1 << place)] - means[:, without]
        values[:, place] = np.einsum("s,nsk->nk", weight[size[without]], gain)
    return Values(values, means[0, 0], means[:, -1], 0.0)


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
    return Values(each.mean(axis=1), ends[0, :, 0].mean(axis=0), found[:, 0, m], float(error))


def _walks(orders: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Coalitions of shape (b, 2m, m): nothing, the order's first 1 to m - 1 inputs, all, the reverse's first ones."""
    m = orders.shape[1]
    place = np.argsort(orders, axis=1)
    steps = np.arange(m + 1)
    forth = place[:, None, :] < steps[:, None]
    back = (m - 1 - place)[:, None, :] < steps[1:m, None]
    return np.concatenate([forth, back], axis=1)
