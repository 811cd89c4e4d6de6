"""Slopes between and within units, against regressions on dummies by statsmodels and sums done by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.methods import panel as methods
from analytics.methods.panel import between, lead_or_lag, spread, within, within_transform

KEYS = ("unit", "time", "x", "y")

RING = pd.DataFrame(
    {"unit": list("aabbcc"), "time": [1, 2, 2, 3, 3, 1], "x": [1, 5, 2, 2, 7, 4], "y": [4, 1, 7, 2, 5, 5]}
).assign(c=1.0, w=1.0)
"""As many rows as it has units, further times and a slope, so that every slope fits it."""


def simulated(units=30, times=6, missing=0.0, slope=1.5, seed=1):
    """Units that lie high lie high in x too, errors persist, and rows come in no order."""
    chance = np.random.default_rng(seed)
    rows = pd.MultiIndex.from_product([range(units), range(times)], names=["unit", "time"]).to_frame(
        index=False
    )
    n, high = len(rows), chance.normal(size=units)[rows["unit"]]
    rows["x"] = 2 * high + chance.normal(size=n)
    rows["c"] = rows["x"] + chance.normal(size=n)
    rows["w"] = chance.uniform(0.2, 5, size=n)
    rows["y"] = 17 + slope * rows["x"] - rows["c"] + 3 * high + chance.normal(size=times)[rows["time"]]
    rows["y"] += chance.normal(size=units)[rows["unit"]] * rows["time"] / 5 + chance.normal(size=n)
    rows["unit"] = rows["unit"].map("u{:03}".format)
    rows.loc[chance.uniform(size=n) < missing, "x"] = np.nan
    return rows.sample(frac=1, random_state=seed)


def on_dummies(rows, regressors=("x",), weights=None, y="y"):
    """Regress on a dummy for each unit and time, and give the slope and its error with G/(G-1) alone."""
    rows = rows.dropna(subset=[*regressors, y])
    dummies = [pd.get_dummies(rows["unit"]), pd.get_dummies(rows["time"]).iloc[:, 1:]]
    design = np.column_stack([rows[list(regressors)], *dummies]).astype(float)
    fit = sm.WLS(
        rows[y].to_numpy(), design, weights=1.0 if weights is None else rows[weights].to_numpy()
    ).fit(cov_type="cluster", cov_kwds={"groups": pd.factorize(rows["unit"])[0]})
    n, k = design.shape
    return fit.params[0], fit.bse[0] / np.sqrt((n - 1) / (n - k))


@pytest.mark.parametrize("missing", [0, 0.2])
@pytest.mark.parametrize("controls", [(), ("c",)])
@pytest.mark.parametrize("weights", [None, "w"])
def test_within_is_the_regression_on_dummies(missing, controls, weights):
    rows = simulated(missing=missing)
    slope = within(rows, *KEYS, controls=controls, weights=weights)
    estimate, error = on_dummies(rows, ("x", *controls), weights)
    assert slope.estimate == pytest.approx(estimate, abs=1e-8)
    assert slope.standard_error == pytest.approx(error, abs=1e-8)
    assert (slope.observations, slope.units, slope.singletons) == (rows["x"].notna().sum(), 30, 0)
    assert slope.method.startswith(f"two-way fixed effects{', weighted' if weights else ''}, errors")


def test_two_times_are_a_regression_of_changes_by_hand():
    # Changes of x are 1, 2, 6 and of y 1, 4, 7: about their means of 3 and 4, -2, -1, 3 and -3, 0, 3.
    # The slope is (6 + 0 + 9) / 14; what is left of y is -12/14, 15/14 and -3/14, half of it at each time.
    rows = pd.DataFrame(
        {"unit": list("aabbcc"), "time": [1, 2] * 3, "x": [0, 1, 5, 7, 2, 8], "y": [3, 4, 0, 4, 9, 16]}
    )
    slope = within(rows, *KEYS, confidence=0.9)
    assert slope.estimate == pytest.approx(15 / 14)
    # Each unit's score is half its change of x times what is left; squares of x swept add up to 14 / 2.
    scores = np.array([-2, -1, 3]) * np.array([-12, 15, -3]) / 14 / 2
    error = np.sqrt(3 / 2 * np.sum(scores**2)) / 7
    assert slope.standard_error == pytest.approx(error)
    # The 95th percentile of t with two degrees of freedom is 2.919986; P(|t| > q) is 1 - q/sqrt(2 + q²).
    assert [slope.lower, slope.upper] == pytest.approx(
        [15 / 14 - 2.919986 * error, 15 / 14 + 2.919986 * error]
    )
    ratio = 15 / 14 / error
    assert slope.p_value == pytest.approx(1 - ratio / np.sqrt(2 + ratio**2))


def test_a_known_slope_is_found_within_and_not_between():
    rows = simulated(units=300, slope=2.5).assign(y=lambda rows: rows["y"] + rows["c"])
    slope = within(rows, *KEYS)
    assert slope.lower < 2.5 < slope.upper
    assert slope.upper - slope.lower < 0.25
    # Units that lie one higher lie two higher in x and three in y: 2.5 + 3 * 2 / (4 + 1/6).
    assert between(rows, *KEYS).estimate == pytest.approx(2.5 + 6 / (4 + 1 / 6), abs=0.2)


def test_rows_alone_in_their_unit_or_time_are_left_out_and_counted():
    rows = simulated(missing=0.2)
    alone = pd.DataFrame(
        # z's second row is alone in its time, and its first in its unit once that is gone.
        {"unit": ["y", "z", "z"], "time": [2, 3, 99], "x": [50.0, -40, 30], "y": [0.0, 900, -900]}
    )
    slope, without = within(pd.concat([rows, alone]), *KEYS), within(rows, *KEYS)
    assert slope.singletons == 3
    assert (slope.estimate, slope.standard_error) == (without.estimate, without.standard_error)
    assert (slope.observations, slope.units) == (without.observations, 30)
    assert slope.estimate == pytest.approx(on_dummies(pd.concat([rows, alone]))[0], abs=1e-8)


def test_what_the_transform_leaves_are_residuals_of_dummies():
    rows = simulated(missing=0.3).rename(columns={"unit": "who", "time": "when"})
    for weights in (None, "w"):
        left = within_transform(rows, "who", "when", ["x", "c"], weights)
        assert list(left) == ["who", "when", "x", "c"]
        there = rows.dropna().sort_values(["who", "when"])
        assert left[["who", "when"]].to_numpy().tolist() == there[["who", "when"]].to_numpy().tolist()
        dummies = np.column_stack([pd.get_dummies(there["who"]), pd.get_dummies(there["when"]).iloc[:, 1:]])
        for column in ("x", "c"):
            fit = sm.WLS(there[column], dummies.astype(float), weights=there["w"] if weights else 1.0).fit()
            assert left[column].to_numpy() == pytest.approx(fit.resid.to_numpy(), abs=1e-10)


def test_two_groups_of_units_with_no_time_in_common_have_one_slope():
    rows = simulated(missing=0.2)
    apart = rows[(rows["unit"] < "u015") == (rows["time"] < 3)]
    dummies = np.column_stack([pd.get_dummies(apart["unit"]), pd.get_dummies(apart["time"])]).astype(float)
    design = np.column_stack([apart["x"], dummies])
    there = apart["x"].notna()
    coefficients, *_ = np.linalg.lstsq(design[there], apart.loc[there, "y"].to_numpy(), rcond=None)
    assert within(apart, *KEYS).estimate == pytest.approx(coefficients[0], abs=1e-8)


def test_a_control_that_never_changes_within_units_changes_nothing():
    rows = simulated(missing=0.2).assign(fixed=lambda rows: rows["unit"].str[1:].astype(float) * 1e9 / 7)
    plain, controlled = (within(rows, *KEYS, controls=fixed, weights="w") for fixed in ([], ["fixed"]))
    assert controlled.estimate == pytest.approx(plain.estimate, abs=1e-10)
    assert controlled.standard_error == pytest.approx(plain.standard_error, abs=1e-10)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[rows["unit"] < "u002"], "at least three units of two rows or more; there are 2"),
        (lambda rows: rows[rows["time"] == 1], "at least three units of two rows or more; there are 0"),
        (lambda rows: rows.iloc[:0], "there are 0"),
        (
            lambda rows: rows.assign(x=rows["unit"].str[1:].astype(float) + 0.1),
            "needs x to vary within units",
        ),
        (lambda rows: rows.assign(x=rows["time"] / 3), "needs x to vary within units, beyond times"),
        (lambda rows: rows.assign(x=2 * rows["c"] + rows["time"]), "beyond times and controls"),
        (lambda rows: rows.assign(y=7.3), "needs y to vary within units"),
        (lambda rows: pd.concat([rows, rows.iloc[:1]]), "one row for each unit and time; here are two"),
        (lambda rows: rows.assign(y=np.where(rows["time"] == 1, -np.inf, rows["y"])), "infinite"),
        (lambda rows: rows.assign(w=np.where(rows["time"] == 1, 0, rows["w"])), "weights must be above zero"),
        # Six rows, and three units, two further times and x; the control is flat.
        (lambda rows: RING, "more rows than"),
    ],
)
def test_panels_that_have_no_slope_are_refused(change, said):
    rows = change(simulated())
    with pytest.raises(ValueError, match=said):
        within(rows, *KEYS, controls=["c"], weights="w")


def test_between_is_least_squares_on_means_with_hc3():
    rows = simulated(missing=0.3)
    slope = between(rows, *KEYS)
    means = rows.dropna(subset=["x"]).groupby("unit")[["x", "y"]].mean()
    fit = sm.OLS(means["y"], sm.add_constant(means["x"])).fit(cov_type="HC3", use_t=True)
    assert slope.estimate == pytest.approx(fit.params["x"], abs=1e-10)
    assert slope.standard_error == pytest.approx(fit.bse["x"], abs=1e-10)
    assert [slope.lower, slope.upper] == pytest.approx(fit.conf_int().loc["x"].tolist(), abs=1e-10)
    assert slope.p_value == pytest.approx(fit.pvalues["x"], rel=1e-8)
    assert (slope.observations, slope.units) == (rows["x"].notna().sum(), 30)


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        ([1, 2, np.nan], [1, 2, 3], "at least three units; there are 2"),
        ([0.1, 0.1, 0.1], [1, 2, 3], "mean x to differ"),
        ([1, 2, 3], [0.1, 0.1, 0.1], "mean y to differ"),
        ([1, 1, 3], [1, 2, 3], "more than one whose mean x differs"),
    ],
)
def test_units_that_have_no_slope_between_them_are_refused(x, y, said):
    with pytest.raises(ValueError, match=said):
        between(pd.DataFrame({"unit": list("abc"), "time": 1, "x": x, "y": y}), *KEYS)


def test_the_spread_within_units_by_hand():
    # About their means of 2 and 10: 1 + 0 + 1 and 4 + 4, over six values less three units.
    rows = pd.DataFrame({"unit": list("abababc"), "x": [1, 8, 2, 12, 3, np.nan, 70]})
    assert spread(rows, "unit", "x") == pytest.approx(np.sqrt(10 / 3))
    with pytest.raises(ValueError, match="a unit with two values"):
        spread(rows.iloc[-2:], "unit", "x")


def shifted(rows, column, shift):
    """Look a column up `shift` times later, in a table with a row a unit and a column a time."""
    table = rows.pivot(index="unit", columns="time", values=column)
    looked = [
        table.at[u, t + shift] if t + shift in table else np.nan
        for u, t in zip(rows["unit"], rows["time"], strict=True)
    ]
    return np.array(looked)


@pytest.mark.parametrize("shift", [-2, -1, 0, 1])
@pytest.mark.parametrize("weights", [None, "w"])
def test_leads_and_lags_are_paired_by_calendar_time(shift, weights):
    rows = simulated(missing=0.2, times=7).query("time != 3")
    moved = rows.assign(other=shifted(rows, "x", shift), before=shifted(rows, "y", -1))
    slope = lead_or_lag(rows, *KEYS, shift, weights=weights)
    estimate, error = on_dummies(moved, ("other",), weights)
    assert slope.observations + slope.singletons == moved["other"].notna().sum()
    assert slope.estimate == pytest.approx(estimate, abs=1e-8)
    assert slope.standard_error == pytest.approx(error, abs=1e-8)
    assert f"x at {shift:+d}, " in slope.method
    controlled = lead_or_lag(rows, *KEYS, shift, controls={"y": -1, "c": 0}, weights=weights)
    estimate, _ = on_dummies(moved, ("other", "before", "c"), weights)
    assert controlled.estimate == pytest.approx(estimate, abs=1e-8)


def test_no_shift_is_within():
    rows = simulated(missing=0.2)
    now, same = lead_or_lag(rows, *KEYS, 0, controls={"c": 0}), within(rows, *KEYS, controls=["c"])
    assert (now.estimate, now.standard_error) == (same.estimate, same.standard_error)


def test_the_reverse_question_is_asked_by_the_same_function():
    rows = simulated(times=8)
    moved = rows.assign(y_before=shifted(rows, "y", -1), x_before=shifted(rows, "x", -1))
    slope = lead_or_lag(rows, "unit", "time", "y", "x", -1, controls={"x": -1})
    estimate, error = on_dummies(moved, ("y_before", "x_before"), y="x")
    assert (slope.estimate, slope.standard_error) == pytest.approx((estimate, error), abs=1e-8)


EVERY = {
    "between": between,
    "within": lambda *given: within(*given, controls=["c"], weights="w"),
    "within_transform": lambda rows, unit, time, x, y: within_transform(rows, unit, time, [x, y], "w"),
    "lead_or_lag": lambda *given: lead_or_lag(*given, -1, controls={"y": -1}, weights="w"),
    "spread": lambda rows, unit, time, x, y: spread(rows, unit, x),
    "cluster_bootstrap": lambda *given: methods.cluster_bootstrap(*given, seed=1, draws=20),
    "leave_one_out": methods.leave_one_out,
    "robust": methods.robust,
    "trimmed": lambda *given: methods.trimmed(*given, share=0.05),
    "mundlak": methods.mundlak,
    "random_slopes": lambda *given: vars(methods.random_slopes(*given)),
}


def same(one, other):
    """Tell whether two results are the same to the last digit."""
    if isinstance(one, dict):
        return all(same(one[key], other[key]) for key in one)
    return one.equals(other) if isinstance(one, pd.DataFrame) else one == other


@pytest.mark.parametrize("name", EVERY)
@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_and_index_of_rows_change_nothing(name, random):
    rows = simulated(units=12, missing=0.2)
    order = random.sample(range(len(rows)), len(rows))
    shuffled = rows.iloc[order].set_axis([0] * len(rows))
    assert same(EVERY[name](shuffled, *KEYS), EVERY[name](rows, *KEYS))


@pytest.mark.parametrize("name", EVERY)
def test_units_may_be_numbers_text_or_categories(name):
    rows = simulated(units=12, missing=0.2)
    results = [
        EVERY[name](rows.assign(unit=units), *KEYS)
        for units in (rows["unit"].str[1:].astype(int), rows["unit"], rows["unit"].astype("category"))
    ]
    named = "by_unit" if name == "random_slopes" else None
    numbers, text, categories = ([result[named]] if named else [result] for result in results)
    if isinstance(numbers[0], pd.DataFrame):
        numbers, text, categories = (
            [table.drop(columns="unit").to_numpy().tolist()] for (table,) in (numbers, text, categories)
        )
    assert numbers == text == categories


def test_numbers_may_be_of_a_kind_with_its_own_missing_value():
    rows = simulated(missing=0.2)
    nullable = rows.astype({"x": "Float64", "y": "Float64", "time": "Int64"})
    assert within(nullable, *KEYS) == within(rows, *KEYS)
    assert lead_or_lag(nullable, *KEYS, 1) == lead_or_lag(rows, *KEYS, 1)
