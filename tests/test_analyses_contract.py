"""What every analysis promises, whatever it measures."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rai.analyses import ANALYSES
from rai.cohorts import parse_cohort
from rai.evidence import Analysis
from rai.review import run_one
from tests.subjects import subject

KINDS = ("binary", "multiclass", "regression")
CASES = [(analysis, kind) for analysis in ANALYSES for kind in KINDS]
NAMES = [f"{analysis.KEY}-{kind}" for analysis, kind in CASES]

_SUBJECTS = {kind: subject(kind) for kind in KINDS}


@pytest.mark.parametrize(("analysis", "kind"), CASES, ids=NAMES)
def test_the_outcome_is_an_answer_and_never_a_failure(analysis: Analysis, kind: str) -> None:
    outcome, _ = run_one(_SUBJECTS[kind], analysis, analysis.Config())
    assert outcome.status in {"computed", "not_applicable"}, outcome.reason
    assert (outcome.result is None) == (outcome.status == "not_applicable")


@pytest.mark.parametrize(("analysis", "kind"), CASES, ids=NAMES)
def test_result_section_and_measures_come_from_stored_bytes(analysis: Analysis, kind: str) -> None:
    outcome, measures = run_one(_SUBJECTS[kind], analysis, analysis.Config())
    if outcome.result is None:
        assert len(outcome.reason) > 20
        return
    again = analysis.Result.model_validate(outcome.result)
    assert analysis.Result.from_bytes(again.to_bytes()) == again
    assert analysis.measures(again) == measures
    section = analysis.section(again)
    assert (section.key, section.question) == (analysis.KEY, analysis.QUESTION)
    assert section.lead
    assert section.how_to_read
    assert section.limitations
    assert all(figure.alt and figure.table().rows for figure in section.figures)
    assert all(measure.analysis == analysis.KEY for measure in measures)
    assert all(measure.n >= 0 and (measure.value is not None or measure.reason) for measure in measures)
    assert all(
        measure.low <= measure.value <= measure.high
        for measure in measures
        if None not in {measure.low, measure.high, measure.value}
    )


@pytest.mark.parametrize(("analysis", "kind"), CASES, ids=NAMES)
def test_the_same_seed_gives_the_same_bytes(analysis: Analysis, kind: str) -> None:
    first, _ = run_one(_SUBJECTS[kind], analysis, analysis.Config(seed=3))
    second, _ = run_one(_SUBJECTS[kind], analysis, analysis.Config(seed=3))
    assert first.result == second.result


@pytest.mark.parametrize(("analysis", "kind"), CASES, ids=NAMES)
def test_a_cohort_of_a_subject_is_a_subject(analysis: Analysis, kind: str) -> None:
    part = _SUBJECTS[kind].within(parse_cohort("region=north|south;income>=40"))
    outcome, measures = run_one(part, analysis, analysis.Config())
    assert outcome.status in {"computed", "not_applicable"}, outcome.reason
    assert {measure.cohort for measure in measures} <= {"region=north|south;income>=40"}


@pytest.mark.parametrize("analysis", ANALYSES, ids=[analysis.KEY for analysis in ANALYSES])
def test_stored_predictions_are_enough_or_the_reason_is_said(analysis: Analysis) -> None:
    outcome, _ = run_one(subject(with_model=False), analysis, analysis.Config())
    assert outcome.status in {"computed", "not_applicable"}, outcome.reason


def test_importing_the_analyses_loads_nothing_heavy() -> None:
    heavy = ["mlflow", "shap", "fairlearn", "erroranalysis", "dice_ml", "responsibleai", "raiwidgets", "sklearn"]
    code = f"import sys, rai.analyses, rai.cards; print([name for name in {heavy!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
