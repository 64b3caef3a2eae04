"""Whatever goes wrong, the command never ends with 0: sixty ways, each with the real command."""

import fcntl
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rai.approval.verifying.arguments import parse
from rai.cli import main
from tests.approval.evidence import ROOT, Evidence

HUGE = 200 << 20
#: Give up the right of root to read and write everything, then start the command.
ORDINARY = (
    "import ctypes, os, sys; libc = ctypes.CDLL(None)\n"
    "for right in (1, 2): libc.prctl(24, right, 0, 0, 0)\n"
    "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
)


@pytest.fixture
def evidence(tmp_path: Path) -> Evidence:
    return Evidence(tmp_path / "e")


def command(evidence: Evidence, *more: str) -> list[str]:
    return [sys.executable, "-m", "rai", "verify", *evidence.arguments, *more]


def start(arguments: list[str], **options: object) -> subprocess.CompletedProcess:
    if os.geteuid() == 0:
        arguments = [sys.executable, "-c", ORDINARY, *arguments[1:]]
    return subprocess.run(arguments, **{"cwd": ROOT, "capture_output": True, "timeout": 60, **options})


def closed(evidence: Evidence, done: subprocess.CompletedProcess, code: int) -> None:
    assert done.returncode == code, done
    assert not evidence.out.exists()
    assert not [path for path in evidence.folder.iterdir() if path.name.startswith(".verified")]
    assert b"Traceback" not in done.stderr + done.stdout
    for line in done.stdout.splitlines():
        assert json.loads(line)["verdict"] == ("deny" if code == 1 else "undecided")


def gone(path: Path) -> None:
    path.unlink()


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def huge(path: Path) -> None:
    os.truncate(path, HUGE)


def locked(path: Path) -> None:
    path.chmod(0)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


SPOILED: list[Callable[[Path], None]] = [gone, emptied, huge, locked, folder, pipe, loop]
#: What is read and only differs is denied; what cannot be read decides nothing.
CODES = {
    "attestation.dsse.json": {emptied: 1},
    "policy.toml": {emptied: 1},
    "trust.json": {},
    "status.dsse.json": {emptied: 1},
    "dataset": {emptied: 1, huge: 1},
    "card": {emptied: 1, huge: 1},
}


@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("spoil", SPOILED)
def test_a_file_that_cannot_be_used(evidence: Evidence, name: str, spoil: Callable[[Path], None]) -> None:
    spoil(evidence.folder / name)
    closed(evidence, start(command(evidence)), CODES[name].get(spoil, 2))


def no_model(evidence: Evidence) -> None:
    shutil.rmtree(evidence.model)


def model_is_a_file(evidence: Evidence) -> None:
    shutil.rmtree(evidence.model)
    evidence.model.write_bytes(b"x")


def model_file_locked(evidence: Evidence) -> None:
    (evidence.model / "requirements.txt").chmod(0)


def model_folder_locked(evidence: Evidence) -> None:
    (evidence.model / "code").chmod(0)


def out_locked(evidence: Evidence) -> None:
    (evidence.folder / "last-seen.json").write_bytes(b'{"format":"rai-last-seen/v1","rows":[],"status_made":0}')
    evidence.folder.chmod(0o555)


def memory_damaged(evidence: Evidence) -> None:
    (evidence.folder / "last-seen.json").write_bytes(b"{")


def memory_is_a_folder(evidence: Evidence) -> None:
    (evidence.folder / "last-seen.json").mkdir()


@pytest.mark.parametrize(
    "spoil",
    [no_model, model_is_a_file, model_file_locked, model_folder_locked, out_locked, memory_damaged, memory_is_a_folder],
)
def test_a_place_that_cannot_be_used(evidence: Evidence, spoil: Callable[[Evidence], None]) -> None:
    spoil(evidence)
    done = start(command(evidence))
    for path in (evidence.folder, evidence.model / "code"):
        if path.exists():
            path.chmod(0o755)
    closed(evidence, done, 2)


def test_an_empty_model_is_another_model(evidence: Evidence) -> None:
    no_model(evidence)
    evidence.model.mkdir()
    closed(evidence, start(command(evidence)), 1)


def test_a_folder_to_make_where_nothing_can_be_made(evidence: Evidence) -> None:
    for out in ("/proc/self/verified", str(evidence.bundle / "verified"), str(evidence.folder / "no" / "verified")):
        closed(evidence, start(command(evidence, "--out", out)), 2)


def test_a_memory_that_somebody_else_holds(evidence: Evidence) -> None:
    with (evidence.folder / ".last-seen.json.lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = start(command(evidence))
    closed(evidence, done, 2)
    assert b"Another verifier holds" in done.stdout


@pytest.mark.parametrize(
    "redirection", [">&-", ">/dev/full", "<&- >&- 2>&-", "<&- >&-", ">/dev/full 2>/dev/full", "1</dev/null"]
)
def test_an_answer_that_cannot_be_said(evidence: Evidence, redirection: str) -> None:
    """Standard output closed gives 0 and a full one 120 to a program that prints and does not look."""
    shell = ["sh", "-c", f'exec "$@" {redirection}', "sh", *command(evidence)]
    closed(evidence, subprocess.run(shell, cwd=ROOT, capture_output=True, timeout=60), 2)


def test_an_answer_to_a_pipe_nobody_reads(evidence: Evidence) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(command(evidence), cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, timeout=60)
    finally:
        os.close(writing)
    assert done.returncode == 2
    assert not evidence.out.exists()


def test_standard_error_that_cannot_be_written_changes_nothing(evidence: Evidence) -> None:
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" 2>/dev/full', "sh", *command(evidence)], cwd=ROOT, capture_output=True
    )
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "allow")


def test_the_library_of_signatures_is_missing(evidence: Evidence, tmp_path: Path) -> None:
    (tmp_path / "cryptography").mkdir()
    (tmp_path / "cryptography" / "__init__.py").write_text("raise ImportError('no such library')")
    done = start(command(evidence), env={**os.environ, "PYTHONPATH": str(tmp_path)})
    closed(evidence, done, 2)
    assert b"no such library" in done.stdout


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        (resource.RLIMIT_FSIZE, 5000),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 6),
        (resource.RLIMIT_AS, 90 << 20),
        (resource.RLIMIT_AS, 120 << 20),
    ],
)
def test_not_enough_of_something(evidence: Evidence, limit: int, value: int) -> None:
    if limit == resource.RLIMIT_AS:
        (evidence.folder / "status.dsse.json").write_bytes(b"[" + b'"abcdefgh",' * 5_000_000 + b"1]")
    done = subprocess.run(
        command(evidence), cwd=ROOT, capture_output=True, timeout=60,
        preexec_fn=lambda: resource.setrlimit(limit, (value, value)),
    )  # fmt: skip
    assert done.returncode not in {0, 120}
    assert not evidence.out.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM, signal.SIGKILL])
def test_a_signal_while_it_copies(evidence: Evidence, number: signal.Signals) -> None:
    os.truncate(evidence.model / "model.skops", 40 << 30)  # of zeros that take no room until they are copied
    running = subprocess.Popen(command(evidence), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not list(evidence.folder.glob(".verified.*/model/model.skops")):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    running.send_signal(number)
    said, _ = running.communicate(timeout=60)
    assert running.returncode == (-9 if number == signal.SIGKILL else 2)
    assert not evidence.out.exists()
    if number == signal.SIGKILL:
        assert said == b""
        return
    assert json.loads(said)["verdict"] == "undecided"
    assert not list(evidence.folder.glob(".verified.*"))


@pytest.mark.parametrize(
    "words",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "xx_YY.nothing", "LANG": "?"},
        {"PYTHONIOENCODING": "ascii"},
    ],
)
def test_another_locale_changes_no_verdict(evidence: Evidence, words: dict[str, str]) -> None:
    done = start(command(evidence), env={**os.environ, **words})
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "allow")
    copied = {os.fsencode(path.relative_to(evidence.out)) for path in evidence.out.rglob("*") if path.is_file()}
    assert copied == {name.encode() for name in evidence.files}
    shutil.rmtree(evidence.out)
    (evidence.model / "n\xf6.txt").write_bytes(b"x")
    closed(evidence, start(command(evidence), env={**os.environ, **words}), 1)


@pytest.mark.parametrize(
    "more",
    [
        ["--unknown"],
        ["--help"],
        ["-h"],
        ["--expect", "model"],
        ["--expect", "model=" + "A" * 64],
        ["--expect", "thing=" + "0" * 64],
        ["--expect", "model=" + "0" * 64, "model=" + "1" * 64],
        ["--stat", "x"],
        ["--model"],
        ["--model", "--help"],
        ["more"],
        ["--bundle", "a\0b"],
    ],
)
def test_wrong_usage(evidence: Evidence, more: list[str]) -> None:
    if "\0" in "".join(more):
        assert main(["verify", *evidence.arguments, *more]) == 2
        return
    done = start(command(evidence, *more))
    assert (done.returncode, evidence.out.exists()) == (2, False)
    assert (b"usage" in done.stdout) == (more[-1] in {"-h", "--help"} and "--model" not in more)


def test_missing_arguments(evidence: Evidence) -> None:
    closed(evidence, start([sys.executable, "-m", "rai", "verify"]), 2)
    for name in ("model", "bundle", "policy", "trust", "out", "dataset", "review", "card", "environment"):
        with pytest.raises(SystemExit) as leaving:
            parse(evidence.without(name))
        assert leaving.value.code == 2
