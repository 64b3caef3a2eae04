"""What the counterfactuals analysis stores: counts and means over rows, and none of the rows themselves."""

from __future__ import annotations

from rai.fairness.record import MetricByGroup
from rai.statistics.estimates import Estimate
from rai.stored import Stored


class GroupFlips(Stored):
    """Rows of one group whose decision changes with the sensitive feature.

    Attributes
    ----------
    n, flipped
        Rows tried, and those whose decision changes for at least one other value.
    towards, away
        Those that another value would move to the desired outcome, and those it would move away from it. Regression:
        those another value would predict higher, and lower; a row can be both.
    """

    group: str
    n: int
    flipped: int
    towards: int
    away: int


class Flip(Stored):
    """What changing nothing but one sensitive feature does.

    Attributes
    ----------
    taken
        False if the model does not take the feature; then nothing can change.
    values
        The values tried, as names of groups.
    rows_available
        Rows there are; ``found.n`` of them were tried.
    found
        The flip rate: share of rows whose decision changes for at least one other value.
    mean_absolute_change
        Regression: mean absolute change of the prediction over rows and other values; otherwise ``None``.
    note
        How groups were made and values chosen, where the data alone do not say it.
    """

    feature: str
    taken: bool
    values: tuple[str, ...]
    rows_available: int
    found: Estimate
    mean_absolute_change: Estimate | None
    groups: tuple[GroupFlips, ...]
    note: str = ""


class Changed(Stored):
    """How often the best example of a row changes one input."""

    feature: str
    found: Estimate


class GroupRecourse(Stored):
    """Who has no way, and how far the way is, by the groups of one sensitive feature.

    Attributes
    ----------
    without, cost
        Share of rows without a way, and mean distance of the others; ``None`` with a reason where not compared.
    """

    feature: str
    groups: tuple[str, ...]
    without: MetricByGroup | None
    cost: MetricByGroup | None
    note: str = ""
    reason: str = ""


class Quality(Stored):
    """How good the examples are.

    Attributes
    ----------
    validity
        Share of the examples proposed that the model confirmed when asked again.
    proximity
        Mean Gower distance of a row's best example.
    sparsity
        Mean number of inputs it changes.
    diversity
        Mean Gower distance between the examples of one row, over rows with more than one.
    plausibility
        Mean Gower distance from a best example to the nearest real row with the desired outcome.
    """

    validity: Estimate
    proximity: Estimate
    sparsity: Estimate
    diversity: Estimate
    plausibility: Estimate


class Permission(Stored):
    """What one input was allowed to do, in words."""

    feature: str
    words: str


class Search(Stored):
    """What was searched.

    Attributes
    ----------
    engine
        ``search`` for the batched search, ``dice`` for DiCE.
    desired, desired_note
        The outcome wanted, in words, and how it was chosen where the profile does not name it.
    lacking
        Rows not predicted the outcome.
    sampled, examined, with_way
        Of these: rows drawn, rows done within the time allowed, rows with an example.
    examples
        Examples kept, over all rows.
    most
        Most inputs changed in one example.
    seconds
        Time allowed.
    reason
        Why nothing was searched.
    notes
        What the profile asks for that has no meaning here.
    """

    engine: str
    desired: str
    desired_note: str
    lacking: int
    sampled: int
    examined: int
    with_way: int
    examples: int
    most: int
    seconds: float
    reason: str
    notes: tuple[str, ...]
