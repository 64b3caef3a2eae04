"""What does it look at: SHAP values over the rows, by input, by group, and which inputs follow a sensitive feature."""

from __future__ import annotations

from pydantic import Field

from rai.evidence import AnalysisConfig, AnalysisResult
from rai.explaining.attribution import Attribution, Effort, attribute
from rai.explaining.dependence import dependences
from rai.explaining.oracle import cross_check
from rai.explaining.record import Check, Explained, Facts
from rai.explaining.responses import Grid, responses
from rai.explaining.rows import explained_rows
from rai.explaining.section import explanations_section
from rai.explaining.shuffling import Shuffling, agreement
from rai.explaining.spread import spreads
from rai.explaining.stability import stability
from rai.explaining.summary import by_group, common_output, importances, proxies
from rai.measures import Measure
from rai.profile import TaskKind
from rai.section import Section
from rai.statistics.estimates import to_measure
from rai.subject import Subject

KEY = "explanations"
TITLE = "Explanations"
QUESTION = "What does it look at?"


class Config(AnalysisConfig):
    """Settings.

    Attributes
    ----------
    max_rows
        Rows explained where the model tells its own exact SHAP values; a seeded sample of more.
    sampled_rows, background, budget
        Where the model must be asked: rows explained, rows each is compared with, and rows predicted in all.
    inputs, spread_inputs, response_inputs
        Inputs whose dependence and importance by group are shown, whose SHAP values are shown by their size, and for
        which the model is asked with other values.
    response_rows, response_points
        Rows asked with other values, and values each input is set to.
    shuffled_rows, repeats, shuffled_budget
        Rows in which inputs are shuffled, how often, and rows predicted in all.
    kept_rows
        Rows whose explanation is kept one by one.
    checked_rows
        Rows shap is asked about as well.
    """

    max_rows: int = Field(default=20_000, ge=20)
    sampled_rows: int = Field(default=200, ge=20)
    background: int = Field(default=25, ge=5, le=100)
    budget: int = Field(default=200_000, ge=1_000)
    inputs: int = Field(default=5, ge=1)
    spread_inputs: int = Field(default=12, ge=1)
    response_inputs: int = Field(default=3, ge=0)
    response_rows: int = Field(default=200, ge=20)
    response_points: int = Field(default=12, ge=2, le=15)
    shuffled_rows: int = Field(default=1_000, ge=50)
    repeats: int = Field(default=3, ge=1)
    shuffled_budget: int = Field(default=60_000, ge=1_000)
    kept_rows: int = Field(default=200, ge=0)
    checked_rows: int = Field(default=5, ge=1)


class Result(AnalysisResult):
    """SHAP values in sums.

    Attributes
    ----------
    facts, found
        How they were computed, and what they say.
    check
        What shap's own explainer found on a handful of rows.
    rows_digest
        Digest of the explanations of single rows.
    """

    cohort: str
    kind: TaskKind
    facts: Facts
    found: Explained
    check: Check
    rows_digest: str


def compute(subject: Subject, config: Config) -> Result:
    """Explain rows and sum the values up.

    Raises
    ------
    NotApplicable
        If there is no model to ask.
    RaiError
        If the values do not add up to the model's answers.
    """
    effort = Effort(config.seed, config.max_rows, config.sampled_rows, config.background, config.budget)
    found = attribute(subject, effort)
    return Result(
        cohort=subject.cohort.text,
        kind=subject.task.kind,
        facts=_facts(subject, found),
        found=_explained(subject, found, config),
        check=cross_check(subject, found, rows=config.checked_rows, seed=config.seed),
        rows_digest=subject.keep(explained_rows(subject, found, rows=config.kept_rows, seed=config.seed)),
    )


def _explained(subject: Subject, found: Attribution, config: Config) -> Explained:
    importance = importances(found)
    names = tuple(item.name for item in importance)
    # An input that never moves the output has no figure of its own.
    moving = tuple(item.name for item in importance if item.found.value)
    output = common_output(subject, found)
    shuffling = Shuffling(config.seed, config.shuffled_rows, config.repeats, config.shuffled_budget)
    grid = Grid(config.seed, config.response_rows, config.response_points)
    return Explained(
        importance=importance,
        spread=spreads(subject, found, moving[: config.spread_inputs], output=output),
        dependence=dependences(subject, found, moving[: config.inputs], output=output),
        responses=responses(subject, moving[: config.response_inputs], grid, output=output),
        by_group=by_group(subject, found, moving[: config.inputs]),
        proxies=proxies(subject, names),
        agreement=agreement(subject, importance, shuffling),
        stability=stability(found, seed=config.seed),
    )


def _facts(subject: Subject, found: Attribution) -> Facts:
    sensitive = subject.profile.data.sensitive
    return Facts(
        target=subject.task.target,
        rows=len(found.rows),
        rows_available=len(subject),
        method=found.method,
        unit=found.unit,
        link="logit" if found.unit == "log-odds" else "identity",
        outputs=found.outputs,
        described=found.outputs[common_output(subject, found)],
        background=found.background,
        background_from=found.game.source if found.background else "",
        background_digest=found.game.digest if found.background else "",
        additivity_residual=found.residual,
        sampling_error=found.error,
        sensitive=sensitive,
        sensitive_inputs=tuple(name for name in sensitive if name in found.columns),
        note=found.note,
    )


def measures(result: Result) -> tuple[Measure, ...]:
    """Size of every input, its drop when shuffled, how closely it follows sensitive features, and both agreements."""
    found, cohort = result.found, result.cohort
    named = [
        *(("mean_absolute_shap_value", (item.name,), item.found) for item in found.importance),
        *(("permutation_importance", (item.name,), item.found) for item in found.agreement.shuffled),
        *(("association", (item.name, item.feature), item.found) for item in found.proxies),
        ("permutation_rank_correlation", (), found.agreement.correlation),
        ("stability_rank_correlation", (), found.stability.correlation),
    ]
    return tuple(
        to_measure(estimate, analysis=KEY, metric=metric, feature=feature, cohort=cohort)
        for metric, feature, estimate in named
    )


def section(result: Result) -> Section:
    """What a reader is shown, from the stored result alone."""
    return explanations_section(result.found, result.facts, result.check, heading=(KEY, TITLE, QUESTION))
