"""Shrinkage, against scipy's beta-binomial, simulated units and sums done by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.methods.proportions import BetaBinomial, fit_beta_binomial, rank_interval, shrink

NAN = np.nan
TOY = (
    np.array([12, 60, 41, 110, 66, 25, 150, 30, 58, 70, 55, 71]),
    np.array([150, 240, 210, 300, 310, 140, 420, 260, 250, 380, 190, 290]),
)
EVEN = BetaBinomial(mean=0.5, precision=2, units=3, method="")
"""A flat Beta: the posterior of x out of n is a Beta of x + 1 and n - x + 1."""


def likelihood(x, n, mean, precision):
    return stats.betabinom.logpmf(x, n, mean * precision, (1 - mean) * precision).sum()


def simulated(units, mean, precision, seed):
    chance = np.random.default_rng(seed)
    n = chance.integers(100, 3000, units)
    return chance.binomial(n, chance.beta(mean * precision, (1 - mean) * precision, units)), n


@pytest.mark.parametrize(
    ("x", "n"),
    [TOY, simulated(150, 0.2, 60, 1), simulated(20, 0.6, 3, 2), ([0, 3, 0, 1], [9, 4, 30, 2])],
    ids=["toy", "many", "unlike", "few"],
)
def test_no_neighbouring_fit_is_likelier(x, n):
    fit = fit_beta_binomial(x, n)
    best = likelihood(x, n, fit.mean, fit.precision)
    around = [
        likelihood(x, n, fit.mean * (1 + step * across), fit.precision * (1 + step * along))
        for step in (1e-3, 1e-2, 0.1, 0.3)
        for across in (-1, 0, 1)
        for along in (-1, 0, 1)
        if across or along
    ]
    assert max(around) < best
    assert (fit.units, fit.method) == (len(x), "beta-binomial, maximum likelihood")


def test_the_mean_and_precision_of_simulated_units_are_recovered():
    fit = fit_beta_binomial(*simulated(4000, 0.22, 75, 3))
    assert fit.mean == pytest.approx(0.22, abs=0.003)
    assert fit.precision == pytest.approx(75, rel=0.06)


def test_units_that_are_all_alike_are_drawn_to_their_mean():
    n = np.array([100, 200, 300, 400])
    fit = fit_beta_binomial(n * 0.2, n)
    assert fit.mean == pytest.approx(0.2, abs=1e-4)
    assert 1e6 < fit.precision < 1.01e7
    assert shrink(n * 0.2, n, fit).weight.max() < 1e-3


def test_the_fit_leaves_out_units_that_are_missing_or_out_of_zero():
    x, n = np.append(TOY[0], [NAN, 0, 7]), np.append(TOY[1], [30, 0, NAN])
    assert fit_beta_binomial(x, n) == fit_beta_binomial(*TOY)


@pytest.mark.parametrize(
    ("x", "n", "said"),
    [
        ([1, 2], [5, 5], "at least three of them; there are 2"),
        ([0, 0, 0], [5, 5, 5], "every proportion is 0"),
        ([1, 2, 6], [5, 5, 5], "between zero"),
    ],
)
def test_units_that_tell_nothing_of_a_spread_are_refused(x, n, said):
    with pytest.raises(ValueError, match=said):
        fit_beta_binomial(x, n)


def test_a_shrunken_value_by_hand():
    # (12 + 0.22 * 75) / (150 + 75) = 28.5 / 225, and its own figure weighs 150 / 225.
    found = shrink(12, 150, BetaBinomial(0.22, 75, 12, ""))
    assert found.value == pytest.approx(0.1266667, abs=1e-7)
    assert found.weight == pytest.approx(2 / 3)
    assert found.method == "empirical Bayes, beta-binomial"


def test_limits_are_quantiles_of_the_posterior():
    # None of one gives a Beta of 1 and 2: 1 - (1 - p)^2 of it lies below p. One of one mirrors it.
    found = shrink([0, 1], [1, 1], EVEN, confidence=0.9)
    assert found.lower.tolist() == pytest.approx([1 - np.sqrt(0.95), np.sqrt(0.05)])
    assert found.upper.tolist() == pytest.approx([1 - np.sqrt(0.05), np.sqrt(0.95)])


@given(st.integers(1, 5000), st.floats(0, 1), st.floats(0.05, 0.95), st.floats(2, 5000))
def test_a_shrunken_value_lies_between_the_unit_and_the_mean(n, share, mean, precision):
    x = int(n * share)
    found = shrink(x, n, BetaBinomial(mean, precision, 10, ""))
    low, high = sorted([x / n, mean])
    assert low - 1e-12 <= found.value <= high + 1e-12
    assert float(found.value) == pytest.approx(
        float(found.weight) * x / n + (1 - float(found.weight)) * mean, abs=1e-12
    )
    assert 0 <= found.lower <= found.upper <= 1


def test_a_unit_that_is_missing_or_out_of_zero_is_not_shrunk():
    found = shrink([NAN, 0, 3, 1], [10, 0, NAN, 10], EVEN)
    for field in (found.value, found.lower, found.upper, found.weight):
        assert np.isnan(field).tolist() == [True, True, True, False]


def test_impossible_counts_are_not_shrunk():
    with pytest.raises(ValueError, match="between zero"):
        shrink(6, 5, EVEN)
    with pytest.raises(ValueError, match="below zero"):
        rank_interval([1, 0], [5, -1], EVEN)


def test_ranks_of_units_far_apart_are_certain():
    x, n = [900, NAN, 100, 500], [1000, 1000, 1000, 1000]
    for highest_first, ranks in ((False, [3, NAN, 1, 2]), (True, [1, NAN, 3, 2])):
        found = rank_interval(x, n, EVEN, highest_first=highest_first)
        for field in (found.value, found.lower, found.upper):
            assert field.tolist() == pytest.approx(ranks, nan_ok=True)


def test_limits_of_ranks_are_quantiles_of_drawn_ones():
    # None of one gives a Beta of 1 and 2, one of one a Beta of 2 and 1: the second is the lower with
    # probability 1/6, the integral of 2 (1 - a) a^2. That is more than 0.15 and less than 0.2.
    likely = rank_interval([0, 1], [1, 1], EVEN, confidence=0.6, draws=20_000)
    assert (likely.value.tolist(), likely.lower.tolist(), likely.upper.tolist()) == ([1, 2], [1, 2], [1, 2])
    wider = rank_interval([0, 1], [1, 1], EVEN, confidence=0.7, draws=20_000)
    assert (wider.value.tolist(), wider.lower.tolist(), wider.upper.tolist()) == ([1, 2], [1, 1], [2, 2])
    turned = rank_interval([0, 1], [1, 1], EVEN, confidence=0.7, draws=20_000, highest_first=True)
    assert (turned.value.tolist(), turned.lower.tolist(), turned.upper.tolist()) == ([2, 1], [1, 1], [2, 2])


def test_ranks_run_from_one_to_the_number_of_units():
    x, n = simulated(40, 0.2, 100, 4)
    found, again, other = (rank_interval(x, n, fit_beta_binomial(x, n), seed=seed) for seed in (1, 1, 2))
    assert sorted(found.value) == list(range(1, 41))
    assert found.lower.min() == 1
    assert found.upper.max() == 40
    assert (found.lower % 1 == 0).all()
    assert (found.upper % 1 == 0).all()
    assert (found.lower <= found.upper).all()
    assert (found.lower == again.lower).all()
    assert (found.lower != other.lower).any()


def test_units_without_figures_have_no_ranks():
    found = rank_interval([NAN, 0], [5, 0], EVEN)
    assert np.isnan([found.value, found.lower, found.upper]).all()
