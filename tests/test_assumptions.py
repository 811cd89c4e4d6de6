"""What is assumed is whole, has a source or says that it has none, and is drawn as it says."""

from datetime import date, datetime

import numpy as np
import pytest
import yaml
from pydantic import ValidationError
from scipy import stats

from analytics.assumptions import Assumption, assumptions, draw, names
from analytics.errors import InputError
from analytics.evidence import read_claims
from analytics.folders import PACKAGE

NAMES = [
    "offer_falls_through", "registration_median", "registration_shape", "arrival_median",
    "arrival_falls_through", "induction_median", "international_leaving", "ramp_months", "ramp_first",
    "conversions", "establishment_growth", "demand_change", "late_months",
]  # fmt: skip
START = "2023-12-31"
DRAWS = 200_000


def drawn(entry, seed=1):
    return draw(entry, np.random.default_rng(seed), DRAWS)


def refusal(**own):
    with pytest.raises(InputError) as caught:
        assumptions(START, own)
    return str(caught.value)


# --- the file


def test_the_file_has_every_name_that_a_projection_asks_for():
    assert names() == NAMES
    assert list(assumptions(START)) == NAMES


@pytest.mark.parametrize("start", ["2019-09-30", "2022-06-01", START, "2024-04-01", "2025-09-30"])
def test_every_entry_says_what_it_is_where_it_is_from_and_what_if_it_is_wrong(start):
    for name, entry in assumptions(start).items():
        for text in (entry.title, entry.unit, entry.how, entry.source, entry.if_wrong):
            assert text, name
        sourced = entry.source != "our assumption; no source found"
        assert sourced == bool(entry.dated), name


def test_what_is_ours_does_not_pass_for_evidence():
    ours = {name for name, entry in assumptions(START).items() if not entry.dated}
    assert ours == {
        "registration_shape", "arrival_median", "arrival_falls_through", "induction_median", "ramp_months",
        "establishment_growth", "demand_change", "late_months",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "a", "b"), [("offer_falls_through", 2.5, 10.5), ("international_leaving", 2.5, 8.5)]
)
def test_counts_give_the_beta_that_is_written_beside_them(name, a, b):
    # Devon: 2 of 12 did not start; 2 of the 10 who did have left. Half is added to each of the two counts.
    entry = assumptions(START)[name]
    assert (entry.successes + 0.5, entry.trials - entry.successes + 0.5) == (a, b)
    assert entry.value == pytest.approx(a / (a + b), abs=5e-4)
    assert [entry.lower, entry.upper] == pytest.approx(stats.beta(a, b).ppf([0.05, 0.95]), abs=5e-4)


@pytest.mark.parametrize(
    ("start", "days"),
    [
        ("2015-01-01", 10), ("2021-01-01", 10), ("2021-12-31", 10), ("2022-01-01", 30), ("2022-12-31", 30),
        ("2023-01-01", 50), ("2023-12-31", 50), ("2024-02-29", 50), ("2024-03-01", 75), ("2024-07-31", 75),
        ("2024-08-01", 25), ("2030-01-01", 25),
    ],
)  # fmt: skip
def test_the_time_to_registration_is_that_of_the_start(start, days):
    for day in (start, date.fromisoformat(start)):
        assert assumptions(day)["registration_median"].value == pytest.approx(days / 21, abs=0.005)


def test_the_scenario_of_conversions_is_what_the_paper_says():
    (claim,) = read_claims("bury").query("claim == 'sw-conversions-2018'").to_dict("records")
    entry = assumptions(START)["conversions"]
    assert entry.value == claim["value"] == 8
    assert entry.dated == claim["dated"]
    assert claim["title"] in entry.source


def test_scenarios_try_both_ends():
    held = assumptions(START)
    assert held["late_months"].tried == (3, 6)
    assert held["demand_change"].tried == (-10, 10)
    assert held["conversions"].tried == (8,)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"distribution": "beta", "successes": None}, "needs `successes`"),
        ({"distribution": "uniform", "value": 0.1}, "half-way"),
        ({"distribution": "lognormal", "lower": 0.0}, "above nought"),
        ({"distribution": "normal"}, "distribution"),
        ({"lower": -0.1}, "cannot be below 0"),
        ({"upper": 1.1}, "cannot be above 1"),
        ({"lower": 0.3}, "lower 0.3 is above value"),
        ({"surce": "x"}, "surce"),
    ],
)
def test_an_entry_that_is_not_whole_is_refused(changed, message):
    entry = assumptions(START)["offer_falls_through"].model_dump()
    with pytest.raises(ValidationError, match=message):
        Assumption(**(entry | changed))


def test_the_header_of_the_file_names_no_field_that_is_not_there():
    text = (PACKAGE / "assumptions.yml").read_text(encoding="utf-8")
    fields = {field for entry in yaml.safe_load(text).values() for field in entry}
    assert fields - {"by_date"} <= set(Assumption.model_fields)


# --- draws


def test_a_beta_is_drawn_with_its_mean_and_limits():
    entry = assumptions(START)["offer_falls_through"]
    assert drawn(entry).mean() == pytest.approx(2.5 / 13, abs=0.002)
    assert np.quantile(drawn(entry), [0.05, 0.95]) == pytest.approx([entry.lower, entry.upper], abs=0.003)


@pytest.mark.parametrize("name", ["registration_median", "arrival_median", "registration_shape"])
def test_a_lognormal_is_drawn_with_its_median_and_limits(name):
    entry = assumptions(START)[name]
    # 2.38 months with 1.64 and 3.57 around it: not as far, in logarithms, on one side as on the other.
    expected = [entry.lower, entry.value, entry.upper]
    assert np.quantile(drawn(entry), [0.05, 0.5, 0.95]) == pytest.approx(expected, rel=0.015)


def test_a_uniform_is_drawn_between_its_ends():
    draws = drawn(assumptions(START)["ramp_first"])
    assert draws.min() >= 0.3
    assert draws.max() <= 0.6
    assert draws.mean() == pytest.approx(0.45, abs=0.001)
    assert draws.std() == pytest.approx(0.3 / np.sqrt(12), abs=0.001)


def test_what_a_user_gives_is_drawn_from_a_triangle():
    entry = assumptions(START, {"offer_falls_through": {"value": 0.1, "lower": 0, "upper": 0.5}})[
        "offer_falls_through"
    ]
    draws = drawn(entry)
    assert draws.min() >= 0
    assert draws.max() <= 0.5
    assert draws.mean() == pytest.approx(0.6 / 3, abs=0.001)
    # The triangle's median where its peak is left of the middle: c - √(½(c - a)(c - b)), by hand.
    assert np.median(draws) == pytest.approx(0.5 - np.sqrt(0.5 * 0.5 * 0.4), abs=0.002)


def test_what_is_certain_does_not_vary():
    held = assumptions(
        START, {"arrival_median": {"value": 4}, "ramp_months": {"value": 6, "lower": 6, "upper": 6}}
    )
    assert set(drawn(held["arrival_median"])) == {4.0}
    assert set(drawn(held["ramp_months"])) == {6.0}
    assert set(drawn(held["conversions"])) == {8.0}


def test_draws_are_of_the_shape_asked_for_and_the_same_for_a_seed():
    for entry in assumptions(START, {"ramp_months": {"value": 4, "lower": 3, "upper": 9}}).values():
        first, second = (draw(entry, np.random.default_rng(7), (3, 5)) for _ in range(2))
        assert first.shape == (3, 5)
        assert (first == second).all()


# --- what a user puts in its place


def test_a_users_value_takes_the_place_and_says_whose_it_is():
    own = {"offer_falls_through": {"value": 0.15, "lower": 0.05, "upper": 0.3, "source": "our offers"}}
    entry = assumptions(START, own)["offer_falls_through"]
    assert (entry.value, entry.lower, entry.upper, entry.distribution) == (0.15, 0.05, 0.3, "triangular")
    assert (entry.source, entry.dated, entry.how) == ("our offers", "", "given in place of 0.192")
    assert entry.title == assumptions(START)["offer_falls_through"].title
    unnamed = assumptions(START, {"ramp_months": {"value": 6}})["ramp_months"]
    assert unnamed.source == "given by the user; no source named"
    assert (unnamed.lower, unnamed.upper, unnamed.distribution) == (6, 6, "fixed")


def test_a_users_value_leaves_the_others_and_the_file_as_they_were():
    before = assumptions(START)
    after = assumptions(START, {"conversions": {"value": 12}})
    assert {name for name in NAMES if after[name] != before[name]} == {"conversions"}
    assert assumptions(START) == before


def test_a_scenario_tries_the_ends_that_a_user_gives():
    held = assumptions(
        START, {"late_months": {"value": 2, "lower": 1, "upper": 4}, "conversions": {"value": 12}}
    )
    assert held["late_months"].tried == (1, 4)
    assert set(drawn(held["late_months"])) == {2.0}
    assert held["conversions"].tried == (12,)


def test_a_change_may_be_a_fall():
    assert assumptions(START, {"establishment_growth": {"value": -5}})["establishment_growth"].value == -5


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("offer_fall_through", {"value": 0.1}, "Nearest: offer_falls_through"),
        ("conversions", {"value": 3, "lower": 4, "upper": 5}, "conversions: lower 4 is above value 3"),
        ("conversions", {"value": 6, "lower": 4, "upper": 5}, "conversions: upper 5 is below value 6"),
        ("conversions", {"value": 6, "lower": 4}, "one limit was given"),
        ("conversions", {"value": -1}, "people a year.* cannot be below 0"),
        ("international_leaving", {"value": -0.1}, "-0.1 was given.*cannot be below 0"),
        ("international_leaving", {"value": 0.5, "lower": 0.1, "upper": 1.2}, "1.2 was given.*above 1"),
        ("offer_falls_through", {"value": 15}, "15 was given.*probability.*above 1"),
        ("arrival_median", {"value": -2}, "arrival_median: -2 was given.*months.*below 0"),
        ("arrival_median", {"value": 2, "lower": -1, "upper": 3}, "-1 was given"),
        ("registration_shape", {"value": 0}, "cannot be below 0.1"),
        ("ramp_first", {"value": 1.5}, "cannot be above 1"),
        ("demand_change", {"value": -150}, "cannot be below -100"),
        ("arrival_median", {"vale": 2}, "vale: there is no such key. Nearest: value"),
        ("arrival_median", {"lower": 1, "upper": 2}, "value: this key is missing"),
        ("arrival_median", {"value": "two"}, "'two' was given; a number is expected"),
        ("arrival_median", {"value": True}, "True was given; a number is expected"),
        ("arrival_median", {"value": float("nan")}, "nan was given; a number is expected"),
        ("arrival_median", {"value": 2, "source": 5}, "5 was given; text is expected"),
        ("arrival_median", 2, r"2 was given; keys are expected, such as \{value"),
        ("arrival_median", None, "None was given; keys are expected"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_what_was_expected(name, given, message):
    with pytest.raises(InputError, match=message) as caught:
        assumptions(START, {name: given}, "plan.yml")
    assert str(caught.value).startswith(f"plan.yml: {name}") or name == "offer_fall_through"


def test_an_unknown_name_is_told_with_all_that_there_are():
    said = refusal(registration={"value": 1})
    assert "registration_median" in said
    assert all(name in said for name in NAMES)


@pytest.mark.parametrize("start", ["31/12/2023", "2023-02-30", "", None, 2023, datetime(2023, 1, 1)])
def test_a_start_that_is_no_day_is_refused(start):
    with pytest.raises(InputError, match=r"start of the projection: .* a date is expected"):
        assumptions(start)
