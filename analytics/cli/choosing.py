"""Which notebooks were asked for, and with which parameters."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import analytics
from analytics.errors import InputError
from analytics.folders import home

NOTEBOOKS = {
    "caseloads": "caseloads_and_agency.ipynb",
    "rereferrals": "rereferrals_and_neighbours.ipynb",
    "workforce": "workforce_projection.ipynb",
    "repeat_plans": "rereferrals_and_neighbours.ipynb",
}
OPTIONS = {"area": "area", "year": "year", "measure": "study"}
THREE = ("caseloads", "rereferrals", "workforce")
# What a study tells a notebook that serves another as well.
TOLD = {"repeat_plans": {"measure": "repeat_plans"}}


@dataclass(frozen=True)
class Chosen:
    """A study, its notebook, and the checked parameters of a paper."""

    study: str
    notebook: Path
    parameters: dict[str, Any]


def choose(studies: list[str], given: dict[str, Any]) -> list[Chosen]:
    """Give each study's notebook those of the parameters that it takes.

    Raises:
        InputError: none of them takes a parameter, or it is of the wrong type.
    """
    from analytics.papers import check_notebook, parameter_names

    notebooks = {study: home() / "notebooks" / NOTEBOOKS[study] for study in studies}
    taken = {study: parameter_names(notebook) for study, notebook in notebooks.items()}
    unknown = [key for key in given if not any(key in names for names in taken.values())]
    return [
        Chosen(
            study,
            notebook,
            check_notebook(
                notebook,
                {key: value for key, value in given.items() if key in taken[study] or key in unknown}
                | TOLD.get(study, {}),
            ),
        )
        for study, notebook in notebooks.items()
    ]


def read_studies(text: str) -> list[str]:
    """Read the name of a study, or `all` for the three."""
    if text != "all" and text not in NOTEBOOKS:
        raise InputError(f"study {text!r}: there is none of that name. Choose {', '.join(NOTEBOOKS)} or all.")
    return list(THREE) if text == "all" else [text]


def read_area(text: str) -> str:
    """Give the name of the authority that a person means."""
    figures = analytics.load()
    return figures.name(figures.resolve(text))


def read_areas(every: bool, region: str | None, file: Path | None) -> list[str]:
    """Name the authorities of today in all England or a region, or those that a file names, one a line.

    Raises:
        InputError: none or several of these were asked for; or an area, the region or the file is not there.
    """
    if sum((every, region is not None, file is not None)) != 1:
        raise InputError("which areas? Give one of --all, --region REGION and --areas FILE.")
    figures = analytics.load()
    today = figures.areas.query("kind == 'authority' and valid_to == ''")
    if file is not None:
        lines = [line.strip() for line in _lines(file) if line.strip()]
        return list(dict.fromkeys(read_area(line) for line in lines))
    if region is not None:
        today = today[today["region"] == read_region(region)]
    return [str(name) for name in today["name"].sort_values()]


def read_region(text: str) -> str:
    """Give the key of the region that a person means."""
    from analytics.areas import resolve

    regions = analytics.load().areas.query("kind == 'region'")
    try:
        return resolve(text, regions)
    except InputError as error:
        raise InputError(
            f"region {text!r}: there is none of that name. Choose one of: {'; '.join(regions['name'])}."
        ) from error


def _lines(file: Path) -> list[str]:
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        fault = getattr(error, "strerror", None) or "it is not UTF-8"
        raise InputError(
            f"{file}: this file of areas cannot be read ({fault}). Give one that holds plain text in UTF-8."
        ) from error
    if not any(line.strip() for line in lines):
        raise InputError(f"{file}: this file names no area. Write the name or code of one on each line.")
    return lines


def read_given(year: str | None, texts: list[str]) -> dict[str, Any]:
    """Gather the year and what was given as `name=value`.

    >>> read_given("2024", ["title=A=B"])
    {'title': 'A=B', 'year': '2024'}
    """
    given: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name in given:
            raise InputError(f"-p {text!r}: give each parameter once, as name=value.")
        if name in OPTIONS:
            raise InputError(f"-p {text!r}: give it as --{OPTIONS[name]}.")
        given[name] = value
    return given if year is None else {**given, "year": year}
