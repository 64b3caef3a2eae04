"""App and worker as two users of one group: only the worker can read the signing key, and both do their work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publishing import kit

ROOT = Path(__file__).resolve().parents[2]
APP, WORKER, GROUP = 61001, 61002, 61000
BEFORE = """
import os, sys
os.umask(0o002)
from pathlib import Path
from rai.approval.keys import open_signer
from rai.clock import now
from rai.errors import InputError
from rai.gating import gate
from rai.publishing import publish
from rai.workspace import Workspace
from tests.publishing import kit
here = Workspace.open(kit.settings(Path(sys.argv[1]), RAI_SIGNING_KEY=sys.argv[2]))
"""
APPROVE = "print(kit.approve(here).state)"
PUBLISH = "publish(here, kit.FIRST, render=kit.render, time=now()); print(gate(here, kit.FIRST).open)"
ASK = "print(gate(here, kit.FIRST).open)"
SIGN = """
try:
    open_signer(here.signing_key)
except InputError as refusal:
    print(refusal)
print(os.access(here.signing_key, os.R_OK))
"""


@pytest.fixture
def home(small_home: Path) -> Iterator[Path]:
    """An installation whose folder is shared by a group, with a folder for keys beside it that is the worker's."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("To be two users needs root and the program setpriv.")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        home, keys = Path(folder, "rai"), Path(folder, "keys")
        kit.copy(small_home, home)
        for path in (home, *home.rglob("*")):
            os.chown(path, APP, GROUP)
            path.chmod(0o2770 if path.is_dir() else 0o660)
        keys.mkdir()
        os.chown(keys, WORKER, GROUP)
        keys.chmod(0o755)
        yield home


def run(user: int, home: Path, program: str) -> str:
    """Run a few lines as a user of the group."""
    command = ["setpriv", f"--reuid={user}", f"--regid={GROUP}", "--clear-groups", sys.executable, "-W", "ignore", "-c"]
    done = subprocess.run(
        [*command, BEFORE + program, str(home), str(home.parent / "keys" / "signing.pem")], cwd=ROOT, text=True,
        capture_output=True, timeout=120, env={**os.environ, "HOME": str(home), "TMPDIR": "/tmp"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_app_decides_the_worker_signs_and_neither_can_do_the_others_part_of_it(home: Path) -> None:
    assert run(APP, home, APPROVE) == "approved"
    assert run(WORKER, home, PUBLISH) == "True"
    key = home.parent / "keys" / "signing.pem"
    assert (key.stat().st_uid, key.stat().st_mode & 0o777) == (WORKER, 0o600)
    assert run(APP, home, ASK) == "True"
    refusal, readable = run(APP, home, SIGN).splitlines()
    assert "belongs to somebody else" in refusal
    assert readable == "False"
