"""What is sealed about each analysis: only what was carried out and passed is a pass."""

from __future__ import annotations

import pytest

from rai.evaluation import NO_MODEL, evaluated
from rai.policy import REQUIRED, Finding, Policy, Rule
from rai.review import Outcome, Review

RULES = tuple(
    Rule(id=f"{analysis} rule", sentence="s", analysis=analysis, metric="m", at_least=0.0, severity=severity)
    for analysis, severity in (("performance", "block"), ("fairness", "warn"), ("data", "block"))
)
POLICY = Policy(name="p", title="P", required=("performance", "fairness"), rules=RULES, digest_of_file="0" * 64)


def checks(statuses: dict[str, str], *verdicts: tuple[str, str, str]) -> dict[str, str]:
    outcomes = [
        Outcome(analysis=name, config={}, cohort="", status=status, seconds=0.0) for name, status in statuses.items()
    ]
    findings = [
        Finding(rule=rule, severity=severity, verdict=verdict, sentence="s") for rule, severity, verdict in verdicts
    ]
    review = Review.model_construct(outcomes=tuple(outcomes), findings=tuple(findings), model=None, seed=3)
    found = evaluated(review, POLICY)
    assert (found.sandbox, found.seed) == (NO_MODEL, 3)
    return found.checks


def test_each_status_has_its_word() -> None:
    said = checks({"performance": "computed", "fairness": "not_applicable", "data": "failed"})
    assert said == {"performance": "pass", "fairness": "skipped", "data": "error"}


@pytest.mark.parametrize("verdict", ["fail", "not enough evidence", "not evaluated"])
def test_a_blocking_rule_that_did_not_pass_is_a_failure_of_its_analysis(verdict: str) -> None:
    statuses = {"performance": "computed", "fairness": "computed"}
    assert checks(statuses, ("performance rule", "block", verdict)) == {"performance": "fail", "fairness": "pass"}


def test_a_warning_is_no_failure_and_a_pass_is_one() -> None:
    statuses = {"performance": "computed", "fairness": "computed"}
    findings = (("performance rule", "block", "pass"), ("fairness rule", "warn", "fail"))
    assert checks(statuses, *findings) == {"performance": "pass", "fairness": "pass"}


def test_a_required_analysis_without_an_outcome_is_an_error() -> None:
    required = (f"{REQUIRED}fairness", "block", "not evaluated")
    assert checks({"performance": "computed"}, required) == {"performance": "pass", "fairness": "error"}
