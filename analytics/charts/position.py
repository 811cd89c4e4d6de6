"""Where an area stands: a table of its figures beside its comparators'."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analytics.charts.cells import limits, part
from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS, Measure, measure
from analytics.words import cell, legend, number, spoken


def tabulate_position(position: pd.DataFrame, caption: Caption, name: str = "position") -> Exhibit:
    """Show an area beside its neighbours, region and England, for one measure or several."""
    measures = list(dict.fromkeys(position["measure"]))
    entry = measure(measures[0])
    rows = position[position["measure"] == entry.name].set_index("kind")
    area, england = rows.loc["area"], rows.loc["england"]
    title = f"{spoken(area['comparator'])}: no {entry.short.lower()} was published"
    if pd.notna(area["value"]):
        comparable = area["status"] in ("", "low")
        figure = number(area["value"], entry.unit) if comparable else "not comparable this year"
        title = f"{spoken(area['comparator'])}: {entry.short.lower()} {figure}"
    if pd.notna(england["value"]):
        title += f", England {number(england['value'], entry.unit)}"
    shown = _one_measure(position, entry) if len(measures) == 1 else _side_by_side(position, measures)
    return Exhibit(
        name=name, title=title, **asdict(caption), table=position, shown=shown, notes=legend(shown)
    )


def _one_measure(position: pd.DataFrame, entry: Measure) -> pd.DataFrame:
    """Lay one measure out with its interval, its parts and the authorities behind it."""
    return pd.DataFrame(
        {
            "Comparator": position["comparator"],
            f"Value ({UNIT_WORDS[entry.unit]})": _values(position, entry),
            "95% interval": _intervals(position, entry),
            "Numerator": [part(count) for count in position["numerator"]],
            "Denominator": [part(count) for count in position["denominator"]],
            "Authorities used": [
                _used(used, missing) for used, missing in position[["areas_used", "areas_missing"]].to_numpy()
            ],
        }
    )


def _side_by_side(position: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    """Lay several measures out in a column each, counts and interval behind the value that has them."""
    columns: dict[str, list[str]] = {
        "Comparator": list(position.loc[position["measure"] == measures[0], "comparator"])
    }
    for name in measures:
        entry, rows = measure(name), position[position["measure"] == name]
        columns[f"{entry.short} ({UNIT_WORDS[entry.unit]})"] = _values(rows, entry)
        if rows["lower"].notna().any():
            columns[f"{entry.short}, counts"] = [
                "not applicable" if pd.isna(above) else f"{part(above)} of {part(below)}"
                for above, below in rows[["numerator", "denominator"]].to_numpy()
            ]
            columns[f"{entry.short}, 95% interval"] = _intervals(rows, entry)
    return pd.DataFrame(columns)


def _values(rows: pd.DataFrame, entry: Measure) -> list[str]:
    return [cell(value, status, entry.unit) for value, status in rows[["value", "status"]].to_numpy()]


def _intervals(rows: pd.DataFrame, entry: Measure) -> list[str]:
    return [limits(low, high, entry.unit) for low, high in rows[["lower", "upper"]].to_numpy()]


def _used(used: object, missing: str) -> str:
    """Say how many authorities are behind a row, of how many."""
    if pd.isna(used):
        return "as published"
    every = int(str(used)) + len(missing.split("; ") if missing else [])
    return f"{used} of {every}" if every else "none"
