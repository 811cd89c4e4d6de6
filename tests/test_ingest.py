"""The committed tables: what they must be, and that the published files give them again."""

import csv
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from analytics import load
from analytics.areas import read_register
from analytics.ingest import ingest
from analytics.measures import dictionary, published
from analytics.recompute import recompute_rates
from analytics.releases import WORKFORCE
from analytics.sources.catalogue import recognise
from analytics.sources.catalogue import tables as catalogue
from analytics.sources.geography import atlas

ROOT = Path(__file__).parents[1]
PROCESSED = ROOT / "data" / "processed"
SOURCES = Path(os.environ.get("ANALYTICS_SOURCES", ROOT.parent / "shared" / "data"))
TABLES = ("areas", "neighbours", "figures", "earlier", "manifest")
NEWEST = (
    "csww_indicators_2017_to_2025.csv",
    "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv",
    "b1_children_in_need_2013_to_2025.csv",
    "d3_cpps_subsequent_plan_2013_to_2025.csv",
    "ons_mid-year_population_estimates_2012_to_2024.csv",
)
TOOL = ("lait", "lait_measures")
EARLIER = (
    "csww_indicators_2017_to_2023.csv",
    "csww_indicators_2017_to_2024.csv",
    "c1_children_in_need_referrals_and_rereferrals_2013_to_2023.csv",
    "c1_children_in_need_referrals_and_rereferrals_2013_to_2024.csv",
)


def read(folder: Path) -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return read(PROCESSED)


def as_text(table: pd.DataFrame) -> pd.DataFrame:
    return table.astype({"area": str, "measure": str, "status": str, "release": str})


@pytest.fixture(scope="module")
def figures(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return as_text(tables["figures"])


@pytest.fixture(scope="module")
def earlier(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return as_text(tables["earlier"])


with_sources = pytest.mark.skipif(
    not SOURCES.is_dir(),
    reason=f"{SOURCES} is not here: set ANALYTICS_SOURCES to the folder of published files",
)


@with_sources
@pytest.mark.parametrize("name", NEWEST)
def test_every_cell_of_a_published_file_is_in_the_committed_figures(figures: pd.DataFrame, name: str) -> None:
    published = cells_of(next(path for path in SOURCES.rglob(name) if "earlier" not in path.parts))
    held = figures[figures["measure"].isin({measure for _, _, measure in published})]
    assert figures_of(held) == published


@with_sources
@pytest.mark.parametrize("name", EARLIER)
def test_every_cell_of_an_earlier_release_is_in_the_committed_table(earlier: pd.DataFrame, name: str) -> None:
    published = cells_of(next(SOURCES.rglob(f"earlier/{name}")))
    held = earlier[earlier["release"] == name[-8:-4]]
    assert figures_of(held[held["measure"].isin({measure for _, _, measure in published})]) == published


def test_the_files_of_these_tests_are_all_that_the_tables_rest_on(tables: dict[str, pd.DataFrame]) -> None:
    files = tables["manifest"]
    tables_of_others = files["publication"].isin(["neighbours", "lait"])
    assert {*NEWEST, *EARLIER} == set(files.loc[~tables_of_others, "file"])
    assert len(NEWEST) == len(catalogue())


def cells_of(path: Path) -> dict[tuple[str, int, str], float | str]:
    """Read a published file the plain way."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    layout = recognise(list(rows[0]))
    assert layout is not None
    published = {
        (key_of(row), int(row["time_period"]), measure): row[column]
        for row in rows
        for column, measure in layout.measures.items()
    }
    return {key: text if text.isalpha() else float(text) for key, text in published.items()}


def figures_of(held: pd.DataFrame) -> dict[tuple[str, int, str], float | str]:
    keys = held[["area", "period", "measure"]].itertuples(index=False, name=None)
    texts = zip(held["value"], held["status"], strict=True)
    return {key: status or value for key, (value, status) in zip(keys, texts, strict=True)}


def key_of(row: dict[str, str]) -> str:
    return row["old_la_code"].replace(" ", "") or row["region_code"] or row["country_code"]


@with_sources
def test_the_published_files_give_the_committed_tables_again(
    tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    target = tmp_path / "processed"
    shutil.copytree(PROCESSED, target)
    report = ingest(SOURCES, target)
    again = read(target)
    for name in TABLES:
        assert_frame_equal(again[name], tables[name])
    for name in TOOL:
        # Byte for byte: comparing so many rows cell by cell takes half a minute.
        assert (target / f"{name}.parquet").read_bytes() == (PROCESSED / f"{name}.parquet").read_bytes()
    assert [line.partition(": ")[2] for line in report.passed_over] == [
        "passed over; it has the columns of no table that is read",
        "170 rows of 'CINPermExclusion' left out, for '0' is no year (0 of them have a figure)",
    ]
    # Every authority's rate recomputes; 39 of regions and England rest on figures that are not shown.
    assert set(report.failing["level"]) == {"Regional", "National"}
    counts = report.counts.groupby(["publication", "level"], observed=True).sum(numeric_only=True)
    assert counts["recomputes"].to_dict() == {
        ("cin", "Local authority"): 9637,
        ("cin", "National"): 64,
        ("cin", "Regional"): 714,
        ("csww", "Local authority"): 12031,
        ("csww", "National"): 67,
        ("csww", "Regional"): 867,
    }
    assert counts["does not recompute"].sum() == len(report.failing) == 39
    assert counts["a part is not published"].sum() == 16


def test_keys_are_unique(tables: dict[str, pd.DataFrame]) -> None:
    keys = {
        "areas": ["area"],
        "neighbours": ["model", "area", "rank"],
        "figures": ["area", "period", "measure"],
        "earlier": ["release", "area", "period", "measure"],
        "manifest": ["file"],
    }
    for name, key in keys.items():
        assert not tables[name].duplicated(key).any()


def test_the_areas_are_the_register(tables: dict[str, pd.DataFrame]) -> None:
    assert_frame_equal(tables["areas"], read_register())
    assert set(tables["figures"]["area"]) == set(tables["areas"]["area"])


def test_every_measure_of_the_dictionary_is_held(figures: pd.DataFrame) -> None:
    assert set(figures["measure"]) == set(published())


def test_a_figure_has_a_value_or_a_symbol(figures: pd.DataFrame) -> None:
    missing = figures["value"].isna()
    assert set(figures.loc[missing, "status"]) == {"c", "x", "z", "u"}
    assert set(figures.loc[~missing, "status"]) == {"", "low"}
    assert (figures.loc[figures["status"] == "low", "value"] == 0).all()
    assert (figures.loc[~missing, "value"] >= 0).all()


def test_symbols_are_as_many_as_in_the_files(figures: pd.DataFrame) -> None:
    # Counted in the five files with grep, symbol by symbol.
    publication = figures["measure"].map(
        {name: entry.publication.key for name, entry in dictionary().items()}
    )
    symbols = figures[figures["status"] != ""].groupby([publication, "status"]).size()
    assert symbols.unstack(fill_value=0).to_dict("index") == {
        "csww": {"c": 8, "low": 12, "u": 51, "x": 98, "z": 81},
        "cin": {"c": 433, "low": 0, "u": 41, "x": 123, "z": 6},
        "population": {"c": 0, "low": 0, "u": 0, "x": 21, "z": 0},
    }


def test_the_earlier_releases_are_whole_and_in_order(earlier: pd.DataFrame) -> None:
    columns = ["area", "period", "measure", "value", "status", "release"]
    assert earlier.columns.tolist() == columns
    # Rows below the header, and measures: of the workforce, then of referrals.
    rows = {"2023": 1_137 * 22 + 1_802 * 10, "2024": 1_300 * 22 + 1_967 * 10}
    assert earlier["release"].value_counts().to_dict() == rows
    assert_frame_equal(
        earlier, earlier.sort_values(["release", "area", "period", "measure"], ignore_index=True)
    )


def test_a_rate_over_100_was_published_so_and_is_now_of_low_reliability(
    figures: pd.DataFrame, earlier: pd.DataFrame
) -> None:
    percents = [name for name, entry in dictionary().items() if entry.unit == "percent"]
    over = earlier[earlier["measure"].isin(percents) & (earlier["value"] > 100)]
    assert over["release"].tolist() == ["2023"] * 22
    key = ["area", "period", "measure"]
    for later in (figures, earlier[earlier["release"] == "2024"]):
        assert set(over[key].merge(later, on=key)["status"]) == {"u"}
    # Each is what its own parts give.
    rates = recompute_rates(load().as_published(2023).table, atlas(read_register()).kinds)
    assert rates.loc[rates["published"] > 100, "outcome"].tolist() == ["recomputes"] * 22


@pytest.mark.parametrize(
    ("release", "area", "period", "measure", "value", "status"),
    [
        # Read in the files themselves: the columns were called otherwise until 2025.
        ("2023", "E92000001", 2023, "referral_count", 640430, ""),
        ("2023", "E92000001", 2023, "rereferral_child_percent", 21.0, ""),
        ("2024", "E92000001", 2024, "referral_count", 621880, ""),
        ("2024", "E92000001", 2024, "rereferral_count", 139080, ""),
        ("2024", "E92000001", 2024, "no_further_action_percent", 6.3, ""),
        ("2024", "E92000001", 2024, "not_in_need_count", 188300, ""),
        ("2024", "E92000001", 2024, "referral_child_count", 551060, ""),
        ("2023", "E92000001", 2023, "agency_rate_fte", 17.8, ""),
    ],
)
def test_an_earlier_figure_is_the_published_one(
    earlier: pd.DataFrame, release: str, area: str, period: int, measure: str, value: float, status: str
) -> None:
    row = earlier[
        (earlier["release"] == release)
        & (earlier["area"] == area)
        & (earlier["period"] == period)
        & (earlier["measure"] == measure)
    ]
    assert row[["value", "status"]].to_numpy().tolist() == [[value, status]]


def test_earlier_releases_are_of_the_workforce_and_of_referrals(earlier: pd.DataFrame) -> None:
    releases = earlier.groupby(earlier["measure"].map(lambda name: dictionary()[name].publication.key))
    assert {key: set(rows["release"]) for key, rows in releases} == {
        WORKFORCE: {"2023", "2024"},
        "cin": {"2023", "2024"},
    }


def test_joint_returns_are_one_area_in_the_workforce_and_two_elsewhere(figures: pd.DataFrame) -> None:
    workforce = set(figures.loc[figures["measure"] == "cases", "area"])
    referrals = set(figures.loc[figures["measure"] == "referral_count", "area"])
    assert {"314/318", "940/941"} <= workforce
    assert not {"314", "318", "940", "941"} & workforce
    assert {"314", "318", "940", "941"} <= referrals
    assert not {"314/318", "940/941"} & referrals


@pytest.mark.parametrize(
    ("measure", "last_of_old", "old", "new"),
    [
        ("cases", 2020, ["928"], ["940/941"]),
        ("referral_count", 2021, ["928"], ["940", "941"]),
        ("cases", 2022, ["909"], ["942", "943"]),
        ("referral_count", 2023, ["909"], ["942", "943"]),
        ("cases", 2018, ["835", "836", "837"], ["838", "839"]),
        ("referral_count", 2019, ["835", "836", "837"], ["838", "839"]),
        ("population_0_17_count", 2018, ["835", "836", "837"], ["838", "839"]),
    ],
)
def test_a_reorganisation_ends_some_areas_and_begins_others(
    figures: pd.DataFrame, measure: str, last_of_old: int, old: list[str], new: list[str]
) -> None:
    periods = figures[figures["measure"] == measure].groupby("area")["period"]
    assert (periods.max()[old] == last_of_old).all()
    assert (periods.min()[new] == last_of_old + 1).all()


@pytest.mark.parametrize(("model", "areas"), [("2021", 152), ("2025", 153)])
def test_every_authority_has_ten_ranked_neighbours(
    tables: dict[str, pd.DataFrame], model: str, areas: int
) -> None:
    rows = tables["neighbours"][tables["neighbours"]["model"] == model]
    ranks = rows.groupby("area")["rank"].agg(list)
    assert len(ranks) == areas
    assert all(rank == list(range(1, 11)) for rank in ranks)
    assert not rows.duplicated(["area", "neighbour"]).any()
    assert (rows["area"] != rows["neighbour"]).all()
    assert set(rows["neighbour"]) <= set(ranks.index)


def test_the_current_authorities_are_153_and_have_neighbours(tables: dict[str, pd.DataFrame]) -> None:
    areas, neighbours = tables["areas"], tables["neighbours"]
    current = areas[(areas["kind"] == "authority") & (areas["valid_to"] == "")]
    assert len(current) == 153
    assert set(neighbours.loc[neighbours["model"] == "2025", "area"]) == set(current["area"])


def test_closeness_falls_with_rank(tables: dict[str, pd.DataFrame]) -> None:
    order = ["Extremely close", "Very close", "Close", "Somewhat close", "Not close"]
    rows = tables["neighbours"].sort_values(["model", "area", "rank"])
    step = rows["closeness"].map(order.index).groupby([rows["model"], rows["area"]]).diff()
    assert (step.dropna() >= 0).all()


@pytest.mark.parametrize(
    ("area", "period", "measure", "value", "status"),
    [
        # Read by eye in the published files.
        ("351", 2025, "inpost_fte", 150.1, ""),
        ("351", 2025, "agency_fte", 48.0, ""),
        ("351", 2025, "agency_rate_fte", 24.2, ""),
        ("351", 2025, "vacancy_rate_fte", 25.4, ""),
        ("351", 2025, "cases", 1515.0, ""),
        ("351", 2025, "caseload_fte", 14.9, ""),
        ("351", 2025, "absence_rate_fte", 3.0, ""),
        ("351", 2025, "referral_count", 2905.0, ""),
        ("351", 2025, "rereferral_percent", 26.0, ""),
        ("351", 2025, "rereferral_child_percent", 24.3, ""),
        ("351", 2025, "cin_any_point_episodes_count", 3741.0, ""),
        ("351", 2025, "cin_any_point_children_count", 3316.0, ""),
        ("351", 2025, "cin_started_episodes_count", 2327.0, ""),
        ("351", 2025, "cin_started_children_count", 2039.0, ""),
        ("351", 2025, "cin_ended_episodes_count", 2201.0, ""),
        ("351", 2025, "cin_ended_children_count", 1993.0, ""),
        ("351", 2025, "cin_at_31_march_count", 1540.0, ""),
        ("351", 2025, "cin_awaiting_assessment_count", 23.0, ""),
        ("351", 2025, "plans_started_count", 294.0, ""),
        ("351", 2025, "repeat_plans_count", 81.0, ""),
        ("351", 2025, "repeat_plans_percent", 27.6, ""),
        ("351", 2024, "population_0_17_count", 44768.0, ""),
        ("314/318", 2025, "caseload_fte", 13.9, ""),
        ("940/941", 2025, "agency_rate_fte", 19.5, ""),
        ("E92000001", 2025, "rereferral_percent", 22.6, ""),
        ("394", 2025, "agency_fte", 0.0, "low"),
        ("394", 2024, "leavers_fte", None, "u"),
        ("204", 2022, "rereferral_percent", None, "x"),
        ("850", 2024, "rereferral_percent", None, "u"),
        ("857", 2021, "agency_cover_rate_fte", None, "z"),
    ],
)
def test_known_figures(
    figures: pd.DataFrame, area: str, period: int, measure: str, value: float | None, status: str
) -> None:
    rows = figures[(figures["area"] == area) & (figures["period"] == period)]
    found = rows[rows["measure"] == measure][["value", "status"]].to_numpy().tolist()
    assert [[None if pd.isna(cell) else cell, symbol] for cell, symbol in found] == [[value, status]]


def test_known_neighbours(tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["neighbours"]
    bury = rows[rows["area"] == "351"].groupby("model")["neighbour"].agg(" ".join)
    assert bury["2025"] == "888 908 392 886 332 891 808 926 887 303"
    assert bury["2021"] == "381 888 808 343 356 877 334 891 886 896"


def test_the_manifest_names_the_files_and_their_origin(tables: dict[str, pd.DataFrame]) -> None:
    manifest = tables["manifest"].set_index("file")
    assert len(manifest) == 16
    assert manifest.loc[list(EARLIER), ["publication", "release"]].to_numpy().tolist() == [
        ["csww", "2023"],
        ["csww", "2024"],
        ["cin", "2023"],
        ["cin", "2024"],
    ]
    assert set(manifest["licence"]) == {"Open Government Licence v3.0"}
    assert manifest["address"].str.startswith("https://").all()
    tool = manifest.loc[["bds_long_0.parquet", "lait_data_dictionary.csv", "la_code_list.xlsx"]]
    assert tool["rows_read"].tolist() == [641_070, 448, 171]
    assert set(tool["release"]) == {"2026-04"}
    rows = manifest.loc["csww_indicators_2017_to_2025.csv"]
    assert (rows["publication"], rows["release"], rows["rows_read"]) == ("csww", "2025", 1463)
    # From SHA256SUMS beside the published files.
    assert rows["sha256"] == "9e058bac193cc5b03f0d21ebe4259c8935d236dbf59f09d90b3e0916bfbca95f"


def test_the_tables_are_small() -> None:
    assert sum(path.stat().st_size for path in PROCESSED.iterdir()) < 6_000_000
