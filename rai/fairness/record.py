"""What the fairness analysis stores: groups, their counts, their rates, and the gaps between them."""

from __future__ import annotations

from rai.measures import Aggregate
from rai.statistics.estimates import Estimate
from rai.stored import Stored


class Confusion(Stored):
    """Rows of a group by outcome and prediction."""

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int


class Group(Stored):
    """One group: its value of each feature, its rows, and its confusion counts (binary only)."""

    key: tuple[str, ...]
    n: int
    confusion: Confusion | None = None


class Gap(Stored):
    """A number over the groups that could be judged, with the groups at its two ends.

    Attributes
    ----------
    metric, aggregate
        For example ``selection_rate`` and ``difference``, or ``demographic_parity_difference`` and ``difference``.
    lowest_group, highest_group
        The groups with the smallest and the largest value; empty where absent.
    note
        For equalized odds: the rate in which the gap is widest.
    """

    metric: str
    aggregate: Aggregate
    found: Estimate
    lowest_group: tuple[str, ...] = ()
    highest_group: tuple[str, ...] = ()
    note: str = ""


class MetricByGroup(Stored):
    """One metric for every group, in the order of the feature's groups, and its gaps."""

    metric: str
    base: str
    by_group: tuple[Estimate, ...]
    gaps: tuple[Gap, ...]

    def gap(self, aggregate: Aggregate) -> Gap | None:
        """The gap of one kind."""
        return next((gap for gap in self.gaps if gap.aggregate == aggregate), None)


class FeatureResult(Stored):
    """One sensitive feature, or the combinations of two.

    Attributes
    ----------
    note
        How the groups were made, where the data alone do not say it.
    reason
        Why nothing is compared; then there are no metrics.
    empty
        Combinations without rows.
    named
        The field's named measures: demographic parity, equalized odds, equal opportunity.
    """

    feature: tuple[str, ...]
    groups: tuple[Group, ...]
    empty: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    reason: str = ""
    metrics: tuple[MetricByGroup, ...] = ()
    named: tuple[Gap, ...] = ()

    @property
    def name(self) -> str:
        """The feature in words."""
        return " and ".join(self.feature)

    def metric(self, name: str) -> MetricByGroup | None:
        """One metric by its name."""
        return next((item for item in self.metrics if item.metric == name), None)


class Overall(Stored):
    """A metric over all rows, as a line to compare the groups with."""

    metric: str
    found: Estimate
