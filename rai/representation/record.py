"""What the data analysis stores: outcomes, groups, and what is missing from which column."""

from __future__ import annotations

from rai.statistics.estimates import Estimate
from rai.stored import Stored


class Outcome(Stored):
    """Rows with one true outcome, and its share of the reference data where given."""

    label: str
    n: int
    share: Estimate
    reference: Estimate | None = None


class NumberSummary(Stored):
    """Five points of a distribution of numbers."""

    least: float
    lower_quartile: float
    median: float
    upper_quartile: float
    most: float


class RepresentedGroup(Stored):
    """One group.

    Attributes
    ----------
    key
        Its value of each feature.
    share
        Of all rows.
    base_rate
        Share of positive outcomes in the group; for regression the mean outcome.
    missing
        Share of the group's input cells that are missing.
    reference
        Rows of the group in the reference data; ``None`` where they are not known.
    """

    key: tuple[str, ...]
    n: int
    share: Estimate
    base_rate: Estimate | None
    missing: float
    reference: int | None


class RepresentedFeature(Stored):
    """The groups of one sensitive feature, or of two together; ``total`` counts them where not all are listed."""

    feature: tuple[str, ...]
    groups: tuple[RepresentedGroup, ...]
    total: int
    empty: tuple[tuple[str, ...], ...] = ()
    note: str = ""

    @property
    def name(self) -> str:
        """The feature in words."""
        return " and ".join(self.feature)


class ColumnFacts(Stored):
    """One column: its role, its kind of values, how many are missing and how many differ."""

    name: str
    role: str
    kind: str
    missing: Estimate
    distinct: int
