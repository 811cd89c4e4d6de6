"""The tables that are read, and how a file is known to be one of them: by its columns (`layouts.yml`)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from analytics.errors import InputError, closest
from analytics.folders import PACKAGE
from analytics.measures import Publication, published_by
from analytics.sources.geography import Place

CATALOGUE = PACKAGE / "sources" / "layouts.yml"
IDENTIFIERS = ("time_period", "time_identifier", *Place._fields)
# A file that has so much of a table's columns is meant to be it, and is refused rather than passed over.
ALIKE = 0.5


@dataclass(frozen=True)
class Table:
    """One table of a publication, over all its releases: an entry of `layouts.yml`."""

    key: str
    publication: Publication
    title: str
    name: str
    columns: dict[str, tuple[str, ...]]
    only: dict[str, tuple[str, ...]] = field(default_factory=dict)
    passed_over: dict[str, str] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    until: dict[str, int] = field(default_factory=dict)
    joint_returns: bool = False
    over_100: dict[str, int] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """Name the table and its publication, as in "Children in need, B1, children in need"."""
        return f"{self.publication.title}, {self.title}"

    @property
    def pattern(self) -> str:
        """Give the pattern of the names of its files."""
        return re.escape(self.name).replace(r"\{first\}", "[0-9]{4}").replace(r"\{last\}", "[0-9]{4}")

    def file_name(self, first: int | str, last: int | str) -> str:
        """Name a file of it as its publisher does, by the first and the last year that it holds."""
        return self.name.format(first=first, last=last)

    def is_name(self, name: str) -> bool:
        """Say whether its publisher gives such a name to a file of it."""
        return re.fullmatch(self.pattern, name) is not None

    def promised(self, name: str) -> range | None:
        """Give the years that a file holds if its name is the publisher's, which says so."""
        if not self.is_name(name):
            return None
        first, last = map(int, re.findall("[0-9]{4}", name))
        return range(first, last + 1)

    def measures_of(self, release: int) -> set[str]:
        """Name the measures that a release has."""
        return {
            measure
            for measure in self.columns
            if self.since.get(measure, release) <= release <= self.until.get(measure, release)
        }


@dataclass(frozen=True)
class Layout:
    """How one file lays its table out: our measure and the text held throughout, by its columns."""

    table: Table
    measures: dict[str, str]
    only: dict[str, str]


@cache
def tables() -> dict[str, Table]:
    """Read every table of the catalogue, by key.

    Raises:
        InputError: two measures claim one column, or a measure is not in the data dictionary.
    """
    raw = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))
    publications = published_by()
    return {key: _table(key, dict(entry), publications) for key, entry in raw.items()}


def _table(key: str, entry: dict[str, Any], publications: dict[str, Publication]) -> Table:
    for part in ("columns", "only"):
        entry[part] = {name: tuple(names) for name, names in entry.get(part, {}).items()}
    table = Table(key=key, **entry | {"publication": publications[entry["publication"]]})
    names = [name for group in (*table.columns.values(), *table.only.values()) for name in group]
    twice = [name for name, times in Counter([*names, *table.passed_over]).items() if times > 1]
    if twice:
        raise InputError(f"{CATALOGUE}: {key}: the column {twice[0]!r} stands twice. Keep one of them.")
    return table


def recognise(header: Sequence[str]) -> Layout | None:
    """Find the layout that has just the columns of a header, in any order; None if there is none.

    A measure that only some releases have may be there or not.
    """
    layouts = (_layout(table, header) for table in tables().values())
    return next((layout for layout in layouts if layout), None)


def _layout(table: Table, header: Sequence[str]) -> Layout | None:
    if _new(table, header) or _gone(table, header):
        return None
    held = set(header)
    named = [(one, name) for name, names in table.columns.items() for one in names if one in held]
    texts = [(one, text) for text, names in table.only.items() for one in names if one in held]
    return Layout(table, dict(named), dict(texts))


def _new(table: Table, header: Sequence[str]) -> list[str]:
    """List the columns that the table has under no name, or a second time."""
    places = _places(table)
    seen: set[str] = set()
    new = []
    for column in header:
        place = places.get(column)
        if place is None or place in seen:
            new.append(column)
        else:
            seen.add(place)
    return new


def _gone(table: Table, header: Sequence[str]) -> list[str]:
    """List the columns of the table that stand in a header under none of their names, by the newest."""
    held = set(header)
    some = {*table.since, *table.until}
    groups = [names for measure, names in table.columns.items() if measure not in some]
    groups += [(name,) for name in IDENTIFIERS]
    return [names[0] for names in (*groups, *table.only.values()) if not held.intersection(names)]


def _places(table: Table) -> dict[str, str]:
    """Map every name of every column to the newest name of the same column."""
    groups = [*table.columns.values(), *table.only.values()]
    alone = {name: name for name in (*IDENTIFIERS, *table.passed_over)}
    return {one: names[0] for names in groups for one in names} | alone


def meant(path: Path, header: Sequence[str]) -> Table | None:
    """Find the table that a file is meant to be, by its name or by most of its columns.

    Whether it is laid out as known is another question (see `recognise`).
    """
    named = [table for table in tables().values() if table.is_name(path.name)]
    if named:
        return named[0]
    alike = {table.key: _likeness(table, header) for table in tables().values()}
    best = max(alike, key=alike.__getitem__)
    return tables()[best] if alike[best] >= ALIKE else None


def _likeness(table: Table, header: Sequence[str]) -> float:
    """Give the share of a header's own columns, beside those of every table, that the table has."""
    own = set(header).difference(IDENTIFIERS)
    known = {name for names in table.columns.values() for name in names}
    held = len(own & known)
    return held / max(len(own), len(table.columns) - len(table.since), 1)


def unknown_layout(path: Path, table: Table, header: Sequence[str], absent: Sequence[str] = ()) -> InputError:
    """Word the error of a file of a table that has other columns than any release that is known.

    `absent` names measures that a release of its year should have.
    """
    new = _new(table, header)
    gone = [*_gone(table, header), *(table.columns[measure][0] for measure in absent)]
    names = list(_places(table))
    lines = [f"{path}: row 1, the header: no known layout of {table.called}."]
    lines += [f"  new: {column!r} {_second(column, header, gone or names)}" for column in new]
    lines += [f"  gone: {column!r} (nearest: {closest(column, new, most=1)})" for column in gone]
    lines.append(
        f"If the publisher renamed a column, add its new name to the list of its measure under "
        f"`{table.key}` in {CATALOGUE}; a column that is not read goes under `passed_over`, and a measure "
        f"that is no longer published under `until`. Else download the file again from "
        f"{table.publication.address}"
    )
    return InputError("\n".join(lines))


def _second(column: str, header: Sequence[str], others: Sequence[str]) -> str:
    if list(header).count(column) > 1:
        return "(it stands there a second time)"
    return f"(nearest: {closest(column, others, most=1)})"
