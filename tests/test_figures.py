"""The figures as an analyst asks for them, against values read by eye in the published files."""

import numpy as np
import pandas as pd
import pytest

import analytics
from analytics.errors import InputError


@pytest.fixture(scope="module")
def figures():
    return analytics.load()


def test_one_figure(figures):
    row = figures.select(area="Bury", measure="rereferral_percent", year=2025)
    assert row[["area", "name", "period", "value", "status"]].to_dict("records") == [
        {"area": "351", "name": "Bury", "period": 2025, "value": 26.0, "status": ""}
    ]


def test_several_areas_measures_and_years(figures):
    table = figures.select(["Bury", "England"], ["cases", "case_holders_fte"], [2018, 2019])
    wide = table.pivot(index=["name", "period"], columns="measure", values="value")
    assert wide.loc[("Bury", 2019)].to_dict() == {"cases": 1038.0, "case_holders_fte": 59.1}
    assert wide.loc[("Bury", 2018)].to_dict() == {"cases": 1315.0, "case_holders_fte": 65.1}
    assert len(wide) == 4


def test_areas_and_years_may_come_in_any_container(figures):
    asked = figures.select(["Bury", "Kent"], "cases", [2018, 2019])
    for areas, years in (
        (("Bury", "Kent"), (2018, 2019)),
        (pd.Series(["Bury", "Kent"]), np.array([2018, 2019])),
    ):
        pd.testing.assert_frame_equal(figures.select(areas, "cases", years), asked)
    assert len(figures.select("Bury", "cases", np.int64(2018))) == 1


def test_all_areas_of_one_measure(figures):
    table = figures.select(measure="rereferral_percent", year=2025)
    kinds = table["area"].map(figures.register["kind"]).value_counts().to_dict()
    assert kinds == {"authority": 153, "region": 9, "part": 2, "england": 1}


def test_suppressed_is_missing_with_its_reason_and_never_zero(figures):
    hampshire = figures.select("Hampshire", "rereferral_percent", 2024).iloc[0]
    assert np.isnan(hampshire["value"])
    assert hampshire["status"] == "u"
    symbols = figures.table["status"].isin(["c", "x", "z", "u"])
    assert figures.table.loc[symbols, "value"].isna().all()
    low = figures.table["status"] == "low"
    assert low.any()
    assert (figures.table.loc[low, "value"] == 0).all()


def test_a_member_of_a_joint_return_has_the_figures_of_the_return(figures):
    member = figures.select("North Northamptonshire", "agency_rate_fte")
    assert member["period"].tolist() == list(range(2017, 2026))
    assert member.set_index("period")["published_for"][2020] == "Northamptonshire"
    assert (
        member.set_index("period")["published_for"][2021] == "North Northamptonshire / West Northamptonshire"
    )
    other = figures.select("West Northamptonshire", "agency_rate_fte")
    assert member["value"].tolist() == other["value"].tolist()
    # In the children in need figures it reports for itself, and only since it exists.
    assert figures.select("North Northamptonshire", "referral_count")["period"].min() == 2022


def test_an_authority_made_of_two_does_not_continue_the_old_one(figures):
    assert figures.select("Cumberland", "agency_rate_fte")["period"].min() == 2023
    assert figures.select("Bournemouth, Christchurch and Poole", "referral_count")["period"].min() == 2020


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"area": "Burry"}, "Nearest: Bury"),
        ({"measure": "rereferal_percent"}, "Nearest: rereferral_percent"),
        ({"measure": "cases", "year": 2013}, "held for 2017 to 2025"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest(figures, asked, said):
    with pytest.raises(InputError, match=said):
        figures.select(**asked)


def test_a_rate_stands_beside_its_parts(figures):
    row = figures.rates("agency_rate_fte").query("area == '351' and period == 2019").iloc[0]
    assert row["numerator"] == 17.0
    assert row["denominator"] == pytest.approx(17.0 + 104.6)
    assert row["value"] == 14.0


def test_a_part_is_missing_where_one_of_its_figures_is(figures):
    rates = figures.rates("agency_rate_fte")
    kensington = rates.query("area == '207' and period == 2024").iloc[0]
    assert np.isnan(kensington["denominator"])


def test_changing_a_table_of_rates_leaves_the_next_one_alone(figures):
    mine = figures.rates("caseload_fte")
    mine["value"] = -1.0
    assert (figures.rates("caseload_fte")["value"].dropna() > 0).all()


def test_tables_that_are_not_there_are_named(tmp_path):
    with pytest.raises(InputError, match=r"areas\.parquet.*analytics ingest"):
        analytics.load(tmp_path)


def test_the_checksum_follows_the_tables(figures, tmp_path):
    for path in figures.folder.glob("*.parquet"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert analytics.load(tmp_path).sha256 == figures.sha256
    changed = pd.read_parquet(tmp_path / "manifest.parquet").assign(date="1999-01-01")
    changed.to_parquet(tmp_path / "manifest.parquet")
    assert analytics.load(tmp_path).sha256 != figures.sha256


def test_a_derived_rate_is_what_the_department_published(figures):
    # Referrals per 10,000 children in the 2024 release of children in need, table C1.
    rates = figures.select(["Bury", "Kent", "England"], "referral_rate", [2016, 2020, 2022])
    published = [484.0, 467.3, 770.0, 470.5, 670.5, 580.1, 536.0, 545.3, 552.8]
    assert rates["value"].tolist() == pytest.approx(published, abs=0.051)
    assert (rates["measure"] == "referral_rate").all()


def test_a_derived_rate_is_missing_for_the_reason_that_its_part_is(figures):
    row = figures.select("Hampshire", "referral_rate", 2024).iloc[0]
    assert np.isnan(row["value"])
    assert row["status"] == "u"


def test_an_unknown_measure_is_met_with_the_nearest_derived_or_not(figures):
    with pytest.raises(InputError, match="Nearest: referral_rate"):
        figures.select("Bury", "referal_rate")
