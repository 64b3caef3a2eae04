"""Counterfactual examples for the same rows: the batched search against DiCE, random and genetic."""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.adult import FIXED, POSITIVE, TARGET, Adult
from benchmarks.tables import Bar, show
from benchmarks.timing import timed
from rai.recourse.desired import desired_outcome
from rai.recourse.ways import Plan, find_ways
from rai.subject import Subject

#: Rows of the review; the first of them for DiCE, which needs longer; examples wanted of each.
ROWS, RANDOM, GENETIC, EXAMPLES = 500, 40, 10, 3
FASTER_THAN_GENETIC, FASTER_THAN_RANDOM, DISTANCE, CHANGED = 50, 10, 0.5, 2.0


@dataclass(frozen=True)
class Found:
    """Examples for n rows: ``examples`` beside the row each belongs to, as numbers of the rows asked about."""

    rows: pd.DataFrame
    place: npt.NDArray[np.intp]
    examples: pd.DataFrame
    seconds: float

    def first(self, count: int) -> Found:
        """The examples of the first rows."""
        kept = self.place < count
        return Found(self.rows[:count], self.place[kept], self.examples[kept].reset_index(drop=True), self.seconds)


def compare_examples(data: Adult, subject: Subject) -> list[Bar]:
    """Ask for three examples of each row; every example is predicted again by the pipeline itself."""
    ours = _ours(subject, data)
    others = {name: _dice(data, ours.rows[:count], name) for name, count in (("random", RANDOM), ("genetic", GENETIC))}
    lines = [_line("batched search", ours, data)]
    for name, other in others.items():
        lines += [
            _line(f"DiCE {name}", other, data),
            _line(f"  batched search, the same {len(other.rows)} rows", ours.first(len(other.rows)), data),
        ]
    show(
        "Counterfactual examples: at most three a row, "
        f"{len(data.inputs) - len(FIXED)} of {len(data.inputs)} inputs may change",
        ("", "rows", "rows with any", "examples", "valid", "seconds a row", "Gower distance", "inputs changed"),
        lines,
        "Valid: the pipeline predicts the desired outcome when asked again. DiCE is given precision 0, as all numbers",
        "are whole. Distance and changes are means over the examples; seconds a row of ours are those of all its rows.",
    )
    return _bars(ours, others, data)


def _bars(ours: Found, others: dict[str, Found], data: Adult) -> list[Bar]:
    each = {name: found.seconds / len(found.rows) for name, found in (("ours", ours), *others.items())}
    genetic, by_chance = each["genetic"] / each["ours"], each["random"] / each["ours"]
    valid = float(_valid(ours, data).mean())
    distances = [_distance(found, data).mean() for found in (ours.first(RANDOM), others["random"])]
    share, changed = distances[0] / distances[1], float(_changed(ours).mean())
    return [
        Bar(
            f"counterfactuals at least {FASTER_THAN_GENETIC} times faster than DiCE genetic",
            f"{genetic:.0f} times",
            genetic >= FASTER_THAN_GENETIC,
        ),
        Bar(
            f"and {FASTER_THAN_RANDOM} times faster than DiCE random",
            f"{by_chance:.0f} times",
            by_chance >= FASTER_THAN_RANDOM,
        ),
        Bar("100 % valid when predicted again", f"{valid:.1%}", valid == 1.0),
        Bar("mean Gower distance at most half of random's", f"{share:.2f} of it", share <= DISTANCE),
        Bar(f"at most {CHANGED:g} inputs changed on average", f"{changed:.2f}", changed <= CHANGED),
    ]


def _ours(subject: Subject, data: Adult) -> Found:
    plan = Plan(seed=0, engine="search", rows=ROWS, examples=EXAMPLES, max_changes=None, seconds=300.0)
    done = timed(lambda: find_ways(desired_outcome(subject), plan), repeats=3)
    ways = done.answer
    space = ways.limits.space
    rows = data.test[data.inputs].iloc[ways.rows].reset_index(drop=True)
    return Found(rows, ways.block.place, space.decode(ways.block.found)[data.inputs], done.seconds)


def _dice(data: Adult, rows: pd.DataFrame, method: str) -> Found:
    import dice_ml

    known = data.train.assign(**{TARGET: (data.train[TARGET] == POSITIVE).astype(int)})
    told = dice_ml.Data(
        dataframe=known, continuous_features=data.numbers, outcome_name=TARGET,
        continuous_features_precision=dict.fromkeys(data.numbers, 0),
    )  # fmt: skip
    engine = dice_ml.Dice(told, dice_ml.Model(model=data.model, backend="sklearn"), method=method)
    wanted: dict[str, Any] = {"total_CFs": EXAMPLES, "desired_class": 1, "verbose": False}
    wanted["features_to_vary"] = [name for name in data.inputs if name not in FIXED]
    if method == "random":
        wanted["random_seed"] = 0
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - DiCE's genetic search draws from the global generators
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        done = timed(lambda: engine.generate_counterfactuals(rows, **wanted))
    frames = [item.final_cfs_df for item in done.answer.cf_examples_list]
    place = np.repeat(np.arange(len(rows)), [0 if frame is None else len(frame) for frame in frames])
    examples = pd.concat([frame[data.inputs] for frame in frames if frame is not None], ignore_index=True)
    return Found(rows, place, examples.astype(rows.dtypes.to_dict()), done.seconds)


def _valid(found: Found, data: Adult) -> npt.NDArray[np.bool_]:
    return np.asarray(data.model.predict(found.examples) == POSITIVE)


def _both(found: Found) -> tuple[pd.DataFrame, pd.DataFrame]:
    return found.rows.iloc[found.place].reset_index(drop=True), found.examples


def _changed(found: Found) -> npt.NDArray[np.intp]:
    before, after = _both(found)
    return np.asarray((before.to_numpy() != after[before.columns].to_numpy()).sum(axis=1))


def _distance(found: Found, data: Adult) -> npt.NDArray[np.float64]:
    """Gower: the difference as a share of the range for a number, 0 or 1 for a text, and the mean of both."""
    before, after = _both(found)
    parts = [
        (before[name] - after[name]).abs() / (data.test[name].max() - data.test[name].min())
        if name in data.numbers
        else (before[name] != after[name]).astype(float)
        for name in data.inputs
    ]
    return np.minimum(np.column_stack(parts), 1).mean(axis=1)


def _line(name: str, found: Found, data: Adult) -> tuple[str | float | int, ...]:
    rows = len(found.rows)
    return (
        name,
        rows,
        len(np.unique(found.place)),
        len(found.examples),
        f"{_valid(found, data).mean():.1%}",
        "" if name.startswith("  ") else found.seconds / rows,
        float(_distance(found, data).mean()),
        float(_changed(found).mean()),
    )
