"""Takes times: the median of a few runs, the load of the machine beside it, and the memory at its peak."""

from __future__ import annotations

import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Timed(Generic[Answer]):
    """What a piece of work answered, and the median of its seconds."""

    answer: Answer
    seconds: float


def timed(work: Callable[[], Answer], *, repeats: int = 1) -> Timed[Answer]:
    """Run a piece of work a few times; the answer is that of the last run."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - start)
    return Timed(answer, statistics.median(seconds))


def peak_gib() -> tuple[float, float]:
    """Resident memory at its peak of this process and of the largest one it started, in GiB."""
    # Linux counts in KiB, macOS in bytes.
    unit = 1 << 30 if sys.platform == "darwin" else 1 << 20
    own, others = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own / unit, others / unit


def machine() -> str:
    """The machine in one line: processors, memory, Python, and how busy it is now."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return (
        f"{os.cpu_count()} processors, {memory:.0f} GiB, Python {platform.python_version()}; "
        f"load over the last minute {os.getloadavg()[0]:.1f}"
    )
