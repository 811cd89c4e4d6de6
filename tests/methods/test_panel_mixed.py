"""Models with random intercepts and slopes, against statsmodels' MixedLM and simulated panels."""

import warnings

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import optimize, stats

from analytics.methods.panel import mundlak, random_slopes, within

KEYS = ("unit", "time", "x", "y")
FEW = pd.DataFrame({"unit": list("aabc"), "time": [1, 2, 1, 2], "x": [1, 3, 4, 9], "y": [1, 2, 5, 3]})


def simulated(units=60, times=7, missing=0.15, slopes=0.5, seed=1):
    """Slopes about 1.5 with a spread; units that lie one higher lie two higher in x and three in y."""
    chance = np.random.default_rng(seed)
    rows = pd.MultiIndex.from_product([range(units), range(times)], names=["unit", "time"]).to_frame(
        index=False
    )
    n, high = len(rows), chance.normal(size=units)[rows["unit"]]
    within_units = chance.normal(size=n)
    rows["x"] = 40 + 2 * high + within_units
    own = 1.5 + slopes * chance.normal(size=units)[rows["unit"]]
    rows["y"] = 3 * high + own * within_units + rows["time"] / 3 + chance.normal(size=n)
    rows["y"] += chance.normal(size=units)[rows["unit"]]
    return rows[chance.uniform(size=n) >= missing].sample(frac=1, random_state=seed)


def by_statsmodels(rows, slopes):
    """Fit MixedLM, with a random slope on x about its unit's mean or without."""
    rows = rows.sort_values(["unit", "time"])
    mean = rows.groupby("unit")["x"].transform("mean")
    design = np.column_stack([rows["x"] - 40, mean - 40, pd.get_dummies(rows["time"])]).astype(float)
    random = np.column_stack([np.ones(len(rows)), rows["x"] - mean])[:, : 2 if slopes else 1]
    model = sm.MixedLM(rows["y"].to_numpy(), design, groups=rows["unit"].to_numpy(), exog_re=random)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(reml=True, gtol=1e-8), design, random, rows


def clustered(fit, design, random, rows):
    """Give clustered errors of generalised least squares at fitted variances, by whole matrices."""
    bread, meat = 0.0, 0.0
    covariance = np.asarray(fit.cov_re)
    for unit in rows["unit"].unique():
        own = (rows["unit"] == unit).to_numpy()
        a, z, e = design[own], random[own], (rows["y"].to_numpy() - design @ np.asarray(fit.fe_params))[own]
        inverse = np.linalg.inv(z @ covariance @ z.T + fit.scale * np.eye(own.sum()))
        bread, meat = bread + a.T @ inverse @ a, meat + np.outer(a.T @ inverse @ e, a.T @ inverse @ e)
    units = rows["unit"].nunique()
    sandwich = np.linalg.inv(bread) @ meat @ np.linalg.inv(bread)
    return np.sqrt(units / (units - 1) * np.diag(sandwich))


def test_mundlak_is_within_where_every_unit_has_every_time():
    rows = simulated(missing=0)
    inner, _ = mundlak(rows, *KEYS)
    fixed = within(rows, *KEYS)
    for field in ("estimate", "standard_error", "lower", "upper", "observations", "units"):
        assert getattr(inner, field) == pytest.approx(getattr(fixed, field), rel=1e-9)


def test_mundlak_is_mixedlm_with_clustered_errors():
    rows = simulated()
    found = mundlak(rows, *KEYS)
    fit, *arrays = by_statsmodels(rows, slopes=False)
    errors = clustered(fit, *arrays)
    for place, slope in enumerate(found):
        assert slope.estimate == pytest.approx(fit.fe_params[place], abs=1e-5)
        assert slope.standard_error == pytest.approx(errors[place], abs=1e-5)
        reach = stats.t.ppf(0.975, 59) * errors[place]
        assert slope.upper - slope.estimate == pytest.approx(reach, abs=1e-4)
        assert (slope.observations, slope.units) == (len(rows), 60)
    assert ["within units" in slope.method for slope in found] == [True, True]
    assert "less" in found[1].method


def test_mundlak_tells_within_from_between():
    inner, outer = mundlak(simulated(units=400, slopes=0), *KEYS)
    assert inner.lower < 1.5 < inner.upper
    # Between units y rises by three as x rises by two: 1.5, and within by 1.5; chance means of x within
    # units make the first 3 * 2 / (4 + 1/6) or so, and add 1.5 / 6 over the same.
    assert outer.estimate == pytest.approx((6 + 1.5 / 6) / (4 + 1 / 6) - 1.5, abs=0.1)
    steeper = simulated(units=400, slopes=0).assign(
        y=lambda rows: rows["y"] + 2 * rows.groupby("unit")["x"].transform("mean")
    )
    moved = mundlak(steeper, *KEYS)
    assert moved[0].estimate == pytest.approx(inner.estimate, abs=1e-4)
    assert moved[1].estimate == pytest.approx(outer.estimate + 2, abs=1e-4)


@pytest.mark.parametrize("seed", [1, 2])
def test_random_slopes_are_those_of_mixedlm(seed):
    rows = simulated(seed=seed)
    found = random_slopes(rows, *KEYS)
    fit, *arrays = by_statsmodels(rows, slopes=True)
    assert found.converged
    assert found.mean.estimate == pytest.approx(fit.fe_params[0], abs=1e-5)
    assert found.mean.standard_error == pytest.approx(clustered(fit, *arrays)[0], abs=1e-5)
    assert found.spread == pytest.approx(np.sqrt(np.asarray(fit.cov_re)[1, 1]), abs=1e-4)
    apart = [effect.iloc[1] for effect in fit.random_effects.values()]
    assert found.by_unit["estimate"].tolist() == pytest.approx(fit.fe_params[0] + apart, abs=1e-4)
    deviations = [np.sqrt(np.asarray(covariance)[1, 1]) for covariance in fit.random_effects_cov.values()]
    assert (found.by_unit["upper"] - found.by_unit["estimate"]).tolist() == pytest.approx(
        1.959964 * np.array(deviations), abs=1e-4
    )
    assert (
        found.by_unit["upper"] + found.by_unit["lower"] - 2 * found.by_unit["estimate"]
    ).abs().max() < 1e-9
    ratio = 2 * (fit.llf - by_statsmodels(rows, slopes=False)[0].llf)
    assert found.likelihood_ratio == pytest.approx(ratio, abs=1e-4)
    # Half a chi-squared of one and half one of two degrees of freedom.
    p_value = (stats.chi2.sf(ratio, 1) + np.exp(-ratio / 2)) / 2
    assert found.p_value == pytest.approx(p_value, rel=1e-4)


def test_a_known_spread_of_slopes_is_recovered():
    rows = simulated(units=500, times=10, slopes=0.4)
    found = random_slopes(rows, *KEYS)
    assert found.mean.lower < 1.5 < found.mean.upper
    assert found.spread == pytest.approx(0.4, abs=0.04)
    assert found.p_value < 1e-10
    # About 95 in 100 units have their own slope within their limits.
    chance = np.random.default_rng(1)
    chance.normal(size=500), chance.normal(size=5000)
    own = 1.5 + 0.4 * chance.normal(size=500)
    covered = (found.by_unit["lower"] < own) & (own < found.by_unit["upper"])
    assert covered.mean() == pytest.approx(0.95, abs=0.03)
    # Drawn towards the mean, they lie closer together than the slopes themselves.
    assert found.by_unit["estimate"].std() < 0.4


def test_one_slope_for_all_is_not_told_from_slopes_that_differ_by_chance():
    found = [random_slopes(simulated(units=40, slopes=0, seed=seed), *KEYS) for seed in range(1, 9)]
    assert min(each.p_value for each in found) > 0.01
    assert max(each.p_value for each in found) > 0.5
    assert min(each.likelihood_ratio for each in found) >= 0
    assert max(each.spread for each in found) < 0.3


def test_a_unit_of_one_row_tells_least_of_its_slope():
    rows = pd.concat([simulated(), pd.DataFrame({"unit": [-5], "time": [2], "x": [42.0], "y": [4.0]})])
    found = random_slopes(rows.rename(columns={"unit": "who"}), "who", "time", "x", "y")
    assert list(found.by_unit) == ["who", "estimate", "lower", "upper"]
    assert len(found.by_unit) == found.mean.units == 61
    reach = (found.by_unit["upper"] - found.by_unit["estimate"]).set_axis(found.by_unit["who"])
    assert reach.idxmax() == -5
    # Its intercept says a little of its slope, as the two are correlated.
    assert 0.9 < reach[-5] / (1.959964 * found.spread) <= 1


def test_a_search_without_end_says_so(monkeypatch):
    search = optimize.minimize

    def hurried(*given, options, **others):
        return search(*given, options=options | {"maxiter": 5}, **others)

    monkeypatch.setattr(optimize, "minimize", hurried)
    found = random_slopes(simulated(), *KEYS)
    assert not found.converged
    assert found.method.endswith("did not converge")
    assert "did not converge" in found.mean.method
    assert "did not converge" in mundlak(simulated(), *KEYS)[0].method


def test_what_x_and_y_are_measured_in_is_no_matter():
    rows = simulated()
    large = rows.assign(x=2020 + rows["x"] / 1e3, y=rows["y"] * 1e6 - 5e7)
    for found, scaled in zip(mundlak(rows, *KEYS), mundlak(large, *KEYS), strict=True):
        assert (scaled.estimate, scaled.standard_error) == pytest.approx(
            (found.estimate * 1e9, found.standard_error * 1e9), rel=1e-6
        )
    found, scaled = random_slopes(rows, *KEYS), random_slopes(large, *KEYS)
    assert scaled.spread == pytest.approx(found.spread * 1e9, rel=1e-4)
    assert scaled.likelihood_ratio == pytest.approx(found.likelihood_ratio, abs=1e-5)
    assert scaled.by_unit["lower"].tolist() == pytest.approx(
        (found.by_unit["lower"] * 1e9).tolist(), rel=1e-4
    )


@pytest.mark.parametrize("model", [mundlak, random_slopes])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[rows["unit"] < 2], "at least three units; there are 2"),
        (lambda rows: rows.assign(x=rows["unit"] / 3), "vary within units and between"),
        (lambda rows: rows.assign(x=rows["time"] / 3), "vary within units and between"),
        (
            lambda rows: rows.assign(x=(rows["unit"] + rows["time"]) % 7 + 0.1),
            "vary within units and between",
        ),
        (lambda rows: rows.assign(x=0.1), "vary within units and between"),
        (lambda rows: rows[rows["time"] == rows["unit"]], "vary within units and between"),
        # Four rows, two times, and x and its mean.
        (lambda rows: FEW, "more rows than there are times"),
        (lambda rows: rows.assign(y=7.3), "off the line within units"),
        (
            lambda rows: rows.assign(y=2 * rows["x"] + rows["unit"] ** 2 - rows["time"]),
            "off the line within units",
        ),
        (lambda rows: pd.concat([rows, rows]), "here are two"),
    ],
)
def test_panels_without_two_slopes_are_refused(model, change, said):
    with pytest.raises(ValueError, match=said):
        model(change(simulated(missing=0)), *KEYS)
