"""What changed between two cards: found by hand, field by field, verdict by verdict, number by number."""

from __future__ import annotations

from rai.card_difference import FactChange, VerdictChange, card_difference
from rai.measures import Measure
from rai.review import Detail
from rai.section import Column, Table
from rai.word_difference import Change
from tests.reports import making


def test_two_equal_cards_differ_in_nothing() -> None:
    assert card_difference(making.full(), making.full()).nothing


def test_a_field_was_added_removed_or_changed() -> None:
    before = making.card(narrative=(
        making.told("users", text="Loan officers."), making.told("caveats", text="Watch."), making.told("risk", text="Low."),
    ))  # fmt: skip
    after = making.card(narrative=(
        making.told("users", text="Branch officers."), making.told("caveats", text=""), making.told("risk", text="Low."),
        making.told("privacy", text="", not_applicable="None."),
    ))  # fmt: skip
    users, caveats, privacy = card_difference(before, after).fields
    assert (users.heading, users.kind) == ("Users", "changed")
    assert users.changes == (Change("removed", "Loan"), Change("added", "Branch"), Change("same", " officers."))
    assert (caveats.heading, caveats.kind, caveats.changes) == (
        "Caveats and recommendations", "removed", (Change("removed", "Watch."),)
    )  # fmt: skip
    assert (privacy.kind, privacy.changes) == ("added", (Change("added", "Not applicable: None."),))


def test_who_wrote_it_and_which_file_it_came_from_are_no_difference_of_the_text() -> None:
    other = making.told("users", text="All.", author=making.BEN, source="Taken from a.md.")
    found = card_difference(
        making.card(narrative=(making.told("users", text="All."),)), making.card(narrative=(other,))
    )
    assert found.nothing


def test_facts_that_differ_are_named_with_both_values() -> None:
    def details(**facts: str) -> tuple[Detail, ...]:
        return tuple(Detail(name=name, value=value, source="run") for name, value in facts.items())

    before = making.card(details=details(Owner="Lending", Model="A", Reviewed="Monday", Run="r1"))
    after = making.card(details=details(Owner="Lending", Model="B", Reviewed="Tuesday", Contact="x"))
    assert card_difference(before, after).facts == (
        FactChange(name="Model", before="A", after="B"),
        FactChange(name="Contact", before="absent", after="x"),
        FactChange(name="Run", before="r1", after="absent"),
    )


def measure(value: float | None, **changes: object) -> Measure:
    values = {"analysis": "fairness", "metric": "selection_rate", "aggregate": "difference", "feature": ("sex",)}
    return Measure(**{**values, "value": value, "low": 0.01, "high": 0.2, "n": 1400, **changes})


def test_a_finding_with_another_verdict_and_the_number_it_rests_on() -> None:
    before = making.card(findings=(
        making.finding(), making.finding(sentence="The gap is small.", verdict="pass", measure=measure(0.05)),
    ))  # fmt: skip
    after = making.card(findings=(
        making.finding(), making.finding(sentence="The gap is small.", verdict="fail", measure=measure(0.15)),
        making.finding(sentence="Something new.", verdict="not evaluated", measure=None),
    ))  # fmt: skip
    found = card_difference(before, after)
    assert found.verdicts == (
        VerdictChange(about="The gap is small. (sex)", before="pass", after="fail"),
        VerdictChange(about="Something new.", before=None, after="not evaluated"),
    )
    assert found.numbers == (
        FactChange(
            name="Selection rate difference (sex)", before="+5.0 pp (+1.0 to +20.0), n 1,400",
            after="+15.0 pp (+1.0 to +20.0), n 1,400",
        ),
    )  # fmt: skip


def test_a_number_that_is_absent_says_why() -> None:
    cards = [
        making.card(findings=(making.finding(measure=measure(value, **more)),))
        for value, more in ((0.05, {}), (None, {"low": None, "high": None, "reason": "3 rows"}))
    ]
    (number,) = card_difference(*cards).numbers
    assert number.after == "3 rows"


def test_the_performance_over_all_rows_is_compared_even_where_no_rule_asks_for_it() -> None:
    def card(value: float | None, n: int):
        heads = ("Metric", "Value", "Low", "High", "Baseline", "n", "What it says")
        forms = ("text", "percent", "percent", "percent", "percent", "integer", "text")
        columns = tuple(Column(name=name, format=form) for name, form in zip(heads, forms, strict=True))
        rows = (("Precision", value, 0.5, 0.7, 0.4, n, "words"), ("Recall", 0.9, 0.8, 0.95, 0.0, 40, "words"))
        confusion = Table(title="C", columns=(Column(name="True outcome"), columns[5]), rows=(("yes", n),))
        tables = (Table(title="T", columns=columns, rows=rows), confusion)
        return making.card(evidence=(making.evidence(section=making.section(tables=tables)),))

    assert card_difference(card(0.6, 40), card(0.65, 50)).numbers == (
        FactChange(name="Precision", before="60.0 % (50.0 to 70.0), n 40", after="65.0 % (50.0 to 70.0), n 50"),
    )
    assert card_difference(card(0.6, 40), card(None, 3)).numbers[0].after == "–, n 3"
