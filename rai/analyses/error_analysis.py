"""Where does it fail: the error tree, errors over two features, and the worst cohorts, confirmed on rows held out."""

from __future__ import annotations

from pydantic import Field

from rai.erring.amount import amount
from rai.erring.columns import CodedColumn, code_column
from rai.erring.halves import Plan, find_worst
from rai.erring.heatmap import choose_features, heatmap
from rai.erring.measured import measures_of
from rai.erring.record import ErrorTree, Heatmap, Search
from rai.erring.section import error_section
from rai.erring.surrogate import Growth
from rai.erring.tree import error_tree
from rai.evidence import AnalysisConfig, AnalysisResult
from rai.measures import Measure
from rai.profile import TaskKind
from rai.section import Section
from rai.statistics.estimates import Estimate
from rai.subject import Subject

KEY = "error_analysis"
TITLE = "Error analysis"
QUESTION = "Where does it fail?"

#: A cohort or a leaf has at least this share of the rows, where no number is set.
LEAST_SHARE = 0.01
#: Bands of a number in the heatmap at most, each of at least a twentieth of the rows.
HEATMAP_BINS = 6


class Config(AnalysisConfig):
    """Settings.

    Attributes
    ----------
    min_rows
        Rows of the smallest cohort looked for and of the smallest leaf; absent means 1 % of the rows, but at least 40
        for a cohort and 20 for a leaf.
    min_lift
        How many times the error of all rows a cohort must have to be suspected.
    max_conditions
        Columns in one cohort at most.
    max_cohorts
        Cohorts taken to the rows held out at most: each one makes the correction stricter.
    bins
        Bands of a numeric column with about equally many rows.
    max_depth, max_leaves
        Limits of the error tree.
    heatmap
        The feature down the side and the one across; empty for the two that matter most.
    min_cell
        Rows below which a cell of the heatmap has no rate.
    """

    min_rows: int | None = Field(default=None, ge=2)
    min_lift: float = Field(default=1.2, gt=1)
    max_conditions: int = Field(default=3, ge=1, le=3)
    max_cohorts: int = Field(default=12, ge=1, le=40)
    bins: int = Field(default=8, ge=2, le=12)
    max_depth: int = Field(default=3, ge=1, le=4)
    max_leaves: int = Field(default=8, ge=2, le=12)
    heatmap: tuple[str, ...] = Field(default=(), max_length=2)
    min_cell: int = Field(default=10, ge=1)


class Result(AnalysisResult):
    """What was found over all rows."""

    cohort: str
    kind: TaskKind
    target: str
    rows: int
    sensitive: tuple[str, ...]
    config: Config
    overall: Estimate
    tree: ErrorTree
    heatmap: Heatmap
    search: Search


def compute(subject: Subject, config: Config) -> Result:
    """Find where the model errs, over every row and every column it takes, and every sensitive feature."""
    errors, numeric = subject.errors, subject.task.kind == "regression"
    least = config.min_rows or max(40, round(LEAST_SHARE * len(subject)))
    columns = [code_column(subject.dataset, name, bins=config.bins, least=least) for name in _names(subject)]
    usable = [column for column in columns if column.choices]
    growth = Growth(config.max_depth, config.max_leaves, config.min_rows or max(20, least // 2))
    tree = error_tree(usable, errors, numeric=numeric, growth=growth, inside=subject.cohort)
    plan = Plan(config.seed, numeric, least, config.min_lift, config.max_conditions, config.max_cohorts, subject.cohort)
    search = find_worst(columns, errors, plan)
    return Result(
        cohort=subject.cohort.text,
        kind=subject.task.kind,
        target=subject.task.target,
        rows=len(subject),
        sensitive=subject.profile.data.sensitive,
        config=config,
        overall=amount(errors, numeric=numeric),
        tree=tree,
        heatmap=_heatmap(subject, config, config.heatmap or choose_features(search, tree, columns), columns),
        search=search,
    )


def _names(subject: Subject) -> tuple[str, ...]:
    """Inputs of the model, then sensitive features it does not take."""
    target, present = subject.task.target, set(map(str, subject.dataset.frame.columns))
    names = dict.fromkeys((*subject.inputs, *subject.profile.data.sensitive))
    return tuple(name for name in names if name != target and name in present)


def _heatmap(subject: Subject, config: Config, features: tuple[str, ...], columns: list[CodedColumn]) -> Heatmap:
    known = {column.name: column for column in columns}
    if absent := [name for name in features if name not in known]:
        return Heatmap(reason=f"'{absent[0]}' takes no part in this analysis. Columns: {', '.join(known)}.")
    if len(set(features)) < 2:
        return Heatmap(reason="Fewer than two columns have more than one value, so there is nothing to cross.")
    bands = {"bins": HEATMAP_BINS, "least": max(1, len(subject) // 100), "band": max(1, len(subject) // 20)}
    down, across = (code_column(subject.dataset, name, **bands) for name in features)
    numeric = subject.task.kind == "regression"
    return heatmap(down, across, subject.errors, numeric=numeric, least=config.min_cell)


def measures(result: Result) -> tuple[Measure, ...]:
    """The error of all rows, of every confirmed worst cohort on rows held out, and the largest lift among them."""
    return measures_of(result.overall, result.search, kind=result.kind, analysis=KEY, cohort=result.cohort)


def section(result: Result) -> Section:
    """What a reader is shown, from the stored result alone."""
    return error_section(
        result.overall,
        (result.tree, result.heatmap, result.search),
        kind=result.kind,
        sensitive=result.sensitive,
        heading=(KEY, TITLE, QUESTION),
    )
