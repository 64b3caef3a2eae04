"""The summary on one page: the verdict, the numbers that matter, what did not pass, what it is for."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader

from rai.measures import Measure
from rai.section import Column, Table
from reports.summary import leading, render_summary
from tests.reports import making
from tests.reports.test_pdf import alternatives, squeezed


def said(card) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(render_summary(card))).pages))


def gaps(feature: str, value: float) -> Table:
    heads = ("Lowest group", "Highest group")
    ends = ("Difference", "Difference, low", "Difference, high")
    columns = (
        Column(name="Metric"), *(Column(name=name) for name in heads),
        *(Column(name=name, format="points") for name in ends), Column(name="n", format="integer"),
    )  # fmt: skip
    rows = (
        ("Selection rate", "a", "b", value, value - 0.05, value + 0.05, 900),
        ("Precision", "a", "b", 0.9, 0.8, 1, 9),
    )
    return Table(title=f"Gaps between groups of {feature}", columns=columns, rows=rows)


def test_it_is_one_page_tagged_and_archival_and_the_same_each_time(real):
    data = render_summary(real)
    assert render_summary(real) == data
    reader = PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 1
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    meta = root["/Metadata"].get_object().get_data().decode()
    assert re.search(r"pdfuaid:part>1<", meta)
    assert re.search(r"pdfaid:part>3<", meta)
    assert re.search(r"pdfaid:conformance>A<", meta)


def test_it_says_verdict_identity_numbers_use_and_digest():
    card = making.signed(making.card())
    text = said(card)
    for words in (
        "✓Approved", "credit", "Version3", "standard", "78.0%(73.7to81.8)", "1,400", "All1findingsunderthepolicy",
        "Intendeduse", "Out-of-scopeuse", "Written.", card.content_digest,
    ):  # fmt: skip
        assert words in text, words
    assert f"QR code of the digest of this card, {card.content_digest}" in alternatives(
        PdfReader(io.BytesIO(render_summary(card)))
    )


def test_findings_that_are_no_pass_are_listed_worst_first_and_passes_are_not():
    found = (
        making.finding(sentence="Passed well."),
        making.finding(sentence="Nobody knows.", verdict="not enough evidence"),
        making.finding(sentence="Bad.", verdict="fail"),
    )
    text = said(making.card(findings=found))
    assert "2of3findingsdidnotpass" in text
    assert text.index("Bad.") < text.index("Nobodyknows.")
    assert "Passedwell." not in text
    assert "2pointskeepitfrombeingapproved." in text


def test_the_numbers_are_those_the_policy_judged_then_those_each_analysis_leads_with():
    measure = Measure(
        analysis="performance", metric="roc_auc", aggregate="overall", value=0.7, low=0.6, high=0.8, n=500
    )
    evidence = (
        making.evidence(),
        making.evidence(
            analysis="fairness", title="Fairness",
            section=making.section(figures=(), tables=(gaps("sex", 0.11), gaps("race", 0.23), gaps("age", 0.17))),
        ),
    )  # fmt: skip
    card = making.card(evidence=evidence, findings=(making.finding(measure=measure),))
    found = [(item.name, item.slice, item.value, item.low, item.high, item.n) for item in leading(card)]
    assert found[:3] == [
        ("ROC AUC", "", 0.7, 0.6, 0.8, 500),
        ("Accuracy", "", 0.78, 0.737, 0.818, 1400),
        ("Selection rate, difference", "Gaps between groups of race; Lowest group: a; Highest group: b", 0.23, 0.18, 0.28, 900),
    ]  # fmt: skip
    assert [item[2] for item in found[3:]] == [0.17, 0.11]


def test_the_worst_cohort_is_one_that_was_confirmed():
    columns = (
        Column(name="No.", format="integer"), Column(name="Cohort"), Column(name="Verdict"),
        Column(name="n held out", format="integer"), Column(name="Error rate, held out", format="percent"),
        Column(name="Low", format="percent"), Column(name="High", format="percent"),
    )  # fmt: skip
    rows = ((1, "first", "not confirmed", 20, 0.5, 0.3, 0.7), (2, "second", "confirmed", 58, 0.43, 0.31, 0.56))
    section = making.section(figures=(), tables=(Table(title="Worst cohorts", columns=columns, rows=rows),))
    card = making.card(evidence=(making.evidence(analysis="error_analysis", section=section),), findings=())
    first = leading(card)[0]
    assert (first.value, first.n, dict(first.parts)["Cohort"]) == (0.43, 58, "second")


def test_a_measure_between_groups_names_its_feature_and_one_without_an_interval_stands_last():
    flips = Measure(
        analysis="performance", metric="flip_rate", aggregate="difference", feature=("sex",), value=0.0, low=0.0, high=0.0, n=9
    )  # fmt: skip
    card = making.card(findings=(making.finding(measure=flips, verdict="fail"),))
    first, *_, last = leading(card)
    assert first.metric == "Accuracy"
    assert (last.name, last.slice) == ("Flip rate, difference", "Groups of: sex")


def test_every_number_of_a_real_card_has_an_interval_and_an_n(real_cards):
    for card in real_cards:
        found = leading(card)
        assert len(found) == 5
        assert all(None not in {item.value, item.low, item.high, item.n} for item in found)
        assert {item.analysis for item in found} >= {"performance", "fairness"}


def test_what_nobody_has_written_is_said():
    assert said(making.card(narrative=making.narrative(""))).count("!Notwrittenyet") == 2


@pytest.mark.parametrize("text", ["A long sentence that never ends. " * 400, "x" * 10_000, "W\n" * 5000])
def test_it_never_takes_more_than_two_pages_and_marks_what_it_leaves_out(text):
    card = making.card(
        model=text,
        policy=text,
        narrative=making.narrative(text),
        details=tuple(d.model_copy(update={"name": n, "value": text}) for d in making.card().details for n in ("Owner", "Contact", "Task", "Evaluation data", "Sensitive features")),
        findings=tuple(making.finding(verdict="fail", sentence=text, rule=f"r{at}") for at in range(40)),
        waivers=tuple(making.waiver(making.finding(), owner=text) for _ in range(9)),
    )  # fmt: skip
    reader = PdfReader(io.BytesIO(render_summary(card)))
    assert len(reader.pages) <= 2
    words = squeezed("".join(page.extract_text() for page in reader.pages))
    assert "(thecardhasitwhole)" in words
    assert "And34more:seethecard." in words
    assert "And7morewaived:seethecard." in words


def test_mischief_in_any_text_is_shown_as_text():
    card, shown = making.hostile()
    text = said(card)
    assert squeezed(shown["model"][:60]) in text
    assert len(PdfReader(io.BytesIO(render_summary(card))).pages) <= 2
