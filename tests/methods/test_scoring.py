"""Scores, against published vectors, definitions integrated or added up in full, and sums done by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from analytics.methods.scoring import (
    covered,
    crps_normal,
    crps_sample,
    difference,
    mase,
    naive_error,
    pit,
)

NAN = np.nan
# Thousandths, often equal: of floats at large the smallest differences would round to zero.
VALUES = st.one_of(st.integers(-3, 3), st.integers(-1_000_000, 1_000_000)).map(lambda n: n / 1000)
SAMPLES = st.lists(VALUES, min_size=1, max_size=30)


def forecasts(cases: int, k: int, seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Draw samples and outcomes from one normal distribution a case, each case another."""
    chance = np.random.default_rng(seed)
    mean, deviation = chance.uniform(-5, 5, (cases, 1)), chance.uniform(0.1, 3, (cases, 1))
    everything = mean + deviation * chance.normal(size=(cases, k + 1))
    return everything[:, :k], everything[:, k]


@pytest.mark.parametrize(
    ("draws", "outcome", "expected"),
    [
        ([0, 1], 0.5, 0.25),
        # 4/3 from the outcome; of nine pairs two are 1, two 2 and two 3 apart: 12/9. 4/3 - 2/3.
        ([4, 1, 2], 3, 2 / 3),
        ([5], 3, 2),
        ([3, 3], 3, 0),
    ],
)
def test_the_score_of_a_sample_by_hand(draws, outcome, expected):
    assert float(crps_sample(draws, outcome)) == pytest.approx(expected, abs=1e-15)


@given(SAMPLES, VALUES)
def test_the_score_of_a_sample_is_that_of_all_pairs(draws, outcome):
    sample = np.array(draws)
    expected = np.abs(sample - outcome).mean() - np.abs(np.subtract.outer(sample, sample)).mean() / 2
    assert float(crps_sample(draws, outcome)) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(SAMPLES, VALUES)
def test_a_score_is_zero_if_every_draw_is_the_outcome_and_else_above(draws, outcome):
    score = float(crps_sample(draws, outcome))
    assert score >= 0
    assert (score == 0) == all(draw == outcome for draw in draws)
    assert float(crps_sample([outcome] * len(draws), outcome)) == 0


@given(SAMPLES, VALUES, VALUES, VALUES)
def test_a_score_keeps_its_size_when_all_is_shifted_and_follows_the_scale(draws, outcome, shift, scale):
    moved = crps_sample(shift + scale * np.array(draws), shift + scale * outcome)
    expected = abs(scale) * crps_sample(draws, outcome)
    assert float(moved) == pytest.approx(float(expected), rel=1e-9, abs=1e-6)


@given(SAMPLES, VALUES, st.randoms(use_true_random=False))
def test_the_order_of_draws_does_not_matter(draws, outcome, chance):
    shuffled = chance.sample(draws, len(draws))
    assert crps_sample(draws, outcome) == crps_sample(shuffled, outcome)
    assert pit(draws, outcome) == pytest.approx(pit(shuffled, outcome), abs=1e-12)
    assert covered(draws, outcome, 0.8) == covered(shuffled, outcome, 0.8)


def test_the_score_of_a_standard_normal_at_its_mean():
    assert float(crps_normal(0, 1, 0)) == pytest.approx(0.2336950, abs=5e-8)
    assert float(crps_normal(0, 1, 0)) == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi), rel=1e-12)


@pytest.mark.parametrize(("mean", "deviation", "outcome"), [(0, 1, 1.3), (3, 2, -1), (-4, 0.5, -4.1)])
def test_the_score_of_a_normal_is_its_defining_integral(mean, deviation, outcome):
    # Of (F(x) - [x >= y])^2 over x, by Gneiting and Raftery's (2007) definition.
    law = stats.norm(mean, deviation)
    below, _ = integrate.quad(lambda x: law.cdf(x) ** 2, mean - 12 * deviation, outcome)
    above, _ = integrate.quad(lambda x: law.sf(x) ** 2, outcome, mean + 12 * deviation)
    assert float(crps_normal(mean, deviation, outcome)) == pytest.approx(below + above, rel=1e-7)


def test_without_deviation_a_normal_scores_the_absolute_error():
    found = crps_normal([1, 1, 1], [0, 0, 1e-9], [4, 1, 4])
    assert found.tolist() == pytest.approx([3, 0, 3], abs=1e-8)


@pytest.mark.parametrize(("mean", "deviation", "outcome"), [(0, 1, 0), (0, 1, 2), (3, 2, -1)])
def test_many_draws_score_as_the_distribution_that_they_are_from(mean, deviation, outcome):
    # Each draw moves the score as a function of slope 2 at most does, whose standard deviation is at
    # most 2 deviations: 4 / sqrt(k) deviations are two standard errors at the least.
    k = 100_000
    draws = np.random.default_rng(3).normal(mean, deviation, k)
    expected = float(crps_normal(mean, deviation, outcome))
    assert float(crps_sample(draws, outcome)) == pytest.approx(expected, abs=4 * deviation / np.sqrt(k))
    # Evenly spaced quantiles: a distribution function within 1 / 2k of the true one, and so much closer.
    even = stats.norm.ppf((np.arange(k) + 0.5) / k, mean, deviation)
    reach = 2 * (deviation + abs(outcome - mean)) / k
    assert float(crps_sample(even, outcome)) == pytest.approx(expected, abs=reach)


def test_a_case_scores_the_same_alone_and_among_others():
    draws, outcome = forecasts(6, 20)
    for function in (crps_sample, pit, lambda x, y: covered(x, y, 0.5)):
        together = function(draws.reshape(2, 3, 20), outcome.reshape(2, 3))
        assert together.shape == (2, 3)
        alone = [function(*case) for case in zip(draws, outcome, strict=True)]
        assert together.ravel().tolist() == pytest.approx([float(value) for value in alone], abs=1e-12)
    assert crps_normal(np.zeros((3, 1)), 1, np.zeros(2)).shape == (3, 2)


@pytest.mark.parametrize(
    ("draws", "level", "lower", "upper"),
    [
        # 40 steps between 41 draws, 0.025 of which is 1; in floats (1 - 0.95) / 2 is above 0.025.
        (range(41), 0.95, 1, 39),
        (range(21), 0.7, 3, 17),
        ([10, 0], 0.5, 2.5, 7.5),
        ([7], 0.8, 7, 7),
    ],
)
def test_an_interval_holds_its_limits_and_nothing_beyond(draws, level, lower, upper):
    outcomes = [np.nextafter(lower, -9), lower, upper, np.nextafter(upper, 99)]
    found = [bool(covered(list(draws), outcome, level)) for outcome in outcomes]
    assert found == [False, True, True, False]


def test_calibrated_forecasts_are_covered_as_often_as_the_number_of_draws_allows():
    # Four standard errors of a share of 4,000 are 0.03 at most.
    for k, level in [(99, 0.8), (999, 0.5), (9, 0.8)]:
        share = covered(*forecasts(4000, k), level).mean()
        assert share == pytest.approx(level * (k - 1) / (k + 1), abs=0.03)


def test_draws_equal_to_the_outcome_count_half_in_its_transform():
    found = pit([[1, 2, 3, 4], [1, 2, 2, 3], [5, 5, 5, 5], [0, 0, 0, 0], [9, 9, 9, 9]], [2.5, 2, 5, 5, 5])
    assert found.tolist() == [0.5, 0.5, 0.5, 1, 0]
    assert float(pit([1, 2, 3, 3], 3)) == 0.75


def test_the_transform_is_uniform_where_forecasts_are_calibrated():
    # 99 draws: a hundred values, ten in each tenth. 400 of 4,000 expected, with an error of 19.
    draws, outcome = forecasts(4000, 99)
    counts, _ = np.histogram(pit(draws, outcome), bins=10, range=(0, 1))
    assert (np.abs(counts - 400) < 90).all()
    # Forecasts half as wide as they should be: outcomes pile up at both ends.
    middle = draws.mean(axis=1, keepdims=True)
    narrow, _ = np.histogram(pit(middle + (draws - middle) / 2, outcome), bins=10, range=(0, 1))
    assert min(narrow[0], narrow[-1]) > 800
    # Forecasts that are too low: outcomes lie above them.
    assert pit(draws - 1, outcome).mean() > 0.6


def test_scaled_errors_by_hand():
    assert mase([1, -3, 2, 0], [0, 1, 5]) == 0.75
    assert mase([[1, -3], [2, 0]], [0, 6]) == 0.5


def test_naive_errors_by_hand():
    rows = [
        *zip("aaaa", [1, 2, 4, 5], [1, 3, 10, 9], strict=True),  # 2, a gap, 1
        *zip("bb", [1, 3], [1, 2], strict=True),  # no two that follow each other
        *zip("ccc", [1, 2, 3], [5, NAN, 6], strict=True),  # nor here
        *zip("ddd", [3, 4, 5], [7, 7, 7], strict=True),  # no change
        *zip("ee", [5, 6], [0, 9], strict=True),  # only after the end
    ]
    panel = pd.DataFrame(rows, columns=["who", "when", "what"]).sample(frac=1, random_state=1)
    found = naive_error(panel, "who", "when", "what", 5)
    assert found.to_dict() == {"a": 1.5, "d": 0}
    assert found.index.name == "who"
    assert naive_error(panel, "who", "when", "what", 4).to_dict() == {"a": 2, "d": 0}
    assert naive_error(panel, "who", "when", "what", 1).empty
    assert naive_error(panel, "who", "when", "what", 6)["e"] == 9


def test_a_unit_with_two_rows_for_one_time_is_refused():
    panel = pd.DataFrame({"unit": [1, 1, 1], "time": [1, 2, 2], "value": [1, 2, 3]})
    with pytest.raises(ValueError, match="one row for each unit and time"):
        naive_error(panel, "unit", "time", "value", 2)
    assert naive_error(panel, "unit", "time", "value", 1).empty


def test_a_difference_by_hand():
    # Differences 1 and 0 in one cluster, 2 and 5 in the other: 0.5, 2 or 3.5 with 1/4, 1/2 and 1/4.
    case = [1, 2, 3, 6], [0, 2, 1, 1], ["a", "a", "b", "b"]
    found = difference(*case, seed=1)
    assert (found.estimate, found.lower, found.upper) == (2, 0.5, 3.5)
    assert (found.clusters, found.n, found.method) == (2, 4, "percentiles of clusters drawn again")
    middle = difference(*case, seed=1, confidence=0.4)
    assert (middle.lower, middle.upper) == (2, 2)


def test_a_larger_cluster_weighs_more():
    # 0 once and 4 three times: 0, 3 or 4, where the means of clusters would give 0, 2 or 4.
    found = difference([0, 4, 4, 4], [0, 0, 0, 0], [1, 2, 2, 2], seed=1, confidence=0.4)
    assert (found.estimate, found.lower, found.upper) == (3, 3, 3)


def scored(seed: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw scores of two forecasts in 12 clusters of some five cases."""
    chance = np.random.default_rng(seed)
    cluster = chance.permutation(np.concatenate([np.arange(12), chance.integers(12, size=48)]))
    return chance.gamma(2, size=60), chance.gamma(2, size=60) + cluster / 20, cluster


def test_the_interval_is_that_of_a_loop_over_the_same_draws():
    ours, theirs, cluster = scored()
    loop = []
    for counts in np.random.default_rng(5).multinomial(12, np.full(12, 1 / 12), size=200):
        cases = [np.flatnonzero(cluster == k) for k in range(12) for _ in range(counts[k])]
        drawn = np.concatenate(cases)
        loop.append(np.mean(ours[drawn] - theirs[drawn]))
    found = difference(ours, theirs, cluster, seed=5, draws=200, confidence=0.9)
    assert [found.lower, found.upper] == pytest.approx(np.quantile(loop, [0.05, 0.95]), rel=1e-10)
    assert found.estimate == pytest.approx(np.mean(ours) - np.mean(theirs), rel=1e-10)


def test_the_order_of_cases_and_the_kind_of_labels_do_not_matter():
    ours, theirs, cluster = scored()
    found = difference(ours, theirs, cluster, seed=5)
    order = np.random.default_rng(1).permutation(60)
    labels = pd.Series([f"unit {k:02}" for k in cluster[order]], index=order)
    again = difference(ours[order], theirs[order], labels, seed=5)
    assert [again.estimate, again.lower, again.upper] == pytest.approx(
        [found.estimate, found.lower, found.upper], rel=1e-10
    )
    other = difference(ours, theirs, cluster, seed=6)
    assert other.lower != found.lower


def test_a_forecast_is_no_different_from_itself():
    ours, _, cluster = scored()
    found = difference(ours, ours, cluster, seed=5)
    assert (found.estimate, found.lower, found.upper) == (0, 0, 0)


def test_the_better_of_two_forecasts_is_below_zero():
    ours, _, cluster = scored()
    better = difference(ours, ours + 1 + cluster / 10, cluster, seed=5)
    worse = difference(ours + 1 + cluster / 10, ours, cluster, seed=5)
    assert better.lower < better.estimate < better.upper < -1
    assert [worse.estimate, worse.lower, worse.upper] == pytest.approx(
        [-better.estimate, -better.upper, -better.lower]
    )


def test_cases_that_depend_on_each_other_widen_the_interval():
    # Five equal cases a cluster say no more than one: sqrt(5) = 2.2 times as wide as if each were its own.
    ours = np.repeat(np.random.default_rng(2).normal(size=60), 5)
    together = difference(ours, np.zeros(300), np.arange(300) // 5, seed=5)
    apart = difference(ours, np.zeros(300), np.arange(300), seed=5)
    ratio = (together.upper - together.lower) / (apart.upper - apart.lower)
    assert ratio == pytest.approx(np.sqrt(5), rel=0.15)
    assert together.estimate == apart.estimate


@pytest.mark.parametrize("function", [crps_sample, pit, lambda x, y: covered(x, y, 0.5)])
@pytest.mark.parametrize(
    ("draws", "outcome", "said"),
    [
        ([1, NAN], 1, "a draw is missing or infinite: 1 of 2"),
        ([1, np.inf], 1, "a draw is missing"),
        ([[1, 2], [3, 4]], [1, NAN], "an outcome is missing"),
        ([[1, 2], [3, 4]], 1, r"shape \(2, 2\) do not go with outcomes of shape \(\)"),
        ([[1, 2], [3, 4]], [[1], [2]], "do not go with"),
        ([1, 2], [1, 2], "do not go with"),
        (1, 1, "do not go with"),
        ([], 1, "at least one draw"),
    ],
)
def test_what_is_no_forecast_of_an_outcome_is_refused(function, draws, outcome, said):
    with pytest.raises(ValueError, match=said):
        function(draws, outcome)


@pytest.mark.parametrize(
    ("mean", "deviation", "outcome", "said"),
    [
        (0, -1, 0, "must not be below zero"),
        (NAN, 1, 0, "a mean is missing"),
        (0, NAN, 0, "a standard deviation is missing"),
        (0, 1, NAN, "an outcome is missing"),
    ],
)
def test_what_is_no_normal_distribution_is_refused(mean, deviation, outcome, said):
    with pytest.raises(ValueError, match=said):
        crps_normal([0, mean], [1, deviation], [0, outcome])


@pytest.mark.parametrize("level", [0, 1, -0.1, 95, NAN])
def test_a_level_is_between_zero_and_one(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        covered([1, 2], 1, level)
    with pytest.raises(ValueError, match="between 0 and 1"):
        difference([1, 2], [1, 2], [1, 2], seed=1, confidence=level)


@pytest.mark.parametrize(
    ("error", "naive", "said"),
    [
        ([1], [0, 0], "above zero; it is 0"),
        ([1], [], "there are none"),
        ([], [1], "there are none"),
        ([1, NAN], [1], "an error is missing"),
        ([1], [1, NAN], "a naive error is missing"),
    ],
)
def test_errors_without_a_scale_are_refused(error, naive, said):
    with pytest.raises(ValueError, match=said):
        mase(error, naive)


@pytest.mark.parametrize(
    ("scores", "reference", "clusters", "said"),
    [
        ([1, NAN], [1, 2], [1, 2], "a score is missing"),
        ([1, 2], [1, NAN], [1, 2], "a score of the reference is missing"),
        ([1, 2], [1, 2], ["a", None], "no cluster"),
        ([1, 2], [1], [1, 2], "of one length"),
        ([1, 2], [1, 2], [1, 2, 3], "of one length"),
        ([[1, 2]], [[1, 2]], [1, 2], "of one length"),
        ([1, 2], [1, 2], [1, 1], "at least two clusters; there are 1"),
        ([], [], [], "at least two clusters; there are 0"),
    ],
)
def test_scores_that_cannot_be_compared_are_refused(scores, reference, clusters, said):
    with pytest.raises(ValueError, match=said):
        difference(scores, reference, clusters, seed=1)


def test_an_interval_needs_draws():
    with pytest.raises(ValueError, match="0 were asked for"):
        difference([1, 2], [1, 2], [1, 2], seed=1, draws=0)
