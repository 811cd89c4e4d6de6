"""Place among peers, against statsmodels' prediction interval and sums done by hand."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from analytics.methods.proportions import competition_rank, predictive

NAN = np.nan


def test_a_value_is_set_against_one_more_peer_by_hand():
    # Mean 12, standard deviation 2: (20 - 12) / (2 sqrt(4/3)) = 3.4641; t of 2 degrees at 97.5% 4.302653.
    found = predictive(20, [10, 12, NAN, 14])
    assert found.value == pytest.approx(12)
    assert found.t == pytest.approx(2 * np.sqrt(3))
    assert found.critical == pytest.approx(4.302653, abs=1e-6)
    assert found.lower == pytest.approx(12 - 4.302653 * 2 * np.sqrt(4 / 3), abs=1e-5)
    assert found.upper == pytest.approx(12 + 4.302653 * 2 * np.sqrt(4 / 3), abs=1e-5)
    assert found.peers == 3
    assert found.method == "prediction interval for one more peer, t"


@given(
    st.lists(st.floats(0, 100), min_size=3, max_size=12).filter(lambda values: np.std(values) > 1e-3),
    st.sampled_from([0.8, 0.95, 0.998]),
    st.randoms(use_true_random=False),
)
def test_the_range_agrees_with_statsmodels_and_forgets_the_order_of_the_peers(peers, confidence, chance):
    found = predictive(50.0, peers, confidence)
    fit = sm.OLS(peers, np.ones(len(peers))).fit()
    (expected,) = fit.get_prediction([[1.0]]).conf_int(obs=True, alpha=1 - confidence)
    assert [float(found.lower), float(found.upper)] == pytest.approx(list(expected), rel=1e-6, abs=1e-6)
    assert found.lower <= found.value <= found.upper
    assert (abs(found.t) > found.critical) == (not found.lower <= 50 <= found.upper)
    chance.shuffle(peers)
    assert float(predictive(50.0, peers, confidence).t) == pytest.approx(float(found.t), rel=1e-6)


def test_each_row_has_its_own_peers_and_degrees_of_freedom():
    found = predictive([20, 20], [[10, 12, 14, NAN], [10, 12, 14, 16]])
    alone = predictive(20, [10, 12, 14, 16])
    assert found.peers.tolist() == [3, 4]
    assert found.critical.tolist() == pytest.approx([4.302653, 3.182446], abs=1e-6)
    assert found.t[1] == alone.t
    assert found.upper[1] == alone.upper


@pytest.mark.parametrize(
    ("peers", "mean", "number"),
    [
        ([], NAN, 0),
        ([NAN, NAN], NAN, 0),
        ([4, NAN], 4, 1),
        ([4, 4, 4], 4, 3),
        ([0.1, 0.1, 0.1], 0.1, 3),
        ([0, 0], 0, 2),
    ],
)
def test_too_few_peers_or_peers_all_alike_give_no_limits(peers, mean, number):
    # Three times 0.1 is not quite 0.3: the spread must be seen for what it is.
    found = predictive(5, peers)
    assert float(found.value) == pytest.approx(mean, nan_ok=True)
    assert np.isnan([found.t, found.lower, found.upper]).all()
    assert found.peers == number


def test_a_missing_value_has_no_t_but_its_peers_have_a_range():
    found = predictive(NAN, [10, 12, 14])
    assert np.isnan(found.t)
    assert found.lower < 12 < found.upper


@pytest.mark.parametrize(("highest_first", "ranks"), [(True, [5, 3, 3, 2, 1]), (False, [1, 2, 2, 4, 5])])
def test_ties_share_the_lowest_rank(highest_first, ranks):
    assert competition_rank([10, 20, 20, 30, 40], highest_first).tolist() == ranks


def test_a_missing_value_has_no_rank():
    assert competition_rank([3, NAN, 1, 3]).tolist() == pytest.approx([2, NAN, 1, 2], nan_ok=True)
    assert competition_rank([3, NAN, 1, 3], highest_first=True).tolist() == pytest.approx(
        [1, NAN, 3, 1], nan_ok=True
    )
    assert np.isnan(competition_rank([NAN, NAN])).all()
