"""Attacks the gate from all sides and takes its times: ``python -m benchmarks.gate [CAMPAIGN ...]``.

Campaigns: verifier, crowds, writers, kills, full, registries, forgeries, honest. Without a name all of them, about
an hour.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.campaign import Campaign
from benchmarks.campaigns import ALL
from benchmarks.tables import Bar, show, show_bars
from benchmarks.timing import timed
from rai.approval.verify import verify_envelope
from rai.approval.verifying.copying import copy_model
from tests.approval.evidence import Evidence, public
from tests.approval.mutations import tally

MUTANTS = 20_000
MODEL_MIB = 512


def main() -> None:
    """Carry out the campaigns that were named, or all, and print one table: planned, executed and passed."""
    names = sys.argv[1:] or ["verifier", *ALL]
    unknown = sorted(set(names) - {"verifier", *ALL})
    if unknown:
        sys.exit(f"There is no campaign {', '.join(unknown)}. There are: verifier, {', '.join(ALL)}.")
    if "verifier" in names:
        verifier()
    found: list[Campaign] = []
    for name in (item for item in names if item in ALL):
        for campaign in ALL[name]():
            print(f"{campaign.name}: {campaign.passed} of {campaign.planned}", file=sys.stderr, flush=True)
            found.append(campaign)
    if found:
        table(found)
    sys.exit(not all(campaign.met for campaign in found))


def table(found: list[Campaign]) -> None:
    """Print what was planned, executed and passed."""
    rows = [
        (item.name, item.planned, item.executed, item.passed, f"{item.seconds:.0f} s", "met" if item.met else "NOT MET")
        for item in found
    ]
    notes = [f"{item.name}: {item.note}" for item in found if item.note]
    show("Campaigns", ("campaign", "planned", "executed", "passed", "time", ""), rows, *notes)


def verifier() -> None:
    """Print how the offline verifier stands against damaged attestations, and its times."""
    with tempfile.TemporaryDirectory() as folder:
        evidence = Evidence(Path(folder) / "e")
        bars = [attestations(evidence), *times(evidence, Path(folder))]
    show_bars(bars)


def attestations(evidence: Evidence, *, count: int = MUTANTS, seed: int = 7) -> Bar:
    """Damage a good attestation ``count`` times; none may be believed with another meaning."""
    envelope, now = evidence.bundle.read_bytes(), int(time.time())
    found = timed(lambda: tally(envelope, [public()], now=now, count=count, seed=seed))
    rows = [(place, number) for place, number in found.answer.tried.items()]
    show("Damaged attestations by place", ("place", "tried"), rows, f"{found.seconds:.1f} s")
    wrong = len(found.answer.wrong)
    words = f"{wrong} of {count:,}; {found.answer.accepted} accepted as the same JSON"
    return Bar("0 damaged attestations believed with another meaning", words, wrong == 0)


def times(evidence: Evidence, folder: Path) -> list[Bar]:
    """Take the times of one command, of verifications in a row, and of copying a large model."""
    envelope, now = evidence.bundle.read_bytes(), int(time.time())
    command = timed(evidence.run)
    many = timed(lambda: [verify_envelope(envelope, [public()], now=now) for _ in range(2000)])
    large = folder / "large"
    large.mkdir()
    (large / "weights.bin").write_bytes(os.urandom(1 << 20) * MODEL_MIB)
    copied = timed(lambda: copy_model(large, folder / "copy"))
    return [
        Bar("one command on a small model in at most 1 s", f"{command.seconds:.2f} s", command.seconds <= 1),
        Bar("1,000 attestations a second", f"{2000 / many.seconds:,.0f} /s", many.seconds <= 2),
        Bar(
            "a large model copied and digested at 100 MiB/s", f"{MODEL_MIB / copied.seconds:,.0f} MiB/s",
            MODEL_MIB / copied.seconds >= 100,
        ),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
