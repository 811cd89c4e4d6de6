"""The figures as an analyst asks for them, against values read by eye in the published files."""

import dataclasses
import shutil
import time

import numpy as np
import pandas as pd
import pytest
from sources.small_lait import read_small, write_lait

import analytics
from analytics.errors import InputError
from analytics.measures import dictionary
from analytics.sources.lait import PARQUET


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


def copied(figures, folder):
    for path in figures.folder.glob("*.parquet"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.mark.parametrize(("name", "column"), [("manifest", "date"), ("earlier", "status")])
def test_the_checksum_follows_the_tables(figures, tmp_path, name, column):
    folder = copied(figures, tmp_path)
    assert analytics.load(folder).sha256 == figures.sha256
    changed = pd.read_parquet(folder / f"{name}.parquet").assign(**{column: "1999-01-01"})
    changed.to_parquet(folder / f"{name}.parquet")
    assert analytics.load(folder).sha256 != figures.sha256


def test_a_table_of_earlier_releases_that_is_not_there_is_named(figures, tmp_path):
    (copied(figures, tmp_path) / "earlier.parquet").unlink()
    with pytest.raises(InputError, match=r"earlier\.parquet.*analytics ingest"):
        analytics.load(tmp_path)


def test_a_table_of_earlier_releases_that_cannot_be_read_is_named_when_it_is_asked_for(figures, tmp_path):
    (copied(figures, tmp_path) / "earlier.parquet").write_bytes(b"PAR1, once")
    damaged = analytics.load(tmp_path)
    assert damaged.select("Bury", "cases", 2025)["value"].tolist() == [1515.0]
    with pytest.raises(InputError, match=r"earlier\.parquet.*analytics ingest"):
        damaged.as_published(2023)


@pytest.mark.parametrize(
    ("area", "measure", "year", "then", "now"),
    [
        # Read by eye in the releases of the year and of 2025.
        ("England", "agency_rate_fte", 2023, (17.8, ""), (17.9, "")),
        ("England", "turnover_rate_fte", 2024, (13.8, ""), (13.9, "")),
        ("Cambridgeshire", "working_days_lost_fte", 2023, (300.0, ""), (None, "u")),
        ("Sunderland", "agency_fte", 2023, (0.0, ""), (0.0, "low")),
        ("Westminster", "agency_fte", 2024, (None, "x"), (None, "x")),
        ("Kensington and Chelsea", "agency_fte", 2024, (None, "x"), (None, "u")),
        ("Telford and Wrekin", "agency_cover_rate_fte", 2023, (120.0, ""), (None, "u")),
    ],
)
def test_a_figure_as_it_was_published_and_as_it_is_now(figures, area, measure, year, then, now):
    for one, expected, release in ((figures.as_published(year), then, str(year)), (figures, now, "2025")):
        row = one.select(area, measure, year).iloc[0]
        value = None if np.isnan(row["value"]) else row["value"]
        assert ((value, row["status"]), row["release"]) == (expected, release)


def test_the_figures_of_a_release_end_with_its_year(figures):
    assert figures.as_published(2023).years("agency_rate_fte") == list(range(2017, 2024))
    assert set(figures.as_published(2023).select(measure="cases")["release"]) == {"2023"}


def test_without_the_release_of_a_year_the_newest_is_cut_after_it(figures):
    then = figures.as_published(2019)
    assert then.years("agency_rate_fte") == [2017, 2018, 2019]
    assert then.vintage(2018) == "2025 release, years to 2018"
    expected = figures.select(measure="agency_rate_fte", year=[2017, 2018, 2019])
    pd.testing.assert_frame_equal(then.select(measure="agency_rate_fte"), expected)
    # An authority of today, by the figures of the one that it continues.
    assert set(then.select("North Northamptonshire", "cases")["published_for"]) == {"Northamptonshire"}


@pytest.mark.parametrize(
    ("year", "words"),
    [
        (2017, "2025 release, years to 2017"),
        (2022, "2025 release, years to 2022"),
        (2023, "2023 release"),
        (2024, "2024 release"),
        (2025, "2025 release"),
    ],
)
def test_words_say_which_release_is_used(figures, year, words):
    assert figures.vintage(year) == words


def test_other_publications_stay_as_they_are(figures):
    others = figures.table[figures.table["release"] != "2025"].index
    assert len(others)
    for year in (2019, 2023):
        then = figures.as_published(year)
        for measure in ("referral_count", "referral_rate", "population_0_17_count"):
            pd.testing.assert_frame_equal(then.select(measure=measure), figures.select(measure=measure))
        assert then.releases == figures.releases


def test_a_rate_stands_beside_its_parts_as_they_were_published(figures):
    row = figures.as_published(2023).rates("agency_rate_fte").query("area == 'E92000001'").iloc[-1]
    # The first row of the 2023 release.
    assert row[["period", "value", "numerator"]].tolist() == [2023, 17.8, 7173.5]
    assert row["denominator"] == pytest.approx(7173.5 + 33119.1)


def test_a_year_is_one_object_so_that_studies_of_it_are_kept(figures):
    for year in (2017, 2023, 2025):
        then = figures.as_published(year)
        assert figures.as_published(year) is then
        assert figures.as_published(np.int64(year)) is then
        assert then.as_published(year) is then
        assert then.sha256 == figures.sha256
    assert figures.as_published(2025) is figures
    assert figures.as_published(2023) is not figures.as_published(2024)
    assert analytics.load().as_published(2023) is not figures.as_published(2023)


def test_the_figures_are_in_the_order_of_their_key_whichever_release_they_are_from(figures):
    key = ["area", "period", "measure"]
    for year in (2022, 2023):
        table = figures.as_published(year).table
        assert table.columns.tolist() == figures.table.columns.tolist()
        pd.testing.assert_frame_equal(table, table.sort_values(key, ignore_index=True))
        assert not table.duplicated(key).any()
        kept = ["area", "measure", "status"]
        assert table[kept].dtypes.equals(figures.table[kept].dtypes)


@pytest.mark.parametrize("year", [2016, 2026])
def test_a_year_without_workforce_figures_is_refused(figures, year):
    for ask in (figures.as_published, figures.vintage):
        with pytest.raises(InputError, match=f"year {year}: workforce figures are held for 2017 to 2025"):
            ask(year)


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


def test_the_parts_of_a_derived_rate_are_those_that_it_is_made_of(figures):
    row = figures.rates("referral_rate").query("area == '351' and period == 2022").iloc[0]
    before = figures.select("Bury", "population_0_17_count", 2021)["value"].iloc[0]
    referrals = figures.select("Bury", "referral_count", 2022)["value"].iloc[0]
    assert (row["numerator"], row["denominator"]) == (referrals, before)
    # 770.0 per 10,000 children in the 2024 release of children in need, table C1.
    assert 10_000 * referrals / before == pytest.approx(770.0, abs=0.05)


@pytest.mark.parametrize("children", [np.nan, 0.0])
def test_a_derived_rate_without_children_to_divide_by_is_not_available(figures, children):
    table = figures.table.copy()
    row = (table["area"] == "351") & (table["period"] == 2024) & (table["measure"] == "population_0_17_count")
    table.loc[row, "value"] = children
    rate = dataclasses.replace(figures, table=table).select("Bury", "referral_rate", 2025).iloc[0]
    assert np.isnan(rate["value"])
    assert rate["status"] == "x"


def test_the_rates_of_an_heir_begin_with_those_of_the_area_that_it_continues(figures):
    rates = figures.rates("agency_rate_fte").query("area == '940/941'")
    assert rates["period"].tolist() == list(range(2017, 2026))
    old = figures.rates("agency_rate_fte").query("area == '928' and period == 2019").iloc[0]
    new = rates.query("period == 2019").iloc[0]
    parts = ["value", "numerator", "denominator"]
    assert new[parts].tolist() == old[parts].tolist()


@pytest.fixture(scope="module")
def with_lait(figures, tmp_path_factory):
    """Give the figures with small tables of the interactive tool."""
    folder = without_lait(figures, tmp_path_factory.mktemp("processed"))
    found = read_small(write_lait(tmp_path_factory.mktemp("raw")))
    for name, table in (("lait", found.figures), ("lait_measures", found.measures)):
        table.to_parquet(folder / f"{name}.parquet", index=False, **PARQUET)
    return analytics.load(folder)


def without_lait(figures, folder):
    for path in figures.folder.glob("*.parquet"):
        if not path.name.startswith("lait"):
            shutil.copy(path, folder)
    return folder


def test_a_measure_of_the_tool_is_asked_for_like_any_other(with_lait):
    table = with_lait.select(["Bury", "Bournemouth"], "lait_rereferral", [2017, 2018])
    assert table.columns.tolist() == with_lait.select("Bury", "cases").columns.tolist()
    assert table.fillna({"value": -1}).drop(columns=["release", "published_for"]).to_numpy().tolist() == [
        ["351", "Bury", 2017, "lait_rereferral", 17.6, ""],
        ["351", "Bury", 2018, "lait_rereferral", 17.6, ""],
        ["837", "Bournemouth", 2017, "lait_rereferral", -1, "-"],
        ["837", "Bournemouth", 2018, "lait_rereferral", -1, "-"],
    ]
    assert set(table["release"]) == {"2026-04"}
    assert with_lait.years("lait_rereferral") == [2017, 2018]
    assert with_lait.years("lait_cinpermexclusion") == [2016]
    assert with_lait.reporting_unit("351", "lait_rereferral") == "351"


def test_each_measure_of_the_tool_has_its_own_rows(with_lait):
    for measure in with_lait.lait["measure"].cat.categories:
        rows = with_lait.of_measure(measure)
        assert set(rows["measure"]) == {measure}
        assert len(rows) == (with_lait.lait["measure"] == measure).sum() > 0


def test_measures_of_both_kinds_may_be_asked_for_together(with_lait):
    table = with_lait.select("England", ["cases", "lait_rereferral"], 2017)
    assert table["measure"].tolist() == ["cases", "lait_rereferral"]
    everything = with_lait.select("England")
    assert not everything["measure"].str.startswith("lait_").any()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"measure": "lait_rereferal"}, "Nearest: lait_rereferral"),
        ({"measure": "lait_agency_rate_fte"}, "Nearest: agency_rate_fte"),
        ({"measure": "rereferral"}, "Nearest: .*lait_rereferral"),
        ({"measure": "rereferral_percnt"}, "Nearest: rereferral_percent"),
        ({"measure": "lait_rereferral", "year": 2019}, "Title of ReReferral is held for 2017 to 2018"),
        ({"measure": "cases", "year": 2013}, "Cases held is held for 2017 to 2025"),
    ],
)
def test_the_nearest_of_all_measures_is_named(with_lait, asked, said):
    with pytest.raises(InputError, match=said):
        with_lait.select(**asked)


DESCRIBED = [
    "title", "short", "topic", "unit", "unit_key", "polarity", "timing", "decimals", "definition",
    "publication", "publisher", "address", "year_words", "last_update", "next_update", "derived", "source",
]  # fmt: skip


def test_every_measure_is_described(with_lait):
    table = with_lait.measures
    assert table.index.name == "measure"
    assert table.columns.tolist() == DESCRIBED
    assert table.index.is_unique
    assert table.notna().all(axis=None)
    assert table.index[table["source"] == "measures.yml"].tolist() == list(dictionary())
    assert table.index[table["source"] == "lait"].tolist() == list(with_lait.lait["measure"].cat.categories)
    own = ["title", "unit", "unit_key", "polarity", "timing", "decimals", "year_words", "derived", "topic"]
    assert table.loc["caseload_fte", own].tolist() == [
        "Average caseload (FTE)", "cases per case holder", "cases", "low", "at", 1, "30 September", False,
        "Children's social work workforce",
    ]  # fmt: skip
    assert table.loc["referral_rate", ["year_words", "derived"]].tolist() == ["year to 31 March", True]
    assert table.loc["lait_gap_under_8yrs_percent", [*own, "publication"]].tolist() == [
        "Title of Gap_<8yrs_%", "% of referrals", "", "none", "", 2, "Financial Year", False,
        "Children in Need", "Local Authority Interactive Tool",
    ]  # fmt: skip
    # A date that is not set is no date.
    assert table.loc["lait_gap_under_8yrs_percent", ["last_update", "next_update"]].tolist() == [
        "2025-11-01",
        "",
    ]


def test_the_tables_of_the_tool_are_read_when_they_are_asked_for(with_lait, tmp_path):
    for path in with_lait.folder.glob("*.parquet"):
        shutil.copy(path, tmp_path)
    (tmp_path / "lait.parquet").write_bytes(b"PAR1, once")
    damaged = analytics.load(tmp_path)
    assert damaged.select("Bury", "cases", 2025)["value"].tolist() == [1515.0]
    assert len(damaged.measures) == len(with_lait.measures)
    with pytest.raises(InputError, match=r"lait\.parquet.*analytics ingest"):
        damaged.select("Bury", "lait_rereferral")
    (tmp_path / "lait_measures.parquet").unlink()
    with pytest.raises(InputError, match=r"lait_measures\.parquet.*analytics ingest"):
        _ = analytics.load(tmp_path).as_published(2023).measures


def test_without_the_tool_there_are_the_measures_of_the_dictionary(figures, tmp_path):
    bare = analytics.load(without_lait(figures, tmp_path))
    assert bare.measures.index.tolist() == list(dictionary())
    assert bare.select("Bury", "cases", 2025)["value"].tolist() == [1515.0]
    with pytest.raises(InputError, match=r"Interactive Tool are not held.*analytics ingest"):
        bare.select("Bury", "lait_rereferral")
    with pytest.raises(InputError, match="Nearest: rereferral_percent"):
        bare.select("Bury", "rereferral_percnt")


def test_papers_do_not_rest_on_the_tool(figures, with_lait, tmp_path):
    bare = analytics.load(without_lait(figures, tmp_path))
    assert bare.sha256 == with_lait.sha256 == figures.sha256


def test_one_measure_of_all_areas_takes_a_few_milliseconds(figures, with_lait):
    for held, measure in ((figures, "cases"), (figures, "referral_rate"), (with_lait, "lait_rereferral")):
        held.select(measure=measure)
        took = []
        for _ in range(10):
            started = time.perf_counter()
            held.select(measure=measure)
            took.append(time.perf_counter() - started)
        # 5 ms where nothing else runs.
        assert min(took) < 0.015
