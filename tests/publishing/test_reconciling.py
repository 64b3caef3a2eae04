"""The registry is made to repeat the ledger: what broke off is finished, what changed is recorded, forgeries are shown."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from rai.approval import desk
from rai.approval.ledger import Ledger, LedgerBroken
from rai.cli import main
from rai.clock import now
from rai.digests import tree_digest
from rai.errors import Refused
from rai.gating import gate
from rai.looking import Look
from rai.publishing import publish, unfinished
from rai.reconciling import Report, reconcile
from rai.registry import Registry, connect
from rai.registry_client import RegistrySilent
from rai.signing import edit_narrative
from rai.status_file import renew_status_list
from rai.workspace import Workspace
from tests.publishing import kit
from tests.publishing.kit import FIRST, REVIEWER, SECOND, SUBMITTER, approve, events, render, tags


def again(workspace: Workspace, *, deep: bool = False, when: str = "") -> Report:
    return reconcile(workspace, render=render, time=when or now(), deep=deep)


def with_restore(workspace: Workspace, **more: str) -> Workspace:
    return Workspace.open(kit.settings(workspace.settings.home, RAI_MIRROR="restore", **more))


def kinds(workspace: Workspace) -> list[str]:
    return [item.kind for item in workspace.drifts.open()]


def test_where_everything_agrees_nothing_is_done(settled: Workspace) -> None:
    before = settled.ledger.export()
    assert again(settled, deep=True) == Report()
    assert settled.ledger.export() == before
    assert settled.drifts.all() == ()


def test_how_often_the_ledger_is_read_does_not_grow_with_the_versions(here: Workspace, monkeypatch) -> None:
    # Both wait for a decision; then one is withdrawn, and is not looked at any more.
    readings: list[int] = []
    read = Ledger.history
    monkeypatch.setattr(Ledger, "history", lambda self: (readings.append(1), read(self))[1])
    again(here)
    both = len(readings)
    desk.withdraw(here.ledger, SECOND, actor=SUBMITTER, reason="It is not needed any more.", time=now())
    readings.clear()
    again(here)
    assert len(readings) == both < 10


def test_a_decision_that_nobody_published_is_published(here: Workspace) -> None:
    approve(here)
    here.jobs.cancel(here.jobs.latest(FIRST.uri, "publish").id)
    report = again(here)
    assert report.done == (f"Published: {FIRST.uri} is approved.",)
    assert unfinished(here) == ()
    assert gate(here, FIRST).open


def test_a_promotion_that_broke_off_is_carried_out(here: Workspace) -> None:
    approve(here)
    publish(here, FIRST, render=render, time=now())
    live = dict(here.ledger.history().case(FIRST).bound)
    desk.record_promoted(
        here.ledger, FIRST, actor=kit.OPS, alias="champion", live=live, time=now(), asked_by="Ola Ops"
    )  # fmt: skip
    report = again(here)
    assert report.done == (f"The alias champion of '{FIRST.name}' points to version 1 now.",)
    assert here.registry.aliases(FIRST.name) == {"champion": "1"}
    assert events(here).count("promoted") == 1


def test_a_card_that_was_changed_makes_the_version_stale_and_its_tag_follows(settled: Workspace) -> None:
    edit_narrative(settled, FIRST, actor=SUBMITTER, texts={"caveats": "Changed."}, time=now())
    assert tags(settled)["rai.status"] == "approved"
    again(settled)
    assert tags(settled)["rai.status"] == "stale"
    assert kinds(settled) == ["closed champion"]
    assert "not approved any more" in settled.drifts.open()[0].sentence


def test_a_policy_that_was_changed_is_noticed_without_a_download(settled: Workspace) -> None:
    path = settled.settings.policies / "standard.toml"
    path.write_text(path.read_text() + "\n# changed\n")
    report = again(settled)
    assert any("Changed: policy" in sentence for sentence in report.done)
    assert tags(settled)["rai.status"] == "stale"


def test_a_model_that_was_changed_is_noticed_by_a_deep_look(settled: Workspace, tmp_path: Path) -> None:
    extra = tmp_path / "extra.txt"
    extra.write_text("added after the approval")
    connect(settled.settings).log_model_artifact(settled.registry.version(FIRST).model_id, str(extra))
    assert again(settled).done == ()
    assert any("Changed: model" in sentence for sentence in again(settled, deep=True).done)
    assert settled.ledger.history().case(FIRST).state == "stale"


class OnceWrong(Registry):
    """A registry whose first answer lacks a file, as a cut answer of the network would."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace.settings)
        self.fetched = 0

    def fetch(self, ref, folder: Path) -> Path:
        found = super().fetch(ref, folder)
        self.fetched += 1
        if self.fetched == 1:
            (found / "weights.bin").write_bytes(b"")
        return found


def test_one_wrong_answer_of_the_network_ends_no_approval(settled: Workspace) -> None:
    settled.__dict__["registry"] = OnceWrong(settled)
    assert again(settled, deep=True).done == ()
    assert settled.registry.fetched >= 2
    assert settled.ledger.history().case(FIRST).state == "approved"


def test_an_approval_whose_time_is_over_expires(settled: Workspace) -> None:
    ends = settled.ledger.history().case(FIRST).ends
    late = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(ends + 1))
    again(settled, when=late)
    assert settled.ledger.history().case(FIRST).state == "expired"
    assert tags(settled)["rai.status"] == "expired"


def forge_status(workspace: Workspace) -> None:
    workspace.registry.set_tag(FIRST, "rai.status", "rejected")


def remove_status(workspace: Workspace) -> None:
    workspace.registry.delete_tag(FIRST, "rai.status")


def forge_attestation(workspace: Workspace) -> None:
    workspace.registry.set_tag(FIRST, "rai.attestation", "0" * 64)


def forge_on_a_waiting_version(workspace: Workspace) -> None:
    workspace.registry.set_tag(SECOND, "rai.status", "approved")


def move_alias_by_hand(workspace: Workspace) -> None:
    workspace.registry.set_alias(SECOND, "champion")


def remove_alias(workspace: Workspace) -> None:
    connect(workspace.settings).delete_registered_model_alias(FIRST.name, "champion")


def copy(workspace: Workspace) -> None:
    connect(workspace.settings).copy_model_version(FIRST.uri, "copied")


FORGERIES = {
    forge_status: "status", remove_status: "status", forge_attestation: "attestation",
    forge_on_a_waiting_version: "status", move_alias_by_hand: "alias", remove_alias: "alias", copy: "unsubmitted",
}  # fmt: skip


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_what_somebody_else_set_is_shown_and_left_or_put_right(settled: Workspace, forge) -> None:
    before, ledger = (tags(settled), tags(settled, SECOND)), settled.ledger.export()
    forge(settled)
    report = again(settled)
    assert kinds(settled) == [FORGERIES[forge]]
    assert report.open == (settled.drifts.open()[0].sentence,)
    assert again(settled).open == report.open
    assert len(settled.drifts.all()) == 1
    assert gate(settled, FIRST).open
    assert not gate(settled, SECOND).open

    mended = again(with_restore(settled))
    assert (mended.open, len(mended.done)) == ((), 1)
    assert (tags(settled), tags(settled, SECOND)) == before
    assert settled.registry.aliases(FIRST.name) == {"champion": "1"}
    assert [(item.kind, item.ending) for item in settled.drifts.all()] == [(FORGERIES[forge], "restored")]
    assert settled.ledger.export() == ledger


def test_what_is_right_again_by_itself_is_kept_as_gone(settled: Workspace) -> None:
    forge_status(settled)
    again(settled)
    settled.registry.set_tag(FIRST, "rai.status", "approved")
    assert again(settled).open == ()
    assert [item.ending for item in settled.drifts.all()] == ["gone"]


def test_a_tag_that_speaks_of_a_decision_there_never_was_is_shown_even_before_the_first_look(here: Workspace) -> None:
    here.registry.set_tag(SECOND, "rai.status", "approved")
    assert again(here).open == (
        f"The tag rai.status of {SECOND.uri} says 'approved'. The ledger says: it waits for a decision.",
    )


def test_the_tag_other_tools_wait_for_is_shown_on_a_version_that_is_not_approved(settled: Workspace) -> None:
    workspace = Workspace.open(kit.settings(settled.settings.home, RAI_APPROVAL_TAG="Approval"))
    workspace.registry.set_tag(SECOND, "Approval", "Approved")
    again(workspace)
    assert kinds(workspace) == ["approval"]
    again(with_restore(settled, RAI_APPROVAL_TAG="Approval"))
    assert "Approval" not in workspace.registry.version(SECOND).tags


def test_an_alias_is_not_moved_back_to_a_version_whose_gate_is_closed(settled: Workspace) -> None:
    desk.revoke(settled.ledger, FIRST, actor=REVIEWER, reason="The data were wrong.", time=now())
    settled.registry.set_alias(SECOND, "champion")
    report = again(with_restore(settled))
    assert report.open == (f"The alias champion of '{FIRST.name}' points to version 2. Version 1 was promoted last.",)
    assert settled.registry.aliases(FIRST.name) == {"champion": "2"}


def test_an_alias_that_was_there_before_is_shown_and_never_touched(here: Workspace) -> None:
    here.registry.set_alias(FIRST, "champion")
    report = again(with_restore(here))
    assert report.open == (
        f"The alias champion of '{FIRST.name}' points to version 1, and no version was promoted here.",
    )
    assert here.registry.aliases(FIRST.name) == {"champion": "1"}


def test_a_name_that_was_used_again_is_shown_and_nothing_is_written_to_it(settled: Workspace) -> None:
    source, client = settled.registry.version(FIRST).source, connect(settled.settings)
    client.delete_registered_model(FIRST.name)
    client.create_registered_model(FIRST.name)
    client.create_model_version(FIRST.name, source)
    again(with_restore(settled))
    found = settled.drifts.open()
    assert [(item.kind, item.version) for item in found if item.kind == "replaced"] == [
        ("replaced", "1"),
        ("replaced", "2"),
    ]
    assert "the name was used again" in found[0].sentence
    assert "not in the registry any more" in found[1].sentence
    assert tags(settled) == {}
    assert not gate(settled, FIRST).open


class Silent(Registry):
    """A registry that stops to answer."""

    asked = 0

    def marks(self):
        self.asked += 1
        raise RegistrySilent("The registry cannot be reached.")

    def version(self, *_: object):
        self.asked += 1
        raise RegistrySilent("The registry cannot be reached.")


def test_a_silent_registry_is_asked_once_and_changes_nothing(here: Workspace) -> None:
    approve(here)
    here.__dict__["registry"] = Silent(here.settings)
    before = here.ledger.export()
    assert again(here).failed == ("The registry cannot be reached.",)
    assert here.registry.asked == 1
    assert here.ledger.export() == before


def test_a_broken_ledger_is_compared_with_nothing(settled: Workspace) -> None:
    connection = sqlite3.connect(settled.settings.home / "rai.db")
    with connection:
        connection.execute("drop trigger ledger_no_update")
        connection.execute("update ledger set body = replace(body, 'Ada', 'Eve')")
    connection.close()
    with pytest.raises((LedgerBroken, Refused), match="Nothing is reconciled"):
        again(settled)


def test_a_broken_case_does_not_keep_the_others_from_being_finished(here: Workspace) -> None:
    approve(here)
    approve(here, SECOND)
    path = here.store.path(here.ledger.history().case(FIRST).bound["review"])
    path.write_bytes(b"something else")
    report = again(here)
    assert [case.ref for case in unfinished(here)] == [FIRST]
    assert any(sentence.startswith("Published") and SECOND.uri in sentence for sentence in report.done)
    assert any(FIRST.uri in sentence for sentence in report.failed)


def test_a_card_that_cannot_be_drawn_keeps_no_other_from_being_published(here: Workspace) -> None:
    approve(here)
    approve(here, SECOND)

    def draw(card):
        if card.version == FIRST.version:
            raise ZeroDivisionError
        return render(card)

    report = reconcile(here, render=draw, time=now(), deep=False)
    assert report.failed == (f"{FIRST.uri} is not published: ZeroDivisionError. The log says more.",)
    assert [case.ref for case in unfinished(here)] == [FIRST]


def test_the_command_says_what_differs(settled: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    home = settled.settings.home
    for name, value in {"RAI_HOME": home, "RAI_POLICIES": home / "policies"}.items():
        monkeypatch.setenv(name, str(value))
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "RAI_DATABASE_URL", "RAI_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    assert main(["reconcile"]) == 0
    assert capsys.readouterr().out == ""
    forge_status(settled)
    assert main(["reconcile"]) == 1
    assert "says 'rejected'" in capsys.readouterr().out
    monkeypatch.setenv("RAI_MIRROR", "restore")
    assert main(["reconcile", "--json"]) == 0
    assert '"open": []' in capsys.readouterr().out
    monkeypatch.setenv("RAI_MIRROR", "perhaps")
    assert main(["reconcile"]) == 2
    assert "Set it to flag or to restore" in capsys.readouterr().err


def test_looking_never_writes_into_the_model(settled: Workspace, tmp_path: Path) -> None:
    before = tree_digest(settled.registry.fetch(FIRST, tmp_path / "before"))
    forge_status(settled)
    again(with_restore(settled), deep=True)
    assert tree_digest(settled.registry.fetch(FIRST, tmp_path / "after")) == before


def test_the_worker_looks_again_and_again_and_survives_what_goes_wrong(
    settled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rai.looking.EVERY", 0.05)
    stopped, failures = threading.Event(), iter([ZeroDivisionError(), RegistrySilent("It does not answer.")])
    look = Look(settled, render)
    once = look.once

    def sometimes(**more: bool) -> Report:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        return once(**more)

    monkeypatch.setattr(look, "once", sometimes)
    forge_status(settled)
    looking = threading.Thread(target=look.keep_looking, args=(stopped,))
    looking.start()
    until = time.monotonic() + 20
    while not settled.drifts.open() and time.monotonic() < until:
        time.sleep(0.05)
    stopped.set()
    looking.join(timeout=20)
    assert not looking.is_alive()
    assert kinds(settled) == ["status"]


def test_the_status_list_is_signed_anew_when_something_happened_and_not_before(
    settled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = renew_status_list(settled).read_bytes()
    moment = time.time()
    monkeypatch.setattr("rai.status_file.time.time", lambda: moment + 60)
    assert renew_status_list(settled).read_bytes() == first
    desk.revoke(settled.ledger, FIRST, actor=REVIEWER, reason="The data were wrong.", time=now())
    second = renew_status_list(settled).read_bytes()
    assert second != first
    monkeypatch.setattr("rai.status_file.time.time", lambda: moment + 13 * 3600)
    assert renew_status_list(settled).read_bytes() != second
    assert [path.name for path in settled.settings.home.glob("*status*")] == ["status.dsse.json"]


def test_an_empty_ledger_has_no_status_list(tmp_path: Path) -> None:
    assert renew_status_list(Workspace.open(kit.settings(tmp_path / "rai"))) is None
