"""What a comparison on the same rows stores: differences with paired intervals, changed decisions, and what changed."""

from __future__ import annotations

from rai.profile import TaskKind
from rai.statistics.estimates import Estimate
from rai.stored import Stored


class Paired(Stored):
    """One metric of both versions on the same rows.

    Attributes
    ----------
    feature, group
        Column and group; empty for all rows.
    champion, challenger
        The two values.
    difference
        Challenger minus champion with a paired interval, which is narrower than two intervals side by side.
    """

    metric: str
    feature: str = ""
    group: str = ""
    champion: float | None
    challenger: float | None
    difference: Estimate


class Flips(Stored):
    """Rows of a group that the two versions decide differently.

    Attributes
    ----------
    n
        Rows of the group.
    to_favourable, to_unfavourable
        Rows that the challenger turns to, or away from, the outcome that is good for the person. For several classes:
        rows that the challenger gets right and the champion does not, and the reverse.
    p_value
        McNemar's exact test that both directions are equally likely; ``None`` where no row flips.
    """

    feature: str = ""
    group: str = ""
    n: int
    to_favourable: int
    to_unfavourable: int
    p_value: float | None


class Comparison(Stored):
    """A challenger against a champion on the same rows.

    Attributes
    ----------
    champion, champion_review
        The other version's address and the digest of its review.
    dataset
        SHA-256 of the rows both were asked about.
    margin
        Largest loss that still counts as not worse, in the metric's own unit; shares only.
    """

    champion: str
    champion_review: str
    challenger: str
    dataset: str
    rows: int
    kind: TaskKind
    margin: float
    metrics: tuple[Paired, ...]
    flips: tuple[Flips, ...]
