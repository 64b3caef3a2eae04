"""Every page shows its question and what is stored, and has a sentence of its own where there is nothing to show."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.ui.contents import CONTENTS, Entry
from rai.analyses import ANALYSES
from rai.review import Outcome, Review
from rai.theme import write
from rai.versions import ModelVersionRef
from rai.workspace import Workspace
from tests import subjects
from tests.pages import stored
from tests.pages.conftest import FRAME, Visit, become
from tests.pages.reading import address, cells, refusals, said

EVIDENCE = [item.KEY for item in ANALYSES]
PAGES = [
    item
    for item in CONTENTS
    if item.key in EVIDENCE or item.group != "Evidence" or item.key in {"overview", "compare", "toolbox"}
]
OF_A_VERSION = [item for item in PAGES if item.key not in {"inbox", "ledger"}]


def named(page: Entry) -> str:
    return page.key


def at_version(ref: ModelVersionRef) -> dict[str, str]:
    return {"model": ref.name, "version": ref.version}


def reviewed(workspace: Workspace, ref: ModelVersionRef) -> Review:
    found = workspace.archive.review(ref)
    assert found is not None
    return found


@pytest.mark.parametrize("page", PAGES, ids=named)
@pytest.mark.parametrize("ref", [stored.CHALLENGER, stored.WAGE, stored.GRADE], ids=lambda ref: ref.name)
@pytest.mark.usefixtures("here")
def test_a_page_answers_its_question_without_a_fault(visit: Visit, page: Entry, ref: ModelVersionRef) -> None:
    at = visit(page.key, **at_version(ref))
    at.run()
    assert page.question in said(at)
    assert refusals(at) == []
    assert f"{ref.name}, version {ref.version}" == at.get_by_key("version-selector").value


def decided(uses_sex: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sex, true outcome and prediction of each made applicant."""
    frame = subjects.frame()
    predicted = subjects.model(uses_sex=uses_sex).predict(frame).labels
    return frame["sex"].to_numpy(), frame["approve"].to_numpy(), predicted


@pytest.mark.parametrize(("ref", "uses_sex"), [(stored.CHAMPION, False), (stored.CHALLENGER, True)])
@pytest.mark.usefixtures("here")
def test_the_numbers_shown_are_those_of_the_rows(visit: Visit, ref: ModelVersionRef, uses_sex: bool) -> None:
    sex, truth, predicted = decided(uses_sex)
    accuracy = write(float((truth == predicted).mean()), "percent")
    assert accuracy in cells(visit("performance", **at_version(ref)))
    women = write(float(predicted[sex == "female"].mean()), "percent")
    assert women in cells(visit("fairness", **at_version(ref)))
    base = write(float(truth[sex == "female"].mean()), "percent")
    assert base in cells(visit("data", **at_version(ref)))


@pytest.mark.usefixtures("here")
def test_the_two_versions_do_not_show_the_same_numbers(visit: Visit) -> None:
    one, two = (visit("performance", **at_version(ref)) for ref in (stored.CHAMPION, stored.CHALLENGER))
    assert cells(one) != cells(two)
    assert address(two) == {"model": "mortgage approval", "version": "2"}


@pytest.mark.parametrize("page", OF_A_VERSION, ids=named)
@pytest.mark.usefixtures("here")
def test_a_page_without_a_review_says_so_and_offers_one(visit: Visit, page: Entry) -> None:
    at = visit(page.key, **at_version(stored.WAITING))
    assert "models:/waiting/1 has no complete review yet." in said(at)
    assert refusals(at) == []
    assert at.get_by_key("start-models:/waiting/1").label == "Start the review"


@pytest.mark.parametrize("page", OF_A_VERSION, ids=named)
@pytest.mark.usefixtures("empty")
def test_a_page_of_an_empty_installation_says_how_to_begin(visit: Visit, page: Entry) -> None:
    at = visit(page.key)
    assert "No version has been submitted yet. Submit one with: rai submit models:/NAME/VERSION" in said(at)
    assert refusals(at) == []


@pytest.mark.usefixtures("empty")
def test_queue_and_ledger_of_an_empty_installation_say_that_they_are_empty(visit: Visit) -> None:
    assert "Nothing has been submitted yet." in said(visit("inbox"))
    assert "Nothing has been recorded yet." in said(visit("ledger"))


def with_outcome(workspace: Workspace, key: str, **changes: object) -> None:
    """Keep another review in which one analysis ended otherwise."""
    before = reviewed(workspace, stored.CHALLENGER)
    other = Outcome.model_validate(
        {"analysis": key, "config": {}, "cohort": "", "result": None, "seconds": 0.0, **changes}
    )
    outcomes = tuple(other if item.analysis == key else item for item in before.outcomes)
    workspace.archive.save_review(before.model_copy(update={"id": "second", "outcomes": outcomes}))


@pytest.mark.parametrize("key", EVIDENCE)
def test_a_failed_analysis_says_why_and_that_the_gate_stays_closed(own: Workspace, visit: Visit, key: str) -> None:
    with_outcome(own, key, status="failed", reason="The model stopped with *exit* 9.")
    at = visit(key, **at_version(stored.CHALLENGER))
    sentence = "This analysis failed: The model stopped with *exit* 9. The gate stays closed until a review has it."
    assert refusals(at) == [sentence]
    assert "failed. The model stopped with *exit* 9." in said(visit("overview", **at_version(stored.CHALLENGER)))


@pytest.mark.parametrize("key", EVIDENCE)
def test_an_analysis_that_is_not_applicable_says_why(own: Workspace, visit: Visit, key: str) -> None:
    with_outcome(own, key, status="not_applicable", reason="There is no score.")
    at = visit(key, **at_version(stored.CHALLENGER))
    assert "Not applicable here: There is no score." in said(at)
    assert refusals(at) == []


@pytest.mark.parametrize("page", PAGES, ids=named)
@pytest.mark.usefixtures("here")
def test_a_wrong_address_shows_nothing_of_another_version(visit: Visit, page: Entry) -> None:
    at = visit(page.key, model="mortgage approval", version="99")
    [refusal] = refusals(at)
    assert refusal == (
        "The address names models:/mortgage approval/99, which has not been submitted here. "
        "Choose a version in the sidebar."
    )
    assert len(at.title) == 0
    selector = at.get_by_key("version-selector")
    selector.select("hourly-wage, version 1").run()
    assert refusals(at) == []
    assert at.title[0].value
    assert address(at) == {"model": "hourly-wage", "version": "1"}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_nobody_sees_nothing_of_a_page(own: Workspace, page: Entry) -> None:
    own.settings.identity_file.unlink()
    at = AppTest.from_file(str(FRAME), default_timeout=30)
    at.query_params["model"] = stored.CHALLENGER.name
    at.run()
    assert [item.value for item in at.title] == ["RAI Review"]
    assert at.text[0].value.startswith("Nobody is named on this machine. Write ")
    with pytest.raises(ValueError, match="page"):
        at.switch_page(f"../{page.key}.py").run()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_somebody_without_a_role_may_look_and_start_nothing(own: Workspace, visit: Visit, page: Entry) -> None:
    become(own, stored.REVIEWER.model_copy(update={"roles": ()}))
    for ref in (stored.CHALLENGER, stored.WAITING):
        at = visit(page.key, **at_version(ref))
        assert refusals(at) == []
        offered = {button.key or button.label for button in at.button}
        assert {key for key in offered if not key.startswith(("cohort", "Download"))} == set()


def test_names_with_markup_are_shown_as_they_stand(own: Workspace, visit: Visit) -> None:
    at = visit("inbox")
    assert "by Lending *team*." in said(at)
    raw = [item.value for item in at.caption if "Lending" in item.value]
    assert all("Lending \\*team\\*" in text for text in raw)
    become(own, stored.REVIEWER.model_copy(update={"name": "[Ada](https://example.org) :red[x] <b>"}))
    at = visit("overview")
    line = next(item.value for item in at.markdown if "Ada" in item.value)
    assert "\\[Ada\\]\\(" in line
    assert "\\<b\\>" in line
    assert ":red[" not in line


def test_every_page_of_the_contents_has_its_file() -> None:
    assert [item.key for item in CONTENTS if not item.path.is_file()] == []
