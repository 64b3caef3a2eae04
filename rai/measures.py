"""The one numeric record of the system: policy judges Measures, comparison subtracts them, the card prints them."""

from __future__ import annotations

from typing import Literal

from rai.stored import Stored

Aggregate = Literal["", "overall", "difference", "ratio", "minimum", "maximum"]


class Measure(Stored):
    """One number with what is needed to judge it.

    Attributes
    ----------
    analysis
        The module that computed it, for example ``fairness``.
    metric
        The field's own name, for example ``false_positive_rate``.
    feature
        Column names whose groups are compared; empty if the number is about all rows. More than one name is an
        intersection. For counterfactuals and explanations: the column the number is about.
    group
        The values of ``feature`` as strings, in the same order; empty for an aggregate over groups.
    aggregate
        ``overall``: all rows. Empty: one group's own value. Otherwise over the groups of ``feature``.
    cohort
        Text form of the cohort; empty means all rows.
    value, low, high
        The number and its 95 % interval; ``None`` where it is absent, and then ``reason`` says why.
    n
        Rows the number rests on (for an aggregate over groups: rows of the groups compared). ``None`` only in a card
        that leaves it out.
    """

    analysis: str
    metric: str
    feature: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    aggregate: Aggregate = ""
    cohort: str = ""
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None
    reason: str = ""
