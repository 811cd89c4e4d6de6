"""Blocks as HTML: one set of templates for JupyterLab and for papers."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, TemplateNotFound

from analytics.errors import InputError

BLOCKS = "analytics.exhibits"
# One figure or a range of them; a date, or a figure with words after it, reads as text.
NUMBER = re.compile(r"[-−+£\d.,%]*\d%?(?: to [-−+£\d.,%]*\d%?)?")


@cache
def _environment(packages: tuple[str, ...]) -> Environment:
    """Give an environment in which everything from outside is escaped."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def fill_template(name: str, packages: tuple[str, ...] = (BLOCKS,), /, **values: Any) -> str:
    """Render the template of that name, looked for in the packages' folders `templates` in turn.

    Raises:
        InputError: it, or one that it includes, is not there.
    """
    try:
        return _environment(packages).get_template(name).render(values)
    except TemplateNotFound as error:
        raise _missing(error) from error


def read_template(name: str, package: str) -> str:
    """Give a template's text as it stands.

    Raises:
        InputError: it is not there.
    """
    environment = _environment((package,))
    try:
        return PackageLoader(package).get_source(environment, name)[0]
    except TemplateNotFound as error:
        raise _missing(error) from error


def _missing(error: TemplateNotFound) -> InputError:
    return InputError(f"the template {error.name} is missing from the package: install the package again.")


def markup(payload: dict[str, Any]) -> str:
    """Render one block's payload as bare HTML: an exhibit, a passage or the front matter."""
    shown = payload.get("shown")
    numeric = numeric_columns(shown["rows"]) if shown else []
    return fill_template(f"{payload['type']}.html.j2", **payload, numeric=numeric)


def fragment(payload: dict[str, Any]) -> str:
    """Render one block's payload for JupyterLab: its HTML with the style that goes with it."""
    return fill_template("fragment.html.j2", block=markup(payload))


def numeric_columns(rows: list[list[str]]) -> list[bool]:
    """Say of each column whether it is numeric: more than half of its cells are numbers.

    The first column names the row and is never numeric.

    >>> numeric_columns([["Bury", "21.5", "up"], ["Kent", "c", "up"], ["Leeds", "-3", "2 places"]])
    [False, True, False]
    """
    columns = zip(*rows, strict=True)
    counts = [sum(NUMBER.fullmatch(cell) is not None for cell in column) for column in columns]
    return [place > 0 and 2 * count > len(rows) for place, count in enumerate(counts)]
