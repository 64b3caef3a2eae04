"""A whole review of the Adult model against the four components of RAIInsights, each in a process of its own."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from benchmarks.adult import FIXED, TARGET, Adult, material
from benchmarks.tables import Bar, show
from benchmarks.timing import peak_gib, timed

#: Seconds RAIInsights may take, and rows it looks at by itself.
LIMIT, ROWS = 600, 5_000
SECONDS, GIB = 30.0, 2.0
#: Reviews of which the middle one is told.
REPEATS = 3


def compare_reviews(data: Adult) -> list[Bar]:
    """Start one process after the other, so that none takes another's processors or counts in its memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "material.pickle").write_bytes(pickle.dumps(material(data, folder / "model")))
        (folder / "adult.pickle").write_bytes(pickle.dumps(data))
        ours = sorted((_run("review", folder)[0] for _ in range(REPEATS)), key=lambda run: run[-1]["seconds"])[
            REPEATS // 2
        ]
        theirs, cut = _run("insights", folder)
    steps, found = ours[:-1], ours[-1]
    memory = found["own"] + found["model"]
    total = sum(step["seconds"] for step in theirs if "seconds" in step)
    show(
        f"Whole review: {found['rows']:,} rows, every one explained",
        ("", "seconds"),
        [
            *((step["step"], step["seconds"]) for step in steps),
            ("review in all", found["seconds"]),
            *((f"RAIInsights: {step['step']}", step["seconds"]) for step in theirs if "seconds" in step),
            (f"RAIInsights in all, {ROWS:,} rows" + (f", cut after {LIMIT} s" if cut else ""), max(total, LIMIT * cut)),
        ],
        f"Memory at its peak: {found['own']:.2f} GiB the review, {found['model']:.2f} GiB its model process.",
        *([f"RAIInsights was ended while it computed: {_unfinished(theirs)}."] if cut else []),
    )
    return [
        Bar(f"whole review under {SECONDS:g} s", f"{found['seconds']:.1f} s", found["seconds"] < SECONDS),
        Bar(f"and under {GIB:g} GiB", f"{memory:.2f} GiB", memory < GIB),
    ]


def _unfinished(lines: list[dict[str, Any]]) -> str:
    done = {line.get("step") for line in lines}
    return ", ".join(line["begun"] for line in lines if "begun" in line and line["begun"] not in done)


def _run(part: str, folder: Path) -> tuple[list[dict[str, Any]], bool]:
    """Run one side and read a line of JSON for each step; the second answer is True if it was ended at the limit."""
    command = [sys.executable, "-m", "benchmarks.whole_review", part, str(folder)]
    log = folder / f"{part}.jsonl"
    with log.open("wb") as out:
        cut = False
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        try:
            process.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            cut = True
            process.kill()
            process.wait()
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    if not cut and process.returncode:
        raise SystemExit(f"The {part} side of the whole review ended with exit code {process.returncode}.")
    return lines, cut


def _say(**words: str | float) -> None:
    print(json.dumps(words), flush=True)


def _review(folder: Path) -> None:
    from rai.conduct import conduct
    from rai.policy import read_policy

    given = pickle.loads((folder / "material.pickle").read_bytes())  # noqa: S301 - written by this benchmark
    policy = read_policy(Path(__file__).resolve().parents[1] / "policies", "standard")
    done = timed(
        lambda: conduct(
            given, review_id="benchmark", policy=policy, by="benchmark", when="", progress=lambda *_: None,
            keep=lambda record: record.digest,
        )
    )  # fmt: skip
    failed = [f"{item.analysis}: {item.reason}" for item in done.answer.outcomes if item.status != "computed"]
    if failed:
        raise SystemExit("; ".join(failed))
    for item in done.answer.outcomes:
        _say(step=item.analysis.replace("_", " "), seconds=item.seconds)
    own, model = peak_gib()
    _say(step="all", seconds=done.seconds, own=own, model=model, rows=done.answer.rows)


def _insights(folder: Path) -> None:
    from responsibleai import RAIInsights
    from responsibleai.feature_metadata import FeatureMetadata

    data: Adult = pickle.loads((folder / "adult.pickle").read_bytes())  # noqa: S301 - written by this benchmark
    text = [name for name in data.inputs if name not in data.numbers]
    insights = RAIInsights(
        data.model, data.train, data.test[:ROWS], TARGET, "classification",
        feature_metadata=FeatureMetadata(categorical_features=text),
    )  # fmt: skip
    insights.explainer.add()
    insights.error_analysis.add()
    insights.causal.add(treatment_features=["hours-per-week", "education-num"])
    free = [name for name in data.inputs if name not in FIXED]
    insights.counterfactual.add(total_CFs=10, desired_class="opposite", features_to_vary=free)
    for part in (insights.explainer, insights.error_analysis, insights.causal, insights.counterfactual):
        _say(begun=part.name)
        _say(step=part.name, seconds=timed(part.compute).seconds)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    {"review": _review, "insights": _insights}[sys.argv[1]](Path(sys.argv[2]))
