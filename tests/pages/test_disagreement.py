"""What somebody alters in the registry after an approval is said aloud where people look."""

from __future__ import annotations

from rai.approval import desk
from rai.clock import now
from rai.publishing import publish
from rai.signing import edit_narrative
from rai.worker import work
from rai.workspace import Workspace
from tests.pages import stored
from tests.pages.conftest import Visit
from tests.pages.reading import refusals, said
from tests.publishing.kit import approve, render

REF = stored.CHALLENGER
ADDRESS = {"model": REF.name, "version": REF.version}
ALTERED = f"The file card.json beside {REF.uri} differs from the one that was approved."


def alter(workspace: Workspace) -> None:
    """Approve and publish a version, then put another card beside its model."""
    texts = {"caveats": "Text."} | dict.fromkeys(
        ("intended_use", "users", "out_of_scope", "limitations", "ethical_considerations"), "Text."
    )
    edit_narrative(workspace, REF, actor=stored.SUBMITTER, texts=texts, time=now())
    approve(workspace, REF)
    waiting = workspace.jobs.latest(REF.uri, "publish")
    assert waiting is not None
    workspace.jobs.cancel(waiting.id)
    publish(workspace, REF, render=render, time=now())
    case = desk.case(workspace.ledger, REF)
    assert case is not None
    assert case.envelope
    workspace.registry.write(REF, {f"{case.review_id}/card.json": b'{"approved": "by everybody"}'})


def test_an_altered_card_is_found_and_said_on_its_pages(fresh: Workspace, visit: Visit) -> None:
    alter(fresh)
    at = visit("ledger")
    assert "have agreed with the ledger at every look so far" in said(at)
    next(item for item in at.button if item.label == "Compare with the registry now").click().run()
    work(fresh, once=True)
    at = visit("ledger")
    assert ALTERED in said(at)
    assert "still so" in said(at)
    for page in ("card", "sign_off"):
        assert any(text.startswith(ALTERED) for text in refusals(visit(page, **ADDRESS)))


def test_another_version_has_nothing_said_about_it(fresh: Workspace, visit: Visit) -> None:
    alter(fresh)
    fresh.jobs.enqueue("look", "registry", {"deep": "yes"}, by="Ada")
    work(fresh, once=True)
    assert refusals(visit("card", model=REF.name, version=stored.CHAMPION.version)) == []
