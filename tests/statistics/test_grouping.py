"""The groups of a feature: bands in their order, parts of the rows, and each group as a cohort."""

import numpy as np
import pandas as pd
import pytest

from rai.statistics.grouping import cross, group_by
from tests.analyses.subjects import make_subject


@pytest.fixture(scope="module")
def dataset():
    frame = pd.DataFrame(
        {
            "age": [70.0, 25.0, np.nan, 30.0, 18.0, 45.0, 24.9] * 4,
            "income": np.arange(28.0),
            "sex": ["f", None, "m=x", "f", "m=x", "f", "f"] * 4,
            "truth": [0, 1] * 14,
        }
    )
    return make_subject(
        frame, "truth", [0, 1] * 14, sensitive=("age", "sex", "income"), bands={"age": (25, 45)}
    ).dataset


def test_bands_stand_from_low_to_high_and_missing_last(dataset):
    assert group_by(dataset, "age").groups == (("under 25",), ("25 to under 45",), ("45 and over",), ("missing",))


@pytest.mark.parametrize("feature", ["age", "income", "sex"])
def test_the_cohort_of_each_group_holds_its_rows_and_no_others(dataset, feature):
    grouping = group_by(dataset, feature)
    for place in range(len(grouping.groups)):
        assert list(grouping.cohort(place).mask(dataset.frame)) == list(grouping.codes == place)


def test_part_of_the_rows_has_the_groups_that_occur_there(dataset):
    part = cross(group_by(dataset, "age"), group_by(dataset, "sex")).at(np.array([0, 1, 7]))
    assert part.groups == (("25 to under 45", "missing"), ("45 and over", "f"))
    assert list(part.codes) == [1, 0, 1]
    assert list(part.sizes) == [1, 2]
