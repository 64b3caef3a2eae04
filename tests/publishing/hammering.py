"""Writers of one ledger, killed with SIGKILL at random moments: what was acknowledged must be there, once.

A program of its own, because it forks: ``python -m tests.publishing.hammering URL KILLS SEED [WRITERS]`` prints one JSON
line.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter

from rai.approval.events import NarrativeEdited
from rai.approval.ledger import Ledger
from rai.database import open_database
from rai.digests import sha256
from tests.approval.builders import BOB, REF, TIME, submit


def write_and_say(url: str, life: int, pipe: int) -> None:
    """Append one row after another and say each key once it is committed."""
    book = Ledger(open_database(url))
    number = 0
    while True:
        key = f"{life}-{number}"
        event = NarrativeEdited(
            model=REF.name, version=REF.version, actor=BOB, time=TIME, field="users", text_sha256=sha256(key.encode())
        )
        book.append(event, idem=key, guard=lambda _: None)
        os.write(pipe, f"{key}\n".encode())
        number += 1


def fork_writer(url: str, life: int, pipe: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        write_and_say(url, life, pipe)
    finally:
        os._exit(1)


def hammer(url: str, kills: int, seed: int, writers: int) -> dict[str, object]:
    """Keep so many writers at work and kill one after another, then look at the ledger as a fresh process does."""
    chance = random.Random(seed)
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    said: list[bytes] = []
    alive = [fork_writer(url, life, writing) for life in range(writers)]
    for kill in range(kills):
        time.sleep(chance.uniform(0.01, 0.09))
        victim = alive.pop(chance.randrange(len(alive)))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        said.append(_drained(reading))
        alive.append(fork_writer(url, writers + kill, writing))
    for child in alive:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    said.append(_drained(reading))
    return judged(url, b"".join(said).decode().split(), kills)


def _drained(pipe: int) -> bytes:
    found = b""
    while True:
        try:
            piece = os.read(pipe, 1 << 16)
        except BlockingIOError:
            return found
        if not piece:
            return found
        found += piece


def judged(url: str, acknowledged: list[str], kills: int) -> dict[str, object]:
    book = Ledger(open_database(url))
    rows = book.rows()
    keys = Counter(row.idem for row in rows)
    began = time.monotonic()
    after = book.append(
        NarrativeEdited(model=REF.name, version=REF.version, actor=BOB, time=TIME, field="users", text_sha256="0" * 64),
        idem="after",
        guard=lambda _: None,
    )
    return {
        "kills": kills, "acknowledged": len(acknowledged), "rows": len(rows),
        "lost": sum(key not in keys for key in acknowledged), "doubled": sum(count > 1 for count in keys.values()),
        "dense": [row.seq for row in rows] == list(range(1, len(rows) + 1)), "problems": list(book.check()),
        "goes_on": after.seq == len(rows) + 1, "seconds_to_go_on": round(time.monotonic() - began, 2),
    }  # fmt: skip


def main() -> None:
    url, kills, seed, *writers = sys.argv[1:]
    child = os.fork()  # the engine that makes the first row must not be shared with the writers
    if not child:
        submit(Ledger(open_database(url)))
        os._exit(0)
    os.waitpid(child, 0)
    found = hammer(url, int(kills), int(seed), int(writers[0]) if writers else 4)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
