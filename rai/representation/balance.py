"""Label balance: how the recorded outcomes of each group differ from those of all other rows, before any model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from rai.representation.record import Balance, FeatureBalance
from rai.statistics.distance import jensen_shannon, kullback_leibler, shares, total_variation
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.grouping import Grouping
from rai.statistics.intervals import from_replicates, rate_difference, wilson
from rai.statistics.resampling import generator, resample
from rai.subject import Subject

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Distance = Callable[[Floats, Floats], Floats]


def label_balance(subject: Subject, grouping: Grouping, *, min_group: int, most: int, seed: int) -> FeatureBalance:
    """Compare the outcomes of every group of a single feature with those of the rest.

    Parameters
    ----------
    most
        Largest groups that are listed.

    Notes
    -----
    Names and signs are those of the pre-training measures of Amazon SageMaker Clarify with the group as the facet in
    question and all other rows as the other facet.
    """
    table = _outcomes(subject, grouping)
    places = np.sort(np.argsort(-grouping.sizes, kind="stable")[:most])
    positive = subject.classes.index(subject.positive) if subject.task.kind == "binary" else None
    found = []
    for place in places:
        key = grouping.groups[int(place)]
        own, rest = table[place], table.sum(axis=0) - table[place]
        rng = generator(seed, "balance", *grouping.feature, *key)
        found.append(_balance(key, own, rest, positive=positive, min_group=min_group, rng=rng))
    return FeatureBalance(feature=grouping.feature[0], groups=tuple(found))


def _outcomes(subject: Subject, grouping: Grouping) -> Counts:
    """Rows of each group with each outcome, shape (groups, classes)."""
    truth, classes = subject.truth_text, subject.classes
    groups = len(grouping.groups)
    columns = [np.bincount(grouping.codes, weights=truth == label, minlength=groups) for label in classes]
    return np.stack(columns, axis=1).astype(np.int64)


def _balance(  # noqa: PLR0913 - two sides, what they are called and how they are judged
    key: tuple[str, ...],
    own: Counts,
    rest: Counts,
    *,
    positive: int | None,
    min_group: int,
    rng: np.random.Generator,
) -> Balance:
    n, others = int(own.sum()), int(rest.sum())
    low, high = wilson(n, n + others)
    imbalance = estimate((others - n) / (n + others), float(1 - 2 * high), float(1 - 2 * low), n + others)
    reason = _too_few(n, others, min_group)
    difference = None
    if positive is not None:
        pairs = (int(rest[positive]), others), (int(own[positive]), n)
        difference = absent(n, reason) if reason else rate_difference(*pairs)
    both = np.stack([rest, own])
    # A class that occurs on neither side has no share to draw.
    drawn = shares(resample(both, replicates=1000, rng=rng, prior=np.where(both.sum(axis=0) > 0, 0.5, 0)))
    first, second = shares(both) if not reason else (np.zeros(len(own)), np.zeros(len(own)))

    def distance(measure: Distance) -> Estimate:
        if reason:
            return absent(n, reason)
        none = "Undefined: no outcome occurs on both sides."
        value = float(measure(first, second))
        return from_replicates(value, measure(drawn[:, 0], drawn[:, 1]), n + others, undefined=none, recentred=True)

    return Balance(
        key=key,
        n=n,
        class_imbalance=imbalance,
        difference_in_proportions=difference,
        kullback_leibler=distance(kullback_leibler),
        jensen_shannon=distance(jensen_shannon),
        total_variation=distance(total_variation),
    )


def _too_few(n: int, others: int, min_group: int) -> str:
    if min(n, others) >= min_group:
        return ""
    where = "in the group" if n < others else "outside the group"
    return f"Not judged: {min(n, others)} rows {where}, at least {min_group} are needed."
