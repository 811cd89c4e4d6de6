"""The bootstrap, against distributions worked out by hand, Newcombe's limits and standard errors."""

import numpy as np
import pytest

from analytics.methods.proportions import bootstrap_difference, bootstrap_whole, newcombe

NAN = np.nan


def figures(rows: int, k: int = 10) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Draw units and others of sizes and proportions such as one meets."""
    chance = np.random.default_rng(5)
    n, others = chance.integers(300, 3000, rows), chance.integers(300, 3000, (rows, k))
    return (
        chance.binomial(n, 0.25).astype(float),
        n.astype(float),
        chance.binomial(others, chance.uniform(0.15, 0.3, (rows, k))).astype(float),
        others.astype(float),
    )


@pytest.mark.parametrize(
    ("average", "value", "lower", "upper"),
    [
        # Pooled: 0, 0.75 and 1 with probabilities 1/4, 1/2 and 1/4. Mean and median: 0, 0.5 and 1.
        ("pooled", 0.25, 0.25, 0.25),
        ("mean", 0.5, 0.5, 0.5),
        ("median", 0.5, 0.5, 0.5),
    ],
)
def test_the_others_are_drawn_with_replacement_and_averaged_as_asked(average, value, lower, upper):
    # Counts of none and of all are drawn without chance: what varies is which others are drawn.
    found = bootstrap_difference(9, 9, [0, 300], [100, 300], average=average, confidence=0.4)
    assert (found.value, found.lower, found.upper) == pytest.approx((value, lower, upper))
    wider = bootstrap_difference(9, 9, [0, 300], [100, 300], average=average, confidence=0.6)
    assert (wider.lower, wider.upper) == pytest.approx((0, 1))


def test_mean_and_median_of_three_are_told_apart():
    # Of three draws a number B are the third: B is binomial, 3 and 1/3, and 8, 12, 6 and 1 in 27.
    # The mean is B/3, the median 1 where B is 2 or 3 (7/27 = 0.26). The difference is 1 less that.
    def limits(average, confidence):
        found = bootstrap_difference(9, 9, [0, 0, 9], 9, average=average, confidence=confidence, draws=20_000)
        return [float(found.lower), float(found.upper)]

    assert limits("mean", 0.95) == pytest.approx([0, 1])  # 1/27 is more than 0.025
    assert limits("mean", 0.90) == pytest.approx([1 / 3, 1])  # and less than 0.05
    assert limits("median", 0.50) == pytest.approx([0, 1])  # 0.26 is more than 0.25
    assert limits("median", 0.46) == pytest.approx([1, 1])  # and less than 0.27


@pytest.mark.parametrize("average", ["pooled", "mean", "median"])
def test_a_row_is_the_same_alone_and_among_others(average):
    x, n, other_x, other_n = figures(6)
    other_x[1, [0, 4]], other_n[2, 7], x[3], other_x[4] = NAN, NAN, NAN, NAN
    together = bootstrap_difference(x, n, other_x, other_n, average=average)
    for row in range(6):
        present = ~np.isnan(other_x[row] + other_n[row])
        alone = bootstrap_difference(
            x[row], n[row], other_x[row][present], other_n[row][present], average=average
        )
        for field in ("value", "lower", "upper"):
            assert np.array_equal(getattr(alone, field), getattr(together, field)[row], equal_nan=True)
    assert np.isnan(together.value).tolist() == [False, False, False, True, True, False]
    assert np.isnan(together.lower).tolist() == np.isnan(together.upper).tolist()
    assert np.isnan(together.lower).tolist() == np.isnan(together.value).tolist()


def test_a_seed_settles_the_draws():
    x, n, other_x, other_n = figures(1)
    found, again, other = (bootstrap_difference(x, n, other_x, other_n, seed=seed) for seed in (1, 1, 2))
    assert found.lower == again.lower
    assert found.lower != other.lower
    whole, same, different = (bootstrap_whole(other_x[0], other_n[0], seed=seed) for seed in (1, 1, 2))
    assert (whole.lower == same.lower).all()
    assert (whole.lower != different.lower).all()


def test_without_resampling_the_others_only_chance_is_left():
    x, n, other_x, other_n = figures(20)
    wide = bootstrap_difference(x, n, other_x, other_n)
    narrow = bootstrap_difference(x, n, other_x, other_n, resample=False)
    assert (narrow.upper - narrow.lower < wide.upper - wide.lower).all()
    # Newcombe's limits of large counts come to the same; 20,000 draws place one within 2% of an error.
    x, n, other_x, other_n = (100 * counts for counts in (x, n, other_x, other_n))
    close = bootstrap_difference(x, n, other_x, other_n, resample=False, draws=20_000)
    expected = newcombe(x, n, other_x.sum(axis=1), other_n.sum(axis=1))
    error = (expected.upper - expected.lower) / (2 * 1.96)
    assert close.value == pytest.approx(expected.value)
    assert (np.abs(close.lower - expected.lower) < 0.08 * error).all()
    assert (np.abs(close.upper - expected.upper) < 0.08 * error).all()
    assert (wide.method, narrow.method) == (
        "bootstrap of counts and others, pooled",
        "bootstrap of counts, pooled",
    )


@pytest.mark.parametrize("average", ["pooled", "mean", "median"])
def test_others_that_are_all_alike_add_nothing_but_chance(average):
    alike = [200_000] * 5, [1_000_000] * 5
    found = bootstrap_difference(250, 1000, *alike, average=average, draws=20_000)
    error = np.sqrt(0.25 * 0.75 / 1000)
    assert found.value == pytest.approx(0.05)
    assert found.lower == pytest.approx(0.05 - 1.96 * error, abs=0.08 * error)
    assert found.upper == pytest.approx(0.05 + 1.96 * error, abs=0.08 * error)


def test_a_single_other_leaves_nothing_to_resample():
    found = bootstrap_difference(250, 1000, [100], [500], draws=20_000)
    error = np.sqrt(0.25 * 0.75 / 1000 + 0.2 * 0.8 / 500)
    assert float(found.upper - found.lower) == pytest.approx(2 * 1.96 * error, rel=0.04)


@pytest.mark.parametrize(
    ("x", "n", "other_x", "other_n"),
    [
        (NAN, 10, [1], [2]),
        (1, NAN, [1], [2]),
        (0, 0, [1], [2]),
        (1, 2, [NAN, 1], [2, NAN]),
        (1, 2, [0], [0]),
        (1, 2, [], []),
    ],
)
def test_without_the_unit_or_any_other_a_difference_is_missing(x, n, other_x, other_n):
    found = bootstrap_difference(x, n, other_x, other_n)
    assert np.isnan([found.value, found.lower, found.upper]).all()


def test_an_other_out_of_zero_counts_as_absent():
    found, without = (bootstrap_difference(5, 9, *others) for others in (([3, 0], [8, 0]), ([3], [8])))
    assert (found.value, found.lower, found.upper) == (without.value, without.lower, without.upper)


@pytest.mark.parametrize(
    ("x", "n", "said"),
    [(5, 4, "between zero"), (-1, 4, "between zero"), (0, -1, "below zero"), (1, 2.5, "a whole number")],
)
def test_impossible_counts_are_refused(x, n, said):
    with pytest.raises(ValueError, match=said):
        bootstrap_difference(x, n, [1], [2])
    with pytest.raises(ValueError, match=said):
        bootstrap_difference(1, 2, [1, x], [2, n])
    with pytest.raises(ValueError, match=said):
        bootstrap_whole([1, x], [2, n])


def test_an_unknown_average_is_refused():
    with pytest.raises(ValueError, match="no average 'mode'"):
        bootstrap_difference(1, 2, [1], [2], average="mode")


def test_each_unit_is_set_against_the_whole_and_its_rest_is_drawn_without_it():
    # None of 100, none of 100 and all of 100: the whole is 1/3, and a unit's share of it 1/3. Against
    # the first, M of three draws are of the others (M is 1, 2 or 3 with 6, 12 and 8 in 26 draws that
    # have any), each the third with probability 1/2. The rest is then 0, 1/3, 1/2, 2/3 or 1 with
    # 7, 3, 6, 3 and 7 in 26: cumulative 0.27, 0.38, 0.62, 0.73 and 1. The difference is -2/3 of that.
    units = [0, 0, 100], [100, 100, 100]
    middle = bootstrap_whole(*units, draws=20_000, confidence=0.2)
    assert middle.value.tolist() == pytest.approx([-1 / 3, -1 / 3, 2 / 3])
    assert middle.lower[:2].tolist() == pytest.approx([-1 / 3, -1 / 3])
    assert middle.upper[:2].tolist() == pytest.approx([-1 / 3, -1 / 3])
    wider = bootstrap_whole(*units, draws=20_000, confidence=0.4)  # 0.3 and 0.7
    assert wider.lower[:2].tolist() == pytest.approx([-4 / 9, -4 / 9])
    assert wider.upper[:2].tolist() == pytest.approx([-2 / 9, -2 / 9])
    # Against the third the rest is always none: 2/3 of 1 less 0.
    assert (wider.lower[2], wider.upper[2]) == pytest.approx((2 / 3, 2 / 3))


def test_counts_of_a_unit_and_of_the_rest_are_both_drawn_anew():
    # The rest of two units is the other, drawn once in 2/3 of the draws that have it and twice in 1/3:
    # its variance is divided by 1 or 2, 5/6 on average.
    found = bootstrap_whole([600, 300], [2000, 2000], draws=20_000)
    variances = np.array([0.3 * 0.7, 0.15 * 0.85]) / 2000
    errors = 0.5 * np.sqrt(variances + variances[::-1] * 5 / 6)
    assert found.value.tolist() == pytest.approx([0.3 - 0.225, 0.15 - 0.225])
    assert (found.upper - found.lower).tolist() == pytest.approx(list(2 * 1.96 * errors), rel=0.04)


def test_a_share_of_the_whole_is_as_observed():
    # All of 300 less none of 100: the rest is the other whole and the shares are 3/4 and 1/4.
    found = bootstrap_whole([300, 0], [300, 100])
    assert found.value.tolist() == pytest.approx([0.25, -0.75])
    assert found.lower.tolist() == pytest.approx([0.25, -0.75])
    assert found.upper.tolist() == pytest.approx([0.25, -0.75])


def test_a_unit_that_is_missing_or_out_of_zero_is_left_out_of_the_whole():
    found = bootstrap_whole([300, NAN, 90, 0, 200], [900, 500, 400, 0, 700])
    without = bootstrap_whole([300, 90, 200], [900, 400, 700])
    assert np.isnan(found.value).tolist() == [False, True, False, True, False]
    for field in ("value", "lower", "upper"):
        assert getattr(found, field)[[0, 2, 4]].tolist() == getattr(without, field).tolist()
        assert np.isnan(getattr(found, field)[[1, 3]]).all()


@pytest.mark.parametrize("units", [([], []), ([1], [2]), ([1, NAN], [2, 2])])
def test_a_whole_of_fewer_than_two_units_has_no_differences(units):
    found = bootstrap_whole(*units)
    assert np.isnan([found.value, found.lower, found.upper]).all()
    assert found.value.shape == (len(units[0]),)
