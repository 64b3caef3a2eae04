"""One campaign of attacks as a row of the table: what was planned, carried out and passed, and the first fault."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Campaign:
    """A row of the table.

    Attributes
    ----------
    planned, executed
        How many cases.
    faults
        A text for each case that did not pass.
    said
        Numbers measured on the way.
    """

    name: str
    planned: int
    executed: int
    faults: Sequence[object]
    seconds: float
    said: str = ""

    @property
    def passed(self) -> int:
        """Cases that passed."""
        return max(self.executed - len(self.faults), 0)

    @property
    def met(self) -> bool:
        """True if everything that was planned was carried out and passed."""
        return self.planned == self.executed == self.passed

    @property
    def note(self) -> str:
        """What was measured, and the first fault."""
        first = [f"first fault: {str(self.faults[0])[:300]}"] if self.faults else []
        return "; ".join([*([self.said] if self.said else []), *first])


def program(name: str, *arguments: str) -> list[dict[str, Any]]:
    """Run one of the programs beside the tests that fork and kill; it prints a line of JSON a case."""
    command = [sys.executable, "-W", "ignore", "-m", f"tests.publishing.{name}", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def in_two_lanes(name: str, before: Sequence[str], cases: Sequence[str]) -> list[dict[str, Any]]:
    """Run a program twice at once, each with half of the cases."""
    with ThreadPoolExecutor(2) as lanes:
        halves = lanes.map(lambda half: program(name, *before, *half), (cases[::2], cases[1::2]))
        return [item for half in halves for item in half]


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ |= values
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ |= {} if value is None else {name: value}
