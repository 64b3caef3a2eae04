"""Is it good enough at all: the model's errors over all rows, beside a baseline that always answers the same."""

from __future__ import annotations

from pydantic import Field

from rai.evidence import AnalysisConfig, AnalysisResult
from rai.measures import Measure
from rai.performance.binary import measure_binary
from rai.performance.multiclass import measure_multiclass
from rai.performance.plan import Plan
from rai.performance.record import Measured
from rai.performance.regression import measure_regression
from rai.performance.section import performance_section
from rai.profile import TaskKind
from rai.section import Section
from rai.statistics.estimates import to_measure
from rai.statistics.resampling import REPLICATES
from rai.subject import Subject

KEY = "performance"
TITLE = "Performance"
QUESTION = "Is it good enough at all?"


class Config(AnalysisConfig):
    """Settings.

    Attributes
    ----------
    replicates
        Resampled tables behind an interval that has no closed form.
    calibration_bins
        Bins of equal width of the calibration curve; for regression, bins of equally many rows.
    """

    replicates: int = Field(default=REPLICATES, ge=200)
    calibration_bins: int = Field(default=10, ge=2)
    histogram_bins: int = Field(default=30, ge=2)


class Result(AnalysisResult):
    """What was measured over all rows."""

    cohort: str
    kind: TaskKind
    target: str
    positive: str
    rows: int
    measured: Measured


def compute(subject: Subject, config: Config) -> Result:
    """Measure the model over all rows of the subject."""
    plan = Plan(config.seed, config.replicates, config.calibration_bins, config.histogram_bins)
    kind = subject.task.kind
    if kind == "binary":
        measured = measure_binary(subject, plan)
    elif kind == "multiclass":
        measured = measure_multiclass(subject, plan)
    else:
        measured = measure_regression(subject, plan)
    return Result(
        cohort=subject.cohort.text,
        kind=kind,
        target=subject.task.target,
        positive=subject.positive if kind == "binary" else "",
        rows=len(subject),
        measured=measured,
    )


def measures(result: Result) -> tuple[Measure, ...]:
    """A Measure for every metric; one of a single class names the target and that class."""
    return tuple(
        to_measure(
            item.found,
            analysis=KEY,
            metric=item.metric,
            aggregate="" if item.label else "overall",
            feature=(result.target,) if item.label else (),
            group=(item.label,) if item.label else (),
            cohort=result.cohort,
        )
        for item in result.measured.metrics
    )


def section(result: Result) -> Section:
    """What a reader is shown, from the stored result alone."""
    return performance_section(
        result.measured,
        kind=result.kind,
        target=result.target,
        positive=result.positive,
        heading=(KEY, TITLE, QUESTION),
    )
