"""The interactive tool's three files, small, with the oddities of the real ones."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.areas import read_register
from analytics.sources.files import open_file
from analytics.sources.geography import atlas
from analytics.sources.lait import AREAS, DICTIONARY, FIGURES, ORIGIN, LaitTables, read_lait

Row = dict[str, object]
Entry = dict[str, str]

KNOWN = atlas(read_register())
PLACES = [
    ("301", "Barking and Dagenham", "Outer London", "OLB"),
    ("351", "Bury", "North West", "MD"),
    ("822", "Bedford Borough", "East of England", "UA"),
    ("837", "Bournemouth (Pre LG)", "South West", "UA"),
    ("970", "England", "NA", "NA"),
    ("982", "Yorkshire and the Humber", "NA", "NA"),
    ("987", "London (Inner)", "NA", "NA"),
    ("1000", "England (discontinued)", "NA", "NA"),
]
OWNER = "Data Owner (DO) /Supplier and Contact Details"
HEADER = [
    "Measure_code", "Topic", "Measure", "Chart_title", "Measure_short", "Polarity", "y_axis_name",
    "state_funded_flag", "Table_status", "Description", "Last Update", "Next Update", OWNER, "Methodology",
    "Hyperlink(s)", "dps", "Year_Type", "No_Quartile",
]  # fmt: skip
REFERRALS, GAP, EXCLUDED = "ReReferral", "Gap_<8yrs_%", "CINPermExclusion"


def entry(name: str, **cells: str) -> Entry:
    """Describe a measure as the tool does, but for the cells given."""
    plain = dict.fromkeys(HEADER, "NA") | {
        "Topic": "Children in Need", "Measure": f"Short {name}", "Chart_title": f"Title of {name}",
        "Measure_short": name, "Polarity": "Low", "y_axis_name": "% of referrals",
        "Description": "What it is.", "Last Update": "45962", "Next Update": "46327", OWNER: "DfE",
        "Methodology": "-", "Hyperlink(s)": "https://www.gov.uk/", "Year_Type": "Financial Year",
    }  # fmt: skip
    return plain | cells


def entries() -> list[Entry]:
    """Describe three measures, one of them under two topics."""
    again = {
        "Topic": "All Pupil Absence & Exclusions",
        "Chart_title": "Another title",
        "Last Update": "45778",
    }
    return [
        entry(REFERRALS, Description=" One\u00a0 £ thing.\r\n\r\n\r\n\r\nAnother\u2019s ½.  \r\n"),
        entry(GAP, Polarity="-", dps="2", No_Quartile="N", **{"Next Update": "TBC", OWNER: "ONS\r\n"}),
        entry(EXCLUDED, **{"Last Update": "46113", "Next Update": "46478"}),
        entry(EXCLUDED, dps="1", No_Quartile="N", **again),
    ]


def rows() -> list[Row]:
    """Give each measure two years in each place, and one of them a label that is no year."""
    found = []
    for name, labels, text in (
        (REFERRALS, ("2016-17", "2018 (Rev)"), "17.600000000000001"),
        (GAP, ("2013/14-15/16", "2014/15-16/17"), "-4.7980000000000002E-2"),
        (EXCLUDED, ("2016", "0"), "12"),
    ):
        for label in labels:
            for number, place, region, _ in PLACES[:-1]:
                value = "-" if label == "0" or number == "837" else text
                cells = (name, None, label, place, value, float(number), region)
                found.append(dict(zip(COLUMNS, cells, strict=True)))
    return found


COLUMNS = ["Short Desc", "Data item", "Years", "LA and Regions", "Values", "LA Number", "Region"]


def write_lait(
    folder: Path,
    figures: Sequence[Row] | None = None,
    dictionary: Sequence[Entry] | None = None,
    places: Sequence[tuple[str, ...]] | None = None,
    encoding: str = "utf-8",
) -> Path:
    """Write the three files, each as it should be where nothing else is given."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(figures or rows())), folder / FIGURES)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list((dictionary or entries())[0]), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(dictionary or entries())
    (folder / DICTIONARY).write_bytes(text.getvalue().encode(encoding))
    book = openpyxl.Workbook()
    book.active.title = "Sheet1"
    for number, *others in [("LA Number", "LA Name", "Region", "Type"), *(places or PLACES)]:
        book.active.append([int(number) if number.isdigit() else number, *others])
    book.save(folder / AREAS)
    return folder


def read_small(folder: Path) -> LaitTables:
    """Read the three files of a folder."""
    return read_lait(*(open_file(folder / name, ORIGIN) for name in (FIGURES, DICTIONARY, AREAS)), KNOWN)


def tables(found: LaitTables) -> dict[str, pd.DataFrame]:
    """Name the tables as their files are named."""
    return {"lait": found.figures, "lait_measures": found.measures}
