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


class Equality(Stored):
    """How often groups that are equal in truth would differ at least as much by chance.

    Attributes
    ----------
    p
        From this gap alone.
    adjusted
        Corrected for the number of gaps looked at together (Holm); ``None`` before that was done.
    """

    method: str
    p: float
    adjusted: float | None = None


class Gap(Stored):
    """A number over the groups that could be judged, with the groups at its two ends.

    Attributes
    ----------
    metric, aggregate
        For example ``selection_rate`` and ``difference``, or ``demographic_parity_difference`` and ``difference``.
    lowest_group, highest_group
        The groups with the smallest and the largest value; empty where absent. For a gap to all rows only the one
        that is farthest, as the lowest if it lies below the value of all rows.
    note
        For equalized odds: the rate in which the gap is widest.
    test
        For the named measures; that of a plain metric stands beside its gaps.
    """

    metric: str
    aggregate: Aggregate
    found: Estimate
    lowest_group: tuple[str, ...] = ()
    highest_group: tuple[str, ...] = ()
    note: str = ""
    test: Equality | None = None


class MetricByGroup(Stored):
    """One metric for every group, in the order of the feature's groups, and its gaps.

    Attributes
    ----------
    gaps
        Between the groups: difference, ratio, smallest and largest.
    to_overall
        Between all rows and the group farthest from them: difference and ratio.
    whole
        The value over all rows that ``to_overall`` compares with.
    test
        Whether the judged groups could be equal; ``None`` where there is no such test.
    """

    metric: str
    base: str
    by_group: tuple[Estimate, ...]
    gaps: tuple[Gap, ...]
    to_overall: tuple[Gap, ...] = ()
    whole: float | None = None
    test: Equality | None = None

    def gap(self, aggregate: Aggregate) -> Gap | None:
        """The gap of one kind between the groups."""
        return next((gap for gap in self.gaps if gap.aggregate == aggregate), None)

    def farthest(self, aggregate: Aggregate) -> Gap | None:
        """The gap of one kind to all rows."""
        return next((gap for gap in self.to_overall if gap.aggregate == aggregate), None)


class CurvePoint(Stored):
    """Rows of a group with similar scores: their mean score and how often the outcome was positive."""

    mean_score: float
    observed: Estimate


class Curve(Stored):
    """The calibration of the scores within one group."""

    key: tuple[str, ...]
    points: tuple[CurvePoint, ...]


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
        The field's named measures: demographic parity, equal opportunity, predictive parity, equalized odds.
    calibration
        Scores against outcomes within each group that has enough rows; single features only.
    """

    feature: tuple[str, ...]
    groups: tuple[Group, ...]
    empty: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    reason: str = ""
    metrics: tuple[MetricByGroup, ...] = ()
    named: tuple[Gap, ...] = ()
    calibration: tuple[Curve, ...] = ()

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


class Stratum(Stored):
    """The rows with one value of a control feature, and the groups compared within them.

    Attributes
    ----------
    value
        The value, or the band of a number.
    cohort
        The same rows as the text of a cohort.
    reason
        Why nothing is compared here.
    """

    value: str
    cohort: str
    n: int
    reason: str = ""
    overall: tuple[Overall, ...] = ()
    features: tuple[FeatureResult, ...] = ()


class Controlled(Stored):
    """A control feature with its values; ``reason`` says why none is looked at."""

    control: str
    note: str = ""
    reason: str = ""
    strata: tuple[Stratum, ...] = ()
