"""A choice as the Python that makes its table: for an analyst to copy, change and keep."""

from __future__ import annotations

import json

from analytics.explorer.chosen import MEDIAN, Choice, compared, copied, new_authorities
from analytics.figures import Figures
from analytics.studies.rates import FIRST_YEAR

START = """\
import pandas as pd

import analytics

figures = analytics.load()
area = figures.resolve({area})
"""
NEAR = """\
model = figures.neighbours[figures.neighbours["model"] == {model}]
near = model[model["area"] == area].sort_values("rank")["neighbour"].tolist()
"""
ROWS = """\
rows = pd.concat(
    [figures.select(names, {measure}).assign(role=role) for role, names in who.items()],
    ignore_index=True,
)
rows = rows[rows["period"].between({first}, {last})]
"""
NEW = """\
# The first year of a new authority: cases known to the old one do not follow to it.
said = {said}
new = (rows["period"] == rows["area"].map({new})) & (rows["status"] == "")
rows["status"] = rows["status"].mask(new, said)
"""
MEDIANS = """\
# Authorities in one joint return have one figure between them: it counts once.
unit = {unit}
again = rows["role"].isin(["area", "neighbour"]) & rows.assign(unit=unit).duplicated(["period", "unit"])
rows = rows[~again]
# A figure that was not published is missing, not zero: the median is of the others.
usable = rows[{usable}]
median = usable.groupby(["period", "measure"], as_index=False).agg(
    value=("value", "median"), release=("release", "max"), with_figure=("value", "count")
)
median = median.assign(
    area="", name={median}, status="", published_for="", role="median", of=len(near)
)
table = pd.concat([rows, median], ignore_index=True)
"""
OWN = 'rows["published_for"]'
COPIED = f'rows["area"].map(figures.joint_returns).fillna({OWN})'
ROWS_ALONE = """\
table = rows.reset_index(drop=True)
"""


def code_of(figures: Figures, choice: Choice) -> str:
    """Write the code that gives the table of a settled choice, as `table`; the last line shows it."""
    parts, new = compared(figures, choice), new_authorities(figures, choice)
    near = bool(parts.get("neighbour"))
    text = START.format(area=_text(_name(figures, choice.area)))
    if near:
        text += NEAR.format(model=_text(choice.model))
    text += _who(figures, parts)
    text += ROWS.format(measure=_text(choice.measure), first=choice.first, last=choice.last)
    if new:
        pairs = ", ".join(f"{_text(key)}: {year}" for key, year in new.items())
        text += NEW.format(new=f"{{{pairs}}}", said=_text(FIRST_YEAR))
    neighbours = 'rows["role"] == "neighbour"'
    usable = f'({neighbours}) & (rows["status"] != said)' if new else neighbours
    unit = COPIED if copied(figures, choice.measure) else OWN
    text += MEDIANS.format(unit=unit, usable=usable, median=_text(MEDIAN)) if near else ROWS_ALONE
    return text + "table\n"


def _who(figures: Figures, parts: dict[str, list[str]]) -> str:
    """Write the dictionary that says what is compared with what."""
    found = {"area": "[area]", "neighbour": "near"}
    lines = []
    for role, keys in parts.items():
        if keys:
            names = found.get(role) or f"[{', '.join(_text(_name(figures, key)) for key in keys)}]"
            lines.append(f'    "{role}": {names},\n')
    return f"who = {{\n{''.join(lines)}}}\n"


def _name(figures: Figures, area: str) -> str:
    """Give the name of an area where that is enough to find it, else its key."""
    name = figures.name(area)
    return name if figures.resolve(name) == area else area


def _text(value: str) -> str:
    """Write text as Python reads it, in double quotes; JSON's are the same."""
    return json.dumps(value, ensure_ascii=False)
