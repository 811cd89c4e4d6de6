"""The CSV that the Department for Education's statistics come in, from text to tidy rows.

The format is FORMATS.md 1: five columns of time and place, an area's codes and names, one column
for each measure, and a symbol in place of a figure that is not published.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analytics.measures import STATUS_MEANINGS, Publication, dictionary, published
from analytics.sources.files import Origin, PublishedFile, check_header, quoted, read_csv, years
from analytics.sources.geography import Atlas, Place, area_keys, check_complete

SYMBOLS = list(STATUS_MEANINGS)
STATUSES = pd.CategoricalDtype(["", *SYMBOLS])
IDENTIFIERS = ("time_period", "time_identifier", *Place._fields)
# The character made for this; it cannot stand in a cell, because `read_csv` refuses it.
SEPARATOR = "\x1f"
REPORTING = {"time_identifier": "Reporting year", "country_code": "E92000001"}
NUMBER = r"[0-9]+(\.[0-9]+)?"


@cache
def measure_type() -> pd.CategoricalDtype:
    """Give the type of a column of measures: the names in the data dictionary, in order."""
    return pd.CategoricalDtype(sorted(published()))


@dataclass(frozen=True)
class Layout:
    """How one table of a publication is laid out.

    `pattern` matches the file's name, which ends in its first and its last year; `example` is such
    a name; `measures` maps the publication's columns to ours; `only` gives the one text that a
    column holds throughout; `joint_returns` says that authorities which report together have one
    row; `keep_earlier` that earlier releases are kept beside the newest; `over_100` names the last
    release in which a column's percentages could be more than 100.
    """

    pattern: str
    example: str
    measures: dict[str, str]
    only: dict[str, str] = field(default_factory=dict)
    joint_returns: bool = False
    keep_earlier: bool = False
    over_100: dict[str, int] = field(default_factory=dict)

    @property
    def publication(self) -> Publication:
        """Whose figures they are."""
        return dictionary()[next(iter(self.measures.values()))].publication

    def origin(self, path: Path) -> Origin:
        """Say whose figures a file of this layout holds."""
        about = self.publication
        return Origin(about.publisher, about.key, str(years(path)[-1]), about.address)


def no_figures(known: Atlas) -> pd.DataFrame:
    """Give a table like that of `read_figures`, without rows."""
    types = {"area": known.keys, "period": "int64", "measure": measure_type(), "value": "float64"}
    return pd.DataFrame(columns=[*types, "status"]).astype({**types, "status": STATUSES})


def read_figures(file: PublishedFile, layout: Layout, known: Atlas) -> pd.DataFrame:
    """Turn a published CSV into tidy rows: `area, period, measure, value, status`.

    `value` is missing where a symbol stands in its place, and 0 where the symbol is `low`.

    Raises:
        InputError: anything that the format or the publication does not allow, with its place.
    """
    table = _read_table(file, layout)
    first, last = years(file.path)
    promised = range(first, last + 1)
    periods = _periods(file, table["time_period"], promised)
    areas = area_keys(file, *_places(table), known)
    last_day, joint = layout.publication.last_day, layout.joint_returns
    expected = {year: known.existing(last_day(year), joint) for year in promised}
    check_complete(file, areas, periods, expected, known)
    value, status = _parse(file, table.select(list(layout.measures)), layout)
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


def _read_table(file: PublishedFile, layout: Layout) -> pa.Table:
    """Name the columns, and refuse a table that is not of this layout."""
    cells = read_csv(file)
    header = [column[0].as_py() for column in cells.columns]
    check_header(file, 1, header, [*IDENTIFIERS, *layout.only, *layout.measures])
    table = cells.slice(1).rename_columns(header)
    for column, text in (REPORTING | layout.only).items():
        wrong = np.flatnonzero(pc.not_equal(table[column], text))
        if len(wrong):
            found = quoted(table[column][int(wrong[0])].as_py())
            raise file.refuse_rows(wrong, column, found, repr(text))
    return table


def _periods(file: PublishedFile, texts: pa.ChunkedArray, promised: range) -> np.ndarray:
    """Read each row's year, and refuse a file without just the years that its name promises."""
    span = f"{promised[0]} to {promised[-1]}, as the file's name says"
    places = pc.index_in(texts, pa.array([str(year) for year in promised]))
    wrong = np.flatnonzero(pc.is_null(places))
    if len(wrong):
        found = quoted(texts[int(wrong[0])].as_py())
        raise file.refuse_rows(wrong, "time_period", found, f"a year from {span}")
    periods = np.asarray(places).astype("int64") + promised[0]
    absent = np.setdiff1d(promised, periods)
    if len(absent):
        wanted = f"every year from {span}: the file may be cut short"
        raise file.refuse("column 'time_period'", f"no row for {absent[0]}", wanted, len(absent) - 1)
    return periods


def _places(table: pa.Table) -> tuple[list[Place], np.ndarray]:
    """List the distinct places of a table, and give the number of each row's place."""
    joined = pc.binary_join_element_wise(*(table[column] for column in Place._fields), SEPARATOR)
    encoded = joined.combine_chunks().dictionary_encode()
    places = [Place(*text.split(SEPARATOR)) for text in encoded.dictionary.to_pylist()]
    return places, encoded.indices.to_numpy()


def _parse(file: PublishedFile, cells: pa.Table, layout: Layout) -> tuple[np.ndarray, pd.Categorical]:
    """Give the value and the status of every cell, the columns laid end to end."""
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
    over = (values > 100) & np.repeat(_shares(layout, years(file.path)[-1]), len(cells))
    _refuse_cells(file, cells, over, "a percentage from 0 to 100")
    statuses = np.asarray(pc.index_in(texts, pa.array(["", *SYMBOLS])).fill_null(0))
    return values, pd.Categorical.from_codes(statuses[codes], dtype=STATUSES)


def _shares(layout: Layout, release: int) -> list[bool]:
    """Say of each column whether a release gives a percentage of 100 at most in it."""
    return [
        dictionary()[name].unit == "percent" and release > layout.over_100.get(column, 0)
        for column, name in layout.measures.items()
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
