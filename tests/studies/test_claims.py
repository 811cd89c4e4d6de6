"""What council papers said, beside the published year."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import analytics
from analytics.evidence import read_claims
from analytics.measures import comparison
from analytics.narrative import rereferrals as sentences
from analytics.studies import rereferrals
from analytics.studies.claims import held_against_the_year, model_of_the_time


@pytest.fixture(scope="module")
def figures():
    return analytics.load()


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
