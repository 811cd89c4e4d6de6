"""The record of the forecast: what each origin knew, what was scored, and whether no change is beaten."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analytics.releases import of_workforce
from analytics.studies.workforce.backtest import (
    BACKTEST,
    NOT_PLAIN,
    ORIGINS,
    RIVAL,
    TITLES,
    backtest,
)
from analytics.studies.workforce.forecasts import BOUNDS, forecast, forecast_cases
from analytics.studies.workforce.structure import structural_forecast

KEYS = ["measure", "horizon", "model"]
PAIRS = [(name, horizon) for name in BOUNDS for horizon in (1, 2)]


@pytest.fixture(scope="module")
def record(figures):
    return backtest(figures, 2025)


@pytest.fixture(scope="module")
def early(figures):
    return backtest(figures, 2020)


@pytest.fixture(scope="module")
def table(record):
    return record.table.set_index(KEYS)


# --- what a forecast knows


def spoilt(figures, origin):
    """Give figures of which all that was not published by an origin is nonsense, and others with them."""
    table, earlier = figures.table.copy(), figures.earlier.copy()
    chance = np.random.default_rng(7)
    held = str(origin) in set(earlier["release"].astype(str))
    # Where the year's own release is held, no figure of another one may matter, of whatever year.
    late = of_workforce(table) & (held | (table["period"] > origin))
    table.loc[late, "value"] = chance.uniform(1, 5000, late.sum())
    others = earlier["release"] != str(origin)
    earlier.loc[others, "value"] = chance.uniform(1, 5000, others.sum())
    other = dataclasses.replace(figures, table=table)
    other.__dict__["earlier"] = earlier
    assert late.sum() > 5000
    return other


def test_a_forecast_knows_nothing_but_the_release_of_its_year(figures):
    other = spoilt(figures, 2023)
    for name, horizon in PAIRS:
        one, two = (forecast(each, 2023, name, horizon) for each in (figures, other))
        assert one.areas.equals(two.areas)
        assert np.array_equal(one.told.centre, two.told.centre)
        assert np.array_equal(one.told.quantiles, two.told.quantiles)
        one, two = (structural_forecast(each, 2023, horizon, name) for each in (figures, other))
        assert np.array_equal(one.quantiles, two.quantiles)


def test_no_model_of_the_record_knows_what_came_of_it(figures, early):
    other = backtest(spoilt(figures, 2019), 2020).pairs
    keys = [*KEYS, "origin", "area"]
    both = early.pairs.merge(other, on=keys, suffixes=("", "_spoilt"))
    assert len(both) == len(early.pairs)
    assert (both["outcome_spoilt"] != both["outcome"]).mean() > 0.99
    for known in ("centre", "naive"):
        assert np.array_equal(both[known], both[f"{known}_spoilt"], equal_nan=True), known


def test_a_forecast_does_know_the_figures_of_its_year(figures):
    table = figures.table.copy()
    own = (table["area"] == "351") & (table["measure"] == "agency_rate_fte") & (table["period"] == 2020)
    table.loc[own, "value"] += 10
    other = dataclasses.replace(figures, table=table)
    place = forecast(figures, 2020, "agency_rate_fte", 1).areas.get_loc("351")
    one, two = (forecast(each, 2020, "agency_rate_fte", 1).told.centre[place] for each in (figures, other))
    assert 0 < two - one < 10


def test_cases_have_an_outcome_only_where_it_was_published_by_the_year(figures):
    cases = forecast_cases(figures, 2022, "agency_rate_fte", 2)
    assert cases.loc[cases["target"].notna(), "time"].max() == 2020
    assert cases["time"].max() == 2022
    row = cases[(cases["unit"] == "351") & (cases["time"] == 2020)].iloc[0]
    # Bury's agency rates of 2017 to 2022 as published.
    assert (row["last"], row["target"]) == (23.1, 27.5)
    assert row["own"] == pytest.approx((5.6 + 15.0 + 14.0 + 23.1) / 4)
    assert row["size"] == pytest.approx(113.5 + 34.0)
    assert (row["vacancy_rate_fte"], row["turnover_rate_fte"]) == (20.4, 8.8)


def test_there_is_no_forecast_over_more_years_than_were_published(figures):
    # 2017 to 2019: one change of two years, none of three.
    assert forecast(figures, 2019, "agency_rate_fte", 2).told.cases > 140
    assert forecast(figures, 2019, "agency_rate_fte", 3) is None
    assert forecast(figures, 2017, "agency_rate_fte", 1) is None


def test_forecasts_stay_within_what_can_be(figures):
    for year in (2019, 2025):
        for name, (low, high) in BOUNDS.items():
            told = forecast(figures, year, name, 2).told
            assert (told.quantiles >= low).all()
            assert (told.quantiles <= high).all()
            assert (np.diff(told.quantiles, axis=1) >= 0).all()
            assert sum(told.weights.values()) == pytest.approx(1)


# --- what is scored


def test_the_columns_and_models_are_those_promised(record):
    assert list(record.table) == BACKTEST
    assert list(record.origins) == ORIGINS
    assert list(record.rivals) == RIVAL
    for _, rows in record.table.groupby(["measure", "horizon"]):
        assert rows["model"].tolist() == list(TITLES)
        assert rows["title"].tolist() == list(TITLES.values())
    assert (record.table["ours"] == (record.table["model"] == "combined")).all()
    assert record.table.drop(columns="status").notna().all(axis=None)


def test_every_model_is_scored_on_the_same_pairs(record):
    for key, rows in record.pairs.groupby(["measure", "horizon"]):
        places = {
            model: own[["origin", "area", "outcome", "naive"]].reset_index(drop=True)
            for model, own in rows.groupby("model")
        }
        assert set(places) == set(TITLES)
        for model, own in places.items():
            pd.testing.assert_frame_equal(own, places["persistence"], obj=f"{key}, {model}")
        assert not places["combined"].duplicated(["origin", "area"]).any()


def test_a_pair_is_an_authority_with_a_figure_at_both_ends_under_one_code(figures, record):
    pairs = record.pairs[record.pairs["model"] == "persistence"]
    starts, ends = (pairs["origin"].to_numpy() + by * pairs["horizon"].to_numpy() for by in (0, 1))
    for name, own in pairs.groupby("measure"):
        rows = pairs["measure"] == name
        published = figures.wide[name]
        # Northamptonshire's figures to 2020 stand before those of the joint return in its place.
        chained = [("928" if area == "940/941" and year < 2021 else area, year)
                   for area, year in zip(own["area"], starts[rows], strict=True)]  # fmt: skip
        assert own["centre"].tolist() == published.reindex(chained).tolist()
        chained = [("928" if area == "940/941" and year < 2021 else area, year)
                   for area, year in zip(own["area"], ends[rows], strict=True)]  # fmt: skip
        assert own["outcome"].tolist() == published.reindex(chained).tolist()
        assert own["outcome"].notna().all()


def test_whoever_changed_between_is_in_no_pair(record):
    pairs = record.pairs.assign(end=record.pairs["origin"] + record.pairs["horizon"])
    for area, last in (("909", 2022), ("835", 2018), ("837", 2018)):
        assert (pairs.loc[pairs["area"] == area, "end"] <= last).all(), area
    assert pairs.loc[pairs["area"] == "909", "end"].max() == 2022  # Cumbria until it was abolished
    for area, first in (("942", 2023), ("943", 2023), ("838", 2019)):
        assert (pairs.loc[pairs["area"] == area, "origin"] >= first).all(), area
    assert not pairs["area"].isin(["201", "420", "928", "940", "941", "314", "318"]).any()
    northamptonshire = pairs[(pairs["area"] == "940/941") & (pairs["horizon"] == 1)]
    assert set(northamptonshire["origin"]) == set(range(2019, 2025))


@pytest.mark.parametrize("until", [2020, 2021, 2025])
def test_no_outcome_is_later_than_the_year(figures, until):
    pairs = backtest(figures, until).pairs
    for horizon, rows in pairs.groupby("horizon"):
        assert sorted(rows["origin"].unique()) == list(range(2019, until - horizon + 1))


def test_the_first_origin_has_no_record_yet(figures):
    found = backtest(figures, 2019)
    assert (len(found.table), len(found.origins), len(found.rivals), len(found.pairs)) == (0, 0, 0, 0)
    assert (list(found.table), list(found.origins), list(found.rivals)) == (BACKTEST, ORIGINS, RIVAL)


def test_two_years_ahead_have_no_record_in_the_first_year_of_outcomes(early):
    assert set(early.table["horizon"]) == {1}
    assert early.table["n"].min() > 140


# --- scores by hand


@pytest.fixture(scope="module")
def by_hand(figures):
    """Give published agency rates of 2017 to 2020 of those with figures enough to be simulated, by area."""
    held = figures.wide.reset_index()
    held = held[
        held["area"].map(figures.register["kind"]).isin(["authority", "joint"])
        & ~held["area"].isin(["201", "420"])
    ]
    held = held[held["inpost_fte"].notna()].replace({"area": {"928": "940/941"}})
    rates = held.pivot(index="area", columns="period", values="agency_rate_fte").loc[:, 2017:2020]
    parts = held[held["period"] == 2019].set_index("area")[["inpost_fte", "agency_fte", "vacancy_fte"]]
    whole = parts.dropna().index
    return rates.loc[rates.index.isin(whole) & rates[[2019, 2020]].notna().all(axis=1)]


def test_no_change_is_out_by_the_mean_change(early, by_hand):
    row = early.table.set_index(KEYS).loc[("agency_rate_fte", 1, "persistence")]
    errors = by_hand[2019] - by_hand[2020]
    assert row["n"] == len(errors)
    assert row["mae"] == pytest.approx(errors.abs().mean())
    assert row["median_ae"] == pytest.approx(errors.abs().median())
    assert row["bias"] == pytest.approx(errors.mean())


def test_scaled_errors_are_over_the_mean_change_before(early, by_hand):
    table = early.table.set_index(KEYS)
    before = by_hand[[2018, 2019]].to_numpy() - by_hand[[2017, 2018]].to_numpy()
    # Each authority's own mean first, then the mean of all; one without two years that follow has none.
    known = before[~np.isnan(before).all(axis=1)]
    naive = np.nanmean(np.abs(known), axis=1).mean()
    for model in ("persistence", "combined", "structure"):
        row = table.loc[("agency_rate_fte", 1, model)]
        assert row["mase"] == pytest.approx(row["mae"] / naive), model


def test_no_change_does_not_differ_from_itself(record):
    own = record.table[record.table["model"] == "persistence"]
    assert (own[["difference", "difference_lower", "difference_upper"]] == 0.0).all(axis=None)
    assert len(own) == 4


def test_the_difference_is_that_of_the_mean_scores(table):
    for name, horizon in PAIRS:
        rows = table.loc[(name, horizon)]
        apart = rows["crps"] - rows.at["persistence", "crps"]
        assert rows["difference"].to_numpy() == pytest.approx(apart.to_numpy(), abs=1e-12)
        assert (rows["difference_lower"] <= rows["difference"] + 1e-12).all()
        assert (rows["difference"] <= rows["difference_upper"] + 1e-12).all()


@pytest.mark.parametrize(("name", "horizon"), PAIRS)
def test_the_score_of_our_forecast_by_its_definition(figures, record, name, horizon):
    made = forecast(figures, 2023, name, horizon)
    sample = made.told.quantiles[made.areas.get_loc("351")]
    outcome = figures.wide.at[("351", 2023 + horizon), name]
    rows = record.pairs.set_index([*KEYS, "origin", "area"]).sort_index()
    row = rows.loc[(name, horizon, "combined", 2023, "351")]
    assert row["centre"] == made.told.centre[made.areas.get_loc("351")]
    assert row["outcome"] == outcome
    apart = np.abs(sample[:, None] - sample[None, :]).mean()
    assert row["crps"] == pytest.approx(np.abs(sample - outcome).mean() - apart / 2)
    for level in (80, 95):
        low, high = np.percentile(sample, [50 - level / 2, 50 + level / 2])
        assert row[f"held_{level}"] == (low <= outcome <= high)


def test_scores_over_all_origins_are_those_of_each_weighted_by_authorities(record):
    for key, rows in record.origins.groupby(KEYS):
        row = record.table.set_index(KEYS).loc[key]
        assert row["n"] == rows["n"].sum()
        for score in ("crps", "bias", "coverage_80"):
            assert row[score] == pytest.approx(np.average(rows[score], weights=rows["n"])), key


def test_each_origin_says_which_release_it_knew(record):
    told = record.origins.groupby("origin")["release"].unique().map(list).to_dict()
    newest = {year: [f"2025 release, years to {year}"] for year in range(2019, 2023)}
    assert told == newest | {2023: ["2023 release"], 2024: ["2024 release"]}


# --- the bar


@pytest.mark.parametrize(("name", "horizon"), PAIRS)
def test_our_forecast_is_better_than_no_change_and_as_wide_as_it_says(table, name, horizon):
    ours, plain = (table.loc[(name, horizon, model)] for model in ("combined", "persistence"))
    told = (
        f"{name}, {horizon} ahead, {ours['n']} pairs: CRPS {ours['crps']:.3f} against {plain['crps']:.3f}, "
        f"difference {ours['difference']:.3f} ({ours['difference_lower']:.3f} to "
        f"{ours['difference_upper']:.3f}), 80% held {ours['coverage_80']:.1f}%, 95% held "
        f"{ours['coverage_95']:.1f}%"
    )
    assert ours["crps"] < plain["crps"], told
    assert ours["difference_upper"] < 0, told
    assert 76 <= ours["coverage_80"] <= 84, told
    assert 92 <= ours["coverage_95"] <= 98, told
    assert ours["mase"] < plain["mase"], told


def test_the_rival_is_the_plain_model_with_the_lowest_score(record, table):
    for row in record.rivals.to_dict("records"):
        rows = table.loc[(row["measure"], row["horizon"])].drop(index=["combined", *NOT_PLAIN])
        assert row["model"] == rows["crps"].idxmin()
        assert row["title"] == TITLES[row["model"]]
        assert row["crps"] == rows["crps"].min()
        assert row["ours"] == pytest.approx(table.at[(row["measure"], row["horizon"], "combined"), "crps"])
        assert row["difference"] == pytest.approx(row["ours"] - row["crps"], abs=1e-12)
        assert row["lower"] <= row["difference"] <= row["upper"]
    assert NOT_PLAIN == ("ridge", "structure")


def test_a_record_is_made_once(figures, record):
    assert backtest(figures, 2025) is record
