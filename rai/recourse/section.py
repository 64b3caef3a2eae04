"""The counterfactuals section: who has no way, what a sensitive feature alone does, what an example does not say."""

from __future__ import annotations

from dataclasses import dataclass

from rai.profile import TaskKind
from rai.recourse.figures import changed_figures, flip_figures, group_figures
from rai.recourse.record import Changed, Flip, GroupRecourse, Permission, Quality, Search
from rai.recourse.tables import changed_tables, flip_tables, group_tables, permission_tables, quality_tables
from rai.section import Section
from rai.statistics.estimates import Estimate
from rai.theme import interval, number


@dataclass(frozen=True)
class Told:
    """What the section tells."""

    kind: TaskKind
    target: str
    rows: int
    min_group: int
    search: Search
    quality: Quality
    without: Estimate
    changed: tuple[Changed, ...]
    groups: tuple[GroupRecourse, ...]
    flips: tuple[Flip, ...]
    tolerance: float
    permissions: tuple[Permission, ...]


def counterfactuals_section(told: Told, *, heading: tuple[str, str, str]) -> Section:
    """Build the section; ``heading`` is key, title and question."""
    key, title, question = heading
    return Section(
        key=key,
        title=title,
        question=question,
        lead=_lead(told),
        warnings=_warnings(told),
        figures=(
            *flip_figures(told.flips),
            *group_figures(told.groups, told.without, told.quality.proximity),
            *changed_figures(told.changed),
        ),
        tables=(
            *flip_tables(told.flips, told.kind),
            *quality_tables(told.quality, told.without),
            *group_tables(told.groups),
            *changed_tables(told.changed),
            *permission_tables(told.permissions),
        ),
        how_to_read=_how_to_read(told),
        limitations=_limitations(told),
    )


def _lead(told: Told) -> str:
    search = told.search
    if search.reason:
        return f"No example was searched. {search.reason} {_flip_words(told)}".strip()
    whole = search.examined == search.lacking
    rows = f"the {search.lacking:,} rows" if whole else f"{search.examined:,} of the {search.lacking:,} rows"
    drawn = "" if whole else " drawn in proportion from every group,"
    start = (
        f"Of {rows} without {search.desired},{drawn} "
        f"{interval(told.without.value, told.without.low, told.without.high, 'percent')} have no way to it within the "
        "permitted changes"
    )
    near, few = told.quality.proximity, told.quality.sparsity
    if near.value is None or few.value is None:
        return f"{start}."
    return (
        f"{start}; for {search.with_way:,} it is enough to change {number(few.value)} inputs on average (mean Gower "
        f"distance {number(near.value)})."
    )


def _flip_words(told: Told) -> str:
    measured = [flip for flip in told.flips if flip.found.value is not None]
    if not measured:
        return ""
    widest = max(measured, key=lambda flip: flip.found.value or 0.0)
    return f"{_flip_sentence(widest, told)}."


def _flip_sentence(flip: Flip, told: Told) -> str:
    if not flip.taken:
        return f"Changing only '{flip.feature}' changes no prediction of {flip.found.n:,}: the model does not take it"
    share = interval(flip.found.value, flip.found.low, flip.found.high, "percent")
    what = "prediction" if told.kind == "regression" else "decision"
    by = f" by more than {number(told.tolerance)} ({told.target})" if told.kind == "regression" else ""
    return f"Changing only '{flip.feature}' changes the {what}{by} for {share} of {flip.found.n:,} rows"


def _warnings(told: Told) -> tuple[str, ...]:
    search, found = told.search, []
    found += [
        f"{_flip_sentence(flip, told)}: {_direction(flip, told)}." for flip in told.flips if (flip.found.value or 0) > 0
    ]
    found += [f"{flip.feature}: {flip.found.reason}" for flip in told.flips if flip.found.value is None]
    found += [f"{search.reason}"] if search.reason else []
    if search.examined < search.sampled:
        found.append(
            f"Only {search.examined:,} of the {search.sampled:,} sampled rows were examined in the "
            f"{search.seconds:g} s allowed. Allow more time, or make the model faster."
        )
    valid = told.quality.validity
    if valid.value is not None and valid.value < 1:
        found.append(
            f"The model confirmed only {interval(valid.value, valid.low, valid.high, 'percent')} of {valid.n:,} "
            "examples when asked again; the others were dropped."
        )
    found += [search.desired_note] if search.desired_note else []
    found += [f"{item.feature}: {item.reason}" for item in told.groups if item.reason]
    found += [flip.note for flip in told.flips if "no bands in the profile" in flip.note]
    return (*found, *search.notes)


def _direction(flip: Flip, told: Told) -> str:
    towards, away = (sum(getattr(group, side) for group in flip.groups) for side in ("towards", "away"))
    if told.kind == "regression":
        return f"another value predicts higher for {towards:,} rows and lower for {away:,}"
    wanted = told.search.desired
    return f"{towards:,} rows without {wanted} would get it with another value, {away:,} rows with it would lose it"


def _how_to_read(told: Told) -> tuple[str, ...]:
    what = (
        f"the prediction moves by more than {number(told.tolerance)}, in the unit of '{told.target}',"
        if told.kind == "regression"
        else "the decision changes"
    )
    found = [
        (
            "The flip test gives every row each other value of one sensitive feature and changes nothing else. The "
            f"flip rate is the share of rows for which {what} with at least one of them. A feature in bands is set to "
            "the median of each other band. A rate of exactly 0 without an interval means the model does not take the "
            "feature, so nothing can change."
        )
    ]
    sampled = [flip for flip in told.flips if 0 < flip.found.n < flip.rows_available]
    found += [
        (
            f"'{flip.feature}' has {len(flip.values)} values, so a seeded sample of {flip.found.n:,} of "
            f"{flip.rows_available:,} rows was tried."
        )
        for flip in sampled
    ]
    return (*found, *_how_examples_read(told))


def _how_examples_read(told: Told) -> tuple[str, ...]:
    if told.search.reason:
        return ()
    most = "" if told.search.most >= len(told.permissions) else f", at most {told.search.most},"
    return (
        (
            f"An example is the row itself with a few inputs{most} changed so that the model gives "
            f"{told.search.desired}. Each one was put to the model again before it was kept."
        ),
        (
            "Gower distance runs from 0 (same) to 1: over all inputs, the mean of the difference divided by the range "
            "for numbers, and of 0 or 1 for other values. The way of a group is longer if its distance is larger."
        ),
        (
            "Sensitive features and columns fixed in the profile are kept as they are. A row without a way is one for "
            "which none of the changes tried was enough; the table of permitted changes says what could be tried."
        ),
        (
            f"Groups are compared where there are at least {told.min_group} rows. Intervals of shares are Wilson's, "
            "those of mean distances follow from the standard error; those of a difference hold for all pairs of "
            "groups at once, so one that begins above 0 means that not all groups are treated alike."
        ),
    )


def _limitations(told: Told) -> tuple[str, ...]:
    engine = (
        "DiCE's random method"
        if told.search.engine == "dice"
        else (
            "a search that starts at the nearest rows with the outcome, takes back changes one by one and halves the "
            "steps of numbers"
        )
    )
    return (
        "An example is about the model's answer, not about the true outcome: it says nothing about causes.",
        (
            "It does not say whether a person can go the way, what it would cost them, or how long it takes. Inputs "
            "that depend on each other are changed one by one; a combination may not exist outside the data. Declare "
            "what cannot change under [counterfactuals] in review.toml."
        ),
        f"The examples come from {engine}. A shorter way may exist, and so may one where none was found.",
        (
            "A flip test changes one column. A model can follow a sensitive feature through other inputs without "
            "taking it: see the explanations for inputs that follow one."
        ),
    )
