"""The cohort builder and the review queue: both lead somewhere that can be sent to a colleague."""

from __future__ import annotations

import pytest

from pages.ui.cohort_builder import narrowed
from rai.analyses import ANALYSES
from rai.archive import CohortResult
from rai.cohorts import parse_cohort
from rai.errors import InputError
from rai.review import run_analyses
from rai.workspace import Workspace
from tests import subjects
from tests.pages import stored
from tests.pages.conftest import Visit
from tests.pages.reading import address, refusals, said

ADDRESS = {"model": stored.CHALLENGER.name, "version": "2"}


def test_a_cohort_is_built_by_picking_and_stands_in_the_address(own: Workspace, visit: Visit) -> None:
    at = visit("performance", **ADDRESS)
    at.get_by_key("cohort-column").select("sex").run()
    at.get_by_key("cohort-values-sex").set_value(["female"]).run()
    at.get_by_key("cohort-apply").click().run()
    assert address(at)["cohort"] == "sex=female"
    assert "has not been analysed in this review." in said(at)
    at.get_by_key("cohort-start").click().run()
    job = own.jobs.latest(stored.CHALLENGER.uri, "cohort", {"cohort": "sex=female"})
    assert job is not None
    assert job.state == "queued"
    at.get_by_key("cohort-clear").click().run()
    assert "cohort" not in address(at)


def test_an_analysed_cohort_shows_the_numbers_of_its_rows_alone(own: Workspace, visit: Visit) -> None:
    women = subjects.subject("binary", uses_sex=True).within(parse_cohort("sex=female"))
    outcomes, _ = run_analyses(women, ANALYSES, seed=0, progress=lambda *_: None)
    review = own.archive.review(stored.CHALLENGER)
    assert review is not None
    own.archive.save_cohort(CohortResult(review_id=review.id, cohort="sex=female", outcomes=outcomes))
    at = visit("performance", **ADDRESS, cohort="sex=female")
    count = int((subjects.frame()["sex"] == "female").sum())
    assert f"Of {count} rows" in said(at)
    assert "Only rows with sex = female." in said(at)
    assert refusals(at) == []


@pytest.mark.usefixtures("here")
def test_a_cohort_on_a_column_that_is_not_there_is_refused_in_a_sentence(visit: Visit) -> None:
    at = visit("performance", **ADDRESS, cohort="sex")
    assert len(refusals(at)) >= 1
    assert all("Traceback" not in text and "could not be shown" not in text for text in refusals(at))


@pytest.mark.parametrize(
    ("op", "values", "sentence"),
    [
        ("=", (), "Say which values of 'age' you mean."),
        (">=", ("old",), "'at least' compares numbers. Give one number for 'age'."),
        (">=", ("1", "2"), "'at least' compares numbers. Give one number for 'age'."),
        ("<", ("nan",), "'less than' compares numbers. Give one number for 'age'."),
    ],
)
def test_half_a_condition_is_refused(op: str, values: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        narrowed("", "age", op, values)  # type: ignore[arg-type]
    assert str(refusal.value) == sentence


def test_conditions_are_joined_and_signs_in_values_keep_their_meaning() -> None:
    text = narrowed("age>=25", "region", "=", ("north|east", "a;b"))
    assert [condition.values for condition in parse_cohort(text).conditions] == [("25",), ("north|east", "a;b")]


def test_the_queue_counts_what_waits_and_starts_what_has_no_review(own: Workspace, visit: Visit) -> None:
    at = visit("inbox")
    assert "4 of 5 versions wait for a decision." in said(at)
    assert "waiting, version 1" in said(at)
    assert said(at).count("Tier low: it still takes the approval of 1 reviewer.") == 4
    at.get_by_key("start-models:/waiting/1").click().run()
    job = own.jobs.latest("models:/waiting/1", "review")
    assert job is not None
    assert (job.state, job.by) == ("queued", "Ada Example")
    assert "4 of 5 versions wait for a decision; 1 under review now." in said(at)
    at.get_by_key(f"cancel-{job.id}").click().run()
    assert "The review was cancelled. Nothing was kept of it." in said(at)


def test_a_start_from_two_windows_queues_one_review(own: Workspace, visit: Visit) -> None:
    windows = [visit("overview", model="waiting", version="1") for _ in range(2)]
    for at in windows:
        at.get_by_key("start-models:/waiting/1").click().run()
        assert refusals(at) == []
    assert len([job for job in own.jobs.all() if job.key == "models:/waiting/1"]) == 1
