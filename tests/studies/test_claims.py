"""What council papers said, beside the published year."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analytics.evidence import read_claims
from analytics.measures import comparison
from analytics.narrative import rereferrals as sentences
from analytics.studies import rereferrals
from analytics.studies.claims import held_against_the_year, model_of_the_time


@pytest.mark.parametrize(
    ("day", "model"),
    [("2018-08-31", "2021"), ("2025-05-30", "2021"), ("2025-05-31", "2025"), ("2030-01-01", "2025")],
)
def test_a_claim_is_held_against_the_neighbours_of_its_time(day, model):
    assert model_of_the_time(day) == model


def test_two_quoted_months_stand_beside_the_year_that_they_fall_in(figures):
    table = rereferrals.study(figures, "Bury", 2025).evidence
    assert table["claimed"].tolist() == [25.0, 33.5]
    assert table["as_at"].tolist() == ["2018-08-31", "2018-11-30"]
    assert (table["period"] == "year to 31 March 2019").all()
    assert table["published"].tolist() == [29.0, 29.0]
    assert table["difference_pp"].tolist() == pytest.approx([-4.0, 4.5])
    assert (table["neighbour_model"] == "2021").all()
    said = str(sentences.describe_evidence(rereferrals.study(figures, "Bury", 2025)))
    assert "council papers quoted 25.0% and 33.5%" in said
    assert "Single months are not a series" in said


def test_a_claim_is_not_known_before_its_year(figures):
    assert rereferrals.study(figures, "Bury", 2018).evidence.empty
    assert rereferrals.study(figures, "Leeds", 2025).evidence.empty
    assert rereferrals.study(figures, "Bury", 2025, measure="repeat_plans").evidence.empty


def test_a_claim_of_being_in_line_is_tested(figures):
    subject = comparison("rereferrals")
    words = "Repeat referrals are in line with similar authorities"
    subject = dataclasses.replace(subject, claimed_as=(words,))
    claim = (
        read_claims("bury")
        .iloc[[0]]
        .assign(statement=words, as_at="2023-03-31", value=np.nan, unit="comparison", numerator=np.nan)
    )
    (row,) = held_against_the_year(figures, "351", subject, claim, 2025).to_dict("records")
    then = rereferrals.study(figures, "Bury", 2023, "2021").difference.set_index("kind")
    assert row["period"] == "year to 31 March 2023"
    assert row["verdict"] == then.at["neighbours_pooled", "verdict"] == "unusual; higher by more than chance"
    assert np.isnan(row["claimed"])
    study = dataclasses.replace(rereferrals.study(figures, "Bury", 2025), evidence=pd.DataFrame([row]))
    assert f"council papers said “{words}”" in str(sentences.describe_evidence(study))


def claims_of_bury(**values):
    """Give the first claim on re-referrals of Bury once for each value, changed."""
    claims = read_claims("bury")
    first = claims[claims["statement"].isin(comparison("rereferrals").claimed_as)].iloc[[0]]
    return pd.concat([first] * len(next(iter(values.values())))).assign(**values)


def held(figures, claims, until=2025):
    return held_against_the_year(figures, "351", comparison("rereferrals"), claims, until)


def test_a_claim_is_known_from_the_year_that_it_falls_in(figures):
    days = ["2019-04-01", "2019-03-31", "2018-04-01", "2018-03-31"]
    periods = held(figures, claims_of_bury(as_at=days))[["as_at", "period"]]
    assert periods.to_numpy().tolist() == [
        ["2018-03-31", "year to 31 March 2018"],
        ["2018-04-01", "year to 31 March 2019"],
        ["2019-03-31", "year to 31 March 2019"],
        ["2019-04-01", "year to 31 March 2020"],
    ]
    assert held(figures, claims_of_bury(as_at=days), 2019)["as_at"].tolist() == sorted(days)[:3]


def test_a_claim_without_a_day_or_of_a_year_that_is_not_held_is_left_out(figures):
    days = [None, "2011-08-31", "2018-08-31", "2099-08-31"]
    assert held(figures, claims_of_bury(as_at=days), 2100)["as_at"].tolist() == ["2018-08-31"]


def test_a_claim_in_another_unit_has_no_difference_from_the_rate(figures):
    table = held(figures, claims_of_bury(as_at=["2018-08-31"] * 2, unit=["percent", "count"]))
    assert table["difference_pp"].tolist() == pytest.approx([25.0 - 29.0, np.nan], nan_ok=True)


def test_the_year_of_a_claim_is_told_with_its_limits_and_its_neighbours(figures):
    (row,) = held(figures, claims_of_bury(as_at=["2018-08-31"])).to_dict("records")
    rates = figures.rates("rereferral_percent").query("period == 2019").set_index("area")
    x, n = rates.loc["351", ["numerator", "denominator"]].astype(float)
    # Wilson's limits, worked by hand.
    z = 1.959964
    half = z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    assert row["lower"] == pytest.approx(100 * (2 * x + z**2 - half) / (2 * (n + z**2)), abs=1e-4)
    assert row["upper"] == pytest.approx(100 * (2 * x + z**2 + half) / (2 * (n + z**2)), abs=1e-4)
    near = figures.neighbours.query("model == '2021' and area == '351'")["neighbour"]
    counts = rates.reindex(near.astype(str))[["numerator", "denominator"]].sum()
    assert row["neighbours_pooled"] == pytest.approx(100 * counts["numerator"] / counts["denominator"])


def test_a_year_without_a_rate_says_why_beside_the_claim(figures):
    # The 2021 and 2022 rates of Hackney were not available.
    claims = claims_of_bury(as_at=["2020-08-31"])
    (row,) = held_against_the_year(figures, "204", comparison("rereferrals"), claims, 2025).to_dict("records")
    assert np.isnan(row["published"])
    assert (row["status"], row["verdict"]) == ("x", "no comparison")
