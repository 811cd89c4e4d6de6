"""What is said of a trend: its title, its text for a screen reader, and its table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analytics.measures import STATUS_MEANINGS, UNIT_WORDS, measure
from analytics.words import cell, listed, number, possessive, reason, span, spoken

BAND = ("neighbours_lowest", "neighbours_highest")


def title_of(trend: pd.DataFrame, measures: Sequence[str]) -> str:
    """State the area's figure beside that of the year before; of several measures, how they compare.

    It does not say "rose" or "fell": a year's change may be no more than chance.
    """
    own = trend[trend["kind"] == "area"]
    if trend["value"].isna().all():
        return "No figures to follow"
    if own.empty:
        return "The area has no figures to follow"
    area, year = spoken(own["comparator"].iloc[0]), int(trend["period"].max())
    if len(measures) > 2:
        return f"{area} in {year}: {_beside_neighbours(trend[trend['period'] == year], len(measures))}"
    if len(measures) == 2:
        parts = [f"{measure(one).short.lower()} {_latest(trend, one)}" for one in measures]
        return f"{area} in {year}: {listed(parts)}"
    entry = measure(measures[0])
    values = own.set_index("period")["value"].reindex([year - 1, year])
    if values.isna().any():
        return f"{area} in {year}: {entry.short.lower()} {_latest(trend, entry.name)}"
    before, now = (number(value, entry.unit) for value in values)
    return f"{possessive(area)} {entry.short.lower()}: {now} in {year}, {before} a year before"


def _beside_neighbours(latest: pd.DataFrame, measures: int) -> str:
    """Count the measures on which the area is above its neighbours."""
    kinds = latest["kind"].replace("neighbours_mean", "neighbours_pooled")
    wide = latest.assign(kind=kinds).pivot(index="measure", columns="kind", values="value")
    both = wide.reindex(columns=["area", "neighbours_pooled"]).dropna()
    if both.empty:
        return f"none of {measures} measures can be compared with its neighbours"
    above = int((both["area"] > both["neighbours_pooled"]).sum())
    compared = f"{'' if len(both) == measures else 'comparable '}measure{'' if len(both) == 1 else 's'}"
    return f"above its neighbours on {above or 'none'} of {len(both)} {compared}"


def _latest(trend: pd.DataFrame, name: str) -> str:
    last = trend["period"].max()
    row = trend[(trend["kind"] == "area") & (trend["measure"] == name) & (trend["period"] == last)]
    if row["value"].notna().any():
        return number(row["value"].iloc[0], measure(name).unit)
    why = "" if row.empty else row["status"].iloc[0]
    return "not comparable" if why and why not in STATUS_MEANINGS else "not available"


def alt_of(trend: pd.DataFrame, measures: Sequence[str]) -> str:
    """Say for each line where it starts, ends and is highest; the neighbours' range; the area's gaps."""
    said = []
    for one in measures:
        entry, rows = measure(one), trend[trend["measure"] == one]
        said.append(f"Line chart of {entry.short.lower()} ({UNIT_WORDS[entry.unit]}).")
        if rows["value"].isna().all():
            said.append("No figures.")
            continue
        for kind, line in rows.groupby("kind", sort=False):
            if kind not in BAND:
                said.append(f"{line['comparator'].iloc[0]}: {_course(line, entry.unit)}.")
            if kind == "area" and (gaps := _gaps(line)):
                said.append(f"{gaps}.")
        edges = (
            rows.pivot(index="period", columns="kind", values="value").reindex(columns=list(BAND)).dropna()
        )
        if len(edges):
            low, high = edges.iloc[-1]
            said.append(f"Neighbours range from {span(low, high, entry.unit)} in {edges.index[-1]}.")
    return " ".join(said)


def _course(line: pd.DataFrame, unit: str) -> str:
    years = zip(line["period"], line["value"], strict=True)
    known = [(year, value) for year, value in years if pd.notna(value)]
    if not known:
        return "no comparable figure"
    first, last, highest = known[0], known[-1], max(known, key=lambda one: one[1])
    said = [f"{number(value, unit)} in {year}" for year, value in (first, last, highest)]
    return said[0] if last[0] == first[0] else f"{said[0]}, {said[1]}, highest {said[2]}"


def _gaps(line: pd.DataFrame) -> str:
    """Name the years without a figure and the reason given for each."""
    gaps = line[line["value"].isna() & line["status"].ne("")]
    return "; ".join(
        f"{listed([str(year) for year in years['period']])} {reason(str(status))}"
        for status, years in gaps.groupby("status", sort=False)
    )


def shown_of(trend: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """Lay the trend out with a row a comparator (and measure) and a column a year."""
    several = len(measures) > 1
    rows = []
    first = "Comparator" if several else f"Comparator ({UNIT_WORDS[measure(measures[0]).unit]})"
    if trend.empty:
        return pd.DataFrame({first: ["no figures are held"]})
    for (name, _), line in trend.groupby(["measure", "kind"], sort=False):
        entry = measure(str(name))
        figures = zip(line["value"], line["status"], strict=True)
        said = [cell(value, status, entry.unit) for value, status in figures]
        who = str(line["comparator"].iloc[0])
        label = f"{entry.short}: {who} ({UNIT_WORDS[entry.unit]})" if several else who
        rows.append({first: label} | dict(zip(map(str, line["period"]), said, strict=True)))
    years = sorted(map(str, trend["period"].unique()))
    return pd.DataFrame(rows, columns=[first, *years]).fillna("no data")
