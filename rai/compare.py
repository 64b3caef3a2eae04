"""Champion and challenger: on the same rows pair by pair, otherwise the stored Measures of two reviews side by side."""

from __future__ import annotations

from collections.abc import Iterable

from rai.measures import Measure
from rai.pairing.section import paired_section
from rai.review import Review
from rai.section import Axis, Column, Figure, Point, Section, Series, Table
from rai.statistics.names import LESS_IS_BETTER, name_of
from rai.stored import Stored
from rai.theme import DASH

KEY, TITLE = "compare", "Champion and challenger"
QUESTION = "Is it better than what runs today, for every group?"

_OVERALL = (
    "accuracy", "balanced_accuracy", "precision", "recall", "true_positive_rate", "specificity", "true_negative_rate",
    "f1_score", "roc_auc", "brier_score", "log_loss", "macro_f1_score", "r2_score", "root_mean_squared_error",
    "mean_absolute_error",
)  # fmt: skip
_GROUP = (
    "favourable_rate", "selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate", "accuracy",
    "mean_absolute_error",
)  # fmt: skip

_OTHER_DATA = "The two reviews rest on different evaluation data: a difference may come from the data."
_NOT_PAIRED = (
    "The two versions have not been compared row by row. Review the challenger again while the other version is the "
    "champion to have that done."
)

_SEALED = ("dataset", "reference", "profile", "policy", "environment")

Key = tuple[str, str, tuple[str, ...], tuple[str, ...], str, str]


class Difference(Stored):
    """One Measure in both reviews.

    Attributes
    ----------
    change
        Challenger minus champion; ``None`` if one of them is absent.
    """

    champion: Measure
    challenger: Measure

    @property
    def change(self) -> float | None:
        """Challenger minus champion."""
        if self.champion.value is None or self.challenger.value is None:
            return None
        return self.challenger.value - self.champion.value

    @property
    def apart(self) -> bool:
        """True if the two 95 % intervals do not overlap; intervals of paired data that overlap may still differ."""
        ends = (self.champion.low, self.champion.high, self.challenger.low, self.challenger.high)
        if any(end is None for end in ends):
            return False
        return bool(self.champion.high < self.challenger.low or self.challenger.high < self.champion.low)  # type: ignore[operator]


def differences(champion: Review, challenger: Review) -> tuple[Difference, ...]:
    """Pair the Measures that both reviews have, in the challenger's order."""
    before = {_key(measure): measure for measure in champion.measures}
    return tuple(
        Difference(champion=before[_key(measure)], challenger=measure)
        for measure in challenger.measures
        if _key(measure) in before
    )


def _key(measure: Measure) -> Key:
    return (
        measure.analysis, measure.metric, measure.feature, measure.group, measure.aggregate, measure.cohort,
    )  # fmt: skip


def compare(champion: Review, challenger: Review) -> Section:
    """Compare two reviews: pair by pair where the challenger's review did that, otherwise side by side.

    Both are said to rest on the same rows only if the digests of their evaluation data are equal.
    """
    paired = challenger.comparison
    if paired is not None and paired.champion_review == champion.digest:
        section = paired_section(paired, heading=(KEY, TITLE, QUESTION))
        return section.model_copy(update={"tables": (*section.tables, what_changed(champion, challenger))})
    pairs = differences(champion, challenger)
    overall = [pair for pair in pairs if _is_overall(pair.challenger)]
    groups = [pair for pair in pairs if _is_group(pair.challenger)]
    same = champion.digests.dataset == challenger.digests.dataset
    return Section(
        key=KEY,
        title=TITLE,
        question=QUESTION,
        lead=_lead(champion, challenger, overall, groups),
        warnings=(_NOT_PAIRED if same else _OTHER_DATA,),
        figures=_figures(champion, challenger, groups),
        tables=(
            _table("Overall", champion, challenger, overall),
            _table("By group", champion, challenger, groups),
            what_changed(champion, challenger),
        ),
        how_to_read=(
            "The change is challenger minus champion; whether more or less is better is written beside it.",
            "Intervals that do not overlap differ clearly. Intervals that overlap leave it open.",
        ),
        limitations=(
            "The intervals are those of each version by itself; on the same rows a paired comparison would be sharper.",
        ),
    )


def what_changed(champion: Review, challenger: Review) -> Table:
    """What is different about the two versions and their reviews, apart from the numbers."""
    before, after = _facts(champion), _facts(challenger)
    rows = tuple(
        (name, before.get(name, "") or DASH, after.get(name, "") or DASH)
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    )
    columns = (
        Column(name="What"),
        Column(name=f"Champion, version {_version(champion)}"),
        Column(name=f"Challenger, version {_version(challenger)}"),
    )
    return Table(title="What else is different", columns=columns, rows=rows)


def _facts(review: Review) -> dict[str, str]:
    sealed, model = review.digests, review.model
    facts = {f"Digest of the {name}": getattr(sealed, name)[:12] for name in _SEALED}
    if model is not None:
        facts["Model"] = f"{model.estimator} ({model.flavour})"
        facts["Inputs"] = ", ".join(column.name for column in model.inputs)
        facts |= {f"Hyper-parameter {name}": value for name, value in model.parameters.items()}
    task = review.profile.task
    facts["Decision threshold"] = "" if task.threshold is None else f"{task.threshold:g}"
    facts |= {f"Finding {item.rule}": item.verdict for item in review.findings}
    return facts


def _is_overall(measure: Measure) -> bool:
    whole = measure.aggregate == "overall" and not measure.feature and measure.cohort == ""
    return whole and measure.analysis == "performance" and measure.metric in _OVERALL


def _is_group(measure: Measure) -> bool:
    single = bool(measure.group) and len(measure.feature) == 1 and measure.cohort == ""
    return single and measure.analysis == "fairness" and measure.metric in _GROUP


def _lead(champion: Review, challenger: Review, overall: list[Difference], groups: list[Difference]) -> str:
    worse = [pair for pair in groups if pair.apart and _worse(pair)]
    names = f"version {_version(challenger)} against version {_version(champion)} on {challenger.rows:,} rows"
    first = next((pair for pair in overall if pair.change is not None), None)
    head = ""
    if first is not None:
        head = f", {_words(first.challenger.metric)} changes by {first.change:+.3f}"
    tail = f"{len(worse)} group numbers are clearly worse" if worse else "no group number is clearly worse"
    return f"{names[0].upper()}{names[1:]}{head}; {tail}."


def _worse(pair: Difference) -> bool:
    change = pair.change or 0.0
    return change > 0 if pair.challenger.metric in LESS_IS_BETTER else change < 0


def _version(review: Review) -> str:
    return review.ref.version if review.ref else review.target


def _words(metric: str) -> str:
    return metric.replace("_", " ")


def _name(measure: Measure) -> str:
    group = ", ".join(f"{name} = {value}" for name, value in zip(measure.feature, measure.group, strict=True))
    label = name_of(measure.metric).label
    return f"{label} ({group})" if group else label


def _table(title: str, champion: Review, challenger: Review, pairs: Iterable[Difference]) -> Table:
    columns = (
        Column(name="Measure"),
        Column(name=f"Champion, version {_version(champion)}", format="number"),
        Column(name="n", format="integer"),
        Column(name=f"Challenger, version {_version(challenger)}", format="number"),
        Column(name="n (challenger)", format="integer"),
        Column(name="Change", format="number"),
        Column(name="Better is"),
        Column(name="Intervals apart"),
    )
    rows = tuple(
        (
            _name(pair.challenger), pair.champion.value, pair.champion.n, pair.challenger.value, pair.challenger.n,
            pair.change, "less" if pair.challenger.metric in LESS_IS_BETTER else "more", pair.apart,
        )
        for pair in pairs
    )  # fmt: skip
    return Table(title=title, columns=columns, rows=rows)


def _figures(champion: Review, challenger: Review, groups: list[Difference]) -> tuple[Figure, ...]:
    chosen = [pair for pair in groups if pair.challenger.metric in {"favourable_rate", "mean_absolute_error"}]
    if not chosen:
        return ()
    percent = chosen[0].challenger.metric == "favourable_rate"
    metric = _words(chosen[0].challenger.metric)
    series = tuple(
        Series(name=name, points=tuple(_point(pair, side) for pair in chosen))
        for name, side in (
            (f"champion, version {_version(champion)}", "champion"),
            (f"challenger, version {_version(challenger)}", "challenger"),
        )
    )
    return (
        Figure(
            kind="interval",
            title=f"{metric.capitalize()} by group, both versions",
            x=Axis(label="Group"),
            y=Axis(label=metric, format="percent" if percent else "number"),
            series=series,
            alt=f"For each of {len(chosen)} groups, {metric} of champion and challenger with 95 % intervals.",
        ),
    )


def _point(pair: Difference, side: str) -> Point:
    measure = pair.champion if side == "champion" else pair.challenger
    group = ", ".join(f"{name} = {value}" for name, value in zip(measure.feature, measure.group, strict=True))
    return Point(x=group, y=measure.value, low=measure.low, high=measure.high, n=measure.n)
