"""The error analysis section: where the model fails most, whether that holds on rows held out, and what it rests on."""

from __future__ import annotations

from rai.erring.figures import LABEL, figures_of, form_of, written
from rai.erring.measured import metric_of
from rai.erring.record import ErrorTree, Heatmap, Search, WorstCohort
from rai.profile import TaskKind
from rai.section import Cell, Column, Section, Table
from rai.statistics.estimates import Estimate
from rai.theme import write


def error_section(
    overall: Estimate,
    parts: tuple[ErrorTree, Heatmap, Search],
    *,
    kind: TaskKind,
    sensitive: tuple[str, ...],
    heading: tuple[str, str, str],
) -> Section:
    """Build the section; ``heading`` is key, title and question."""
    key, title, question = heading
    tree, heatmap, search = parts
    tables = [_cohort_table(search, kind)] if search.cohorts else []
    if search.left_out:
        tables.append(_left_out(search))
    return Section(
        key=key,
        title=title,
        question=question,
        lead=_lead(overall, search, kind),
        warnings=_warnings(tree, heatmap, search, sensitive),
        figures=figures_of(overall, tree, heatmap, search, kind),
        tables=tuple(tables),
        how_to_read=_how_to_read(search, tree, kind),
        limitations=_LIMITATIONS,
    )


_LIMITATIONS = (
    (
        "Many combinations are compared, and the worst of many looks bad by chance alone. That is why a cohort counts "
        "only where the half of the rows the search never saw confirms it, with a correction for the number of cohorts "
        "tested. Of data in which the model fails everywhere alike, fewer than 1 in 20 give a confirmed cohort."
    ),
    (
        "A cohort that is not confirmed is not shown to be safe: it may hold too few rows. A weakness that needs four "
        "conditions, or cuts across the bands of a number, can be missed."
    ),
    (
        "The error tree is a surrogate: one tree fitted to the errors to describe them, on all rows and not confirmed "
        "on others. It says where errors gather, not why."
    ),
    "Rows that belong together, such as several of one person, make chance look smaller than it is.",
)


def _lead(overall: Estimate, search: Search, kind: TaskKind) -> str:
    form = form_of(kind)
    if kind == "regression":
        start = f"On average the prediction is off by {write(overall.value, form)} over {overall.n:,} rows"
    else:
        start = f"The model is wrong in {write(overall.value, form)} of {overall.n:,} rows"
    if search.confirmed:
        return f"{start}; {_worst(search.confirmed[0], kind)}"
    if search.cohorts:
        return f"{start}; {_counted(search)} stood out in one half of the rows, and the other half confirms none."
    return f"{start}. No cohort stands out: {search.reason[:1].lower()}{search.reason[1:]}"


def _worst(item: WorstCohort, kind: TaskKind) -> str:
    form, found, held = form_of(kind), item.found, item.confirmation
    by, of = ("by", "over") if kind == "regression" else ("in", "of")
    return (
        f"{by} {write(found.value, form)} {of} the {found.n:,} rows with {item.cohort.name}, which hold "
        f"{write(item.share, 'percent')} of all errors: confirmed by {written(held, form)} {of} the {held.n:,} of them "
        "held out from the search."
    )


def _counted(search: Search) -> str:
    return "1 cohort" if len(search.cohorts) == 1 else f"{len(search.cohorts)} cohorts"


def _warnings(tree: ErrorTree, heatmap: Heatmap, search: Search, sensitive: tuple[str, ...]) -> tuple[str, ...]:
    about = [
        f"No. {number} ({', '.join(names)})"
        for number, item in enumerate(search.cohorts, start=1)
        if item.confirmed and (names := [name for name in item.features if name in sensitive])
    ]
    found = (
        [f"Confirmed cohorts that name a sensitive feature: {', '.join(about)}. Compare with fairness."]
        if about
        else []
    )
    if tree.reason:
        found.append(f"No error tree. {tree.reason}")
    if heatmap.reason:
        found.append(f"No heatmap. {heatmap.reason}")
    return tuple(found)


def _how_to_read(search: Search, tree: ErrorTree, kind: TaskKind) -> tuple[str, ...]:
    error = (
        "The error of a row is the absolute residual: the size of the difference between prediction and outcome, in "
        "the unit of the outcome. All errors means the sum of them."
        if kind == "regression"
        else "The error rate is the share of rows whose predicted label is not the true one; it does not say which "
        "kind of mistake was made."
    )
    found = [error]
    if search.cohorts:
        found.append(
            f"A cohort is the rows that satisfy up to three conditions. {search.looked_at:,} combinations with at "
            f"least {search.min_rows:,} rows were compared on a half of {search.searched_rows:,} rows; those that "
            f"clearly failed most were counted again on the other {search.held_out_rows:,}. Lift is the held-out error "
            "divided by that of all held-out rows: 2 means twice as much. Cohorts that mostly repeat another's rows "
            "are merged."
        )
    if len(tree.nodes) > 1:
        hidden = f" Splits without a clear difference ({tree.hidden}) are not shown." if tree.hidden else ""
        found.append(
            "Read the error tree from its root: each box holds the rows that satisfy every condition on the way to it, "
            f"darker where the model errs more.{hidden}"
        )
    if search.confirmed:
        found.append(
            "Confirmed means that the cohort fails more often than the other rows, also among rows held out. It does "
            "not mean that each of its conditions is needed: open the cohort and compare."
        )
    found.append(
        "Share of all errors says how much would be gained by mending one place: a high rate in few rows may hold "
        "few of the errors."
    )
    return tuple(found)


def _left_out(search: Search) -> Table:
    reasons = dict.fromkeys(item.reason for item in search.left_out)
    rows = []
    for reason in reasons:
        names = [item.column for item in search.left_out if item.reason == reason]
        rows.append((reason, len(names), ", ".join(names)))
    columns = (Column(name="Why"), Column(name="Columns", format="integer"), Column(name="Names"))
    return Table(title="Columns not fully searched", columns=columns, rows=tuple(rows))


def _cohort_table(search: Search, kind: TaskKind) -> Table:
    form, label = form_of(kind), LABEL[metric_of(kind)]
    columns = (
        Column(name="No.", format="integer"),
        Column(name="Cohort"),
        Column(name="Verdict"),
        Column(name="n", format="integer"),
        Column(name=label, format=form),
        Column(name="Share of all errors", format="percent"),
        Column(name="n searched", format="integer"),
        Column(name=f"{label}, searched", format=form),
        Column(name="n held out", format="integer"),
        Column(name=f"{label}, held out", format=form),
        Column(name="Low", format=form),
        Column(name="High", format=form),
        Column(name="Lift, held out", format="number"),
        Column(name="p, corrected", format="p_value"),
        Column(name="Merged", format="integer"),
        Column(name="As a filter"),
    )
    rows = tuple(_row(number, item) for number, item in enumerate(search.cohorts, start=1))
    note = (
        "Verdict, low, high, lift and p rest on rows held out alone; p has Holm's correction for "
        f"{_counted(search)}. Low and high are the ends of the 95 % interval."
    )
    return Table(title="Worst cohorts", columns=columns, rows=rows, note=note)


def _row(number: int, item: WorstCohort) -> tuple[Cell, ...]:
    return (
        number,
        item.cohort.name,
        "confirmed" if item.confirmed else "not confirmed",
        item.found.n,
        item.found.value,
        item.share,
        item.discovery.n,
        item.discovery.value,
        item.confirmation.n,
        item.confirmation.value,
        item.confirmation.low,
        item.confirmation.high,
        item.lift.value,
        item.p_adjusted,
        item.merged,
        item.cohort.text,
    )
