"""The same comparison within each value of a control feature: what is left of a gap among people alike in it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rai.cohorts import Cohort
from rai.fairness.binary import Draw
from rai.fairness.measure import Limits, everyone, measure, overall_values
from rai.fairness.record import Controlled, FeatureResult, Stratum
from rai.fairness.significance import corrected
from rai.statistics.grouping import Grouping, group_by
from rai.subject import Subject

#: A control feature with more values splits the rows too finely to be looked at value by value.
STRATA = 12


def controlled(
    subject: Subject, groupings: tuple[Grouping, ...], limits: Limits, draw: Draw
) -> tuple[tuple[Controlled, ...], int]:
    """Compare the groups of every single feature within every value of every control feature.

    Returns
    -------
    tuple
        The control features, and the number of tests their p-values were corrected for together.
    """
    found = [_control(subject, name, groupings, limits, draw) for name in subject.profile.data.control]
    # All values of all control features are looked at together, so one correction allows for all of them.
    inside = [(stratum.cohort, item) for control in found for stratum in control.strata for item in stratum.features]
    apart = [item.model_copy(update={"feature": (cohort, *item.feature)}) for cohort, item in inside]
    adjusted, tests = corrected(apart)
    pairs = zip(adjusted, inside, strict=True)
    back = iter([new.model_copy(update={"feature": old.feature}) for new, (_, old) in pairs])
    return tuple(_filled(control, back) for control in found), tests


def _filled(control: Controlled, features: Iterator[FeatureResult]) -> Controlled:
    strata = tuple(
        stratum.model_copy(update={"features": tuple(next(features) for _ in stratum.features)})
        for stratum in control.strata
    )
    return control.model_copy(update={"strata": strata})


def _control(subject: Subject, name: str, groupings: tuple[Grouping, ...], limits: Limits, draw: Draw) -> Controlled:
    grouping = group_by(subject.dataset, name)
    if len(grouping.groups) > STRATA:
        reason = (
            f"There are {len(grouping.groups):,} values, more than the {STRATA} within which groups are compared. "
            "Declare [data.bands] for a number, or merge values before the review."
        )
        return Controlled(control=name, note=grouping.note, reason=reason)
    places = range(len(grouping.groups))
    strata = tuple(
        _stratum(subject, grouping, place, groupings=groupings, limits=limits, draw=draw) for place in places
    )
    return Controlled(control=name, note=grouping.note, strata=strata)


def _stratum(  # noqa: PLR0913 - rows, groups and limits are what a comparison needs
    subject: Subject, control: Grouping, place: int, *, groupings: tuple[Grouping, ...], limits: Limits, draw: Draw
) -> Stratum:
    rows = np.flatnonzero(control.codes == place)
    value, cohort = control.groups[place][0], control.cohort(place)
    text = Cohort(conditions=(*subject.cohort.conditions, *cohort.conditions)).text
    if len(rows) < limits.min_group:
        reason = f"Not judged: {len(rows)} rows, at least {limits.min_group} are needed."
        return Stratum(value=value, cohort=text, n=len(rows), reason=reason)
    part = subject.take(rows)
    whole = everyone(part, draw)
    single = [grouping.at(rows) for grouping in groupings if len(grouping.feature) == 1]
    features = tuple(measure(part, grouping, limits, draw, whole).result for grouping in single)
    return Stratum(value=value, cohort=text, n=len(rows), overall=overall_values(whole), features=features)
