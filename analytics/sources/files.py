"""Published files: found under the raw folder and read as text, cell by cell, with row numbers."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from analytics.errors import InputError, closest
from analytics.folders import WORK

# Earlier releases of the same publications lie in folders of this name: the newest is not sought there.
EARLIER = "earlier"
# The longest header that is looked at, and the largest file that is read: many times what is published.
HEADER_LIMIT = 1_000_000  # bytes
SIZE_LIMIT = 200_000_000
# Below the space in ASCII, but for the tab and the two line ends.
CONTROL_CHARACTERS = bytes(set(range(32)) - set(b"\t\n\r"))


@dataclass(frozen=True)
class Origin:
    """Whose figures a file holds: `publication` is the key of `measures.yml`; `address` is its page."""

    publisher: str
    publication: str
    release: str
    address: str


@dataclass(frozen=True)
class PublishedFile:
    """A file as its publisher released it."""

    path: Path
    origin: Origin
    data: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """Give the SHA-256 of the file's bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    def refuse(self, where: str, found: str, expected: str, others: int = 0) -> InputError:
        """Word the error of one fault; `others` counts the further rows with the same fault."""
        more = f" ({others} more like it)" if others else ""
        return InputError(
            f"{self.path}: {where}: found {found}; expected {expected}.{more} "
            f"Correct it, or download the file again from {self.origin.address}"
        )

    def refuse_rows(self, rows: np.ndarray, column: str, found: str, expected: str) -> InputError:
        """Word the error of one column in several rows, counted from 0 below the header."""
        return self.refuse(f"row {rows[0] + 2}, column {column!r}", found, expected, len(rows) - 1)


def quoted(text: str) -> str:
    """Show a cell's text in a message.

    >>> quoted("12a"), quoted("")
    ("'12a'", 'a blank cell')
    """
    return repr(text) if text else "a blank cell"


def list_files(raw: Path) -> list[Path]:
    """List every file under `raw`, but for what a command that was stopped has left half done.

    Raises:
        InputError: there is no such folder.
    """
    if not raw.is_dir():
        raise InputError(f"{raw}: there is no such folder. Name the one that holds the published files.")
    paths = (path for path in sorted(raw.rglob("*")) if path.is_file())
    return [path for path in paths if WORK not in path.relative_to(raw).parts]


def is_current(path: Path, raw: Path) -> bool:
    """Say whether a file under `raw` lies outside the folders of earlier releases."""
    return EARLIER not in path.relative_to(raw).parts[:-1]


def missing_file(raw: Path, expected: str, address: str) -> InputError:
    """Word the error of a file that is not there."""
    return InputError(
        f"{expected}: no such file in {raw} or a folder in it. Download it from {address} and put it there."
    )


def read_header(path: Path) -> list[str]:
    """Read the first line of a text file as cells, without reading on; no cells if it has no such line.

    Raises:
        InputError: the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            start = file.read(HEADER_LIMIT)
    except OSError as error:
        raise InputError(f"{path}: this file cannot be opened ({error.strerror}).") from error
    line = start.removeprefix(codecs.BOM_UTF8).splitlines()[:1]
    complete = len(start) < HEADER_LIMIT or b"\n" in start or b"\r" in start
    if not (line and complete):
        return []
    cells = next(csv.reader([line[0].decode("utf-8", errors="replace")]), [])
    return [cell.strip() for cell in cells]


def open_file(path: Path, origin: Origin) -> PublishedFile:
    """Read a file's bytes.

    Raises:
        InputError: the file cannot be opened, is empty, or is larger than any that is published.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= SIZE_LIMIT else b""
    except OSError as error:
        raise InputError(f"{path}: this file cannot be opened ({error.strerror}).") from error
    if size > SIZE_LIMIT:
        found = f"{size / 1e6:,.0f} MB; expected less than {SIZE_LIMIT / 1e6:,.0f} MB"
        raise InputError(f"{path}: found {found}. Download it again from {origin.address}")
    if not data:
        raise InputError(f"{path}: this file is empty. Download it again from {origin.address}")
    return PublishedFile(path, origin, data)


def read_csv(file: PublishedFile) -> pa.Table:
    """Read a CSV as text: a row for each row of the file, the header first.

    A byte-order mark and Windows line ends are accepted. Spaces around a cell are dropped.

    Raises:
        InputError: not UTF-8, cut short, or a row with more or fewer cells than the header.
    """
    _check_encoding(file)
    if not file.data.endswith((b"\n", b"\r")):
        last = len(file.data.splitlines())
        expected = "a complete row: the file may be cut short"
        raise file.refuse(f"row {last}, the last", "no line end after it", expected)
    ragged: list[pa_csv.InvalidRow] = []

    def note(row: pa_csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

    width = file.data.partition(b"\n")[0].count(b",") + 1
    text = {f"f{number}": pa.string() for number in range(width)}
    options = (
        # One thread, or a ragged row has no number; one block, or a quoted line end is misread.
        pa_csv.ReadOptions(autogenerate_column_names=True, use_threads=False, block_size=len(file.data) + 1),
        pa_csv.ParseOptions(ignore_empty_lines=False, invalid_row_handler=note),
        pa_csv.ConvertOptions(column_types=text, strings_can_be_null=False),
    )
    try:
        table = pa_csv.read_csv(io.BytesIO(file.data.rstrip(b"\r\n") + b"\n"), *options)
    except pa.ArrowInvalid as error:
        raise file.refuse("the whole file", f"no readable table ({error})", "comma-separated rows") from error
    _refuse_ragged(file, ragged)
    return pa.table([pc.utf8_trim_whitespace(column) for column in table.columns], table.column_names)


def _refuse_ragged(file: PublishedFile, rows: Sequence[pa_csv.InvalidRow]) -> None:
    if rows:
        first = rows[0]
        found = f"{first.actual_columns} cells"
        expected = f"{first.expected_columns}, as in the header: the file may be cut short"
        raise file.refuse(f"row {first.number}", found, expected, len(rows) - 1)


def _check_encoding(file: PublishedFile) -> None:
    data, expected = file.data, "UTF-8 (save it as 'CSV UTF-8')"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        raise file.refuse("encoding", "UTF-16, or a file that is not text", expected)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        found = f"{data[error.start]:#04x} in row {_row(data, error.start)}, as in Latin-1 or Windows-1252"
        raise file.refuse("encoding", found, expected) from error
    if len(data.translate(None, CONTROL_CHARACTERS)) < len(data):
        place = next(place for place, byte in enumerate(data) if byte in CONTROL_CHARACTERS)
        found = f"the control character {data[place]:#04x}"
        raise file.refuse(f"row {_row(data, place)}", found, "text")


def _row(data: bytes, place: int) -> int:
    return data.count(b"\n", 0, place) + 1


def read_workbook(file: PublishedFile, sheet: str) -> list[list[str]]:
    """Read one sheet of a workbook as text, row by row, blank rows included.

    Raises:
        InputError: not a workbook, or no such sheet.
    """
    # Imported here because only two of the files are workbooks, and either may be left out.
    from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        rows = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except WorksheetNotFound as error:
        found = f"no sheet of that name among {', '.join(workbook.sheet_names)}"
        raise file.refuse("the workbook", found, f"a sheet {sheet!r}") from error
    except CalamineError as error:
        raise file.refuse("the whole file", f"no workbook ({error})", "an .xlsx workbook") from error
    return [[_as_text(cell) for cell in row] for row in rows]


def _as_text(cell: object) -> str:
    """Give a cell's text; a workbook holds the whole number 301 as 301.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def check_header(file: PublishedFile, row: int, found: Sequence[str], expected: Sequence[str]) -> None:
    """Refuse a header that lacks a column, or has one more, or the same one under another name.

    Raises:
        InputError: the message names the column, and the nearest of the others.
    """
    missing = list((Counter(expected) - Counter(found)).elements())
    extra = list((Counter(found) - Counter(expected)).elements())
    where = f"row {row}, the header"
    if extra:
        name = f"the column {extra[0]!r}" if extra[0] else "a column without a name"
        stranger = f"{name} a second time" if extra[0] in expected else name
        near = closest(extra[0], expected, most=1)
        wanted = (
            f"a column {_nearest(extra[0], missing)!r}" if missing else f"no such column (nearest: {near})"
        )
        raise file.refuse(where, stranger, wanted, len(extra) - 1)
    if missing:
        raise file.refuse(where, "no such column", f"a column {missing[0]!r}", len(missing) - 1)


def _nearest(name: str, expected: Sequence[str]) -> str:
    near = closest(name, expected, most=1)
    return near if near in expected else expected[0]
