"""Tests of equal groups against published values, SciPy and statsmodels, and by simulation."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.oneway import anova_oneway

from rai.statistics.equality import equal_numbers, equal_rates, holm


def rates(successes, trials, seed=0):
    return equal_rates(np.array(successes, float), np.array(trials, float), np.random.default_rng(seed))


# Ricci v. DeStefano: captain B and H, lieutenant B and H, each against W.
RICCI = [((3, 16), (8, 25)), ((3, 16), (8, 25)), ((6, 25), (19, 43)), ((3, 25), (15, 43))]
#: scipy.stats.fisher_exact and Holm's correction by statsmodels, as published with the counts.
FISHER = [0.237874, 0.237874, 0.097081, 0.015928]
CORRECTED = [0.475747, 0.475747, 0.291244, 0.063711]


def test_the_exact_test_gives_the_published_p_values_of_ricci():
    by_scipy = [stats.fisher_exact([[a, n - a], [b, m - b]])[1] for (a, b), (n, m) in RICCI]
    assert by_scipy == pytest.approx(FISHER, abs=5e-7)
    captain = [rates(*pair) for pair in RICCI[:2]]
    assert {found.method for found in captain} == {"Fisher exact"}
    assert [found.p for found in captain] == pytest.approx(FISHER[:2], abs=5e-7)


def test_holm_gives_the_published_corrections():
    assert holm(FISHER) == pytest.approx(CORRECTED, abs=2e-6)


@settings(max_examples=10)  # statsmodels collects garbage at each call, which takes a second in a long run
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_holm_agrees_with_statsmodels(p):
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1], abs=1e-12)


sizes = st.lists(
    st.integers(20, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=6
)


@settings(max_examples=80)
@given(sizes)
def test_rates_of_enough_rows_are_tested_as_scipy_does(pairs):
    hits, trials = (np.array(column) for column in zip(*pairs, strict=True))
    expected = trials.min() * min(hits.sum(), (trials - hits).sum()) / trials.sum()
    assume(expected >= 5)
    found = rates(hits, trials)
    table = np.stack([hits, trials - hits])
    assert found.method == "chi-square"
    assert found.p == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue, abs=1e-12)


@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_two_small_groups_are_tested_as_scipys_fisher_test_does(n, m, data):
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    assume(0 < a + b < n + m and min(n, m) * min(a + b, n + m - a - b) / (n + m) < 5)
    assert rates([a, b], [n, m]).p == pytest.approx(stats.fisher_exact([[a, n - a], [b, m - b]])[1], abs=1e-9)


def test_several_small_groups_are_tested_against_all_tables_with_the_same_margins():
    # Three groups of 4 with 3, 0 and 1 successes: every table with 4 successes among 12 rows, by counting.
    from itertools import product
    from math import comb

    def statistic(hits):
        return sum((k - 4 / 3) ** 2 for k in hits)

    tables = [hits for hits in product(range(5), repeat=3) if sum(hits) == 4]
    chances = {hits: np.prod([comb(4, k) for k in hits]) / comb(12, 4) for hits in tables}
    exact = sum(chance for hits, chance in chances.items() if statistic(hits) >= statistic((3, 0, 1)) - 1e-12)
    found = rates([3, 0, 1], [4, 4, 4])
    assert found.method == "exact, by simulation"
    assert found.p == pytest.approx(exact, abs=0.015)


@pytest.mark.parametrize(("hits", "trials"), [([5, 20], [40, 60]), ([2, 1, 9], [15, 20, 40])])
def test_a_rate_and_its_complement_are_one_test(hits, trials):
    complement = [n - k for k, n in zip(hits, trials, strict=True)]
    assert rates(hits, trials).p == pytest.approx(rates(complement, trials).p, abs=0.015)


def test_no_success_anywhere_is_no_evidence_of_a_gap():
    assert rates([0, 0], [30, 50]).p == 1
    assert rates([30, 50], [30, 50]).p == 1


def test_equal_groups_are_found_unequal_in_about_5_of_100_samples():
    rng = np.random.default_rng(1)
    chi = [rates(rng.binomial([60, 90, 50], 0.3), [60, 90, 50]).p < 0.05 for _ in range(1500)]
    assert 0.035 <= np.mean(chi) <= 0.065


def test_means_of_groups_are_tested_as_welchs_test_does():
    rng = np.random.default_rng(2)
    for count in (2, 3, 5):
        parts = [rng.normal(place / 10, 1 + place, 25 + 10 * place) for place in range(count)]
        n = np.array([len(part) for part in parts], float)
        means = np.array([part.mean() for part in parts])
        errors = np.array([part.std(ddof=1) for part in parts]) / np.sqrt(n)
        expected = anova_oneway(parts, use_var="unequal", welch_correction=True).pvalue
        assert equal_numbers(means, errors, n).p == pytest.approx(expected, rel=1e-9)


def test_numbers_without_a_standard_error_are_not_tested():
    assert equal_numbers(np.array([1.0, 2.0]), np.array([0.0, 1.0]), np.array([30.0, 30.0])) is None
