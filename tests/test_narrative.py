"""The narrative: every field has a state, who wrote it stays known, and only what the policy asks for closes the gate."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rai.approval import desk
from rai.card import ModelCard
from rai.demo_words import LENDING, RISKS
from rai.errors import InputError, Refused
from rai.narrative import Entry, NarrativeField, RiskPair, checked, completeness, day_of, narrative, overdue
from rai.narrative_editing import edit_narrative, save_drafts
from rai.narrative_fields import BY_KEY, FIELDS, NARRATIVE
from rai.people import Person
from rai.policy import CardTerms, read_policy
from rai.settings import Settings
from rai.signing import standing
from rai.workspace import Workspace
from tests.pages import stored

ADA = Person(issuer="x", subject="ada", name="Ada Example", roles=("submitter",))
REF = stored.WAGE
TIME = "2026-05-04T10:00:00+00:00"


def field(key: str, **changes: object) -> NarrativeField:
    return NarrativeField(**{"key": key, "heading": "h", "prompt": "p", **changes})


# States


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, "unknown"),
        ({"text": " \n"}, "unknown"),
        ({"text": "Written."}, "filled"),
        ({"pairs": (RiskPair(risk="A risk."),)}, "filled"),
        ({"not_applicable": "There is none."}, "not_applicable"),
    ],
)
def test_a_field_is_filled_unknown_or_not_applicable(changes: dict[str, object], state: str) -> None:
    found = field("privacy", **changes)
    assert (found.state, found.filled) == (state, state == "filled")


def test_every_field_stands_in_the_card_and_only_those_asked_for_are_required() -> None:
    found = narrative({"privacy": field("privacy", text="Income.", author=ADA, written=TIME)}, required=["users"])
    assert [item.key for item in found] == [spec.key for spec in FIELDS]
    assert [item.key for item in found if item.required] == ["users"]
    (privacy,) = (item for item in found if item.key == "privacy")
    assert (privacy.heading, privacy.topic, privacy.author, privacy.written) == (
        "Privacy", "Limits and risks", ADA, TIME
    )  # fmt: skip


def test_how_much_is_written_is_counted_by_state() -> None:
    fields = [field("a", text="x"), field("b", text="y"), field("c", not_applicable="z"), field("d"), field("e")]
    assert completeness(fields) == "2 of 5 fields written, 1 not applicable, 2 unknown"
    assert completeness(fields[:2]) == "2 of 2 fields written"


def test_a_field_kept_by_an_earlier_program_is_read_and_still_asked_for() -> None:
    old = (
        b'{"key": "users", "heading": "Users", "prompt": "Who?", "text": "Officers.",'
        b' "author": {"issuer": "x", "subject": "ada", "name": "Ada", "roles": ["submitter"]},'
        b' "written": "2026-05-04T10:00:00+00:00"}'
    )
    found = NarrativeField.from_bytes(old)
    assert (found.state, found.text, found.required, found.pairs) == ("filled", "Officers.", True, ())
    assert found.entry == Entry(text="Officers.")


# Entries


@pytest.mark.parametrize(
    ("key", "entry", "sentence"),
    [
        ("energy", Entry(text="x"), "The card has no field 'energy'. Known fields: intended_use, users, "),
        ("privacy", Entry(not_applicable=" "), "marked as not applicable without a reason"),
        ("review_by", Entry(text="soon"), "written like 2027-03-31. 'soon' is not."),
        ("review_by", Entry(text="2027-02-30"), "'2027-02-30' is not."),
        ("review_by", Entry(text="20270331"), "'20270331' is not."),
        ("review_by", Entry(text="1850-01-01"), "is a day between 2000-01-01 and 2199-12-31"),
        ("users", Entry(pairs=(RiskPair(risk="a"),)), "'Users' has no pairs"),
        ("ethical_considerations", Entry(pairs=(RiskPair(risk=" ", mitigation="b"),)), "Name the risk."),
    ],
)
def test_an_entry_that_does_not_answer_is_refused(key: str, entry: Entry, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        checked(key, entry, required=False)
    assert sentence in str(caught.value)


def test_what_the_policy_asks_for_cannot_be_left_as_not_applicable() -> None:
    entry = Entry(not_applicable="There is none.")
    assert checked("privacy", entry, required=False) == entry
    with pytest.raises(InputError, match="The policy asks for 'Privacy'"):
        checked("privacy", entry, required=True)


def test_an_entry_is_kept_without_spaces_around_and_without_empty_pairs() -> None:
    pairs = (RiskPair(risk=" a ", mitigation=" b "), RiskPair(risk=" "))
    found = checked("ethical_considerations", Entry(text=" x\n", pairs=pairs), required=True)
    assert found == Entry(text="x", pairs=(RiskPair(risk="a", mitigation="b"),))
    assert checked("privacy", Entry(text="Income.", not_applicable=" No. "), required=False) == Entry(
        not_applicable="No."
    )


def test_an_entry_says_everything_as_one_text() -> None:
    pairs = (RiskPair(risk="Refusal.", mitigation="A second look."), RiskPair(risk="Habit."))
    assert Entry(text="Words.", pairs=pairs).whole == (
        "Words.\n\nRisk: Refusal. What is done about it: A second look.\n"
        "Risk: Habit. What is done about it: not written"
    )
    assert Entry(not_applicable="None.").whole == "Not applicable: None."
    assert Entry().whole == ""


def test_the_next_review_is_overdue_from_the_day_after() -> None:
    fields = [field("users", text="2026-01-01"), field("review_by", text="2026-05-04")]
    assert overdue(fields, today=date(2026, 5, 4)) is None
    assert overdue(fields, today=date(2026, 5, 5)) == date(2026, 5, 4)
    assert overdue([field("review_by", text="some day")], today=date(2026, 5, 5)) is None
    assert day_of("2028-02-29") == date(2028, 2, 29)


def test_the_table_of_fields_has_no_two_of_one_key_and_one_date() -> None:
    assert len(BY_KEY) == len(FIELDS) == 17
    assert len(NARRATIVE) == 16
    assert set(CardTerms().required) <= set(BY_KEY)


def test_what_the_demo_team_wrote_is_accepted_and_leaves_fields_unknown() -> None:
    for key, text in LENDING.items():
        assert checked(key, Entry(text=text), required=key in CardTerms().required).text == text
    assert set(BY_KEY) - set(LENDING) == {"tradeoffs", "licence"}
    assert all(risk and done for risk, done in RISKS)


# Writing


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    home = tmp_path / "home"
    found = Workspace.open(Settings.load({"RAI_HOME": str(home), "RAI_POLICIES": str(home / "policies")}))
    stored.build(found, (REF,))
    return found


def written(workspace: Workspace) -> dict[str, NarrativeField]:
    return {item.key: item for item in standing(workspace, REF).card.narrative}


def test_a_required_field_keeps_the_gate_closed_and_an_optional_one_does_not(workspace: Workspace) -> None:
    texts = dict.fromkeys(CardTerms().required, "Written.")
    edit_narrative(workspace, REF, actor=stored.SUBMITTER, texts={**texts, "users": " "}, time=TIME)
    assert standing(workspace, REF).unwritten == ("Users",)
    edit_narrative(workspace, REF, actor=stored.SUBMITTER, texts={"users": "Officers."}, time=TIME)
    found = standing(workspace, REF)
    assert found.unwritten == ()
    assert not any("in the model card" in point for point in found.points)
    assert written(workspace)["privacy"].state == "unknown"


def test_one_bad_entry_keeps_all_from_being_written(workspace: Workspace) -> None:
    rows = len(workspace.ledger.rows(REF))
    with pytest.raises(InputError, match="'some day' is not"):
        edit_narrative(
            workspace, REF, actor=stored.SUBMITTER, texts={"users": "Officers.", "review_by": "some day"}, time=TIME
        )
    assert written(workspace)["users"].state == "unknown"
    assert len(workspace.ledger.rows(REF)) == rows


def test_an_edit_is_in_the_ledger_with_the_digest_of_its_text_and_only_if_it_changes_something(
    workspace: Workspace,
) -> None:
    from hashlib import sha256

    pairs = Entry(text="x", pairs=(RiskPair(risk="a", mitigation="b"),))
    changed = {"users": "Officers.", "ethical_considerations": pairs}
    first = edit_narrative(workspace, REF, actor=stored.SUBMITTER, texts=changed, time=TIME)
    assert first == ("Users", "Ethical considerations")
    assert edit_narrative(workspace, REF, actor=stored.SUBMITTER, texts=changed, time=TIME) == ()
    kept = {
        row.fields["field"]: row.fields["text_sha256"]
        for row in workspace.ledger.rows(REF)
        if row.fields["event"] == "narrative_edited"
    }
    assert kept == {
        "users": sha256(b"Officers.").hexdigest(), "ethical_considerations": sha256(pairs.to_bytes()).hexdigest(),
    }  # fmt: skip


def test_a_file_it_was_taken_from_stays_named_until_somebody_writes_it_anew(workspace: Workspace) -> None:
    edit_narrative(
        workspace, REF, actor=stored.SUBMITTER, texts={"users": "Officers."}, time=TIME, source="Taken from a.md."
    )
    assert written(workspace)["users"].source == "Taken from a.md."
    edit_narrative(workspace, REF, actor=stored.SUBMITTER, texts={"users": "All."}, time=TIME)
    assert written(workspace)["users"].source == ""


def test_drafts_of_somebody_who_may_not_write_are_refused_and_stay(workspace: Workspace) -> None:
    from rai.drafts import Draft

    auditor = ADA.model_copy(update={"roles": ("auditor",)})
    draft = Draft(field="users", entry=Entry(text="Me."), base=Entry().digest, written=TIME)
    workspace.archive.drafts.keep(auditor, REF, draft)
    with pytest.raises(Refused, match="may not edit"):
        save_drafts(workspace, REF, actor=auditor, time=TIME)
    assert workspace.archive.drafts.of(auditor, REF) == {"users": draft}


def test_the_card_reads_back_and_a_signed_one_keeps_its_bytes(workspace: Workspace) -> None:
    entries = {
        "ethical_considerations": Entry(pairs=(RiskPair(risk="a", mitigation="b"),)),
        "privacy": Entry(not_applicable="None."), "review_by": Entry(text="2028-06-30"),
    }  # fmt: skip
    edit_narrative(workspace, REF, actor=stored.SUBMITTER, texts=entries, time=TIME)
    card = standing(workspace, REF).card
    assert ModelCard.from_bytes(card.to_bytes()) == card
    assert ModelCard.from_bytes(card.content).content_digest == card.content_digest
    assert desk.case(workspace.ledger, REF) is not None


# Policy


def policy(folder: Path, required: str) -> Path:
    text = f'title = "P"\nrequired = []\n[card]\nrequired = {required}\n[[rules]]\n'
    rule = 'id = "r"\nsentence = "S."\nanalysis = "a"\nmetric = "m"\nat_least = 0\n'
    (folder / "own.toml").write_text(text + rule)
    return folder


def test_a_policy_names_the_fields_it_asks_for(tmp_path: Path) -> None:
    assert read_policy(policy(tmp_path, '["users", "oversight"]'), "own").card.required == ("users", "oversight")


def test_a_policy_that_asks_for_an_unknown_field_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_policy(policy(tmp_path, '["users", "oversite"]'), "own")
    assert str(caught.value).startswith(
        "Policy own.toml: [card] required names no field 'oversite'. Known fields: intended_use, users, "
    )
