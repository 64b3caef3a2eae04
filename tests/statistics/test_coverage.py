"""A 95 % interval holds the truth in about 95 of 100 samples: rates, gaps, areas and errors, drawn again and again."""

import numpy as np
import pytest

from rai.fairness.binary import Draw, mean_metric, rate_metric
from rai.fairness.farthest import to_overall
from rai.fairness.grouped import compare
from rai.fairness.scores import score_metrics
from rai.statistics.confusion import RATES
from rai.statistics.explained import r_squared
from rai.statistics.grouping import Grouping
from rai.statistics.intervals import from_replicates, mean, rate, rate_difference
from rai.statistics.resampling import generator, resample
from rai.statistics.scores import roc_auc

#: Two unit normals one apart: the area under the ROC curve is Phi(1 / sqrt 2).
AREA = 0.760250


def share(held, *, low=0.92, high=0.98):
    """The share of samples whose interval held the truth, which should lie between these."""
    found = np.mean(held)
    assert low <= found <= high, found


def holds(found, truth):
    assert found.low is not None
    assert found.high is not None
    return found.low <= truth <= found.high


@pytest.mark.parametrize(("p", "n"), [(0.5, 30), (0.3, 40), (0.1, 60), (0.9, 100), (0.04, 400)])
def test_the_interval_of_a_rate(p, n):
    draws = np.random.default_rng(0).binomial(n, p, 3000)
    share([holds(rate(int(k), n), p) for k in draws])


@pytest.mark.parametrize(("p", "n"), [((0.5, 0.5), (40, 40)), ((0.2, 0.6), (25, 200)), ((0.05, 0.1), (150, 300))])
def test_the_interval_of_a_difference_between_two_rates(p, n):
    rng = np.random.default_rng(1)
    pairs = np.column_stack([rng.binomial(size, chance, 3000) for size, chance in zip(n, p, strict=True)])
    share([holds(rate_difference((int(a), n[0]), (int(b), n[1])), p[0] - p[1]) for a, b in pairs])


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_the_interval_of_an_area_under_the_roc_curve(shift):
    rng, truth = np.random.default_rng(2), np.arange(120) < 50
    area = 0.5 if shift == 0 else AREA
    share([holds(roc_auc(truth, rng.normal(size=120) + shift * truth).estimate(), area) for _ in range(1500)])


def test_the_interval_of_a_mean_absolute_error():
    # Normal errors of mean 1 and unit spread: the folded normal has mean sqrt(2/pi) exp(-1/2) + erf(1/sqrt 2).
    rng, truth = np.random.default_rng(3), np.sqrt(2 / np.pi) * np.exp(-0.5) + 0.682689
    share([holds(mean(np.abs(rng.normal(1, 1, 80))), truth) for _ in range(3000)])


def test_the_interval_of_the_explained_variance():
    # The outcome is the prediction plus noise of half its variance: R squared is 1 - 0.5 / 1.5.
    rng, held = np.random.default_rng(4), []
    for _ in range(500):
        said = rng.normal(size=200)
        value, drawn = r_squared(said + rng.normal(0, 0.5**0.5, 200), said, replicates=400, rng=rng)
        held.append(holds(from_replicates(value, drawn, 200), 1 - 0.5 / 1.5))
    share(held)


def compared(metric, names, kind):
    return compare(metric, names, min_group=1).gap(kind).found


def selection(rng, rates, sizes):
    """The selection rate of groups as the fairness analysis measures it."""
    chosen = rng.binomial(sizes, rates)
    counts = np.stack([chosen, 0 * chosen, 0 * chosen, sizes - chosen], axis=-1)
    drawn = resample(counts, replicates=300, rng=rng, prior=0.5)
    return rate_metric("selection_rate", RATES["selection_rate"], counts, drawn)


GROUPS = [
    ((0.5, 0.5), (40, 60)),
    ((0.3, 0.5), (200, 50)),
    ((0.4, 0.4, 0.4, 0.4), (30, 60, 120, 300)),
    ((0.2, 0.3, 0.5), (100, 100, 80)),
]


@pytest.mark.parametrize(("rates", "sizes"), GROUPS)
def test_the_intervals_of_the_widest_and_of_the_farthest_gap(rates, sizes):
    rates, sizes, rng = np.array(rates), np.array(sizes), np.random.default_rng(5)
    names = tuple((f"g{place}",) for place in range(len(sizes)))
    everyone = float(rates @ sizes / sizes.sum())
    between, beyond, ratio = [], [], []
    for _ in range(1000):
        metric = selection(rng, rates, sizes)
        between.append(holds(compared(metric, names, "difference"), np.ptp(rates)))
        difference, quotient = to_overall(metric, names, min_group=1)
        beyond.append(holds(difference.found, np.abs(rates - everyone).max()))
        ratio.append(holds(quotient.found, np.minimum(rates / everyone, everyone / rates).min()))
    share(between)
    # Where one group is clearly the farthest, allowing for all of them makes the interval a little wider than needed.
    share(beyond, high=0.99)
    share(ratio, high=0.99)


def test_the_interval_of_the_gap_in_the_area_of_two_groups():
    rng, held = np.random.default_rng(6), []
    grouping = Grouping(("sex",), (("f",), ("m",)), np.repeat([0, 1], [150, 250]).astype(np.intp))
    truth = np.arange(400) % 3 == 0
    for seed in range(800):
        scores = 5 + rng.normal(size=400) + truth  # beyond 1, so that only the area is measured
        (area,) = score_metrics(truth, scores, grouping, Draw(seed, 300))
        held.append(holds(compared(area, grouping.groups, "difference"), 0.0))
    share(held)


def test_the_interval_of_the_gap_in_the_absolute_error_of_two_groups():
    rng, held = np.random.default_rng(7), []
    for seed in range(1500):
        parts = [np.abs(rng.normal(0, 1, 90)), np.abs(rng.normal(0, 2, 60))]
        metric = mean_metric("mean_absolute_error", parts, generator(seed), 300)
        held.append(holds(compared(metric, (("f",), ("m",)), "difference"), np.sqrt(2 / np.pi)))
    share(held)
