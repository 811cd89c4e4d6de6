"""An area's own caseload: what moved it, and which of its figures to look at twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.figures import Figures
from analytics.measures import STATUS_MEANINGS
from analytics.methods.decomposition import contributions
from analytics.studies.rates import own_rows

DECOMPOSITION = ["span", "start", "end", "part", "before", "after", "contribution", "unit", "status"]
QUALITY = [
    "period", "agency_fte", "agency_headcount", "fte_per_head", "caseload_fte", "change_percent", "flag",
    "status",
]  # fmt: skip
UNITS = {"cases": "count", "workforce": "fte", "share": "percent", "caseload": "cases"}
POWERS = {"cases": 1, "workforce": -1, "share": -1}
LARGE_CHANGE = 40.0
"""A caseload that moves by more per cent in a year is to be looked at (METHODS.md B6)."""
ENOUGH_PEOPLE, ENOUGH_HOURS = 10, 0.6
"""Ten agency workers or more with less than 0.6 FTE for each: hours are missing (METHODS.md B5)."""


def caseload_factors(figures: Figures, area: str, until: int) -> pd.DataFrame:
    """Give what an area's caseload is made of, for every year held up to `until`.

    Caseload is cases over the FTE of those who hold any; those are the workforce (in post and
    agency, FTE) times the share of it that holds cases.

    Returns:
        Index `period`; `cases, workforce, share` (per cent), `caseload`; missing where a part is.
    """
    caseload = own_rows(figures, area, "caseload_fte").set_index("period")
    workforce = own_rows(figures, area, "agency_rate_fte").set_index("period")["denominator"]
    table = pd.DataFrame({"cases": caseload["numerator"], "workforce": workforce})
    holders = caseload["denominator"]
    table["share"] = 100 * holders / workforce
    table["caseload"] = table["cases"] / holders
    known = (table > 0).all(axis=1) & np.isfinite(table).all(axis=1)
    return table[table.index <= until].where(known).sort_index()


def decomposition(figures: Figures, area: str, until: int) -> pd.DataFrame:
    """Split each change of an area's caseload into cases held, workforce, and share holding cases.

    From one year to the next, and from the first year to the last that have all parts. The parts
    are in cases per case holder and add up to the change exactly (`methods.decomposition`).

    Returns:
        The columns of `DECOMPOSITION`: four rows a span, `part` "caseload" being the total; a year
        without figures gives the spans that it would bound a reason in `status` and no numbers.
    """
    factors = caseload_factors(figures, area, until)
    known = factors.dropna().index
    spans = pd.DataFrame({"span": "year", "start": factors.index[1:] - 1, "end": factors.index[1:]})
    if len(known) > 1:
        spans.loc[len(spans)] = ["whole", known[0], known[-1]]
    before, after = (factors.reindex(spans[end])[list(UNITS)].to_numpy() for end in ("start", "end"))
    moved = np.full_like(before, np.nan)
    whole = np.isfinite(before + after).all(axis=1)
    parts = contributions(_by_factor(before[whole]), _by_factor(after[whole]), POWERS)
    moved[whole] = np.column_stack([*parts.values(), (after - before)[whole, -1]])
    missing = [
        " and ".join(str(year) for year in years if year not in known)
        for years in spans[["start", "end"]].to_numpy()
    ]
    table = spans.loc[spans.index.repeat(len(UNITS))].reset_index(drop=True)
    table["part"], table["unit"] = list(UNITS) * len(spans), list(UNITS.values()) * len(spans)
    apart = whole[:, None]
    table["before"] = np.where(apart, before, np.nan).ravel()
    table["after"] = np.where(apart, after, np.nan).ravel()
    table["contribution"] = moved.ravel()
    table["status"] = np.repeat(
        [f"figures missing for {years}" if years else "" for years in missing], len(UNITS)
    )
    return table[DECOMPOSITION]


def _by_factor(rows: npt.NDArray[np.float64]) -> dict[str, npt.NDArray[np.float64]]:
    """Name the columns of cases, workforce and share, the share as a fraction."""
    return {"cases": rows[:, 0], "workforce": rows[:, 1], "share": rows[:, 2] / 100}


def quality(figures: Figures, area: str, until: int) -> pd.DataFrame:
    """List an area's agency workers and caseload by year, with what is to be looked at twice.

    Returns:
        The columns of `QUALITY`; `flag` is empty where nothing is.
    """
    names = ("agency_fte", "agency_headcount", "caseload_fte", "cases")
    columns = {name: own_rows(figures, area, name).set_index("period") for name in names}
    table = pd.DataFrame({name: rows["value"] for name, rows in columns.items()})
    table = table[table.index <= until].sort_index()
    statuses = pd.DataFrame({name: rows["status"] for name, rows in columns.items()}).reindex(table.index)
    table["fte_per_head"] = table["agency_fte"] / table["agency_headcount"].where(
        table["agency_headcount"] > 0
    )
    moved = {name: _yearly_change(table[name]) for name in ("caseload_fte", "cases")}
    table["change_percent"] = moved["caseload_fte"]
    missing_hours = (table["agency_headcount"] >= ENOUGH_PEOPLE) & (table["fte_per_head"] < ENOUGH_HOURS)
    checks = {
        "hours of agency workers are missing": missing_hours,
        f"caseload moved by more than {LARGE_CHANGE:.0f}%": moved["caseload_fte"].abs() > LARGE_CHANGE,
        f"cases held moved by more than {LARGE_CHANGE:.0f}%": moved["cases"].abs() > LARGE_CHANGE,
    }
    rows = []
    for year in table.index:
        symbols = [symbol for symbol in dict.fromkeys(statuses.loc[year]) if symbol in STATUS_MEANINGS]
        reasons = [STATUS_MEANINGS[symbol] for symbol in symbols if symbol != "low"]
        flags = [flag for flag, holds in checks.items() if holds[year]]
        flags += [f"not every figure was published: {', '.join(reasons)}"] if reasons else []
        rows.append({"flag": "; ".join(flags), "status": symbols[0] if symbols else ""})
    return table.join(pd.DataFrame(rows, index=table.index)).rename_axis("period").reset_index()[QUALITY]


def _yearly_change(values: pd.Series) -> pd.Series:
    """Give the change on the year before in per cent, missing where that year is not held."""
    before = values.shift().where(values.index.to_series().diff() == 1)
    return 100 * (values / before.where(before > 0) - 1)
