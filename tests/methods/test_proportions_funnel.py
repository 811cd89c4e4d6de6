"""Funnels, against published limits, sums done by hand and the binomial distribution."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analytics.methods.proportions import Interval, funnel_limits, overdispersion, zone

NAN = np.nan
TOY = (
    [12, 60, 41, 110, 66, 25, 150, 30, 58, 70, 55, 71],
    [150, 240, 210, 300, 310, 140, 420, 260, 250, 380, 190, 290],
)
SHARES, SIZES = st.floats(0.01, 0.99), st.integers(1, 5000)


def test_overdispersion_of_the_toy_figures():
    found = overdispersion(*TOY)
    assert found.phi == pytest.approx(8.349350, abs=1e-6)
    assert found.phi_unclipped == pytest.approx(9.788390, abs=1e-6)
    assert found.between == pytest.approx(0.075320, abs=1e-6)
    assert found.centre == pytest.approx(748 / 3140)
    assert (found.units, found.method) == (12, "Spiegelhalter, additive")


def test_overdispersion_by_hand():
    # 10, 20 and 30 of 100: centre 0.2, s = 0.04, z = -2.5, 0 and 2.5. The quantile at 0.1 lies a fifth
    # of the way from -2.5 to 0: -2. phi = 8/3, clipped, and 12.5/3 not. w = 625 each, so that
    # tau^2 = (3 * 8/3 - 2) / (1875 - 625) = 0.0048; not clipped (12.5 - 2) / 1250 = 0.0084.
    found = overdispersion([10, 20, 30], 100)
    assert found.phi == pytest.approx(8 / 3)
    assert found.phi_unclipped == pytest.approx(12.5 / 3)
    assert found.between == pytest.approx(np.sqrt(0.0048))
    unclipped = overdispersion([10, 20, 30], 100, clip=0)
    assert unclipped.phi == unclipped.phi_unclipped
    assert unclipped.between == pytest.approx(np.sqrt(0.0084))


def test_units_that_differ_by_no_more_than_chance_have_no_spread_between_them():
    alike = overdispersion([20, 20, 20], [100, 100, 100])
    assert (alike.phi, alike.between) == pytest.approx((0, 0))
    # 185, 200 and 215 of 1,000: z = 0.015 / sqrt(0.16 / 1000) = 1.186 either side of 0. The sum of the
    # squares, 2.8125, is above 3 - 1, which chance alone would give, but phi is not above 1.
    near = overdispersion([185, 200, 215], 1000, clip=0)
    assert (near.phi, near.between) == pytest.approx((0.9375, 0))
    chance, n = np.random.default_rng(3), np.random.default_rng(4).integers(200, 4000, 4000)
    x = chance.binomial(n, 0.2)
    found = overdispersion(x, n, clip=0)
    # The mean of 4,000 squared z-scores has standard error sqrt(2 / 4000) = 0.022.
    assert found.phi == pytest.approx(1, abs=0.07)
    assert found.between < 0.003
    # Beyond c = 1.2816 a tenth of z lie: (0.8 - 2c * density(c)) within and 0.2c^2 at the ends, 0.6787.
    assert overdispersion(x, n).phi == pytest.approx(0.6787, abs=0.05)


def test_the_spread_between_simulated_units_is_recovered():
    chance = np.random.default_rng(6)
    n = chance.integers(500, 5000, 3000)
    x = chance.binomial(n, chance.normal(0.25, 0.04, 3000))
    assert overdispersion(x, n, clip=0).between == pytest.approx(0.04, rel=0.05)


def test_units_that_are_missing_or_out_of_zero_are_left_out():
    x, n = [NAN, 10, 0, 20, 30, 5], [100, 100, 0, 100, 100, NAN]
    assert overdispersion(x, n) == overdispersion([10, 20, 30], 100)


@pytest.mark.parametrize(
    ("x", "n", "said"),
    [
        ([1, 2], [5, 5], "at least three of them; there are 2"),
        ([1, 2, 0], [5, 5, 0], "at least three of them; there are 2"),
        ([0, 0, 0], [5, 5, 5], "every proportion is 0"),
        ([5, 5, 5], [5, 5, 5], "every one is 1"),
        ([1, 2, 6], [5, 5, 5], "between zero"),
        ([1, 2, 0], [5, 5, -1], "below zero"),
    ],
)
def test_units_that_tell_nothing_of_a_spread_are_refused(x, n, said):
    with pytest.raises(ValueError, match=said):
        overdispersion(x, n)


def test_approximate_limits_are_the_published_ones():
    inner, outer = (funnel_limits(0.80642448, [10, 4341], confidence) for confidence in (0.95, 0.998))
    assert inner.value.tolist() == [0.80642448, 0.80642448]
    assert inner.lower.tolist() == pytest.approx([0.56154344, 0.79467117], abs=1e-8)
    assert inner.upper.tolist() == pytest.approx([1, 0.81817779], abs=1e-8)
    assert outer.lower[0] == pytest.approx(0.4203259, abs=1e-7)
    assert outer.upper[0] == 1


def test_limits_beyond_chance_are_additive_or_multiplicative():
    # s = 0.02 for 0.2 of 400: sqrt(0.0004 + 0.0225) = 0.151327; sqrt(4 * 0.0004) = 0.04.
    z = 1.959964
    additive, multiplied = funnel_limits(0.2, 400, between=0.15), funnel_limits(0.2, 400, phi=4)
    assert additive.upper == pytest.approx(0.2 + z * np.sqrt(0.0229), abs=1e-6)
    assert additive.lower == 0
    assert multiplied.lower == pytest.approx(0.2 - z * 0.04, abs=1e-6)


@given(SHARES, SIZES, st.floats(0, 0.2), st.floats(1, 20))
def test_limits_beyond_chance_contain_the_plain_ones(centre, n, between, phi):
    plain, wide = funnel_limits(centre, n), funnel_limits(centre, n, between=between, phi=phi)
    assert 0 <= wide.lower <= plain.lower <= centre <= plain.upper <= wide.upper <= 1


def test_exact_limits_by_hand():
    # Of 10 at a half, cumulative in 1,024: 1, 11, 56, ... 968, 1013. 2.5% is 25.6, first reached at 2:
    # (2 - (56 - 25.6) / 45) / 10. 97.5% is 998.4, first reached at 8: (8 - (1013 - 998.4) / 45) / 10.
    found = funnel_limits(0.5, 10, method="exact")
    assert found.lower == pytest.approx((2 - 30.4 / 45) / 10)
    assert found.upper == pytest.approx((8 - 14.6 / 45) / 10)
    assert found.value == 0.5


@given(SHARES, SIZES, st.sampled_from([0.95, 0.998]))
def test_exact_limits_lie_within_a_count_below_the_quantiles(centre, n, confidence):
    found = funnel_limits(centre, n, confidence, method="exact")
    for limit, p in ((found.lower, (1 - confidence) / 2), (found.upper, (1 + confidence) / 2)):
        first = stats.binom.ppf(p, n, centre)
        # Or at the centre or at zero, should these be nearer.
        assert min(first - 1, n * centre) - 1e-6 <= n * limit <= max(first, n * centre) + 1e-6
    assert 0 <= found.lower <= centre <= found.upper <= 1


def test_exact_limits_of_large_units_are_near_the_approximate_ones():
    exact, near = (funnel_limits(0.3, 100_000, method=method) for method in ("exact", "approximate"))
    assert exact.lower == pytest.approx(near.lower, abs=1e-5)
    assert exact.upper == pytest.approx(near.upper, abs=1e-5)
    assert (exact.method, near.method) == ("funnel, exact", "funnel, approximate")


@pytest.mark.parametrize("method", ["approximate", "exact"])
def test_limits_at_the_ends_stay_there_and_a_missing_size_has_none(method):
    found = funnel_limits([0, 1, 0.2], [10, 10, NAN], method=method)
    assert (found.lower[0], found.upper[1]) == (0, 1)
    assert (found.lower[:2] <= found.value[:2]).all()
    assert (found.value[:2] <= found.upper[:2]).all()
    assert np.isnan([found.lower[2], found.upper[2]]).all()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"denominator": 0}, "above zero"),
        ({"centre": 1.2}, "between 0 and 1"),
        ({"method": "arcsine"}, "no method 'arcsine'"),
        ({"method": "exact", "between": 0.1}, "chance alone"),
        ({"method": "exact", "phi": 2.0}, "chance alone"),
    ],
)
def test_limits_that_cannot_be_are_refused(settings, said):
    with pytest.raises(ValueError, match=said):
        funnel_limits(**({"centre": 0.2, "denominator": 10} | settings))


def test_a_value_is_outside_only_beyond_a_limit():
    def limits(lower, upper):
        return Interval(np.full(8, 0.5), np.full(8, lower), np.full(8, upper), "")

    values = [0.95, 0.9, 0.85, 0.8, 0.2, 0.15, 0.1, 0.05]
    assert zone(values, limits(0.2, 0.8), limits(0.1, 0.9)).tolist() == [
        "above 99.8%", "above 95%", "above 95%", "within", "within", "below 95%", "below 95%", "below 99.8%",
    ]  # fmt: skip


def test_a_missing_value_or_limit_is_in_no_zone():
    inner, outer = (funnel_limits(0.2, [100, NAN, 100], confidence) for confidence in (0.95, 0.998))
    assert zone([NAN, 0.2, 0.2], inner, outer).tolist() == ["", "", "within"]
