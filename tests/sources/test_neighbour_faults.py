"""Every fault of a neighbour model, in either form, is refused with its place, and nothing is changed."""

from collections.abc import Callable

import pytest

from sources.conftest import Bench
from sources.small_files import read_rows, write_rows
from sources.small_neighbours import (
    NEIGHBOURS_2021,
    NEIGHBOURS_2025,
    WORKBOOK_2021,
    WORKBOOK_2025,
    read_book,
    write_book,
)

Rows = list[list[str]]


def spoil_csv(bench: Bench, name: str, change: Callable[[Rows], object]) -> str:
    rows = read_rows(bench.raw / name)
    rows[0][0] = rows[0][0].removeprefix("\ufeff")
    change(rows)
    write_rows(bench.raw / name, rows)
    return bench.refusal()


def spoil_book(bench: Bench, name: str, change: Callable[[Rows], object]) -> str:
    rows = read_book(bench.raw / name)
    change(rows)
    write_book(bench.raw / name, rows)
    return bench.refusal()


def bury(rows: Rows) -> list[str]:
    return next(row for row in rows if row[0] == "351")


def set_bury(place: int, text: str) -> Callable[[Rows], object]:
    return lambda rows: bury(rows).__setitem__(place, text)


@pytest.mark.parametrize(
    ("forms", "asked"),
    [
        (
            [NEIGHBOURS_2021, WORKBOOK_2021],
            "New_Statistical_Neighbour_Groupings_April_2021.csv or sn_april_2021.xlsx",
        ),
        ([NEIGHBOURS_2025, WORKBOOK_2025], "sn_model_2025_wide.csv or sn_may_2025.xlsx"),
    ],
)
def test_a_model_without_either_form(bench: Bench, forms: list[str], asked: str) -> None:
    for name in forms:
        (bench.raw / name).unlink()
    message = bench.refusal()
    assert message.startswith(f"{asked}: no such file in {bench.raw}")
    assert "https://www.gov.uk/government/publications/local-authority-interactive-tool-lait" in message


@pytest.mark.parametrize("name", [NEIGHBOURS_2021, WORKBOOK_2021, NEIGHBOURS_2025, WORKBOOK_2025])
def test_an_empty_file(bench: Bench, name: str) -> None:
    (bench.raw / name).write_bytes(b"")
    assert bench.refusal().startswith(f"{bench.raw / name}: this file is empty.")


@pytest.mark.parametrize("above", [0, 1, 3, 7])
def test_a_workbook_with_the_header_elsewhere(bench: Bench, above: int) -> None:
    path = bench.raw / WORKBOOK_2025
    write_book(path, read_book(path), above=above)
    found = f"the header: found a header in row {above + 1}; expected 'LA num' and the rest in row 3"
    assert bench.refusal().startswith(f"{path}: {found}")


def test_a_workbook_without_a_header(bench: Bench) -> None:
    message = spoil_book(bench, WORKBOOK_2025, lambda rows: rows.pop(0))
    assert "the header: found no header; expected 'LA num'" in message


def test_a_csv_with_the_header_elsewhere(bench: Bench) -> None:
    message = spoil_csv(bench, NEIGHBOURS_2025, lambda rows: rows.insert(0, [""] * 24))
    assert "the header: found a header in row 2; expected 'old_la_code' and the rest in row 1" in message


def test_a_workbook_with_another_sheet(bench: Bench) -> None:
    path = bench.raw / WORKBOOK_2021
    write_book(path, read_book(path), sheet="Sheet1")
    found = "found no sheet of that name among Sheet1; expected a sheet 'LA SN Groups'"
    assert bench.refusal().startswith(f"{path}: the workbook: {found}")


def test_a_workbook_that_is_none(bench: Bench) -> None:
    path = bench.raw / WORKBOOK_2021
    path.write_bytes((bench.raw / NEIGHBOURS_2021).read_bytes())
    assert bench.refusal().startswith(f"{path}: the whole file: found no workbook")


def test_a_renamed_column(bench: Bench) -> None:
    message = spoil_csv(bench, NEIGHBOURS_2025, lambda rows: rows[0].__setitem__(6, "SN2"))
    assert "row 1, the header: found the column 'SN2'; expected a column 'SN_2'" in message


def test_a_missing_column(bench: Bench) -> None:
    message = spoil_book(bench, WORKBOOK_2025, lambda rows: [row.pop(24) for row in rows])
    assert "row 3, the header: found a column without a name; expected a column 'SNP'" in message


def test_an_extra_column(bench: Bench) -> None:
    message = spoil_book(bench, WORKBOOK_2025, lambda rows: [row.append("SN11") for row in rows])
    assert "row 3, the header: found the column 'SN11'; expected no such column" in message


def test_columns_in_another_order(bench: Bench) -> None:
    def change(rows: Rows) -> None:
        rows[0][5], rows[0][7] = rows[0][7], rows[0][5]

    message = spoil_csv(bench, NEIGHBOURS_2021, change)
    assert "row 1, cell 6: found 'SN2'; expected 'SN1'" in message


@pytest.mark.parametrize(
    ("place", "text", "expected"),
    [
        (0, "999", "row {row}, column 'LA num': found '999'; expected the three-digit code of an authority"),
        (0, "314/318", "row {row}, column 'LA num': found '314/318'; expected the three-digit code"),
        (
            0,
            "350",
            "row {row}, column 'LA num': found '350'; expected the three-digit code of an authority, once",
        ),
        (5, "", "row {row}, column 'SN1': found a blank cell; expected the three-digit code of an authority"),
        (9, "E08000002", "row {row}, column 'SN3': found 'E08000002'; expected the three-digit code"),
        (9, "928", "row {row}, column 'SN3': found '928'; expected the three-digit code of an authority"),
        (9, "351", "row {row}, column 'SN3': found '351'; expected ten different neighbours"),
        (9, "352", "row {row}, column 'SN3': found '352'; expected ten different neighbours"),
        (9, "-", "row {row}, column 'SN3': found '-'; expected the three-digit code of an authority"),
        (24, "Near", "row {row}, column 'SN10', its closeness: found 'Near'; expected Extremely close or"),
    ],
)
def test_a_cell_that_is_no_neighbour(bench: Bench, place: int, text: str, expected: str) -> None:
    rows = read_rows(bench.raw / NEIGHBOURS_2021)
    row = rows.index(bury(rows)) + 1
    message = spoil_csv(bench, NEIGHBOURS_2021, set_bury(place, text))
    assert message.startswith(f"{bench.raw / NEIGHBOURS_2021}: {expected.format(row=row)}")


def test_a_file_cut_at_the_end_of_a_row(bench: Bench) -> None:
    message = spoil_csv(bench, NEIGHBOURS_2025, lambda rows: rows.__delitem__(slice(-2, None)))
    assert (
        "the rows: found row missing for Cumberland; expected ten neighbours for every authority" in message
    )
    assert "(1 more like it)" in message


def test_an_authority_that_was_abolished_before(bench: Bench) -> None:
    def change(rows: Rows) -> None:
        rows.append(["928", *rows[-1][1:]])

    message = spoil_csv(bench, NEIGHBOURS_2025, change)
    assert "row 155: found a row for Northamptonshire; expected only authorities that existed" in message


@pytest.mark.parametrize(
    ("place", "text", "found", "expected"),
    [
        (9, "370", "370, Very close", "354, Very close"),
        (10, "Not close", "354, Not close", "354, Very close"),
    ],
)
def test_two_forms_that_differ(bench: Bench, place: int, text: str, found: str, expected: str) -> None:
    def change(rows: Rows) -> None:
        row = bury(rows)
        if text == "370":
            row[21] = "380"
        row[place] = text

    rows = read_rows(bench.raw / NEIGHBOURS_2025)
    row = rows.index(bury(rows)) + 1
    csv_path, book_path = bench.raw / NEIGHBOURS_2025, bench.raw / WORKBOOK_2025
    message = spoil_book(bench, WORKBOOK_2025, change)
    where = f"row {row + 2}, neighbour 3 of Bury: found {found}"
    assert message.startswith(f"{book_path}: {where}; expected {expected} as in row {row} of {csv_path}")
