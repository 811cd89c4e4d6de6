"""An area's own caseload: what moved it, and which of its figures to look at twice."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.figures import Figures
from analytics.measures import STATUS_MEANINGS
from analytics.methods.decomposition import contributions
from analytics.studies.rates import own_rows

Floats = npt.NDArray[np.float64]

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
    caseload, agency = (own_rows(figures, area, name) for name in ("caseload_fte", "agency_rate_fte"))
    cases, holders, workforce = (
        dict(zip(rows["period"].tolist(), rows[part].tolist(), strict=True))
        for rows, part in ((caseload, "numerator"), (caseload, "denominator"), (agency, "denominator"))
    )
    years = sorted(year for year in cases.keys() | workforce.keys() if year <= until)
    held, some, all_workers = (_in_order(each, years) for each in (cases, holders, workforce))
    with np.errstate(divide="ignore", invalid="ignore"):
        table = np.column_stack([held, all_workers, 100 * some / all_workers, held / some])
    known = (np.isfinite(table) & (table > 0)).all(axis=1, keepdims=True)
    table = np.where(known, table, np.nan)
    return pd.DataFrame(table, index=pd.Index(years, name="period"), columns=list(UNITS))


def _in_order(by_year: dict[int, float], years: list[int]) -> Floats:
    return np.array([by_year.get(year, np.nan) for year in years], dtype=float)


def decomposition(figures: Figures, area: str, until: int) -> pd.DataFrame:
    """Split each change of an area's caseload into cases held, workforce, and share holding cases.

    From one year to the next, and from the first year to the last that have all parts. The parts
    are in cases per case holder and add up to the change exactly (`methods.decomposition`).

    Returns:
        The columns of `DECOMPOSITION`: four rows a span, `part` "caseload" being the total; a year
        without figures gives the spans that it would bound a reason in `status` and no numbers.
    """
    factors = caseload_factors(figures, area, until)
    years, rows = factors.index.tolist(), factors.to_numpy()
    known = {year: row for year, row in zip(years, rows, strict=True) if np.isfinite(row).all()}
    spans = [("year", year - 1, year) for year in years[1:]]
    if len(known) > 1:
        spans.append(("whole", min(known), max(known)))
    none = np.full(len(UNITS), np.nan)
    before, after = (
        np.array([known.get(span[end], none) for span in spans]).reshape(-1, len(UNITS)) for end in (1, 2)
    )
    moved = np.full_like(before, np.nan)
    whole = np.isfinite(before + after).all(axis=1)
    parts = contributions(_by_factor(before[whole]), _by_factor(after[whole]), POWERS)
    moved[whole] = np.column_stack([*parts.values(), (after - before)[whole, -1]])
    missing = [" and ".join(str(year) for year in ends if year not in known) for _, *ends in spans]
    each = [span for span in spans for _ in UNITS]
    table = pd.DataFrame(each, columns=["span", "start", "end"])
    # Said outright for the first year, which has no span.
    table = table.astype({"span": str, "start": int, "end": int})
    table["part"], table["unit"] = list(UNITS) * len(spans), list(UNITS.values()) * len(spans)
    apart = whole[:, None]
    table["before"] = np.where(apart, before, np.nan).ravel()
    table["after"] = np.where(apart, after, np.nan).ravel()
    table["contribution"] = moved.ravel()
    table["status"] = [f"figures missing for {ends}" if ends else "" for ends in missing for _ in UNITS]
    return table[DECOMPOSITION]


def _by_factor(rows: Floats) -> dict[str, Floats]:
    """Name the columns of cases, workforce and share, the share as a fraction."""
    return {"cases": rows[:, 0], "workforce": rows[:, 1], "share": rows[:, 2] / 100}


def quality(figures: Figures, area: str, until: int) -> pd.DataFrame:
    """List an area's agency workers and caseload by year, with what is to be looked at twice.

    Returns:
        The columns of `QUALITY`; `flag` is empty where nothing is.
    """
    names = ("agency_fte", "agency_headcount", "caseload_fte", "cases")
    own = {name: own_rows(figures, area, name) for name in names}
    years = sorted({year for rows in own.values() for year in rows["period"].tolist() if year <= until})
    fte, people, caseload, cases = (
        _in_order(dict(zip(rows["period"].tolist(), rows["value"].tolist(), strict=True)), years)
        for rows in own.values()
    )
    statuses = [
        dict(zip(rows["period"].tolist(), rows["status"].tolist(), strict=True)) for rows in own.values()
    ]
    per_head = fte / np.where(people > 0, people, np.nan)
    moved = _yearly_change(years, caseload)
    checks = {
        "hours of agency workers are missing": (people >= ENOUGH_PEOPLE) & (per_head < ENOUGH_HOURS),
        f"caseload moved by more than {LARGE_CHANGE:.0f}%": np.abs(moved) > LARGE_CHANGE,
        f"cases held moved by more than {LARGE_CHANGE:.0f}%": np.abs(_yearly_change(years, cases))
        > LARGE_CHANGE,
    }
    flags, first = [], []
    for place, year in enumerate(years):
        given = dict.fromkeys(status.get(year, "") for status in statuses)
        symbols = [symbol for symbol in given if symbol in STATUS_MEANINGS]
        reasons = [STATUS_MEANINGS[symbol] for symbol in symbols if symbol != "low"]
        said = [flag for flag, holds in checks.items() if holds[place]]
        said += [f"not every figure was published: {', '.join(reasons)}"] if reasons else []
        flags.append("; ".join(said))
        first.append(symbols[0] if symbols else "")
    columns = (years, fte, people, per_head, caseload, moved, flags, first)
    return pd.DataFrame(dict(zip(QUALITY, columns, strict=True)))


def _yearly_change(years: list[int], values: Floats) -> Floats:
    """Give the change on the year before in per cent, missing where that year is not held."""
    change = np.full(len(years), np.nan)
    follows: npt.NDArray[np.bool_] = (np.diff(years) == 1) & (values[:-1] > 0)
    change[1:][follows] = 100 * (values[1:][follows] / values[:-1][follows] - 1)
    return change
