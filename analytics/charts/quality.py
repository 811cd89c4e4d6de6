"""What ought to be checked in an area's own figures before anything is read into them."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analytics.charts.cells import area_of
from analytics.charts.intervals import signed, why_none, written
from analytics.exhibits import Caption, Exhibit
from analytics.measures import measure
from analytics.words import legend

FIGURES = ["agency_fte", "agency_headcount", "fte_per_head", "caseload_fte"]
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


def tabulate_quality(quality: pd.DataFrame, caption: Caption, name: str = "quality") -> Exhibit:
    """Show each year's figures beside what they are checked by, and what to check.

    `quality` has a row a `period`: `agency_fte, agency_headcount`, `fte_per_head` (FTE for each
    agency worker), `caseload_fte` in cases per case holder, its `change_percent` on the year before,
    `flag` (what to check, or nothing) and `status`.
    """
    parts = asdict(caption) | {
        "measure": "Agency workers and average caseload, checked year by year",
        "unit": "FTE; people; cases per case holder; %",
        "geography": area_of(caption),
    }
    if len(quality):
        entry, years = measure("caseload_fte"), (quality["period"].min(), quality["period"].max())
        parts["period"] = " to ".join(entry.period(int(year)) for year in years)
    shown = _shown(quality)
    return Exhibit(name=name, title=_title(quality), **parts, table=quality, shown=shown, notes=legend(shown))


def _title(quality: pd.DataFrame) -> str:
    """Count the years with something to check."""
    if quality[FIGURES].isna().all(axis=None):
        return "There are no figures to check"
    count = int(_flags(quality).ne("").sum())
    if not count:
        return "Nothing in these figures needs checking"
    called = NUMBERS[count] if count < len(NUMBERS) else str(count)
    return f"{called} {'year needs' if count == 1 else 'years need'} checking"


def _flags(quality: pd.DataFrame) -> pd.Series:
    return quality["flag"].fillna("")


def _shown(quality: pd.DataFrame) -> pd.DataFrame:
    if quality[FIGURES].isna().all(axis=None):
        return why_none(quality, "Year", "there are no figures to check")
    rows = quality.to_dict("records")
    return pd.DataFrame(
        {
            "Year": quality["period"].astype(str),
            "Agency workers (FTE)": [written(row["agency_fte"], row["status"], 1) for row in rows],
            "Agency workers (people)": [written(row["agency_headcount"], row["status"], 0) for row in rows],
            "FTE for each person": [written(row["fte_per_head"], row["status"], 2) for row in rows],
            "Caseload (cases per case holder)": [
                written(row["caseload_fte"], row["status"], 1) for row in rows
            ],
            "Change on the year before (%)": [
                "no figure to set it beside" if pd.isna(change) else signed(change, 1)
                for change in quality["change_percent"]
            ],
            "What to check": [flag or "nothing" for flag in _flags(quality)],
        }
    )
