"""How the values of measures are written: the same on the pages, in the card and in its differences."""

from __future__ import annotations

import pytest

from rai.statistics.names import value_format


@pytest.mark.parametrize(
    ("metric", "aggregate", "form"),
    [
        ("selection_rate", "overall", "percent"),
        ("selection_rate", "", "percent"),
        ("selection_rate", "difference", "points"),
        ("selection_rate", "ratio", "number"),
        ("roc_auc", "difference", "number"),
        # A measure whose name says that it is a gap is written as one as well.
        ("equal_opportunity_difference", "difference", "points"),
        ("equalized_odds_difference", "difference", "points"),
        ("demographic_parity_difference", "difference", "points"),
    ],
)
def test_a_gap_of_shares_is_written_in_percentage_points(metric: str, aggregate: str, form: str) -> None:
    assert value_format(metric, aggregate) == form
