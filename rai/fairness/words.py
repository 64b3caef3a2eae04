"""The fairness section: the widest gap in a sentence, what must not be overlooked, figures, then tables."""

from __future__ import annotations

from rai.fairness.control_tables import control_figures, control_tables
from rai.fairness.figures import calibration_figures, feature_figures
from rai.fairness.gap_tables import chance_table, gap_tables, overall_tables
from rai.fairness.guide import Facts, drawn, guide, leading
from rai.fairness.reading import how_to_read, limitations
from rai.fairness.record import Controlled, FeatureResult, Gap, MetricByGroup, Overall
from rai.fairness.tables import value_tables
from rai.section import Format, Section, Table
from rai.statistics.names import name_of
from rai.theme import number, write

Features = tuple[FeatureResult, ...]


def fairness_section(
    features: Features,
    overall: tuple[Overall, ...],
    controlled: tuple[Controlled, ...],
    facts: Facts,
    *,
    heading: tuple[str, str, str],
) -> Section:
    """Build the section; ``heading`` is key, title and question."""
    key, title, question = heading
    figures = [figure for item in features for figure in feature_figures(item, overall, drawn(facts))]
    return Section(
        key=key,
        title=title,
        question=question,
        lead=_lead(features, facts),
        warnings=(*_warnings(features, facts), *_turned(features, controlled, facts)),
        figures=(*figures, *control_figures(features, controlled, leading(facts)), *calibration_figures(features)),
        tables=_tables(features, controlled, facts),
        how_to_read=how_to_read(facts, controlled),
        limitations=limitations(facts, controlled),
    )


def _tables(features: Features, controlled: tuple[Controlled, ...], facts: Facts) -> tuple[Table, ...]:
    shown = drawn(facts)
    single = [item for item in features if len(item.feature) == 1]
    pairs = [item for item in features if len(item.feature) > 1]
    return (
        guide(facts),
        *(table for item in single for table in gap_tables(item, shown)),
        *overall_tables(single, shown),
        *chance_table(features, facts.tests),
        *control_tables(controlled, shown, facts.tests_controlled),
        *(table for item in single for table in value_tables(item, shown)),
        *(table for item in pairs for table in (*gap_tables(item, shown), *value_tables(item, shown))),
    )


def _lead(features: Features, facts: Facts) -> str:
    found = [
        (gap.found.value, item, metric, gap)
        for item in features
        if len(item.feature) == 1
        for name in leading(facts)
        if (metric := item.metric(name)) and (gap := metric.gap("difference")) and gap.found.value is not None
    ]
    if not found:
        return _nothing(features, facts)
    _, item, metric, gap = max(found, key=lambda each: each[0])
    return _widest(item, metric, gap, facts)


def _nothing(features: Features, facts: Facts) -> str:
    stated = leading(facts)[0]
    if facts.stated and not any(item.metric(stated) for item in features):
        return (
            f"Among {facts.rows:,} rows {name_of(facts.stated).label}, the metric the profile states, could not be "
            "measured: the model gives no probabilities."
        )
    return (
        f"Among {facts.rows:,} rows no sensitive feature has two groups with at least {facts.min_group} rows, "
        "so no gap can be judged."
    )


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


def _warnings(features: Features, facts: Facts) -> tuple[str, ...]:
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


def _turned(features: Features, controlled: tuple[Controlled, ...], facts: Facts) -> tuple[str, ...]:
    """Where the groups at the two ends change places within a value of a control feature."""
    found = [f"{item.control}: {item.reason}" for item in controlled if item.reason]
    whole = {(item.feature, name): _gap(item, name) for item in features for name in leading(facts)}
    for control in controlled:
        turned: dict[tuple[str, str], list[str]] = {}
        inside = [(stratum.value, item) for stratum in control.strata for item in stratum.features]
        for value, item in inside:
            for name in leading(facts):
                if _reverse(whole.get((item.feature, name)), _gap(item, name)):
                    turned.setdefault((item.name, name), []).append(value)
        found += [
            f"{name_of(metric).label} by {feature}: the gap turns round within {control.control} = "
            f"{', '.join(values)}. The group that is lowest over all rows is highest there."
            for (feature, metric), values in turned.items()
        ]
    return tuple(found)


def _gap(item: FeatureResult, name: str) -> Gap | None:
    metric = item.metric(name)
    return metric.gap("difference") if metric else None


def _reverse(whole: Gap | None, part: Gap | None) -> bool:
    if whole is None or part is None or not part.found.low or not part.lowest_group:
        return False
    return part.lowest_group == whole.highest_group and part.highest_group == whole.lowest_group
