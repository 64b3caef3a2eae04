"""What the explanations analysis stores: summaries of SHAP values over rows, and none of the rows themselves."""

from __future__ import annotations

from rai.statistics.estimates import Estimate
from rai.stored import Stored


class Importance(Stored):
    """Mean absolute SHAP value of one input, in the unit of the output."""

    name: str
    found: Estimate


class Bin(Stored):
    """Rows with similar values of an input: their mean SHAP value."""

    label: str
    found: Estimate


class Dependence(Stored):
    """How the SHAP value of one input moves with its value, for one output."""

    name: str
    numeric: bool
    bins: tuple[Bin, ...]


class GroupImportance(Stored):
    """Mean absolute SHAP value of one input among the rows of one group."""

    feature: str
    group: str
    name: str
    found: Estimate


class Proxy(Stored):
    """How closely an input follows a sensitive feature.

    Attributes
    ----------
    measure
        ``Cramér's V`` for categories, ``correlation ratio`` for numbers; both from 0 (nothing) to 1 (determined).
    """

    feature: str
    name: str
    measure: str
    found: Estimate


class Check(Stored):
    """What shap's own explainer found on a handful of rows.

    Attributes
    ----------
    difference
        Largest difference of single values; ``None`` where the check was not possible.
    typical
        Mean absolute value of the largest contribution of each of these rows, to compare the difference with.
    words
        The check in a sentence, or why it was not possible.
    """

    explainer: str
    rows: int
    difference: float | None
    typical: float | None
    words: str
