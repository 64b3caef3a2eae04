"""The Measures of the error analysis."""

from __future__ import annotations

from rai.erring.record import Search
from rai.measures import Measure
from rai.profile import TaskKind
from rai.statistics.estimates import Estimate, absent, to_measure


def metric_of(kind: TaskKind) -> str:
    """What an error is called: a rate of wrong labels, or the mean absolute residual."""
    return "mean_absolute_error" if kind == "regression" else "error_rate"


def measures_of(
    overall: Estimate, search: Search, *, kind: TaskKind, analysis: str, cohort: str
) -> tuple[Measure, ...]:
    """All rows, each confirmed cohort, and the largest lift.

    The numbers of a cohort are those of rows held out from the search: rows on which a cohort was found fail more often
    than its other rows will.
    """
    metric = metric_of(kind)
    groups = [
        to_measure(
            item.confirmation,
            analysis=analysis,
            metric=metric,
            aggregate="",
            feature=item.features,
            group=item.groups,
            cohort=cohort,
        )
        for item in search.confirmed
    ]
    lift = to_measure(_largest_lift(search), analysis=analysis, metric="worst_cohort_lift", cohort=cohort)
    return (to_measure(overall, analysis=analysis, metric=metric, cohort=cohort), *groups, lift)


def _largest_lift(search: Search) -> Estimate:
    lifts = [item.lift for item in search.confirmed if item.lift.value is not None]
    if lifts:
        return max(lifts, key=lambda found: found.value or 0.0)
    rows = search.searched_rows + search.held_out_rows
    if search.cohorts:
        return absent(rows, f"None of {len(search.cohorts)} suspected cohorts is confirmed on the rows held out.")
    return absent(rows, search.reason or "No cohort was suspected.")
