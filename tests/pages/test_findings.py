"""Findings on the pages: numbers and bounds are written as in the card."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _page() -> None:
    from pages.ui import grid
    from rai.measures import Measure
    from rai.policy import Finding

    def finding(metric: str, aggregate: str, value: float, bound: float) -> Finding:
        measure = Measure(
            analysis="fairness", metric=metric, feature=("race",), aggregate=aggregate, value=value, low=value - 0.1,
            high=value + 0.1, n=873,
        )  # fmt: skip
        return Finding(
            rule=metric, severity="warn", verdict="fail", sentence="S.", threshold=bound, measure=measure
        )  # fmt: skip

    grid.findings(
        (
            finding("equal_opportunity_difference", "difference", 0.141, 0.1),
            finding("favourable_rate", "ratio", 0.73, 0.8),
        )
    )


def test_a_gap_and_its_bound_are_written_in_percentage_points_and_a_ratio_as_a_number() -> None:
    at = AppTest.from_function(_page).run()
    assert not at.exception
    said = " ".join(item.value for item in at.markdown).replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")
    assert "+14.1 pp (+4.1 to +24.1) | 10.0 pp | 873" in said
    assert "0.730 (0.630 to 0.830) | 0.800 | 873" in said
