"""The data dictionary, read from `measures.yml`: what each measure is and how it is captioned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import yaml

from analytics.errors import InputError, closest
from analytics.exhibits import Caption
from analytics.folders import PACKAGE

# Stands in the Local Authority Interactive Tool, and there only, wherever it has no figure.
NOT_SAID = "-"

STATUS_MEANINGS = {
    "c": "suppressed to protect confidentiality",
    "x": "not available",
    "z": "not applicable",
    "u": "low reliability",
    "low": "rounds to zero but is not zero",
    NOT_SAID: "not given; the tool does not say why",
}

UNIT_WORDS = {
    "percent": "%",
    "rate": "per 10,000 children",
    "cases": "cases per case holder",
    "fte": "FTE",
    "people": "people",
    "count": "number",
    "days": "days",
}


SCALES = {"percent": 100.0, "rate": 10_000.0}


@dataclass(frozen=True)
class Publication:
    """Whose figures they are, on which day a reporting year ends, and when its figures come out.

    `published` is the month in which they do, `published_after` years after the one they are named by.
    """

    key: str
    title: str
    publisher: str
    year_end: str
    address: str
    published: str
    published_after: int

    def last_day(self, year: int) -> str:
        """Give the last day of a reporting year as text, year first: "2025-03-31"."""
        return f"{datetime.strptime(f'{self.year_end} {year}', '%d %B %Y'):%Y-%m-%d}"

    def due(self, year: int) -> date:
        """Give the first day of the month in which the figures of a reporting year come out."""
        return datetime.strptime(f"1 {self.published} {year + self.published_after}", "%d %B %Y").date()


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
    derived: bool = False
    denominator_lag: int = 0

    @property
    def scale(self) -> float:
        """What numerator over denominator is multiplied by: 100 for a percentage."""
        return SCALES.get(self.unit, 1.0)

    def period(self, year: int) -> str:
        """Name a reporting year in words, such as "year to 31 March 2025"."""
        day = f"{self.publication.year_end} {year}"
        return day if self.timing == "at" else f"year to {day}"


# What a unit of free words begins with where the figure grows with the size of an authority.
TOTALS = {"fte", "people", "count", "days"}
TOTAL_WORDS = ("number", "total", "entries", "spend", "count")


@dataclass(frozen=True)
class Described:
    """What can be said of any measure, wherever it comes from: a row of `Figures.measures`."""

    name: str
    title: str
    short: str
    topic: str
    unit: str
    unit_key: str
    polarity: str
    timing: str
    decimals: int
    definition: str
    publication: str
    publisher: str
    address: str
    year_words: str
    last_update: str
    next_update: str
    derived: bool
    source: str

    @property
    def is_percent(self) -> bool:
        """Whether figures are percentages; the unit may say of what: "% of referrals"."""
        return self.unit_key == "percent" or self.unit.lstrip().startswith("%")

    @property
    def is_total(self) -> bool:
        """Whether a figure grows with the size of an authority, as a number of children does."""
        return self.unit_key in TOTALS or (
            not self.unit_key and self.unit.strip().casefold().startswith(TOTAL_WORDS)
        )


@dataclass(frozen=True)
class Comparison:
    """What the study of statistical neighbours is told of its subject, and all that it is told."""

    name: str
    measure: Measure
    question: str
    counted: str
    meaning: str
    caution: str
    context: tuple[str, ...]
    because: str
    claimed_as: tuple[str, ...]
    jump: float = 100.0


@cache
def _read() -> dict[str, Any]:
    # The loader written in C, ten times as quick, wherever PyYAML was built with it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: dict[str, Any] = yaml.load((PACKAGE / "measures.yml").read_text(encoding="utf-8"), loader)
    return raw


@cache
def published_by() -> dict[str, Publication]:
    """Read every publication of the data dictionary, by key."""
    return {key: Publication(key=key, **entry) for key, entry in _read()["publications"].items()}


@cache
def dictionary() -> dict[str, Measure]:
    """Read every measure of the data dictionary, by name."""
    entries = _read()["measures"].items()
    return {name: _entry(name, dict(fields), published_by()) for name, fields in entries}


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


@cache
def title_in_full(name: str) -> str:
    """Give a measure's title; of two that share one, the unit says which is which."""
    entry = measure(name)
    shared = [other.title for other in dictionary().values()].count(entry.title) > 1
    return f"{entry.title} ({UNIT_WORDS[entry.unit]})" if shared else entry.title


def published() -> list[str]:
    """Name the measures that are read from published files, rather than worked out from others."""
    return [name for name, entry in dictionary().items() if not entry.derived]


def neighbour_models() -> dict[str, str]:
    """Give the models of statistical neighbours, oldest first, and the day from which each was in use."""
    return dict(_read()["neighbour_models"])


@cache
def comparisons() -> dict[str, Comparison]:
    """Read what the study of statistical neighbours can be asked, by name."""
    return {name: _comparison(name, dict(fields)) for name, fields in _read()["comparisons"].items()}


def _comparison(name: str, fields: dict[str, Any]) -> Comparison:
    fields["measure"] = measure(fields["measure"])
    for part in ("context", "claimed_as"):
        fields[part] = tuple(fields[part])
    return Comparison(name=name, **fields)


def comparison(name: str) -> Comparison:
    """Look up what the study of statistical neighbours can be asked.

    Raises:
        InputError: there is none of that name; the message names those that there are.
    """
    if name not in comparisons():
        raise InputError(f"measure {name!r}: it cannot be compared. Choose {' or '.join(comparisons())}.")
    return comparisons()[name]


def publications(names: Iterable[str]) -> list[Publication]:
    """List the publications that measures rest on, those of the parts of a derived one among them."""
    found: list[Publication] = []
    for entry in map(measure, names):
        parts = [*entry.numerator, *entry.denominator] if entry.derived else []
        found += [entry.publication, *(measure(part).publication for part in parts)]
    return list(dict.fromkeys(found))


def caption(
    names: Iterable[str], area: str, geography: str, population: str, period: str, releases: dict[str, str]
) -> Caption:
    """Write the caption of an exhibit on one measure or several of `area`.

    `releases` maps a publication's key to the release that the figures came from.
    """
    names = list(names)
    entries = [measure(name) for name in names]
    sources = [
        f"{each.publisher}, {each.title}, {releases[each.key]} release" for each in publications(names)
    ]
    return Caption(
        measure="; ".join(dict.fromkeys(entry.title for entry in entries)),
        unit="; ".join(dict.fromkeys(UNIT_WORDS[entry.unit] for entry in entries)),
        population=population,
        geography=f"{area}; {geography}",
        period=period,
        source="; ".join(sources),
    )
