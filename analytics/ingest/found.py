"""The published files in a folder: which is which, and which of them are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import InputError
from analytics.sources import lait, neighbours
from analytics.sources.catalogue import IDENTIFIERS, Table, tables
from analytics.sources.ees import PublishedTable, open_table
from analytics.sources.files import (
    Origin,
    PublishedFile,
    is_current,
    list_files,
    missing_file,
    open_file,
    read_header,
)
from analytics.sources.sidecar import check_sidecar


@dataclass(frozen=True)
class Sources:
    """The files found: the newest of each table, its earlier releases, one or two forms for each model.

    `lait` has the three files of the interactive tool, or none. `passed_over` says of each file that
    might have been meant to be read why it was not.
    """

    newest: list[PublishedTable]
    earlier: list[PublishedTable]
    models: list[tuple[neighbours.Model, list[tuple[neighbours.Form, PublishedFile]]]]
    lait: list[PublishedFile]
    passed_over: list[str]


def find(raw: Path) -> Sources:
    """Find and open every file, and read the tables as text, before any is made figures of.

    Raises:
        InputError: a file is missing or twice there, is not laid out as any release that is known, or
            is not the one that its sidecar describes.
    """
    paths = list_files(raw)
    opened = {path: open_table(path) for path in paths if path.suffix.lower() == ".csv"}
    held = [one for one in opened.values() if one]
    newest = [_newest(table, held, raw) for table in tables().values()]
    earlier = [_earlier(one, held) for one in newest]
    kept = [*newest, *(one for group in earlier for one in group)]
    current = [path for path in paths if is_current(path, raw)]
    models = [(model, _forms(model, current, raw)) for model in neighbours.MODELS]
    of_tool = _of_tool(current, raw)
    files = [one.file for one in kept] + [file for _, forms in models for _, file in forms] + of_tool
    for file in files:
        check_sidecar(file.path, file.data)
    strange = [path for path, one in opened.items() if one is None and _is_statistics(path)]
    passed_over = [f"{path}: passed over; it has the columns of no table that is read" for path in strange]
    passed_over += [
        f"{one.file.path}: passed over; the {one.release} release is not before the newest"
        for one in held
        if one not in kept
    ]
    return Sources(newest, kept[len(newest) :], models, of_tool, passed_over)


def _newest(table: Table, held: Sequence[PublishedTable], raw: Path) -> PublishedTable:
    """Pick the newest release of a table outside of the folders of earlier ones.

    Raises:
        InputError: there is none, or there are two.
    """
    current = [one for one in held if one.table is table and is_current(one.file.path, raw)]
    if not current:
        expected = f"{table.called} ({table.file_name('YYYY', 'YYYY')})"
        raise missing_file(raw, expected, table.publication.address)
    return _only(current, max(one.release for one in current))


def _earlier(newest: PublishedTable, held: Sequence[PublishedTable]) -> list[PublishedTable]:
    """List the releases of a table before its newest, oldest first.

    Raises:
        InputError: there are two of one release.
    """
    before = [one for one in held if one.table is newest.table and one.release < newest.release]
    return [_only(before, release) for release in sorted({one.release for one in before})]


def _only(held: Sequence[PublishedTable], release: int) -> PublishedTable:
    found = [one for one in held if one.release == release]
    if len(found) > 1:
        places = "; ".join(str(one.file.path) for one in found)
        raise InputError(
            f"{found[0].table.called}, {release} release: found {len(found)} times ({places}). "
            "Keep one of them."
        )
    return found[0]


def _forms(
    model: neighbours.Model, current: Sequence[Path], raw: Path
) -> list[tuple[neighbours.Form, PublishedFile]]:
    """Open the forms of a neighbour model that are there.

    Raises:
        InputError: there is none, or there are two of one name.
    """
    opened = [(form, _named(form.name, current, model.origin)) for form in model.forms]
    forms = [(form, file) for form, file in opened if file]
    if not forms:
        raise missing_file(raw, " or ".join(form.name for form in model.forms), model.origin.address)
    return forms


def _of_tool(current: Sequence[Path], raw: Path) -> list[PublishedFile]:
    """Open the three files of the interactive tool, if any of them is there.

    Raises:
        InputError: only some are, or there are two of one name.
    """
    names = (lait.FIGURES, lait.DICTIONARY, lait.AREAS)
    opened = {name: _named(name, current, lait.ORIGIN) for name in names}
    files = [file for file in opened.values() if file]
    absent = [name for name, file in opened.items() if file is None]
    if files and absent:
        raise missing_file(raw, absent[0], lait.ORIGIN.address)
    return files


def _named(name: str, current: Sequence[Path], origin: Origin) -> PublishedFile | None:
    """Open the file of a name, if it is there once.

    Raises:
        InputError: there are two of them.
    """
    found = [path for path in current if path.name == name]
    if len(found) > 1:
        places = "; ".join(map(str, found))
        raise InputError(f"{name}: found {len(found)} times ({places}). Keep one of them.")
    return open_file(found[0], origin) if found else None


def _is_statistics(path: Path) -> bool:
    return set(IDENTIFIERS) <= set(read_header(path))
