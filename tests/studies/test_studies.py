"""The three studies: tables that hold together, for Bury by hand and for awkward authorities."""

import dataclasses

import numpy as np
import pytest

from analytics.errors import InputError
from analytics.studies import caseloads, rereferrals, workforce
from analytics.studies.comparison import POSITION, missing_hours

KINDS = ["area", "neighbours_pooled", "neighbours_mean", "neighbours_median", "region", "england"]


@pytest.mark.parametrize("study", [rereferrals, caseloads, workforce])
def test_every_study_has_a_position_of_six_rows_a_measure(figures, study):
    position = study.study(figures, "Bury").position
    assert list(position.columns) == POSITION
    for _, rows in position.groupby("measure"):
        assert rows["kind"].tolist() == KINDS


def test_burys_position_is_what_was_published(figures):
    rows = rereferrals.study(figures, "Bury", 2025).position.set_index("kind")
    # 755 of 2,905 and the regional and national rows, read by eye in table C1.
    assert rows.loc["area", ["value", "numerator", "denominator"]].tolist() == [26.0, 755, 2905]
    assert rows.loc["region", ["comparator", "value", "numerator"]].tolist() == ["North West", 21.7, 18730]
    assert rows.loc["england", ["value", "numerator", "denominator"]].tolist() == [22.6, 142900, 632830]
    # Wilson for 755 of 2,905, worked by hand: (2x + z² ∓ z√(z² + 4x(1 - p))) / 2(n + z²).
    z, x, n = 1.959964, 755, 2905
    half = z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    assert rows.at["area", "lower"] == pytest.approx(100 * (2 * x + z**2 - half) / (2 * (n + z**2)), abs=1e-5)
    assert rows.at["area", "upper"] == pytest.approx(100 * (2 * x + z**2 + half) / (2 * (n + z**2)), abs=1e-5)
    assert rows.loc[["neighbours_mean", "neighbours_median", "region", "england"], "lower"].isna().all()
    assert (rows["period"] == "year to 31 March 2025").all()


def test_a_rate_by_fte_has_no_interval_of_chance_and_its_headcount_twin_has(figures):
    position = caseloads.study(figures, "Bury", 2025).position
    area = position[position["kind"] == "area"].set_index("measure")
    assert np.isnan(area.at["agency_rate_fte", "lower"])
    assert np.isnan(area.at["caseload_fte", "lower"])
    assert area.at["agency_rate_headcount", "lower"] < 23.2 < area.at["agency_rate_headcount", "upper"]


def test_the_year_is_the_latest_unless_one_is_named(figures):
    assert rereferrals.study(figures, "Leeds").year == 2025
    assert rereferrals.study(figures, "Leeds", 2019).trend["period"].max() == 2019


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"area": "Bury", "year": 1999}, "2013 to 2025"),
        ({"area": "Bury", "neighbour_model": "2019"}, "Choose 2021 or 2025"),
        ({"area": "England"}, "a paper is about an authority"),
        ({"area": "Inner London"}, "a paper is about an authority"),
        ({"area": "940 / 941"}, "North Northamptonshire or West Northamptonshire"),
        (
            {"area": "Cumbria", "year": 2025},
            "abolished on 31 March 2023, before 31 March 2025. Ask for Cumberland or Westmorland",
        ),
        ({"area": "Nowhere"}, "no such area"),
        (
            {"area": "Cumberland", "year": 2020},
            "began on 1 April 2023, after 31 March 2020. Ask for Cumbria,",
        ),
        ({"area": "838", "year": 2015}, "Ask for Dorset .to March 2019., or for a later year"),
    ],
)
def test_what_cannot_be_studied_is_refused_with_what_to_do(figures, asked, said):
    with pytest.raises(InputError, match=said):
        rereferrals.study(figures, **asked)


def test_an_authority_that_continues_another_can_be_studied_before_it_began(figures):
    study = caseloads.study(figures, "North Northamptonshire", 2019)
    assert study.position["value"].notna().iloc[0]
    assert any("are those of Northamptonshire" in note for note in study.notes)


def test_an_abolished_authority_can_be_studied_for_its_own_years(figures):
    study = rereferrals.study(figures, "Cumbria", 2022, "2021")
    assert study.position.set_index("kind").at["area", "denominator"] > 0


def test_a_new_authoritys_first_year_is_shown_flagged_and_left_out_of_the_trend(figures):
    study = rereferrals.study(figures, "Cumberland", 2025)
    own = study.trend.query("kind == 'area'").set_index("period")
    assert np.isnan(own.at[2024, "value"])
    assert own.at[2024, "status"] == "not comparable"
    assert own.at[2025, "value"] == 22.7
    assert any("first year" in note for note in study.notes)
    first = rereferrals.study(figures, "Cumberland", 2024).position.set_index("kind")
    assert first.at["area", "value"] == 10.7
    assert "first year" in first.at["area", "status"]


def test_notes_say_that_a_return_is_joint_and_whom_it_continues(figures):
    notes = " ".join(caseloads.study(figures, "West Northamptonshire", 2025).notes)
    assert "North Northamptonshire and West Northamptonshire together" in notes
    assert "to 2021 are those of Northamptonshire" in notes


def test_missing_hours_of_agency_workers_are_warned_of(figures):
    # Warwickshire 2025: 11 agency workers and 0.0 FTE, so a published rate of 0.0%.
    (warning,) = workforce.study(figures, "Warwickshire", 2025, draws=100).warnings
    assert warning.startswith("Only 0.0 FTE were recorded for 11 agency workers")
    assert warning.endswith("counted as people it is 2.2%.")
    assert caseloads.study(figures, "Barnet", 2019).warnings
    assert not caseloads.study(figures, "Bury", 2025).warnings
    # Fewer than ten people, or no figure at all, give no reason to warn.
    assert not workforce.study(figures, "City of London", 2025).warnings
    assert not workforce.study(figures, "Kensington and Chelsea", 2025).warnings


def test_the_start_of_bury_is_what_was_published(figures):
    start = workforce.study(figures, "Bury", 2019, draws=100).start.set_index("measure")
    assert start.loc[["inpost_fte", "agency_fte", "vacancy_fte"], "value"].tolist() == [104.6, 17.0, 37.0]
    assert start.loc[["inpost_fte", "agency_fte", "vacancy_fte"], "value_before"].tolist() == [
        112.9,
        20.0,
        37.0,
    ]


def test_the_pipeline_is_the_councils_words_known_at_the_time(figures):
    study = workforce.study(figures, "Bury", 2025, draws=100)
    claims = study.pipeline.set_index("claim")
    assert claims.at["intl-appointed", "value"] == 23
    assert claims.at["sw-agency-2023-12", "recomputed"] == pytest.approx(33.2, abs=0.05)
    assert workforce.study(figures, "Bury", 2022, draws=100).pipeline.empty
    assert workforce.study(figures, "Leeds", 2025, draws=100).pipeline.empty


@pytest.mark.parametrize(
    ("area", "year"),
    [
        ("Kensington and Chelsea", 2025),
        ("Westminster", 2024),
        ("Birmingham", 2024),
        ("Sutton", 2023),
        ("City of London", 2025),
        ("Isles of Scilly", 2025),
        ("Kingston upon Thames", 2025),
        ("West Northamptonshire", 2021),
        ("Westmorland and Furness", 2023),
        ("Dorset", 2019),
        ("Bury", 2017),
    ],
)
def test_awkward_authorities_are_studied_and_no_finding_is_missing(figures, area, year):
    for study in (caseloads.study(figures, area, year), workforce.study(figures, area, year, draws=100)):
        assert study.findings
        for finding in study.findings:
            assert np.isfinite(finding.value), finding


def test_an_authority_can_be_studied_for_the_year_that_ended_with_it(figures):
    # Cumbria was abolished on 31 March 2023, the last day of that reporting year.
    study = rereferrals.study(figures, "Cumbria", 2023, "2021")
    published = figures.select("Cumbria", "rereferral_percent", 2023)["value"].iloc[0]
    assert study.position.set_index("kind").at["area", "value"] == published


def test_a_figure_that_is_missing_is_no_area_used(figures):
    def used(area):
        return rereferrals.study(figures, area, 2024).position.set_index("kind").at["area", "areas_used"]

    assert (used("Bury"), used("Hampshire")) == (1, 0)


def test_an_area_without_a_row_is_not_published(figures):
    table = figures.table
    row = (table["area"] == "351") & (table["period"] == 2025) & (table["measure"] == "rereferral_percent")
    less = dataclasses.replace(figures, table=table[~row])
    own = rereferrals.study(less, "Bury", 2025).position.set_index("kind").loc["area"]
    assert (own["status"], own["areas_used"]) == ("not published", 0)


def test_the_limits_of_the_pooled_neighbours_are_wilsons(figures):
    row = rereferrals.study(figures, "Bury", 2025).position.set_index("kind").loc["neighbours_pooled"]
    # The neighbours' counts in table C1 add up to 15,593 of 69,926.
    z, x, n = 1.959964, 15593, 69926
    half = z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    assert row["lower"] == pytest.approx(100 * (2 * x + z**2 - half) / (2 * (n + z**2)), abs=1e-5)
    assert row["upper"] == pytest.approx(100 * (2 * x + z**2 + half) / (2 * (n + z**2)), abs=1e-5)


def test_the_caption_says_whom_the_area_is_set_beside(figures):
    caption = rereferrals.study(figures, "Bury", 2025, "2021").caption
    assert caption.geography == "Bury; statistical neighbours (2021 model), North West and England"


def test_notes_do_not_run_ahead_of_the_year(figures):
    missing = [
        "Re-referral rate, year to 31 March 2021: not available.",
        "Re-referral rate, year to 31 March 2022: not available.",
    ]
    for year, many in ((2020, 0), (2021, 1), (2022, 2)):
        notes = rereferrals.study(figures, "Hackney", year).notes
        assert [note for note in notes if note in missing] == missing[:many]


@pytest.mark.parametrize(("people", "fte", "warned"), [(10, 5.9, True), (10, 6.0, False), (9, 0.0, False)])
def test_hours_are_missing_from_ten_people_and_below_six_tenths(figures, people, fte, warned):
    table = figures.table.copy()
    bury = (table["area"] == "351") & (table["period"] == 2025)
    table.loc[bury & (table["measure"] == "agency_headcount"), "value"] = people
    table.loc[bury & (table["measure"] == "agency_fte"), "value"] = fte
    said = missing_hours(dataclasses.replace(figures, table=table), "351", 2025)
    assert bool(said) == warned


def test_each_average_of_neighbours_that_is_missing_says_why(figures):
    rows = rereferrals.study(figures, "Cumberland", 2025, "2021").position.set_index("kind")
    for average in ("pooled", "mean", "median"):
        row = rows.loc[f"neighbours_{average}"]
        assert np.isnan(row["value"])
        assert (row["areas_used"], row["status"]) == (0, "no neighbours in the 2021 model")
