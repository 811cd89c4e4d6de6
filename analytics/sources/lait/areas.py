"""The areas of the tool's figures: from its own numbers to the keys of the register.

An authority has its three digits. England, the regions and the two parts of London have numbers of the
tool's own, from 970 on, and are known by their names. Both members of a joint return have its figures.
"""

from __future__ import annotations

import re

import numpy as np

from analytics.errors import closest
from analytics.sources.files import PublishedFile, check_header, quoted, read_workbook
from analytics.sources.geography import Atlas
from analytics.sources.lait.columns import NUMBERS, Coded, refuse_rows

SHEET = "Sheet1"
HEADER = (NUMBERS, "LA Name", "Region", "Type")
WIDE = ("region", "part", "england")


def list_areas(file: PublishedFile) -> dict[str, tuple[str, str]]:
    """Read the name and the region that belong to each number in the tool's list of areas.

    Raises:
        InputError: no such workbook, another header, a number that is none or comes twice.
    """
    header, *rows = read_workbook(file, SHEET) or [[]]
    check_header(file, 1, header, HEADER)
    listed: dict[str, tuple[str, str]] = {}
    for row, cells in enumerate(rows):
        place = dict(zip(header, cells, strict=True))
        number = place[NUMBERS]
        again = " a second time" if number in listed else ""
        if again or not re.fullmatch("[0-9]{3,4}", number):
            expected = "a number of three or four digits, each once"
            raise file.refuse(f"row {row + 2}, column {NUMBERS!r}", quoted(number) + again, expected)
        listed[number] = (place["LA Name"], place["Region"])
    return listed


def area_codes(
    file: PublishedFile, columns: dict[str, Coded], listed: dict[str, tuple[str, str]], known: Atlas
) -> np.ndarray:
    """Number each row's area in the order of the register's keys.

    Raises:
        InputError: an area that the list or the register has not, or has under another name or region.
    """
    number, name, region = (columns[column] for column in (NUMBERS, "LA and Regions", "Region"))
    joined = (number.codes.astype("int64") * len(name.texts) + name.codes) * len(region.texts) + region.codes
    _, first, places = np.unique(joined, return_index=True, return_inverse=True)
    codes = []
    for place, row in enumerate(first):
        texts = (number.at(row), name.at(row), region.at(row))
        fault = _fault(*texts, listed, known)
        if fault:
            column, expected = fault
            found = quoted(columns[column].at(row))
            raise refuse_rows(file, np.flatnonzero(places == place), column, found, expected)
        codes.append(known.places[_key(*texts[:2], known)])
    numbers: np.ndarray = np.asarray(codes)[places]
    return numbers


def _fault(
    number: str, name: str, region: str, listed: dict[str, tuple[str, str]], known: Atlas
) -> tuple[str, str] | None:
    """Name the first column of an area that is wrong, and what was expected in it."""
    if number not in listed:
        return NUMBERS, f"a number of the list of areas (nearest: {closest(number, listed)})"
    if name != listed[number][0]:
        return "LA and Regions", f"{listed[number][0]!r}, which has the number {number} in the list of areas"
    if region != listed[number][1]:
        return "Region", f"{listed[number][1]!r}, as in the list of areas"
    key = _key(number, name, known)
    if not key:
        return NUMBERS, "the number of an area in the register"
    if known.kinds[key] not in WIDE:
        # Authorities in London stand under Inner or Outer London.
        stated = _key("", region, known)
        if (known.regions.get(stated) or stated) != known.regions[key]:
            return "Region", f"the region of {known.names[key]}, {known.names[known.regions[key]]}"
    return None


def _key(number: str, name: str, known: Atlas) -> str:
    """Find the register's key: an authority by its number, a wider area by its name, else nothing."""
    if known.kinds.get(number) == "authority":
        return number
    wide = (area for area, kind in known.kinds.items() if kind in WIDE)
    return next((area for area in wide if _words(known.names[area]) == _words(name)), "")


def _words(name: str) -> list[str]:
    """Take a name's words in the order of the alphabet.

    >>> _words("London (Inner)") == _words("Inner London")
    True
    """
    return sorted(re.findall("[a-z]+", name.lower()))
