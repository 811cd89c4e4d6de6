"""What a folder of published files holds, and how a file is put there with its sidecar: both, or neither."""

from __future__ import annotations

import gzip
import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analytics.areas import read_register
from analytics.errors import InputError
from analytics.sources.catalogue import Table
from analytics.sources.ees import PublishedTable, open_table, read_figures
from analytics.sources.files import EARLIER, PublishedFile, list_files
from analytics.sources.geography import atlas
from analytics.sources.sidecar import (
    LICENCE,
    Sidecar,
    disagreement,
    read_sidecar,
    sidecar_path,
    write_sidecar,
)


@dataclass(frozen=True)
class Held:
    """A file of the folder that is a table of the catalogue."""

    path: Path
    table: Table
    years: range
    sha256: str
    sidecar: Sidecar | None

    @property
    def release(self) -> int:
        """The last year that it holds."""
        return self.years[-1]

    @property
    def described(self) -> str:
        """Name it, with the day from which it is here if that is known."""
        day = f"downloaded on {self.sidecar.date}" if self.sidecar else "without a sidecar"
        return f"{self.path.name} ({day})"


def held_in(raw: Path, tables: Iterable[str]) -> list[Held]:
    """List what a folder holds of some tables, by key. A file that cannot be read is not held.

    Raises:
        InputError: a sidecar is not one, or disagrees with its file.
    """
    wanted = set(tables)
    held = []
    for path in list_files(raw) if raw.exists() else []:
        if path.suffix.casefold() == ".csv" and (found := _held(path)) and found.table.key in wanted:
            held.append(found)
    return held


def _held(path: Path) -> Held | None:
    try:
        published = open_table(path)
    except InputError:
        return None
    if published is None:
        return None
    sidecar = read_sidecar(path)
    if sidecar and sidecar.sha256 != published.file.sha256:
        raise disagreement(path, sidecar)
    return Held(path, published.table, published.years, published.file.sha256, sidecar)


def open_whole(path: Path) -> PublishedTable | None:
    """Read a table of the catalogue as an ingest does, every figure of it; None for any other file.

    Raises:
        InputError: an ingest would refuse it.
    """
    published = open_table(path)
    if published:
        read_figures(published, atlas(read_register()))
    return published


def newest(held: Iterable[Held], table: Table) -> Held | None:
    """Pick the newest release of a table that is held."""
    of_table = [one for one in held if one.table.key == table.key]
    return max(of_table, key=lambda one: one.release, default=None)


def describe(file: PublishedFile, title: str, address: str = "", version: str = "") -> Sidecar:
    """Describe a file that came today: by hand, or as a version from an address of its own."""
    origin = file.origin
    return Sidecar(
        publisher=origin.publisher,
        publication=origin.publication,
        title=title,
        release=origin.release,
        version=version,
        address=address or origin.address,
        licence=LICENCE,
        sha256=file.sha256,
        date=date.today().isoformat(),
    )


def in_order(version: str) -> tuple[int, ...]:
    """Give what puts versions in order: by hand, without a version, comes first.

    >>> sorted(["1.10", "1.9", ""], key=in_order)
    ['', '1.9', '1.10']
    """
    return tuple(int(part) for part in version.split(".")) if version else ()


def place(raw: Path, new: Path, published: PublishedTable, sidecar: Sidecar, held: Iterable[Held]) -> str:
    """Move `new`, which was read as `published`, into the folder `raw` with its sidecar; say what was done.

    It takes the place of an earlier version of the same release, which is kept beside it, and of no other.

    Raises:
        InputError: there is another file of this release, which no version says to be older.
        OSError: the folder cannot be written.
    """
    table = published.table
    held = [one for one in held if one.table.key == table.key]
    alike = next((one for one in held if one.release == published.release), None)
    if alike is None:
        return _place_release(raw, new, published, sidecar, newest(held, table))
    if alike.sha256 == published.file.sha256:
        if alike.sidecar and (alike.sidecar.version or not sidecar.version):
            return f"{table.called}: held already: {alike.described}. Nothing was changed."
        write_sidecar(alike.path, sidecar)
        return f"{alike.path}: held already, and now has its sidecar."
    was = alike.sidecar.version if alike.sidecar else ""
    if not was or in_order(sidecar.version) <= in_order(was):
        raise two_files(sidecar.address if sidecar.version else published.file.path, alike, published, raw)
    put(new, alike.path, sidecar)
    return f"{alike.path}: version {sidecar.version} in place of {was}, which is kept beside it as a .gz."


def _place_release(
    raw: Path, new: Path, published: PublishedTable, sidecar: Sidecar, newer: Held | None
) -> str:
    """Put a release that is not held into the folder, or into that of earlier ones within it."""
    first, last = published.years[0], published.years[-1]
    name = published.table.file_name(first, last)
    called = f"{published.table.called}, {first} to {last}"
    if newer and newer.release > last:
        target, more = raw / EARLIER / name, f", an earlier release: {newer.path.name} stays the newest"
    else:
        target, more = raw / name, ""
    put(new, target, sidecar)
    return f"{target}: {called}{more}."


def two_files(new: str | Path, held: Held, published: PublishedTable, raw: Path) -> InputError:
    """Word the error of a file and one that is held, of the same release."""
    release = f"{published.table.called}, {published.release}"
    return InputError(
        f"{new}: this and {held.path} are two files of one release ({release}). Nothing was changed. "
        f"If the one that is held is not right, move it out of {raw} and run the command again."
    )


def put(new: Path, target: Path, sidecar: Sidecar) -> None:
    """Move a whole file to its place, with its sidecar; what stands there is kept beside it, packed.

    Whenever this is stopped, there is a whole file or none, and no sidecar of another file.

    Raises:
        OSError: the folder cannot be written.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        write_sidecar(target, sidecar)
        new.replace(target)
        return
    _keep(target)
    sidecar_path(target).unlink(missing_ok=True)
    new.replace(target)
    write_sidecar(target, sidecar)


def _keep(path: Path) -> None:
    """Keep what is about to make way, under a name that no table is looked for under."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    kept = path.with_name(f"{path.name}.{digest}.gz")
    part = kept.with_name(kept.name + ".part")
    with path.open("rb") as file, gzip.open(part, "wb") as out:
        shutil.copyfileobj(file, out)
    part.replace(kept)
    if sidecar_path(path).exists():
        shutil.copy(sidecar_path(path), sidecar_path(kept))
