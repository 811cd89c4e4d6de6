"""A file that was downloaded by hand: looked at, known by its columns, copied, recorded like any other."""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO

from analytics.errors import InputError
from analytics.fetch.client import Say
from analytics.fetch.faults import describe_data
from analytics.fetch.holding import describe, held_in, open_whole, place, two_files
from analytics.fetch.others import PARQUET, place_other, recognise_other
from analytics.folders import sole_writer
from analytics.sources.catalogue import tables
from analytics.sources.ees import PublishedTable
from analytics.sources.files import HEADER_LIMIT, SIZE_LIMIT
from analytics.sources.sidecar import Sidecar, check_sidecar, write_sidecar

PIECE = 1_000_000  # bytes
ZIP, EXCEL = b"PK\x03\x04", "[Content_Types].xml"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
WANTED = "a CSV, a workbook of statistical neighbours, or a zip that holds one"


def adopt(path: Path, raw: Path, say: Say) -> None:
    """Record a file that was downloaded by hand in the folder `raw`, and leave it where it is.

    A file that lies in the folder is given its sidecar there.

    Raises:
        InputError: it is no published file that is known; what is held is then as it was.
    """
    start = _look(path)
    if start.startswith(ZIP) and not _is_workbook(path):
        _adopt_zip(path, raw, say)
        return
    _check_start(path, start)
    if path.resolve().is_relative_to(raw.resolve()):
        say(_record(path, raw))
    else:
        with sole_writer(raw) as work:
            new = work / path.name
            _copy(path, new)
            say(_take(path, new, raw))


def _look(path: Path) -> bytes:
    """Give the first bytes of a file, once it is seen that it can be one that is published."""
    try:
        kind = path.stat()
        if not stat.S_ISREG(kind.st_mode):
            found = "a folder" if stat.S_ISDIR(kind.st_mode) else "no file but a device or a pipe"
            raise InputError(f"{path}: found {found}; expected {WANTED}. Name the file itself.")
        with path.open("rb") as file:
            start = file.read(HEADER_LIMIT)
    except OSError as error:
        raise InputError(
            f"{path}: this file cannot be opened ({error.strerror}). See that its name is right."
        ) from error
    if kind.st_size > SIZE_LIMIT:
        raise _refuse(path, f"{kind.st_size / 1e6:,.0f} MB", f"less than {SIZE_LIMIT / 1e6:,.0f} MB")
    if not start:
        raise _refuse(path, "an empty file", WANTED)
    return start


def _refuse(path: Path, found: str, expected: str) -> InputError:
    return InputError(
        f"{path}: found {found}; expected {expected}. Nothing was changed: download the file again, as its "
        "publisher offers it."
    )


def _is_workbook(path: Path) -> bool:
    with _opened(path) as archive:
        return EXCEL in archive.namelist()


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise _refuse(path, f"a zip that cannot be opened ({error})", "a whole one") from error


def _adopt_zip(path: Path, raw: Path, say: Say) -> None:
    """Adopt each table that is known from a zip, once all of it is seen to be good."""
    with _opened(path) as archive, sole_writer(raw) as work:
        names = [
            one for one in archive.infolist() if one.filename.casefold().endswith(".csv") and one.file_size
        ]
        if not names:
            listed = ", ".join(archive.namelist()[:5]) or "nothing"
            raise _refuse(path, f"a zip without a CSV (it holds {listed})", "one that holds a CSV")
        digest = _sha256(path)
        found = [(path / one.filename, _unzip(path, archive, one, work / str(number)))
                 for number, one in enumerate(names)]  # fmt: skip
        taken = [(inside, new) for inside, new in found if _read(inside, new) is not None]
        if not taken:
            listed = ", ".join(one.filename for one in names)
            raise _refuse(path, f"no table that is known among {listed}", f"one of {_known()}")
        if _sha256(path) != digest:
            raise _changed(path)
        for inside, new in found:
            known = (inside, new) in taken
            say(
                _take(inside, new, raw)
                if known
                else f"{inside}: passed over, it is no table that is read here."
            )


def _unzip(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, folder: Path) -> Path:
    """Unpack a CSV from a zip into a folder of its own, and give its path."""
    inside, new = path / member.filename, folder / Path(member.filename).name
    if member.file_size > SIZE_LIMIT:
        raise _refuse(inside, f"{member.file_size / 1e6:,.0f} MB", f"less than {SIZE_LIMIT / 1e6:,.0f} MB")
    folder.mkdir()
    try:
        with archive.open(member) as file, new.open("wb") as out:
            for piece in _pieces(inside, file):
                out.write(piece)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise _refuse(
            inside, f"what cannot be unpacked ({error})", "a whole zip without a password"
        ) from error
    return new


def _pieces(path: Path, file: IO[bytes]) -> Iterator[bytes]:
    size = 0
    while piece := file.read(PIECE):
        size += len(piece)
        if size > SIZE_LIMIT:
            raise _refuse(path, f"more than {SIZE_LIMIT / 1e6:,.0f} MB", "less")
        yield piece


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for piece in _pieces(path, file):
            digest.update(piece)
    return digest.hexdigest()


def _copy(path: Path, new: Path) -> None:
    """Copy a file, and refuse one that is not the same after it as while it was read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file, new.open("wb") as out:
            for piece in _pieces(path, file):
                digest.update(piece)
                out.write(piece)
        same = _sha256(path) == digest.hexdigest()
    except FileNotFoundError as error:
        raise _changed(path) from error
    if not same:
        raise _changed(path)


def _changed(path: Path) -> InputError:
    return InputError(
        f"{path}: this file changed while it was read. Nothing was changed: wait until its download has "
        "ended, or close it where it is open, and run the command again."
    )


def _take(path: Path, new: Path, raw: Path) -> str:
    """Put the copy `new` of `path` into the folder, and say what was done."""
    published = _read(path, new)
    if published is None:
        return place_other(recognise_other(path, new), path, new, raw)
    beside = check_sidecar(path, new.read_bytes())
    return place(raw, new, published, beside or _described(published), held_in(raw, [published.table.key]))


def _record(path: Path, raw: Path) -> str:
    """Write the sidecar of a file that lies in the folder, where it lies."""
    published, data = _read(path, path), path.read_bytes()
    sidecar = _described(published) if published else recognise_other(path, path).sidecar(path, data)
    if check_sidecar(path, data):
        return f"{path}: has its sidecar. Nothing was changed."
    if published:
        for one in held_in(raw, [published.table.key]):
            if one.release == published.release and not one.path.samefile(path):
                raise two_files(path, one, published, raw)
    write_sidecar(path, sidecar)
    return f"{path}: now has its sidecar."


def _described(published: PublishedTable) -> Sidecar:
    return describe(published.file, published.table.title)


def _read(path: Path, new: Path) -> PublishedTable | None:
    """Read `new`, a copy of `path`, by which errors name it; None if it is no table of the catalogue.

    Raises:
        InputError: it is no text, or a table of the catalogue with a fault, or in an unknown layout.
    """
    with new.open("rb") as file:
        start = file.read(HEADER_LIMIT)
    _check_start(path, start)
    if start.startswith((ZIP, PARQUET)):
        return None
    try:
        published = open_whole(new)
    except InputError as error:
        raise InputError(str(error).replace(str(new), str(path))) from error
    return replace(published, file=replace(published.file, path=path)) if published else None


def _check_start(path: Path, start: bytes) -> None:
    """Refuse a file that begins like no published one, before any more of it is read."""
    if start.startswith((ZIP, PARQUET)):
        return
    if start.startswith(UTF_16) or b"\0" in start:
        raise _refuse(path, "UTF-16, or a file that is not text", "UTF-8 (save it as 'CSV UTF-8')")
    if describe_data(start) in ("a web page", "JSON"):
        raise _refuse(path, f"{describe_data(start)}, whatever its name says", WANTED)
    if not any(end in start for end in (b"\n", b"\r")):
        found = f"no end of the first line, the header, in {len(start):,} bytes"
        raise _refuse(path, found, "a CSV, a row to a line")


def _known() -> str:
    return ", ".join(table.name.format(first="YEAR", last="YEAR") for table in tables().values())
