"""Intervals of proportions, against published vectors, statsmodels and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analytics.methods.proportions import byar, newcombe, newcombe_mean, newcombe_whole, wilson

COUNTS = st.tuples(st.integers(1, 5000), st.floats(0, 1)).map(lambda pair: (int(pair[0] * pair[1]), pair[0]))
"""A numerator and its denominator."""


@pytest.mark.parametrize(
    ("x", "n", "confidence", "lower", "upper"),
    [
        (65, 100, 0.95, 0.5525444330, 0.7363575176),
        (65, 100, 0.998, 0.4954946574, 0.7783540614),
        (1045, 5000, 0.95, 0.1979554988, 0.2204913037),
    ],
)
def test_wilson_gives_the_published_limits(x, n, confidence, lower, upper):
    interval = wilson(x, n, confidence)
    assert interval.lower == pytest.approx(lower, abs=1e-9)
    assert interval.upper == pytest.approx(upper, abs=1e-9)
    assert interval.method == "Wilson"


@pytest.mark.parametrize(
    ("count", "confidence", "lower", "upper"),
    [(65, 0.95, 50.1631877105, 82.8491385459), (10, 0.998, 2.9163183747, 24.1937249279)],
)
def test_byar_gives_the_published_limits(count, confidence, lower, upper):
    interval = byar(count, confidence)
    assert interval.value == count
    assert interval.lower == pytest.approx(lower, abs=1e-9)
    assert interval.upper == pytest.approx(upper, abs=1e-9)
    assert interval.method == "Byar"


def test_byar_stays_at_zero_or_above_and_passes_a_missing_count_on():
    # At 99.8% the cube for a count of 1 is (1 - 1/9 - 3.09/3)^3, below zero.
    interval = byar([0, 1, np.nan], 0.998)
    assert interval.lower[:2].tolist() == [0, 0]
    assert np.isnan([interval.lower[2], interval.upper[2]]).all()
    # For a count of 0 the upper limit is (1 - 1/9 + z/3)^3, with z = 1.959964 the cube of 1.542210.
    assert byar(0).upper == pytest.approx(1.542210**3, abs=1e-5)


@given(st.integers(0, 10_000), st.floats(0.5, 0.999))
def test_byar_contains_its_count(count, confidence):
    interval = byar(count, confidence)
    assert 0 <= interval.lower <= count < interval.upper


def test_a_count_below_zero_is_refused():
    with pytest.raises(ValueError, match="a count must not be below zero"):
        byar([3, -1])


def test_newcombe_gives_the_published_limits():
    interval = newcombe(56, 70, 48, 80)
    assert interval.value == pytest.approx(0.20)
    assert interval.lower == pytest.approx(0.0524314724, abs=1e-9)
    assert interval.upper == pytest.approx(0.3338726540, abs=1e-9)


@given(COUNTS)
def test_wilson_agrees_with_statsmodels_and_contains_its_estimate(counts):
    interval = wilson(*counts)
    lower, upper = proportion_confint(*counts, method="wilson")
    assert float(interval.lower) == pytest.approx(max(lower, 0), abs=1e-9)
    assert float(interval.upper) == pytest.approx(min(upper, 1), abs=1e-9)
    assert 0 <= interval.lower <= interval.value <= interval.upper <= 1


@given(COUNTS, COUNTS)
def test_newcombe_agrees_with_statsmodels_and_turns_with_its_sides(one, two):
    interval = newcombe(*one, *two)
    lower, upper = confint_proportions_2indep(*one, *two, method="newcomb", compare="diff")
    assert float(interval.lower) == pytest.approx(lower, abs=1e-9)
    assert float(interval.upper) == pytest.approx(upper, abs=1e-9)
    other = newcombe(*two, *one)
    assert float(other.lower) == pytest.approx(-float(interval.upper), abs=1e-12)


def test_wilson_works_on_arrays_and_passes_a_missing_figure_on():
    interval = wilson([65, np.nan], [100, 100])
    assert interval.lower[0] == pytest.approx(0.5525444330, abs=1e-9)
    assert np.isnan(interval.lower[1])
    assert np.isnan(interval.upper[1])


@pytest.mark.parametrize(
    ("x", "n", "said"), [(1, 0, "above zero"), (5, 4, "between zero"), (-1, 4, "between zero")]
)
def test_impossible_counts_are_refused(x, n, said):
    with pytest.raises(ValueError, match=said):
        wilson(x, n)
    with pytest.raises(ValueError, match=said):
        newcombe_mean(x, n, [1], [2])
    with pytest.raises(ValueError, match=said):
        newcombe_mean(1, 2, [1, x], [2, n])
    with pytest.raises(ValueError, match=said):
        newcombe_whole(x, n, 10, 20)


@given(COUNTS, COUNTS)
def test_less_the_mean_of_one_other_is_newcombe(one, two):
    found, expected = newcombe_mean(*one, [two[0]], [two[1]]), newcombe(*one, *two)
    assert float(found.value) == pytest.approx(float(expected.value), abs=1e-12)
    assert float(found.lower) == pytest.approx(float(expected.lower), abs=1e-12)
    assert float(found.upper) == pytest.approx(float(expected.upper), abs=1e-12)


def test_less_the_mean_of_two_squares_and_adds_half_of_each_distance():
    found = newcombe_mean(
        [56, 56], [70, 70], [[48, 30, np.nan], [48, 30, 1]], [[80, 100, 90], [80, 100, np.nan]]
    )
    (l0, u0), (l1, u1), (l2, u2) = (
        proportion_confint(x, n, method="wilson") for x, n in [(56, 70), (48, 80), (30, 100)]
    )
    # 56/70 = 0.8 less the mean of 48/80 = 0.6 and 30/100 = 0.3, which is 0.45.
    lower = 0.35 - np.sqrt((0.8 - l0) ** 2 + ((u1 - 0.6) / 2) ** 2 + ((u2 - 0.3) / 2) ** 2)
    upper = 0.35 + np.sqrt((u0 - 0.8) ** 2 + ((0.6 - l1) / 2) ** 2 + ((0.3 - l2) / 2) ** 2)
    assert found.value.tolist() == pytest.approx([0.35, 0.35])
    assert found.lower.tolist() == pytest.approx([lower, lower])
    assert found.upper.tolist() == pytest.approx([upper, upper])
    assert found.method == "Newcombe, mean"


@given(COUNTS, st.lists(COUNTS, min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_less_a_mean_contains_its_estimate_and_forgets_the_order_of_the_others(one, others, chance):
    found = newcombe_mean(*one, *np.transpose(others))
    chance.shuffle(others)
    again = newcombe_mean(*one, *np.transpose(others))
    assert -1 - 1e-12 <= found.lower <= found.value <= found.upper <= 1 + 1e-12
    assert float(again.lower) == pytest.approx(float(found.lower), abs=1e-12)
    assert float(again.upper) == pytest.approx(float(found.upper), abs=1e-12)


def test_less_a_mean_is_missing_without_the_unit_or_any_other():
    found = newcombe_mean([np.nan, 56], [70, 70], [[48, 30], [np.nan, np.nan]], [[80, 100], [80, 100]])
    assert np.isnan([found.value, found.lower, found.upper]).all()


def test_less_a_mean_holds_the_truth_as_often_as_it_says():
    chance, trials = np.random.default_rng(1), np.array([300, 60, 90, 120, 700])
    truth = np.array([0.22, 0.1, 0.2, 0.3, 0.25])
    drawn = chance.binomial(trials, truth, size=(20_000, 5))
    found = newcombe_mean(drawn[:, 0], trials[0], drawn[:, 1:], trials[1:])
    held = (found.lower <= truth[0] - truth[1:].mean()) & (truth[0] - truth[1:].mean() <= found.upper)
    assert 0.94 < held.mean() < 0.965


@given(COUNTS, COUNTS)
def test_a_part_less_its_whole_is_a_share_of_the_part_less_the_rest(part, rest):
    x, n, whole_x, whole_n = *part, part[0] + rest[0], part[1] + rest[1]
    found, apart = newcombe_whole(x, n, whole_x, whole_n), newcombe(*part, *rest)
    share = 1 - n / whole_n
    assert float(found.value) == x / n - whole_x / whole_n
    assert float(found.lower) == pytest.approx(share * float(apart.lower), abs=1e-12)
    assert float(found.upper) == pytest.approx(share * float(apart.upper), abs=1e-12)
    assert found.lower <= found.value <= found.upper
    assert found.method == "Newcombe, part of a whole"


@pytest.mark.parametrize(("x", "n", "whole_x", "whole_n"), [(1, 1, 1, 3), (0, 10, 0.07 * 100, 17)])
def test_rounding_leaves_no_limit_inside_a_part_less_its_whole(x, n, whole_x, whole_n):
    # All of the part and none of the rest, or the reverse: a limit meets the difference.
    found = newcombe_whole(x, n, whole_x, whole_n)
    assert found.lower <= found.value <= found.upper


def test_a_part_less_its_whole_by_hand():
    # 56 of 70 in a whole of 104 of 150: the rest is 48 of 80, and its share 80/150.
    found = newcombe_whole(56, 70, 104, 150)
    assert found.value == pytest.approx(56 / 70 - 104 / 150)
    assert found.lower == pytest.approx(80 / 150 * 0.0524314724, abs=1e-9)
    assert found.upper == pytest.approx(80 / 150 * 0.3338726540, abs=1e-9)


def test_the_numerator_of_a_whole_may_be_a_percentage_times_its_denominator():
    found = newcombe_whole(56, 70, 0.693 * 150, 150)
    apart = newcombe(56, 70, 103.95 - 56, 80)
    assert found.lower == pytest.approx(80 / 150 * apart.lower, abs=1e-12)
    # 0.07 * 100 is a hair above 7 and 0.29 * 100 a hair below 29: the rest is still none of 50.
    assert newcombe_whole([7, 29], 50, [0.07 * 100, 0.29 * 100], 100).lower == pytest.approx(
        0.5 * newcombe([7, 29], 50, 0, 50).lower
    )


@pytest.mark.parametrize(
    ("whole_x", "whole_n"), [(56, 70), (60, 69), (55, 150), (140, 150), (np.nan, 150), (104, np.nan)]
)
def test_a_part_of_an_impossible_whole_has_no_interval(whole_x, whole_n):
    found = newcombe_whole(56, 70, whole_x, whole_n)
    assert np.isnan([found.value, found.lower, found.upper]).all()


def test_a_part_less_its_whole_holds_the_truth_as_often_as_it_says():
    chance = np.random.default_rng(2)
    part, rest = chance.binomial(80, 0.3, size=20_000), chance.binomial(120, 0.2, size=20_000)
    found, truth = newcombe_whole(part, 80, part + rest, 200), 0.6 * (0.3 - 0.2)
    assert 0.94 < ((found.lower <= truth) & (truth <= found.upper)).mean() < 0.965
