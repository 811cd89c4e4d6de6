"""Counts as quantiles, against chances worked out by hand, formulas and scipy's distributions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.methods.stockflow import beta_binomial_quantile, monthly_hazard, negative_binomial_quantile

EVEN = (np.arange(100_000) + 0.5) / 100_000
"""Levels that stand in for uniform numbers, without their luck: means of quantiles are integrals."""

LEVELS = st.lists(st.floats(0.001, 0.999), min_size=1, max_size=20).map(np.array)
COUNTS = st.integers(0, 400)
CHANCES = st.floats(0, 1)
CORRELATIONS = st.one_of(st.just(0.0), st.floats(1e-9, 0.9))


def reaches(cumulative, found, level):
    """Whether a count is the first whose cumulative chance is at least the level, but for rounding."""
    return (cumulative(found) >= level - 1e-6).all() and (cumulative(found - 1) <= level + 1e-6).all()


def test_two_trials_of_one_half():
    # 0, 1 and 2 with chances 1/4, 1/2 and 1/4.
    levels = np.array([0.2, 0.3, 0.7, 0.8])
    assert beta_binomial_quantile(levels, np.float64(2), 0.5, 0.0).tolist() == [0, 1, 1, 2]


def test_a_correlation_of_a_third_makes_every_count_of_halves_as_likely():
    # A beta distribution of 1 and 1: alpha = h (1 - rho) / rho = 0.5 * 2.
    levels = np.array([0.3, 0.4, 0.6, 0.7])
    assert beta_binomial_quantile(levels, np.float64(2), 0.5, 1 / 3).tolist() == [0, 1, 1, 2]


def test_a_dispersion_of_one_is_geometric():
    # A mean of 1: chances 1/2, 1/4, 1/8.
    levels = np.array([0.4, 0.6, 0.8, 0.9])
    assert negative_binomial_quantile(levels, 1.0, 1.0).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("correlation", [0.0, 1e-6, 0.004, 0.05, 0.4])
@pytest.mark.parametrize("chance", [0.0145, 0.3, 0.95])
def test_leavers_have_the_mean_and_the_variance_of_the_formula(chance, correlation):
    found = beta_binomial_quantile(EVEN, np.float64(90), chance, correlation)
    variance = 90 * chance * (1 - chance) * (1 + 89 * correlation)
    assert found.mean() == pytest.approx(90 * chance, rel=1e-3)
    assert found.var() == pytest.approx(variance, rel=5e-3)


@pytest.mark.parametrize("dispersion", [0.0, 1e-6, 0.3, 2.0])
def test_starters_have_the_mean_and_the_variance_of_the_formula(dispersion):
    found = negative_binomial_quantile(EVEN, 1.6, dispersion)
    assert found.mean() == pytest.approx(1.6, rel=2e-3)
    assert found.var() == pytest.approx(1.6 + dispersion * 1.6**2, rel=1e-2)


@given(LEVELS, COUNTS, st.floats(0, 0.8), CORRELATIONS)
def test_leavers_are_those_of_scipy(levels, trials, chance, correlation):
    found = beta_binomial_quantile(levels, np.float64(trials), chance, correlation)
    if correlation < 1e-6 or chance < 1e-6:
        law = stats.binom(trials, chance)
    else:
        size = (1 - correlation) / correlation
        law = stats.betabinom(trials, chance * size, (1 - chance) * size)
    if trials * np.log1p(-chance) > -690 and not 0 < correlation < 1e-6:
        assert reaches(law.cdf, found, levels)
    assert ((found >= 0) & (found <= trials)).all()


@given(LEVELS, st.floats(0, 300), st.one_of(st.just(0.0), st.floats(1e-6, 3)))
def test_starters_are_those_of_scipy(levels, mean, dispersion):
    found = negative_binomial_quantile(levels, mean, dispersion)
    law = stats.poisson(mean)
    if dispersion > 0:
        law = stats.nbinom(1 / dispersion, 1 / (1 + dispersion * mean))
    assert reaches(law.cdf, found, levels)


@given(LEVELS, COUNTS, CHANCES, CHANCES)
def test_a_count_never_falls_when_its_chance_rises(levels, trials, one, other):
    low, high = sorted((min(one, 0.8), min(other, 0.8)))
    fewer, more = (beta_binomial_quantile(levels, np.float64(trials), h, 0.0) for h in (low, high))
    assert (fewer <= more).all()
    fewer, more = (negative_binomial_quantile(levels, 100 * h, 0.3) for h in (low, high))
    assert (fewer <= more).all()


@given(LEVELS, st.integers(0, 2000), st.floats(0, 0.9))
def test_nobody_leaves_without_a_chance_and_all_do_with_certainty(levels, trials, correlation):
    n = np.float64(trials)
    assert (beta_binomial_quantile(levels, n, 0.0, correlation) == 0).all()
    assert (beta_binomial_quantile(levels, n, 1.0, correlation) == trials).all()
    assert (negative_binomial_quantile(levels, 0.0, correlation) == 0).all()


def test_counts_too_large_to_add_up_are_normal():
    # The chance of none of Poisson 2,000 is exp(-2000), which is no number: sd 44.7, and 43.6 below.
    levels = np.array([0.025, 0.5, 0.975])
    found = negative_binomial_quantile(levels, 2000.0, 0.0)
    assert np.abs(found - stats.poisson(2000).ppf(levels)).max() <= 1
    found = beta_binomial_quantile(levels, np.float64(40_000), 0.05, 0.0)
    assert np.abs(found - stats.binom(40_000, 0.05).ppf(levels)).max() <= 1


def test_each_cell_has_its_own_parameters():
    levels = np.full((2, 3), 0.5)
    found = beta_binomial_quantile(levels, np.array([10.0, 20.0, 40.0]), np.array([[0.0], [0.5]]), 0.0)
    assert found.tolist() == [[0, 0, 0], [5, 10, 20]]
    assert negative_binomial_quantile(levels, np.array([[0.0], [4.0]]), 0.0).tolist() == [[0] * 3, [4] * 3]


def test_a_monthly_hazard_leaves_what_a_year_of_the_rate_does():
    # exp(-0.24) stay a year; a rate of -12 log 0.9 loses a tenth a month.
    assert (1 - monthly_hazard(0.24)) ** 12 == pytest.approx(np.exp(-0.24))
    assert monthly_hazard(np.array([0.0, -12 * np.log(0.9)])).tolist() == pytest.approx([0, 0.1])
    with pytest.raises(ValueError, match=r"annual_rate has -0\.1: it must be 0 or more"):
        monthly_hazard(-0.1)
