"""Intervals of proportions, against published vectors and statsmodels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from analytics.methods.proportions import newcombe, wilson


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


def test_newcombe_gives_the_published_limits():
    interval = newcombe(56, 70, 48, 80)
    assert interval.value == pytest.approx(0.20)
    assert interval.lower == pytest.approx(0.0524314724, abs=1e-9)
    assert interval.upper == pytest.approx(0.3338726540, abs=1e-9)


@given(st.integers(1, 5000), st.floats(0, 1))
def test_wilson_agrees_with_statsmodels_and_contains_its_estimate(n, share):
    x = int(n * share)
    interval = wilson(x, n)
    lower, upper = proportion_confint(x, n, method="wilson")
    assert float(interval.lower) == pytest.approx(max(lower, 0), abs=1e-9)
    assert float(interval.upper) == pytest.approx(min(upper, 1), abs=1e-9)
    assert 0 <= interval.lower <= interval.value <= interval.upper <= 1


@given(st.integers(1, 400), st.integers(1, 400), st.floats(0, 1), st.floats(0, 1))
def test_newcombe_agrees_with_statsmodels_and_turns_with_its_sides(n1, n2, share1, share2):
    x1, x2 = int(n1 * share1), int(n2 * share2)
    interval = newcombe(x1, n1, x2, n2)
    lower, upper = confint_proportions_2indep(x1, n1, x2, n2, method="newcomb", compare="diff")
    assert float(interval.lower) == pytest.approx(lower, abs=1e-9)
    assert float(interval.upper) == pytest.approx(upper, abs=1e-9)
    other = newcombe(x2, n2, x1, n1)
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
