"""A process killed at any step of publishing, or at any moment of writing, loses nothing and doubles nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import postgres
from tests.publishing import kit
from tests.publishing.killing import STEPS

ROOT = Path(__file__).resolve().parents[2]
#: One kill in each step; all of them, each many times, are in ``python -m benchmarks.gate``.
CHOSEN = (
    "P1 decision during", "P1 decision after", "P2 sign after", "P3 keep during", "P4 card during",
    "P4 attestation after", "P5 rai.attestation after", "P5 rai.status after", "P6 promoted after", "P6 alias after",
    "P7 published during",
)  # fmt: skip


def run(*arguments: str) -> list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=280
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def one_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kit.build(tmp_path_factory.mktemp("one") / "rai", (kit.FIRST,))


def test_a_publisher_killed_at_any_step_is_taken_up_again(one_home: Path, tmp_path: Path) -> None:
    assert set(CHOSEN) <= set(STEPS)
    halves = (CHOSEN[::2], CHOSEN[1::2])
    with ThreadPoolExecutor(2) as lanes:
        both = lanes.map(lambda steps: run("tests.publishing.killing", str(one_home), str(tmp_path), *steps), halves)
    found = [item for half in both for item in half]
    assert sorted(str(item["step"]) for item in found) == sorted(CHOSEN)
    for item in found:
        assert item.get("signal") == 9, item
        assert (item["decisions"], item["published"], item["promoted"]) == (1, 1, 1), item
        assert (item["ledger"], item["left"]) == ([], []), item
        assert item["files"] == sorted(kit.PUBLISHED), item
        assert (item["tag_fits"], item["status"], item["open"], item["alias"]) == (True, "approved", True, "1"), item
    before_the_attestation = [item["open_before"] for item in found if item["step"] < "P4 attestation"]
    assert not any(before_the_attestation)


def sound(found: dict[str, object], kills: int) -> None:
    assert found["kills"] == kills
    assert (found["lost"], found["doubled"], found["problems"]) == (0, 0, []), found
    assert (found["dense"], found["goes_on"]) == (True, True)
    assert found["acknowledged"] > kills / 2  # the writers did work between the kills
    assert found["seconds_to_go_on"] < 60


def test_writers_killed_at_200_random_moments_lose_and_double_nothing_on_sqlite(tmp_path: Path) -> None:
    (found,) = run("tests.publishing.hammering", f"sqlite:///{tmp_path / 'rai.db'}", "200", "1")
    sound(found, 200)


def test_writers_killed_at_random_moments_lose_and_double_nothing_on_postgresql(postgresql: str) -> None:
    (found,) = run("tests.publishing.hammering", postgres.fresh(postgresql), "60", "2")
    sound(found, 60)
