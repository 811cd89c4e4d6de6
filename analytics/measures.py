"""The data dictionary, read from `measures.yml`: what each measure is and how it is captioned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import yaml

from analytics.errors import InputError, closest
from analytics.exhibits import Caption
from analytics.folders import PACKAGE

STATUS_MEANINGS = {
    "c": "suppressed to protect confidentiality",
    "x": "not available",
    "z": "not applicable",
    "u": "low reliability",
    "low": "rounds to zero but is not zero",
}

UNIT_WORDS = {
    "percent": "%",
    "cases": "cases per case holder",
    "fte": "FTE",
    "people": "people",
    "count": "number",
    "days": "days",
}


@dataclass(frozen=True)
class Publication:
    """Whose figures they are, and on which day a reporting year ends."""

    key: str
    title: str
    publisher: str
    year_end: str
    address: str

    def last_day(self, year: int) -> str:
        """Give the last day of a reporting year as text, year first: "2025-03-31"."""
        return f"{datetime.strptime(f'{self.year_end} {year}', '%d %B %Y'):%Y-%m-%d}"


@dataclass(frozen=True)
class Measure:
    """One entry of the dictionary; `numerator` and `denominator` name measures to be summed."""

    name: str
    title: str
    short: str
    publication: Publication
    unit: str
    polarity: str
    timing: str
    definition: str
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    interval: str = ""
    needs_prior_year: bool = False
    working_days: bool = False

    @property
    def scale(self) -> float:
        """What numerator over denominator is multiplied by: 100 for a percentage."""
        return 100.0 if self.unit == "percent" else 1.0

    def period(self, year: int) -> str:
        """Name a reporting year in words, such as "year to 31 March 2025"."""
        day = f"{self.publication.year_end} {year}"
        return day if self.timing == "at" else f"year to {day}"


@cache
def dictionary() -> dict[str, Measure]:
    """Read every measure of the data dictionary, by name."""
    # The loader written in C, ten times as quick, wherever PyYAML was built with it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: dict[str, Any] = yaml.load((PACKAGE / "measures.yml").read_text(encoding="utf-8"), loader)
    publications = {key: Publication(key=key, **entry) for key, entry in raw["publications"].items()}
    return {name: _entry(name, dict(fields), publications) for name, fields in raw["measures"].items()}


def _entry(name: str, fields: dict[str, Any], publications: dict[str, Publication]) -> Measure:
    fields["publication"] = publications[fields["publication"]]
    fields["short"] = fields.get("short", fields["title"])
    for part in ("numerator", "denominator"):
        fields[part] = tuple(fields.get(part, ()))
    return Measure(name=name, **fields)


def measure(name: str) -> Measure:
    """Look a measure up.

    Raises:
        InputError: the dictionary has no such measure; the message names the nearest.
    """
    if name not in dictionary():
        raise InputError(
            f"measure {name!r}: not in the data dictionary. Nearest: {closest(name, dictionary())}."
        )
    return dictionary()[name]


def caption(
    names: Iterable[str], area: str, geography: str, population: str, period: str, releases: dict[str, str]
) -> Caption:
    """Write the caption of an exhibit on one measure or several of `area`.

    `releases` maps a publication's key to the release that the figures came from.
    """
    entries = [measure(name) for name in names]
    sources = dict.fromkeys(
        f"{entry.publication.publisher}, {entry.publication.title}, {releases[entry.publication.key]} release"
        for entry in entries
    )
    return Caption(
        measure="; ".join(dict.fromkeys(entry.title for entry in entries)),
        unit="; ".join(dict.fromkeys(UNIT_WORDS[entry.unit] for entry in entries)),
        population=population,
        geography=f"{area}; {geography}",
        period=period,
        source="; ".join(sources),
    )
