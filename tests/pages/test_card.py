"""The card page: people write it field by field, nobody's text is overwritten unseen, and no draft is lost."""

from __future__ import annotations

import json
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import changed_words, paper, words
from rai.approval import desk
from rai.card import NARRATIVE
from rai.narrative import Entry, RiskPair
from rai.narrative_fields import FIELDS
from rai.people import Person
from rai.policy import CardTerms
from rai.signing import edit_narrative, standing
from rai.versions import ModelVersionRef
from rai.word_difference import Change
from rai.workspace import Workspace
from tests.pages import stored
from tests.pages.conftest import Visit, become
from tests.pages.reading import refusals, said

REF = stored.CHALLENGER
ADDRESS = {"model": REF.name, "version": REF.version}
WRITER = Person(issuer="local", subject="wim", name="Wim Writer", roles=("submitter",))
ASKED = CardTerms().required
OTHER = Person(issuer="local", subject="ona", name="Ona Other", roles=("submitter",))


@pytest.fixture
def form(own: Workspace, visit: Visit) -> AppTest:
    """The form as a writer sees it, with nothing written yet."""
    become(own, WRITER)
    return visit("card", **ADDRESS)


def field(at: AppTest, key: str):
    return at.get_by_key(f"draft-{REF.uri}-{key}")


def save(at: AppTest) -> AppTest:
    return next(item for item in at.button if item.label == "Save what I wrote").click().run()


def texts(workspace: Workspace) -> dict[str, str]:
    return {key: item.text for key, item in workspace.archive.narrative(REF).items()}


def test_each_field_has_its_question_and_says_that_nobody_has_written_it(form: AppTest) -> None:
    assert [area.placeholder for area in form.text_area] == [prompt for *_, prompt in NARRATIVE]
    assert [item.label for item in form.date_input] == ["Review again by"]
    assert [item.value for item in form.subheader][:4] == [
        "Use", "Data and measures", "Limits and risks", "Operation"
    ]  # fmt: skip
    assert said(form).count("? not written") == len(ASKED)
    assert said(form).count("– unknown") == len(FIELDS) - len(ASKED)
    assert "0 of 17 fields written, 17 unknown; the evidence is filled in" in said(form)
    assert (
        "The policy asks for fields that nobody has written: 'Intended use', 'Users', 'Out-of-scope use', "
        "'Limitations', 'Ethical considerations', 'Caveats and recommendations'."
    ) in said(form)


def test_what_is_saved_carries_its_writer_and_its_time(own: Workspace, form: AppTest) -> None:
    field(form, "intended_use").input("  Decides on *mortgages*. ")
    save(form)
    assert refusals(form) == []
    assert "Saved: 'Intended use'." in said(form)
    kept = own.archive.narrative(REF)["intended_use"]
    assert (kept.text, kept.author) == ("Decides on *mortgages*.", WRITER)
    assert "Wim Writer, " in said(form)
    assert said(form).count("? not written") == len(ASKED) - 1
    assert "1 of 17 fields written, 16 unknown" in said(form)


def test_saving_without_a_change_writes_nothing(own: Workspace, form: AppTest) -> None:
    save(form)
    assert "Nothing was changed." in said(form)
    assert texts(own) == {}


def test_a_field_somebody_else_wrote_meanwhile_is_not_overwritten(own: Workspace, form: AppTest) -> None:
    edit_narrative(own, REF, actor=OTHER, texts={"users": "Loan officers."}, time=stored.TIME)
    field(form, "users").input("Branch staff.")
    field(form, "caveats").input("Watch the drift.")
    save(form)
    [refusal] = refusals(form)
    assert refusal == (
        "Ona Other wrote 'Users' after this form was drawn, so nothing was saved. Your draft is kept and the other text "
        "stands below it. Bring the two together and save again."
    )
    assert texts(own) == {"users": "Loan officers."}
    assert field(form, "users").value == "Branch staff."
    assert field(form, "caveats").value == "Watch the drift."
    assert "Loan officers." in said(form)
    field(form, "users").input("Loan officers and branch staff.")
    save(form)
    assert refusals(form) == []
    assert texts(own) == {"users": "Loan officers and branch staff.", "caveats": "Watch the drift."}


def test_a_field_i_did_not_touch_keeps_what_somebody_else_wrote(own: Workspace, form: AppTest) -> None:
    edit_narrative(own, REF, actor=OTHER, texts={"users": "Loan officers."}, time=stored.TIME)
    field(form, "caveats").input("Watch the drift.")
    save(form)
    assert refusals(form) == []
    assert texts(own) == {"users": "Loan officers.", "caveats": "Watch the drift."}
    assert field(form, "users").value == "Loan officers."


def test_a_refused_draft_is_still_there_also_after_a_look_at_another_page(own: Workspace, form: AppTest) -> None:
    become(own, WRITER.model_copy(update={"roles": ("auditor",)}))
    field(form, "limitations").input("Wrong for the self-employed.")
    save(form)
    assert refusals(form) == ["Wim Writer may not edit: only the reviewer or submitter may."]
    assert texts(own) == {}
    become(own, WRITER)
    form.switch_page("../data.py").run()
    form.switch_page("../card.py").run()
    assert field(form, "limitations").value == "Wrong for the self-employed."
    save(form)
    assert texts(own) == {"limitations": "Wrong for the self-employed."}


def test_a_reviewer_is_asked_before_they_give_up_their_vote(own: Workspace, visit: Visit) -> None:
    at = visit("card", **ADDRESS)
    assert "Whoever writes in this card has a hand in the version and cannot sign for it afterwards." in said(at)
    assert len(at.text_area) == 0
    at.checkbox[0].check().run()
    assert len(at.text_area) == len(NARRATIVE)
    field(at, "users").input("Loan officers.")
    save(at)
    assert texts(own) == {"users": "Loan officers."}
    case = desk.case(own.ledger, REF)
    assert case is not None
    assert case.touched_by(stored.REVIEWER)


def test_an_auditor_reads_and_does_not_write(own: Workspace, visit: Visit) -> None:
    edit_narrative(own, REF, actor=OTHER, texts={"users": "Loan officers."}, time=stored.TIME)
    become(own, WRITER.model_copy(update={"roles": ("auditor",)}))
    at = visit("card", **ADDRESS)
    assert len(at.text_area) == 0
    assert "Wim Writer may not edit: only the reviewer or submitter may." in said(at)
    assert "Loan officers." in said(at)
    assert "Ona Other, 4 May 2026, 09:30 UTC" in said(at)


def test_writing_in_an_approved_card_is_warned_of(own: Workspace, visit: Visit) -> None:
    edit_narrative(own, REF, actor=OTHER, texts={key: "Text." for key, *_ in NARRATIVE}, time=stored.TIME)
    seen = standing(own, REF)
    desk.sign_off(
        own.ledger, REF, actor=stored.REVIEWER, decision="approve", rationale="Good enough for this use.",
        seen_etag=seen.etag, live=seen.digests, findings=seen.findings, unwritten=(), time=stored.TIME, idem="one",
    )  # fmt: skip
    become(own, WRITER)
    at = visit("card", **ADDRESS)
    assert "This version is approved. A change in its card makes the approval stale." in said(at)
    field(at, "users").input("Somebody else.")
    save(at)
    case = desk.case(own.ledger, REF)
    assert case is not None
    assert case.state == "stale"


# Drafts


def again(visit: Visit) -> AppTest:
    """The page in another session, as after a reload or a restart of the app."""
    return visit("card", **ADDRESS)


def press(at: AppTest, label: str) -> AppTest:
    return next(item for item in at.button if item.label == label).click().run()


def part(at: AppTest, key: str, name: str):
    return at.get_by_key(f"{name}-{REF.uri}-{key}")


def test_a_draft_survives_a_new_session_and_says_since_when_it_is_kept(
    own: Workspace, form: AppTest, visit: Visit
) -> None:
    field(form, "users").input("Loan officers, I think.").run()
    assert texts(own) == {}
    at = again(visit)
    assert field(at, "users").value == "Loan officers, I think."
    kept = own.archive.drafts.of(WRITER, REF)["users"]
    assert f"? your draft, kept {words.moment(kept.written)}, not saved" in said(at)
    assert "Drafts of yours that are not saved: 'Users'." in said(at)
    field(at, "intended_use").input("Mortgages.")
    save(at)
    assert "Saved: 'Intended use', 'Users'." in said(at)
    assert texts(own) == {"users": "Loan officers, I think.", "intended_use": "Mortgages."}
    assert own.archive.drafts.of(WRITER, REF) == {}
    assert "your draft" not in said(at)


def test_a_draft_is_shown_to_nobody_but_its_writer(own: Workspace, form: AppTest, visit: Visit) -> None:
    field(form, "users").input("A secret thought.").run()
    become(own, OTHER)
    at = again(visit)
    assert field(at, "users").value == ""
    assert "secret" not in said(at)
    form.run()
    assert field(form, "users").value == ""
    become(own, WRITER)
    assert field(again(visit), "users").value == "A secret thought."


def test_drafts_can_be_thrown_away(own: Workspace, form: AppTest, visit: Visit) -> None:
    edit_narrative(own, REF, actor=OTHER, texts={"users": "Loan officers."}, time=stored.TIME)
    form.run()
    field(form, "users").input("Nobody.").run()
    part(form, "review_by", "day").set_value(date(2027, 3, 31)).run()
    press(form, "Throw my drafts away")
    assert "Your drafts are thrown away." in said(form)
    assert field(form, "users").value == "Loan officers."
    assert part(form, "review_by", "day").value is None
    assert own.archive.drafts.of(WRITER, REF) == {}
    assert field(again(visit), "users").value == "Loan officers."


def test_a_text_written_back_as_it_was_is_no_draft(own: Workspace, form: AppTest) -> None:
    edit_narrative(own, REF, actor=OTHER, texts={"users": "Loan officers."}, time=stored.TIME)
    form.run()
    field(form, "users").input("Nobody.").run()
    assert set(own.archive.drafts.of(WRITER, REF)) == {"users"}
    assert "Somebody else" not in said(form)
    assert "Loan officers." in said(form)
    field(form, "users").input("Loan officers.").run()
    assert own.archive.drafts.of(WRITER, REF) == {}


def test_a_draft_of_yesterday_does_not_overwrite_what_was_written_since(
    own: Workspace, form: AppTest, visit: Visit
) -> None:
    field(form, "users").input("Branch staff.").run()
    edit_narrative(own, REF, actor=OTHER, texts={"users": "Loan officers."}, time=stored.TIME)
    at = again(visit)
    assert field(at, "users").value == "Branch staff."
    assert "Somebody else has written this since you began. Saving replaces it with your draft." in said(at)
    assert "Loan officers." in said(at)
    save(at)
    assert [text.partition(" after ")[0] for text in refusals(at)] == ["Ona Other wrote 'Users'"]
    assert texts(own) == {"users": "Loan officers."}
    at = again(visit)
    assert "Somebody else has written this since you began." in said(at)
    save(at)
    assert texts(own) == {"users": "Branch staff."}


def test_what_was_typed_while_nobody_was_signed_in_is_kept_for_its_writer(own: Workspace, form: AppTest) -> None:
    file = own.settings.identity_file
    known = file.read_text()
    file.unlink()
    field(form, "users").input("Loan officers.").run()
    assert own.archive.drafts.of(WRITER, REF) == {}
    file.write_text(known)
    form.run()
    assert field(form, "users").value == "Loan officers."
    assert set(own.archive.drafts.of(WRITER, REF)) == {"users"}


# Fields of other kinds


def test_a_field_that_does_not_apply_has_its_reason(own: Workspace, form: AppTest, visit: Visit) -> None:
    boxes = {item.label for item in form.checkbox}
    assert "Privacy: does not apply" in boxes
    assert "Users: does not apply" not in boxes
    part(form, "privacy", "none").check().run()
    assert "privacy" not in {area.key.rpartition("-")[2] for area in form.text_area}
    save(form)
    assert refusals(form) == ["'Privacy' is marked as not applicable without a reason. Say why it does not apply."]
    at = again(visit)
    assert part(at, "privacy", "why").label == "Privacy does not apply, because"
    part(at, "privacy", "why").input("No data about persons are in it.").run()
    save(at)
    assert own.archive.narrative(REF)["privacy"].entry == Entry(not_applicable="No data about persons are in it.")
    assert "0 of 17 fields written, 1 not applicable, 16 unknown" in said(at)
    part(at, "privacy", "none").uncheck().run()
    field(at, "privacy").input("Income and debts.").run()
    save(at)
    assert own.archive.narrative(REF)["privacy"].entry == Entry(text="Income and debts.")


def test_the_text_comes_back_when_the_box_is_unchecked_again(form: AppTest) -> None:
    field(form, "privacy").input("Income and debts.").run()
    part(form, "privacy", "none").check().run()
    part(form, "privacy", "none").uncheck().run()
    assert field(form, "privacy").value == "Income and debts."


def edited(at: AppTest, **edits: object) -> AppTest:
    """The table of risks after edits, as the browser sends them."""
    (table,) = at.data_editor
    at.session_state[table.key] = {"edited_rows": {}, "added_rows": [], "deleted_rows": [], **edits}
    return at.run()


def test_risks_are_written_in_pairs_and_rows_can_be_changed_and_taken_away(
    own: Workspace, form: AppTest, visit: Visit
) -> None:
    both = {"Risk": "A wrong refusal.", "What is done about it": "A second look."}
    edited(form, added_rows=[both, {"Risk": "Habit."}, {}])
    refusal, habit = RiskPair(risk="A wrong refusal.", mitigation="A second look."), RiskPair(risk="Habit.")
    assert own.archive.drafts.of(WRITER, REF)["ethical_considerations"].entry.pairs == (refusal, habit)
    at = again(visit)
    assert at.data_editor[0].value.to_numpy().tolist() == [["A wrong refusal.", "A second look."], ["Habit.", ""]]
    save(at)
    assert own.archive.narrative(REF)["ethical_considerations"].pairs == (refusal, habit)
    edited(at, edited_rows={"1": {"What is done about it": "Training."}}, deleted_rows=[0])
    save(at)
    kept = own.archive.narrative(REF)["ethical_considerations"]
    assert (kept.pairs, kept.text) == ((RiskPair(risk="Habit.", mitigation="Training."),), "")
    assert again(visit).data_editor[0].value.to_numpy().tolist() == [["Habit.", "Training."]]


def test_a_measure_without_its_risk_is_refused_and_kept_as_a_draft(own: Workspace, form: AppTest) -> None:
    edited(form, added_rows=[{"What is done about it": "A second look."}])
    save(form)
    assert refusals(form) == [
        "'Ethical considerations': a row says what is done, but not about which risk. Name the risk."
    ]
    assert texts(own) == {}
    assert set(own.archive.drafts.of(WRITER, REF)) == {"ethical_considerations"}


def test_the_day_of_the_next_review_is_a_day_and_a_past_one_is_remarked(own: Workspace, form: AppTest) -> None:
    part(form, "review_by", "day").set_value(date(2099, 3, 31)).run()
    save(form)
    assert texts(own) == {"review_by": "2099-03-31"}
    assert "that day is over" not in said(form)
    part(form, "review_by", "day").set_value(date(2026, 1, 31)).run()
    save(form)
    assert "It was to be reviewed again by 31 January 2026, and that day is over." in said(form)
    part(form, "review_by", "day").set_value(None).run()
    save(form)
    assert texts(own) == {"review_by": ""}


# History and difference


def test_every_edit_is_in_the_history_with_the_words_that_changed(own: Workspace, form: AppTest) -> None:
    edit_narrative(own, REF, actor=OTHER, texts={"users": "Loan officers decide."}, time=stored.TIME)
    edit_narrative(own, REF, actor=WRITER, texts={"users": "Branch officers decide."}, time=stored.TIME)
    form.run()
    assert [item.label for item in form.expander if "History" in item.label] == ["History: 2 edits"]
    text = said(form)
    assert "**Users**, Wim Writer, 4 May 2026, 09:30 UTC" in text
    assert ":red[[− removed: Loan]]  :green[[+ added: Branch]]  officers decide." in text
    assert ":green[[+ added: Loan officers decide.]]" in text


def test_words_that_changed_are_shown_as_they_stand_and_never_as_markup() -> None:
    text = changed_words.marked(
        (Change("removed", "[a](https://example.org) ![i](//e)"), Change("added", ":red[b]\n# c"))
    )
    assert "](" not in text.replace("\\", "\x00")
    assert text.count("\n") == 0
    assert (text.count(":red["), text.count(":green[")) == (1, 1)


def test_without_an_earlier_approval_there_is_nothing_to_compare_with(form: AppTest) -> None:
    assert "No version of this model has been approved before, so there is nothing to compare with." in said(form)


def approve(workspace: Workspace, ref: ModelVersionRef, written: str) -> None:
    """Let the card of a version be written and approved, with the card kept as signing keeps it."""
    edit_narrative(workspace, ref, actor=OTHER, texts=dict.fromkeys(ASKED, written), time=stored.TIME)
    seen = standing(workspace, ref)
    workspace.store.put(seen.card.content)
    desk.sign_off(
        workspace.ledger, ref, actor=stored.REVIEWER, decision="approve", rationale="Good enough for this use.",
        seen_etag=seen.etag, live=seen.digests, findings=seen.findings, unwritten=(), time=stored.TIME, idem=ref.uri,
    )  # fmt: skip


def test_what_changed_since_another_version_was_approved(own: Workspace, visit: Visit) -> None:
    approve(own, stored.CHAMPION, "Written for the first.")
    edit_narrative(own, REF, actor=OTHER, texts={"users": "Written for the second."}, time=stored.TIME)
    at = visit("card", **ADDRESS)
    text = said(at)
    assert "What changed since version 1 was approved" in text
    assert "Approved on 4 May 2026, 09:30 UTC by Ada Example; compared with the card that was signed." in text
    assert "**Users**: ± changed" in text
    assert "Written for the  :red[[− removed: first]]  :green[[+ added: second]] ." in text
    assert "**Limitations**: − removed" in text
    assert any(item.label.startswith("Facts that differ: ") for item in at.expander)


def test_the_card_that_was_approved_is_named_as_such_until_it_changes(own: Workspace, visit: Visit) -> None:
    approve(own, REF, "Written.")
    text = said(visit("card", **ADDRESS))
    assert "What changed since this version was approved" in text
    assert "Nothing: this is the card that was approved, byte by byte." in text
    edit_narrative(own, REF, actor=OTHER, texts={"privacy": "Income."}, time=stored.TIME)
    assert "**Privacy**: + added" in said(visit("card", **ADDRESS))


def test_a_card_that_was_approved_and_is_gone_is_named_as_gone(own: Workspace, visit: Visit) -> None:
    approve(own, stored.CHAMPION, "Written.")
    digest = standing(own, stored.CHAMPION).digests["card"]
    for path in own.settings.store.rglob(f"*{digest[4:]}*"):
        path.chmod(0o600)
        path.unlink()
    text = said(visit("card", **ADDRESS))
    assert "The card of version 1 that was approved last is not kept here any more" in text


# Forms


def test_the_card_is_offered_in_four_forms(here: Workspace, visit: Visit) -> None:
    at = visit("card", **ADDRESS)
    labels = [item.label for item in at.get("download_button")]
    assert labels == [
        "Download card.pdf",
        "Download card-summary.pdf",
        "Download card.html",
        "Download card.md",
        "Download card.json",
    ]
    card = standing(here, REF).card
    assert card.content_digest in said(at)
    data = json.loads(paper._rendered(card, "card.json"))
    assert (data["model"], data["version"]) == (REF.name, REF.version)


def test_every_form_of_the_card_is_rendered(here: Workspace) -> None:
    card = standing(here, REF).card
    begins = {"card.pdf": b"%PDF-", "card-summary.pdf": b"%PDF-", "card.html": b"<!", "card.md": b"", "card.json": b"{"}
    for name, first in begins.items():
        data = paper._rendered(card, name)
        assert data.startswith(first)
        assert len(data) > 1000


@pytest.mark.usefixtures("here")
def test_the_pages_are_shown_when_asked_for(visit: Visit) -> None:
    at = visit("card", **ADDRESS)
    at.toggle[0].set_value(True).run()
    assert refusals(at) == []
