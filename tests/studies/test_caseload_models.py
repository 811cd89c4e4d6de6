"""The models of caseload and agency use, on the figures as published."""

import numpy as np
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from analytics.studies.caseload_models import OFFSETS, model_panel, models, rereferral_panel
from analytics.studies.rates import rates_of_year


@pytest.fixture(scope="module")
def every(figures):
    return models(figures, 2025)


@pytest.fixture(scope="module")
def rows(figures):
    return model_panel(figures, 2025)


def test_a_row_is_an_authority_and_year_with_both_figures(rows):
    assert rows[["agency", "caseload_fte"]].notna().all(axis=None)
    assert not rows.duplicated(["area", "period"]).any()
    assert not rows["area"].isin(["928", "201", "420", "314", "940"]).any()
    # Northamptonshire's years go before those of the joint return in its place.
    assert rows.query("area == '940/941'")["period"].tolist() == list(range(2017, 2026))
    bury = rows.query("area == '351' and period == 2019").iloc[0]
    assert bury["agency"] == pytest.approx(1.40)
    assert bury["log_caseload"] == pytest.approx(np.log(1038.0 / 59.1))
    assert bury["log_workforce"] == pytest.approx(np.log(104.6 + 17.0))


def test_the_headline_is_the_regression_with_a_dummy_for_every_authority_and_year(every, rows):
    fit = smf.ols("caseload_fte ~ agency + C(area) + C(period)", rows).fit(
        cov_type="cluster", cov_kwds={"groups": rows["area"].astype("category").cat.codes}
    )
    headline = every.estimates.iloc[0]
    assert headline["key"] == "within"
    assert headline["estimate"] == pytest.approx(fit.params["agency"], abs=1e-8)
    # statsmodels also multiplies by (n - 1) / (n - k); the headline does not (METHODS.md D).
    n, k, groups = fit.nobs, len(fit.params), rows["area"].nunique()
    error = fit.bse["agency"] / np.sqrt((n - 1) / (n - k))
    reach = stats.t.ppf(0.975, groups - 1) * error
    assert headline["upper"] - headline["estimate"] == pytest.approx(reach, rel=1e-3)
    assert headline["areas"] == groups


def test_changes_from_year_to_year_are_regressed_within_years(every, rows):
    before = rows.assign(period=rows["period"] + 1)[["area", "period", "agency", "caseload_fte"]]
    pairs = rows.merge(before, on=["area", "period"], suffixes=("", "_before"))
    x = pairs["agency"] - pairs["agency_before"]
    y = pairs["caseload_fte"] - pairs["caseload_fte_before"]
    x, y = (each - each.groupby(pairs["period"]).transform("mean") for each in (x, y))
    row = every.estimates.set_index("key").loc["first_differences"]
    assert row["n"] == len(pairs)
    assert row["estimate"] == pytest.approx((x * y).sum() / (x**2).sum(), abs=1e-8)


def test_the_models_agree_where_they_must(every):
    rows = every.estimates.set_index("key")
    assert rows.at["bootstrap", "estimate"] == pytest.approx(rows.at["within", "estimate"], abs=1e-12)
    assert (
        rows.at["leave_one_out", "lower"] < rows.at["within", "estimate"] < rows.at["leave_one_out", "upper"]
    )
    assert rows.at["without_2020_21", "n"] < rows.at["within", "n"]
    assert rows.at["trimmed", "n"] < rows.at["within", "n"]
    assert rows.at["random_slopes", "estimate"] == every.mean_slope.estimate
    assert (rows["status"] == "").all()
    assert (rows["lower"] <= rows["estimate"]).all()
    assert (rows["estimate"] <= rows["upper"]).all()


def test_the_parts_of_a_caseload_add_up(every):
    parts = every.parts.set_index("part")["estimate"]
    assert parts["caseload"] == pytest.approx(parts["cases"] - parts["case holders"], abs=1e-9)
    whole = every.estimates.set_index("key").at["log", "estimate"]
    assert parts["caseload"] == pytest.approx(whole, abs=0.05)


def test_timing_pairs_years_that_follow_each_other(every, rows):
    table = every.timing.set_index(["outcome", "offset"])
    held = set(zip(rows["area"], rows["period"], strict=True))
    pairs = sum((area, period - 1) in held for area, period in held)
    assert table.at[("caseload", 0), "estimate"] == every.estimates["estimate"].iloc[0]
    # A pair alone in its authority says nothing within it, and is left out.
    assert pairs - 10 < table.at[("caseload", -1), "n"] <= pairs
    assert table["placebo"].tolist() == [False, False, True, False]
    fit = smf.ols(
        "agency_rate_fte ~ caseload_before + agency_before + C(area) + C(period)",
        rows.merge(
            rows.assign(period=rows["period"] + 1)[
                ["area", "period", "caseload_fte", "agency_rate_fte"]
            ].rename(columns={"caseload_fte": "caseload_before", "agency_rate_fte": "agency_before"}),
            on=["area", "period"],
        ),
    ).fit()
    assert table.at[("agency rate", -1), "estimate"] == pytest.approx(fit.params["caseload_before"], abs=1e-6)


def test_slopes_are_of_every_authority_and_drawn_to_the_mean(every, rows):
    table = every.slopes
    assert set(table["area"]) == set(rows["area"])
    assert table.set_index("area").at["351", "years"] == 9
    assert (table["lower"] < table["slope"]).all()
    few = table[table["years"] <= 3]
    spread = (table["slope"] - every.mean_slope.estimate).abs()
    assert spread[few.index].mean() < spread.drop(few.index).mean()


def test_re_referrals_are_added_up_to_the_area_that_reports_the_workforce(figures):
    table = rereferral_panel(figures, 2025).set_index(["area", "cin_year"])
    year = rates_of_year(figures, "rereferral_percent", 2025)
    both = year.loc[["940", "941"], ["numerator", "denominator"]].sum()
    assert table.at[("940/941", 2025), "rate"] == pytest.approx(100 * both["numerator"] / both["denominator"])
    assert table.at[("940/941", 2025), "referrals"] == both["denominator"]
    # 2022 is the first year of both, and is left out; Northamptonshire's stand before it.
    assert ("940/941", 2022) not in table.index
    assert ("940/941", 2021) in table.index
    assert ("942", 2024) not in table.index
    x, n = 755, 2905
    assert table.at[("351", 2025), "log_odds"] == pytest.approx(np.log((x + 0.5) / (n - x + 0.5)))


def test_outcomes_are_asked_at_every_offset_with_placebos_marked(every, figures, rows):
    table = every.outcomes
    assert table.groupby("offset").size().to_dict() == dict.fromkeys(OFFSETS, 5)
    assert table.groupby("offset")["placebo"].unique().map(list).to_dict() == {
        -1: [True], 0: [True], 1: [False], 2: [False], 3: [False]
    }  # fmt: skip
    cin = rereferral_panel(figures, 2025)
    joined = rows.assign(cin_year=rows["period"] + 1).merge(cin, on=["area", "cin_year"])
    fit = smf.wls("rate ~ agency + C(area) + C(period)", joined, weights=joined["referrals"]).fit()
    weighted = table.query("offset == 1 and model == 'weighted by referrals'").iloc[0]
    assert weighted["estimate"] == pytest.approx(fit.params["agency"], abs=1e-7)


def test_what_cannot_be_fitted_says_why(figures):
    first = models(figures, 2017)
    row = first.estimates.set_index("key").loc["within"]
    assert np.isnan(row["estimate"])
    assert row["status"].startswith("cannot be fitted: ")
    assert first.slopes.empty
    assert first.mean_slope is None
    assert first.outcomes["status"].str.startswith("cannot be fitted").all()
    second = models(figures, 2018)
    assert second.estimates["estimate"].notna().iloc[0]
    assert second.timing.set_index(["outcome", "offset"]).at[("caseload", -1), "status"]


def test_models_are_fitted_once(figures):
    assert models(figures, 2025) is models(figures, 2025)
