"""What is said of a chart that a person made: its lines, its text for a screen reader, and its table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count
from typing import NamedTuple

import pandas as pd

from analytics.measures import STATUS_MEANINGS, Described
from analytics.words import cell_of, figure, reason, spoken

ROLES = ("area", "median", "region", "england", "other", "neighbour")
CALLED = {"median": "{role} of neighbours", "neighbour": "neighbour {name}"}
IN_COLOUR = 4


class Line(NamedTuple):
    """A line to draw: what it is called, its values by year, and its place among those in colour."""

    role: str
    called: str
    by_year: pd.Series
    style: int


def lines_of(table: pd.DataFrame) -> list[Line]:
    """Give the lines that have a name; each part has its own place, and others take those left free."""
    years = range(int(table["period"].min()), int(table["period"].max()) + 1) if len(table) else range(0)
    own_place = {role: place for place, role in enumerate(ROLES[:IN_COLOUR])}
    there = set(table["role"])
    free = chain((place for role, place in own_place.items() if role not in there), count(IN_COLOUR))
    lines: list[Line] = []
    for role, name, rows in _parts(table):
        if role != "neighbour":
            values = rows.set_index("period")["value"].where(comparable(rows).to_numpy()).reindex(years)
            place = own_place[role] if role in own_place else next(free)
            lines.append(Line(role, _called(role, name), values, place))
    return lines


def _parts(table: pd.DataFrame) -> list[tuple[str, str, pd.DataFrame]]:
    """Part a table by role, in their order, and by name as they come."""
    groups = table.groupby(["role", "name"], sort=False)
    parts = [(str(role), str(name), rows) for (role, name), rows in groups]
    return sorted(parts, key=lambda part: ROLES.index(part[0]))


def _called(role: str, name: str) -> str:
    return CALLED.get(role, "{name}").format(role=role, name=spoken(name))


def comparable(rows: pd.DataFrame) -> pd.Series:
    """Say which figures can be drawn beside others: a status in words says why one cannot."""
    return rows["value"].notna() & rows["status"].isin(["", *STATUS_MEANINGS])


def shown_of(table: pd.DataFrame, entry: Described) -> pd.DataFrame:
    """Lay the table out with a row for each area and for the median, and a column a year."""
    first = f"Area ({entry.unit})"
    years = [str(year) for year in sorted(table["period"].unique())]
    if table.empty:
        return pd.DataFrame({first: ["no figures are held for these years"]})
    rows = []
    for role, name, line in _parts(table):
        figures = zip(line["value"], line["status"], strict=True)
        said = [cell_of(value, status, entry.decimals) for value, status in figures]
        called = _called(role, name)
        called = called[:1].upper() + called[1:]
        rows.append({first: called} | dict(zip(map(str, line["period"]), said, strict=True)))
    return pd.DataFrame(rows, columns=[first, *years]).fillna("no data")


def alt_of(lines: Sequence[Line], table: pd.DataFrame, entry: Described) -> str:
    """Say for each line where it starts and ends, and of the area's which years have no figure and why."""
    said = [f"Line chart of {entry.title} ({entry.unit})."]
    for line in lines:
        known = line.by_year.dropna()
        ends = [
            f"{figure(known[year], entry)} in {year}"
            for year in dict.fromkeys(known.index[[0, -1][: len(known)]])
        ]
        said.append(f"{line.called}: {', '.join(ends) or 'no figure'}.")
    said += [f"{year}: no figure, {reason(status)}." for year, status in gaps_of(table)]
    if neighbours := table.loc[table["role"] == "neighbour", "name"].nunique():
        said.append(f"Behind them, in grey, {neighbours} neighbours.")
    return " ".join(said)


def gaps_of(table: pd.DataFrame) -> list[tuple[int, str]]:
    """Give the years in which the area has a row and no figure to compare, and what stands there."""
    own = table[(table["role"] == "area") & ~comparable(table)]
    return list(zip(own["period"].astype(int), own["status"], strict=True))
