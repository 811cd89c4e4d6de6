"""The columns of the tool's table of figures: every distinct text once, and which of them each row has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.errors import InputError
from analytics.sources.files import PublishedFile, check_header

NUMBERS = "LA Number"
READ = ("Short Desc", "Years", "LA and Regions", "Values", NUMBERS, "Region")
# Another wording of the title, and blank in most rows.
UNREAD = "Data item"


@dataclass(frozen=True)
class Coded:
    """A column of texts: its distinct ones, and which of them each row has."""

    texts: list[str]
    codes: np.ndarray

    def at(self, row: int) -> str:
        """Give the text of a row."""
        return self.texts[int(self.codes[row])]

    def of(self, meanings: list[Any]) -> Any:
        """Give each row what its text means: `meanings` has an entry for each text."""
        return np.asarray(meanings)[self.codes]


def read_columns(file: PublishedFile) -> dict[str, Coded]:
    """Read the columns by name; the number of an area is a text like the others.

    Raises:
        InputError: no Parquet file, another set of columns, a column of another type, a blank cell.
    """
    try:
        opened = pq.ParquetFile(pa.BufferReader(file.data))
        check_header(file, 1, opened.schema_arrow.names, [*READ, UNREAD])
        table = opened.read(list(READ), use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise file.refuse("the whole file", f"no readable table ({error})", "a Parquet file") from error
    if not len(table):
        raise file.refuse("the rows", "none", "a row for each measure, area and year")
    return {name: _encoded(file, name, table[name]) for name in READ}


def _encoded(file: PublishedFile, name: str, column: pa.ChunkedArray) -> Coded:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    is_number = pa.types.is_floating(kind) or pa.types.is_integer(kind)
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    expected = "a number" if name == NUMBERS else "a text"
    if not (is_number if name == NUMBERS else is_text):
        raise file.refuse(f"column {name!r}", f"the type {kind}", f"{expected} in every cell")
    blank = np.flatnonzero(pc.is_null(column))
    if len(blank):
        raise refuse_rows(file, blank, name, "a blank cell", expected)
    encoded = column.cast(kind).combine_chunks().dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    texts = [f"{each:g}" if is_number else each.strip() for each in distinct]
    return Coded(texts, encoded.indices.to_numpy())


def refuse_rows(file: PublishedFile, rows: np.ndarray, column: str, found: str, expected: str) -> InputError:
    """Word the error of one column in several rows, counted from 0; the table has none for its header."""
    return file.refuse(f"row {rows[0] + 1}, column {column!r}", found, expected, len(rows) - 1)
