"""What the Local Authority Interactive Tool says of its measures, from its own data dictionary."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa
import yaml

from analytics.folders import PACKAGE
from analytics.sources.files import PublishedFile, check_header, quoted, read_csv

# The tool's columns that are read, and what they are called here.
READ = {
    "Measure_short": "tool_name",
    "Chart_title": "title",
    "Measure": "short",
    "Topic": "topic",
    "y_axis_name": "unit",
    "Polarity": "polarity",
    "Year_Type": "year_type",
    "dps": "decimals",
    "Description": "definition",
    "Methodology": "methodology",
    "Data Owner (DO) /Supplier and Contact Details": "publisher",
    "Hyperlink(s)": "address",
    "Last Update": "last_update",
    "Next Update": "next_update",
    "No_Quartile": "quartiles",
}
UNREAD = ("Measure_code", "state_funded_flag", "Table_status")
# A measure that stands under two topics has two entries; these must be the same in both.
SAME = ("Polarity", "Year_Type", "Data Owner (DO) /Supplier and Contact Details")
POLARITIES = {"High": "high", "Low": "low", "-": "none", "NA": "none"}
QUARTILES = {"N": False, "NA": True}
NOTHING = ("", "-", "NA", "0")
DAY_0 = date(1899, 12, 30)  # of a workbook's days
ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


@cache
def beside() -> dict[str, Any]:
    """Read what is said of the tool beside its files: `beside.yml`."""
    text = (PACKAGE / "sources" / "lait" / "beside.yml").read_text(encoding="utf-8")
    entries: dict[str, Any] = yaml.safe_load(text)
    return entries


def read_dictionary(file: PublishedFile) -> pd.DataFrame:
    """Read the tool's dictionary: a row for each measure, in the order of their names here.

    Returns:
        `measure, tool_name, title, short, topic, unit, polarity, year_type, decimals, definition,
        methodology, publisher, address, last_update, next_update, quartiles, entries`; `decimals` is missing
        where the tool does not say, and a date is a day (ISO) or what stands in its place. `entries`
        says how many of the file's rows describe the measure.

    Raises:
        InputError: a column or a cell that is not as published, two entries of one measure that
            disagree, or two measures of one name.
    """
    entries = _entries(file)
    first = entries.drop_duplicates("tool_name").set_index("tool_name")
    groups = {str(name): rows for name, rows in entries.groupby("tool_name", sort=False)}
    merged = pd.DataFrame([_merged(rows) for rows in groups.values()], index=list(groups))
    table = first.assign(**merged.to_dict("series")).rename_axis("tool_name").reset_index()
    table.insert(0, "measure", [measure_name(name) for name in table["tool_name"]])
    again = table[table["measure"].duplicated(keep=False)].sort_values("measure")
    if len(again):
        found = " and ".join(again["tool_name"].iloc[:2].map(repr))
        raise file.refuse("column 'Measure_short'", found, f"names that differ as {again['measure'].iloc[0]}")
    columns = ["measure", *READ.values(), "entries"]
    return table[columns].sort_values("measure", ignore_index=True)


def latest(file: PublishedFile, measures: pd.DataFrame) -> str:
    """Give the latest day on which a measure was updated, year first.

    Raises:
        InputError: no measure has a day.
    """
    days = measures["last_update"][measures["last_update"].str.fullmatch(ISO)]
    if days.empty:
        raise file.refuse("column 'Last Update'", "no day in it", "the number of a day in some row at least")
    return str(days.max())


def measure_name(tool_name: str) -> str:
    """Name a measure of the tool as measures are named here.

    >>> measure_name("Hosp_Adm_Alc_<18yrs"), measure_name("LAC_Fixed_ Ex"), measure_name("%_3&4yr_olds")
    ('lait_hosp_adm_alc_under_18yrs', 'lait_lac_fixed_ex', 'lait_percent_3_4yr_olds')
    """
    words = tool_name.lower().replace("%", " percent ").replace("<", " under ")
    return "lait_" + re.sub("[^a-z0-9]+", "_", words).strip("_")


def _entries(file: PublishedFile) -> pd.DataFrame:
    """Give the rows of the file under the names here, each cell cleaned and checked."""
    cells = read_csv(_as_utf8(file))
    header = [column[0].as_py() for column in cells.columns]
    check_header(file, 1, header, [*READ, *UNREAD])
    rows = cells.slice(1).rename_columns(header)
    if not len(rows):
        raise file.refuse("the rows", "none", "a row for each measure: the file may be cut short")
    for column in ("Measure_short", "Chart_title", "Measure", "Topic", "Year_Type"):
        _each(file, rows, column, lambda text: text or None, "a text")
    _check_entries(file, rows)
    read = {ours: [_line(text) for text in rows[theirs].to_pylist()] for theirs, ours in READ.items()}
    publishers = beside()["publishers"]
    return pd.DataFrame(
        read
        | {
            "tool_name": rows["Measure_short"].to_pylist(),
            "definition": [_text(text) for text in rows["Description"].to_pylist()],
            "methodology": [_text(text) for text in rows["Methodology"].to_pylist()],
            "polarity": _each(file, rows, "Polarity", POLARITIES.get, " or ".join(POLARITIES)),
            "quartiles": _each(file, rows, "No_Quartile", QUARTILES.get, " or ".join(QUARTILES)),
            "decimals": _each(file, rows, "dps", _decimals, "a whole number, or NA"),
            "publisher": [publishers.get(name, name) for name in read["publisher"]],
            "last_update": [_day(text) for text in read["last_update"]],
            "next_update": [_day(text) for text in read["next_update"]],
        }
    )


def _as_utf8(file: PublishedFile) -> PublishedFile:
    """Give the file in UTF-8: the tool has also written it in Windows-1252, of which Latin-1 is a part."""
    try:
        file.data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        return file
    try:
        return replace(file, data=file.data.decode("windows-1252").encode("utf-8"))
    except UnicodeDecodeError as error:
        row = file.data.count(b"\n", 0, error.start) + 1
        found = f"{file.data[error.start]:#04x} in line {row}"
        raise file.refuse("encoding", found, "UTF-8 or Windows-1252") from error


def _each(
    file: PublishedFile, rows: pa.Table, column: str, meaning: Callable[[str], Any], expected: str
) -> list[Any]:
    """Give what each cell of a column means; refuse the first that means nothing."""
    texts = rows[column].to_pylist()
    found = [meaning(text) for text in texts]
    wrong = [row for row, one in enumerate(found) if one is None]
    if wrong:
        where = f"row {wrong[0] + 2}, column {column!r}"
        raise file.refuse(where, quoted(texts[wrong[0]]), expected, len(wrong) - 1)
    return found


def _decimals(text: str) -> float | None:
    if text == "NA":
        return float("nan")
    return float(text) if re.fullmatch("[0-9]", text) else None


def _check_entries(file: PublishedFile, rows: pa.Table) -> None:
    """Refuse two entries of one measure under one topic, or that disagree on what has one answer only."""
    names, topics = rows["Measure_short"].to_pylist(), rows["Topic"].to_pylist()
    entries = list(zip(names, topics, strict=True))
    for row, entry in enumerate(entries):
        if entry in entries[:row]:
            found = f"{entry[0]!r} a second time under {entry[1]!r}"
            raise file.refuse(f"row {row + 2}, column 'Measure_short'", found, "each measure once in a topic")
    for column in SAME:
        seen: dict[str, str] = {}
        for row, (name, text) in enumerate(zip(names, rows[column].to_pylist(), strict=True)):
            if seen.setdefault(name, text) != text:
                expected = f"{seen[name]!r}, as in the entry of {name} above"
                raise file.refuse(f"row {row + 2}, column {column!r}", quoted(text), expected)


def _merged(entries: pd.DataFrame) -> dict[str, Any]:
    """Give what two entries of one measure say together; the rest is as the first says.

    The dates are those of the entry updated last, and a measure that either would not rank is not ranked.
    """
    days = entries["last_update"].where(entries["last_update"].str.fullmatch(ISO), "")
    newest = entries.iloc[int(days.argmax())]
    said = entries["decimals"].dropna()
    return {
        "topic": "; ".join(dict.fromkeys(entries["topic"])),
        "decimals": said.iloc[0] if len(said) else float("nan"),
        "last_update": newest["last_update"],
        "next_update": newest["next_update"],
        "quartiles": bool(entries["quartiles"].all()),
        "entries": len(entries),
    }


def _day(text: str) -> str:
    """Write a workbook's number of a day as the day, year first, and leave words as they are.

    >>> _day("45962"), _day("TBC")
    ('2025-11-01', 'TBC')
    """
    return (DAY_0 + timedelta(days=int(text))).isoformat() if re.fullmatch("[0-9]{5}", text) else text


def _line(text: str) -> str:
    """Put a text on one line with single spaces.

    >>> _line("Public Health  England" + chr(13) + chr(10))
    'Public Health England'
    """
    return " ".join(text.split())


def _text(text: str) -> str:
    r"""Keep the paragraphs of a text, one blank line between them, and drop spaces at the ends of lines.

    >>> _text("One." + chr(13) + chr(10) * 4 + " Two" + chr(0xA0) + "words.  "), _text("-")
    ('One.\n\nTwo words.', '')
    """
    # The character that a word processor's symbol font has for a bullet.
    lines = [_line(line) for line in text.replace("\uf0b7", "\u2022").splitlines()]
    joined = re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip()
    return "" if joined in NOTHING else joined
