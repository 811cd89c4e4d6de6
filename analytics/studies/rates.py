"""Every area's figures of one measure, made ready to be compared: limits, and why one cannot be used."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd

from analytics.areas import abolished, first_years
from analytics.figures import Figures
from analytics.measures import STATUS_MEANINGS, Measure, measure
from analytics.methods.proportions import wilson
from analytics.words import day_in_words

FIRST_YEAR = "first year of a new authority, not comparable"
CONTRADICTORY = "its counts contradict each other"

ENGLAND = "E92000001"
TOO_SMALL = ("201", "420")
"""City of London and Isles of Scilly: too few people for a model (METHODS.md B6)."""


@lru_cache(maxsize=32)
def rates_to_compare(figures: Figures, name: str) -> pd.DataFrame:
    """Give a measure for every area of the register and every period held.

    An authority in a joint return has the figures of the return. Limits are Wilson's at 95% where
    the measure has them.

    Returns:
        Index `area, period`; `name, kind, region, unit` (under which the figure is published),
        `value, lower, upper, numerator, denominator, status, held` (whether there is a row at
        all), `reason` (why the figure cannot be compared with others, empty where it can).
    """
    entry, places = measure(name), figures.register[["name", "kind", "region", "valid_from", "valid_to"]]
    years = figures.years(name)
    units = [figures.reporting_unit(area, name) for area in places.index]
    grid = places.assign(unit=units).rename_axis("area").reset_index()
    grid = grid.merge(pd.DataFrame({"period": years}), how="cross")
    rates = figures.rates(name).rename(columns={"area": "unit"}).assign(held=True)
    table = grid.merge(rates, on=["unit", "period"], how="left")
    table["held"] = table["held"].notna()
    table["status"] = table["status"].fillna("")
    table = _with_limits(table, entry)
    year_end = table["period"].map({year: entry.publication.last_day(year) for year in years})
    table["first_year"] = first_years(table["valid_from"], year_end) & entry.needs_prior_year
    table["reason"] = _reasons(table, year_end, entry)
    return table.set_index(["area", "period"]).drop(columns=["valid_from", "valid_to"])


def _with_limits(table: pd.DataFrame, entry: Measure) -> pd.DataFrame:
    """Add Wilson's 95% limits where the measure has them; take a figure away that its counts contradict."""
    table = table.assign(lower=np.nan, upper=np.nan)
    if entry.interval != "wilson":
        return table
    above, below = table["numerator"], table["denominator"]
    wrong = table["value"].notna() & ((below <= 0) | (above < 0) | (above > below))
    table.loc[wrong, ["value", "status"]] = [np.nan, CONTRADICTORY]
    fit = table["value"].notna() & above.notna() & below.notna()
    limits = wilson(above[fit], below[fit])
    table.loc[fit, "lower"], table.loc[fit, "upper"] = limits.lower * entry.scale, limits.upper * entry.scale
    return table


def _reasons(table: pd.DataFrame, year_end: pd.Series, entry: Measure) -> pd.Series:
    """Say in words why each figure cannot be compared, or nothing where it can."""
    parts = ["value", "numerator", "denominator"] if entry.numerator else ["value"]
    missing = table[parts].isna().any(axis=1)
    unnamed = table["value"].isna().map({True: "not published", False: "its counts are not published"})
    named = table["status"].replace(STATUS_MEANINGS)
    why = pd.Series("", index=table.index).mask(missing, named.where(named != "", unnamed))
    why = why.mask(table["first_year"], FIRST_YEAR)
    gone = abolished(table["valid_to"], year_end)
    return why.mask(gone, "abolished on " + table["valid_to"].map(in_words))


def in_words(day: str) -> str:
    """Write a date of the register as prose does: "2023-03-31" as "31 March 2023"."""
    return day_in_words(date.fromisoformat(day)) if day else ""


@lru_cache(maxsize=32)
def published_rates(figures: Figures, name: str) -> pd.DataFrame:
    """Give the rows of `rates_to_compare` that were published, index `area`; a first year says so."""
    rows = rates_to_compare(figures, name).reset_index("period")
    rows = rows[rows["held"]].drop(columns=["kind", "region", "unit", "held"])
    return rows.assign(status=rows["status"].mask(rows["first_year"], FIRST_YEAR))


@lru_cache(maxsize=128)
def rates_of_year(figures: Figures, name: str, year: int) -> pd.DataFrame:
    """Give the rows of `rates_to_compare` of one year, index `area`; no row for a year that is not held."""
    rows = rates_to_compare(figures, name)
    return rows[rows.index.get_level_values("period") == year].droplevel("period")


def own_rows(figures: Figures, area: str, name: str) -> pd.DataFrame:
    """Give an area's rates for every period published, with limits and a reason where one is missing.

    Returns:
        `period, name, value, status, numerator, denominator, lower, upper, first_year, reason`,
        oldest first; no row where nothing was published.
    """
    rows = published_rates(figures, name)
    if area not in rows.index:
        return rows.head(0).reset_index(drop=True)
    where = rows.index.get_loc(area)
    # One row has a number for its place, several a slice or a mask: `loc` with a list is ten times slower.
    chosen = rows.iloc[[where]] if isinstance(where, int) else rows[where]
    return chosen.reset_index(drop=True)
