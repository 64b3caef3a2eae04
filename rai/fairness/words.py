"""The fairness section: the widest gap in a sentence, who is harmed by which error, and what gaps do not say."""

from __future__ import annotations

from dataclasses import dataclass

from rai.fairness.figures import feature_figures
from rai.fairness.record import FeatureResult, Gap, MetricByGroup, Overall
from rai.fairness.tables import feature_tables
from rai.profile import TaskKind
from rai.section import Format, Section
from rai.statistics.names import name_of
from rai.theme import number, write


@dataclass(frozen=True)
class Facts:
    """What the words need to know besides the features."""

    kind: TaskKind
    target: str
    positive: str
    favourable: str
    rows: int
    min_group: int
    replicates: int
    agreement: float | None


#: The metric whose widest gap leads the section, and the metrics drawn for every feature, by kind of task.
LEADING: dict[TaskKind, str] = {
    "binary": "favourable_rate",
    "multiclass": "accuracy",
    "regression": "mean_absolute_error",
}
DRAWN: dict[TaskKind, tuple[str, ...]] = {
    "binary": ("favourable_rate", "false_positive_rate", "false_negative_rate"),
    "multiclass": ("accuracy", "balanced_accuracy"),
    "regression": ("mean_prediction", "mean_residual", "mean_absolute_error"),
}


def fairness_section(
    features: tuple[FeatureResult, ...],
    overall: tuple[Overall, ...],
    facts: Facts,
    *,
    heading: tuple[str, str, str],
) -> Section:
    """Build the section; ``heading`` is key, title and question."""
    key, title, question = heading
    drawn = DRAWN[facts.kind]
    figures = [figure for item in features for figure in feature_figures(item, overall, drawn)]
    tables = [table for item in features for table in feature_tables(item, drawn)]
    return Section(
        key=key,
        title=title,
        question=question,
        lead=_lead(features, facts),
        warnings=_warnings(features, facts),
        figures=tuple(figures),
        tables=tuple(tables),
        how_to_read=_how_to_read(facts),
        limitations=_limitations(facts),
    )


def _lead(features: tuple[FeatureResult, ...], facts: Facts) -> str:
    metric_name = LEADING[facts.kind]
    found = [
        (gap.found.value, item, metric, gap)
        for item in features
        if len(item.feature) == 1 and (metric := item.metric(metric_name)) and (gap := metric.gap("difference"))
        if gap.found.value is not None
    ]
    if not found:
        return (
            f"Among {facts.rows:,} rows no sensitive feature has two groups with at least {facts.min_group} rows, "
            "so no gap can be judged."
        )
    _, item, metric, gap = max(found, key=lambda each: each[0])
    return _widest(item, metric, gap, facts)


def _widest(item: FeatureResult, metric: MetricByGroup, gap: Gap, facts: Facts) -> str:
    words = name_of(metric.metric)
    ends = [_end(item, metric, group, words.format) for group in (gap.lowest_group, gap.highest_group)]
    return (
        f"{words.label} differs most by {item.name}: {ends[0]} against {ends[1]}, a difference of "
        f"{difference_in_words(gap, words.format)}, among {facts.rows:,} rows.{_perhaps_chance(gap)}"
    )


def _perhaps_chance(gap: Gap) -> str:
    return "" if gap.found.low is None or gap.found.low > 0 else " The interval reaches 0: this may be chance."


def _end(item: FeatureResult, metric: MetricByGroup, group: tuple[str, ...], form: Format) -> str:
    place = next(number for number, each in enumerate(item.groups) if each.key == group)
    found = metric.by_group[place]
    return f"{write(found.value, form)} for {', '.join(group)} (n {found.n:,})"


def difference_in_words(gap: Gap, form: Format) -> str:
    """A difference with its interval: ``21.4 percentage points (18.4 to 24.4)``."""
    found = gap.found
    if found.value is None or found.low is None or found.high is None:
        return "no known size"
    if form == "percent":
        return f"{100 * found.value:.1f} percentage points ({100 * found.low:.1f} to {100 * found.high:.1f})"
    return f"{number(found.value)} ({number(found.low)} to {number(found.high)})"


def _warnings(features: tuple[FeatureResult, ...], facts: Facts) -> tuple[str, ...]:
    found = [f"{item.name}: {item.reason}" for item in features if item.reason]
    found += [item.note for item in features if item.note and "no bands in the profile" in item.note]
    for item in features:
        small = [group for group in item.groups if group.n < facts.min_group]
        if small and item.metrics:
            named = "; ".join(f"{', '.join(group.key)} (n {group.n})" for group in small[:12])
            more = f" and {len(small) - 12} more" if len(small) > 12 else ""
            found.append(
                f"{item.name}: too few rows to judge (fewer than {facts.min_group}): {named}{more}. "
                "Nothing is known about these groups."
            )
    return tuple(found)


def _how_to_read(facts: Facts) -> tuple[str, ...]:
    common = (
        (
            "Each dot is one group, the line through it its 95 % interval, the number at the edge the rows it "
            "rests on, "
            "the thin line the value over all rows. Wide lines mean few rows."
        ),
        (
            f"A group is judged on a metric only if at least {facts.min_group} rows stand below the fraction "
            "line; others "
            "are listed and counted. They are left out before the lowest and the highest group are chosen."
        ),
        (
            "A difference is the highest minus the lowest group, a ratio the lowest over the highest. Their "
            "intervals hold "
            "for all pairs of groups at once, so an interval of the difference that begins above 0 means that "
            "not all "
            "groups are treated alike."
        ),
    )
    return (*_who_is_harmed(facts), *common)


def _who_is_harmed(facts: Facts) -> tuple[str, ...]:
    if facts.kind == "regression":
        return (
            (
                "The mean residual is prediction minus outcome: above 0 the model predicts too much for the "
                "group, below 0 "
                "too little. Who is harmed depends on what the number decides."
            ),
        )
    if facts.kind == "multiclass":
        return (
            (
                "Every class is counted against all others. A lower recall of a class in one group means that "
                "people of "
                "this group who belong to the class are recognised less often."
            ),
        )
    label = facts.positive
    if facts.favourable == "positive":
        return (
            (
                f"The prediction '{label}' is good for the person. A false negative denies it to somebody "
                "whose outcome "
                f"was '{label}': the harm falls on the person. A false positive grants it where the outcome "
                "was another."
            ),
        )
    return (
        (
            f"The prediction '{label}' is bad for the person. A false positive puts it on somebody whose outcome was "
            "another: the harm falls on the person. A false negative spares somebody whose outcome was "
            f"'{label}'. The "
            f"favourable outcome rate is the share not predicted '{label}'."
        ),
    )


def _limitations(facts: Facts) -> tuple[str, ...]:
    found = [
        (
            "A gap is a disparity, not its cause: it does not say whether model, data or the world outside "
            "brought it "
            "about, nor whether it is justified."
        ),
        (
            f"Error rates compare with the recorded '{facts.target}'. Where the record itself was shaped by unequal "
            "treatment, equal error rates reproduce it."
        ),
        (
            "Groups with unequal base rates cannot be equal in precision, false positive rate and false "
            "negative rate at "
            "once. Which one matters is a choice with a reason; write the reason down."
        ),
        (
            "Many numbers are compared here. The intervals allow for the number of groups, not for the number "
            "of metrics "
            "and features."
        ),
        (
            f"Intervals of single rates are Wilson's; those of gaps rest on {facts.replicates:,} seeded "
            "resamplings of the "
            "counts within each group. They cover the draw of rows, not errors in the data."
        ),
    ]
    if facts.agreement is not None:
        found.append(
            f"The rates were computed a second time by fairlearn; the largest difference is {facts.agreement:.1g}."
        )
    return tuple(found)
