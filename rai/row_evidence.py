"""Evidence about single rows: why one row got its prediction, and what would have changed it.

These records hold single persons, so they stay in the content store; a Result names them by digest only.
"""

from __future__ import annotations

from rai.errors import InputError
from rai.section import Axis, Column, Figure, Point, Section, Series, Table
from rai.stored import Stored
from rai.theme import number

#: Steps drawn one by one; the rest are drawn as one, so that the drawing still ends at the prediction.
STEPS = 10
#: Longer numbers are shown rounded.
DIGITS = 8


class Reason(Stored):
    """One input of one row: its value as text, and how far it moved the output."""

    feature: str
    value: str
    contribution: float


class RowExplanation(Stored):
    """Why one row got its prediction.

    Attributes
    ----------
    row
        Position among the rows of the cohort, counted from 0.
    score, base
        The output explained and where it starts; ``base`` plus all contributions is ``score``.
    output
        Which output is explained.
    reasons
        Every input, largest contribution first.
    """

    row: int
    prediction: str
    output: str
    score: float
    base: float
    reasons: tuple[Reason, ...]


class RowExplanations(Stored):
    """SHAP values of single rows."""

    cohort: str
    method: str
    unit: str
    rows: tuple[RowExplanation, ...]


class Change(Stored):
    """One input that would have to change, from a value to a value, as text."""

    feature: str
    before: str
    after: str


class CounterfactualExample(Stored):
    """The smallest change found for one row.

    Attributes
    ----------
    row
        Position among the rows of the cohort, counted from 0.
    changes
        Empty where no way was found.
    outcome_after
        As the model answered when asked again; empty where no way was found.
    distance
        Gower distance, 0 (same) to 1; ``None`` where no way was found.
    """

    row: int
    outcome_before: str
    outcome_after: str
    changes: tuple[Change, ...]
    distance: float | None


class CounterfactualExamples(Stored):
    """Counterfactual examples of single rows, and the rows for which none was found."""

    cohort: str
    fixed: tuple[str, ...]
    rows: tuple[CounterfactualExample, ...]


def row_section(record: RowExplanations, row: int) -> Section:
    """Why one row got its prediction: a waterfall and the same in words.

    Raises
    ------
    InputError
        If the row is not among those kept.
    """
    found = next((item for item in record.rows if item.row == row), None)
    if found is None:
        raise InputError(f"Row {row} was not explained. Rows kept: {_some(item.row for item in record.rows)}.")
    return Section(
        key="explanations",
        title=f"Row {row}",
        question="Why did this row get its prediction?",
        lead=(
            f"Row {row} is predicted '{found.prediction}': {_of(found.output, record.unit)} is {number(found.score)}, "
            f"against a base value of {number(found.base)}."
        ),
        figures=(_waterfall(found, record.unit),),
        tables=(_reason_table(found, record.unit),),
        how_to_read=_sentences(found, record.unit),
        limitations=(
            (
                "The contributions say what this model did with this row, not what would happen if the value changed; "
                "for that see the counterfactual examples."
            ),
        ),
    )


def _some(rows: object) -> str:
    assert hasattr(rows, "__iter__")
    listed = [str(row) for row in rows]
    return ", ".join(listed[:20]) + (f" and {len(listed) - 20} more" if len(listed) > 20 else "")


def _of(output: str, unit: str) -> str:
    return f"the {unit} of '{output}'" if unit in {"probability", "log-odds"} else f"the {output} ({unit})"


def _sentences(found: RowExplanation, unit: str) -> tuple[str, ...]:
    return tuple(reason_in_words(reason, unit) for reason in found.reasons[:STEPS] if reason.contribution)


def reason_in_words(reason: Reason, unit: str) -> str:
    """One contribution as a sentence: ``income = 42 lowers the score by 0.31 log-odds``."""
    verb = "raises" if reason.contribution > 0 else "lowers"
    return f"{reason.feature} = {as_shown(reason.value)} {verb} the score by {number(abs(reason.contribution))} {unit}."


def as_shown(value: str) -> str:
    """A value as it is shown: a number with many digits to six of them; the record keeps them all."""
    try:
        number_of = float(value)
    except ValueError:
        return value
    return f"{number_of:.6g}" if len(value) > DIGITS else value


def _waterfall(found: RowExplanation, unit: str) -> Figure:
    shown, rest = found.reasons[:STEPS], found.reasons[STEPS:]
    points = [Point(x=f"{item.feature} = {as_shown(item.value)}", y=item.contribution) for item in shown]
    if rest:
        points.append(Point(x=f"{len(rest)} other inputs", y=sum(item.contribution for item in rest)))
    words = "; ".join(reason_in_words(item, unit).rstrip(".") for item in shown[:3])
    return Figure(
        kind="waterfall",
        title=f"From the base value to the prediction of row {found.row}",
        x=Axis(label="Input", format="text"),
        y=Axis(label="SHAP value", unit=unit),
        series=(Series(name=found.output, points=tuple(points)),),
        reference=found.base,
        reference_label="base value",
        alt=f"Waterfall from {number(found.base)} to {number(found.score)} {unit}. {words}.",
    )


def _reason_table(found: RowExplanation, unit: str) -> Table:
    return Table(
        title=f"Every input of row {found.row}",
        columns=(Column(name="Input"), Column(name="Value"), Column(name=f"SHAP value ({unit})", format="number")),
        rows=tuple((item.feature, as_shown(item.value), item.contribution) for item in found.reasons),
        note=f"Base value {number(found.base)} plus all SHAP values is {number(found.score)}.",
    )


def example_section(record: CounterfactualExamples, row: int) -> Section:
    """What would have changed the outcome of one row.

    Raises
    ------
    InputError
        If no example was sought for the row.
    """
    found = next((item for item in record.rows if item.row == row), None)
    if found is None:
        raise InputError(f"No example was sought for row {row}. Rows: {_some(item.row for item in record.rows)}.")
    kept = f" Kept as they are: {', '.join(record.fixed)}." if record.fixed else ""
    return Section(
        key="counterfactuals",
        title=f"Row {row}",
        question="What would have changed the outcome of this row?",
        lead=_example_lead(found),
        tables=(_change_table(found),) if found.changes else (),
        how_to_read=(
            (
                "Only the inputs listed change; all others keep their values. The model was asked again with exactly "
                f"these values.{kept}"
            ),
        ),
        limitations=(
            (
                "An example shows one way, not the only or the easiest one, and not whether a person can go it. It is "
                "about the model's answer, not about the true outcome."
            ),
        ),
    )


def _example_lead(found: CounterfactualExample) -> str:
    if found.distance is None:
        return f"No change within the permitted range was found that turns '{found.outcome_before}' around."
    changes = " and ".join(
        f"{item.feature} from {as_shown(item.before)} to {as_shown(item.after)}" for item in found.changes
    )
    return (
        f"With {changes}, row {found.row} is predicted '{found.outcome_after}' instead of '{found.outcome_before}' "
        f"(Gower distance {number(found.distance)})."
    )


def _change_table(found: CounterfactualExample) -> Table:
    return Table(
        title=f"What changes in row {found.row}",
        columns=(Column(name="Input"), Column(name="From"), Column(name="To")),
        rows=tuple((item.feature, as_shown(item.before), as_shown(item.after)) for item in found.changes),
    )
