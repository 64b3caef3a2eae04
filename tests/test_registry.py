"""The registry module finds, fetches and writes back; MLflow's own client can read what was written."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest

from rai.demo import demo_refs
from rai.digests import tree_digest
from rai.errors import RegistryError
from rai.registry import Registry, connect
from rai.settings import Settings
from rai.versions import ModelVersionRef, parse_target
from rai.workspace import Workspace

VERSION = ModelVersionRef(name="mortgage-approval", version="2")


def test_the_demo_is_logged_as_a_team_would(demo: Workspace) -> None:
    assert {model.name for model in demo.registry.models()} == {"mortgage-approval", "hourly-wage", "wellbeing"}
    assert [ref.version for ref in demo.registry.versions("mortgage-approval")] == ["3", "2", "1"]
    assert demo.registry.resolve(parse_target("models:/mortgage-approval@champion")).version == "1"
    for ref in demo_refs():
        record = demo.registry.version(ref)
        assert record.user == "demo-data-scientist"
        assert record.model_id.startswith("m-")
        assert record.parameters
        assert record.metrics
        assert len(record.datasets) == 2
        assert record.description


def test_the_attached_profile_comes_with_its_data(demo: Workspace) -> None:
    found = demo.registry.attached_profile(VERSION)
    assert found is not None
    assert set(found.files) == {"test.parquet", "train.parquet"}
    assert "[task]" in found.text


def test_what_is_written_is_read_by_mlflow_alone_and_leaves_the_model_as_it_was(
    own_demo: Workspace, tmp_path: Path
) -> None:
    import mlflow

    before = tree_digest(own_demo.registry.fetch(VERSION, tmp_path / "before"))
    own_demo.registry.write(VERSION, {"r1/card.json": b"{}", "r1/card.pdf": b"%PDF"})
    assert tree_digest(own_demo.registry.fetch(VERSION, tmp_path / "after")) == before
    assert own_demo.registry.read(VERSION, "r1/card.json") == b"{}"
    assert set(own_demo.registry.listing(VERSION, "r1")) == {"r1/card.json", "r1/card.pdf"}
    assert own_demo.registry.listing(VERSION, "none") == ()
    uri = f"{VERSION.uri}/rai_review/r1/card.json"
    assert mlflow.artifacts.load_text(uri) == "{}"


def test_a_changed_model_file_changes_the_digest(own_demo: Workspace, tmp_path: Path) -> None:
    before = tree_digest(own_demo.registry.fetch(VERSION, tmp_path / "before"))
    (tmp_path / "extra.py").write_text("print('added after registration')")
    model_id = own_demo.registry.version(VERSION).model_id
    connect(own_demo.settings).log_model_artifact(model_id, str(tmp_path / "extra.py"))
    assert tree_digest(own_demo.registry.fetch(VERSION, tmp_path / "after")) != before


def test_a_copied_version_is_followed_to_its_files(own_demo: Workspace) -> None:
    connect(own_demo.settings).copy_model_version(VERSION.uri, "copied")
    copy = ModelVersionRef(name="copied", version="1")
    assert own_demo.registry.version(copy).model_id == own_demo.registry.version(VERSION).model_id


def test_tags_and_aliases(own_demo: Workspace) -> None:
    own_demo.registry.set_tag(VERSION, "rai.status", "approved")
    own_demo.registry.set_alias(VERSION, "champion")
    assert own_demo.registry.version(VERSION).tags["rai.status"] == "approved"
    assert own_demo.registry.aliases("mortgage-approval") == {"champion": "2"}


@pytest.mark.parametrize(
    "target", ["models:/mortgage-approval/99", "models:/no-such/1", "models:/mortgage-approval@nobody"]
)
def test_what_is_not_there_is_named(demo: Workspace, target: str) -> None:
    with pytest.raises(RegistryError, match="has no .*(version|alias).*Check its name"):
        demo.registry.resolve(parse_target(target))


def test_a_registry_that_does_not_answer_is_given_up_in_time(tmp_path: Path) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{held.getsockname()[1]}"
        settings = Settings.load({"RAI_HOME": str(tmp_path), "MLFLOW_TRACKING_URI": address})
        started = time.monotonic()
        with pytest.raises(RegistryError, match="cannot be reached.*MLFLOW_TRACKING_URI"):
            Registry(settings).models()
    assert time.monotonic() - started < 25


def test_a_password_in_the_address_is_not_shown(tmp_path: Path) -> None:
    settings = Settings.load({"RAI_HOME": str(tmp_path), "MLFLOW_TRACKING_URI": "http://user:secret@127.0.0.1:9"})
    with pytest.raises(RegistryError) as refusal:
        Registry(settings).models()
    assert "secret" not in str(refusal.value)
