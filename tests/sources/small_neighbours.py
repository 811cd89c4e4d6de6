"""Both neighbour models in both of their forms, with invented neighbours: the ten next in order."""

import csv
from collections.abc import Iterable
from pathlib import Path

import openpyxl

from analytics.areas import read_register

NEIGHBOURS_2021 = "neighbours/New_Statistical_Neighbour_Groupings_April_2021.csv"
NEIGHBOURS_2025 = "neighbours/sn_model_2025_wide.csv"
WORKBOOK_2021 = "neighbours/sn_april_2021.xlsx"
WORKBOOK_2025 = "neighbours/sn_may_2025.xlsx"

# Authorities that each model leaves out, or has no neighbours for.
ABOLISHED = {
    "2021": {"835", "836", "837", "928"},
    "2025": {"835", "836", "837", "928", "909"},
}
NOT_YET = ["942", "943"]
# The closeness of each rank, as the publications spell it.
CLOSENESS = {
    NEIGHBOURS_2021: "Extremely Close,Very Close,Very Close,Close,Close,Close,Somewhat close,"
    "Somewhat close,Not Close,Not Close",
    NEIGHBOURS_2025: "Extremely close,Very close,Very close,Close ,Close ,Close ,Somewhat close,"
    "Somewhat close,Not close,Not close",
}
PUBLISHED = ["LA num", "LA Name", "LA number", "GOInd", "GOReg"]
PUBLISHED += [name for rank in range(1, 11) for name in (f"SN{rank}", "SNP")]
WIDE = ["old_la_code", "la_name", "region_ind", "region_name"]
WIDE += [name for rank in range(1, 11) for name in (f"SN_{rank}", f"SN_{rank}P")]

Cells = list[str]


def write_neighbours(folder: Path) -> None:
    """Write both models as a CSV and as a workbook, with all their oddities."""
    areas = {model: authorities(model) for model in ABOLISHED}
    old = [[""] * 25, ["", "Old SNs:", *[""] * 23], [""] * 25, published_row("928", areas["2021"][:10])]
    early = [published_row(area, neighbours(area, areas["2021"])) for area in areas["2021"]]
    late = [published_row(area, neighbours(area, areas["2025"])) for area in areas["2025"]]
    unborn = [[area, area, area, "5", "North West", *["-"] * 20] for area in NOT_YET]
    write_csv(folder / NEIGHBOURS_2021, [[*row, ""] for row in (PUBLISHED, *early, *old)])
    write_book(folder / WORKBOOK_2021, [PUBLISHED, *early, *unborn, *old])
    write_book(folder / WORKBOOK_2025, [PUBLISHED, *late, *old])
    closeness = CLOSENESS[NEIGHBOURS_2025].split(",")
    wide = [[row[0], *row[1:2], *row[3:5], *paired(row[5::2], closeness)] for row in late]
    write_csv(folder / NEIGHBOURS_2025, [WIDE, *wide])


def authorities(model: str) -> Cells:
    """List the authorities that have neighbours in a model."""
    register = read_register()
    areas = register.loc[register["kind"] == "authority", "area"]
    absent = ABOLISHED[model] | (set(NOT_YET) if model == "2021" else set())
    return [area for area in areas if area not in absent]


def neighbours(area: str, areas: Cells) -> Cells:
    """Give the ten areas that follow, the first ones after the last."""
    place = areas.index(area)
    return (areas + areas)[place + 1 : place + 11]


def paired(near: Cells, closeness: Cells) -> Cells:
    return [cell for pair in zip(near, closeness, strict=True) for cell in pair]


def published_row(area: str, near: Cells) -> Cells:
    return [area, f"Area {area}", area, "1", "A region", *paired(near, CLOSENESS[NEIGHBOURS_2021].split(","))]


def write_csv(path: Path, rows: Iterable[Cells]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_book(path: Path, rows: Iterable[Cells], above: int = 2, sheet: str = "LA SN Groups") -> None:
    """Write a workbook with `above` rows over the header; codes are numbers in it, as published."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for number in range(above):
        page.append([number + column for column in range(25)])
    for row in rows:
        page.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    book.save(path)


def read_book(path: Path) -> list[Cells]:
    """Read back the rows from the header on."""
    page = openpyxl.load_workbook(path).active
    assert page is not None
    rows = [["" if cell is None else str(cell) for cell in row] for row in page.iter_rows(values_only=True)]
    return rows[2:]
