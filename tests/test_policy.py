"""Only a whole interval on the right side passes; nothing measured is never a pass."""

from pathlib import Path

import pytest

from rai.errors import InputError
from rai.measures import Measure
from rai.policy import Policy, Rule, judge, judge_outcomes, read_policy, verdict_on
from rai.profile import parse_profile

ROOT = Path(__file__).resolve().parent.parent
PROFILE = parse_profile(
    '[task]\nkind="binary"\ntarget="y"\npositive=1\n[data]\nevaluation="e"\nsensitive=["race","sex"]\n[owner]\nname="o"'
)


def rule(**fields: object) -> Rule:
    return Rule.model_validate({"id": "r", "sentence": "S.", "analysis": "a", "metric": "m", **fields})


def measure(value: float | None, low: float | None = None, high: float | None = None, **fields: object) -> Measure:
    return Measure.model_validate(
        {
            "analysis": "a",
            "metric": "m",
            "aggregate": "overall",
            "value": value,
            "low": low,
            "high": high,
            "n": 50,
            **fields,
        }
    )


def policy(*rules: Rule) -> Policy:
    return Policy(name="p", title="P", required=("a",), rules=rules, digest_of_file="0" * 64)


@pytest.mark.parametrize(
    ("bound", "value", "low", "high", "verdict"),
    [
        ({"at_least": 0.8}, 0.9, 0.8, 0.95, "pass"),
        ({"at_least": 0.8}, 0.9, 0.79, 0.95, "not enough evidence"),
        ({"at_least": 0.8}, 0.7, 0.6, 0.8, "not enough evidence"),
        ({"at_least": 0.8}, 0.7, 0.6, 0.79, "fail"),
        ({"at_least": 0.8}, 0.8, None, None, "pass"),
        ({"at_least": 0.8}, 0.79, None, None, "fail"),
        ({"at_most": 0.0}, 0.0, 0.0, 0.0, "pass"),
        ({"at_most": 0.1}, 0.05, 0.0, 0.1, "pass"),
        ({"at_most": 0.1}, 0.05, 0.0, 0.11, "not enough evidence"),
        ({"at_most": 0.1}, 0.2, 0.11, 0.3, "fail"),
        ({"at_most": -0.1}, -0.2, -0.3, -0.15, "pass"),
        ({"at_most": 0.1}, None, None, None, "not evaluated"),
    ],
)
def test_the_interval_decides(
    bound: dict[str, float], value: float | None, low: float | None, high: float | None, verdict: str
) -> None:
    assert verdict_on(rule(**bound), measure(value, low, high)) == verdict


def test_too_few_rows_are_not_enough_evidence() -> None:
    assert verdict_on(rule(at_least=0.5, min_n=51), measure(0.9, 0.8, 1.0)) == "not enough evidence"
    assert verdict_on(rule(at_least=0.5), measure(None, reason="3 rows")) == "not enough evidence"


def test_a_rule_that_matches_nothing_closes_the_gate() -> None:
    (finding,) = judge(policy(rule(at_least=0.5, metric="other")), [measure(0.9)], PROFILE)
    assert finding.verdict == "not evaluated"
    assert finding.closes_gate


def test_each_sensitive_feature_must_have_been_measured() -> None:
    one = measure(0.0, aggregate="difference", feature=("race",))
    findings = judge(policy(rule(at_most=0.1, aggregate="difference", feature="each sensitive")), [one], PROFILE)
    assert [(f.verdict, f.closes_gate) for f in findings] == [("pass", False), ("not evaluated", True)]


def test_a_cohort_never_answers_for_all_rows() -> None:
    (finding,) = judge(policy(rule(at_least=0.5)), [measure(0.9, cohort="sex=f")], PROFILE)
    assert finding.verdict == "not evaluated"


def test_a_policy_without_blocking_rules_for_the_task_judges_nothing() -> None:
    findings = judge(policy(rule(at_least=0.5, tasks=["regression"])), [measure(0.9)], PROFILE)
    assert [finding.closes_gate for finding in findings] == [True]
    findings = judge(policy(rule(at_least=0.5, severity="warn")), [measure(0.9)], PROFILE)
    assert any(finding.closes_gate for finding in findings)


def test_a_failed_or_missing_required_analysis_closes_the_gate() -> None:
    wanted = policy(rule(at_least=0))
    assert [f.closes_gate for f in judge_outcomes(wanted, {"a": "computed"})] == [False]
    assert [f.closes_gate for f in judge_outcomes(wanted, {"a": "not_applicable"})] == [False]
    assert [f.closes_gate for f in judge_outcomes(wanted, {"a": "failed"})] == [True]
    assert [f.closes_gate for f in judge_outcomes(wanted, {})] == [True]


def test_the_shipped_policies_are_read() -> None:
    names = {path.stem for path in (ROOT / "policies").glob("*.toml")}
    assert {"standard", "strict"} <= names
    for name in names:
        found = read_policy(ROOT / "policies", name)
        assert set(found.required) == {
            "data",
            "performance",
            "fairness",
            "explanations",
            "error_analysis",
            "counterfactuals",
        }


@pytest.mark.parametrize("name", ["unknown", "../policies/standard", ""])
def test_an_unknown_policy_names_the_known_ones(name: str) -> None:
    with pytest.raises(InputError, match=r"Known policies: .*standard"):
        read_policy(ROOT / "policies", name)


def test_a_rule_with_two_bounds_is_refused(tmp_path: Path) -> None:
    text = 'title="t"\nrequired=[]\n[[rules]]\nid="x"\nsentence="s"\nanalysis="a"\nmetric="m"\nat_least=1\nat_most=2\n'
    (tmp_path / "odd.toml").write_text(text)
    with pytest.raises(InputError, match="exactly one of at_least and at_most"):
        read_policy(tmp_path, "odd")
