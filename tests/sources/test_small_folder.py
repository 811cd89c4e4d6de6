"""What the traps of the real files become: each is here once, in a file of the same layout."""

import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from analytics.ingest import describe, ingest
from analytics.sources.sidecar import Sidecar, write_sidecar
from sources.conftest import Bench
from sources.small_files import (
    ABSENT,
    CSWW,
    FIGURES,
    HEADERS,
    IDENTIFIERS,
    PLANS,
    POPULATION,
    REFERRALS,
    SYMBOLS,
    read_rows,
    write_rows,
)
from sources.small_neighbours import NEIGHBOURS_2025, WORKBOOK_2021, WORKBOOK_2025


def figure(bench: Bench, area: str, period: int, measure: str) -> tuple[float | None, str]:
    """Look one figure up: its value, or None, and its status."""
    table = bench.tables()["figures"]
    found = table[(table["area"] == area) & (table["period"] == period) & (table["measure"] == measure)]
    assert len(found) == 1
    value, status = found.iloc[0][["value", "status"]]
    return None if pd.isna(value) else float(value), status


def cell(bench: Bench, name: str, year: int, code: str, column: str) -> str:
    """Look one cell of a published file up."""
    header, *rows = read_rows(bench.raw / name)
    place, period, area = (header.index(one) for one in (column, "time_period", "old_la_code"))
    return next(row[place] for row in rows if (row[period], row[area]) == (str(year), code))


def neighbours(bench: Bench, model: str, area: str) -> pd.DataFrame:
    table = bench.tables()["neighbours"]
    return table[(table["model"] == model) & (table["area"] == area)]


def test_every_cell_becomes_one_figure(spotless: Bench) -> None:
    cells = sum((len(read_rows(spotless.raw / name)) - 1) * measures(name) for name in FIGURES)
    assert len(spotless.tables()["figures"]) == cells


def measures(name: str) -> int:
    return len([column for column in HEADERS[name].split(",") if column not in ("category", "age_group")])


@pytest.mark.parametrize(
    ("name", "year", "code", "area", "column", "measure"),
    [
        (CSWW, 2021, "351", "351", "agency_rate_fte", "agency_rate_fte"),
        (CSWW, 2020, "314 / 318", "314/318", "cases", "cases"),
        (CSWW, 2021, "940 / 941", "940/941", "caseload_fte", "caseload_fte"),
        (REFERRALS, 2024, "942", "942", "rereferral_percent", "rereferral_percent"),
        (REFERRALS, 2023, "933", "933", "referral_count", "referral_count"),
        (PLANS, 2023, "909", "909", "CPP_subsequent", "repeat_plans_count"),
        (POPULATION, 2018, "825", "825", "population_estimate", "population_0_17_count"),
    ],
)
def test_a_figure_is_the_published_one(
    spotless: Bench, name: str, year: int, code: str, area: str, column: str, measure: str
) -> None:
    published = float(cell(spotless, name, year, code, column))
    assert figure(spotless, area, year, measure) == (published, "")


def test_inner_and_outer_london_stand_beside_london(spotless: Bench) -> None:
    header, *rows = read_rows(spotless.raw / CSWW)
    code, value = header.index("region_code"), header.index("cases")
    for region in ("E12000007", "E13000001", "E13000002"):
        published = next(row[value] for row in rows if row[2] == "Regional" and row[code] == region)
        assert figure(spotless, region, 2021, "cases") == (float(published), "")


@pytest.mark.parametrize(("name", "year", "code", "column", "symbol"), SYMBOLS)
def test_a_symbol_is_a_status_and_never_a_zero(
    spotless: Bench, name: str, year: int, code: str, column: str, symbol: str
) -> None:
    measure = {"population_estimate": "population_0_17_count"}.get(column, column)
    value = 0.0 if symbol == "low" else None
    assert figure(spotless, code.replace(" ", ""), year, measure) == (value, symbol)


@pytest.mark.parametrize(("name", "year"), ABSENT)
def test_only_areas_of_their_day_have_rows(spotless: Bench, name: str, year: int) -> None:
    table = spotless.tables()["figures"]
    of_file = {CSWW: "cases", POPULATION: "population_0_17_count"}.get(name, "plans_started_count")
    rows = table[(table["measure"] == of_file) & (table["period"] == year)]
    assert not set(rows["area"]) & ABSENT[name, year]


def test_the_release_is_the_last_year_of_the_name(spotless: Bench) -> None:
    releases = spotless.tables()["figures"].astype(str).groupby("measure")["release"].unique()
    assert releases["cases"].tolist() == ["2021"]
    assert releases["referral_count"].tolist() == ["2024"]
    assert releases["population_0_17_count"].tolist() == ["2019"]


def test_neighbours_are_ranked_and_closeness_is_one_spelling(spotless: Bench) -> None:
    bury = neighbours(spotless, "2025", "351")
    assert bury["neighbour"].tolist() == [
        "352",
        "353",
        "354",
        "355",
        "356",
        "357",
        "358",
        "359",
        "370",
        "371",
    ]
    assert bury["rank"].tolist() == list(range(1, 11))
    assert bury["closeness"].tolist() == [
        "Extremely close", "Very close", "Very close", "Close", "Close", "Close",
        "Somewhat close", "Somewhat close", "Not close", "Not close",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("model", "area", "rows"),
    [("2021", "909", 10), ("2021", "942", 0), ("2021", "928", 0), ("2025", "942", 10), ("2025", "909", 0)],
)
def test_dashes_and_old_neighbours_give_no_rows(spotless: Bench, model: str, area: str, rows: int) -> None:
    assert len(neighbours(spotless, model, area)) == rows


def test_one_form_of_a_model_is_enough(bench: Bench) -> None:
    expected = bench.tables()["neighbours"]
    (bench.raw / NEIGHBOURS_2025).unlink()
    (bench.raw / WORKBOOK_2021).unlink()
    tables = bench.ingest()
    assert_frame_equal(tables["neighbours"], expected)
    assert len(tables["manifest"]) == 7


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(bench: Bench) -> None:
    expected = bench.tables()["figures"]
    for path in (bench.raw / CSWW, bench.raw / PLANS):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert_frame_equal(bench.ingest()["figures"], expected)


def test_blank_lines_at_the_end_are_accepted(bench: Bench) -> None:
    expected = bench.tables()["figures"]
    with (bench.raw / CSWW).open("a", encoding="utf-8") as file:
        file.write("\n\n")
    assert_frame_equal(bench.ingest()["figures"], expected)


def test_the_order_of_rows_and_columns_does_not_matter(bench: Bench) -> None:
    expected = bench.tables()["figures"]
    rows = read_rows(bench.raw / REFERRALS)
    write_rows(bench.raw / REFERRALS, [row[::-1] for row in (rows[0], *reversed(rows[1:]))])
    assert_frame_equal(bench.ingest()["figures"], expected)


def test_spaces_around_a_code_are_dropped(bench: Bench) -> None:
    expected = bench.tables()["figures"]
    path = bench.raw / CSWW
    path.write_bytes(path.read_bytes().replace(b",351,", b",351 ,").replace(b"314 / 318", b"314/318 "))
    assert_frame_equal(bench.ingest()["figures"], expected)


def test_a_nine_character_code_that_nobody_owns_is_accepted(bench: Bench) -> None:
    expected = bench.tables()["figures"]
    path = bench.raw / CSWW
    path.write_bytes(path.read_bytes().replace(b",E08000002,", b",E08000099,"))
    assert_frame_equal(bench.ingest()["figures"], expected)


def test_what_is_not_kept_is_passed_over_and_said(bench: Bench) -> None:
    expected = bench.tables()
    path = bench.raw / PLANS
    other = path.with_name("la_cla_swcount.csv")
    write_rows(other, [[*IDENTIFIERS.split(","), "number"], ["2024"] * 11])
    path.with_name("notes.csv").write_text("of no concern\n")
    (path.parent / "earlier").mkdir()
    shutil.copy(path, path.parent / "earlier")
    report = ingest(bench.raw, bench.target)
    tables = bench.tables()
    assert_frame_equal(tables["manifest"], expected["manifest"])
    assert len(tables["earlier"]) == 0
    assert report.passed_over == [
        f"{other}: passed over; it has the columns of no table that is read",
        f"{path.parent / 'earlier' / path.name}: passed over; the 2024 release is not before the newest",
    ]
    assert set(report.passed_over) < set(describe(report))


def test_the_name_of_a_file_does_not_matter(bench: Bench) -> None:
    expected = bench.tables()
    for number, name in enumerate(FIGURES):
        shutil.move(bench.raw / name, bench.raw / f"download ({number}).CSV")
    tables = bench.ingest()
    for name in ("figures", "earlier"):
        assert_frame_equal(tables[name], expected[name])
    assert sorted(tables["manifest"]["sha256"]) == sorted(expected["manifest"]["sha256"])


def test_the_order_of_the_columns_does_not_matter(bench: Bench) -> None:
    expected = bench.tables()["figures"]
    for name in FIGURES:
        write_rows(bench.raw / name, [row[::-1] for row in read_rows(bench.raw / name)])
    assert_frame_equal(bench.ingest()["figures"], expected)


OLDER_NAMES = {
    CSWW: {"inpost_fte": "social_worker_fte", "agency_rate_fte": "agency_worker_rate_fte_%"},
    REFERRALS: {
        "category": "Category",
        "referral_count": "Referrals",
        "rereferral_percent": "Re_referrals_percent",
    },
}


@pytest.mark.parametrize("name", OLDER_NAMES)
def test_a_release_under_older_names_gives_the_same_figures(bench: Bench, name: str) -> None:
    expected = bench.tables()["figures"]
    header, *rows = read_rows(bench.raw / name)
    older = [OLDER_NAMES[name].get(column, column) for column in header]
    assert older != header
    write_rows(bench.raw / name, [older, *rows])
    assert_frame_equal(bench.ingest()["figures"], expected)


def test_a_column_that_is_known_and_not_read_is_left_out(bench: Bench) -> None:
    expected = bench.tables()["figures"]
    header, *rows = read_rows(bench.raw / REFERRALS)
    write_rows(bench.raw / REFERRALS, [[*header, "Referrals_rate"], *([*row, "544.5"] for row in rows)])
    assert_frame_equal(bench.ingest()["figures"], expected)


def test_a_measure_that_came_later_may_be_absent_before_and_not_after(bench: Bench) -> None:
    path = bench.raw / CSWW
    starters = [read_rows(path)[0].index(f"starters_{unit}") for unit in ("fte", "headcount")]
    rows = [[cell for place, cell in enumerate(row) if place not in starters] for row in read_rows(path)]
    write_rows(path, rows)
    assert not bench.ingest()["figures"]["measure"].isin(["starters_fte", "starters_headcount"]).any()
    later = path.with_name("csww_indicators_2022_to_2023.csv")
    write_rows(later, [rows[0], *([str(int(row[0]) + 2), *row[1:]] for row in rows[1:])])
    assert "  gone: 'starters_fte' (nearest: no name comes close)" in bench.refusal()


def sidecar_of(path: Path, **fields: str) -> Sidecar:
    known = {
        "publisher": "Department for Education", "publication": "csww", "title": "headline measures",
        "release": "2021", "version": "1.2", "address": "https://example.org/csv?dataSetVersion=1.2",
        "licence": "OGL", "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "date": "2025-03-01",
    }  # fmt: skip
    return Sidecar(**known | fields)


def test_the_manifest_says_of_a_file_with_a_sidecar_where_and_when_it_came(bench: Bench) -> None:
    before = bench.tables()["manifest"].set_index("file")
    path = bench.raw / CSWW
    write_sidecar(path, sidecar_of(path))
    manifest = bench.ingest()["manifest"].set_index("file")
    assert manifest.loc[path.name, ["address", "date"]].tolist() == [
        "https://example.org/csv?dataSetVersion=1.2",
        "2025-03-01",
    ]
    assert_frame_equal(manifest.drop(index=path.name), before.drop(index=path.name))


@pytest.mark.parametrize("name", [CSWW, WORKBOOK_2025])
def test_a_file_that_its_sidecar_does_not_describe_is_refused(bench: Bench, name: str) -> None:
    path = bench.raw / name
    write_sidecar(path, sidecar_of(path, sha256="0" * 64))
    message = bench.refusal()
    assert message.startswith(f"{path}: this is not the file that {path.name}.source.json describes")


def test_a_second_ingest_gives_the_same_bytes(bench: Bench) -> None:
    before = {path.name: path.read_bytes() for path in bench.target.iterdir()}
    bench.ingest()
    assert {path.name: path.read_bytes() for path in bench.target.iterdir()} == before


def test_an_unchanged_file_keeps_the_day_on_which_it_was_first_ingested(bench: Bench) -> None:
    manifest = bench.tables()["manifest"]
    manifest["date"] = "2025-01-31"
    manifest.to_parquet(bench.target / "manifest.parquet", index=False)
    path = bench.raw / WORKBOOK_2025
    path.write_bytes((bench.raw / WORKBOOK_2025).read_bytes() + b"\0")
    after = bench.ingest()["manifest"].set_index("file")
    assert after.loc["sn_may_2025.xlsx", "date"] > "2025-01-31"
    assert set(after.drop(index="sn_may_2025.xlsx")["date"]) == {"2025-01-31"}


def test_the_report_counts_what_recomputes_and_names_what_does_not(bench: Bench) -> None:
    header, *rows = read_rows(bench.raw / CSWW)
    bury = next(row for row in rows if row[0] == "2021" and "Bury" in row)
    bury[header.index("agency_rate_fte")] = "99.9"
    write_rows(bench.raw / CSWW, [header, *rows])
    report = ingest(bench.raw, bench.target)
    assert report.failing[["area", "period", "measure", "published"]].to_numpy().tolist() == [
        ["351", 2021, "agency_rate_fte", 99.9]
    ]
    counts = report.counts.set_index(["measure", "level"]).loc[("agency_rate_fte", "Local authority")]
    assert counts["does not recompute"] == 1
    assert counts["a part is not published"] == 1
    lines = describe(report)
    assert (
        "csww_indicators_2020_to_2021.csv: 324 rows read (Children's social work workforce, 2021 release)"
        in lines
    )
    assert any(
        line.startswith("Agency rate (FTE), Bury, 2021: published 99.9, its parts give ") for line in lines
    )
