"""Every measure that is held, described in one table: the data dictionary's and the interactive tool's."""

from __future__ import annotations

import pandas as pd

from analytics.measures import UNIT_WORDS, Measure, dictionary
from analytics.words import DECIMALS

TOOL = "Local Authority Interactive Tool"
UPDATES = ("last_update", "next_update")


def described(lait_measures: pd.DataFrame | None) -> pd.DataFrame:
    """Describe the measures of the dictionary, and those of the tool where its table is given.

    Returns:
        A row for each measure, which is the index: `title, short, topic, unit` (in words),
        `unit_key` (empty for the tool's), `polarity` (low, high, none), `timing` (at, during; empty
        for the tool's), `decimals, definition, publication, publisher, address`, `year_words` (how a
        period is called), `last_update, next_update` (ISO, or empty), `derived`, and `source`
        (`measures.yml` or `lait`).
    """
    own = pd.DataFrame([_of_dictionary(entry) for entry in dictionary().values()])
    tables = [own] if lait_measures is None else [own, _of_tool(lait_measures)]
    return pd.concat(tables, ignore_index=True).set_index("measure")


def _of_dictionary(entry: Measure) -> dict[str, object]:
    about = entry.publication
    return {
        "measure": entry.name,
        "title": entry.title,
        "short": entry.short,
        "topic": about.title,
        "unit": UNIT_WORDS[entry.unit],
        "unit_key": entry.unit,
        "polarity": entry.polarity,
        "timing": entry.timing,
        "decimals": DECIMALS[entry.unit],
        "definition": entry.definition,
        "publication": about.title,
        "publisher": about.publisher,
        "address": about.address,
        "year_words": about.year_end if entry.timing == "at" else f"year to {about.year_end}",
        "last_update": "",
        "next_update": "",
        "derived": entry.derived,
        "source": "measures.yml",
    }


def _of_tool(table: pd.DataFrame) -> pd.DataFrame:
    """Put the tool's own words under the same headings; its dates that are no days are left empty."""
    days = {name: table[name].where(table[name].str.match("[0-9]{4}-"), "") for name in UPDATES}
    given = table.assign(
        **days,
        unit_key="",
        timing="",
        publication=TOOL,
        year_words=table["year_type"],
        derived=False,
        source="lait",
    )
    return given[list(_of_dictionary(next(iter(dictionary().values()))))]
