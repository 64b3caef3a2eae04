"""The explanations section: what the model looks at most, for whom, and what its inputs may stand for."""

from __future__ import annotations

from rai.explaining.curves import dependence_figure, response_figure
from rai.explaining.figures import group_figures, importance_figure, spread_figure
from rai.explaining.record import Agreement, Check, Explained, Facts, Importance, Proxy, Stability
from rai.explaining.tables import agreement_table, facts_table, group_table, importance_table, proxy_table
from rai.explaining.words import how_to_read, limitations
from rai.section import Figure, Section, Table
from rai.theme import interval, number

#: An association above this is told as a warning: more than half of the way from nothing to determined.
CLOSELY = 0.5
#: Rank correlations below this are told as a warning.
ALIKE = 0.5
#: Inputs without which an order of them is too short to warn about.
ENOUGH = 5


def explanations_section(found: Explained, facts: Facts, check: Check, *, heading: tuple[str, str, str]) -> Section:
    """Build the section; ``heading`` is key, title and question."""
    key, title, question = heading
    return Section(
        key=key,
        title=title,
        question=question,
        lead=_lead(found.importance, facts),
        warnings=_warnings(found, facts),
        figures=_figures(found, facts),
        tables=_tables(found, facts, check),
        how_to_read=how_to_read(facts),
        limitations=limitations(facts),
    )


def _figures(found: Explained, facts: Facts) -> tuple[Figure, ...]:
    output = facts.target if facts.unit == facts.target else f"'{facts.described}'"
    lines = (dependence_figure(item, facts.unit, output) for item in found.dependence)
    return (
        importance_figure(found.importance, facts.unit),
        *((spread_figure(found.spread, facts.unit, output),) if any(item.bands for item in found.spread) else ()),
        *(figure for figure in lines if figure is not None),
        *(response_figure(item, output) for item in found.responses),
        *group_figures(found.by_group, found.importance, facts.unit),
    )


def _tables(found: Explained, facts: Facts, check: Check) -> tuple[Table, ...]:
    tables = [importance_table(found.importance, facts.unit), agreement_table(found.agreement)]
    if found.by_group:
        tables.append(group_table(found.by_group, facts.unit))
    if found.proxies:
        tables.append(proxy_table(found.proxies))
    return (*tables, facts_table(_facts(found, facts, check)))


def _explained(facts: Facts) -> str:
    """What the values explain, as it stands after "the"."""
    if facts.unit == facts.target:
        return f"predicted {facts.target}"
    if len(facts.outputs) > 1:
        return f"{facts.unit} of each of the {len(facts.outputs)} outcomes"
    return f"{facts.unit} of '{facts.outputs[0]}'"


def _lead(importance: tuple[Importance, ...], facts: Facts) -> str:
    first = importance[0].found
    if not first.value:
        return f"No input moves the {_explained(facts)}: over {facts.rows:,} rows the model answers always the same."
    others = [f"'{item.name}'" for item in importance[1:3] if item.found.value]
    then = f", followed by {' and '.join(others)}" if others else ""
    share = facts.unit in {"probability", "share predicted"}
    ends = [None if end is None else 100 * end if share else end for end in (first.value, first.low, first.high)]
    unit = " percentage points" if share else "" if facts.unit == facts.target else f" {facts.unit}"
    size = interval(ends[0], ends[1], ends[2], "number")
    return (
        f"Over {facts.rows:,} rows '{importance[0].name}' moves the {_explained(facts)} most, by {size}{unit} on "
        f"average{then}."
    )


def _warnings(found: Explained, facts: Facts) -> tuple[str, ...]:
    ranks = {item.name: place for place, item in enumerate(found.importance, start=1)}
    taken = (
        (
            f"The model takes the sensitive feature '{name}' as an input. It ranks {ranks[name]} of {len(ranks)} by "
            "its mean absolute SHAP value."
        )
        for name in facts.sensitive_inputs
    )
    return (
        *taken,
        *_followers(found.proxies, ranks),
        *_disagreements(found.agreement, found.stability),
        *((facts.note,) if facts.note else ()),
    )


def _followers(proxies: tuple[Proxy, ...], ranks: dict[str, int]) -> tuple[str, ...]:
    close = sorted(
        (item for item in proxies if (item.found.value or 0.0) > CLOSELY), key=lambda item: -(item.found.value or 0.0)
    )
    return tuple(
        (
            f"The input '{item.name}' (rank {ranks[item.name]} of {len(ranks)}) closely follows the sensitive feature "
            f"'{item.feature}': {item.measure} {number(item.found.value or 0.0)}, where 1 means that one determines "
            "the other. The model can tell groups apart by it."
        )
        for item in close
    )


def _disagreements(agreement: Agreement, stability: Stability) -> tuple[str, ...]:
    if len(agreement.shuffled) < ENOUGH:
        return ()
    found = []
    other = agreement.correlation.value
    if other is not None and other < ALIKE:
        found.append(
            f"Shuffling the inputs ranks them differently (rank correlation {number(other)}): what moves the output "
            f"most need not be what makes it right. {_clear(agreement)} of {len(agreement.shuffled)} inputs have a "
            "drop that is clearly above 0; the order of the others is chance."
        )
    again = stability.correlation.value
    if again is not None and again < ALIKE:
        found.append(
            f"Two halves of the rows rank the inputs differently (rank correlation {number(again)}): the order is not "
            "reliable on so few rows."
        )
    return tuple(found)


def _clear(agreement: Agreement) -> int:
    return sum((item.found.low or 0.0) > 0 for item in agreement.shuffled)


def _facts(found: Explained, facts: Facts, check: Check) -> tuple[tuple[str, str], ...]:
    behind = (
        f"{facts.background} rows of the {facts.background_from} data, SHA-256 {facts.background_digest}"
        if facts.background
        else "none: the model's own values follow its trees or coefficients"
    )
    scale = "log-odds (logit link)" if facts.link == "logit" else f"{facts.unit} (identity link)"
    error = f"{number(facts.sampling_error)} {facts.unit}" if facts.sampling_error else "none: nothing was drawn"
    return (
        ("Method", facts.method),
        ("What is explained", f"the {_explained(facts)}"),
        ("Scale on which values add up", scale),
        ("Rows explained", f"{facts.rows:,} of {facts.rows_available:,}"),
        ("Background", behind),
        ("Additivity", f"largest gap {facts.additivity_residual:.1e}, relative to the largest prediction"),
        ("Mean standard error from drawing", error),
        ("Check with shap", check.words),
        ("Agreement with shuffling", _agreement(found.agreement)),
        ("Stability", _stability(found.stability)),
    )


def _agreement(found: Agreement) -> str:
    if found.correlation.value is None:
        return found.correlation.reason
    return (
        f"Spearman's rank correlation with permutation importance {number(found.correlation.value)}, over "
        f"{found.correlation.n:,} rows and {len(found.shuffled)} inputs"
    )


def _stability(found: Stability) -> str:
    if found.correlation.value is None:
        return found.correlation.reason
    return (
        f"Spearman's rank correlation between two halves of {found.correlation.n:,} rows "
        f"{number(found.correlation.value)}; {found.shared} of the first {found.first} inputs are the same in both"
    )
