"""New versions with a profile attached are handed in once, for whoever logged them, and nothing else is."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from rai.approval.rules import decide
from rai.cli import main
from rai.clock import now
from rai.errors import Refused
from rai.looking import Look
from rai.people import Person
from rai.registry import connect
from rai.signing import sign, standing
from rai.submission import submit
from rai.versions import parse_target
from rai.watching import Watch
from rai.workspace import Workspace
from tests.pages import stored
from tests.publishing import honest, kit
from tests.publishing.kit import REVIEWER, SUBMITTER


@pytest.fixture(scope="module")
def blank_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation in which nothing has happened, with an empty registry."""
    home = tmp_path_factory.mktemp("blank") / "rai"
    (home / "policies").mkdir(parents=True)
    (home / "policies" / "standard.toml").write_text(stored.POLICY.format(required='"performance"'))
    assert Workspace.open(kit.settings(home)).registry.models() == ()
    return home


@pytest.fixture
def here(blank_home: Path, tmp_path: Path) -> Workspace:
    """A copy to write to."""
    return kit.copied(blank_home, tmp_path / "rai")


def look(workspace: Workspace, watch: Watch | None = None, *, time: str = "") -> list[str]:
    taken, failed = (watch or Watch(workspace)).look(time=time or now())
    assert failed == ()
    return [ref.uri for ref in taken]


def queued(workspace: Workspace) -> list[str]:
    return [job.key for job in workspace.jobs.all() if job.kind == "review"]


def test_a_new_version_is_handed_in_for_who_logged_it_and_reviewed(here: Workspace) -> None:
    ref = honest.registered(here, "credit", user="dana")
    assert look(here) == [ref.uri]
    case = here.ledger.history().case(ref)
    dana = Person(issuer="mlflow", subject="dana", name="dana", roles=("submitter",))
    assert (case.state, case.submitter) == ("draft", dana)
    assert here.archive.submission(ref).profile_text == honest.profile()
    assert queued(here) == [ref.uri]


def test_looking_again_and_from_another_process_adds_nothing(here: Workspace) -> None:
    honest.registered(here, "credit")
    watch = Watch(here)
    look(here, watch)
    before = here.ledger.export()
    assert look(here, watch) == []
    look(here)
    assert here.ledger.export() == before
    assert len(queued(here)) == 1


def test_every_new_version_of_every_model_is_found(here: Workspace) -> None:
    watch = Watch(here)
    assert look(here, watch) == []
    refs = [honest.registered(here, name) for name in ("credit", "credit", "wage")]
    assert sorted(look(here, watch)) == sorted(ref.uri for ref in refs)
    assert len(here.archive.submissions()) == 3


def test_a_version_without_a_profile_is_left_alone_until_it_gets_one(here: Workspace) -> None:
    ref = honest.registered(here, "credit", files=())
    watch = Watch(here)
    assert look(here, watch) == []
    assert here.ledger.rows() == ()
    honest.attach(connect(here.settings), here.registry.version(ref).run_id)
    assert look(here, watch) == [ref.uri]


def test_a_profile_whose_data_are_still_on_their_way_is_tried_again(here: Workspace) -> None:
    ref = honest.registered(here, "credit", files=("review.toml",))
    watch = Watch(here)
    taken, failed = watch.look(time=now())
    assert (taken, len(failed)) == ((), 1)
    assert "names test.parquet, which was not logged beside it" in failed[0]
    assert here.ledger.rows() == ()
    honest.attach(connect(here.settings), here.registry.version(ref).run_id, files=("test.parquet",))
    assert look(here, watch) == [ref.uri]


def test_an_old_version_without_a_profile_is_asked_about_once(here: Workspace) -> None:
    ref = honest.registered(here, "credit", files=())
    watch = Watch(here)
    late = (datetime.fromisoformat(now()) + timedelta(days=2)).isoformat()
    assert look(here, watch, time=late) == []
    honest.attach(connect(here.settings), here.registry.version(ref).run_id)
    assert look(here, watch, time=late) == []
    assert look(here, time=late) == [ref.uri]


def test_a_bad_profile_is_named_and_keeps_no_other_waiting(here: Workspace) -> None:
    bad = honest.registered(here, "bad", text="[task]\nkind = 'unknown'\n")
    good = honest.registered(here, "good")
    taken, failed = Watch(here).look(time=now())
    assert [ref.uri for ref in taken] == [good.uri]
    assert [sentence.split(":")[0:2] for sentence in failed] == [bad.uri.split(":")]


def test_what_somebody_handed_in_is_theirs(here: Workspace) -> None:
    ref = honest.registered(here, "credit")
    submit(here, parse_target(ref.uri), handed=None, submitter=SUBMITTER, when=now())
    assert look(here) == []
    assert here.ledger.history().case(ref).submitter == SUBMITTER


def test_what_broke_off_before_its_review_was_queued_is_made_up_for(here: Workspace) -> None:
    ref = honest.registered(here, "credit", user="dana")
    dana = Person(issuer="mlflow", subject="dana", name="dana", roles=("submitter",))
    submit(here, parse_target(ref.uri), handed=None, submitter=dana, when=now())
    assert queued(here) == []
    assert look(here) == [ref.uri]
    assert queued(here) == [ref.uri]


def test_rejected_bytes_are_tried_once_and_not_every_minute(small_home: Path, tmp_path: Path) -> None:
    here = kit.copied(small_home, tmp_path / "rai")
    seen = standing(here, kit.FIRST)
    sign(
        here, kit.FIRST, actor=REVIEWER, decision="reject", rationale="It must not be used here.",
        seen_etag=seen.etag, idem="a", time=now(),
    )  # fmt: skip
    client = connect(here.settings)
    run = client.create_run(honest.experiment(client, here), tags={"mlflow.user": "dana"})
    honest.attach(client, run.info.run_id, text=honest.profile())
    client.create_registered_model("renamed")
    client.create_model_version("renamed", here.registry.version(kit.FIRST).source, run_id=run.info.run_id)
    for number in range(3):
        _, failed = Watch(here).look(time=now())
        assert len(failed) == (number == 0)
    rows = [row for row in here.ledger.rows() if row.fields["model"] == "renamed"]
    assert [row.fields["event"] for row in rows] == ["attempt_refused"]


def test_who_logged_it_has_had_a_hand_in_it_whatever_roles_they_hold(here: Workspace) -> None:
    ref = honest.registered(here, "credit", user="dana")
    look(here)
    dana = Person(issuer="mlflow", subject="dana", name="Dana", roles=("reviewer",))
    with pytest.raises(Refused, match="had a hand"):
        decide(dana, "approve", here.ledger.history().case(ref))


def test_nothing_is_handed_in_unless_somebody_said_so(here: Workspace) -> None:
    honest.registered(here, "credit")
    Look(here, kit.render).once()
    assert here.ledger.rows() == ()
    watching = Workspace.open(kit.settings(here.settings.home, RAI_WATCH="1"))
    report = Look(watching, kit.render).once()
    assert report.done[0] == "models:/credit/1 was handed in and its review is queued."


def test_the_command_looks_once(here: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch) -> None:
    honest.registered(here, "credit")
    home = here.settings.home
    for name, value in {"RAI_HOME": home, "RAI_POLICIES": home / "policies"}.items():
        monkeypatch.setenv(name, str(value))
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "RAI_DATABASE_URL", "RAI_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    assert main(["watch", "--once"]) == 0
    assert "models:/credit/1 was handed in" in capsys.readouterr().out


def test_the_owner_of_the_data_has_a_hand_in_it_too(here: Workspace) -> None:
    text = honest.profile().replace("[data]\n", '[data]\nowner = "https://login.example.org|dora"\n')
    ref = honest.registered(here, "credit", text=text)
    look(here)
    dora = Person(issuer="https://login.example.org", subject="dora", name="Dora Data", roles=("reviewer",))
    case = here.ledger.history().case(ref)
    assert dora.key in {person.key for person in case.contributors}
    with pytest.raises(Refused, match="Dora Data had a hand in models:/credit/1"):
        decide(dora, "approve", case)
