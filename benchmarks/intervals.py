"""Intervals of group rates: confusion counts drawn anew against fairlearn's rows drawn anew, per replicate."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.tables import Bar, show
from benchmarks.timing import timed
from rai.fairness.binary import Draw, count_metrics, rates_for
from rai.fairness.grouped import compare
from rai.fairness.record import MetricByGroup
from rai.statistics.confusion import confusion
from rai.statistics.grouping import cross, group_by
from rai.subject import Subject

#: Replicates of the review, and of fairlearn, whose time is divided by their number.
OURS, THEIRS = 2_000, 100
MOST, WIDE, TIMES = 20, 200, 1_000
RATES = (
    "selection_rate", "true_positive_rate", "false_positive_rate", "true_negative_rate", "false_negative_rate",
    "accuracy",
)  # fmt: skip


def compare_intervals(subject: Subject) -> list[Bar]:
    """Six rates of ten groups (sex and race together) with 95 % intervals, and the gaps between the groups."""
    ours = timed(lambda: _ours(subject), repeats=5)
    plain, drawn = timed(lambda: _fairlearn(subject, 0)), timed(lambda: _fairlearn(subject, THEIRS))
    each, each_theirs = ours.seconds / OURS, (drawn.seconds - plain.seconds) / THEIRS
    values, widths = _agreement(ours.answer, drawn.answer)
    ratio = each_theirs / each
    show(
        f"Intervals: {len(subject):,} rows, 10 groups",
        ("", "rates", "replicates", "seconds", "seconds a replicate", "ratio"),
        [
            ("counts drawn anew (with gaps)", len(ours.answer), OURS, ours.seconds, each, 1.0),
            ("fairlearn MetricFrame(n_boot)", len(RATES), THEIRS, drawn.seconds, each_theirs, ratio),
        ],
        f"Largest difference of a rate: {values:.1e}. Width of an interval, ours over fairlearn's: {widths:.2f}",
        f"(median over rates on at least {WIDE} rows; {THEIRS} replicates leave fairlearn's a little too narrow).",
    )
    demand = f"intervals at least {TIMES:,} times faster per replicate"
    return [Bar(demand, f"{ratio:,.0f} times", ratio >= TIMES)]


def _ours(subject: Subject) -> dict[str, MetricByGroup]:
    grouping = cross(*(group_by(subject.dataset, name) for name in ("sex", "race")))
    truth, predicted = np.asarray(subject.y_true, dtype=bool), np.asarray(subject.y_pred, dtype=bool)
    counts = confusion(truth, predicted, grouping.codes, len(grouping.groups))
    metrics = count_metrics(counts, rates_for(favourable_positive=True), grouping, Draw(0, OURS))
    return {metric.name: compare(metric, grouping.groups, min_group=MOST) for metric in metrics}


def _fairlearn(subject: Subject, replicates: int) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Values by group, and the two ends of the intervals."""
    from fairlearn import metrics
    from sklearn.metrics import accuracy_score

    asked = {name: getattr(metrics, name, accuracy_score) for name in RATES}
    drawing = {"n_boot": replicates, "ci_quantiles": [0.025, 0.975], "random_state": 0} if replicates else {}
    found = metrics.MetricFrame(
        metrics=asked, y_true=np.asarray(subject.y_true, dtype=int), y_pred=np.asarray(subject.y_pred, dtype=int),
        sensitive_features=subject.dataset.frame[["sex", "race"]], **drawing,
    )  # fmt: skip
    return found.by_group, found.by_group_ci if replicates else []


def _agreement(ours: dict[str, MetricByGroup], theirs: tuple[pd.DataFrame, list[pd.DataFrame]]) -> tuple[float, float]:
    """Largest difference of a value, and the median ratio of the widths of the intervals."""
    values, (low, high) = theirs
    gaps, widths = [], []
    for name in RATES:
        known = [
            (own, place) for place, own in enumerate(ours[name].by_group) if own.value is not None and own.n >= MOST
        ]
        for own, place in known:
            gaps.append(abs(own.value - values[name].iloc[place]))
            wide = high[name].iloc[place] - low[name].iloc[place]
            if wide > 0 and own.n >= WIDE:
                widths.append((own.high - own.low) / wide)
    return max(gaps), float(np.median(widths))
