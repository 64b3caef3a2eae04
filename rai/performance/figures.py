"""The performance figures: confusion matrix, calibration, thresholds, residuals and predicted against true."""

from __future__ import annotations

from rai.performance.record import Bin, CalibrationBin, ConfusionTable, Measured, PredictedBin, ThresholdPoint
from rai.section import Axis, Figure, Point, Series


def figures_of(measured: Measured, *, target: str, positive: str) -> tuple[Figure, ...]:
    """Every figure there are points for."""
    found: list[Figure] = []
    if measured.confusion:
        found.append(_confusion(measured.confusion))
    if measured.calibration:
        found.append(_calibration(measured.calibration, positive))
    if measured.thresholds:
        found.append(_thresholds(measured.thresholds, positive))
    if measured.predicted:
        found.append(_predicted(measured.predicted, target))
    if measured.residuals:
        found.append(_residuals(measured.residuals, target))
    return tuple(found)


def _confusion(table: ConfusionTable) -> Figure:
    totals = [sum(row) for row in table.counts]
    series = tuple(
        Series(
            name=label,
            points=tuple(
                Point(x=other, y=count / total if total else None, n=count)
                for other, count in zip(table.classes, row, strict=True)
            ),
        )
        for label, row, total in zip(table.classes, table.counts, totals, strict=True)
    )
    right = sum(row[place] for place, row in enumerate(table.counts))
    return Figure(
        kind="heatmap",
        title="Confusion matrix",
        x=Axis(label="Predicted", format="text"),
        y=Axis(label="Share of the true outcome", format="percent", low=0, high=1),
        series=series,
        alt=f"Heatmap of true against predicted outcome; {right:,} of {sum(totals):,} rows lie on the diagonal.",
        sums=("series", "category"),
    )


def _calibration(bins: tuple[CalibrationBin, ...], positive: str) -> Figure:
    filled = [(item.mean_score, item.observed) for item in bins if item.mean_score is not None]
    seen = tuple(
        Point(x=score, y=found.value, low=found.low, high=found.high, n=found.n, note=found.reason)
        for score, found in filled
    )
    ideal = (Point(x=0.0, y=0.0), Point(x=1.0, y=1.0))
    widest = max((abs(score - (found.value or 0.0)) for score, found in filled), default=0.0)
    return Figure(
        kind="line",
        title="Calibration",
        x=Axis(label="Mean score of the bin", low=0, high=1),
        y=Axis(label=f"Share that was {positive or 'right'}", format="percent", low=0, high=1),
        series=(Series(name="Observed", points=seen), Series(name="Perfect calibration", points=ideal)),
        alt=(
            f"Observed share of {_outcome(positive)} against the score in {len(filled)} bins; the widest gap from the "
            f"diagonal is {100 * widest:.1f} percentage points."
        ),
        sums=("series",),
    )


def _outcome(positive: str) -> str:
    """With several classes the score is that of the class predicted, and the outcome whether it was right."""
    return f"'{positive}'" if positive else "right predictions"


def _thresholds(points: tuple[ThresholdPoint, ...], positive: str) -> Figure:
    lines: dict[str, list[float | None]] = {
        "Selection rate": [item.selection_rate for item in points],
        "True positive rate": [item.true_positive_rate for item in points],
        "False positive rate": [item.false_positive_rate for item in points],
        "Precision": [item.precision for item in points],
    }
    series = tuple(
        Series(name=name, points=tuple(Point(x=at.threshold, y=y) for at, y in zip(points, values, strict=True)))
        for name, values in lines.items()
    )
    return Figure(
        kind="line",
        title="What other thresholds would mean",
        x=Axis(label="Threshold", low=0, high=1),
        y=Axis(label="Rate", format="percent", low=0, high=1),
        series=series,
        alt=(
            f"Selection rate, true and false positive rate and precision of predicting '{positive}' at thresholds from "
            "0 to 1; the first three fall as the threshold rises."
        ),
    )


def _predicted(bins: tuple[PredictedBin, ...], target: str) -> Figure:
    seen = tuple(
        Point(
            x=item.mean_prediction,
            y=item.outcome.value,
            low=item.outcome.low,
            high=item.outcome.high,
            n=item.outcome.n,
        )
        for item in bins
    )
    ends = (bins[0].mean_prediction, bins[-1].mean_prediction)
    ideal = tuple(Point(x=end, y=end) for end in ends)
    return Figure(
        kind="line",
        title="Predicted against true",
        x=Axis(label=f"Mean prediction of {target}"),
        y=Axis(label=f"Mean true {target}"),
        series=(Series(name="Observed", points=seen), Series(name="Perfect prediction", points=ideal)),
        alt=f"Mean true {target} against its mean prediction in {len(bins)} bins of equally many rows.",
        sums=("series",),
    )


def _residuals(bins: tuple[Bin, ...], target: str) -> Figure:
    fullest = max(bins, key=lambda item: item.n)
    return Figure(
        kind="histogram",
        title="Residuals",
        x=Axis(label=f"Prediction minus true {target}"),
        y=Axis(label="Rows", format="integer", low=0),
        series=(
            Series(
                name="Rows",
                points=tuple(Point(x=item.low, y=item.n, n=item.n, note=f"up to {item.high:g}") for item in bins),
            ),
        ),
        reference=0.0,
        reference_label="no error",
        alt=f"Histogram of residuals; most rows ({fullest.n:,}) lie between {fullest.low:.3g} and {fullest.high:.3g}.",
        sums=("series",),
        sized=True,
    )
