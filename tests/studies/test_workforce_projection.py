"""The projection of the workforce: the cohort, the forecast it carries, scenarios, target, whole studies."""

import dataclasses
import inspect
import itertools
import re
from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analytics import plan as plans
from analytics.assumptions import assumptions, names
from analytics.errors import InputError
from analytics.methods.forecast import LEVELS
from analytics.methods.stockflow import journeys
from analytics.narrative import workforce as sentences
from analytics.studies import workforce
from analytics.studies.workforce import cohort, targets
from analytics.studies.workforce.forecasts import forecast
from analytics.studies.workforce.projection import (
    MEASURES,
    PERCENTILES,
    Outlook,
    Scenario,
    Setting,
    coupled,
    forecast_paths,
    month_day,
    project,
    run,
    scenarios_of,
)
from analytics.studies.workforce.tables import (
    ASSUMPTIONS,
    PROJECTION,
    SCENARIOS,
    assumption_table,
    projection_table,
    scenario_table,
)

DAY = date(2023, 12, 31)
AGENCY, CASELOAD = "agency_rate_fte", "caseload_fte"
PEOPLE = plans.Cohort(
    offered=23,
    in_post=7,
    due=(plans.Due(date=date(2024, 2, 29), people=2),),
    waiting=14,
    waiting_since=date(2023, 1, 31),
    as_at=DAY,
)


def set_for(figures, area="351", year=2023, start=None, months=24, people=None, own=None, **given):
    start = start or date(year, 9, 30)
    offset = round((start - date(year, 9, 30)).days / (365.25 / 12))
    plain = {"draws": 400, "seed": 11}
    return Setting(
        figures=figures, area=area, year=year, start=start, offset=offset, months=offset + months,
        people=people, held=assumptions(start, own), **plain | given,
    )  # fmt: skip


@pytest.fixture(scope="module")
def setting(figures):
    return set_for(figures, start=DAY, people=PEOPLE)


@pytest.fixture(scope="module")
def made(setting):
    return project(setting)


@pytest.fixture(scope="module")
def planned(made):
    return made.outlook(scenarios_of(made.setting)[0])


@pytest.fixture(scope="module")
def nobody(made):
    return made.outlook(Scenario(key="none", title="", recruits=False))


@pytest.fixture(scope="module")
def then(figures):
    return workforce.study(figures, "Bury", start="2023-12-31", draws=1000)


# --- the cohort


def test_months_are_of_the_mean_length():
    assert cohort.months_between(DAY, date(2024, 2, 29)) == pytest.approx(60 / 30.4375)
    assert cohort.months_between(DAY, date(2023, 12, 1)) == pytest.approx(-30 / 30.4375)


@pytest.mark.parametrize(
    ("counted", "stale"),
    [(None, False), (date(2022, 12, 31), False), (date(2022, 12, 30), True), (DAY, False)],
)
def test_counts_are_stale_after_a_year(counted, stale):
    people = PEOPLE.model_copy(update={"as_at": counted})
    # A year of 365 days is 11.99 months of the mean length.
    assert cohort.is_stale(people, DAY) == stale


def test_the_cohort_is_those_still_to_come(setting):
    drawn = cohort.draw_assumptions(setting.held, 50, 1)
    found = cohort.cohort_to_simulate(PEOPLE, drawn, DAY, 3)
    waiting, due = found.groups
    assert (waiting.count, waiting.stage, waiting.due) == (14, "offer", None)
    assert waiting.waited == pytest.approx(334 / 30.4375)  # from 31 January to 31 December
    assert (due.count, due.stage) == (2, "arrived")
    assert due.due == pytest.approx(60 / 30.4375)
    assert found.people == 16
    assert found.in_post == 0
    assert found.delay_shift == 3
    assert (1 - found.hazard) ** 12 == pytest.approx(1 - drawn.leaving)
    assert [stage.name for stage in found.stages] == list(cohort.STAGES)
    assert cohort.later(found, 6).delay_shift == 9
    assert cohort.later(found, 6).groups == found.groups


def test_whoever_is_nobody_is_no_group(setting):
    drawn = cohort.draw_assumptions(setting.held, 5, 1)
    people = PEOPLE.model_copy(update={"waiting": 0})
    assert [group.count for group in cohort.cohort_to_simulate(people, drawn, DAY, 0).groups] == [2]
    late = people.model_copy(update={"due": (plans.Due(date=date(2023, 6, 30), people=1),)})
    # A day that has gone by is the start.
    assert cohort.cohort_to_simulate(late, drawn, DAY, 0).groups[0].due == 0


def test_as_many_arrive_as_the_assumptions_say(setting):
    draws = 4000
    drawn = cohort.draw_assumptions(setting.held, draws, 1)
    found = cohort.cohort_to_simulate(PEOPLE, drawn, DAY, 0)
    came = np.isfinite(journeys(found, draws, 3).arrival_month)
    assert came[14:].all()  # those with a day
    expected = (1 - drawn.falls_through) * (1 - drawn.never_arrives)
    assert came[:14].mean() == pytest.approx(expected.mean(), abs=0.01)
    # Devon: 2 of 12 with Jeffreys' prior, then half-way between 0 and 0.1.
    assert expected.mean() == pytest.approx((1 - 2.5 / 13) * 0.95, abs=0.01)


def test_each_assumption_is_drawn_from_a_stream_of_its_own(setting):
    one = cohort.draw_assumptions(setting.held, 30, 1)
    own = assumptions(DAY, {"registration_median": {"value": 9.0}})
    other = cohort.draw_assumptions(own, 30, 1)
    for field in dataclasses.fields(one):
        same = np.array_equal(getattr(one, field.name), getattr(other, field.name))
        assert same == (field.name != "registration"), field.name
    assert (other.registration == 9.0).all()
    assert not np.array_equal(one.leaving, cohort.draw_assumptions(setting.held, 30, 2).leaving)


# --- the forecast that is carried


def test_the_forecast_starts_at_the_figure_and_passes_each_year(figures):
    setting = set_for(figures, year=2025, months=24)
    for name, last in ((AGENCY, 100 * 48.0 / 198.1), (CASELOAD, 1515 / 102)):
        paths = forecast_paths(setting, name)
        assert paths.shape == (25, len(LEVELS))
        assert paths[0] == pytest.approx(np.full(len(LEVELS), last))
        for years in (1, 2):
            told = forecast(figures, 2025, name, years)
            own = told.told.quantiles[told.areas.get_loc("351")]
            assert paths[12 * years] == pytest.approx(own, abs=1e-9)
        assert (np.diff(paths, axis=1) >= 0).all()


def test_between_years_the_middle_is_straight_and_so_is_the_variance(figures):
    setting = set_for(figures, "383", 2025, months=24)  # Leeds, away from what bounds a rate
    paths = forecast_paths(setting, CASELOAD)
    middle = np.median(paths, axis=1)
    assert middle[3] == pytest.approx(middle[0] + (middle[12] - middle[0]) / 4)
    assert middle[18] == pytest.approx((middle[12] + middle[24]) / 2)
    apart = paths - middle[:, None]
    assert apart[3] ** 2 == pytest.approx(apart[12] ** 2 / 4)
    assert apart[18] ** 2 == pytest.approx((apart[12] ** 2 + apart[24] ** 2) / 2)


def test_beyond_the_last_forecast_the_spread_grows_with_the_root_of_time(figures):
    # On the figures of 2019 there is a forecast over two years and none over three.
    setting = set_for(figures, "383", 2019, months=60)
    assert forecast(figures, 2019, CASELOAD, 3) is None
    paths = forecast_paths(setting, CASELOAD)
    middle = np.median(paths, axis=1)
    apart = paths - middle[:, None]
    for years in (3, 4, 5):
        assert middle[12 * years] == pytest.approx(middle[24])
        assert apart[12 * years] == pytest.approx(apart[24] * np.sqrt(years / 2), rel=1e-6)
    told = forecast(figures, 2019, CASELOAD, 2)
    assert paths[24] == pytest.approx(told.told.quantiles[told.areas.get_loc("383")])


def test_part_of_a_year_ends_on_the_way_to_its_end(figures):
    whole = forecast_paths(set_for(figures, year=2025, months=24), AGENCY)
    part = forecast_paths(set_for(figures, year=2025, months=17), AGENCY)
    assert part == pytest.approx(whole[:18])


def test_draws_take_the_forecast_in_the_order_of_the_simulation():
    values = np.array([[3.0, 1.0, 4.0, 2.0], [5.0, 5.0, 5.0, 0.0]])
    quantiles = np.stack([100 * LEVELS, 1000 * LEVELS])
    found = coupled(values, quantiles)
    # Third of four: (2 + ½) / 4; equal values keep the order of the draws.
    assert found[0] == pytest.approx([62.5, 12.5, 87.5, 37.5])
    assert found[1] == pytest.approx([375.0, 625.0, 875.0, 125.0])


def test_draws_keep_their_ranks(made):
    share = made.base.cover_share[0]
    for month in (1, 12, 27):
        order = np.argsort(share[month], kind="stable")
        assert (np.diff(made.level[AGENCY][month][order]) >= 0).all()


# --- the outlook


@pytest.mark.parametrize(
    ("area", "year"), [("351", 2023), ("383", 2025), ("940/941", 2021), ("330", 2023), ("314/318", 2019)]
)
def test_month_nought_is_what_was_published(figures, area, year):
    setting = set_for(figures, area, year, months=3, draws=100)
    paths = project(setting).outlook(scenarios_of(setting)[0]).paths
    now = {name: values[0] for name, values in paths.items()}
    published = figures.as_published(year).wide.loc[(area, year)]
    assert list(now) == list(MEASURES)
    agency, stock, vacant = published[["agency_fte", "inpost_fte", "vacancy_fte"]]
    exact = {
        AGENCY: 100 * agency / (agency + stock),
        "inpost_fte": stock,
        "agency_fte": agency,
        "vacancy_rate_fte": 100 * vacant / (vacant + stock),
        CASELOAD: published["cases"] / published["case_holders_fte"],
    }
    for name, value in exact.items():
        assert now[name] == pytest.approx(np.full(100, value), rel=1e-12), name
        # Rates are published to one place, and not always rounded from the FTE that are: 11.9 for 11.952.
        assert value == pytest.approx(published[name], abs=0.08), name


def test_every_draw_is_of_one_workforce(planned):
    paths = planned.paths
    total = paths["agency_fte"] + paths["inpost_fte"]
    assert 100 * paths["agency_fte"] / total == pytest.approx(paths[AGENCY], abs=1e-9)
    for name in ("inpost_fte", "agency_fte", "vacancy_rate_fte", CASELOAD):
        assert np.isfinite(paths[name]).all()
        assert (paths[name] >= 0).all()
    assert paths[AGENCY].shape == (28, 400)
    assert (paths[AGENCY] <= 100).all()
    assert np.median(planned.paths[AGENCY][12]) == np.median(paths[AGENCY][12])


def test_vacancies_are_posts_that_nobody_permanent_fills(made, planned):
    posts, stock = made.base.places[0], planned.paths["inpost_fte"]
    empty = np.maximum(posts - stock, 0)
    # Where more are in post than there are posts, none is vacant.
    assert planned.paths["vacancy_rate_fte"] == pytest.approx(100 * empty / (empty + stock), abs=1e-9)


def test_without_recruits_the_projection_has_the_forecasts_own_quantiles(figures):
    setting = set_for(figures, year=2025, draws=4000)
    outlook = project(setting).outlook(scenarios_of(setting)[0])
    for name in (AGENCY, CASELOAD):
        for month in (12, 24):
            told = forecast(figures, 2025, name, month // 12)
            own = told.told.quantiles[told.areas.get_loc("351")]
            for level in PERCENTILES.values():
                # Draw i of n lies at (i + ½) / n, and a quantile of n draws at place (n - 1) of its level.
                expected = np.interp((level * 3999 + 0.5) / 4000, LEVELS, own)
                found = np.quantile(outlook.paths[name][month], level)
                assert found == pytest.approx(expected, abs=1e-3), (name, month, level)


def test_without_recruits_planned_is_nobody(figures):
    setting = set_for(figures, start=DAY, months=12, draws=100)
    one = project(setting)
    none = one.outlook(Scenario(key="none", title="", recruits=False))
    for name, values in one.outlook(scenarios_of(setting)[0]).paths.items():
        assert np.array_equal(values, none.paths[name]), name
    assert "none" not in [each.key for each in scenarios_of(setting)]


def test_recruits_change_nothing_before_they_can_have_come(planned, nobody):
    # Month 3 is the start: whoever comes is counted from the end of the month after it.
    for name, values in planned.paths.items():
        assert np.array_equal(values[:4], nobody.paths[name][:4]), name
    assert not np.array_equal(planned.paths[AGENCY][5], nobody.paths[AGENCY][5])


def test_recruits_who_are_due_come_in_their_month(figures):
    due = PEOPLE.model_copy(update={"waiting": 0, "due": (plans.Due(date=date(2024, 8, 31), people=9),)})
    setting = set_for(figures, start=DAY, people=due)
    paths = run(setting, scenarios_of(setting)[0])
    # 244 days, 8.02 months: in the ninth month after the start, the twelfth of the projection.
    assert (paths.cohort_in_post[0, :12] == 0).all()
    assert (paths.cohort_in_post[0, 12] == 9).all()
    assert (paths.cohort_in_post[0, 13] <= 9).all()


def test_the_rate_moves_by_as_much_as_the_simulated_share(made, planned, nobody):
    paths = run(made.setting, Scenario(key="planned", title=""))
    assert np.array_equal(nobody.paths[AGENCY], made.level[AGENCY])
    moved = 100 * (paths.cover_share[0] - made.base.cover_share[0])
    expected = np.clip(made.level[AGENCY] + moved, 0, 100)
    assert planned.paths[AGENCY] == pytest.approx(expected, abs=1e-9)
    lighter = paths.load[0] / made.base.load[0]
    assert planned.paths[CASELOAD] == pytest.approx(made.level[CASELOAD] * lighter)
    # Month 15, by hand from the FTE of one draw.
    stock, cover = paths.stock[0, 15, 0], paths.cover[0, 15, 0]
    own, bare = made.base.stock[0, 15, 0], made.base.cover[0, 15, 0]
    shares = 100 * cover / (cover + stock), 100 * bare / (bare + own)
    apart = planned.paths[AGENCY][15, 0] - nobody.paths[AGENCY][15, 0]
    assert apart == pytest.approx(shares[0] - shares[1])


def test_later_arrivals_are_the_same_people_later(setting):
    one = run(setting, Scenario(key="planned", title="")).cohort_in_post[0]
    three = run(setting, Scenario(key="late", title="", late=3)).cohort_in_post[0]
    assert (one[:4] == 0).all()
    assert (three[:7] == 0).all()
    assert np.array_equal(three[3:], one[:-3])


def test_later_arrivals_lower_the_share_by_no_more_at_first(made, planned, nobody):
    late = made.outlook(Scenario(key="late", title="", late=3)).paths[AGENCY]
    effect = (planned.paths[AGENCY] - nobody.paths[AGENCY]).mean(axis=1)
    lagged = (late - nobody.paths[AGENCY]).mean(axis=1)
    assert (effect[5:13] < 0).all()
    assert (lagged[:13] >= effect[:13] - 1e-12).all()
    assert lagged[8] > effect[8] + 0.1


def test_no_recruits_leave_more_agency_and_heavier_caseloads(planned, nobody):
    for name in (AGENCY, CASELOAD):
        apart = nobody.paths[name] - planned.paths[name]
        assert apart[15].mean() > 0
        assert apart[27].mean() > 0


def test_conversions_leave_the_total_as_it_is_but_for_those_who_leave(made, nobody):
    change = Scenario(key="conversions", title="", recruits=False, conversions=8.0)
    paths = made.outlook(change).paths
    total, base = (each["agency_fte"] + each["inpost_fte"] for each in (paths, nobody.paths))
    assert np.array_equal(total[:4], base[:4])
    assert total[4] == pytest.approx(base[4])
    # Permanent workers leave as others do; of 16 converted in two years a few have by their end.
    assert -2 < (total[27] - base[27]).mean() <= 0
    moved = run(made.setting, change).stock[0, 4] - made.base.stock[0, 4]
    assert moved == pytest.approx(np.minimum(8 / 12, made.base.cover[0, 4]))
    assert (paths[AGENCY][15] < nobody.paths[AGENCY][15]).mean() > 0.9


def test_demand_scales_caseloads_and_nothing_else(made, planned):
    more = made.outlook(Scenario(key="demand_up", title="", demand=0.10)).paths
    since = {3: 1.0, 9: 1.05, 15: 1.1, 27: 1.1}
    for month, factor in since.items():
        assert more[CASELOAD][month] == pytest.approx(factor * planned.paths[CASELOAD][month], rel=1e-12)
    for name in set(MEASURES) - {CASELOAD}:
        assert np.array_equal(more[name], planned.paths[name]), name


def test_an_answer_of_one_for_one_lowers_agency_by_more(made, nobody):
    shares = {
        answer: run(made.setting, Scenario(key="answer", title="", answer=answer)).cover[0, 27].mean()
        for answer in (0.0, 1.0)
    }
    assert shares[1.0] < made.base.cover[0, 27].mean() < shares[0.0]


def test_a_scenario_takes_its_values_as_certain(setting):
    change = Scenario(key="fewer", title="", values=(("offer_falls_through", 0.39),))
    held = change.assumed(setting.held)
    drawn = cohort.draw_assumptions(held, 20, 1)
    assert (drawn.falls_through == 0.39).all()
    assert held["arrival_median"] is setting.held["arrival_median"]
    assert setting.held["offer_falls_through"].value != 0.39


def test_the_scenarios_are_those_of_the_assumptions(figures, setting):
    keys = [each.key for each in scenarios_of(setting)]
    assert keys == [
        "planned", "late_3", "late_6", "fewer_arrive", "fewer_stay", "none", "conversions", "one_for_one",
        "growth", "demand_down", "demand_up",
    ]  # fmt: skip
    other = set_for(figures, own={"late_months": {"value": 4}, "conversions": {"value": 12}}, people=PEOPLE)
    told = {each.key: each for each in scenarios_of(other)}
    assert told["late_4"].late == 4
    assert "late_6" not in told
    assert told["conversions"].conversions == 12
    assert told["conversions"].title.startswith("12 ")
    assert told["growth"].posts == 0.05


def test_a_projection_is_seeded(figures):
    def middle(seed):
        setting = set_for(figures, months=12, people=PEOPLE, draws=100, seed=seed, start=DAY)
        return project(setting).outlook(scenarios_of(setting)[0]).paths[AGENCY]

    assert np.array_equal(middle(3), middle(3))
    assert not np.array_equal(middle(3), middle(4))


def test_there_is_no_projection_without_figures_to_start_from(figures):
    assert project(set_for(figures, "207", 2025)) is None  # Kensington and Chelsea: nothing published
    assert project(set_for(figures, "213", 2023)) is None  # Westminster: agency workers withheld
    assert project(set_for(figures, "201", 2025)) is None  # City of London: too small


def test_days_are_the_last_of_their_months(setting):
    assert [month_day(setting, month) for month in (0, 1, 5, 17)] == [
        date(2023, 9, 30), date(2023, 10, 31), date(2024, 2, 29), date(2025, 2, 28),
    ]  # fmt: skip


# --- tables


def test_percentiles_are_in_order_and_of_the_draws(setting, planned):
    table = projection_table(setting, planned)
    assert list(table) == PROJECTION
    assert len(table) == 28 * len(MEASURES)
    for one, two in itertools.pairwise(PERCENTILES):
        assert (table[one] <= table[two]).all()
    row = table[(table["measure"] == AGENCY) & (table["month"] == 15)].iloc[0]
    assert row["date"] == "2024-12-31"
    draws = planned.paths[AGENCY][15]
    assert row[list(PERCENTILES)].tolist() == pytest.approx(np.percentile(draws, [5, 25, 50, 75, 95]))


def test_effects_are_taken_draw_by_draw(made, planned):
    scenarios = scenarios_of(made.setting)
    table = scenario_table(made, scenarios, planned)
    assert list(table) == SCENARIOS
    assert table["scenario"].unique().tolist() == [each.key for each in scenarios]
    own = table[table["scenario"] == "planned"]
    assert (own[["effect", "effect_lower", "effect_upper"]] == 0).all(axis=None)
    growth = made.outlook(next(each for each in scenarios if each.key == "growth")).paths
    row = table.query("scenario == 'growth' and measure == 'agency_rate_fte' and month == 24").iloc[0]
    apart = growth[AGENCY][27] - planned.paths[AGENCY][27]
    assert row[["effect_lower", "effect", "effect_upper"]].tolist() == pytest.approx(
        np.percentile(apart, [5, 50, 95])
    )
    assert row["level"] == pytest.approx(np.median(growth[AGENCY][27]))
    assert set(table["month"]) == {12, 24}


def test_a_projection_of_less_than_a_year_is_told_at_its_end(figures):
    setting = set_for(figures, months=11, draws=100)
    one = project(setting)
    scenarios = scenarios_of(setting)
    table = scenario_table(one, scenarios, one.outlook(scenarios[0]))
    assert set(table["month"]) == {11}
    assert table["scenario"].unique().tolist() == [each.key for each in scenarios]


def test_one_for_one_lowers_agency_by_more_than_was_estimated(figures):
    setting = set_for(figures, year=2025, months=24, draws=400)
    one = project(setting)
    planned, whole = (
        one.outlook(each).paths[AGENCY][24]
        for each in scenarios_of(setting)
        if each.key in ("planned", "one_for_one")
    )
    # Where more are in post than at the start, as in most draws, more agency workers have left.
    assert np.median(whole - planned) < 0


def test_people_who_have_waited_for_years_are_projected(figures):
    long_ago = PEOPLE.model_copy(update={"waiting_since": date(2021, 1, 31)})
    setting = set_for(figures, start=DAY, people=long_ago, draws=2000)
    came = run(setting, scenarios_of(setting)[0]).cohort_in_post[0]
    assert 0 < came[-1].mean() < long_ago.waiting + long_ago.expected


def test_what_was_fitted_stands_before_what_was_assumed(setting):
    table = assumption_table(setting, {"conversions"}).set_index("name")
    assert [table.index.name, *table] == ASSUMPTIONS
    assert table.index.tolist() == ["leaving", "starting", "response", "posts", *names()]
    assert table.index[table["own"].astype(bool)].tolist() == ["conversions"]
    assert (table["lower"] <= table["value"]).all()
    assert (table["value"] <= table["upper"]).all()
    fit = setting.fit
    assert table.at["leaving", "value"] == pytest.approx(100 * fit.leaving.mean("351"))
    response = table.loc["response", ["value", "lower", "upper"]].tolist()
    assert response == [fit.response.estimate, fit.response.lower, fit.response.upper]
    # The interval of posts is that of the same regression: t with as many degrees of freedom.
    reach = (fit.response.upper - fit.response.lower) / 2 / fit.response.standard_error
    assert table.at["posts", "upper"] - table.at["posts", "value"] == pytest.approx(
        reach * np.sqrt(fit.around[1, 1])
    )
    assert table.at["leaving", "how"] == "fitted on the changes of all authorities, 2018 to 2023"
    assert table.at["leaving", "dated"] == "2023 release"
    assert table.at["registration_median", "value"] == 2.38  # as of 2023


# --- the target


def stub(draws, answer, months=1):
    """Give what the target needs of a setting, with an answer of agency that is certain."""
    response = SimpleNamespace(estimate=answer, standard_error=0.0)
    fit = SimpleNamespace(response=response)
    return SimpleNamespace(fit=fit, seed=1, draws=draws, offset=0, months=months, day_zero=date(2023, 9, 30))


def outlook_of(agency, stock):
    agency, stock = np.array(agency, float), np.array(stock, float)
    return Outlook({"agency_fte": agency, "inpost_fte": stock, AGENCY: 100 * agency / (agency + stock)})


def test_starters_needed_by_hand():
    table = targets.target_table(stub(1, 0.5), outlook_of([[58.4], [20.0]], [[111.9], [180.0]]), 19.5)
    # (58.4 - 0.195 * 170.3) / (0.5 * 0.805 + 0.195); in month 1 10% is at the target already.
    assert table["starters_needed"].tolist() == pytest.approx([25.1915 / 0.5975, 0.0])
    assert table["probability"].tolist() == [0.0, 1.0]
    assert table["date"].tolist() == ["2023-09-30", "2023-10-31"]
    n, k = table.at[0, "starters_needed"], 0.5
    agency, stock = 58.4 - k * n, 111.9 + n
    assert 100 * agency / (agency + stock) == pytest.approx(19.5)


def test_draws_in_which_no_starter_would_do_are_left_out():
    outlook = outlook_of([[58.4], [58.4]], [[111.9], [111.9]])
    # With an answer of -0.5 agency grows by half of each starter: 0.195 - 0.5 * 0.805 is below nought.
    with pytest.warns(RuntimeWarning, match="All-NaN"):
        table = targets.target_table(stub(1, -0.5), outlook, 19.5)
    assert table["starters_needed"].isna().all()
    assert (table["probability"] == 0).all()


def test_the_probability_is_the_part_of_draws_at_the_target(setting, planned):
    table = targets.target_table(setting, planned, 19.5)
    assert list(table) == targets.TARGET
    assert table["month"].tolist() == list(range(25))
    for row in table.to_dict("records"):
        draws = planned.paths[AGENCY][row["month"] + 3]
        assert row["probability"] == np.mean(draws <= 19.5)
    assert table["date"].iloc[[0, -1]].tolist() == ["2023-12-31", "2025-12-31"]
    assert (table["starters_lower"] <= table["starters_needed"]).all()
    assert (table["starters_needed"] <= table["starters_upper"]).all()


def test_a_higher_target_is_more_probable_and_takes_no_more(setting, planned):
    found = [targets.target_table(setting, planned, each) for each in (0, 10, 19.5, 30, 45, 100)]
    for one, two in itertools.pairwise(found):
        assert (one["probability"] <= two["probability"]).all()
        assert (one["starters_needed"] >= two["starters_needed"] - 1e-9).all()
    assert (found[-1]["probability"] == 1).all()


def test_base_rates_are_counted_by_hand(figures):
    known = figures.as_published(2023).table
    rows = known[(known["measure"] == AGENCY) & known["period"].between(2017, 2023) & known["value"].notna()]
    kinds = figures.register["kind"]
    published = {
        ("940/941" if area == "928" else area, int(year)): value
        for area, year, value in rows[["area", "period", "value"]].itertuples(index=False)
        if kinds[area] in ("authority", "joint") and area not in ("201", "420")
    }
    table = targets.base_rate(figures, 2023, 34.3, 19.5).set_index("years")
    assert [table.index.name, *table] == targets.BASE_RATE
    for years in (1, 2):
        later = [
            published[area, year + years]
            for (area, year), value in published.items()
            if 29.3 <= value <= 39.3 and (area, year + years) in published
        ]
        row, x, n = table.loc[years], sum(value <= 19.5 for value in later), len(later)
        assert (row["reached"], row["n"]) == (x, n)
        assert row["share"] == pytest.approx(100 * x / n)
        z = 1.959964
        half = z * np.sqrt(z**2 + 4 * x * (1 - x / n))
        assert row["lower"] == pytest.approx(100 * (2 * x + z**2 - half) / (2 * (n + z**2)), abs=1e-4)
        assert row["upper"] == pytest.approx(100 * (2 * x + z**2 + half) / (2 * (n + z**2)), abs=1e-4)
    assert table[["band_lower", "band_upper"]].to_numpy() == pytest.approx(np.array([[29.3, 39.3]] * 2))


def test_base_rates_begin_above_the_target(figures):
    near = targets.base_rate(figures, 2025, 21.0, 19.5)
    assert near["band_lower"].tolist() == [19.5, 19.5]
    assert targets.base_rate(figures, 2025, 19.5, 19.5).empty
    alone = targets.base_rate(figures, 2025, 99.0, 19.5)
    assert alone["status"].tolist() == ["no authority has stood as high"] * 2
    assert alone["n"].tolist() == [0, 0]


# --- Bury's study


def test_burys_study_knows_the_release_of_2023_alone(then):
    assert then.vintage == "2023 release"
    assert then.caption.source.endswith("2023 release")
    assert (then.year, then.start_day, then.reason) == (2023, DAY, "")
    assert "31 December 2023" in then.subtitle
    rows = then.projection[then.projection["measure"] == AGENCY].set_index("month")
    assert rows.loc[0, list(PERCENTILES)].tolist() == pytest.approx([100 * 58.4 / 170.3] * 5)
    assert round(rows.at[0, "p50"], 1) == 34.3
    known = rows["outturn"].dropna()
    assert known.to_dict() == {12: 31.5, 24: 24.2}
    assert rows.loc[[12, 24], "date"].tolist() == ["2024-09-30", "2025-09-30"]
    for table in (then.trend, then.past):
        assert table["period"].max() == 2023
    own = then.past[then.past["measure"] == AGENCY].set_index("period")["value"]
    assert own.to_dict() == {
        2017: 5.6, 2018: 15.0, 2019: 14.0, 2020: 23.1, 2021: 30.4, 2022: 27.5, 2023: 34.3
    }  # fmt: skip
    assert then.backtest_origins["origin"].max() == 2022
    assert set(then.residual_check["origin"]) == {"all", "2019", "2020", "2021", "2022"}
    assert (then.pipeline["dated"] <= "2023-12-31").all()


def test_no_figure_published_later_is_in_a_study_but_as_outturn(figures):
    table = figures.table.copy()
    later = table["measure"].isin(figures.wide.columns) & (table["period"] > 2019)
    table.loc[later, "value"] = 77.7
    spoilt = dataclasses.replace(figures, table=table)
    one, other = (workforce.study(each, "Bury", 2019, draws=100) for each in (figures, spoilt))
    frames = [
        field.name
        for field in dataclasses.fields(one)
        if isinstance(getattr(one, field.name), pd.DataFrame) and field.name != "projection"
    ]
    assert len(frames) > 15
    for name in frames:
        pd.testing.assert_frame_equal(getattr(other, name), getattr(one, name), obj=name)
    pd.testing.assert_frame_equal(
        other.projection.drop(columns="outturn"), one.projection.drop(columns="outturn")
    )
    assert one.findings == other.findings
    assert one.projection.query("measure == 'agency_rate_fte'")["outturn"].dropna().tolist() == [23.1, 30.4]
    assert set(other.projection["outturn"].dropna()) == {77.7}


def test_the_start_is_of_the_release_of_its_year(figures):
    # Sunderland's turnover of 2024 was withdrawn in the release of 2025.
    start = workforce.study(figures, "Sunderland", 2024, draws=100).start.set_index("measure")
    assert start.at["turnover_rate_fte", "value"] == 0.9
    later = workforce.study(figures, "Sunderland", 2025, draws=100).start.set_index("measure")
    assert np.isnan(later.at["turnover_rate_fte", "value_before"])
    assert later.at["turnover_rate_fte", "status_before"] != ""


def test_burys_cohort_is_that_of_the_councils_papers(then):
    people = then.people
    assert (people.offered, people.in_post, people.expected, people.waiting) == (23, 7, 2, 14)
    assert people.as_at == DAY
    assert people.source == (
        "Children's Services Improvement Plan: progress report December 2023 (Bury Council, 31 December 2023)"
    )
    assert then.stale == ""
    assert then.target_rate == 19.5
    assert then.target_from == "expected by the council's own paper"
    assert (then.target["target"] == 19.5).all()
    assert {"late_3", "none"} <= set(then.scenarios["scenario"])


def test_what_a_paper_said_long_ago_is_stale(figures):
    now = workforce.study(figures, "Bury", draws=100)
    assert (now.year, now.started) == (2025, "2025-09-30")
    assert now.people is None
    assert now.stale.startswith("Children's Services Improvement Plan: progress report December 2023")
    assert "none" not in set(now.scenarios["scenario"])
    later = workforce.study(figures, "Bury", start="2026-03-01", draws=100)
    assert (later.year, later.stale) == (2025, now.stale)
    assert later.projection["date"].max() == "2028-02-29"
    for day, stale in (("2024-12-30", False), ("2024-12-31", True)):
        study = workforce.study(figures, "Bury", start=day, horizon=1, draws=100)
        assert (study.people is None, bool(study.stale)) == (stale, stale)


def test_the_target_is_the_regions_rate_where_no_paper_has_one(figures, then):
    leeds = workforce.study(figures, "Leeds", start="2023-12-31", draws=100)
    published = figures.select("E12000003", AGENCY, 2023)["value"].iloc[0]
    assert (leeds.target_rate, leeds.target_from) == (published, "the region's published rate")
    assert (leeds.people, leeds.stale) == (None, "")
    assert leeds.pipeline.empty
    assert leeds.claim.empty
    # The paper is of December 2023: before it there was nothing to expect.
    before = workforce.study(figures, "Bury", start="2023-12-30", draws=100)
    assert before.target_from == "the region's published rate"
    assert before.people is None


@pytest.mark.parametrize("target", [30, 30.0, "30"])
def test_a_target_can_be_asked_for(figures, target):
    study = workforce.study(figures, "Bury", start="2023-12-31", target=target, draws=100)
    assert (study.target_rate, study.target_from) == (30.0, "as asked for")
    assert ("target", "30") in study.options
    assert (study.target["target"] == 30).all()


def test_options_tell_the_figures_apart(then):
    assert dict(then.options)["start"] == "2023-12-31"
    assert dict(then.options)["draws"] == "1000"
    assert "plan" not in dict(then.options)


def test_the_same_seed_gives_the_same_study(figures, then):
    again = workforce.study(figures, "Bury", start="2023-12-31", draws=1000)
    pd.testing.assert_frame_equal(again.projection, then.projection)
    assert again.findings == then.findings
    other = workforce.study(figures, "Bury", start="2023-12-31", draws=1000, seed=1)
    assert not other.projection["p50"].equals(then.projection["p50"])


def test_findings_are_those_of_the_tables(then):
    found = {finding.name: finding.value for finding in then.findings}
    rows = then.projection.set_index(["measure", "date"])
    assert found["agency_rate_fte_24_p50"] == rows.at[(AGENCY, "2025-12-31"), "p50"]
    assert found["probability_12"] == then.target.set_index("month").at[12, "probability"]
    assert found["area_inpost_fte"] == 111.9
    ours = then.backtest.query("ours and measure == 'caseload_fte' and horizon == 2").iloc[0]
    assert found["crps_caseload_fte_2"] == ours["crps"]
    assert found["crps_caseload_fte_2_less_no_change"] == ours["difference"]
    assert len(found) == len(then.findings)


# --- a plan file

PLAN = """\
cohort:
  offered: 30
  in_post: 0
  due: [{date: 2024-01-31, people: 20}]
  waiting: 10
  waiting_since: 2023-10-31
  stage: registered
assumptions:
  international_leaving: {value: 0.02, source: our own exit interviews}
"""


def test_a_plan_changes_what_is_projected_and_says_whose_it_is(figures, then, tmp_path):
    path = tmp_path / "ours.yml"
    path.write_text(PLAN, encoding="utf-8")
    study = workforce.study(figures, "Bury", start="2023-12-31", plan=str(path), draws=1000)
    assert study.people.source == "the plan file ours.yml"
    table = study.assumptions.set_index("name")
    assert table.index[table["own"].astype(bool)].tolist() == ["international_leaving"]
    assert table.loc["international_leaving", ["value", "lower", "upper"]].tolist() == [0.02] * 3
    assert table.at["international_leaving", "source"] == "our own exit interviews"
    assert not then.assumptions["own"].astype(bool).any()
    more, fewer = (each.target.set_index("month").at[24, "probability"] for each in (study, then))
    assert more > fewer + 0.05
    assert dict(study.options)["plan"] == str(path)


def test_a_plan_of_assumptions_keeps_the_cohort_of_the_papers(figures, then, tmp_path):
    path = tmp_path / "plan.yml"
    path.write_text("assumptions: {conversions: {value: 4}}", encoding="utf-8")
    study = workforce.study(figures, "Bury", start="2023-12-31", plan=str(path), draws=1000)
    assert study.people == then.people
    titles = study.scenarios.set_index("scenario")["title"]
    assert titles["conversions"].iloc[0].startswith("4 ")
    pd.testing.assert_frame_equal(study.projection, then.projection)


COHORT = "cohort: {{offered: 23, in_post: {}, due: [{{date: {}, people: 2}}], waiting: 9, waiting_since: {}}}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (COHORT.format(24, "2024-02-29", "2023-01-31"), "in_post is 24 and offered 23"),
        (COHORT.format(7, "2023-12-30", "2023-01-31"), "cohort.due: 2023-12-30 is before the start"),
        (COHORT.format(7, "2024-02-29", "2024-01-01"), "cohort.waiting_since: 2024-01-01 is after the start"),
        ("assumptions: {international_leaving: {value: -0.1}}", "international_leaving: -0.1 was given"),
        ("assumptions: {offer_falls_through: {value: 1.1}}", "cannot be above 1"),
        (
            "assumptions: {offer_fall_through: {value: 0.1}}",
            "'offer_fall_through': there is no assumption of that name. Nearest: offer_falls_through",
        ),
    ],
)
def test_a_plan_that_cannot_be_is_refused_by_name(figures, tmp_path, text, said):
    path = tmp_path / "plan.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(said)) as refusal:
        workforce.study(figures, "Bury", start="2023-12-31", plan=str(path))
    assert str(path) in str(refusal.value)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"horizon": 0}, "horizon 0: a projection from 2025-09-30 on the figures of 2025 goes 1 to 60"),
        ({"horizon": 61}, "horizon 61: "),
        ({"horizon": 58, "start": "2023-12-31"}, "goes 1 to 57 months ahead"),
        ({"target": -1}, "target -1: an agency rate is a number from 0 to 100"),
        ({"target": 101}, "target 101: "),
        ({"target": "abc"}, "target abc: "),
        ({"target": "nan"}, "target nan: "),
        ({"draws": 10}, "draws 10: choose from 100 to 100,000"),
        ({"start": "2016-01-01"}, "start 2016-01-01: the first figures held are of 30 September 2017"),
        ({"start": "not a day"}, "start: 'not a day' was given; a date is expected, year first"),
        ({"start": "31/12/2023"}, "start: '31/12/2023' was given"),
        ({"start": "2023-12-31", "year": 2022}, "year 2022, start 2023-12-31: .*Leave the year out"),
        ({"year": 2016}, "year 2016: .* is held for 2017 to 2025"),
        ({"plan": "nowhere/plan.yml"}, "nowhere/plan.yml: there is no such plan file"),
        ({"neighbour_model": "2019"}, "Choose 2021 or 2025"),
        ({"area": "Nowhere"}, "no such area"),
    ],
)  # fmt: skip
def test_what_cannot_be_projected_is_refused_by_name(figures, asked, said):
    with pytest.raises(InputError, match=said):
        workforce.study(figures, **{"area": "Bury"} | asked)


# --- every authority


def test_no_projection_says_why_and_leaves_the_rest(figures):
    study = workforce.study(figures, "Kensington and Chelsea", 2025, draws=100)
    assert "no agency figure" in study.reason
    assert study.projection.empty
    assert study.projected == [AGENCY]
    for name in ("scenarios", "target", "base_rate", "assumptions"):
        assert getattr(study, name).empty, name
    for name in ("position", "start", "trend", "response", "backtest", "rivals", "residual_check", "past"):
        assert len(getattr(study, name)), name
    assert study.target_from == "the region's published rate"


@pytest.mark.parametrize("year", [2017, 2018])
def test_projections_begin_with_2019(figures, year):
    study = workforce.study(figures, "Bury", year)
    assert study.reason.startswith("projections begin with the figures of 2019")
    assert study.projection.empty
    assert study.backtest.empty
    assert_sound(study)


@pytest.mark.parametrize("horizon", [1, 6, 13, 60])
def test_any_horizon_can_be_asked_for(figures, horizon):
    study = workforce.study(figures, "Bury", 2025, horizon=horizon, draws=100)
    assert study.projection["month"].max() == horizon
    assert study.target["month"].max() == horizon
    assert_sound(study)


ALWAYS = ["West Northamptonshire", "City of London", "Isles of Scilly", "Kensington and Chelsea"]
ALSO = {
    2019: ["Dorset", "Kingston upon Thames"],
    2022: ["Cumbria"],
    2023: ["Sutton", "Cumberland", "Westmorland and Furness"],
    2024: ["Westminster", "Birmingham", "Cumberland"],
    2025: ["Warwickshire"],
}


def chosen(figures, year):
    """Choose the awkward authorities of a year and every seventh of the others, so that all have a turn."""
    end = f"{year}-09-30"
    places = figures.areas[figures.areas["kind"] == "authority"]
    turn = np.arange(len(places)) % 7 == year % 7
    wanted = turn | places["name"].isin(ALWAYS + ALSO.get(year, []))
    there = (places["valid_to"].eq("") | (places["valid_to"] >= end)) & (places["valid_from"] <= end)
    return places.loc[wanted & there, "area"].tolist()


@pytest.mark.parametrize("year", range(2019, 2026))
def test_authorities_can_be_studied_from_every_year(figures, year):
    keys = chosen(figures, year)
    assert len(keys) >= 22
    without = []
    for area in keys:
        study = workforce.study(figures, area, year, horizon=24 if year % 2 else 12, draws=100)
        assert_sound(study)
        if study.reason:
            without.append(study.area_name)
    assert {"City of London", "Isles of Scilly"} <= set(without)
    assert len(without) <= 6, without


def test_every_authority_of_the_newest_year_has_its_turn(figures):
    current = figures.areas.query("kind == 'authority' and valid_to == '' and valid_from < '2019'")["area"]
    assert set(current) <= {area for year in range(2019, 2026) for area in chosen(figures, year)}


def assert_sound(study):
    """Hold that no finding is missing and no sentence has a number that is none."""
    where = (study.area_name, study.started)
    assert np.isfinite([finding.value for finding in study.findings]).all(), where
    said = " ".join(str(passage) for passage in every_passage(study))
    for word in ("nan", "NaN", "None", "inf", "<NA>", "NaT"):
        assert not re.search(rf"(?<![\w]){word}(?![\w])", said), (word, where)
    assert ": ." not in said, where
    assert len(study.projection) == 0 if study.reason else len(study.projection), where


def every_passage(study):
    """Give what every public function of the narrative that asks for a study alone says of it."""
    own = [
        function
        for name, function in vars(sentences).items()
        if (name == "key_messages" or name.startswith("describe_"))
        and list(inspect.signature(function).parameters) == ["study"]
    ]
    assert len(own) >= 10
    return [passage(study) for passage in own]
