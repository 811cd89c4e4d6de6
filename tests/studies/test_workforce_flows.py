"""The workforce from one year to the next: flows by hand, rates, the answer of agency, the simulation."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from analytics.methods.stockflow import Conversions
from analytics.studies.workforce.panel import MEASURES, workforce_panel, yearly_flows
from analytics.studies.workforce.response import RESPONSE, cover_response, responses
from analytics.studies.workforce.structure import (
    RECENT,
    Rates,
    every_path,
    shrunk_rates,
    simulated,
    structural_forecast,
    structure,
)
from analytics.studies.workforce.tables import CHECK, passes, residual_check


@pytest.fixture(scope="module")
def panel(figures):
    return workforce_panel(figures, 2025)


@pytest.fixture(scope="module")
def flows(panel):
    return yearly_flows(panel)


# --- the panel


def test_burys_flows_are_those_of_the_published_figures(flows):
    row = flows[(flows["area"] == "351") & (flows["period"] == 2023)].iloc[0]
    # In post, agency and vacant FTE of 2022 and 2023, starters and leavers of 2023, as published.
    stock, agency, vacant = (103.8, 111.9), (39.4, 58.4), (95.5, 49.6)
    assert row["stock"] == pytest.approx(stock[1] - stock[0])
    assert row["cover"] == pytest.approx(agency[1] - agency[0])
    assert row["places"] == pytest.approx(stock[1] + vacant[1] - stock[0] - vacant[0])
    assert row["mean_stock"] == pytest.approx((stock[0] + stock[1]) / 2)
    assert row["size"] == pytest.approx(stock[1] + agency[1])
    assert (row["starters"], row["leavers"]) == (28.3, 19.2)
    assert row["closure"] == pytest.approx(8.1 - 28.3 + 19.2)
    assert row["region"] == "E12000002"


def test_the_panel_holds_what_was_published(figures, panel):
    row = panel[(panel["area"] == "351") & (panel["period"] == 2025)].iloc[0]
    published = figures.table[(figures.table["area"] == "351") & (figures.table["period"] == 2025)]
    published = published.astype({"measure": str}).set_index("measure")["value"]
    assert row[MEASURES].tolist() == published[MEASURES].tolist()
    assert row["agency_rate_fte"] == 24.2


def test_closure_is_what_starters_and_leavers_leave_of_the_change(flows):
    rebuilt = flows["starters"] - flows["leavers"] + flows["closure"]
    known = rebuilt.notna()
    assert known.mean() > 0.95
    assert rebuilt[known].to_numpy() == pytest.approx(flows.loc[known, "stock"].to_numpy(), abs=1e-9)
    # It is not zero in published data, which is why it is carried as noise.
    assert flows["closure"].abs().median() > 0.5


def test_a_change_is_of_two_years_that_follow_each_other(panel, flows):
    held = set(zip(panel["area"], panel["period"], strict=True))
    wanted = {(area, year) for area, year in held if (area, year - 1) in held}
    found = list(zip(flows["area"], flows["period"], strict=True))
    assert set(found) == wanted
    assert len(found) == len(wanted)


def test_a_joint_return_is_one_unit_and_the_smallest_are_out(panel):
    areas = set(panel["area"])
    assert {"314/318", "940/941"} <= areas
    assert not areas & {"314", "318", "940", "941", "201", "420"}
    assert not areas & {"E92000001", "E12000002"}
    assert not panel.duplicated(["area", "period"]).any()


def test_northamptonshire_goes_on_as_the_joint_return_in_its_place(figures, panel, flows):
    assert "928" not in set(panel["area"])
    own = panel[panel["area"] == "940/941"]
    assert own["period"].tolist() == list(range(2017, 2026))
    before = figures.wide.loc[("928", 2020), "inpost_fte"]
    after = figures.wide.loc[("940/941", 2021), "inpost_fte"]
    change = flows[(flows["area"] == "940/941") & (flows["period"] == 2021)]["stock"]
    assert change.tolist() == [pytest.approx(after - before)]


def test_those_whose_area_changed_are_not_joined(panel, flows):
    ends = panel.groupby("area")["period"].agg(["min", "max"])
    assert ends.loc["909"].tolist() == [2017, 2022]  # Cumbria
    assert ends.loc["942"].tolist() == [2023, 2025]  # Cumberland
    assert not ((flows["area"] == "942") & (flows["period"] == 2023)).any()
    assert ends.loc["838", "min"] == 2019  # Dorset without Christchurch


@pytest.mark.parametrize("year", range(2017, 2026))
def test_no_panel_knows_a_figure_after_its_year(figures, year):
    known = workforce_panel(figures, year)
    assert (known["period"].min(), known["period"].max()) == (2017, year)
    assert known[["inpost_fte", "size", "region"]].notna().all(axis=None)
    assert known.equals(known.sort_values(["area", "period"], ignore_index=True))


def test_a_year_has_the_figures_of_its_own_release(figures):
    # Sunderland's leavers of 2024: 2.0 in the release of 2024, withdrawn in that of 2025.
    def told(year):
        rows = workforce_panel(figures, year).set_index(["area", "period"])
        return rows.at[("394", 2024), "leavers_fte"]

    assert told(2024) == 2.0
    assert np.isnan(told(2025))


@pytest.mark.parametrize("year", [2023, 2024])
def test_a_release_that_is_held_is_the_only_one_used(figures, year):
    earlier = figures.earlier.copy()
    earlier.loc[earlier["release"] == str(year), "value"] += 1000
    other = dataclasses.replace(figures)
    other.__dict__["earlier"] = earlier
    rows = workforce_panel(other, year)["inpost_fte"]
    assert rows.to_numpy() == pytest.approx(workforce_panel(figures, year)["inpost_fte"] + 1000)
    for unmoved in (2022, 4047 - year, 2025):
        assert workforce_panel(other, unmoved).equals(workforce_panel(figures, unmoved))


def test_size_leaves_out_agency_workers_that_are_not_published(panel):
    # Kensington and Chelsea, 2024.
    own = panel[(panel["area"] == "207") & (panel["period"] == 2024)].iloc[0]
    assert np.isnan(own["agency_fte"])
    assert own["size"] == own["inpost_fte"] == 182.9


# --- rates


def small(*rows):
    """Give flows of one region from (area, period, leavers, mean stock)."""
    table = pd.DataFrame(rows, columns=["area", "period", "leavers", "mean_stock"])
    return table.assign(region="r", leavers=table["leavers"].astype(float))


TWO = (("a", 2018, 6, 100), ("a", 2019, 14, 100), ("b", 2018, 24, 100), ("b", 2019, 36, 100))


def test_rates_of_two_areas_by_hand():
    found = shrunk_rates(small(*TWO), "leavers")
    # Own rates 0.1 and 0.3, together 0.2; foreseen 10 and 30 a year. Pearson's sum
    # 2 * 16 / 10 + 2 * 36 / 30 = 5.6 over 4 - 2 changes to spare.
    assert found.overdispersion == pytest.approx(2.8)
    # Between areas 0.1² less that of counts, 2.8 * 0.2 / 200.
    between = 0.01 - 0.0028
    for area, leavers in (("a", 20), ("b", 60)):
        shape, rate = 0.2**2 / between + leavers / 2.8, 0.2 / between + 200 / 2.8
        assert (found.shape[area], found.rate[area]) == pytest.approx((shape, rate))
        assert found.mean(area) == pytest.approx(shape / rate)
    assert found.mean("a") == pytest.approx(0.128)


def test_an_area_whose_years_are_long_past_has_its_regions_mean():
    recent = [(area, year + RECENT, *rest) for area, year, *rest in TWO]
    found = shrunk_rates(small(*recent, ("c", 2018, 10, 100), ("c", 2019, 30, 100)), "leavers")
    # 20 + 60 + 40 leavers among 600: its own years are in the region's mean and nowhere else.
    assert found.mean("c") == pytest.approx(120 / 600)
    assert found.mean("a") < found.mean("c") < found.mean("b")


def test_only_the_last_three_years_are_leaned_on():
    def told(first):
        years = [("a", year, first if year < 2023 else 20, 100) for year in range(2020, 2026)]
        return shrunk_rates(small(*years, *(("b", year, 30, 100) for year in range(2020, 2026))), "leavers")

    # Years before 2023 change the region's mean and what is left within areas, not what area a leans on.
    for first in (20, 26):
        found = told(first)
        pooled = (3 * first + 60 + 180) / 1200
        weight = found.rate["a"] - 300 / found.overdispersion
        assert found.mean("a") == pytest.approx(
            (pooled * weight + 60 / found.overdispersion) / found.rate["a"]
        )


def test_the_more_exposure_the_nearer_to_its_own_rate():
    pairs = [
        (area, year, (0.3 + wave) * stock, stock)
        for area, stock in (("small", 20), ("middling", 100), ("large", 500))
        for year, wave in ((2018, -0.02), (2019, 0.02))
    ]
    low = [("low", 2018, 90, 1000), ("low", 2019, 110, 1000)]
    found = shrunk_rates(small(*pairs, *low), "leavers")
    means = [found.mean(area) for area in ("small", "middling", "large")]
    overall = (0.3 * 2 * 620 + 200) / (2 * 620 + 2000)
    assert overall < means[0] < means[1] < means[2] < 0.3


def test_rates_do_not_depend_on_the_order_of_rows(flows):
    one = shrunk_rates(flows, "leavers")
    other = shrunk_rates(flows.sample(frac=1, random_state=3), "leavers")
    assert other.overdispersion == pytest.approx(one.overdispersion)
    pd.testing.assert_series_equal(other.shape.sort_index(), one.shape.sort_index())
    pd.testing.assert_series_equal(other.rate.sort_index(), one.rate.sort_index())


@pytest.mark.parametrize("events", ["leavers", "starters"])
def test_every_authoritys_rate_lies_between_its_own_and_its_regions(flows, events):
    found = shrunk_rates(flows, events)
    known = flows.dropna(subset=[events])
    recent = known[known["period"] > 2025 - RECENT].groupby("area")[[events, "mean_stock"]].sum()
    region = known.groupby("region")[[events, "mean_stock"]].sum()
    pooled = known.groupby("area")["region"].first().map(region[events] / region["mean_stock"])
    own, mean = recent[events] / recent["mean_stock"], (found.shape / found.rate)[recent.index]
    low, high = np.minimum(own, pooled[recent.index]), np.maximum(own, pooled[recent.index])
    assert ((mean >= low - 1e-12) & (mean <= high + 1e-12)).all()
    assert found.overdispersion > 1


# --- the answer of agency


@pytest.mark.parametrize("posts", [True, False])
def test_the_response_is_least_squares_with_years_and_clustered_errors(flows, posts):
    slope, places, around = cover_response(flows, posts=posts)
    known = flows.dropna(subset=["cover", "stock", *(["places"] if posts else [])]).assign(
        less=lambda rows: -rows["stock"]
    )
    fit = smf.ols(f"cover ~ less + C(period){' + places' if posts else ''}", known).fit(
        cov_type="cluster", cov_kwds={"groups": known["area"].astype("category").cat.codes}, use_t=True
    )
    assert slope.estimate == pytest.approx(fit.params["less"], abs=1e-8)
    assert slope.standard_error == pytest.approx(fit.bse["less"], abs=1e-8)
    assert (slope.lower, slope.upper) == pytest.approx(tuple(fit.conf_int().loc["less"]), abs=1e-7)
    assert slope.observations == len(known)
    assert slope.units == known["area"].nunique()
    names = ["less", "places"] if posts else ["less"]
    assert places == pytest.approx(fit.params["places"] if posts else 0.0, abs=1e-8)
    assert around == pytest.approx(fit.cov_params().loc[names, names].to_numpy(), abs=1e-8)


def test_agency_falls_by_less_than_one_for_each_more_in_post(flows):
    slope, places, _ = cover_response(flows)
    assert 0 < slope.lower < slope.upper < 1, f"{slope.lower:.3f} to {slope.upper:.3f}"
    assert 0 < places < 1


def test_the_response_is_asked_in_five_ways(figures, flows):
    table = responses(figures, 2025).set_index("model")
    assert [table.index.name, *table] == RESPONSE
    assert (table["status"] == "").all()
    assert table["estimate"].iloc[0] == cover_response(flows)[0].estimate
    assert table["estimate"].iloc[1] == cover_response(flows, posts=False)[0].estimate
    known = flows.dropna(subset=["cover", "stock", "places"])
    calm = known[~known["period"].isin([2020, 2021])]
    assert table.at["Without 2020 and 2021", "n"] == len(calm)
    assert table.at["Without 2020 and 2021", "estimate"] == cover_response(calm)[0].estimate


def test_two_years_are_one_change_of_two_years(figures, panel):
    held = panel.assign(places=panel["inpost_fte"] + panel["vacancy_fte"]).set_index(["area", "period"])
    held = held[["inpost_fte", "places", "agency_fte"]].dropna()
    three = [
        (area, year)
        for area, year in held.index
        if (area, year - 1) in held.index and (area, year - 2) in held.index
    ]
    before = [(area, year - 2) for area, year in three]
    apart = held.loc[three].reset_index()
    apart[held.columns] -= held.loc[before].to_numpy()
    fit = smf.ols("agency_fte ~ inpost_fte + places + C(period)", apart).fit()
    row = responses(figures, 2025).set_index("model").loc["Over two years"]
    assert row["n"] == len(apart)
    assert row["estimate"] == pytest.approx(-fit.params["inpost_fte"], abs=1e-8)


def test_much_agency_is_the_highest_quarter_of_the_year_before(figures, panel, flows):
    rates = panel.set_index(["area", "period"])["agency_rate_fte"]
    before = [
        rates.get((area, year - 1), np.nan) for area, year in zip(flows["area"], flows["period"], strict=True)
    ]
    high = flows[np.array(before) >= np.nanquantile(before, 0.75)]
    row = responses(figures, 2025).set_index("model").loc["Where agency use was high"]
    assert row["estimate"] == pytest.approx(cover_response(high)[0].estimate, abs=1e-12)


def test_too_few_changes_have_a_row_that_says_so(figures, flows):
    with pytest.raises(ValueError, match="49 changes are too few"):
        cover_response(flows.dropna().head(49))
    first = responses(figures, 2018).set_index("model")
    assert first.at["Over two years", "status"] == "not fitted: 0 changes are too few for a response"
    assert np.isnan(first.at["Over two years", "estimate"])
    # One year of changes is enough for the headline: 149 authorities, less those created or unpublished.
    assert first["n"].iloc[0] > 140
    assert responses(figures, 2017)["status"].str.startswith("not fitted").all()


# --- the structure


@pytest.fixture(scope="module")
def fit(figures):
    return structure(figures, 2025)


def test_the_structure_starts_from_the_figures_of_its_year(fit, panel):
    assert fit.start.at["351", "inpost_fte"] == 150.1
    assert (fit.start["period"] == 2025).all()
    # Kensington and Chelsea's workforce of 2025 is not published.
    assert "207" not in fit.start.index
    assert fit.start.index.is_unique
    assert fit.years == (2018, 2025)
    moved = [
        np.log(rows["cases"]).diff() for _, rows in panel[panel["cases"] > 0].groupby("area", sort=False)
    ]
    high, low = np.nanquantile(np.concatenate(moved), [0.75, 0.25])
    # Between quartiles a normal distribution has 1.349 standard deviations.
    assert fit.work_sd == pytest.approx((high - low) / 1.349, rel=0.01)


def test_a_newcomer_without_a_change_has_its_regions_rates(figures, flows):
    # Cumberland was there for the first time in September 2023.
    fit = structure(figures, 2023)
    assert "942" in fit.start.index
    known = yearly_flows(workforce_panel(figures, 2023)).dropna(subset=["leavers", "mean_stock"])
    assert "942" not in set(known["area"])
    region = known[known["region"] == figures.register.at["942", "region"]]
    assert fit.leaving.mean("942") == pytest.approx(region["leavers"].sum() / region["mean_stock"].sum())
    # What is known of others does not change for it.
    alone = shrunk_rates(known, "leavers")
    assert fit.leaving.shape["351"] == pytest.approx(alone.shape["351"])


def test_shocks_are_what_the_fits_leave_of_one_authority_and_year(fit):
    # Bury, 2023: posts 37.8 fewer, agency 19.0 more, in post 8.1 more, of which -1.0 are unexplained.
    root = np.sqrt(111.9 + 58.4)
    beyond = (19.0 + fit.response.estimate * 8.1 - fit.places * -37.8) / root
    row = fit.shocks[np.isclose(fit.shocks[:, 2], beyond, atol=1e-9)]
    assert row.shape == (1, 3)
    assert row[0, 1] == pytest.approx(-37.8 / root)
    part = row[0, 0] * root / -1.0
    assert 0 <= part <= 1
    # Bury, 2024: 6.2 unexplained, and the same part of it.
    wide = fit.shocks[np.isclose(fit.shocks[:, 1], 14.4 / np.sqrt(175.8), atol=1e-9)]
    assert np.isclose(wide[:, 0] * np.sqrt(175.8), part * 6.2, atol=1e-9).any()


def test_chance_is_not_counted_twice_in_what_is_unexplained(fit, flows):
    known = flows.dropna(subset=["stock", "places", "cover", "closure"])
    whole = chance = closure = 0.0
    for row in known.to_dict("records"):
        came, went = (each.mean(row["area"]) * row["mean_stock"] for each in (fit.starting, fit.leaving))
        whole += (row["stock"] - came + went) ** 2 / row["size"]
        # Counts vary by their overdispersion times their mean.
        chance += fit.starting.overdispersion * came / row["size"]
        chance += fit.leaving.overdispersion * went / row["size"]
        closure += row["closure"] ** 2 / row["size"]
    assert len(fit.shocks) == len(known)
    assert np.sum(fit.shocks[:, 0] ** 2) == pytest.approx(whole - chance)
    assert 0 < whole - chance < closure


def test_one_year_is_too_little_for_a_structure(figures):
    with pytest.raises(ValueError, match="0 changes are too few"):
        structure(figures, 2017)


# --- the simulation


def still(fit, leaving=0.0, starting=0.0):
    """Give a fit in which nothing moves but those who leave and start, at rates that are certain."""

    def rates(rate):
        # A gamma distribution of so large a shape is its mean.
        shape = pd.Series(1e12 * rate, index=fit.start.index)
        return Rates(shape=shape, rate=pd.Series(1e12, index=fit.start.index), overdispersion=1.0)

    return dataclasses.replace(
        fit,
        leaving=rates(leaving),
        starting=rates(starting),
        shocks=np.zeros((1, 3)),
        around=np.zeros((2, 2)),
        work_sd=0.0,
    )


def test_without_flows_nothing_changes(fit):
    paths = simulated(still(fit), ["351", "383"], 24, draws=10, seed=1)
    for values, name in ((paths.stock, "inpost_fte"), (paths.cover, "agency_fte"), (paths.work, "cases")):
        assert values.shape == (2, 25, 10)
        start = fit.start.loc[["351", "383"], name].to_numpy()[:, None, None]
        assert values == pytest.approx(np.broadcast_to(start, values.shape), rel=1e-12)
    assert paths.load[0] == pytest.approx(np.full((25, 10), 1515.0 / 102.0), rel=1e-9)


def test_the_mean_stock_is_that_of_the_formula(fit):
    start = fit.start.copy()
    start.loc["351", "inpost_fte"] = 100.0
    moving = dataclasses.replace(still(fit, -np.log(0.8), 0.12), start=start)
    stock = simulated(moving, ["351"], 12, draws=40_000, seed=5).stock[0, 12]
    # I0 = 100, h = 1 - 0.8^(1/12), one starter a month: METHODS.md E.
    assert stock.mean() == pytest.approx(90.8557, abs=4 * stock.std() / 200)


def test_agency_answers_as_fitted_and_as_told(fit):
    moving = still(fit, leaving=0.2)
    for answer, expected in ((None, fit.response.estimate), (np.full(50, 1.0), 1.0)):
        paths = simulated(moving, ["351"], 12, draws=50, seed=2, answer=answer)
        gone = paths.stock[0, 0] - paths.stock[0]
        assert paths.cover[0] - 48.0 == pytest.approx(expected * gone, abs=1e-9)


def test_posts_grow_by_a_share_of_themselves_in_a_year(fit):
    paths = simulated(still(fit), ["351"], 12, draws=3, seed=2, posts=0.05)
    assert paths.places[0, 12] == pytest.approx(np.full(3, 1.05 * (150.1 + 51.2)))
    assert paths.cover[0, 12] == pytest.approx(48.0 + fit.places * 0.05 * 201.3)


def test_a_conversion_leaves_the_total_as_it_is(fit):
    paths = simulated(still(fit), ["351"], 12, draws=3, seed=2, conversions=Conversions(number=1.0))
    assert paths.stock[0, 12] == pytest.approx(162.1)
    assert paths.stock[0] + paths.cover[0] == pytest.approx(np.full((13, 3), 198.1))


def test_the_same_seed_draws_the_same(fit):
    one, same, other = (simulated(fit, ["351"], 18, draws=40, seed=seed) for seed in (4, 4, 5))
    for name in ("stock", "cover", "places", "work"):
        assert np.array_equal(getattr(one, name), getattr(same, name))
        assert not np.array_equal(getattr(one, name), getattr(other, name))
        assert getattr(one, name).shape == (1, 19, 40)


def test_simulated_paths_are_finite_and_not_below_nothing(figures):
    areas, paths = every_path(figures, 2025)
    for name in ("stock", "cover", "places"):
        values = getattr(paths, name)
        assert len(values) == len(areas)
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    told = structural_forecast(figures, 2025, 2, "agency_rate_fte")
    centre, quantiles = told.of(pd.Series(["383", "351"]))
    place = areas.get_loc("351")
    assert centre[1] == pytest.approx(np.median(100 * paths.cover_share[place, 24]))
    assert quantiles[1].tolist() == sorted(100 * paths.cover_share[place, 24])


# --- the check of the simulation


@pytest.fixture(scope="module")
def check(figures):
    return residual_check(figures, 2025)


@pytest.mark.parametrize(
    ("measure", "path", "parts"),
    [
        ("change in social workers in post", "stock", ["inpost_fte"]),
        ("change in agency workers", "cover", ["agency_fte"]),
        ("change in posts", "places", ["inpost_fte", "vacancy_fte"]),
    ],
)
def test_coverage_by_hand_at_one_origin(figures, check, measure, path, parts):
    areas, paths = every_path(figures, 2023)
    held = {50: [], 80: [], 95: []}
    for place, area in enumerate(areas):
        if (area, 2024) not in figures.wide.index:
            continue
        values = getattr(paths, path)[place]
        moved = values[12] - values[0]
        after = figures.wide.loc[(area, 2024), parts].sum(skipna=False)
        if np.isnan(after):
            continue
        for level in held:
            low, high = np.percentile(moved, [50 - level / 2, 50 + level / 2])
            held[level].append(low <= after - values[0, 0] <= high)
    row = check[(check["measure"] == measure) & (check["origin"] == "2023")].iloc[0]
    assert row["n"] == len(held[80]) > 140
    for level, inside in held.items():
        assert row[f"coverage_{level}"] == pytest.approx(100 * np.mean(inside), abs=1e-9)


def test_simulated_changes_hold_published_ones_nearly_as_often_as_they_should(check):
    overall = check[check["origin"] == "all"].set_index("measure")
    told = overall[["coverage_50", "coverage_80", "coverage_95"]].round(1).to_dict("index")
    assert len(overall) == 3
    assert overall["coverage_80"].sub(80).abs().max() <= 5, told
    assert overall["coverage_95"].sub(95).abs().max() <= 5, told
    assert overall["coverage_50"].sub(50).abs().max() <= 8, told
    assert passes(check)


def test_the_check_over_all_origins_is_the_mean_of_each_weighted_by_authorities(check):
    for name, rows in check.groupby("measure"):
        each, whole = rows[rows["origin"] != "all"], rows[rows["origin"] == "all"].iloc[0]
        assert each["origin"].tolist() == [str(year) for year in range(2019, 2025)]
        assert whole["n"] == each["n"].sum()
        weighted = np.average(each["coverage_80"], weights=each["n"])
        assert whole["coverage_80"] == pytest.approx(weighted), name


def test_the_check_knows_no_outcome_after_its_year(figures):
    assert residual_check(figures, 2019).empty
    assert list(residual_check(figures, 2019)) == CHECK
    assert set(residual_check(figures, 2021)["origin"]) == {"all", "2019", "2020"}
    assert not passes(residual_check(figures, 2019))


@pytest.mark.parametrize(("coverage", "passed"), [(85.0, True), (85.1, False), (75.0, True), (74.9, False)])
def test_a_check_passes_within_five_points(coverage, passed):
    rows = [("a", "all", 100, 50.0, coverage, 95.0, ""), ("a", "2019", 100, 0.0, 0.0, 0.0, "")]
    assert passes(pd.DataFrame(rows, columns=CHECK)) == passed
