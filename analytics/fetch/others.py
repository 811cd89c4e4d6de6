"""Published files that are no table of the catalogue: neighbour models, and the Interactive Tool's files."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.areas import read_register
from analytics.described import TOOL
from analytics.errors import InputError, closest
from analytics.fetch.holding import describe, put
from analytics.sources import lait, neighbours
from analytics.sources.catalogue import CATALOGUE, tables
from analytics.sources.files import Origin, PublishedFile, read_header
from analytics.sources.geography import atlas
from analytics.sources.sidecar import Sidecar, read_sidecar, sidecar_path, write_sidecar

PARQUET = b"PAR1"
# The files of the Local Authority Interactive Tool: columns that are in no other file.
_TOOL = {
    lait.FIGURES: {"Short Desc", "Years", "LA and Regions", "Values"},
    lait.DICTIONARY: {"Measure_short", "Topic", "Chart_title", "Polarity"},
    lait.AREAS: {"LA Number", "LA Name", "Region", "Type"},
}


@dataclass(frozen=True)
class Other:
    """Such a file: the name that its publisher gives it, and whose it is."""

    name: str
    title: str
    origin: Origin

    def sidecar(self, path: Path, data: bytes) -> Sidecar:
        """Describe the file, which came by hand today."""
        return describe(PublishedFile(path, self.origin, data), self.title)


def recognise_other(path: Path, new: Path) -> Other:
    """Find which file `new` is, a copy of `path`, by its columns.

    Raises:
        InputError: it is none that is known, or a model of neighbours with a fault.
    """
    rows = _first_rows(new)
    columns = {cell for row in rows for cell in row}
    for name, needed in _TOOL.items():
        if needed <= columns:
            return Other(name, TOOL, lait.ORIGIN)
    model, form = _model(path, new, columns)
    return Other(form.name, f"Statistical neighbour model, {model.name}", model.origin)


def place_other(other: Other, path: Path, new: Path, raw: Path) -> str:
    """Move `new`, a copy of `path`, into the folder with its sidecar, unless there is another of its name.

    Raises:
        InputError: there is; OSError: the folder cannot be written.
    """
    data, target = new.read_bytes(), raw / other.name
    held = next((one for one in sorted(raw.rglob(other.name)) if one != new), None)
    if held is None:
        put(new, target, other.sidecar(target, data))
        return f"{target}: {other.title}."
    if held.read_bytes() != data:
        raise InputError(
            f"{held}: this is held, and {path} is another file of the same kind ({other.title}). Nothing was "
            f"changed. If the one that is held is not right, move it out of {raw} and run the command again."
        )
    if read_sidecar(held):
        return f"{held}: held already. Nothing was changed."
    write_sidecar(held, other.sidecar(target, data))
    return f"{held}: held already, and now has {sidecar_path(held).name}."


def _first_rows(new: Path) -> Sequence[Sequence[str]]:
    """Read the rows that a header may stand in."""
    # As slow to import as it is seldom needed.
    from python_calamine import CalamineError, CalamineWorkbook

    data = new.read_bytes()
    if data.startswith(PARQUET):
        try:
            return [pq.read_schema(io.BytesIO(data)).names]
        except pa.ArrowInvalid:
            return []
    if not data.startswith(b"PK"):
        return [read_header(new)]
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    except CalamineError:
        return []
    return [[str(cell).strip() for cell in row] for row in sheet.to_python(nrows=3)]


def _model(path: Path, new: Path, columns: set[str]) -> tuple[neighbours.Model, neighbours.Form]:
    """Find the model of neighbours that a file is, the newest first: all have the same columns."""
    known, fault = atlas(read_register()), None
    data = new.read_bytes()
    for model in reversed(neighbours.MODELS):
        for form in model.forms:
            same_kind = Path(form.name).suffix == path.suffix.casefold()
            if not same_kind or not set(form.columns) <= columns:
                continue
            try:
                neighbours.read_form(PublishedFile(path, model.origin, data), form, model, known)
            except InputError as error:
                fault = fault or error
            else:
                return model, form
    raise fault or _unknown(path, columns)


def _unknown(path: Path, columns: set[str]) -> InputError:
    """Word the error of a file that is nothing that is known."""
    names = {name for table in tables().values() for group in table.columns.values() for name in group}
    shown = ", ".join(repr(name) for name in sorted(columns)[:6]) or "no columns"
    near = next((closest(name, names, most=1) for name in sorted(columns) if name in names), "")
    like = f" (of those, {near!r} is known)" if near else ""
    more = " and more" if len(columns) > 6 else ""
    titles = "; ".join(table.called for table in tables().values())
    return InputError(
        f"{path}: row 1, the header: found {shown}{more}{like}; expected the columns of a table that is "
        f"known: {titles}. Nothing was changed. To read another one, describe it in {CATALOGUE}."
    )
