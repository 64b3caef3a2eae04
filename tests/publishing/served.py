"""A real MLflow server on this machine, an installation that speaks to it through the faulty proxy, and its cases."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from rai.card import NARRATIVE
from rai.clock import now
from rai.errors import RaiError
from rai.gating import gate
from rai.publishing import publish, unfinished
from rai.registry import Registry, connect
from rai.signing import edit_narrative
from rai.versions import ModelVersionRef, parse_target
from rai.workspace import Workspace
from tests import subjects
from tests.pages import stored
from tests.publishing import kit
from tests.publishing.faulty import Fault, Proxy

#: Approved and published; approved and changed since; approved and not published yet.
GOOD, CHANGED, FRESH = (ModelVersionRef(name=name, version="1") for name in ("good", "changed", "fresh"))


#: MLflow's patience for the tests, so that a silent call takes two seconds: ``MLFLOW_HTTP_REQUEST_`` before each.
FAST = {"TIMEOUT": "1", "MAX_RETRIES": "1", "BACKOFF_FACTOR": "0"}


@contextmanager
def patient() -> Iterator[None]:
    """Wait for what nobody breaks, however busy the machine is."""
    with patch.dict(os.environ, {"MLFLOW_HTTP_REQUEST_TIMEOUT": "60", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3"}):
        yield


@contextmanager
def mlflow_server(folder: Path) -> Iterator[int]:
    """Start ``mlflow server`` with one worker and yield its port (about half a minute)."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        sys.executable, "-m", "mlflow", "server", "--backend-store-uri", f"sqlite:///{folder / 'server.db'}",
        "--artifacts-destination", str(folder / "server-artifacts"), "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1",
    ]  # fmt: skip
    quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, **quiet}, cwd=folder, start_new_session=True
        )
        try:
            _wait(server, port, folder / "server.log")
            yield port
        finally:
            os.killpg(server.pid, 15)
            server.wait(timeout=30)


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + 150
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


def black_hole(folder: Path) -> tuple[type[Exception] | None, float]:
    """Ask a registry that takes calls and never answers, with the patience that is shipped; how and when it ended."""
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(16)
        address = f"http://127.0.0.1:{hole.getsockname()[1]}"
        settings = kit.settings(folder, MLFLOW_TRACKING_URI=address)
        connect(settings)  # loads MLflow, which on a busy machine takes seconds and is no waiting
        began = time.monotonic()
        try:
            Registry(settings).resolve(parse_target("models:/credit/1"))
        except RaiError as error:
            return type(error), time.monotonic() - began
    return None, time.monotonic() - began


@patient()
def build(home: Path, address: str) -> Workspace:
    """Make the three cases on a server."""
    home.mkdir(parents=True)
    workspace = Workspace.open(kit.settings(home, MLFLOW_TRACKING_URI=address))
    workspace.settings.policies.mkdir()
    required = ", ".join(f'"{item.KEY}"' for item in stored.ANALYSES)
    (workspace.settings.policies / "standard.toml").write_text(stored.POLICY.format(required=required))
    texts = {key: f"Written for the test: {heading}." for key, heading, _ in NARRATIVE}
    for ref in (GOOD, CHANGED, FRESH):
        register(workspace, ref)
        model = stored.submit(workspace, ref, "binary")
        stored.review(workspace, ref, subjects.subject("binary", uses_sex=False), model=model)
        edit_narrative(workspace, ref, actor=kit.SUBMITTER, texts=texts, time=now())
        kit.approve(workspace, ref)
    for ref in (GOOD, CHANGED):
        publish(workspace, ref, render=kit.render, time=now())
    _change(workspace)
    return workspace


def register(workspace: Workspace, ref: ModelVersionRef) -> None:
    """Register a version whose files the server itself keeps, so that they too come through the proxy."""
    client = connect(workspace.settings)
    client.create_registered_model(ref.name)
    logged = client.create_logged_model(client.create_experiment(ref.name), name="m")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "MLmodel").write_text("flavors: {}\n")
        Path(folder, "weights.bin").write_bytes(ref.uri.encode() * 400)
        client.log_model_artifacts(logged.model_id, folder)
    client.finalize_logged_model(logged.model_id, "READY")
    client.create_model_version(ref.name, f"models:/{logged.model_id}", model_id=logged.model_id)


def _change(workspace: Workspace) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "weights.bin").write_bytes(b"other weights")
        client = connect(workspace.settings)
        client.log_model_artifact(workspace.registry.version(CHANGED).model_id, f"{folder}/weights.bin")


def answers(workspace: Workspace, ref: ModelVersionRef) -> tuple[str, float]:
    """Ask the gate and say what came of it, and after how many seconds."""
    began = time.monotonic()
    try:
        found = "open" if gate(workspace, ref).open else "closed"
    except RaiError as error:
        found = f"error {error.exit_code}"
    return found, time.monotonic() - began


def gate_calls(proxy: Proxy, workspace: Workspace, ref: ModelVersionRef) -> int:
    """How many calls the gate makes when nothing is broken."""
    proxy.break_call("", 0, only=True)
    answers(workspace, ref)
    return proxy.heal()


def publish_calls(proxy: Proxy, workspace: Workspace) -> int:
    """How many calls a publication makes when nothing is broken."""
    proxy.break_call("", 0, only=True)
    publish(workspace, FRESH, render=kit.render, time=now())
    return proxy.heal()


def broken_gate(proxy: Proxy, workspace: Workspace, fault: Fault, call: int, *, only: bool) -> tuple[str, ...]:
    """Ask about the good and the changed version while a call is broken; every sentence returned is a fault of ours."""
    wrong: list[str] = []
    before = kit.events(workspace, GOOD)
    for ref, allowed in ((GOOD, {"open", "error 2"}), (CHANGED, {"closed", "error 2"})):
        proxy.break_call(fault, call, only=only)
        found, seconds = answers(workspace, ref)
        proxy.heal()
        if found not in allowed:
            wrong.append(f"{fault} at call {call}: {ref.uri} was {found}")
        if seconds > 25:
            wrong.append(f"{fault} at call {call}: {seconds:.1f} s")
    if kit.events(workspace, GOOD) != before:
        wrong.append(f"{fault} at call {call}: the fault was written into the ledger: {kit.events(workspace, GOOD)}")
    return tuple(wrong)


def broken_publication(
    proxy: Proxy, workspace: Workspace, direct: Registry, fault: Fault, call: int, *, only: bool, ref: ModelVersionRef = FRESH
) -> tuple[str, ...]:  # fmt: skip
    """Publish while a call is broken, look at what a reader finds, heal, and publish again."""
    wrong: list[str] = []
    proxy.break_call(fault, call, only=only)
    began = time.monotonic()
    try:
        publish(workspace, ref, render=kit.render, time=now())
    except RaiError:
        pass
    except Exception as error:  # noqa: BLE001 - whatever else comes out is a fault of ours
        wrong.append(f"{fault} at call {call}: {type(error).__name__}: {error}")
    seconds = time.monotonic() - began
    proxy.heal()
    if seconds > 25 and fault != "slow":  # a registry that is slow and answers is waited for; the worker does that
        wrong.append(f"{fault} at call {call}: {seconds:.1f} s")
    with patient():
        wrong += [f"{fault} at call {call}: {item}" for item in half_card(workspace, direct, ref)]
        publish(workspace, ref, render=kit.render, time=now())
        if kit.events(workspace, ref).count("published") != 1 or unfinished(workspace):
            wrong.append(f"{fault} at call {call}: {kit.events(workspace, ref)} after the second try")
        wrong += [f"{fault} at call {call}, healed: {item}" for item in half_card(workspace, direct, ref, whole=True)]
    return tuple(wrong)


def half_card(workspace: Workspace, direct: Registry, ref: ModelVersionRef, *, whole: bool = False) -> Sequence[str]:
    """What a reader who believes the status tag finds wrong, asking the server directly."""
    case = workspace.ledger.history().case(ref)
    announced = direct.version(ref).tags.get("rai.status") == "approved"
    names = {path.rsplit("/", 1)[-1] for path in direct.listing(ref, case.review_id)}
    if (announced or whole) and names != set(kit.PUBLISHED):
        return [f"announced with {sorted(names)} only"]
    if whole and not announced:
        return ["not announced"]
    if "attestation.dsse.json" in names and names != set(kit.PUBLISHED):
        return [f"an attestation with {sorted(names)} only"]
    return []


def keep_unpublished(workspace: Workspace) -> None:
    """Keep the installation as it is before the first publication of the fresh version."""
    shutil.copy(workspace.settings.home / "rai.db", workspace.settings.home / "before.db")


@patient()
def unpublish(workspace: Workspace, direct: Registry, folder: Path) -> None:
    """Put everything back to that, past the program: its database, the server's files and the tags."""
    shutil.copy(workspace.settings.home / "before.db", workspace.settings.home / "rai.db")
    model = direct.version(FRESH).model_id
    for beside in (folder / "server-artifacts").glob(f"*/models/{model}/artifacts/rai_review"):
        shutil.rmtree(beside)
    for name in kit.tags(workspace, FRESH):
        direct.delete_tag(FRESH, name)
