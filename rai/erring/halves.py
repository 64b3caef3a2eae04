"""Finds the worst cohorts on one half of the rows and confirms them on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rai.cohorts import ALL, Cohort
from rai.erring.amount import amount, share_of
from rai.erring.columns import CodedColumn
from rai.erring.confirm import chance, holm, lift
from rai.erring.lattice import Candidate, Half, Scale, suspects
from rai.erring.merging import Kept, distinct, mask_of
from rai.erring.record import LeftOut, Search, WorstCohort
from rai.model.answers import Floats
from rai.statistics.resampling import generator

#: Below this many rows, or wrong labels, a half is too small to find or confirm anything.
FEWEST_ROWS, FEWEST_ERRORS = 100, 10
#: A cohort is confirmed where its corrected p-value is below this.
LEVEL = 0.05


@dataclass(frozen=True)
class Plan:
    """Settings of the search.

    Attributes
    ----------
    least
        Rows of the smallest cohort looked for, over both halves.
    inside
        The cohort the rows belong to already; its conditions lead those found, so that a cohort opens on all rows.
    """

    seed: int
    numeric: bool
    least: int
    min_lift: float
    max_conditions: int
    max_cohorts: int
    inside: Cohort = ALL

    @property
    def half_least(self) -> int:
        """Rows of the smallest cohort looked for, in the half searched."""
        return max(1, self.least // 2)


def find_worst(columns: Sequence[CodedColumn], errors: Floats, plan: Plan) -> Search:
    """Search one seeded half of the rows and confirm on the other.

    Parameters
    ----------
    columns
        Every column that takes part, over all rows.
    errors
        Shape (n,): 0 or 1, or absolute residuals.
    """
    left_out = tuple(LeftOut(column=item.name, reason=item.reason) for item in columns if not item.choices)
    usable = [column for column in columns if column.choices]
    names = tuple(column.name for column in usable)
    if reason := _cannot(errors, plan, len(usable)):
        return Search(columns=names, left_out=left_out, min_rows=plan.half_least, reason=reason)
    half, other = _halves(errors, plan.seed)
    overall = float(half.errors.mean())
    if overall == 0:
        return Search(
            columns=names, left_out=left_out, min_rows=plan.half_least, reason="The half searched has no error."
        )
    scale = Scale(least=plan.half_least, min_lift=plan.min_lift, overall=overall, numeric=plan.numeric)
    found = suspects(usable, half, scale, max_conditions=plan.max_conditions)
    kept = distinct(usable, half, found.candidates, scale, most=plan.max_cohorts)
    cohorts = _confirmed(usable, errors, kept, (half, other), plan)
    alone = tuple(
        LeftOut(column=names[place], reason="searched alone, not in combinations: there are too many columns")
        for place in found.unpaired
    )
    return Search(
        cohorts=cohorts,
        columns=names,
        left_out=(*left_out, *alone),
        looked_at=found.looked_at,
        searched_rows=len(half.rows),
        held_out_rows=len(other.rows),
        min_rows=plan.half_least,
        reason="" if cohorts else _none_found(plan),
    )


def _none_found(plan: Plan) -> str:
    what = "mean absolute residual" if plan.numeric else "error rate"
    return (
        f"Among cohorts of {plan.half_least:,} or more rows in the half searched, none clearly has {plan.min_lift:g} "
        f"times the {what} of all rows."
    )


def _cannot(errors: Floats, plan: Plan, columns: int) -> str:
    n = len(errors)
    if n < FEWEST_ROWS:
        return (
            f"There are only {n:,} rows. A search needs at least {FEWEST_ROWS}: one half to find cohorts, the other to "
            "confirm them."
        )
    if not columns:
        return "No column has values to make cohorts of."
    if float(errors.sum()) == 0:
        return "The model makes no error in these rows."
    wrong = int(errors.sum())
    if not plan.numeric and wrong < FEWEST_ERRORS:
        return f"Only {wrong} of {n:,} rows are wrong. A search needs at least {FEWEST_ERRORS} errors."
    return ""


def _halves(errors: Floats, seed: int) -> tuple[Half, Half]:
    order = generator(seed, "error analysis", "halves").permutation(len(errors))
    middle = (len(errors) + 1) // 2
    rows, others = np.sort(order[:middle]), np.sort(order[middle:])
    return Half(rows, errors[rows]), Half(others, errors[others])


def _confirmed(
    columns: Sequence[CodedColumn], errors: Floats, kept: Sequence[Kept], halves: tuple[Half, Half], plan: Plan
) -> tuple[WorstCohort, ...]:
    half, other = halves
    masks = [mask_of(columns, item.candidate) for item in kept]
    p_values = [chance(other.errors, mask[other.rows], numeric=plan.numeric) for mask in masks]
    cohorts = []
    for item, mask, p_value, adjusted in zip(kept, masks, p_values, holm(p_values), strict=True):
        cohorts.append(
            WorstCohort(
                cohort=cohort_of(columns, item.candidate, inside=plan.inside),
                features=tuple(columns[place].name for place in item.candidate.columns),
                groups=_groups(columns, item.candidate),
                found=amount(errors[mask], numeric=plan.numeric),
                discovery=amount(half.errors[mask[half.rows]], numeric=plan.numeric),
                confirmation=amount(other.errors[mask[other.rows]], numeric=plan.numeric),
                lift=lift(other.errors, mask[other.rows]),
                share=share_of(errors, mask),
                p_value=p_value,
                p_adjusted=adjusted,
                confirmed=adjusted is not None and adjusted < LEVEL,
                merged=item.merged,
            )
        )
    return tuple(sorted(cohorts, key=lambda item: (-(item.confirmation.value or 0.0), item.cohort.text)))


def cohort_of(columns: Sequence[CodedColumn], candidate: Candidate, *, inside: Cohort) -> Cohort:
    """The cohort of a candidate, named in words; ``inside`` comes first so that it opens on all rows."""
    chosen = [
        columns[place].choices[choice] for place, choice in zip(candidate.columns, candidate.choices, strict=True)
    ]
    own = tuple(condition for choice in chosen for condition in choice.conditions)
    return Cohort(name=", ".join(choice.words for choice in chosen), conditions=(*inside.conditions, *own))


def _groups(columns: Sequence[CodedColumn], candidate: Candidate) -> tuple[str, ...]:
    return tuple(
        Cohort(conditions=columns[place].choices[choice].conditions).text
        for place, choice in zip(candidate.columns, candidate.choices, strict=True)
    )
