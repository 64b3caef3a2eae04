"""What would change the outcome, and who has no way: counterfactual examples, flip tests and recourse by group."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from rai.asking import model_of
from rai.errors import NotApplicable
from rai.evidence import AnalysisConfig, AnalysisResult
from rai.fairness.binary import Draw
from rai.measures import Measure
from rai.profile import TaskKind
from rai.recourse.desired import desired_outcome
from rai.recourse.flips import Trials, flip_tests, tolerance_of
from rai.recourse.measured import flip_measures, group_measures, quality_measures
from rai.recourse.record import Changed, Flip, GroupRecourse, Permission, Quality, Search
from rai.recourse.rows import example_rows
from rai.recourse.section import Told, counterfactuals_section
from rai.recourse.summary import by_group, changed_inputs, permissions, quality, searched, without_a_way
from rai.recourse.ways import Engine, Plan, find_ways
from rai.section import Section
from rai.statistics.estimates import Estimate
from rai.statistics.resampling import REPLICATES
from rai.subject import Subject

KEY = "counterfactuals"
TITLE = "Counterfactuals"
QUESTION = "What would change the outcome, and who has no way?"


class Config(AnalysisConfig):
    """Settings.

    Attributes
    ----------
    engine
        ``search``: nearest rows with the outcome, changes taken back one by one, numbers bisected. ``dice``: DiCE.
    rows, examples
        Rows sampled among those without the outcome, and examples wanted of each.
    max_changes
        Most inputs changed in one example; ``None`` for the profile's, and without that any number.
    seconds
        Time after which the search stops; what is done by then is the result.
    min_group
        A group with fewer rows is counted and not compared.
    flip_rows, flip_budget
        Most rows tried in a flip test, and most rows predicted for one feature.
    flip_tolerance
        Regression: a changed prediction counts if it moves by more than this share of the interquartile range of the
        predictions.
    kept_rows
        Rows whose example is kept one by one.
    """

    engine: Engine = "search"
    rows: int = Field(default=500, ge=1)
    examples: int = Field(default=3, ge=1, le=10)
    max_changes: int | None = Field(default=None, ge=1)
    seconds: float = Field(default=60.0, gt=0)
    min_group: int = Field(default=10, ge=1)
    replicates: int = Field(default=REPLICATES, ge=200)
    flip_rows: int = Field(default=50_000, ge=1)
    flip_budget: int = Field(default=200_000, ge=1)
    flip_tolerance: float = Field(default=0.01, ge=0)
    kept_rows: int = Field(default=500, ge=0)


class Result(AnalysisResult):
    """Ways, their lengths, and what the sensitive features alone do.

    Attributes
    ----------
    search
        What was searched, and why nothing where it was not.
    without
        Share of the rows examined without a way.
    changed
        Inputs by how often a row's best example changes them.
    flip_tolerance
        Regression: the change of a prediction that counts as a flip, in the unit of the target; otherwise 0.
    permissions
        What each input was allowed to do.
    rows_digest
        Digest of the examples of single rows.
    """

    cohort: str
    kind: TaskKind
    target: str
    rows: int
    config: Config
    search: Search
    quality: Quality
    without: Estimate
    changed: tuple[Changed, ...]
    groups: tuple[GroupRecourse, ...]
    flips: tuple[Flip, ...]
    flip_tolerance: float
    permissions: tuple[Permission, ...]
    rows_digest: str


def compute(subject: Subject, config: Config) -> Result:
    """Search ways for a sample of rows and flip every sensitive feature.

    Raises
    ------
    NotApplicable
        If there is no model to ask, or nothing to examine: every row has the outcome and no feature is sensitive.
    InputError
        If the profile names a desired label that nobody knows.
    """
    model_of(subject)
    desired = desired_outcome(subject)
    if bool(np.all(desired.already)) and not subject.profile.data.sensitive:
        raise NotApplicable(f"Every row already has {desired.words}, and the profile names no sensitive feature.")
    plan = Plan(config.seed, config.engine, config.rows, config.examples, config.max_changes, config.seconds)
    ways = find_ways(desired, plan)
    trials = Trials(config.seed, config.flip_rows, config.flip_budget, config.flip_tolerance)
    return Result(
        cohort=subject.cohort.text,
        kind=subject.task.kind,
        target=subject.task.target,
        rows=len(subject),
        config=config,
        search=searched(desired, ways, plan),
        quality=quality(ways),
        without=without_a_way(ways),
        changed=changed_inputs(ways),
        groups=by_group(subject, ways, Draw(config.seed, config.replicates), min_group=config.min_group),
        flips=flip_tests(desired, trials),
        flip_tolerance=tolerance_of(subject, config.flip_tolerance),
        permissions=permissions(ways),
        rows_digest=subject.keep(example_rows(desired, ways, most=config.kept_rows)),
    )


def measures(result: Result) -> tuple[Measure, ...]:
    """Flip rates, the quality of the examples, and recourse over all rows and by group."""
    cohort = result.cohort
    return (
        *flip_measures(result.flips, analysis=KEY, cohort=cohort),
        *quality_measures(result.quality, result.without, analysis=KEY, cohort=cohort),
        *group_measures(result.groups, analysis=KEY, cohort=cohort),
    )


def section(result: Result) -> Section:
    """What a reader is shown, from the stored result alone."""
    told = Told(
        kind=result.kind,
        target=result.target,
        rows=result.rows,
        min_group=result.config.min_group,
        search=result.search,
        quality=result.quality,
        without=result.without,
        changed=result.changed,
        groups=result.groups,
        flips=result.flips,
        tolerance=result.flip_tolerance,
        permissions=result.permissions,
    )
    return counterfactuals_section(told, heading=(KEY, TITLE, QUESTION))
