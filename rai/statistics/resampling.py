"""Replicates of a table of counts: what the counts could have been with another draw of as many rows."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

REPLICATES = 2000


def generator(seed: int, *names: str) -> np.random.Generator:
    """A random generator of its own for each name, so that adding one feature does not change another's numbers."""
    word = hashlib.sha256("\0".join(names).encode()).digest()[:8]
    return np.random.default_rng([seed, int.from_bytes(word, "big")])


def resample(counts: Counts, *, replicates: int, rng: np.random.Generator, prior: float | Floats) -> Floats:
    """Draw tables of counts around an observed one.

    Parameters
    ----------
    counts
        Any shape; rates are formed from its cells.
    prior
        Added to each cell. With half a row in each of the four cells of a confusion table a rate with no errors is
        not taken for certain, and no replicate is undefined. With 0 an empty cell stays empty.

    Returns
    -------
    numpy.ndarray
        The replicates along a new first axis, not normalised: only ratios of sums of cells have a meaning.

    Notes
    -----
    The Bayesian bootstrap (Rubin 1981, Annals of Statistics 9): the shares of a multinomial table follow a Dirichlet
    distribution, drawn as independent gamma variables. With ``prior`` one half a single rate follows the Jeffreys
    posterior, whose interval covers close to 95 % (Brown, Cai and DasGupta 2001, Statistical Science 16). It agrees
    with multinomial resampling of rows within each group, but has a width where all rows agree.
    """
    return rng.standard_gamma(counts + prior, size=(replicates, *counts.shape))
