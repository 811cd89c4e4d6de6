"""Blocks as HTML: one set of templates for JupyterLab and for papers."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

# One figure or a range of them; a date, or a figure with words after it, reads as text.
NUMBER = re.compile(r"[-−+£\d.,%]*\d%?(?: to [-−+£\d.,%]*\d%?)?")


def environment_of(loader: Any) -> Environment:
    """Give a Jinja environment in which everything from outside is escaped."""
    return Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _environment() -> Environment:
    return environment_of(PackageLoader("analytics.exhibits"))


def markup(payload: dict[str, Any]) -> str:
    """Render one block's payload as bare HTML: an exhibit, a passage or the front matter."""
    shown = payload.get("shown")
    numeric = numeric_columns(shown["rows"]) if shown else []
    return _environment().get_template(f"{payload['type']}.html.j2").render(payload, numeric=numeric)


def fragment(payload: dict[str, Any]) -> str:
    """Render one block's payload for JupyterLab: its HTML with the style that goes with it."""
    return _environment().get_template("fragment.html.j2").render(block=markup(payload))


def numeric_columns(rows: list[list[str]]) -> list[bool]:
    """Say of each column whether it is numeric: more than half of its cells are numbers.

    The first column names the row and is never numeric.

    >>> numeric_columns([["Bury", "21.5", "up"], ["Kent", "c", "up"], ["Leeds", "-3", "2 places"]])
    [False, True, False]
    """
    columns = zip(*rows, strict=True)
    counts = [sum(NUMBER.fullmatch(cell) is not None for cell in column) for column in columns]
    return [place > 0 and 2 * count > len(rows) for place, count in enumerate(counts)]
