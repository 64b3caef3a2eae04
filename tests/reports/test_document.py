"""What a card says about its approval and its parts, before it takes any form."""

from __future__ import annotations

import pytest

from rai.measures import Measure
from rai.policy import Finding
from rai.section import Column, Table
from reports.chapters import document
from reports.document import Cell, Chapter, Grid, Notice, Paragraphs
from reports.further import record_chapters
from reports.moments import moment, seconds
from reports.paragraphs import paragraphs
from reports.tables import figure_grid, grid
from reports.verdict import verdict
from tests.reports import making


def chapter(card, key) -> Chapter:
    return next(item for item in document(card).chapters if item.key == key)


def texts(found: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in found.rows]


def test_a_sign_off_on_exactly_these_bytes_is_an_approval():
    found = verdict(making.signed(making.card()))
    assert (found.tone, found.word) == ("pass", "Approved")
    assert found.sentence == "Approved by Ada Example (reviewer) on 2026-05-05 10:00 UTC, on exactly these bytes."


def test_without_a_sign_off_nothing_is_approved():
    found = verdict(making.card())
    assert (found.word, found.points) == ("Not approved", ())


@pytest.mark.parametrize("name", ["model", "dataset", "review", "policy", "environment", "card"])
def test_an_approval_of_other_bytes_is_none(name):
    card = making.card()
    digests = {**card.digests, "card": card.content_digest, name: "f" * 64}
    found = verdict(making.signed(card, digests=digests))
    assert found.word == "Not approved"
    assert found.sentence.endswith(f"what was signed is not what stands here: {name}.")


def test_an_approval_that_leaves_a_subject_out_is_none():
    card = making.card()
    assert verdict(making.signed(card, digests={"card": card.content_digest})).word == "Not approved"


def test_an_approval_in_spite_of_an_open_point_is_none():
    card = making.signed(making.card(findings=(making.finding(verdict="fail"),)))
    found = verdict(card)
    assert (found.word, found.points) == ("Not approved", ("Finding 'accurate' (fail): It is accurate.",))


def test_an_unwritten_field_keeps_it_from_approval():
    card = making.card()
    fields = (card.narrative[0].model_copy(update={"text": "  \n"}), *card.narrative[1:])
    card = making.signed(card.model_copy(update={"narrative": fields}))
    assert verdict(card).points == ("Nobody has written 'Intended use' in the model card.",)
    assert verdict(card).word == "Not approved"


def test_a_waived_finding_does_not_stand_in_the_way_and_is_said_beside_the_verdict():
    bad = making.finding(verdict="fail")
    card = making.signed(making.card(findings=(bad,), waivers=(making.waiver(bad),)))
    found = verdict(card)
    assert (found.word, found.points) == ("Approved", ())
    assert found.waivers == (
        "Finding 'accurate' (fail) is waived until 2026-06-01 12:00 UTC; Head of Lending answers for it.",
    )
    table = next(b for b in chapter(card, "summary").blocks if isinstance(b, Grid) and b.title == "What must pass")
    assert texts(table)[0][:2] == ["fail", "It is accurate. Waived until 2026-06-01 12:00 UTC."]


@pytest.mark.parametrize(
    "changes",
    [
        {"until": "2026-05-05T09:59:59+00:00"},  # over before the decision at 10:00
        {"until": "for ever"},
        {"finding": "f" * 64},
    ],
)
def test_a_waiver_that_was_over_or_is_about_another_finding_counts_for_nothing(changes):
    bad = making.finding(verdict="fail")
    found = verdict(making.signed(making.card(findings=(bad,), waivers=(making.waiver(bad, **changes),))))
    assert found.word == "Not approved"
    assert found.points == ("Finding 'accurate' (fail): It is accurate.",)


def test_a_missing_analysis_cannot_be_waived():
    bad = making.finding(verdict="not evaluated", rule="required: fairness", measure=None)
    assert verdict(making.signed(making.card(findings=(bad,), waivers=(making.waiver(bad),)))).word == "Not approved"


def test_one_of_two_approvals_is_none_and_both_are_named():
    card = making.signed(making.card(stand=making.stand("in_review", missing=("1 independent approver",))))
    found = verdict(card)
    assert (found.tone, found.word) == ("none", "Not approved")
    assert found.sentence.endswith("Where it stands. Still missing: 1 independent approver.")
    two = making.signed(card, person=making.BEN, role="independent").model_copy(
        update={"stand": making.stand("approved")}
    )
    assert verdict(two).word == "Approved"
    assert "by Ada Example (reviewer) on 2026-05-05 10:00 UTC and by Ben Example (independent)" in verdict(two).sentence


@pytest.mark.parametrize("state", ["expired", "revoked", "stale", "superseded", "withdrawn"])
def test_an_approval_that_had_ended_when_the_card_was_written_is_none(state):
    assert verdict(making.signed(making.card(stand=making.stand(state)))).word == "Not approved"


def test_an_exception_is_no_approval_and_takes_two_people_on_these_bytes():
    card = making.card(findings=(making.finding(verdict="fail"),))

    def excepted(*people, **changes):
        signed = tuple(making.holder(card, person, **changes) for person in people)
        return verdict(card.model_copy(update={"stand": making.stand("exception", exception=signed)}))

    both = excepted(making.ADA, making.BEN)
    assert (both.tone, both.word) == ("unsure", "Not approved, used by exception")
    assert both.sentence == (
        "Ada Example and Ben Example let it be used until 2026-05-19 10:00 UTC, ticket T-1: Flood relief."
    )
    assert both.points == ("Finding 'accurate' (fail): It is accurate.",)
    assert excepted(making.ADA, making.ADA).word == "Not approved"
    other = excepted(making.ADA, making.BEN, digests={**card.digests, "card": "f" * 64})
    assert (other.tone, other.word) == ("fail", "Not approved")
    assert "other bytes than stand here: card" in other.sentence


def test_the_last_decision_counts():
    card = making.signed(making.signed(making.card()), decision="reject")
    assert (verdict(card).tone, verdict(card).word) == ("fail", "Rejected")
    again = making.signed(making.signed(making.card()), decision="request changes")
    assert (verdict(again).tone, verdict(again).word) == ("unsure", "Changes requested")


def test_an_unwritten_field_says_so_and_a_written_one_who_wrote_it():
    fields = (making.narrative()[0], making.narrative("")[1])
    blocks = chapter(making.card(narrative=fields), "narrative").blocks
    assert Paragraphs(("Written.",)) in blocks
    assert Paragraphs(("Written by Ada Example, 2026-05-04 10:00 UTC.",), "quiet") in blocks
    assert [block.word for block in blocks if isinstance(block, Notice)] == ["Not written yet"]


def test_each_field_stands_in_its_group_with_its_state_and_how_much_is_written():
    blocks = chapter(making.card(narrative=making.of_every_state()), "narrative").blocks
    assert blocks[0] == Paragraphs(("Of the whole narrative: 15 of 17 fields written, 1 not applicable, 1 unknown.",))
    assert [block.texts[0] for block in blocks if isinstance(block, Paragraphs) and block.look == "lead"] == [
        "Use: 4 of 4 fields written",
        "Data and measures: 3 of 3 fields written",
        "Limits and risks: 3 of 5 fields written, 1 not applicable, 1 unknown",
        "Operation: 5 of 5 fields written",
    ]
    assert [(b.word, b.text) for b in blocks if isinstance(b, Notice)] == [
        ("Unknown", "Nobody has written this; the policy does not ask for it."),
        ("Not applicable", "No personal data are in it."),
    ]
    (pairs,) = (block for block in blocks if isinstance(block, Grid))
    assert pairs.heads == ("Risk", "What is done about it")
    assert texts(pairs) == [["A wrong refusal.", "A second look."], ["Habit.", "not written"]]
    quiet = [block.texts[0] for block in blocks if isinstance(block, Paragraphs) and block.look == "quiet"]
    assert "Written by Ada Example, 2026-05-04 10:00 UTC. Taken from README.md." in quiet


def test_what_the_policy_asks_for_is_not_done_with_by_saying_that_it_does_not_apply():
    field = making.told("privacy", text="", not_applicable="We have none.", required=True)
    card = making.card(narrative=(field,))
    assert verdict(card).points == ("Nobody has written 'Privacy' in the model card.",)
    words = [block.word for block in chapter(card, "narrative").blocks if isinstance(block, Notice)]
    assert words == ["Not applicable", "Not written yet"]


def test_an_optional_field_nobody_has_written_keeps_nothing_from_approval():
    card = making.card(narrative=(making.told("tradeoffs", text=""),))
    assert verdict(card).points == ()


@pytest.mark.parametrize(
    ("status", "reason", "tone", "word"),
    [
        ("failed", "It stopped.", "fail", "Failed"),
        ("not_applicable", "There is no model.", "none", "Not applicable"),
        ("computed", "", "fail", "Missing"),
        ("something new", "", "unsure", "Something new"),
    ],
)
def test_an_analysis_without_a_section_says_why(status, reason, tone, word):
    card = making.card(evidence=(making.evidence(status=status, reason=reason, section=None),))
    assert chapter(card, "evidence-1").blocks == (Notice(tone, word, reason or "No reason was recorded."),)


def test_a_finding_shows_verdict_value_bound_and_n():
    blocks = chapter(making.card(), "summary").blocks
    table = next(block for block in blocks if isinstance(block, Grid) and block.title == "What must pass")
    assert table.rows == (
        (Cell("pass", "pass"), Cell("It is accurate."), Cell("78.0 % (73.7 to 81.8)"), Cell("70.0 %"), Cell("1,400")),
    )


def test_findings_that_keep_the_gate_closed_come_first():
    verdicts: list[Finding] = [
        making.finding(verdict=word) for word in ("pass", "not enough evidence", "fail", "not evaluated")
    ]
    blocks = chapter(making.card(findings=tuple(verdicts)), "summary").blocks
    table = next(block for block in blocks if isinstance(block, Grid) and block.title == "What must pass")
    assert [row[0].text for row in table.rows] == ["fail", "not evaluated", "not enough evidence", "pass"]


def test_what_was_signed_stands_beside_what_is_here():
    card = making.card()
    found = making.signed(card, digests={**card.digests, "model": "f" * 64, "card": card.content_digest})
    table = next(block for block in chapter(found, "sign-offs").blocks if isinstance(block, Grid) and block.title)
    said = {row[0].text: row[2].text for row in table.rows}
    assert said == {
        "model": "differs",
        **dict.fromkeys(("dataset", "review", "policy", "environment", "card"), "the same"),
    }


def test_an_interval_stands_in_one_column_with_its_value():
    columns = (
        Column(name="Gap", format="points"),
        Column(name="Gap, low", format="points"),
        Column(name="Gap, high", format="points"),
    )
    found = grid(Table(title="", columns=columns, rows=((0.264, 0.169, 0.353), (0.1, None, None), (None, None, None))))
    assert found.heads == ("Gap (low\u00a0to\u00a0high)",)
    assert texts(found) == [["+26.4 pp (+16.9 to +35.3)"], ["+10.0 pp"], ["–"]]


def test_an_interval_with_one_end_stays_in_three_columns():
    columns = (
        Column(name="Value", format="number"),
        Column(name="Low", format="number"),
        Column(name="High", format="number"),
    )
    assert texts(grid(Table(title="", columns=columns, rows=((0.5, None, 0.9),)))) == [["0.500", "–", "0.900"]]


def test_a_column_without_a_word_is_left_out_and_one_of_absent_values_is_not():
    columns = (Column(name="Group"), Column(name="Note"), Column(name="Value", format="number"))
    found = grid(Table(title="", columns=columns, rows=(("women", "", None), ("men", "", None))))
    assert (found.heads, texts(found)) == (("Group", "Value"), [["women", "–"], ["men", "–"]])


def test_the_table_of_a_figure_holds_each_of_its_numbers():
    found = figure_grid(making.figure("interval"))
    assert texts(found)[0] == ["women", "10.0 % (5.0 to 15.0)", "1,000", ""]
    assert texts(found)[-1] == ["nobody", "–", "7", "Not judged: 7 rows."]


def test_a_field_no_chapter_knows_is_set_in_a_chapter_of_its_own():
    (found,) = record_chapters(
        {"risk_rating": "high", "people": (making.ADA, making.ADA), "empty": (), "later": making.section()}
    )
    assert [block.text for block in found.blocks if hasattr(block, "text")][:3] == ["Risk rating", "People", "Later"]
    assert Paragraphs(("high",)) in found.blocks
    table = next(block for block in found.blocks if isinstance(block, Grid) and "Issuer" in block.heads)
    assert texts(table)[0] == ["https://login.example.org", "ada", "Ada Example", "reviewer"]


@pytest.mark.parametrize(
    ("metric", "aggregate", "value", "written"),
    [
        ("accuracy", "overall", 0.25, "25.0 %"),
        ("selection_rate", "difference", 0.25, "+25.0 pp"),
        ("equal_opportunity_difference", "difference", 0.25, "+25.0 pp"),
        ("selection_rate", "ratio", 0.25, "0.250"),
        ("roc_auc", "difference", 0.25, "0.250"),
    ],
)
def test_a_measure_is_written_as_its_kind_of_number(metric, aggregate, value, written):
    measure = Measure(analysis="fairness", metric=metric, aggregate=aggregate, value=value, n=9)
    table = next(
        b
        for b in chapter(making.card(findings=(making.finding(measure=measure),)), "summary").blocks
        if isinstance(b, Grid)
    )
    assert texts(table)[0][2] == written


def test_times_are_read_in_any_zone_and_shown_in_one():
    assert moment("2026-05-05T10:00:00+02:00") == "2026-05-05 08:00 UTC"
    assert moment("yesterday") == "yesterday"
    assert (seconds("1970-01-02T00:00:00+00:00"), seconds("yesterday"), seconds("0001-01-01T00:00:00")) == (86400, 0, 0)


def test_an_empty_line_parts_paragraphs():
    assert paragraphs("a\nb\r\n\r\n\n c \n") == ("a\nb", " c")


def test_the_checkpoint_of_a_decision_stands_among_the_digests():
    def last(**more):
        card = making.card().model_copy(update={"stand": making.stand("approved", **more)})
        return texts(chapter(card, "digests").blocks[-1])

    assert last()[0][0] == "Review"
    assert last(ledger_row=1204, ledger_head="a" * 64) == [
        ["ledger row of the decision", "1,204"],
        ["hash of that row", "a" * 64],
        ["attestation", "not signed yet"],
    ]
    assert last(ledger_row=1204, ledger_head="a" * 64, attestation="b" * 64)[-1] == ["attestation", "b" * 64]
