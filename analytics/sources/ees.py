"""The CSV that the Department for Education's statistics come in, from text to tidy rows.

The format is FORMATS.md 1: five columns of time and place, an area's codes and names, one column
for each measure, and a symbol in place of a figure that is not published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analytics.measures import NOT_SAID, STATUS_MEANINGS, dictionary
from analytics.measures import published as published_measures
from analytics.sources.catalogue import Layout, Table, meant, recognise, unknown_layout
from analytics.sources.files import Origin, PublishedFile, open_file, quoted, read_csv, read_header
from analytics.sources.geography import Atlas, Place, area_keys, check_complete

SYMBOLS = [symbol for symbol in STATUS_MEANINGS if symbol != NOT_SAID]
STATUSES = pd.CategoricalDtype(["", *SYMBOLS])
# The character made for this; it cannot stand in a cell, because `read_csv` refuses it.
SEPARATOR = "\x1f"
REPORTING = {"time_identifier": "Reporting year", "country_code": "E92000001"}
NUMBER = r"[0-9]+(\.[0-9]+)?"


@cache
def measure_type() -> pd.CategoricalDtype:
    """Give the type of a column of measures: the names in the data dictionary, in order."""
    return pd.CategoricalDtype(sorted(published_measures()))


@dataclass(frozen=True)
class PublishedTable:
    """A file that is known to be a table of a publication: its cells as text, and the years that it holds."""

    file: PublishedFile
    layout: Layout
    cells: pa.Table
    years: range

    @property
    def table(self) -> Table:
        """Which table it is, over all its releases."""
        return self.layout.table

    @property
    def release(self) -> int:
        """The last year that it holds, by which the publications name their releases."""
        return self.years[-1]


def open_table(path: Path) -> PublishedTable | None:
    """Read a file that is, or is meant to be, a table of the catalogue; None for any other.

    Raises:
        InputError: it is meant to be one, and is not laid out as any release that is known.
    """
    header = read_header(path)
    layout = recognise(header)
    table = layout.table if layout else meant(path, header)
    if table is None:
        return None
    about = table.publication
    file = open_file(path, Origin(about.publisher, about.key, "", about.address))
    cells = read_csv(file)
    if layout is None:
        raise unknown_layout(path, table, header)
    cells = cells.slice(1).rename_columns(header)
    years = _years(file, cells["time_period"], table.promised(path.name))
    absent = table.measures_of(years[-1]).difference(layout.measures.values())
    if absent:
        raise unknown_layout(path, table, header, sorted(absent))
    release = replace(file.origin, release=str(years[-1]))
    return PublishedTable(replace(file, origin=release), layout, cells, years)


def no_figures(known: Atlas) -> pd.DataFrame:
    """Give a table like that of `read_figures`, without rows."""
    types = {"area": known.keys, "period": "int64", "measure": measure_type(), "value": "float64"}
    return pd.DataFrame(columns=[*types, "status"]).astype({**types, "status": STATUSES})


def read_figures(published: PublishedTable, known: Atlas) -> pd.DataFrame:
    """Turn a published table into tidy rows: `area, period, measure, value, status`.

    `value` is missing where a symbol stands in its place, and 0 where the symbol is `low`.

    Raises:
        InputError: anything that the format or the publication does not allow, with its place.
    """
    file, layout, cells = published.file, published.layout, published.cells
    for column, text in (REPORTING | layout.only).items():
        wrong = np.flatnonzero(pc.not_equal(cells[column], text))
        if len(wrong):
            found = quoted(cells[column][int(wrong[0])].as_py())
            raise file.refuse_rows(wrong, column, found, repr(text))
    periods = np.asarray(cells["time_period"].cast("int64"))
    areas = area_keys(file, *_places(cells), known)
    last_day, joint = published.table.publication.last_day, published.table.joint_returns
    expected = {year: known.existing(last_day(year), joint) for year in published.years}
    check_complete(file, areas, periods, expected, known)
    value, status = _parse(published, cells.select(list(layout.measures)))
    rows, columns = len(areas), len(layout.measures)
    measures = pd.Categorical(layout.measures.values(), dtype=measure_type())
    # The columns end to end, as `_parse` has laid them.
    return pd.DataFrame(
        {
            "area": areas.take(np.tile(np.arange(rows), columns)),
            "period": np.tile(periods, columns),
            "measure": measures.take(np.repeat(np.arange(columns), rows)),
            "value": value,
            "status": status,
        }
    )


def _years(file: PublishedFile, texts: pa.ChunkedArray, promised: range | None) -> range:
    """Give the years of a file: just those that its name promises, else every one from its first to its last.

    Raises:
        InputError: a text that is no year, or not such a year, or a year without a row.
    """
    source = ", as the file's name says" if promised else ""
    years = promised or _span(file, texts)
    span = f"{years[0]} to {years[-1]}{source}"
    places = pc.index_in(texts, pa.array([str(year) for year in years]))
    wrong = np.flatnonzero(pc.is_null(places))
    if len(wrong):
        found = quoted(texts[int(wrong[0])].as_py())
        raise file.refuse_rows(wrong, "time_period", found, f"a year from {span}")
    absent = np.setdiff1d(np.arange(len(years)), np.asarray(places))
    if len(absent):
        wanted = f"every year from {span}: the file may be cut short"
        found = f"no row for {years[int(absent[0])]}"
        raise file.refuse("column 'time_period'", found, wanted, len(absent) - 1)
    return years


def _span(file: PublishedFile, texts: pa.ChunkedArray) -> range:
    """Give the years from the first to the last of a column."""
    wrong = np.flatnonzero(pc.invert(pc.match_substring_regex(texts, "^(19|20)[0-9]{2}$")))
    if len(wrong):
        found = quoted(texts[int(wrong[0])].as_py())
        raise file.refuse_rows(wrong, "time_period", found, "a year of four digits")
    if not len(texts):
        raise file.refuse("the rows", "none below the header", "a row for every area and year")
    first, last = (int(text.as_py()) for text in pc.min_max(texts).values())
    return range(first, last + 1)


def _places(table: pa.Table) -> tuple[list[Place], np.ndarray]:
    """List the distinct places of a table, and give the number of each row's place."""
    joined = pc.binary_join_element_wise(*(table[column] for column in Place._fields), SEPARATOR)
    encoded = joined.combine_chunks().dictionary_encode()
    places = [Place(*text.split(SEPARATOR)) for text in encoded.dictionary.to_pylist()]
    return places, encoded.indices.to_numpy()


def _parse(published: PublishedTable, cells: pa.Table) -> tuple[np.ndarray, pd.Categorical]:
    """Give the value and the status of every cell, the columns laid end to end."""
    file = published.file
    laid = pa.chunked_array([chunk for column in cells.columns for chunk in column.chunks])
    # Most texts occur often: each is looked at once.
    encoded = laid.combine_chunks().dictionary_encode()
    codes, texts = encoded.indices.to_numpy(), encoded.dictionary
    numeric = pc.match_substring_regex(texts, f"^{NUMBER}$")
    symbolic = pc.is_in(texts, pa.array(SYMBOLS))
    wanted = f"a number or one of the symbols {', '.join(SYMBOLS)}"
    _refuse_cells(file, cells, ~np.asarray(pc.or_(numeric, symbolic))[codes], wanted)
    zero = pc.if_else(pc.equal(texts, "low"), "0", None)
    values = np.asarray(pc.if_else(numeric, texts, zero).cast("float64"))[codes]
    over = (values > 100) & np.repeat(_shares(published), len(cells))
    _refuse_cells(file, cells, over, "a percentage from 0 to 100")
    statuses = np.asarray(pc.index_in(texts, pa.array(["", *SYMBOLS])).fill_null(0))
    return values, pd.Categorical.from_codes(statuses[codes], dtype=STATUSES)


def _shares(published: PublishedTable) -> list[bool]:
    """Say of each column whether its release gives a percentage of 100 at most in it."""
    over = published.table.over_100
    return [
        dictionary()[name].unit == "percent" and published.release > over.get(name, 0)
        for name in published.layout.measures.values()
    ]


def _refuse_cells(file: PublishedFile, cells: pa.Table, wrong: np.ndarray, expected: str) -> None:
    """Refuse the first wrong cell, in the order of the file's rows and not of its columns."""
    places = np.argwhere(wrong.reshape(cells.num_columns, len(cells)).T)
    if len(places):
        row, column = (int(number) for number in places[0])
        text = cells.column(column)[row].as_py()
        where = f"row {row + 2}, column {cells.column_names[column]!r}"
        raise file.refuse(where, _describe(text), expected, len(places) - 1)


def _describe(text: str) -> str:
    """Say what is wrong with a cell that should hold a figure.

    >>> _describe("-3"), _describe("12a"), _describe("q")
    ("the negative figure '-3'", "'12a', which is not a number", "the unknown symbol 'q'")
    """
    if re.fullmatch("-" + NUMBER, text):
        return f"the negative figure {text!r}"
    if re.fullmatch(NUMBER, text) or not text:
        return quoted(text)
    return f"{text!r}, which is not a number" if re.search("[0-9]", text) else f"the unknown symbol {text!r}"
