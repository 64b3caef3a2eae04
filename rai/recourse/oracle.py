"""Asks the model whether coded rows have the desired outcome, and stops when the time is up."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rai.asking import ask
from rai.recourse.desired import Desired
from rai.recourse.limits import Limits
from rai.recourse.space import Floats

Bools = npt.NDArray[np.bool_]


class OutOfTime(Exception):  # noqa: N818 - names what happened
    """The time allowed for the search is used up."""


@dataclass(frozen=True)
class Oracle:
    """The model as the search sees it: coded rows in, outcome out.

    Attributes
    ----------
    limits
        What may change.
    deadline
        Reading of the monotonic clock from which on nothing more is asked.
    """

    limits: Limits
    desired: Desired
    deadline: float = float("inf")

    def __call__(self, rows: Floats) -> tuple[Bools, Floats]:
        """Which rows have the desired outcome, and how clearly; shapes (n,) each.

        Raises
        ------
        OutOfTime
            If the time is up.
        """
        if not len(rows):
            return np.zeros(0, dtype=bool), np.zeros(0)
        if time.monotonic() > self.deadline:
            raise OutOfTime
        answer = ask(self.desired.subject, self.limits.space.decode(rows))
        return self.desired.holds(answer), self.desired.strength(answer)
