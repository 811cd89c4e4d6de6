"""Index pages of a folder of papers: one for each authority, and one over all of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from analytics.errors import InputError
from analytics.exhibits.fragments import fill_template
from analytics.folders import sole_writer

PACKAGES = ("analytics.papers", "analytics.exhibits")
ORDER = ("caseloads", "rereferrals", "repeat_plans", "workforce")
LABELS = {"rereferrals": "Re-referrals"}
KINDS = {".html": "Web page", ".docx": "Word", ".pdf": "PDF", ".csv": "CSV"}
OF_A_PAPER = re.compile(r".+-\d{4}")

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Record(BaseModel):
    """What an index reads of `paper.json`."""

    model_config = ConfigDict(strict=True, frozen=True)

    study: Name
    area: Name
    region: str
    year: int = Field(ge=1000, le=9999)
    title: Name
    subtitle: str
    key_messages: list[str]


class PackRecord(Record):
    """What an index reads of `pack.json`."""

    study: Literal["pack"]
    key_messages: list[str] = []


@dataclass(frozen=True)
class File:
    """A file that is there to be opened; its size is in bytes."""

    name: str
    size: int

    @property
    def kind(self) -> str:
        """Name its type."""
        return KINDS[Path(self.name).suffix.lower()]

    @property
    def words(self) -> str:
        """Give its type and size."""
        thousands = max(1, round(self.size / 1000))
        size = f"{thousands} kB" if thousands < 1000 else f"{self.size / 1e6:.1f} MB"
        return f"{self.kind}, {size}"


@dataclass(frozen=True)
class Entry:
    """A paper or a pack: its area's folder, its own, what its record says, the files that are there."""

    slug: str
    folder: str
    pack: bool
    record: Record
    documents: tuple[File, ...] = ()
    tables: tuple[File, ...] = ()

    @property
    def label(self) -> str:
        """Name its study for a reader."""
        study = self.record.study
        return "Pack" if self.pack else LABELS.get(study, study.replace("_", " ").capitalize())


@dataclass(frozen=True)
class Unread:
    """A folder whose record cannot be read, and why."""

    slug: str
    folder: str
    fault: str


@dataclass(frozen=True)
class Area:
    """An authority's entries. `newest` maps each study to its newest paper, in the order shown."""

    slug: str
    name: str
    region: str
    pack: Entry | None
    newest: dict[str, Entry]
    earlier: tuple[Entry, ...]


Found = Entry | Unread


def write_indexes(out: Path) -> Path:
    """Write `out/<area>/index.html` for every area's folder, and `out/index.html` over all of them.

    Returns:
        The latter's path. Each file is replaced whole or stays as it was.

    Raises:
        InputError: there is no such folder, or one of them cannot be read or written.
    """
    if not out.is_dir():
        read_entries(out)  # which refuses it; the lock would make it
    with sole_writer(out) as work:
        found = read_entries(out)
        pages = {slug: render_area(list(group)) for slug, group in groupby(found, key=lambda each: each.slug)}
        for folder, page in {**pages, "": render_index(found)}.items():
            new = work / "index.html"
            new.write_text(page, encoding="utf-8", newline="\n")
            new.replace(out / folder / new.name)
    return out / "index.html"


def read_entries(out: Path) -> list[Found]:
    """Read the records of all papers and packs in `out`, in the order of their folders' names.

    Raises:
        InputError: there is no such folder, or one in it cannot be listed.
    """
    try:
        folders = [folder for area in _folders(out) for folder in _folders(area)]
        return [_read(folder) for folder in folders if OF_A_PAPER.fullmatch(folder.name)]
    except OSError as error:
        raise InputError(
            f"{error.filename}: this folder cannot be read ({error.strerror}). Name the folder of papers."
        ) from error


def render_area(found: Sequence[Found]) -> str:
    """Render the index of one area's papers; all that was found is in one area's folder."""
    area = next(iter(_areas(found)), None)
    title = area.name if area else _printable(found[0].slug)
    return _fill("area.html.j2", found, title=title, area=area)


def render_index(found: Sequence[Found]) -> str:
    """Render the index over all areas."""
    areas = _areas(found)
    papers = [paper for area in areas for paper in area.newest.values()]
    studies = {each.record.study: each.label for each in sorted(papers, key=_order)}
    return _fill("index.html.j2", found, areas=areas, papers=len(papers), studies=studies)


def _folders(parent: Path) -> list[Path]:
    """List the folders in a folder, but for those that are being written."""
    return sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith("."))


def _read(folder: Path) -> Found:
    stem, shape = ("pack", PackRecord) if folder.name.startswith("pack-") else ("paper", Record)
    try:
        return Entry(
            slug=folder.parent.name,
            folder=folder.name,
            pack=stem == "pack",
            record=shape.model_validate(json.loads((folder / f"{stem}.json").read_bytes())),
            documents=tuple(_files(folder / f"{stem}{suffix}" for suffix in (".html", ".docx", ".pdf"))),
            tables=tuple(_files(sorted((folder / "tables").glob("*.csv")))),
        )
    except (OSError, ValueError, RecursionError) as error:
        return Unread(folder.parent.name, folder.name, _fault(f"{stem}.json", error))


def _files(paths: Iterable[Path]) -> Iterator[File]:
    return (File(path.name, path.stat().st_size) for path in paths if path.is_file())


def _fault(name: str, error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        field = first["loc"][0] if first["loc"] else "record"
        return (
            f"{name} has no {field}" if first["type"] == "missing" else f"the {field} in {name} is not usable"
        )
    if isinstance(error, FileNotFoundError):
        return f"there is no {name}"
    return f"{name}: {error.strerror}" if isinstance(error, OSError) else f"{name} is not JSON"


def _areas(found: Sequence[Found]) -> list[Area]:
    """Gather what was read by area, in the order of their folders, which is that of their names."""
    entries = [each for each in found if isinstance(each, Entry)]
    return [_area(list(group)) for _, group in groupby(entries, key=lambda each: each.slug)]


def _area(entries: list[Entry]) -> Area:
    """Gather the entries of one area's folder; its name and region are as its newest entry has them."""
    entries = sorted(entries, key=lambda each: (each.record.year, each.folder), reverse=True)
    ordered = sorted(entries, key=_order)
    firsts = [next(group) for _, group in groupby(ordered, key=lambda each: each.record.study)]
    return Area(
        slug=entries[0].slug,
        name=entries[0].record.area,
        region=next((each.record.region for each in entries if each.record.region), ""),
        pack=next((each for each in firsts if each.pack), None),
        newest={each.record.study: each for each in firsts if not each.pack},
        earlier=tuple(each for each in ordered if each not in firsts),
    )


def _order(entry: Entry) -> tuple[bool, int, str]:
    study = entry.record.study
    return (not entry.pack, ORDER.index(study) if study in ORDER else len(ORDER), study)


def _printable(name: str) -> str:
    """Give a folder's name as text that can be written: on Linux it may be any bytes."""
    return bytes(Path(name)).decode("utf-8", "replace")


def _address(*parts: str) -> str:
    """Make a relative address of the names of folders and a file."""
    return "/".join(quote(bytes(Path(part)), safe="") for part in parts)


def _fill(name: str, found: Sequence[Found], **values: Any) -> str:
    unread = [each for each in found if isinstance(each, Unread)]
    return fill_template(name, PACKAGES, unread=unread, address=_address, printable=_printable, **values)
