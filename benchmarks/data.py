"""Finds the public data the benchmarks run on, and says where to put them if they are not there."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"


def folder() -> Path:
    """The folder of ``RAI_BENCHMARK_DATA``, else ``shared/data`` beside the repository."""
    named = os.environ.get("RAI_BENCHMARK_DATA")
    return Path(named) if named else _BESIDE


def table(name: str) -> pd.DataFrame:
    """Read ``name/name.parquet``, or end the run with the one sentence that says what is needed."""
    path = folder() / name / f"{name}.parquet"
    if not path.is_file():
        raise SystemExit(
            f"The benchmarks need {name}/{name}.parquet, which is not in {folder()}: put it there (docs/benchmarks.md "
            "says what each table holds), or name its folder in RAI_BENCHMARK_DATA."
        )
    return pd.read_parquet(path)
