"""What does it look at: SHAP values over the rows, by input, by group, and which inputs follow a sensitive feature."""

from __future__ import annotations

from pydantic import Field

from rai.evidence import AnalysisConfig, AnalysisResult
from rai.explaining.attribution import Effort, attribute
from rai.explaining.oracle import cross_check
from rai.explaining.record import Check, Dependence, GroupImportance, Importance, Proxy
from rai.explaining.rows import explained_rows
from rai.explaining.section import Facts, explanations_section
from rai.explaining.summary import Shown, by_group, common_output, dependences, importances, proxies
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
    inputs
        Inputs whose dependence and whose importance by group are shown.
    kept_rows
        Rows whose explanation is kept one by one.
    checked_rows
        Rows shap is asked about as well.
    """

    max_rows: int = Field(default=20_000, ge=20)
    sampled_rows: int = Field(default=200, ge=20)
    background: int = Field(default=25, ge=5, le=100)
    budget: int = Field(default=200_000, ge=1_000)
    inputs: int = Field(default=6, ge=1)
    kept_rows: int = Field(default=200, ge=0)
    checked_rows: int = Field(default=5, ge=1)


class Result(AnalysisResult):
    """SHAP values in sums.

    Attributes
    ----------
    rows, rows_available
        Rows explained, and rows there are.
    unit, outputs, described
        What the values are in, which outputs are explained, and which of them the dependences are about.
    background, background_from
        Rows each was compared with, from ``reference`` or ``evaluation`` data; 0 for the model's own values.
    additivity_residual
        Largest gap between base value plus SHAP values and the prediction, relative to the largest prediction.
    sampling_error
        Mean standard error of a single value from drawing orders; 0 where exact.
    sensitive_inputs
        Sensitive features the model takes.
    agreement_with_shap
        Largest difference from shap's own explainer; ``None`` with the reason in ``check``.
    rows_digest
        Digest of the explanations of single rows.
    """

    cohort: str
    kind: TaskKind
    target: str
    rows: int
    rows_available: int
    method: str
    unit: str
    outputs: tuple[str, ...]
    described: str
    background: int
    background_from: str
    additivity_residual: float
    sampling_error: float
    importance: tuple[Importance, ...]
    dependence: tuple[Dependence, ...]
    by_group: tuple[GroupImportance, ...]
    proxies: tuple[Proxy, ...]
    sensitive: tuple[str, ...]
    sensitive_inputs: tuple[str, ...]
    check: Check
    agreement_with_shap: float | None
    note: str
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
    importance = importances(found)
    names = tuple(item.name for item in importance)
    top, sensitive = names[: config.inputs], subject.profile.data.sensitive
    check = cross_check(subject, found, rows=config.checked_rows, seed=config.seed)
    return Result(
        cohort=subject.cohort.text,
        kind=subject.task.kind,
        target=subject.task.target,
        rows=len(found.rows),
        rows_available=len(subject),
        method=found.method,
        unit=found.unit,
        outputs=found.outputs,
        described=found.outputs[common_output(subject, found)],
        background=found.background,
        background_from=found.background_from,
        additivity_residual=found.residual,
        sampling_error=found.error,
        importance=importance,
        dependence=dependences(subject, found, top, Shown(inputs=config.inputs)),
        by_group=by_group(subject, found, top),
        proxies=proxies(subject, names),
        sensitive=sensitive,
        sensitive_inputs=tuple(name for name in sensitive if name in found.columns),
        check=check,
        agreement_with_shap=check.difference,
        note=found.note,
        rows_digest=subject.keep(explained_rows(subject, found, rows=config.kept_rows, seed=config.seed)),
    )


def measures(result: Result) -> tuple[Measure, ...]:
    """The mean absolute SHAP value of every input, and how closely inputs follow sensitive features."""
    sizes = (
        to_measure(
            item.found, analysis=KEY, metric="mean_absolute_shap_value", feature=(item.name,), cohort=result.cohort
        )
        for item in result.importance
    )
    follow = (
        to_measure(
            item.found, analysis=KEY, metric="association", feature=(item.name, item.feature), cohort=result.cohort
        )
        for item in result.proxies
    )
    return (*sizes, *follow)


def section(result: Result) -> Section:
    """What a reader is shown, from the stored result alone."""
    facts = Facts(
        target=result.target,
        rows=result.rows,
        rows_available=result.rows_available,
        method=result.method,
        unit=result.unit,
        outputs=result.outputs,
        described=result.described,
        background=result.background,
        background_from=result.background_from,
        residual=result.additivity_residual,
        error=result.sampling_error,
        sensitive=result.sensitive,
        sensitive_inputs=result.sensitive_inputs,
        check=result.check.words,
        note=result.note,
    )
    return explanations_section(
        result.importance, result.dependence, result.by_group, result.proxies, facts, heading=(KEY, TITLE, QUESTION)
    )
