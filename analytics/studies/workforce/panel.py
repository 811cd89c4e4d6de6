"""Every authority's workforce over the years, as it was known when a release was the newest."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from analytics.figures import Figures
from analytics.studies.caseload_models import authority_panel

MEASURES = [
    "agency_rate_fte", "caseload_fte", "vacancy_rate_fte", "turnover_rate_fte", "inpost_fte", "agency_fte",
    "vacancy_fte", "starters_fte", "leavers_fte", "cases", "case_holders_fte",
]  # fmt: skip
FIRST = 2017
"""Figures of individual workers begin with this year; those before are not spliced (METHODS.md A)."""


@lru_cache(maxsize=16)
def workforce_panel(figures: Figures, year: int) -> pd.DataFrame:
    """Give the workforce of every authority or joint return up to a year, as then published.

    The figures are those of the year's own release where it is held (`Figures.as_published`). City of
    London and Isles of Scilly are left out.

    Returns:
        `area, period, region, size` (in post and agency, FTE; in post alone where agency is missing)
        and a column a measure, in order of area and period.
    """
    rows = authority_panel(figures.as_published(year), MEASURES, year)
    rows = rows[rows["inpost_fte"].notna() & (rows["period"] >= FIRST)]
    return (
        rows.assign(
            region=rows["area"].map(figures.register["region"]),
            size=rows["inpost_fte"] + rows["agency_fte"].fillna(0),
        )
        .sort_values(["area", "period"])
        .reset_index(drop=True)
    )


def yearly_flows(panel: pd.DataFrame) -> pd.DataFrame:
    """Give each authority's changes from one year to the next, all in FTE.

    Returns:
        `area, period` (the later year), `region, size`, `mean_stock` (of the year's two ends),
        `leavers, starters`, `stock, places, cover` (changes of in post, of in post and vacancies, of
        agency) and `closure` (the change of in post that starters and leavers do not explain).
    """
    held = panel.assign(places=panel["inpost_fte"] + panel["vacancy_fte"])
    before = held[["area", "period", "inpost_fte", "agency_fte", "places"]]
    before = before.assign(period=before["period"] + 1)
    both = held.merge(before, on=["area", "period"], suffixes=("", "_before"))
    stock = both["inpost_fte"] - both["inpost_fte_before"]
    return pd.DataFrame(
        {
            "area": both["area"],
            "period": both["period"],
            "region": both["region"],
            "size": both["size"],
            "mean_stock": (both["inpost_fte"] + both["inpost_fte_before"]) / 2,
            "leavers": both["leavers_fte"],
            "starters": both["starters_fte"],
            "stock": stock,
            "places": both["places"] - both["places_before"],
            "cover": both["agency_fte"] - both["agency_fte_before"],
            "closure": stock - both["starters_fte"] + both["leavers_fte"],
        }
    )
