"""Sums up the examples: how good they are, which inputs they change, and who has no way or a longer one."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from rai.fairness.binary import Draw, mean_metric, rows_of
from rai.fairness.grouped import GroupedMetric, compare
from rai.recourse.desired import Desired
from rai.recourse.distances import distances
from rai.recourse.record import Changed, GroupRecourse, Permission, Quality, Search
from rai.recourse.space import Floats, differ
from rai.recourse.ways import Plan, Ways
from rai.statistics.estimates import Estimate, absent, estimate
from rai.statistics.grouping import Grouping, group_by
from rai.statistics.intervals import mean, rate
from rai.statistics.resampling import resample
from rai.statistics.simultaneous import of_rates
from rai.subject import Subject

Places = npt.NDArray[np.intp]

#: Features with more groups are not compared, and say so.
GROUPS = 60
#: Rows of examples compared with the pool at once.
AT_ONCE = 250


def searched(desired: Desired, ways: Ways, plan: Plan) -> Search:
    """What was searched, in counts and words."""
    return Search(
        engine=plan.engine,
        desired=desired.words,
        desired_note=desired.note,
        lacking=int((~desired.already).sum()),
        sampled=ways.sampled,
        examined=len(ways.rows),
        with_way=len(ways.block.best),
        examples=len(ways.block.found),
        most=ways.limits.most,
        seconds=plan.seconds,
        reason=ways.reason,
        notes=ways.limits.notes,
    )


def quality(ways: Ways) -> Quality:
    """Validity, proximity, sparsity, diversity and plausibility of the examples."""
    if ways.reason:
        none = absent(0, ways.reason)
        return Quality(validity=none, proximity=none, sparsity=none, diversity=none, plausibility=none)
    rows, best = best_pairs(ways)
    away = ways.limits.space.distance(rows, best)
    nothing = "No row has an example."
    return Quality(
        validity=rate(len(ways.block.found), ways.proposed, undefined="No example was proposed."),
        proximity=_mean(away, nothing),
        sparsity=_mean(differ(rows, best).sum(axis=1).astype(float), nothing),
        diversity=_mean(_apart(ways), "No row has more than one example."),
        plausibility=_mean(_nearest(ways, best), nothing),
    )


def best_pairs(ways: Ways) -> tuple[Floats, Floats]:
    """The rows that have an example and the best one of each, both coded; shapes (k, m)."""
    best = ways.block.best
    return ways.coded[ways.block.place[best]], ways.block.found[best]


def _mean(values: Floats, undefined: str) -> Estimate:
    """A mean of numbers that cannot be negative: neither can its interval."""
    if not len(values):
        return absent(0, undefined)
    found = mean(values)
    if found.value is None or found.low is None or found.high is None:
        return found
    return estimate(found.value, max(0.0, found.low), found.high, found.n)


def _apart(ways: Ways) -> Floats:
    """Mean distance between the examples of each row that has more than one."""
    place, found = ways.block.place, ways.block.found
    first, second = np.triu_indices(int(np.bincount(place).max(initial=0)), 1)
    starts, counts = ways.block.best, np.bincount(place)[place[ways.block.best]] if len(place) else place
    total, pairs = np.zeros(len(starts)), counts * (counts - 1) // 2
    for one, other in zip(first, second, strict=True):
        both = counts > max(one, other)
        total[both] += ways.limits.space.distance(found[starts[both] + one], found[starts[both] + other])
    several = pairs > 0
    return np.asarray(total[several] / pairs[several], dtype=float)


def _nearest(ways: Ways, best: Floats) -> Floats:
    space = ways.limits.space
    starts = range(0, len(best), AT_ONCE)
    near = [distances(space, best[at : at + AT_ONCE], ways.pool).min(axis=1) for at in starts]
    return np.concatenate(near).astype(float) if near else np.zeros(0)


def without_a_way(ways: Ways) -> Estimate:
    """The share of rows examined for which no way was found."""
    if ways.reason:
        return absent(0, ways.reason)
    return rate(len(ways.rows) - len(ways.block.best), len(ways.rows))


def changed_inputs(ways: Ways) -> tuple[Changed, ...]:
    """How often the best examples change each input that may change, most often first."""
    rows, best = best_pairs(ways)
    if not len(best):
        return ()
    counts, space = differ(rows, best).sum(axis=0), ways.limits.space
    order = [place for place in np.argsort(-counts, kind="stable") if ways.limits.free[place]]
    return tuple(Changed(feature=space.columns[place], found=rate(int(counts[place]), len(best))) for place in order)


@dataclass(frozen=True)
class _Compared:
    """The rows examined, by group: whether they have a way and how far it is."""

    grouping: Grouping
    has: npt.NDArray[np.bool_]
    away: Floats
    draw: Draw
    min_group: int

    def without(self) -> GroupedMetric:
        n = self.grouping.sizes
        lacking = np.bincount(self.grouping.codes[~self.has], minlength=len(n))
        rng = self.draw.rng(self.grouping, "share_without_recourse")
        drawn = resample(np.column_stack([lacking, n - lacking]), replicates=self.draw.replicates, rng=rng, prior=0.5)
        spread = of_rates(lacking.astype(float), n.astype(float), drawn[..., 0] / drawn.sum(axis=-1))
        return GroupedMetric("share_without_recourse", spread, n=n, support=n, base="rows examined")

    def cost(self) -> GroupedMetric:
        own = replace(self.grouping, codes=self.grouping.codes[self.has])
        rng = self.draw.rng(self.grouping, "recourse_cost")
        parts = [self.away[rows] for rows in rows_of(own)]
        return replace(mean_metric("recourse_cost", parts, rng, self.draw.replicates), base="rows with a way")


def by_group(subject: Subject, ways: Ways, draw: Draw, *, min_group: int) -> tuple[GroupRecourse, ...]:
    """Compare the groups of every sensitive feature."""
    if ways.reason:
        return ()
    return tuple(_compare(subject, ways, name, draw, min_group) for name in subject.profile.data.sensitive)


def _compare(subject: Subject, ways: Ways, feature: str, draw: Draw, min_group: int) -> GroupRecourse:
    whole = group_by(subject.dataset, feature)
    names = tuple(name[0] for name in whole.groups)
    found = GroupRecourse(feature=feature, groups=names[:GROUPS], without=None, cost=None, note=whole.note)
    if len(names) > GROUPS:
        reason = f"There are {len(names):,} groups, more than the {GROUPS} that are compared."
        return found.model_copy(update={"reason": reason})
    rows, best = best_pairs(ways)
    has = np.isin(np.arange(len(ways.rows)), ways.block.place)
    away = ways.limits.space.distance(rows, best)
    compared = _Compared(replace(whole, codes=whole.codes[ways.rows]), has, away, draw, min_group)
    return found.model_copy(
        update={
            "without": compare(compared.without(), whole.groups, min_group=min_group),
            "cost": compare(compared.cost(), whole.groups, min_group=min_group),
        }
    )


def permissions(ways: Ways) -> tuple[Permission, ...]:
    """What each input was allowed to do, in words."""
    limits = ways.limits
    places = np.flatnonzero(limits.space.counts)
    return tuple(Permission(feature=limits.space.columns[place], words=limits.words(int(place))) for place in places)
