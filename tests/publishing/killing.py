"""Kills a publisher with SIGKILL just before or just after a named step, starts another one, and looks what is left.

Run by tests and campaigns as a program of its own, because it forks: everything is imported first, while there is one
thread only. The program itself has no hooks; the steps are caught from outside, at the calls it makes.

``python -m tests.publishing.killing HOME FOLDER [STEP ...]`` prints one JSON line a kill.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import mlflow.store.tracking.sqlalchemy_store  # noqa: F401 - imported once, before the forks
import sqlalchemy as sa

import rai.publishing as publishing_module
from rai.approval.events import Promoted, Published, SignedOff
from rai.clock import now
from rai.errors import RaiError
from rai.gating import gate
from rai.promoting import promote
from rai.publishing import publish, unfinished
from rai.reconciling import reconcile
from rai.registry import Registry
from rai.workspace import Workspace
from tests.publishing import kit

#: Where to kill: the step, and whether before or after it; ``during`` is between the parts of a step.
STEPS = tuple(
    f"{step} {when}"
    for step, moments in {
        "P1 decision": ("before", "during", "after"), "P2 sign": ("before", "after"), "P3 keep": ("before", "during", "after"),
        "P4 card": ("before", "during", "after"), "P4 attestation": ("before", "after"), "P5 rai.attestation": ("before", "after"),
        "P5 rai.status": ("before", "after"), "P6 promoted": ("before", "after"), "P6 alias": ("before", "after"),
        "P7 published": ("before", "during", "after"),
    }.items()
    for when in moments
)  # fmt: skip


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def around(step: str, wanted: str, do: Callable[[], object]) -> object:
    """Do something, dying before or after it if that is what is wanted."""
    if wanted == f"{step} before":
        die()
    answer = do()
    if wanted == f"{step} after":
        die()
    return answer


class Deadly(Registry):
    """The real registry, in which the caller dies at a named call."""

    def __init__(self, workspace: Workspace, wanted: str) -> None:
        super().__init__(workspace.settings)
        self._wanted = wanted

    def write(self, ref, files) -> None:
        step = "P4 attestation" if any(path.endswith("dsse.json") for path in files) else "P4 card"
        if self._wanted == f"{step} during":
            some = dict(list(files.items())[: len(files) // 2])
            super().write(ref, some)
            die()
        around(step, self._wanted, lambda: super(Deadly, self).write(ref, files))

    def set_tag(self, ref, key: str, value: str) -> None:
        around(f"P5 {key}", self._wanted, lambda: super(Deadly, self).set_tag(ref, key, value))

    def set_alias(self, ref, alias: str) -> None:
        around("P6 alias", self._wanted, lambda: super(Deadly, self).set_alias(ref, alias))


def arm(workspace: Workspace, wanted: str) -> None:
    """Catch every step of this process from outside."""
    workspace.__dict__["registry"] = Deadly(workspace, wanted)
    steps = {SignedOff: "P1 decision", Promoted: "P6 promoted", Published: "P7 published"}
    append, attest, keep = workspace.ledger.append, publishing_module.attest, workspace.outbox.keep_attestation
    deadly_commit = [""]

    def appending(event, **more):
        step = steps.get(type(event), "")
        deadly_commit[0] = step
        return around(step, wanted, lambda: append(event, **more))

    def keeping(*given):
        deadly_commit[0] = "P3 keep"
        return around("P3 keep", wanted, lambda: keep(*given))

    def committing(_: sa.Connection) -> None:
        # The row is inserted and not committed yet.
        if wanted == f"{deadly_commit[0]} during":
            die()
        deadly_commit[0] = ""

    sa.event.listen(workspace.ledger._engine, "commit", committing)
    workspace.ledger.append = appending
    workspace.outbox.keep_attestation = keeping
    publishing_module.attest = lambda *given: around("P2 sign", wanted, lambda: attest(*given))


def whole_way(workspace: Workspace) -> None:
    """Approve, publish and promote, as a reviewer and a worker do."""
    if not any(row.fields.get("decision") == "approve" for row in workspace.ledger.rows(kit.FIRST)):
        kit.approve(workspace)
    publish(workspace, kit.FIRST, render=kit.render, time=now())
    promote(workspace, kit.FIRST, by="Ola Ops", time=now())


def in_a_child(do: Callable[[], object]) -> int:
    """Run something in a fork and return the signal that ended it, or 0."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the child stopped with an error"
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    code = 1
    try:
        do()
        code = 0
    except BaseException:  # noqa: BLE001 - a fork must not go on where its parent was
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def first_life(home: Path, wanted: str) -> None:
    workspace = Workspace.open(kit.settings(home))
    arm(workspace, wanted)
    whole_way(workspace)


def second_life(home: Path, out: Path) -> None:
    """Go on as a fresh process does, and write down what there is at the end."""
    workspace = Workspace.open(kit.settings(home))
    began = time.monotonic()
    after_kill = kit.events(workspace)
    open_before = gate(workspace, kit.FIRST).open
    for _ in range(3):
        reconcile(workspace, render=kit.render, time=now(), deep=False)
        if not unfinished(workspace):
            break
    whole_way(workspace)
    left = reconcile(workspace, render=kit.render, time=now())
    out.write_text(json.dumps({**look(workspace), "after_kill": after_kill, "open_before": open_before,
        "left": [*left.open, *left.failed], "seconds": round(time.monotonic() - began, 2)}))  # fmt: skip


def look(workspace: Workspace) -> dict[str, object]:
    """What must be so at the end, each as a value to compare."""
    kinds = Counter(kit.events(workspace))
    found = kit.published(workspace)
    return {
        "decisions": kinds["signed_off"], "published": kinds["published"], "promoted": kinds["promoted"],
        "ledger": list(workspace.ledger.check()), "files": sorted(found),
        "tag_fits": kit.tags(workspace).get("rai.attestation") == kit.digest(found.get("attestation.dsse.json", b"")),
        "status": kit.tags(workspace).get("rai.status"), "open": gate(workspace, kit.FIRST).open,
        "alias": workspace.registry.aliases(kit.FIRST.name).get("champion"),
    }  # fmt: skip


def killed(template: Path, folder: Path, wanted: str) -> dict[str, object]:
    """One kill in a copy of an installation and what came of it."""
    home = Path(tempfile.mkdtemp(dir=folder)) / "rai"
    kit.copy(template, home)  # opened by the forks alone: a connection must not be shared between them
    ended = in_a_child(lambda: first_life(home, wanted))
    out = home / "out.json"
    in_a_child(lambda: second_life(home, out))
    answer = {"step": wanted, "signal": ended, **json.loads(out.read_text())}
    shutil.rmtree(home.parent)
    return answer


def randomly(template: Path, folder: Path, seconds: float) -> dict[str, object]:
    """Kill the whole way after some time instead of at a step."""
    home = Path(tempfile.mkdtemp(dir=folder)) / "rai"
    kit.copy(template, home)  # opened by the forks alone: a connection must not be shared between them
    child = os.fork()
    if not child:
        try:
            first_life(home, "")
        finally:
            os._exit(0)
    time.sleep(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    out = home / "out.json"
    in_a_child(lambda: second_life(home, out))
    answer = {"step": f"after {seconds:.2f} s", "signal": os.WTERMSIG(status), **json.loads(out.read_text())}
    shutil.rmtree(home.parent)
    return answer


def main() -> None:
    template, folder, *wanted = sys.argv[1:]
    for step in wanted or STEPS:
        try:
            found = (
                randomly(Path(template), Path(folder), float(step.removeprefix("after ")))
                if step.startswith("after ")
                else killed(Path(template), Path(folder), step)
            )
        except (RaiError, AssertionError, OSError, ValueError) as error:
            found = {"step": step, "error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
