"""Attacks on publishing and on the ledger: kills, crowds, full disks, broken registries, forgeries; and honest work."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import honest
from benchmarks.campaign import Campaign, environment, in_two_lanes, program
from benchmarks.timing import timed
from rai.approval.ledger import Ledger
from rai.database import open_database
from rai.registry import Registry
from rai.workspace import Workspace
from tests import postgres
from tests.publishing import crowd, filling, forging, kit, served
from tests.publishing.faulty import FAULTS, Fault, Proxy
from tests.publishing.killing import STEPS

#: Kills a step, kills of writers, forged marks, replays, honest submissions.
KILLS, HAMMER, MARKS, REPLAYS, HONEST = 10, 500, 200, 20, 300
#: Seconds after which the whole way is killed, drawn with a seed; it takes less than three.
_chance = random.Random(11)  # noqa: S311 - moments, not secrets
MOMENTS = tuple(f"after {_chance.uniform(0.05, 3):.3f}" for _ in range(200))
_FAST = {f"MLFLOW_HTTP_REQUEST_{name}": value for name, value in served.FAST.items()}

Case = tuple[Fault, int, bool]


@contextmanager
def _both_databases() -> Iterator[tuple[tuple[str, str], ...]]:
    with tempfile.TemporaryDirectory() as folder, postgres.server() as url:
        yield (("SQLite", f"sqlite:///{folder}/rai.db"), ("PostgreSQL", postgres.fresh(url)))


def crowds() -> Iterable[Campaign]:
    """Fifty reviewers with twenty actions each on ten cases, at once."""
    with _both_databases() as databases:
        for name, address in databases:
            book = Ledger(open_database(address))
            crowd.open_cases(book)
            found = timed(lambda book=book: crowd.act(book))
            answers, seconds = found.answer.answers, found.answer.seconds
            kinds, doubled = crowd.outcome(book)
            told = answers["edited"] + answers["voted"]
            exact = doubled == 0 and kinds["narrative_edited"] + kinds["signed_off"] == told and not book.check()
            faults = [*found.answer.faults, *([] if exact else ["rows and answers differ"])]
            p95, p99 = found.answer.quantile(0.95), found.answer.quantile(0.99)
            said = f"p95 {p95:.2f} s, bar 1 s {_met(p95, 1)}; p99 {p99:.2f} s, bar 3 s {_met(p99, 3)}"
            yield Campaign(f"50 reviewers at once, {name}", 1000, len(seconds), faults, found.seconds, said)


def _met(measured: float, bar: float) -> str:
    return "met" if measured <= bar else "NOT MET"


def writers() -> Iterable[Campaign]:
    """Kill writers of one ledger at random moments."""
    with _both_databases() as databases:
        for name, address in databases:
            found = timed(lambda address=address: program("hammering", address, str(HAMMER), "11"))
            (item,) = found.answer
            sound = (item["lost"], item["doubled"], item["problems"], item["dense"]) == (0, 0, [], True)
            said = f"{item['acknowledged']:,} acknowledged, {item['lost']} lost, {item['doubled']} doubled"
            faults = [] if sound else [item]
            yield Campaign(f"writers killed at random, {name}", HAMMER, item["kills"], faults, found.seconds, said)


def kills() -> Iterable[Campaign]:
    """Kill publishers at every step on both databases, and at many moments."""
    with tempfile.TemporaryDirectory() as place:
        home = kit.build(Path(place) / "rai", (kit.FIRST,))
        yield _killed("kill -9 at each step, SQLite", home, STEPS * KILLS)
        yield _killed("kill -9 at moments of the whole way", home, MOMENTS)
    with tempfile.TemporaryDirectory() as place, postgres.server() as url:
        home = Path(place) / "rai"
        home.mkdir()
        (home / "database-url").write_text(postgres.fresh(url))
        kit.build(home, (kit.FIRST,))
        # A database that somebody is connected to cannot be copied.
        open_database((home / "database-url").read_text()).dispose()
        yield _killed("kill -9 at each step, PostgreSQL", home, STEPS * KILLS)


def _killed(name: str, home: Path, steps: Sequence[str]) -> Campaign:
    with tempfile.TemporaryDirectory() as folder:
        found = timed(lambda: in_two_lanes("killing", (str(home), folder), steps))
    slowest = max((item.get("seconds", 0.0) for item in found.answer), default=0.0)
    faults = [item for item in found.answer if not _sound(item)]
    return Campaign(name, len(steps), len(found.answer), faults, found.seconds, f"converged in {slowest:.1f} s at most")


def _sound(item: dict[str, Any]) -> bool:
    wanted = {
        "decisions": 1, "published": 1, "promoted": 1, "files": sorted(kit.PUBLISHED), "tag_fits": True,
        "status": "approved", "left": [], "ledger": [], "open": True, "alias": "1",
    }  # fmt: skip
    ended = item.get("signal") == 9 or str(item.get("step")).startswith("after")
    return ended and all(item.get(name) == value for name, value in wanted.items())


def full() -> Iterable[Campaign]:
    """Fill the disk under ledger, content store, card files and publication."""
    planned = filling.EACH * len(filling.KINDS)
    with tempfile.TemporaryDirectory() as folder:
        home, found = kit.build(Path(folder) / "rai", (kit.FIRST,)), list[str]()

        def fill() -> str:
            try:
                found.extend(filling.points(Path(folder), home))
            except filling.NoDisk as reason:
                return str(reason)
            return ""

        done = timed(fill)
    yield Campaign("full disks", planned, len(found), [fault for fault in found if fault], done.seconds, done.answer)


def registries() -> Iterable[Campaign]:
    """Break every call of the gate and of a publication, each in every way, before a real server."""
    with tempfile.TemporaryDirectory() as place, served.mlflow_server(Path(place)) as port:
        folder, proxy = Path(place), Proxy(port)
        with environment(_FAST):
            workspace = served.build(folder / "rai", proxy.address)
            served.keep_unpublished(workspace)
            calls = served.gate_calls(proxy, workspace, served.GOOD)
            grid = [(f, call, only) for f in FAULTS for call in range(1, calls + 1) for only in (True, False)]
            yield _gates("broken calls of the gate", grid, proxy, workspace)
            direct = Registry(kit.settings(folder, MLFLOW_TRACKING_URI=f"http://127.0.0.1:{port}"))
            yield _publications(proxy, workspace, direct)
        yield _gates("each fault with the shipped patience", [(f, 3, False) for f in FAULTS], proxy, workspace)
        proxy.stop()


def _gates(name: str, grid: Sequence[Case], proxy: Proxy, workspace: Workspace) -> Campaign:
    found = timed(lambda: [served.broken_gate(proxy, workspace, fault, call, only=only) for fault, call, only in grid])
    return Campaign(name, len(grid), len(found.answer), [group for group in found.answer if group], found.seconds)


def _publications(proxy: Proxy, workspace: Workspace, direct: Registry) -> Campaign:
    folder = workspace.settings.home.parent
    served.unpublish(workspace, direct, folder)
    calls = served.publish_calls(proxy, workspace)

    def tried(fault: Fault, call: int) -> tuple[str, ...]:
        served.unpublish(workspace, direct, folder)
        return served.broken_publication(proxy, workspace, direct, fault, call, only=call % 2 == 0)

    grid = [(fault, call) for fault in FAULTS for call in range(1, calls + 1)]
    found = timed(lambda: [tried(*case) for case in grid])
    faults = [group for group in found.answer if group]
    return Campaign("broken calls of a publication", len(grid), len(found.answer), faults, found.seconds)


def forgeries() -> Iterable[Campaign]:
    """Forge tags, aliases, files, copies and whole models."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        small, settled = kit.build(folder / "small" / "rai"), folder / "settled" / "rai"
        settled.parent.mkdir()
        kit.settle(kit.copied(small, settled))
        marks = timed(lambda: forging.forged_marks(kit.copied(settled, folder / "marks"), MARKS))
        yield _denied("forged tags, aliases, files and copies", MARKS, marks.answer, marks.seconds)
        replays = timed(lambda: [forging.replayed(settled, folder, number) for number in range(REPLAYS)])
        yield _denied("deleted, made anew and replayed", REPLAYS, replays.answer, replays.seconds)


def _denied(name: str, planned: int, answers: Sequence[bool], seconds: float) -> Campaign:
    faults = [f"number {number} was let through" for number, denied in enumerate(answers) if not denied]
    return Campaign(name, planned, len(answers), faults, seconds)


def honest_work() -> Iterable[Campaign]:
    """Submit small models, waive what a reviewer may waive, and approve those whose findings allow it."""
    with tempfile.TemporaryDirectory() as folder:
        found = timed(lambda: honest.run(HONEST, Path(folder)))
    done = found.answer
    yield Campaign("honest submissions that reach review", HONEST, done.executed, done.stopped, found.seconds)
    said = f"{done.waived} with waivers, {done.open} gates open, {done.verified} verified offline"
    yield Campaign("honest approvals, gate and verifier", done.approvable, done.approvable, done.denied, 0.0, said)


ALL: dict[str, Callable[[], Iterable[Campaign]]] = {
    "crowds": crowds, "writers": writers, "kills": kills, "full": full, "registries": registries,
    "forgeries": forgeries, "honest": honest_work,
}  # fmt: skip
