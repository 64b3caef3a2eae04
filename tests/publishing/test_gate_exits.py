"""The command ``rai gate`` ends with 0 for an open gate and for nothing else: every fault ends with 1 or 2."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from rai.approval import desk
from rai.approval.keys import public_path, trust_path
from rai.clock import now
from rai.workspace import Workspace
from tests.approval.test_verify_closed import ORDINARY
from tests.publishing import kit
from tests.publishing.kit import FIRST, REVIEWER, SECOND

ROOT = Path(__file__).resolve().parents[2]


def started(
    home: Path, *arguments: str, out: int = subprocess.PIPE, ordinary: bool = False, **more: str
) -> subprocess.Popen[str]:
    """Start the command as a pipeline does, if that is asked for without root's right to read and write everything."""
    left = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "RAI_DATABASE_URL", "RAI_DEBUG")
    environment = {name: value for name, value in os.environ.items() if name not in left}
    environment |= {"RAI_HOME": str(home), "RAI_POLICIES": str(home / "policies"), **more}
    before = ["-c", ORDINARY] if ordinary and os.geteuid() == 0 else []
    return subprocess.Popen(
        [sys.executable, *before, "-m", "rai", "gate", *arguments], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        stdout=out, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run(home: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    program = started(home, *(arguments or (FIRST.uri,)), **more)
    out, err = program.communicate(timeout=120)
    return program.returncode, out, err


def test_an_open_gate_ends_with_0_and_says_so(settled: Workspace) -> None:
    code, out, err = run(settled.settings.home, FIRST.uri, "--json")
    assert (code, json.loads(out), err) == (0, {"target": FIRST.uri, "open": True, "reasons": []}, "")


def revoked(here: Workspace) -> None:
    desk.revoke(here.ledger, FIRST, actor=REVIEWER, reason="The data were wrong.", time=now())


def no_attestation(here: Workspace) -> None:
    for path in (here.settings.home / "artifacts").rglob("attestation.dsse.json"):
        path.unlink()


def half_an_attestation(here: Workspace) -> None:
    for path in (here.settings.home / "artifacts").rglob("attestation.dsse.json"):
        path.write_bytes(path.read_bytes()[:-40])


def no_review(here: Workspace) -> None:
    here.store.path(here.ledger.history().case(FIRST).bound["review"]).unlink()


def no_policy(here: Workspace) -> None:
    (here.settings.policies / "standard.toml").unlink()


def no_trusted_key(here: Workspace) -> None:
    for path in here.signing_key.parent.iterdir():
        if path != here.signing_key:
            path.unlink()


def broken_trust(here: Workspace) -> None:
    for path in here.signing_key.parent.iterdir():
        if path not in {here.signing_key, public_path(here.signing_key)}:
            path.write_text("{")


def no_model_files(here: Workspace) -> None:
    for path in (here.settings.home / "artifacts").rglob("MLmodel"):
        path.unlink()


def broken_ledger(here: Workspace) -> None:
    with sqlite3.connect(here.settings.home / "rai.db") as connection:
        connection.execute("drop trigger ledger_no_update")
        connection.execute("update ledger set body = replace(body, 'Ada', 'Eve')")
    connection.close()


def no_ledger(here: Workspace) -> None:
    with sqlite3.connect(here.settings.home / "rai.db") as connection:
        connection.execute("drop table ledger")
    connection.close()


def no_database(here: Workspace) -> None:
    (here.settings.home / "rai.db").write_bytes(b"this is not a database, however long it may be" * 100)


def no_registry(here: Workspace) -> None:
    (here.settings.home / "mlflow.db").write_bytes(b"this is not a database, however long it may be" * 100)


def empty_registry(here: Workspace) -> None:
    (here.settings.home / "mlflow.db").unlink()


FAULTS: dict[Callable[[Workspace], None], int] = {
    revoked: 1, no_attestation: 1, half_an_attestation: 1, no_trusted_key: 1, no_policy: 1, broken_ledger: 1,
    no_ledger: 1, no_review: 1, no_model_files: 1, broken_trust: 2, no_database: 2, no_registry: 2, empty_registry: 2,
}  # fmt: skip


def test_a_fault_closes_the_gate_or_leaves_it_undecided(settled_home: Path, tmp_path: Path) -> None:
    def tried(fault: Callable[[Workspace], None]) -> tuple[int, str]:
        home = tmp_path / fault.__name__
        code, out, err = run(home)
        return code, out + err

    for fault in FAULTS:
        fault(kit.copied(settled_home, tmp_path / fault.__name__))
    with ThreadPoolExecutor(3) as lanes:
        found = dict(zip(FAULTS, lanes.map(tried, FAULTS), strict=True))
    assert {fault.__name__: code for fault, (code, _) in found.items()} == {
        fault.__name__: code for fault, code in FAULTS.items()
    }
    for fault, (_, said) in found.items():
        assert said.strip(), fault
        assert "Traceback" not in said, fault
        assert ": open" not in said, fault


ARGUMENTS: dict[str, tuple[str, ...]] = {
    "no target": (), "two targets": (FIRST.uri, SECOND.uri), "a word": ("credit",), "no version": ("models:/credit",),
    "a model nobody registered": ("models:/nobody/1",), "a version nobody registered": (f"models:/{FIRST.name}/99",),
    "no registered version": ("predictions",), "help": ("--help",), "help for a target": ("-h", FIRST.uri),
    "an unknown option": (FIRST.uri, "--force"), "an alias nobody set": ("models:/mortgage approval@nobody",),
    "an address in other letters": ("models:/mortgage\u00a0approval/1",),
}  # fmt: skip


def test_wrong_usage_never_ends_with_0(settled_home: Path) -> None:
    def tried(name: str) -> tuple[int, str]:
        program = started(settled_home, *ARGUMENTS[name])
        out, err = program.communicate(timeout=120)
        return program.returncode, out + err

    with ThreadPoolExecutor(3) as lanes:
        found = dict(zip(ARGUMENTS, lanes.map(tried, ARGUMENTS), strict=True))
    for name, (code, said) in found.items():
        assert code in {1, 2}, (name, said)
        assert "Traceback" not in said, name


def locked_database(here: Workspace) -> None:
    (here.settings.home / "rai.db").chmod(0)


def locked_trust(here: Workspace) -> None:
    trust_path(here.signing_key).chmod(0)


def locked_policy(here: Workspace) -> None:
    (here.settings.policies / "standard.toml").chmod(0)


def locked_model(here: Workspace) -> None:
    for path in (here.settings.home / "artifacts").rglob("MLmodel"):
        path.chmod(0)


def locked_content(here: Workspace) -> None:
    for path in here.settings.store.rglob("?" * 64):
        path.chmod(0)


def read_only(here: Workspace) -> None:
    """What changed cannot be written down."""
    for path in (here.settings.home / "artifacts").rglob("MLmodel"):
        path.write_text("flavors: {}\nother: {}\n")
    for path in (here.settings.home, *here.settings.home.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def huge_trust(here: Workspace) -> None:
    os.truncate(trust_path(here.signing_key), 200 << 20)


def huge_attestation(here: Workspace) -> None:
    for path in (here.settings.home / "artifacts").rglob("attestation.dsse.json"):
        os.truncate(path, 200 << 20)


def empty_database(here: Workspace) -> None:
    (here.settings.home / "rai.db").write_bytes(b"")


SPOILED: dict[Callable[[Workspace], None], int] = {
    locked_database: 2, locked_trust: 2, locked_policy: 2, locked_model: 2, locked_content: 2, read_only: 2,
    huge_trust: 2, huge_attestation: 1, empty_database: 1,
}  # fmt: skip


def test_what_is_locked_huge_or_read_only_never_ends_with_0(settled_home: Path, tmp_path: Path) -> None:
    def tried(spoil: Callable[[Workspace], None]) -> tuple[int, str]:
        program = started(tmp_path / spoil.__name__, FIRST.uri, ordinary=True)
        return _ended(program)

    for spoil in SPOILED:
        spoil(kit.copied(settled_home, tmp_path / spoil.__name__))
    with ThreadPoolExecutor(2) as lanes:
        found = dict(zip(SPOILED, lanes.map(tried, SPOILED), strict=True))
    for path in (tmp_path / "read_only", *(tmp_path / "read_only").rglob("*")):
        path.chmod(0o755)
    said = {spoil.__name__: (code, words) for spoil, (code, words) in found.items()}
    assert {name: code for name, (code, _) in said.items()} == {s.__name__: code for s, code in SPOILED.items()}, said
    assert not [name for name, (_, words) in said.items() if "Traceback" in words or ": open" in words]


def _ended(program: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = program.communicate(timeout=120)
    return program.returncode, out + err


def test_without_the_library_of_signatures_nothing_is_decided(settled: Workspace, tmp_path: Path) -> None:
    (tmp_path / "cryptography").mkdir()
    (tmp_path / "cryptography" / "__init__.py").write_text("raise ImportError('no such library')")
    code, out, err = run(settled.settings.home, PYTHONPATH=str(tmp_path))
    assert (code, out) == (2, "")
    assert "no such library" in err


def test_another_locale_changes_no_answer(settled: Workspace) -> None:
    for words in ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "xx_YY.nothing"}):
        assert run(settled.settings.home, **words)[0] == 0
        assert run(settled.settings.home, SECOND.uri, **words)[0] == 1


def test_an_answer_to_a_pipe_nobody_reads_is_not_0(settled: Workspace) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        program = started(settled.settings.home, FIRST.uri, out=writing)
        program.communicate(timeout=120)
    finally:
        os.close(writing)
    assert program.returncode == 2


def test_where_the_answer_cannot_be_written_it_is_not_0(settled: Workspace) -> None:
    with Path("/dev/full").open("wb") as full:
        program = started(settled.settings.home, FIRST.uri, out=full.fileno())
        _, err = program.communicate(timeout=120)
    assert program.returncode == 2, err


def test_with_standard_output_closed_it_is_not_0(settled: Workspace) -> None:
    command = f'exec "{sys.executable}" -m rai gate "{FIRST.uri}" >&-'
    home = settled.settings.home
    environment = {**os.environ, "RAI_HOME": str(home), "RAI_POLICIES": str(home / "policies")}
    done = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    assert done.returncode in {1, 2}, done.stderr


def test_a_registry_that_refuses_ends_with_2_within_25_seconds(settled: Workspace) -> None:
    began = time.monotonic()
    code, out, err = run(settled.settings.home, MLFLOW_TRACKING_URI="http://127.0.0.1:9")
    assert (code, out) == (2, "")
    assert "cannot be reached" in err
    assert time.monotonic() - began < 25


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_is_no_answer(settled: Workspace, number: signal.Signals) -> None:
    program = started(settled.settings.home, FIRST.uri)
    time.sleep(0.3)
    program.send_signal(number)
    program.communicate(timeout=60)
    assert program.returncode != 0


def test_out_of_memory_is_no_answer(settled: Workspace) -> None:
    home = settled.settings.home
    environment = {**os.environ, "RAI_HOME": str(home), "RAI_POLICIES": str(home / "policies")}
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20)); "
        f"from rai.cli import main; sys.exit(main(['gate', '{FIRST.uri}']))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert ": open" not in done.stdout
