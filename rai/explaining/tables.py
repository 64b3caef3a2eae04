"""The explanations tables: every input, every group, what follows a sensitive feature, and how it was computed."""

from __future__ import annotations

from rai.explaining.record import Agreement, GroupImportance, Importance, Proxy
from rai.section import Cell, Column, Format, Table, alike
from rai.statistics.names import name_of

_INTERVAL = (
    Column(name="Low", format="number", sized=True),
    Column(name="High", format="number", sized=True),
    Column(name="n", format="integer"),
)


def importance_table(importance: tuple[Importance, ...], unit: str) -> Table:
    """Every input, largest first, with its share of all moves."""
    total = sum(item.found.value or 0.0 for item in importance)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            rank,
            item.name,
            item.found.value,
            item.found.low,
            item.found.high,
            item.found.n,
            (item.found.value or 0.0) / total if total else None,
        )
        for rank, item in enumerate(importance, start=1)
    )
    return Table(
        title="Importance of every input",
        columns=(
            Column(name="Rank", format="integer"),
            Column(name="Input"),
            Column(name=f"Mean absolute SHAP value ({unit})", format="number"),
            *_INTERVAL,
            Column(name="Share of all moves", format="percent"),
        ),
        rows=rows,
        note="Low and high are the ends of the 95 % interval over the rows explained.",
    )


def agreement_table(agreement: Agreement) -> Table:
    """Rank by SHAP values beside the drop of the score when the input is shuffled."""
    words = name_of(agreement.score)
    form: Format = "points" if words.format == "percent" else "number"
    drops = [item.found.value for item in agreement.shuffled]
    ranked = sorted((drop for drop in drops if drop is not None), reverse=True)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            item.name,
            place,
            None if item.found.value is None else ranked.index(item.found.value) + 1,
            item.found.value,
            item.found.low,
            item.found.high,
            item.found.n,
        )
        for place, item in enumerate(agreement.shuffled, start=1)
    )
    return Table(
        title=f"Drop of {words.label} when an input is shuffled",
        columns=(
            Column(name="Input"),
            Column(name="Rank by SHAP values", format="integer"),
            Column(name="Rank by drop", format="integer"),
            Column(name="Drop", format=form),
            Column(name="Low", format=form),
            Column(name="High", format=form),
            Column(name="n", format="integer"),
        ),
        rows=rows,
        note=(
            "Permutation importance: how much worse the predictions fit the true outcomes when the values of one "
            "input are exchanged between rows. A drop below 0 is chance."
        ),
    )


def group_table(by_group: tuple[GroupImportance, ...], unit: str) -> Table:
    """The top inputs within every group."""
    return Table(
        title="Importance by group",
        columns=(
            Column(name="Feature"),
            Column(name="Group"),
            Column(name="Input"),
            Column(name=f"Mean absolute SHAP value ({unit})", format="number"),
            *_INTERVAL,
            Column(name="Note"),
        ),
        rows=tuple(
            (
                item.feature,
                item.group,
                item.name,
                item.found.value,
                item.found.low,
                item.found.high,
                item.found.n,
                item.found.reason,
            )
            for item in by_group
        ),
        sums=alike([(item.feature, item.name) for item in by_group]),
    )


def proxy_table(proxies: tuple[Proxy, ...]) -> Table:
    """Inputs that follow sensitive features, closest first."""
    ordered = sorted(proxies, key=lambda item: -(item.found.value if item.found.value is not None else -1.0))
    return Table(
        title="Inputs that follow a sensitive feature",
        columns=(
            Column(name="Input"),
            Column(name="Sensitive feature"),
            Column(name="Association", format="number"),
            Column(name="Measured by"),
            Column(name="n", format="integer"),
            Column(name="Note"),
        ),
        rows=tuple(
            (item.name, item.feature, item.found.value, item.measure, item.found.n, item.found.reason)
            for item in ordered
        ),
        note=(
            "From 0, the input tells nothing about the feature, to 1, it determines it. Both measures are corrected "
            "for chance in few rows."
        ),
    )


def facts_table(facts: tuple[tuple[str, str], ...]) -> Table:
    """How the values were computed and what was checked."""
    return Table(title="How it was computed", columns=(Column(name="What"), Column(name="Answer")), rows=facts)
