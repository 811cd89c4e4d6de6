"""The study of caseloads: an area's own tables by hand, and every authority and year."""

import numpy as np
import pandas as pd
import pytest

from analytics.measures import measure
from analytics.narrative import caseloads as sentences
from analytics.narrative import common
from analytics.studies import caseloads
from analytics.studies.caseload_parts import caseload_factors, decomposition, quality

TABLES = ["position", "neighbours", "trend", "scatter", "slopes", "decomposition", "quality", "estimates"]


def test_burys_caseload_is_split_by_hand(figures):
    rows = decomposition(figures, "351", 2025).query("span == 'whole'").set_index("part")
    # Cases, case holders, in post and agency FTE of 2017 and 2025, read in the published file.
    holders = {2017: 64.5, 2025: 102.0}
    cases, workforce = {2017: 1320.0, 2025: 1515.0}, {2017: 118.8 + 7.0, 2025: 150.1 + 48.0}
    one, two = (cases[year] / holders[year] for year in (2017, 2025))
    weight = (two - one) / np.log(two / one)
    share = {year: holders[year] / workforce[year] for year in holders}
    assert rows.at["cases", "contribution"] == pytest.approx(weight * np.log(1515 / 1320), abs=1e-9)
    assert rows.at["workforce", "contribution"] == pytest.approx(
        -weight * np.log(workforce[2025] / workforce[2017]), abs=1e-9
    )
    assert rows.at["share", "contribution"] == pytest.approx(
        -weight * np.log(share[2025] / share[2017]), abs=1e-9
    )
    assert rows.at["caseload", "contribution"] == pytest.approx(two - one)
    assert rows.at["share", "before"] == pytest.approx(100 * share[2017])
    assert (rows.at["caseload", "start"], rows.at["caseload", "end"]) == (2017, 2025)


def test_parts_add_up_in_every_span_of_every_authority(figures):
    for area in figures.areas.query("kind == 'authority'")["area"]:
        table = decomposition(figures, area, 2025)
        known = table[table["contribution"].notna()]
        wide = known.pivot(index=["span", "start"], columns="part", values="contribution")
        if len(wide):
            parts = wide[["cases", "workforce", "share"]].sum(axis=1)
            assert parts.to_numpy() == pytest.approx(wide["caseload"].to_numpy(), abs=1e-9)


def test_a_year_without_figures_says_so_in_the_spans_that_it_bounds(figures):
    table = decomposition(figures, "207", 2025)
    gap = table.query("span == 'year' and start == 2020")
    assert gap["contribution"].isna().all()
    assert (gap["status"] == "figures missing for 2021").all()
    whole = table[table["span"] == "whole"]
    assert whole["end"].unique().tolist() == [2020]
    assert caseload_factors(figures, "207", 2025).loc[2021].isna().all()


def test_one_year_alone_is_not_split(figures):
    assert decomposition(figures, "351", 2017).empty
    # An authority created in 2023 has its own years only.
    own = decomposition(figures, "942", 2025)
    assert own["start"].min() == 2023


def test_figures_to_look_at_twice_are_flagged(figures):
    barnet = quality(figures, "302", 2025).set_index("period")
    assert "hours of agency workers are missing" in barnet.at[2019, "flag"]
    warwickshire = quality(figures, "937", 2025).set_index("period")
    assert warwickshire.at[2025, "flag"] == "hours of agency workers are missing"
    # 21.4 FTE for 32 people is 0.67 each: not so few.
    assert warwickshire.at[2017, "flag"] == ""
    scilly = quality(figures, "420", 2025).set_index("period")
    assert scilly.at[2025, "change_percent"] == pytest.approx(100 * (6.0 / 16.0 - 1))
    assert "caseload moved by more than 40%" in scilly.at[2025, "flag"]
    missing = quality(figures, "207", 2025).set_index("period")
    assert missing.at[2025, "flag"] == "not every figure was published: not available"
    # Bury's cases: 981, then 741, then 1,553.
    bury = quality(figures, "351", 2025).set_index("period")["flag"]
    assert bury[bury != ""].to_dict() == {2023: "cases held moved by more than 40%"}


def test_the_scatter_has_every_return_once(figures):
    table = caseloads.study(figures, "West Northamptonshire", 2025).scatter
    assert table["area"].is_unique
    assert table.set_index("area").at["940/941", "kind"] == "area"
    assert not table["area"].isin(["940", "941", "201", "420"]).any()
    assert (table["kind"] == "neighbour").sum() == 9
    row = table.set_index("area").loc["351"]
    assert row[["agency_rate_fte", "caseload_fte"]].tolist() == [24.2, 14.9]
    assert table.set_index("area").at["207", "status"] == "x"


@pytest.mark.parametrize("year", range(2018, 2026))
def test_every_authority_can_be_studied_in_every_year(figures, year):
    end = measure("caseload_fte").publication.last_day(year)
    places = figures.areas.query("kind == 'authority'")
    there = (places["valid_to"].eq("") | places["valid_to"].ge(end)) & places["valid_from"].le(end)
    keys = places.loc[there, "area"].tolist()
    found = caseloads.studies(figures, keys, year, "2021" if year % 2 else "2025")
    assert len(found) == len(keys) >= 150
    for study in found:
        assert np.isfinite([finding.value for finding in study.findings]).all(), study.area_name
        said = " ".join(str(passage) for passage in every_passage(study))
        for word in ("nan", "NaN", "None", "inf", "<NA>"):
            assert f" {word} " not in said.replace(",", " ").replace("%", " "), (study.area_name, word)


def every_passage(study):
    own = [
        sentences.key_messages, sentences.describe_trend, sentences.describe_scatter,
        sentences.describe_estimates, sentences.describe_timing, sentences.describe_parts,
        sentences.describe_decomposition, sentences.describe_slopes, sentences.describe_outcomes,
        sentences.describe_quality, common.describe_position,
    ]  # fmt: skip
    return [passage(study) for passage in own]


def test_an_area_gets_the_same_alone_as_among_all(figures):
    current = figures.areas.query("kind == 'authority' and valid_to == ''")["area"].tolist()
    among = {study.area: study for study in caseloads.studies(figures, current, 2024)}
    for area in ("351", "940", "942", "420", "207"):
        alone = caseloads.study(figures, area, 2024)
        for table in TABLES:
            pd.testing.assert_frame_equal(getattr(alone, table), getattr(among[area], table), obj=table)
        assert alone.findings == among[area].findings


def test_suppressed_agency_counts_leave_the_year_out_and_say_so(figures):
    study = caseloads.study(figures, "Kensington and Chelsea", 2025)
    assert study.slopes.query("kind == 'area'")["years"].iloc[0] == 4
    assert "ask to be looked at twice" in str(sentences.describe_quality(study))


def test_a_year_without_its_neighbours_is_studied(figures):
    study = caseloads.study(figures, "Cumberland", 2025, "2021")
    assert study.neighbours.empty
    assert "gives Cumberland no statistical neighbours" in str(sentences.key_messages(study))
