"""The Toolbox page: the file is made by the worker when somebody asks for it, and fetched from the store."""

from __future__ import annotations

from rai.workspace import Workspace
from tests.pages import stored
from tests.pages.conftest import Visit
from tests.pages.reading import refusals, said

ADDRESS = {"model": stored.CHALLENGER.name, "version": "2"}


def test_the_file_is_asked_for_once_and_its_making_is_shown(own: Workspace, visit: Visit) -> None:
    at = visit("toolbox", **ADDRESS)
    assert "Nobody has had the Toolbox file of this review made yet." in said(at)
    at.get_by_key(f"toolbox-{stored.CHALLENGER.uri}").click().run()
    job = own.jobs.latest(stored.CHALLENGER.uri, "toolbox")
    assert job is not None
    assert (job.state, job.by) == ("queued", "Ada Example")
    assert at.get_by_key(f"cancel-{job.id}").label == "Cancel"
    assert [button.key for button in at.button if button.key and button.key.startswith("toolbox")] == []


def test_a_failed_making_says_why_and_may_be_tried_again(own: Workspace, visit: Visit) -> None:
    own.jobs.enqueue("toolbox", stored.CHALLENGER.uri, by="Ada Example")
    job = own.jobs.take("worker")
    assert job is not None
    own.jobs.fail(job, "The Toolbox asks the model again, and only stored predictions are here.")
    at = visit("toolbox", **ADDRESS)
    assert "The Toolbox file failed: The Toolbox asks the model again" in said(at)
    assert at.get_by_key(f"toolbox-{stored.CHALLENGER.uri}").label == "Make the file"


def test_a_finished_file_is_offered_with_its_size_and_digest(own: Workspace, visit: Visit) -> None:
    review = own.archive.review(stored.CHALLENGER)
    assert review is not None
    digest = own.archive.attach(review.id, "toolbox.html", b"<!DOCTYPE html>" + b"x" * 2_499_985)
    at = visit("toolbox", **ADDRESS)
    assert "The Toolbox file of this review is ready, 2.5 MB." in said(at)
    assert digest in said(at)
    assert [item.label for item in at.get("download_button")] == ["Download toolbox.html"]
    assert refusals(at) == []
