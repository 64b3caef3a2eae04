"""Measures of association, against SciPy, published formulas and tables worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from rai.statistics.association import correlation_ratio, cramers_v, spearman


def columns(table: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """The two columns whose table of counts this is."""
    counts = np.array(table)
    rows, places = np.indices(counts.shape)
    return np.repeat(rows.ravel(), counts.ravel()), np.repeat(places.ravel(), counts.ravel())


def test_a_column_that_determines_the_other_is_fully_associated() -> None:
    assert cramers_v(*columns([[30, 0, 0], [0, 20, 0], [0, 0, 50]])) == pytest.approx(1.0)


def test_columns_that_are_independent_to_the_row_have_no_association() -> None:
    assert cramers_v(*columns([[20, 30], [40, 60]])) == 0.0


def test_cramers_v_by_hand() -> None:
    # chi squared of [[30, 10], [10, 30]] is 20, so phi squared is 20 / 80 = 0.25. Bergsma subtracts 1 / 79 from it and
    # divides by (2 - 1 / 79) - 1.
    expected = ((0.25 - 1 / 79) / (1 - 1 / 79)) ** 0.5
    assert cramers_v(*columns([[30, 10], [10, 30]])) == pytest.approx(expected)


@pytest.mark.parametrize("table", [[[12, 5, 9], [3, 14, 8]], [[40, 7], [12, 30], [5, 5], [9, 20]]])
def test_cramers_v_is_scipys_with_the_correction_of_bergsma(table: list[list[int]]) -> None:
    counts = np.array(table)
    n, (r, c) = counts.sum(), counts.shape
    phi = stats.contingency.association(counts, method="cramer") ** 2 * (min(r, c) - 1)
    less = max(0.0, phi - (r - 1) * (c - 1) / (n - 1))
    smaller = min(r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1))
    assert cramers_v(*columns(table)) == pytest.approx((less / (smaller - 1)) ** 0.5, rel=1e-12)


def test_many_categories_in_few_rows_are_not_taken_for_an_association() -> None:
    rng = np.random.default_rng(0)
    draws = [(rng.integers(0, 2, 60), rng.integers(0, 20, 60)) for _ in range(50)]
    tables = [np.histogram2d(first, second, [2, 20])[0].astype(int) for first, second in draws]
    plain = [stats.contingency.association(table[:, table.sum(axis=0) > 0], method="cramer") for table in tables]
    assert np.mean(plain) > 0.5
    assert np.mean([cramers_v(first, second) for first, second in draws]) < 0.2


def test_a_constant_column_has_no_association_to_measure() -> None:
    assert np.isnan(cramers_v(np.zeros(10, dtype=int), np.arange(10) % 2))
    assert np.isnan(correlation_ratio(np.arange(10) % 2, np.ones(10)))
    assert np.isnan(correlation_ratio(np.zeros(10, dtype=int), np.arange(10.0)))
    assert np.isnan(correlation_ratio(np.zeros(0, dtype=int), np.zeros(0)))
    assert np.isnan(spearman(np.ones(4), np.arange(4.0)))


def test_correlation_ratio_by_hand() -> None:
    # Groups 1, 2, 3 and 5, 6, 7: within 4, total 28 around the mean 4; 1 - (4 / 4) / (28 / 5).
    groups, numbers = np.array([0, 0, 0, 1, 1, 1]), np.array([1.0, 2.0, 3.0, 5.0, 6.0, 7.0])
    assert correlation_ratio(groups, numbers) == pytest.approx((1 - 1 / (28 / 5)) ** 0.5)


def test_correlation_ratio_follows_from_the_f_statistic_of_scipy() -> None:
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 4, 200)
    numbers = rng.normal(size=200) + groups * 0.6
    f = stats.f_oneway(*(numbers[groups == place] for place in range(4))).statistic
    expected = 3 * (f - 1) / (3 * f + 200 - 4)
    assert correlation_ratio(groups, numbers) ** 2 == pytest.approx(expected, rel=1e-10)


def test_rows_without_a_number_are_left_out() -> None:
    groups, numbers = np.array([0, 0, 0, 1, 1, 1, 1]), np.array([1.0, 2.0, 3.0, 5.0, 6.0, 7.0, np.nan])
    assert correlation_ratio(groups, numbers) == pytest.approx(correlation_ratio(groups[:6], numbers[:6]))


def test_group_codes_need_not_be_dense() -> None:
    groups, numbers = np.array([0, 0, 0, 9, 9, 9]), np.array([1.0, 2.0, 3.0, 5.0, 6.0, 7.0])
    assert correlation_ratio(groups, numbers) == pytest.approx((1 - 1 / (28 / 5)) ** 0.5)


@pytest.mark.parametrize("seed", range(5))
def test_spearman_is_scipys_with_ties_too(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = rng.integers(0, 6, 30).astype(float), rng.normal(size=30).round(1)
    assert spearman(first, second) == pytest.approx(stats.spearmanr(first, second).statistic, rel=1e-12)


def test_the_same_order_is_1_and_the_reverse_is_minus_1() -> None:
    values = np.array([3.0, 1.0, 10.0, 4.0])
    assert spearman(values, np.exp(values)) == 1.0
    assert spearman(values, -values) == -1.0
