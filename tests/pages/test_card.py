"""The card page: people write it field by field, nobody's text is overwritten unseen, and no draft is lost."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import paper
from rai.approval import desk
from rai.card import NARRATIVE
from rai.people import Person
from rai.signing import edit_narrative, standing
from rai.workspace import Workspace
from tests.pages import stored
from tests.pages.conftest import Visit, become
from tests.pages.reading import refusals, said

REF = stored.CHALLENGER
ADDRESS = {"model": REF.name, "version": REF.version}
WRITER = Person(issuer="local", subject="wim", name="Wim Writer", roles=("submitter",))
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
    assert said(form).count("? not written") == len(NARRATIVE)
    assert "0 of 6 fields are written by people" in said(form)


def test_what_is_saved_carries_its_writer_and_its_time(own: Workspace, form: AppTest) -> None:
    field(form, "intended_use").input("  Decides on *mortgages*. ")
    save(form)
    assert refusals(form) == []
    assert "Saved: 'Intended use'." in said(form)
    kept = own.archive.narrative(REF)["intended_use"]
    assert (kept.text, kept.author) == ("Decides on *mortgages*.", WRITER)
    assert "Wim Writer, " in said(form)
    assert said(form).count("? not written") == len(NARRATIVE) - 1
    assert "1 of 6 fields are written by people" in said(form)


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
