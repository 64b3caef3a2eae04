"""``python -m benchmarks.scale [ROWS ...]``: how time and memory grow with the rows, on ACS income data repeated."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.data import table
from benchmarks.tables import Bar, show, show_bars
from benchmarks.timing import machine, peak_gib, timed
from rai.analyses import ANALYSES, analysis
from rai.dataset import make_dataset
from rai.model.client import ModelProcess
from rai.profile import ReviewProfile
from rai.review import run_one
from rai.subject import Subject

ROWS = (10_000, 100_000, 1_000_000)
TARGET = "PINCP"
#: Looked at row by row, and together held to these limits at the largest size.
WHOLE = ("performance", "fairness", "error_analysis")
SECONDS, GIB = 60.0, 6.0
#: Looked at for a sample of the rows.
SAMPLED = ("explanations", "counterfactuals")
#: How much more than the rows the time may grow: what a timer and a busy machine are off.
SLACK = 1.1
PROFILE = ReviewProfile.model_validate(
    {
        "task": {"kind": "binary", "target": TARGET, "positive": 1},
        "data": {"evaluation": "rows.parquet", "sensitive": ("SEX", "RAC1P")},
        "counterfactuals": {"fixed": ("SEX", "RAC1P", "AGEP", "POBP")},
        "owner": {"name": "Benchmark"},
    }
)


def main(sizes: Sequence[int]) -> None:
    """Measure each size in a process of its own and print the bars."""
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _save_model(folder / "model")
        found = [_measured(size, folder) for size in sizes]
    names = [item.KEY for item in ANALYSES]
    show(
        "Seconds by the number of rows",
        ("", *(f"{size:,} rows" for size in sizes)),
        [
            *([key.replace("_", " "), *(item[key] for item in found)] for key in names),
            ["performance, fairness, error analysis", *(_whole(item) for item in found)],
            ["predict once", *(item["predict"] for item in found)],
            ["GiB at the peak, review", *(item["own"] for item in found)],
            ["GiB at the peak, model process", *(item["model"] for item in found)],
        ],
        *(
            f"{size:,} rows, {key}: {sentence}"
            for size, item in zip(sizes, found, strict=True)
            for key in SAMPLED
            for sentence in item["samples"][key]
        ),
    )
    show_bars(_bars(sizes, found))


def _whole(item: dict[str, Any]) -> float:
    return float(sum(item[key] for key in WHOLE))


def _bars(sizes: Sequence[int], found: list[dict[str, Any]]) -> list[Bar]:
    largest, seconds = found[-1], _whole(found[-1])
    memory = largest["own"] + largest["model"]
    growth = [
        (_whole(more) / _whole(less)) / (many / few)
        for few, many, less, more in zip(sizes, sizes[1:], found, found[1:], strict=False)
    ]
    return [
        Bar(
            f"performance, fairness and error analysis of {sizes[-1]:,} rows under {SECONDS:g} s",
            f"{seconds:.1f} s",
            seconds < SECONDS,
        ),
        Bar(f"and under {GIB:g} GiB, model process included", f"{memory:.2f} GiB", memory < GIB),
        *(
            Bar(
                f"time grows no faster than rows, {few:,} to {many:,}",
                f"{share:.2f} of the rows' growth",
                share <= SLACK,
            )
            for few, many, share in zip(sizes, sizes[1:], growth, strict=False)
        ),
        *(_sample_bar(key, largest["samples"][key]) for key in SAMPLED),
    ]


def _sample_bar(key: str, sentences: list[str]) -> Bar:
    demand = f"{key}: a seeded sample in proportion from every group, stated"
    stratified = any("in proportion" in text for text in sentences)
    measured = "stated" if stratified else "stated, but drawn at random" if sentences else "not stated"
    return Bar(demand, measured, stratified)


def _save_model(folder: Path) -> None:
    import logging

    import mlflow.sklearn
    from lightgbm import LGBMClassifier

    rows = table("acs_income_test")
    given = rows.drop(columns=[TARGET])
    model = LGBMClassifier(n_estimators=60, num_leaves=15, random_state=0, verbose=-1).fit(
        given[::7], rows[TARGET][::7]
    )
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    mlflow.sklearn.save_model(
        model, folder, signature=mlflow.models.infer_signature(given[:1000]),
        serialization_format="cloudpickle", pip_requirements=["scikit-learn", "lightgbm"],
    )  # fmt: skip


def _measured(size: int, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scale", "--one", str(size), str(folder / "model")]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The run with {size:,} rows ended with exit code {done.returncode}.")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _repeated(size: int) -> pd.DataFrame:
    """The table as often as needed, cut to size; beyond the first time, ages and hours are moved a little."""
    rows = table("acs_income_test")
    if size <= len(rows):
        return rows.sample(size, random_state=0).reset_index(drop=True)
    whole = pd.concat([rows] * -(-size // len(rows)), ignore_index=True)[:size]
    moved = np.random.default_rng(0).integers(-2, 3, size) * (np.arange(size) >= len(rows))
    return whole.assign(AGEP=whole["AGEP"] + moved, WKHP=(whole["WKHP"] + moved).clip(1, 99))


def _one(size: int, model: Path) -> None:
    """Run every analysis on so many rows and print one line of JSON."""
    dataset = make_dataset(_repeated(size), PROFILE, digest="0" * 64)
    with ModelProcess(model, task=PROFILE.task) as process:
        predicted = timed(lambda: process.predict(dataset.frame))
        subject = Subject(dataset, predicted.answer, model=process, keep=lambda record: record.digest)
        found: dict[str, Any] = {"predict": predicted.seconds, "samples": {}}
        for item in ANALYSES:
            outcome, _ = run_one(subject, item, item.Config())
            if outcome.status != "computed" or outcome.result is None:
                raise SystemExit(f"{item.KEY}: {outcome.reason}")
            found[item.KEY] = outcome.seconds
            if item.KEY in SAMPLED:
                found["samples"][item.KEY] = _samples(item.KEY, outcome.result)
    found["own"], found["model"] = peak_gib()
    print(json.dumps(found))


def _samples(key: str, result: dict[str, Any]) -> list[str]:
    """Sentences of the section that say how many of the rows were looked at."""
    item = analysis(key)
    section = item.section(item.Result.model_validate(result))
    sentences = [section.lead, *section.limitations]
    return [text for text in sentences if "sample" in text or "in proportion" in text]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _one(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main([int(text) for text in sys.argv[1:]] or ROWS)
