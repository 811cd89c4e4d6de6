"""The areas of a publication's rows: which area each row is for, and whether any is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from analytics.areas import joint_returns
from analytics.errors import closest
from analytics.sources.files import PublishedFile, quoted


class Place(NamedTuple):
    """The cells of a row that say which area it is for, under the publication's names."""

    geographic_level: str
    country_code: str
    country_name: str
    region_code: str
    region_name: str
    old_la_code: str
    new_la_code: str
    la_name: str


@dataclass(frozen=True)
class Level:
    """A geographic level: the kinds of area on it, how many cells of a place it fills, the code's column."""

    kinds: tuple[str, ...]
    filled: int
    key: str


LEVELS = {
    "National": Level(("england",), 3, "country_code"),
    "Regional": Level(("region", "part"), 5, "region_code"),
    "Local authority": Level(("authority", "joint"), 8, "old_la_code"),
}


@dataclass(frozen=True)
class Atlas:
    """The register of areas as lookups by `area` key, and the owners of nine-character codes.

    `places` numbers the areas in the order of their keys, which `keys` holds as a type of column.
    """

    keys: pd.CategoricalDtype
    places: dict[str, int]
    names: dict[str, str]
    kinds: dict[str, str]
    regions: dict[str, str]
    spans: dict[str, tuple[str, str]]
    joint_returns: dict[str, str]
    owners: dict[str, str]

    def existing(self, day: str, joint: bool) -> set[str]:
        """List the areas that existed on a day, such as "2025-03-31".

        With `joint` the members of a joint return give way to it, else it gives way to them.
        """
        absent = self.joint_returns.keys() if joint else set(self.joint_returns.values())
        spans = self.spans.items()
        return {area for area, (start, end) in spans if start <= day <= (end or day) and area not in absent}


def atlas(register: pd.DataFrame) -> Atlas:
    """Make the lookups; an authority owns its present nine-character code and its former one."""
    held = {column: register[column].tolist() for column in register.columns}
    areas = held["area"]

    def by_area(column: str) -> dict[str, str]:
        return dict(zip(areas, held[column], strict=True))

    spans = zip(held["valid_from"], held["valid_to"], strict=True)
    codes = zip(held["code"] + held["former_code"], areas * 2, strict=True)
    return Atlas(
        keys=pd.CategoricalDtype(sorted(areas)),
        places={area: place for place, area in enumerate(sorted(areas))},
        names=by_area("name"),
        kinds=by_area("kind"),
        regions=by_area("region"),
        spans=dict(zip(areas, spans, strict=True)),
        joint_returns=joint_returns(register),
        owners={_unspaced(code): area for code, area in codes if code},
    )


def area_keys(file: PublishedFile, places: Sequence[Place], rows: np.ndarray, known: Atlas) -> pd.Categorical:
    """Find the register's key for each row: an authority's three digits, else the nine characters.

    `places` are distinct, and `rows` has the number of each row's place.

    Raises:
        InputError: an unknown level or code, a code of another area, a wrong region, a blank cell.
    """
    for number, place in enumerate(places):
        fault = _fault(place, known)
        if fault:
            column, expected = fault
            found = quoted(getattr(place, column))
            raise file.refuse_rows(np.flatnonzero(rows == number), column, found, expected)
    numbers = np.array([known.places[_key(place)] for place in places])
    return pd.Categorical.from_codes(numbers[rows], dtype=known.keys)


def _fault(place: Place, known: Atlas) -> tuple[str, str] | None:
    """Name the first column of a place that is wrong, and what was expected in it."""
    level = LEVELS.get(place.geographic_level)
    if level is None:
        return "geographic_level", " or ".join(LEVELS)
    for column in Place._fields[: level.filled]:
        if not getattr(place, column):
            return column, "a code or a name"
    key = _key(place)
    if known.kinds.get(key) not in level.kinds:
        codes = [area for area, kind in known.kinds.items() if kind in level.kinds]
        return level.key, f"the code of an area in the register (nearest: {closest(key, codes)})"
    if place.geographic_level != "Local authority":
        return None
    # A code that nobody owns is let pass: it may be that of a boundary newly drawn.
    owner = known.owners.get(_unspaced(place.new_la_code), key)
    if owner != key:
        return "new_la_code", f"the code of {known.names[key]}, not of {known.names[owner]}"
    # Authorities in London stand under Inner or Outer London.
    part = known.kinds.get(place.region_code) == "part"
    region = known.regions[place.region_code] if part else place.region_code
    if region != known.regions[key]:
        return "region_code", f"the region of {known.names[key]}, {known.names[known.regions[key]]}"
    return None


def _key(place: Place) -> str:
    return _unspaced(getattr(place, LEVELS[place.geographic_level].key))


def _unspaced(code: str) -> str:
    """Write the codes of a joint return without the publication's spaces."""
    return code.replace(" ", "")


def check_complete(
    file: PublishedFile, areas: pd.Categorical, years: np.ndarray, expected: dict[int, set[str]], known: Atlas
) -> None:
    """Refuse rows that are not, each once, those of the areas expected in each year.

    Raises:
        InputError: an area twice, an area that did not exist that year, or an area without a row.
    """
    first, keys = min(expected), list(known.places)
    pairs = (years - first) * len(keys) + areas.codes
    wanted = np.array([area in expected[year] for year in sorted(expected) for area in keys])
    held = np.bincount(pairs, minlength=len(wanted))

    def name(pair: int) -> str:
        year, area = divmod(int(pair), len(keys))
        return f"{known.names[keys[area]]} in {first + year}"

    if (held > 1).any():
        later = np.setdiff1d(np.arange(len(pairs)), np.unique(pairs, return_index=True)[1])
        original = np.flatnonzero(pairs == pairs[later[0]])[0] + 2
        found = f"a second row for {name(pairs[later[0]])} (the first is row {original})"
        raise file.refuse(f"row {later[0] + 2}", found, "one row for each area and year", len(later) - 1)
    strange = np.flatnonzero(~wanted[pairs])
    if len(strange):
        only = "only areas that existed then and have a row of their own in this publication"
        found = f"a row for {name(pairs[strange[0]])}"
        raise file.refuse(f"row {strange[0] + 2}", found, only, len(strange) - 1)
    missing = np.flatnonzero(wanted & (held == 0))
    if len(missing):
        every = "a row for every area that existed then: the file may be cut short"
        raise file.refuse("the rows", f"row missing for {name(missing[0])}", every, len(missing) - 1)
