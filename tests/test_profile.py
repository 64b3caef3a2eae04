"""A profile with any fault is refused in one sentence that names the place."""

import pytest

from rai.errors import ProfileError
from rai.profile import parse_profile

GOOD = """
[task]
kind = "binary"
target = "approve"
positive = 1
[data]
evaluation = "test.parquet"
sensitive = ["race", "age"]
[data.bands]
age = [25, 45]
[owner]
name = "Lending"
"""


def test_a_whole_profile_is_read_with_its_defaults() -> None:
    profile = parse_profile(GOOD)
    assert profile.task.positive == 1
    assert profile.task.favourable == "positive"
    assert profile.data.bands == {"age": (25.0, 45.0)}
    assert profile.review.policy == "standard"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("positive = 1", ""), "needs 'positive'"),
        (('kind = "binary"', 'kind = "ranking"'), r"\[task\] kind"),
        (('evaluation = "test.parquet"', ""), r"\[data\] evaluation is missing; add it"),
        (("[owner]", "[ovner]"), r"\[ovner\] is not a known key"),
        (("positive = 1", "positive = 1\nthreshhold = 0.5"), r"\[task\] threshhold is not a known key"),
        (("positive = 1", "positive = 1\nthreshold = 1.5"), r"\[task\] threshold"),
        (("age = [25, 45]", "age = [45, 25]"), "rising cut points"),
        (("age = [25, 45]", "height = [150]"), "'height', which is not listed in sensitive"),
        (("[task]", "[task"), "is not valid TOML"),
    ],
)
def test_a_fault_is_named(change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(ProfileError, match=sentence):
        parse_profile(GOOD.replace(*change))


LIMITS = """
[counterfactuals]
fixed = ["race"]
increase_only = ["age"]
max_changes = 2
[counterfactuals.ranges]
age = [18, 70]
[counterfactuals.categories]
plan = ["basic", 2, true]
"""


def test_limits_of_counterfactual_examples_are_read_and_default_to_none() -> None:
    limits = parse_profile(GOOD + LIMITS).counterfactuals
    assert limits.ranges == {"age": (18.0, 70.0)}
    assert limits.categories == {"plan": ("basic", 2, True)}
    assert limits.max_changes == 2
    assert limits.named == ("race", "age", "age", "plan")
    plain = parse_profile(GOOD).counterfactuals
    assert (plain.named, plain.max_changes, plain.desired, plain.desired_range) == ((), None, None, None)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("age = [18, 70]", "age = [70, 18]"), "the range of 'age' must be its smallest and its largest value"),
        (("max_changes = 2", "max_changes = 0"), r"\[counterfactuals\] max_changes"),
        (('["basic", 2, true]', "[]"), "the categories of 'plan' are an empty list"),
        (('fixed = ["race"]', 'decrease_only = ["age"]'), "'age' stands in increase_only and in decrease_only"),
        (("max_changes = 2", 'desired = "yes"'), "desired is for multiclass tasks, and .* kind is binary; remove it"),
        (("max_changes = 2", "desired_range = [1, 2]"), "desired_range is for regression"),
        (("max_changes = 2", "desired_range = [2, 1]"), "desired_range must be the smallest and the largest"),
    ],
)
def test_a_fault_in_the_limits_is_named(change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(ProfileError, match=sentence):
        parse_profile(GOOD + LIMITS.replace(*change))


STATED = """
[fairness]
metric = "equal_opportunity"
rationale = "A missed approval denies a home to somebody who would have paid."
"""


def test_the_stated_choice_of_metric_is_read_and_defaults_to_none() -> None:
    stated = parse_profile(GOOD + STATED).fairness
    assert stated.metric == "equal_opportunity"
    assert stated.rationale.startswith("A missed approval")
    assert (parse_profile(GOOD).fairness.metric, parse_profile(GOOD).fairness.rationale) == ("", "")


def test_control_features_are_read_may_be_banded_and_default_to_none() -> None:
    text = GOOD.replace("[data.bands]", 'control = ["department", "income"]\n[data.bands]\nincome = [1000, 2000]')
    profile = parse_profile(text)
    assert profile.data.control == ("department", "income")
    assert profile.data.bands["income"] == (1000.0, 2000.0)
    assert parse_profile(GOOD).data.control == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (('metric = "equal_opportunity"', ""), "metric and rationale belong together"),
        (('rationale = "A missed approval denies a home to somebody who would have paid."', ""), "belong together"),
        (('"equal_opportunity"', '"fairness"'), "'fairness' is not compared for binary tasks; use one of demographic_"),
        (('"equal_opportunity"', '"r2_score"'), "'r2_score' is not compared for binary tasks"),
        (("[fairness]", '[fairness]\nreason = "x"'), r"\[fairness\] reason is not a known key"),
        (("[data.bands]", 'control = ["race"]\n[data.bands]'), "'race' stands in sensitive and in control"),
        (("[data.bands]", 'control = ["approve"]\n[data.bands]'), "control names the target 'approve'"),
    ],
)
def test_a_fault_in_the_choice_of_metric_or_control_is_named(change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(ProfileError, match=sentence):
        parse_profile((GOOD + STATED).replace(*change))


def test_the_owner_of_the_data_is_an_account() -> None:
    owned = GOOD.replace("[data.bands]", 'owner = "mlflow|dora"\n[data.bands]')
    assert parse_profile(owned).data.owner == "mlflow|dora"
    assert parse_profile(GOOD).data.owner == ""
    for wrong in ("dora", "|dora", "mlflow|", "a|b|c", " | "):
        with pytest.raises(ProfileError, match=r"owner is an account written issuer\|subject"):
            parse_profile(owned.replace("mlflow|dora", wrong))
