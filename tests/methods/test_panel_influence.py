"""Units drawn again or left out, and extreme rows, against regressions fitted anew and sums done by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from analytics.methods.panel import cluster_bootstrap, leave_one_out, robust, trimmed, within

KEYS = ("unit", "time", "x", "y")


def simulated(units=25, times=6, missing=0.2, seed=1):
    chance = np.random.default_rng(seed)
    rows = pd.MultiIndex.from_product([range(units), range(times)], names=["unit", "time"]).to_frame(
        index=False
    )
    n, high = len(rows), chance.normal(size=units)[rows["unit"]]
    rows["x"] = 2 * high + chance.normal(size=n)
    rows["c"] = (rows["x"] + chance.normal(size=n)) * 1e4
    rows["w"] = chance.uniform(0.2, 5, size=n)
    rows["y"] = 17 + 1.5 * rows["x"] + 3 * high + rows["time"] + chance.normal(size=n)
    return rows[chance.uniform(size=n) >= missing].sample(frac=1, random_state=seed)


def refitted(rows, counts, controls=(), weights=None):
    """Fit dummies by least squares to units each there as often as counted, every time another unit."""
    copies = [
        rows[rows["unit"] == unit].assign(unit=f"{unit} again {copy}")
        for unit, count in zip(sorted(rows["unit"].unique()), counts, strict=True)
        for copy in range(count)
    ]
    drawn = pd.concat(copies)
    dummies = [pd.get_dummies(drawn["unit"]), pd.get_dummies(drawn["time"]).iloc[:, 1:]]
    design = np.column_stack([drawn[["x", *controls]], *dummies]).astype(float)
    weighing = 1.0 if weights is None else drawn[weights]
    return sm.WLS(drawn["y"].to_numpy(), design, weights=weighing).fit().params[0]


def drawn_counts(units, draws, seed):
    return np.random.default_rng(seed).multinomial(units, np.full(units, 1 / units), size=draws)


@pytest.mark.parametrize(("controls", "weights"), [((), None), (("c",), "w")])
def test_the_bootstrap_is_a_loop_of_regressions_fitted_anew(controls, weights):
    rows = simulated(units=12)
    found = cluster_bootstrap(
        rows, *KEYS, seed=5, draws=30, controls=controls, weights=weights, confidence=0.8
    )
    loop = [refitted(rows, counts, controls, weights) for counts in drawn_counts(12, 30, 5)]
    assert [found.lower, found.upper] == pytest.approx(np.quantile(loop, [0.1, 0.9]), abs=1e-8)
    assert found.standard_error == pytest.approx(np.std(loop, ddof=1), abs=1e-8)
    fixed = within(rows, *KEYS, controls=controls, weights=weights)
    assert found.estimate == pytest.approx(fixed.estimate, abs=1e-10)
    assert (found.observations, found.units) == (fixed.observations, fixed.units)


def test_times_that_no_drawn_unit_has_are_no_trouble():
    # Half of the draws or so lack the one unit with the last time, or the two with the first.
    rows = simulated(units=8, missing=0)
    rows = rows[((rows["time"] < 5) | (rows["unit"] < 2)) & ((rows["time"] > 0) | (rows["unit"] > 5))]
    found = cluster_bootstrap(rows, *KEYS, seed=1, draws=30)
    loop = [refitted(rows, counts) for counts in drawn_counts(8, 30, 1)]
    assert [found.lower, found.upper] == pytest.approx(np.quantile(loop, [0.025, 0.975]), abs=1e-8)


def test_draws_of_one_unit_alone_have_no_slope_and_are_left_out():
    rows = simulated(units=3, missing=0)
    found = cluster_bootstrap(rows, *KEYS, seed=2, draws=40)
    counts = drawn_counts(3, 40, 2)
    several = counts[counts.max(axis=1) < 3]
    assert 0 < len(several) < 40
    loop = [refitted(rows, drawn) for drawn in several]
    assert [found.lower, found.upper] == pytest.approx(np.quantile(loop, [0.025, 0.975]), abs=1e-8)


def test_the_p_value_counts_draws_on_the_rarer_side_of_zero():
    # Without its slope the simulation's y still leans on x by chance: draws fall on either side.
    rows = simulated(units=12).assign(y=lambda rows: rows["y"] - 1.5 * rows["x"])
    found = cluster_bootstrap(rows, *KEYS, seed=3, draws=40)
    loop = np.array([refitted(rows, counts) for counts in drawn_counts(12, 40, 3)])
    fewer = min((loop < 0).sum(), (loop > 0).sum())
    assert 0 < fewer < 20
    assert found.p_value == pytest.approx(2 * (fewer + 1) / 41)
    assert cluster_bootstrap(simulated(), *KEYS, seed=3, draws=99).p_value == pytest.approx(0.02)


def test_a_seed_gives_the_same_draws_and_another_gives_others():
    one, again, other = (cluster_bootstrap(simulated(), *KEYS, seed=seed, draws=50) for seed in (1, 1, 2))
    assert one == again
    assert one.lower != other.lower
    assert one.estimate == other.estimate


def test_rows_alone_in_their_unit_are_never_drawn():
    rows = simulated()
    alone = pd.DataFrame({"unit": [77], "time": [2], "x": [40.0], "y": [-900.0], "c": [0.0], "w": [1.0]})
    found = cluster_bootstrap(pd.concat([rows, alone]), *KEYS, seed=1, draws=50)
    assert (found.units, found.singletons) == (25, 1)
    assert found.lower == cluster_bootstrap(rows, *KEYS, seed=1, draws=50).lower


@pytest.mark.parametrize(("controls", "weights"), [((), None), (("c",), "w")])
def test_each_unit_left_out_is_a_fit_to_the_others(controls, weights):
    rows = simulated()
    alone = pd.DataFrame({"unit": [-1], "time": [2], "x": [40.0], "y": [-900.0], "c": [0.0], "w": [1.0]})
    found = leave_one_out(pd.concat([rows, alone]), *KEYS, controls=controls, weights=weights)
    assert found["unit"].tolist() == list(range(25))
    fitted = [
        within(rows[rows["unit"] != unit], *KEYS, controls=controls, weights=weights).estimate
        for unit in found["unit"]
    ]
    assert found["estimate"].tolist() == pytest.approx(fitted, abs=1e-8)


def test_others_without_a_slope_leave_it_missing():
    rows = simulated(units=4, missing=0)
    rows["x"] = rows["x"].where(rows["unit"] == 0, 3.7)
    found = leave_one_out(rows, *KEYS)
    assert found["estimate"].isna().tolist() == [True, False, False, False]


def swept(rows):
    """Give the residuals of x and of y on dummies."""
    dummies = np.column_stack([pd.get_dummies(rows["unit"]), pd.get_dummies(rows["time"]).iloc[:, 1:]])
    return [sm.OLS(rows[column], dummies.astype(float)).fit().resid.to_numpy() for column in ("x", "y")]


def with_outliers():
    rows = simulated().sort_values(["unit", "time"], ignore_index=True)
    rows.loc[[3, 40, 77], "y"] += [60.0, -45.0, 80.0]
    return rows


def test_the_robust_slope_solves_hubers_equations_with_clustered_errors():
    rows = with_outliers()
    slope, (x, y) = robust(rows, *KEYS), swept(rows)
    left = y - slope.estimate * x
    scale = np.median(np.abs(left)) / stats.norm.ppf(0.75)
    psi = np.clip(left / scale, -1.345, 1.345)
    assert np.sum(x * psi) == pytest.approx(0, abs=1e-6)
    scores = pd.Series(x * psi).groupby(rows["unit"]).sum()
    bread = np.sum(x**2 * (np.abs(left / scale) < 1.345)) / scale
    error = np.sqrt(25 / 24 * np.sum(scores**2)) / bread
    assert slope.standard_error == pytest.approx(error, rel=1e-6)
    assert slope.upper - slope.estimate == pytest.approx(stats.t.ppf(0.975, 24) * error, rel=1e-6)
    assert (slope.observations, slope.units) == (len(rows), 25)


def test_outliers_move_the_robust_slope_little():
    clean, spoilt = simulated(), with_outliers()
    assert abs(within(spoilt, *KEYS).estimate - within(clean, *KEYS).estimate) > 0.5
    assert robust(spoilt, *KEYS).estimate == pytest.approx(robust(clean, *KEYS).estimate, abs=0.25)
    assert robust(clean, *KEYS).estimate == pytest.approx(within(clean, *KEYS).estimate, abs=0.05)


def test_what_x_and_y_are_measured_in_is_no_matter():
    rows = with_outliers()
    found = robust(rows, *KEYS)
    scaled = robust(rows.assign(x=2020 + rows["x"] / 1e3, y=rows["y"] * 1e6 - 5e7), *KEYS)
    assert (scaled.estimate, scaled.lower) == pytest.approx(
        (found.estimate * 1e9, found.lower * 1e9), rel=1e-6
    )


def test_a_line_without_scatter_has_no_robust_slope():
    rows = simulated().assign(y=lambda rows: 2 * rows["x"])
    with pytest.raises(ValueError, match="off the line"):
        robust(rows, *KEYS)
    assert within(rows, *KEYS).estimate == pytest.approx(2)


def test_the_trimmed_slope_is_that_of_the_rows_kept():
    rows = with_outliers()
    slope, (x, y) = trimmed(rows, *KEYS, share=0.05), swept(rows)
    kept = rows[
        (x >= np.quantile(x, 0.05))
        & (x <= np.quantile(x, 0.95))
        & (y >= np.quantile(y, 0.05))
        & (y <= np.quantile(y, 0.95))
    ]
    fitted = within(kept, *KEYS)
    assert len(kept) < 0.85 * len(rows)
    assert (slope.estimate, slope.standard_error) == pytest.approx((fitted.estimate, fitted.standard_error))
    assert slope.observations == fitted.observations
    assert "5% trimmed at either end" in slope.method


def test_one_in_a_hundred_is_trimmed_unless_told_otherwise():
    rows = simulated(units=50, times=8, missing=0)
    # Of 400, four lie beyond either limit of x and of y: 16 rows, less those that are extreme in both.
    x, y = swept(rows)
    ends = set(np.r_[np.argsort(x)[:4], np.argsort(x)[-4:], np.argsort(y)[:4], np.argsort(y)[-4:]])
    assert trimmed(rows, *KEYS).observations == 400 - len(ends)
    assert trimmed(rows, *KEYS, share=0).estimate == within(rows, *KEYS).estimate


def test_rows_alone_once_others_are_trimmed_count_as_alone():
    rows = simulated(units=40, times=3, missing=0)
    alone = pd.DataFrame({"unit": [77], "time": [2], "x": [40.0], "y": [-900.0]})
    slope = trimmed(pd.concat([rows, alone]), *KEYS, share=0.2)
    assert slope.singletons > 1
    assert slope.observations + slope.singletons < 121


@pytest.mark.parametrize("share", [-0.01, 0.5])
def test_an_impossible_share_is_refused(share):
    with pytest.raises(ValueError, match="from 0 to below"):
        trimmed(simulated(), *KEYS, share=share)
