"""What the error analysis stores: the error tree, the heatmap and the worst cohorts, each number with its rows."""

from __future__ import annotations

from rai.cohorts import Cohort, Condition
from rai.statistics.estimates import Estimate
from rai.stored import Stored


class TreeNode(Stored):
    """One node of the error tree.

    Attributes
    ----------
    conditions
        The whole path from the root; rows that satisfy all of them are the node's rows.
    words
        The last step of the path, for people.
    found
        Error rate, or mean absolute residual, of the node's rows.
    share
        Share of all errors that lie in the node (error coverage); ``None`` where there are no errors at all.
    """

    key: int
    parent: int | None
    conditions: tuple[Condition, ...]
    words: str
    found: Estimate
    share: float | None


class ErrorTree(Stored):
    """The surrogate tree of the errors, root first.

    Attributes
    ----------
    hidden
        Splits the surrogate made whose branches do not differ clearly; they are not shown.
    reason
        Why there is no more than the root.
    """

    nodes: tuple[TreeNode, ...]
    hidden: int = 0
    reason: str = ""


class Cell(Stored):
    """One cell of the heatmap; ``found`` is absent with a reason where it holds too few rows."""

    found: Estimate
    share: float | None


class Heatmap(Stored):
    """Errors over two features: ``cells`` has a row for each of ``rows`` and a cell for each of ``columns``.

    ``features`` is the feature down the side, then the one across; empty with a ``reason`` where there is no heatmap.
    """

    features: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[Cell, ...], ...] = ()
    reason: str = ""


class WorstCohort(Stored):
    """A cohort in which the model fails more often than elsewhere, and whether rows held out say the same.

    Attributes
    ----------
    cohort
        Its conditions and name; ``cohort.text`` opens it on every page.
    features, groups
        The columns it is about, and the condition on each as text, in the same order.
    found, discovery, confirmation
        Error rate, or mean absolute residual, over all rows of the cohort, over those searched and over those held out.
    lift
        ``confirmation`` divided by the same number of all held-out rows; 1 is no difference.
    share
        Share of all errors that lie in the cohort, over all rows.
    p_value, p_adjusted
        One-sided, from held-out rows alone: as large a difference from the other rows by chance; then with Holm's
        correction for the number of cohorts tested.
    merged
        How many similar cohorts this one stands for.
    """

    cohort: Cohort
    features: tuple[str, ...]
    groups: tuple[str, ...]
    found: Estimate
    discovery: Estimate
    confirmation: Estimate
    lift: Estimate
    share: float | None
    p_value: float | None
    p_adjusted: float | None
    confirmed: bool
    merged: int


class LeftOut(Stored):
    """A column that took no part in the search, and why."""

    column: str
    reason: str


class Search(Stored):
    """The search for the worst cohorts.

    Attributes
    ----------
    cohorts
        Highest held-out value first.
    looked_at
        Combinations of conditions with enough rows that were compared.
    searched_rows, held_out_rows
        Sizes of the two halves.
    min_rows
        Rows of the smallest cohort looked for, in the half searched.
    reason
        Why there are no cohorts.
    """

    cohorts: tuple[WorstCohort, ...] = ()
    columns: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    looked_at: int = 0
    searched_rows: int = 0
    held_out_rows: int = 0
    min_rows: int
    reason: str = ""

    @property
    def confirmed(self) -> tuple[WorstCohort, ...]:
        """The cohorts that rows held out confirm."""
        return tuple(item for item in self.cohorts if item.confirmed)
