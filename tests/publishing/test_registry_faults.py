"""A registry that breaks in the middle of a call: no approval that is not one, no half card, and an answer in time.

A real MLflow server, asked through a proxy that breaks a chosen call. All faults at every call are in
``python -m benchmarks.gate``.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from rai.errors import RegistryError
from rai.registry import Registry
from rai.registry_client import RegistrySilent
from rai.settings import Settings
from rai.versions import parse_target
from tests.publishing import kit, served
from tests.publishing.faulty import Fault, Proxy

# Connections are broken off here on purpose; what an event loop has not closed yet is no fault of the program.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

QUICK: tuple[Fault, ...] = ("refused", "reset", "500", "cut body", "lost reply", "cut json")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    folder = tmp_path_factory.mktemp("server")
    patience = ThreadPoolExecutor(1).submit(served.black_hole, folder)  # takes as long as the server does to start
    with pytest.MonkeyPatch.context() as patch, served.mlflow_server(folder) as port:
        waited = patience.result(timeout=60)
        for name, value in served.FAST.items():
            patch.setenv(f"MLFLOW_HTTP_REQUEST_{name}", value)
        proxy = Proxy(port)
        workspace = served.build(folder / "rai", proxy.address)
        served.keep_unpublished(workspace)
        direct = Registry(Settings.load({"RAI_HOME": str(folder), "MLFLOW_TRACKING_URI": f"http://127.0.0.1:{port}"}))
        yield SimpleNamespace(
            proxy=proxy, workspace=workspace, direct=direct, folder=folder, patience=waited
        )  # fmt: skip
        proxy.stop()


@pytest.fixture
def unpublished(world: SimpleNamespace) -> SimpleNamespace:
    served.unpublish(world.workspace, world.direct, world.folder)
    return world


def test_without_a_fault_the_good_one_is_open_and_the_changed_one_closed(world: SimpleNamespace) -> None:
    assert served.answers(world.workspace, served.GOOD)[0] == "open"
    assert served.answers(world.workspace, served.CHANGED)[0] == "closed"
    assert served.gate_calls(world.proxy, world.workspace, served.GOOD) > 10


@pytest.mark.parametrize("fault", QUICK)
def test_the_gate_opens_for_no_fault_at_any_call(world: SimpleNamespace, fault: Fault) -> None:
    calls = served.gate_calls(world.proxy, world.workspace, served.GOOD)
    wrong = [
        served.broken_gate(world.proxy, world.workspace, fault, call, only=call % 2 == 0)
        for call in range(1, calls + 1, 4)
    ]
    assert [item for group in wrong for item in group] == []


def test_the_gate_gives_up_on_a_registry_that_never_answers(world: SimpleNamespace) -> None:
    assert served.broken_gate(world.proxy, world.workspace, "black hole", 3, only=False) == ()


@pytest.mark.parametrize("fault", [*QUICK, "black hole"])
def test_a_card_is_announced_whole_or_not_at_all(unpublished: SimpleNamespace, fault: Fault) -> None:
    world = unpublished
    wrong = []
    for call in (20, 33) if fault == "black hole" else (3, 14, 20, 26, 33):
        served.unpublish(world.workspace, world.direct, world.folder)
        wrong += served.broken_publication(
            world.proxy, world.workspace, world.direct, fault, call, only=call % 2 == 1
        )  # fmt: skip
    assert wrong == []


def test_one_wrong_answer_ends_no_approval(world: SimpleNamespace) -> None:
    """The server gives a shortened file once, and says that it is whole."""
    before = kit.events(world.workspace, served.GOOD)
    original = world.workspace.registry

    class Once(Registry):
        left = 1

        def fetch(self, ref, folder: Path) -> Path:
            found = super().fetch(ref, folder)
            if Once.left:
                Once.left = 0
                (found / "weights.bin").write_bytes(b"")
            return found

    world.workspace.__dict__["registry"] = Once(world.workspace.settings)
    try:
        assert served.answers(world.workspace, served.GOOD)[0] == "error 2"
        assert served.answers(world.workspace, served.GOOD)[0] == "open"
    finally:
        world.workspace.__dict__["registry"] = original
    assert kit.events(world.workspace, served.GOOD) == before


def test_with_the_shipped_patience_a_black_hole_is_given_up_within_25_seconds(world: SimpleNamespace) -> None:
    kind, seconds = world.patience
    assert kind is RegistrySilent
    assert 5 < seconds < 25


def test_what_is_not_there_is_not_taken_for_silence(world: SimpleNamespace) -> None:
    with pytest.raises(RegistryError, match="Check its name") as refusal:
        world.workspace.registry.resolve(parse_target("models:/good/99"))
    assert not isinstance(refusal.value, RegistrySilent)
