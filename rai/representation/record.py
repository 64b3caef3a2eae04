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


class Balance(Stored):
    """The outcomes of one group against those of all other rows; absent where either has too few rows.

    Attributes
    ----------
    class_imbalance
        Other rows minus the group's, over all: -1 (only the group) to 1 (nobody in the group).
    difference_in_proportions
        Share of positive outcomes among the other rows minus that in the group; binary only.
    kullback_leibler, jensen_shannon, total_variation
        How far the outcomes of the other rows are from those of the group.
    """

    key: tuple[str, ...]
    n: int
    class_imbalance: Estimate
    difference_in_proportions: Estimate | None
    kullback_leibler: Estimate
    jensen_shannon: Estimate
    total_variation: Estimate


class FeatureBalance(Stored):
    """The label balance of every group of one sensitive feature."""

    feature: str
    groups: tuple[Balance, ...]


class MissingGap(Stored):
    """One column whose values are missing, by the groups of one sensitive feature.

    Attributes
    ----------
    lowest, highest
        Share missing in the groups where it is missing least and most often.
    p, adjusted
        How often equal groups would differ as much by chance; corrected for all such gaps (Holm).
    """

    column: str
    feature: str
    lowest_group: str
    lowest: float
    highest_group: str
    highest: float
    difference: Estimate
    p: float
    adjusted: float


class Shift(Stored):
    """One column in the evaluation data against the reference data.

    Attributes
    ----------
    method
        How the values were sorted into bins.
    bins, rows, reference_rows
        Number of bins and rows on either side.
    stability_index, jensen_shannon
        How far the two distributions are apart.
    by_chance
        What the stability index would be on average if both were drawn from the same people.
    unseen
        Rows of the evaluation data with a value, or a number outside the range, that the reference data lack.
    p, adjusted
        How often data from the same people would differ as much; corrected for all columns (Holm).
    """

    column: str
    role: str
    method: str
    bins: int
    rows: int
    reference_rows: int
    stability_index: Estimate
    jensen_shannon: float
    by_chance: float
    unseen: int
    p: float
    adjusted: float
