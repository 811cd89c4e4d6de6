"""Changes within units and the slope between them, against sums done by hand and statsmodels."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.methods.panel import first_differences, slope_of_changes

PANEL = pd.DataFrame(
    {
        "unit": ["a", "a", "a", "b", "b", "b"],
        "time": [1, 2, 4, 1, 2, 3],
        "x": [1.0, 3.0, 9.0, 5.0, 4.0, np.nan],
        "y": [10.0, 11.0, 20.0, 7.0, 9.0, 1.0],
    }
)


def test_changes_are_within_a_unit_and_never_over_a_gap():
    changes = first_differences(PANEL, "unit", "time", ["x", "y"])
    # a: 1 to 2 only, since 3 is missing before 4; b: 1 to 2 only, since x is missing in 3.
    assert changes.to_dict("list") == {"unit": ["a", "b"], "time": [2, 2], "x": [2.0, -1.0], "y": [1.0, 2.0]}


def test_the_order_of_rows_does_not_matter():
    shuffled = PANEL.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(
        first_differences(shuffled, "unit", "time", ["x", "y"]),
        first_differences(PANEL, "unit", "time", ["x", "y"]),
    )


def simulated(units: int = 40, periods: int = 6) -> pd.DataFrame:
    draws = np.random.default_rng(11)
    rows = pd.MultiIndex.from_product([range(units), range(periods)], names=["unit", "time"]).to_frame(
        index=False
    )
    rows["x"] = draws.normal(size=len(rows))
    rows["y"] = 1.5 * rows["x"] + 3.0 * rows["time"] + draws.normal(size=len(rows))
    return rows


def test_the_slope_is_that_of_dummies_and_of_the_cluster_formula_by_hand():
    rows = simulated()
    slope = slope_of_changes(rows, "unit", "time", "x", "y")
    design = np.column_stack([rows["x"], pd.get_dummies(rows["time"]).to_numpy(float)])
    coefficients, *_ = np.linalg.lstsq(design, rows["y"].to_numpy(), rcond=None)
    assert slope.estimate == pytest.approx(coefficients[0], abs=1e-8)
    # Cameron and Miller's sandwich, written out.
    residuals = rows["y"].to_numpy() - design @ coefficients
    bread = np.linalg.inv(design.T @ design)
    meat = sum(
        np.outer(score, score)
        for unit in rows["unit"].unique()
        for score in [design[rows["unit"] == unit].T @ residuals[rows["unit"] == unit]]
    )
    (n, k), groups = design.shape, rows["unit"].nunique()
    error = np.sqrt((groups / (groups - 1) * (n - 1) / (n - k) * bread @ meat @ bread)[0, 0])
    critical = stats.t.ppf(0.975, groups - 1)
    assert slope.upper - slope.lower == pytest.approx(2 * critical * error, abs=1e-8)
    assert (slope.observations, slope.units) == (240, 40)
    assert slope.lower < 1.5 < slope.upper


def test_period_effects_take_out_what_all_units_share():
    rows = simulated()
    shifted = rows.assign(y=rows["y"] + rows["time"].map({0: 5, 1: -9, 2: 40, 3: 0, 4: 1, 5: 2}))
    assert slope_of_changes(shifted, "unit", "time", "x", "y").estimate == pytest.approx(
        slope_of_changes(rows, "unit", "time", "x", "y").estimate, abs=1e-8
    )


def test_one_period_alone_still_has_a_slope():
    rows = simulated().query("time == 0")
    assert slope_of_changes(rows, "unit", "time", "x", "y").observations == 40


def test_too_few_units_and_a_constant_regressor_are_refused():
    rows = simulated()
    with pytest.raises(ValueError, match="at least three units; there are 2"):
        slope_of_changes(rows[rows["unit"] < 2], "unit", "time", "x", "y")
    with pytest.raises(ValueError, match="'x'; there are none"):
        slope_of_changes(rows.assign(x=1.0), "unit", "time", "x", "y")
