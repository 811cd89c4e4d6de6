"""Every fault of a published CSV is refused with its place, and nothing is changed (see `Bench.refusal`)."""

import shutil
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from analytics.errors import InputError
from analytics.ingest import ingest
from analytics.sources.catalogue import CATALOGUE
from sources.conftest import Bench
from sources.small_files import (
    CSWW,
    EPISODES,
    FIGURES,
    PLANS,
    POPULATION,
    REFERRALS,
    read_rows,
    write_rows,
)

Rows = list[list[str]]
CIN_PAGE = "https://explore-education-statistics.service.gov.uk/find-statistics/children-in-need"


def row_of(rows: Rows, year: int, name: str) -> int:
    """Find the number, as in a spreadsheet, of an area's row."""
    return next(number for number, row in enumerate(rows, 1) if row[0] == str(year) and name in row)


def spoil(bench: Bench, name: str, change: Callable[[Rows], object]) -> str:
    """Change the rows of a file, and give the message that refuses it."""
    rows = read_rows(bench.raw / name)
    change(rows)
    write_rows(bench.raw / name, rows)
    return bench.refusal()


def set_cell(year: int, area: str, column: str, text: str) -> Callable[[Rows], object]:
    def change(rows: Rows) -> None:
        rows[row_of(rows, year, area) - 1][rows[0].index(column)] = text

    return change


@pytest.mark.parametrize(
    ("name", "asked", "page"),
    [
        (CSWW, "headline measures (csww_indicators_", "/children-s-social-work-workforce"),
        (
            REFERRALS,
            "C1, referrals and re-referrals (c1_children_in_need_referrals_and_rereferrals_",
            CIN_PAGE,
        ),
        (EPISODES, "B1, children in need (b1_children_in_need_", CIN_PAGE),
        (PLANS, "D3, second or subsequent child protection plans (d3_cpps_subsequent_plan_", CIN_PAGE),
        (POPULATION, "children aged 0 to 17 (ons_mid-year_population_estimates_", "https://www.ons.gov.uk/"),
    ],
)
def test_a_missing_file(bench: Bench, name: str, asked: str, page: str) -> None:
    (bench.raw / name).unlink()
    message = bench.refusal()
    assert f", {asked}YYYY_to_YYYY.csv): no such file in {bench.raw}" in message
    assert page in message


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere: there is no such folder"):
        ingest(tmp_path / "nowhere", tmp_path / "processed")
    assert not (tmp_path / "processed").exists()


def test_a_file_that_lies_only_in_earlier_is_missing(bench: Bench) -> None:
    (bench.raw / "dfe" / "earlier").mkdir()
    shutil.move(bench.raw / PLANS, bench.raw / "dfe" / "earlier")
    assert "no such file" in bench.refusal()


def test_two_files_of_one_name(bench: Bench) -> None:
    shutil.copy(bench.raw / PLANS, bench.raw / "ons")
    message = bench.refusal()
    assert "found 2 times" in message
    assert str(bench.raw / PLANS) in message
    assert str(bench.raw / "ons" / Path(PLANS).name) in message


@pytest.mark.parametrize("name", FIGURES)
def test_an_empty_file(bench: Bench, name: str) -> None:
    (bench.raw / name).write_bytes(b"")
    assert bench.refusal().startswith(
        f"{bench.raw / name}: this file is empty. Download it again from https://"
    )


def test_a_file_of_a_header_only(bench: Bench) -> None:
    message = spoil(bench, PLANS, lambda rows: rows.__delitem__(slice(1, None)))
    assert "no row for 2023" in message
    assert "(1 more like it)" in message


@pytest.mark.parametrize("kept", [0.999, 0.7, 0.31, 0.02, 0.003])
@pytest.mark.parametrize("name", FIGURES)
def test_a_file_cut_anywhere(bench: Bench, name: str, kept: float) -> None:
    path = bench.raw / name
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)].rstrip(b"\n"))
    message = bench.refusal()
    last = len(path.read_bytes().splitlines())
    found = "found no line end after it; expected a complete row"
    assert message.startswith(f"{path}: row {last}, the last: {found}")
    assert "may be cut short" in message


def test_a_file_cut_within_a_row_and_closed(bench: Bench) -> None:
    path = bench.raw / CSWW
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:99], lines[99][:60]]) + "\n", encoding="utf-8")
    message = bench.refusal()
    assert message.startswith(f"{path}: row 100: found ")
    assert "expected 32, as in the header: the file may be cut short" in message


def test_a_file_cut_at_the_end_of_a_row(bench: Bench) -> None:
    message = spoil(bench, CSWW, lambda rows: rows.__delitem__(slice(-3, None)))
    assert message.startswith(
        f"{bench.raw / CSWW}: the rows: found row missing for Surrey in 2020; expected a "
    )
    assert "the file may be cut short. (2 more like it)" in message


def test_a_file_cut_at_the_end_of_a_year(bench: Bench) -> None:
    def change(rows: Rows) -> None:
        rows[:] = [row for row in rows if row[0] != "2020"]

    message = spoil(bench, CSWW, change)
    assert "no row for 2020; expected every year from 2020 to 2021, as the file's name says" in message


@pytest.mark.parametrize("area", ["England", "South West", "Inner London", "Bury", "314 / 318"])
def test_a_row_taken_out_of_the_middle(bench: Bench, area: str) -> None:
    message = spoil(bench, CSWW, lambda rows: rows.pop(row_of(rows, 2021, area) - 1))
    name = "Kingston upon Thames / Richmond upon Thames" if area == "314 / 318" else area
    assert f"row missing for {name} in 2021" in message


def test_a_renamed_column(bench: Bench) -> None:
    message = spoil(bench, REFERRALS, lambda rows: rows[0].__setitem__(13, "rereferrals_percent"))
    lines = message.splitlines()
    called = "Children in need, C1, referrals and re-referrals"
    assert lines[0] == f"{bench.raw / REFERRALS}: row 1, the header: no known layout of {called}."
    assert lines[1:3] == [
        "  new: 'rereferrals_percent' (nearest: rereferral_percent)",
        "  gone: 'rereferral_percent' (nearest: rereferrals_percent)",
    ]
    assert f"under `cin_referrals` in {CATALOGUE}" in lines[3]
    assert CIN_PAGE in lines[3]


def test_a_renamed_column_of_a_file_with_a_name_of_its_own(bench: Bench) -> None:
    message = spoil(bench, REFERRALS, lambda rows: rows[0].__setitem__(13, "rereferrals_percent"))
    own = bench.raw / "referrals 2024.csv"
    shutil.move(bench.raw / REFERRALS, own)
    assert bench.refusal() == message.replace(str(bench.raw / REFERRALS), str(own))


def test_several_renamed_columns_are_each_named(bench: Bench) -> None:
    def change(rows: Rows) -> None:
        rows[0] = [name.replace("agency_", "temporary_") for name in rows[0]]

    message = spoil(bench, CSWW, change)
    assert message.count("  new: 'temporary_") == message.count("  gone: 'agency_") == 6
    assert "  gone: 'agency_rate_headcount' (nearest: temporary_rate_headcount)" in message


def test_a_missing_column(bench: Bench) -> None:
    message = spoil(bench, CSWW, lambda rows: [row.pop(20) for row in rows])
    assert message.splitlines()[1] == "  gone: 'agency_rate_fte' (nearest: no name comes close)"


def test_a_missing_column_of_one_text(bench: Bench) -> None:
    place = read_rows(bench.raw / PLANS)[0].index("category")
    message = spoil(bench, PLANS, lambda rows: [row.pop(place) for row in rows])
    assert message.splitlines()[1] == "  gone: 'category' (nearest: no name comes close)"


def test_a_file_larger_than_any_that_is_published(bench: Bench) -> None:
    with (bench.raw / CSWW).open("ab") as file:
        file.truncate(2_000_000_000)  # with nothing on the disk for most of it
    tracemalloc.start()
    try:
        with pytest.raises(InputError) as refused:
            ingest(bench.raw, bench.target)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert str(refused.value).startswith(f"{bench.raw / CSWW}: found 2,000 MB; expected less than 200 MB")
    assert most < 50_000_000


@pytest.mark.parametrize("name", ["bds_long_0.parquet", "lait_data_dictionary.csv", "la_code_list.xlsx"])
def test_one_of_the_three_files_of_the_interactive_tool(bench: Bench, name: str) -> None:
    (bench.raw / name).write_text("in part\n")
    message = bench.refusal()
    assert message.split(": no such file in ")[0] in {
        "bds_long_0.parquet", "lait_data_dictionary.csv", "la_code_list.xlsx",
    } - {name}  # fmt: skip
    assert "/local-authority-interactive-tool-lait" in message


def test_a_column_that_occurs_twice(bench: Bench) -> None:
    message = spoil(bench, PLANS, lambda rows: [row.append(row[11]) for row in rows])
    assert message.splitlines()[1] == "  new: 'CPP_start' (it stands there a second time)"


def test_a_column_under_two_of_its_names(bench: Bench) -> None:
    def change(rows: Rows) -> None:
        for row, name in zip(rows, ["social_worker_fte", *["1"] * len(rows)], strict=False):
            row.append(name)

    assert spoil(bench, CSWW, change).splitlines()[1].startswith("  new: 'social_worker_fte' (nearest: ")


def test_an_extra_column(bench: Bench) -> None:
    message = spoil(bench, PLANS, lambda rows: [row.append("CPP_starts") for row in rows])
    assert message.splitlines()[1] == "  new: 'CPP_starts' (nearest: CPP_start)"


@pytest.mark.parametrize(
    ("name", "year", "area", "column", "text", "found"),
    [
        (CSWW, 2021, "Bury", "agency_fte", "q", "the unknown symbol 'q'"),
        (CSWW, 2020, "Leeds", "cases", ":", "the unknown symbol ':'"),
        (CSWW, 2020, "Leeds", "cases", "C", "the unknown symbol 'C'"),
        # The interactive tool's, and not the department's own.
        (CSWW, 2020, "Leeds", "cases", "-", "the unknown symbol '-'"),
        (REFERRALS, 2024, "Kent", "referral_count", "12a4", "'12a4', which is not a number"),
        (REFERRALS, 2024, "Kent", "referral_count", "12O", "'12O', which is not a number"),
        (EPISODES, 2024, "Kent", "At31_episodes", "1,234", "'1,234', which is not a number"),
        (POPULATION, 2019, "Kent", "population_estimate", "1e6", "'1e6', which is not a number"),
        (PLANS, 2023, "Cumbria", "CPP_start", "-1", "the negative figure '-1'"),
        (PLANS, 2023, "England", "CPP_start", "", "a blank cell"),
        (PLANS, 2023, "England", "CPP_subsequent_percent", "100.1", "'100.1'"),
        (CSWW, 2021, "314 / 318", "turnover_rate_fte", "1000", "'1000'"),
    ],
)
def test_a_cell_that_is_no_figure(
    bench: Bench, name: str, year: int, area: str, column: str, text: str, found: str
) -> None:
    row = row_of(read_rows(bench.raw / name), year, area)
    message = spoil(bench, name, set_cell(year, area, column, text))
    assert message.startswith(f"{bench.raw / name}: row {row}, column {column!r}: found {found}; expected a ")
    wanted = "a percentage from 0 to 100" if text.startswith("10") else "one of the symbols c, x, z, u, low"
    assert wanted in message
    assert "Correct it, or download the file again from https://" in message


def test_a_count_may_be_over_100_and_a_rate_may_be_100(bench: Bench) -> None:
    rows = read_rows(bench.raw / PLANS)
    set_cell(2023, "Cumbria", "CPP_subsequent_percent", "100")(rows)
    set_cell(2023, "Cumbria", "CPP_start", "101")(rows)
    write_rows(bench.raw / PLANS, rows)
    assert len(ingest(bench.raw, bench.target).failing) == 1


def test_several_wrong_cells_are_counted_from_the_first_row(bench: Bench) -> None:
    def change(rows: Rows) -> None:
        set_cell(2024, "Kent", "rereferral_child_percent", "n/a")(rows)
        set_cell(2023, "Kent", "referral_count", "n/a")(rows)

    row = row_of(read_rows(bench.raw / REFERRALS), 2024, "Kent")
    message = spoil(bench, REFERRALS, change)
    assert f"row {row}, column 'rereferral_child_percent': found the unknown symbol 'n/a'" in message
    assert "(1 more like it)" in message


def test_a_second_row_for_an_area_and_year(bench: Bench) -> None:
    rows = read_rows(bench.raw / EPISODES)
    first = row_of(rows, 2024, "Bury")
    message = spoil(bench, EPISODES, lambda rows: rows.append(rows[first - 1]))
    found = f"row {len(rows) + 1}: found a second row for Bury in 2024 (the first is row {first})"
    assert message.startswith(f"{bench.raw / EPISODES}: {found}; expected one row for each area and year")


@pytest.mark.parametrize(
    ("area", "column", "text", "expected"),
    [
        ("Bury", "old_la_code", "999", "the code of an area in the register (nearest: "),
        ("Bury", "old_la_code", "E12000002", "the code of an area in the register (nearest: "),
        ("North East", "region_code", "351", "the code of an area in the register (nearest: "),
        ("Bury", "old_la_code", "", "a code or a name"),
        ("Bury", "la_name", "", "a code or a name"),
        ("Bury", "new_la_code", "E10000016", "the code of Bury, not of Kent"),
        ("Sheffield", "new_la_code", "E08000038", "the code of Sheffield, not of Barnsley"),
        ("Bury", "region_code", "E12000008", "the region of Bury, North West"),
        ("Bury", "region_code", "351", "the region of Bury, North West"),
        ("Camden", "region_code", "E12000002", "the region of Camden, London"),
        ("North East", "region_code", "E12000010", "the code of an area in the register (nearest: E1"),
        ("England", "country_code", "W92000004", "'E92000001'"),
        ("England", "geographic_level", "Country", "National or Regional or Local authority"),
        ("England", "time_identifier", "Calendar year", "'Reporting year'"),
        ("England", "time_period", "202425", "a year from 2023 to 2024, as the file's name says"),
        ("England", "time_period", "2025", "a year from 2023 to 2024, as the file's name says"),
        ("Bury", "category", "Children", "'Referrals and Re-referrals'"),
    ],
)
def test_a_row_of_another_place_or_time(
    bench: Bench, area: str, column: str, text: str, expected: str
) -> None:
    row = row_of(read_rows(bench.raw / REFERRALS), 2024, area)
    message = spoil(bench, REFERRALS, set_cell(2024, area, column, text))
    found = repr(text) if text else "a blank cell"
    where = f"row {row}, column {column!r}: found {found}; expected {expected}"
    assert message.startswith(f"{bench.raw / REFERRALS}: {where}")


def test_an_area_that_no_longer_existed(bench: Bench) -> None:
    def change(rows: Rows) -> None:
        rows.append(["2024", *rows[row_of(rows, 2023, "Cumbria") - 1][1:]])

    rows = read_rows(bench.raw / REFERRALS)
    message = spoil(bench, REFERRALS, change)
    assert (
        f"row {len(rows) + 1}: found a row for Cumbria in 2024; expected only areas that existed" in message
    )


def test_a_member_beside_its_joint_return(bench: Bench) -> None:
    def change(rows: Rows) -> None:
        row = rows[row_of(rows, 2021, "314 / 318") - 1].copy()
        row[7:10] = ["314", "E09000021", "Kingston upon Thames"]
        rows.append(row)

    assert "a row for Kingston upon Thames in 2021; expected only areas" in spoil(bench, CSWW, change)


@pytest.mark.parametrize(
    ("spoilt", "where", "found"),
    [
        (lambda data: data.decode().encode("utf-16"), "encoding", "UTF-16"),
        (lambda data: data.decode().encode("utf-16-le"), "encoding", "UTF-16"),
        (lambda data: data.replace(b"Bury", b"B\xfcry", 1), "encoding", "0xfc in row 60, as in Latin-1"),
        (lambda data: data.replace(b"Bury", b"B\x1fury", 1), "row 60", "the control character 0x1f"),
    ],
)
def test_text_that_is_not_utf_8(
    bench: Bench, spoilt: Callable[[bytes], bytes], where: str, found: str
) -> None:
    path = bench.raw / PLANS
    assert row_of(read_rows(path), 2024, "Bury") == 60
    path.write_bytes(spoilt(path.read_bytes()))
    assert bench.refusal().startswith(f"{path}: {where}: found {found}")


def test_a_blank_line_within_a_file(bench: Bench) -> None:
    path = bench.raw / PLANS
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:40], "\n", *lines[40:]]), encoding="utf-8")
    assert bench.refusal().startswith(
        f"{path}: row 41, column 'time_period': found a blank cell; expected a year from 2023 to 2024"
    )


def test_an_unclosed_quotation_mark(bench: Bench) -> None:
    path = bench.raw / PLANS
    path.write_bytes(path.read_bytes().replace(b"Bury", b'"Bury', 1))
    assert bench.refusal().startswith(f"{path}: row ")


def test_figures_that_break_a_rule_of_the_tables(bench: Bench) -> None:
    path = bench.raw / POPULATION
    header, *rows = read_rows(path)
    rows = [row for row in rows if row[0] == "2018"]
    old = path.with_name("ons_mid-year_population_estimates_1998_to_1999.csv")
    write_rows(old, [header, *([year, *row[1:]] for year in ("1998", "1999") for row in rows)])
    path.unlink()
    message = bench.refusal()
    assert message.startswith(
        "The table 'figures' that these files give is not valid, and nothing was changed"
    )
    assert "period" in message


def test_a_manifest_in_place_that_cannot_be_read(bench: Bench) -> None:
    (bench.target / "manifest.parquet").write_bytes(b"no table")
    assert bench.refusal().startswith(f"{bench.target / 'manifest.parquet'}: this table cannot be read")


def test_a_target_that_cannot_be_written(bench: Bench) -> None:
    blocked = bench.raw / PLANS / "processed"
    with pytest.raises(InputError, match="cannot be written"):
        ingest(bench.raw, blocked)
