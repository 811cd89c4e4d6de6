"""Parts of a change: worked by hand, and adding up whatever the factors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.methods.decomposition import contributions, log_mean

POWERS = {"cases": 1, "workforce": -1, "share": -1}
positive = st.floats(0.01, 1e5)


def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic():
    assert log_mean(10.0, 20.0) == pytest.approx(10 / np.log(2))
    assert np.sqrt(200) < log_mean(10.0, 20.0) < 15
    assert log_mean(7.0, 7.0) == 7.0
    assert log_mean(7.0, 7.0 * (1 + 1e-9)) == pytest.approx(7.0)


def test_a_product_is_split_as_by_hand():
    # 1,000 cases over 100 staff of whom half hold cases are 20 each; 1,500 over 150 of whom 40% do, 25.
    before = {"cases": 1000.0, "workforce": 100.0, "share": 0.5}
    after = {"cases": 1500.0, "workforce": 150.0, "share": 0.4}
    parts = contributions(before, after, POWERS)
    weight = 5 / np.log(25 / 20)
    assert parts["cases"] == pytest.approx(weight * np.log(1.5))
    assert parts["workforce"] == pytest.approx(-weight * np.log(1.5))
    assert parts["share"] == pytest.approx(5.0)


@given(st.lists(positive, min_size=6, max_size=6))
def test_the_parts_add_up_to_the_change(values):
    before = dict(zip(POWERS, values[:3], strict=True))
    after = dict(zip(POWERS, values[3:], strict=True))
    parts = contributions(before, after, POWERS)
    change = values[3] / (values[4] * values[5]) - values[0] / (values[1] * values[2])
    size = max(values[3] / (values[4] * values[5]), values[0] / (values[1] * values[2]))
    assert sum(parts.values()) == pytest.approx(change, abs=1e-9 * max(size, 1))


def test_a_factor_that_did_not_move_has_no_part():
    parts = contributions(
        {"cases": 10.0, "workforce": 5.0, "share": 0.5},
        {"cases": 12.0, "workforce": 5.0, "share": 0.5},
        POWERS,
    )
    assert parts["workforce"] == parts["share"] == 0
    assert parts["cases"] == pytest.approx(12 / 2.5 - 10 / 2.5)


@pytest.mark.parametrize(
    ("after", "said"),
    [({"cases": 1.0}, "same factors"), ({"cases": 0.0, "workforce": 1.0, "share": 1.0}, "'cases': a value")],
)
def test_what_cannot_be_split_is_refused(after, said):
    with pytest.raises(ValueError, match=said):
        contributions({"cases": 1.0, "workforce": 1.0, "share": 1.0}, after, POWERS)
