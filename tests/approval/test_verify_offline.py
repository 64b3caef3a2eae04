"""The verifier opens no socket and needs nothing but the standard library and cryptography."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.approval.evidence import ROOT, Evidence

#: Runs the command with every event of the interpreter watched; a socket, a name looked up or a new process ends it.
WATCHED = """
import sys
forbidden = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "subprocess.", "os.system", "os.exec", "os.fork")
def watch(event, arguments):
    if event.startswith(forbidden):
        import os
        os.write(2, f"forbidden: {event}".encode())
        os._exit(99)
sys.addaudithook(watch)
from rai.cli import main
sys.exit(main(sys.argv[1:]))
"""
#: Runs the command where no other package can be found.
ALONE = """
import sys
class Only:
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top not in sys.stdlib_module_names and top not in {"rai", "cryptography", "_cffi_backend", "cffi"}:
            raise ImportError(f"{name} is not installed here")
sys.meta_path.insert(0, Only())
from rai.cli import main
code = main(sys.argv[1:])
inside = sorted(name for name in sys.modules if name.startswith("rai."))
print(*inside, file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(tmp_path / "e")


def run(evidence: Evidence, code: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", code, "verify", *evidence.arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60)


def test_no_socket_is_opened_and_no_process_started(evidence: Evidence) -> None:
    done = run(evidence, WATCHED)
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "allow"), done.stderr
    (evidence.model / "more").write_bytes(b"x")
    shutil.rmtree(evidence.out)
    assert run(evidence, WATCHED).returncode == 1


def test_the_watch_would_notice(evidence: Evidence) -> None:
    spied = WATCHED.replace("from rai.cli import main", "import socket; socket.socket(); from rai.cli import main")
    assert run(evidence, spied).returncode == 99


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed here")
def test_the_kernel_is_asked_for_no_socket(evidence: Evidence, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    command = ["strace", "-f", "-e", "trace=network", "-o", str(trace), sys.executable, "-m", "rai", "verify"]
    done = subprocess.run([*command, *evidence.arguments], cwd=ROOT, capture_output=True, timeout=60)
    assert done.returncode == 0
    assert "socket(" not in trace.read_text()


def test_it_runs_where_nothing_else_is_installed(evidence: Evidence) -> None:
    done = run(evidence, ALONE)
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "allow"), done.stderr
    inside = set(done.stderr.decode().splitlines()[-1].split())
    assert {name for name in inside if not name.startswith("rai.approval.verifying.")} == {
        "rai.approval", "rai.approval.verify", "rai.approval.verifying", "rai.cli", "rai.digests", "rai.errors",
        "rai.settings",
    }  # fmt: skip
