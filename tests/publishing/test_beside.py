"""The files beside a model are compared with those that were published: what is altered later is found and shown."""

from __future__ import annotations

from pathlib import Path

from rai.approval import desk
from rai.approval.cases import Case
from rai.beside import altered
from rai.clock import now
from rai.gating import gate
from rai.publishing import publish
from rai.reconciling import Report, reconcile
from rai.workspace import Workspace
from tests.publishing.kit import FIRST, SECOND, render


def look(workspace: Workspace, *, deep: bool = True) -> Report:
    return reconcile(workspace, render=render, time=now(), deep=deep)


def case_of(workspace: Workspace) -> Case:
    found = desk.case(workspace.ledger, FIRST)
    assert found is not None
    return found


def on_disk(workspace: Workspace, name: str) -> Path:
    (found,) = workspace.settings.home.rglob(f"rai_review/{case_of(workspace).review_id}/{name}")
    return found


def test_what_was_published_agrees(settled: Workspace) -> None:
    assert altered(settled, case_of(settled)) == ()
    assert len(settled.outbox.files(case_of(settled))) == 7


def test_a_card_altered_in_the_registry_differs_from_the_approved_one(settled: Workspace) -> None:
    path = f"{case_of(settled).review_id}/card.json"
    settled.registry.write(FIRST, {path: b'{"altered": true}'})
    (found,) = altered(settled, case_of(settled))
    assert (found.kind, found.version) == ("file", FIRST.version)
    assert found.sentence == f"The file card.json beside {FIRST.uri} differs from the one that was approved."


def test_a_file_that_was_removed_or_added_is_named(settled: Workspace) -> None:
    on_disk(settled, "card.md").unlink()
    settled.registry.write(FIRST, {f"{case_of(settled).review_id}/more.pdf": b"%PDF"})
    said = [item.sentence for item in altered(settled, case_of(settled))]
    assert said == [
        f"The file card.md beside {FIRST.uri} was removed.",
        f"The file more.pdf beside {FIRST.uri} was not put there by this program.",
    ]


def test_a_look_keeps_what_the_last_deep_look_found(settled: Workspace) -> None:
    settled.registry.write(FIRST, {f"{case_of(settled).review_id}/card.json": b"{}"})
    assert look(settled, deep=False).open == ()
    sentence = f"The file card.json beside {FIRST.uri} differs from the one that was approved."
    assert look(settled).open == (sentence,)
    assert look(settled, deep=False).open == (sentence,)
    assert [item.kind for item in settled.drifts.open()] == ["file"]


def test_publishing_again_puts_the_files_right(settled: Workspace) -> None:
    settled.registry.write(FIRST, {f"{case_of(settled).review_id}/card.json": b"{}"})
    assert look(settled).open
    publish(settled, FIRST, render=render, time=now())
    assert look(settled) == Report()
    assert [item.ending for item in settled.drifts.all()] == ["gone"]
    assert gate(settled, FIRST).open


def test_a_version_that_was_never_published_has_nothing_to_compare(settled: Workspace) -> None:
    other = desk.case(settled.ledger, SECOND)
    assert other is not None
    assert altered(settled, other) == ()
