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
