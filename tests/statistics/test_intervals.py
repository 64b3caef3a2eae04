"""Intervals of single numbers and of the widest gap, against published values, libraries and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from rai.statistics.intervals import from_replicates, logit_interval, mean, median, rate, wilson
from rai.statistics.resampling import generator, resample
from rai.statistics.simultaneous import extremes, of_numbers, of_rates, widest_gap


def spread(successes, trials, *, replicates=1000, seed=0):
    k, n = np.array(successes), np.array(trials)
    drawn = resample(np.stack([k, n - k], axis=-1), replicates=replicates, rng=generator(seed), prior=0.5)
    return of_rates(k.astype(float), n.astype(float), drawn[..., 0] / drawn.sum(axis=-1))


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(3, 8, 0.1368, 0.6943), (16, 25, 0.4452, 0.7975), (0, 20, 0.0, 0.1611), (3, 3, 0.4385, 1.0)],
)
def test_wilson_gives_the_published_limits(k, n, low, high):
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_agrees_with_statsmodels(pair):
    k, n = pair
    assert wilson(k, n) == pytest.approx(proportion_confint(k, n, method="wilson"), abs=1e-9)


def test_a_rate_without_rows_is_absent_with_a_reason():
    found = rate(0, 0, undefined="no actual positives")
    assert found.value is None
    assert found.reason == "no actual positives"


# Counts of Ricci v. DeStefano and of the Boston Fed mortgage data; Newcombe's interval of the difference.
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((3, 8), (16, 25), 0.0, 0.5505),
        ((6, 19), (25, 43), 0.0, 0.4764),
        ((3, 15), (25, 43), 0.0892, 0.5683),
        ((133, 197), (1527, 1681), 0.1700, 0.3027),
    ],
)
def test_with_two_groups_the_gap_has_newcombes_interval(first, second, low, high):
    ends = widest_gap([spread([first[0], second[0]], [first[1], second[1]])])
    assert ends == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_newcombes_interval_agrees_with_statsmodels(n, m, data):
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    low, high = confint_proportions_2indep(a, n, b, m, compare="diff", method="newcomb", correction=False)
    expected = (max(low, -high, 0), max(high, -low))
    assert widest_gap([spread([a, b], [n, m], replicates=200)]) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("first", "second"), [((3, 8), (16, 25)), ((6, 19), (25, 43)), ((3, 15), (25, 43))])
def test_no_small_group_ratio_of_ricci_is_surely_below_four_fifths(first, second):
    low, high = widest_gap([spread([first[0], second[0]], [first[1], second[1]]).logs()])
    assert np.exp(-low) > 0.8 > np.exp(-high)


def test_equal_groups_have_a_gap_interval_that_begins_at_zero():
    # A percentile interval of max - min over these groups is 0.024 to 0.294: it would find a gap where there is none.
    low, high = widest_gap([spread([20, 20, 20], [40, 40, 40])])
    assert low == 0
    assert 0.2 < high < 0.35


def test_a_gap_between_groups_without_any_error_still_has_a_width():
    assert widest_gap([spread([30, 25], [30, 25])])[1] > 0.1


@pytest.mark.parametrize(
    ("rates", "sizes"),
    [
        ([0.5, 0.5], [40, 40]),
        ([0.3, 0.5], [200, 50]),
        ([0.5, 0.5, 0.5], [40, 40, 40]),
        ([0.4] * 6, [40, 50, 60, 100, 200, 400]),
    ],
)
def test_the_gap_interval_covers_the_truth_in_92_to_98_of_100_samples(rates, sizes):
    rng, samples = np.random.default_rng(5), 400
    truth, least = max(rates) - min(rates), min(rates) / max(rates)
    held = held_ratio = 0
    for seed in range(samples):
        found = spread(rng.binomial(sizes, rates), sizes, replicates=400, seed=seed)
        low, high = widest_gap([found])
        held += low <= truth + 1e-12 and truth <= high
        low, high = widest_gap([found.logs()])
        held_ratio += np.exp(-high) <= least <= np.exp(-low) + 1e-12
    assert 0.92 <= held / samples <= 0.98
    assert 0.92 <= held_ratio / samples <= 0.98


def test_smallest_and_largest_group_have_intervals_around_their_values():
    (low, high), (lower, upper) = extremes(spread([10, 60], [100, 100]))
    assert low < 0.1 < high < lower < 0.6 < upper


def test_the_widest_of_two_metrics_sets_the_gap():
    one = of_numbers(np.array([0.0, 1.0]), np.array([0.01, 0.01]), generator(1).normal(0, 0.01, (500, 2)))
    two = of_numbers(np.array([0.0, 3.0]), np.array([0.01, 0.01]), generator(2).normal(0, 0.01, (500, 2)))
    low, high = widest_gap([one, two])
    assert 2.9 < low < 3 < high < 3.1


def test_the_median_interval_covers_any_distribution():
    rng, held = np.random.default_rng(1), 0
    for _ in range(500):
        found = median(rng.exponential(size=60))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= np.log(2) <= found.high
    assert 0.93 <= held / 500 <= 0.99


def test_a_mean_of_one_row_has_no_interval():
    found = mean(np.array([3.0]))
    assert (found.value, found.low, found.n) == (3.0, None, 1)


def test_intervals_on_the_logit_scale_stay_between_zero_and_one():
    low, high = logit_interval(0.98, 0.03)
    assert 0 < low < 0.98 < high < 1


def test_replicates_of_a_number_that_noise_can_only_raise_are_moved_back():
    found = from_replicates(0.1, np.linspace(0.2, 0.4, 101), 10, recentred=True)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.1 < found.high


def test_resampled_counts_agree_with_multinomial_resampling_of_rows():
    counts = np.array([[300, 100, 60, 540]])
    ours = resample(counts, replicates=20_000, rng=generator(0), prior=0.5)[:, 0]
    rows = np.random.default_rng(0).multinomial(1000, counts[0] / 1000, size=20_000)
    one = np.quantile(ours[:, 0] / (ours[:, 0] + ours[:, 2]), [0.025, 0.975])
    other = np.quantile(rows[:, 0] / (rows[:, 0] + rows[:, 2]), [0.025, 0.975])
    assert one == pytest.approx(other, abs=0.005)


def test_a_name_has_its_own_stream_and_always_the_same():
    assert generator(1, "sex").random() == generator(1, "sex").random()
    assert generator(1, "sex").random() != generator(1, "race").random()
