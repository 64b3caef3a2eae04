"""Evidence of every earlier release is judged as it was then."""

import shutil
import time
from pathlib import Path

import pytest

from rai.approval.verifying.answer import Answer
from rai.approval.verifying.steps import Request, verify

GOLDEN = Path(__file__).parent / "golden"
RELEASES = sorted(path for path in GOLDEN.iterdir() if path.is_dir())
MINUTE_AFTER = 1777887060  # 2026-05-04T09:31:00 UTC, a minute after the decisions
DAY = 24 * 3600


def ask(release: Path, out: Path, kind: str, *, status: str = "", now: int = MINUTE_AFTER, stage: str = "") -> Answer:
    request = Request(
        model=release / "model",
        bundle=release / f"{kind}.dsse.json",
        policy=release / f"{kind}.policy.toml",
        trust=release / "trust.json",
        out=out,
        status=release / f"{status or kind}.status.dsse.json",
        state=None,
        expected={},
        files={
            "dataset": release / "dataset.csv",
            "review": release / "review.json",
            "card": release / "card.content.json",
            "environment": release / "environment.json",
        },
        stage=stage,
    )
    return verify(request, clock=lambda: now, say=lambda _: None)


CASES = [
    ("approval", {}, "allow", 10),
    ("approval", {"status": "revoked", "now": MINUTE_AFTER + 7200}, "deny", 8),
    ("approval", {"status": "exception"}, "deny", 8),
    ("approval", {"now": MINUTE_AFTER + 2 * DAY}, "deny", 8),
    ("approval", {"now": MINUTE_AFTER + 30 * DAY}, "deny", 7),
    ("approval", {"now": MINUTE_AFTER - 3600}, "deny", 7),
    ("exception", {"stage": "staging"}, "allow", 10),
    ("exception", {"stage": "production"}, "deny", 6),
    ("exception", {}, "deny", 6),
    ("exception", {"stage": "staging", "now": MINUTE_AFTER + 10 * DAY}, "deny", 7),
]


def test_there_is_a_first_release() -> None:
    assert [path.name for path in RELEASES][:1] == ["0.1"]


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
@pytest.mark.parametrize(("kind", "how", "verdict", "step"), CASES)
def test_the_verdict_is_the_same(
    *, release: Path, kind: str, how: dict, verdict: str, step: int, tmp_path: Path
) -> None:
    answer = ask(release, tmp_path / "verified", kind, **how)
    assert (answer.verdict, answer.step) == (verdict, step), answer.reason
    if verdict == "allow":
        assert answer.statement is not None
        assert answer.statement.tier == {"approval": "high", "exception": "low"}[kind]


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
def test_a_changed_byte_is_denied(release: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(release, copy)
    with (copy / "model" / "MLmodel").open("ab") as file:
        file.write(b"\n")
    answer = ask(copy, tmp_path / "verified", "approval")
    assert (answer.verdict, answer.step) == ("deny", 5)


def test_today_it_is_over(tmp_path: Path) -> None:
    if time.time() > MINUTE_AFTER + 30 * DAY:
        assert ask(RELEASES[0], tmp_path / "verified", "approval", now=int(time.time())).step == 7
