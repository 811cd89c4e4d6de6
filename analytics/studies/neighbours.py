"""Statistical neighbours: whose figures can be used, and what they come to together."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from analytics.areas import abolished, first_years
from analytics.figures import Figures
from analytics.measures import STATUS_MEANINGS, Measure, measure
from analytics.methods.proportions import wilson
from analytics.words import day_in_words

ENOUGH = 7
"""Fewer usable neighbours than this (METHODS.md C), and no comparison with them is made."""

FIRST_YEAR = "first year of a new authority, not comparable"


def neighbour_rows(figures: Figures, area: str, name: str, model: str) -> pd.DataFrame:
    """Give each statistical neighbour in order, for every period held, and whether it can be used.

    A neighbour is left out, with the reason, when its figure was not published, when it is in the
    same return as the area or as a nearer neighbour, and in a new authority's first year where the
    measure needs the year before.

    Returns:
        `period, rank, area, name, closeness, value, lower, upper, numerator, denominator, status,
        used, reason`; no row where the model gives the area no neighbours.
    """
    chosen = figures.neighbours.query("model == @model and area == @area").sort_values("rank")
    chosen = chosen.drop(columns=["model", "area"]).rename(columns={"neighbour": "area"})
    chosen["unit"] = [figures.reporting_unit(neighbour, name) for neighbour in chosen["area"]]
    chosen = chosen.merge(
        figures.register[["name", "valid_from", "valid_to"]], left_on="area", right_index=True
    )
    chosen["same_return"] = _same_return(chosen, figures.reporting_unit(area, name), figures.name(area))
    grid = chosen.merge(pd.DataFrame({"period": figures.years(name)}), how="cross")
    rates = figures.rates(name).rename(columns={"area": "unit"})
    table = grid.merge(rates, on=["unit", "period"], how="left")
    entry = measure(name)
    table["status"] = table["status"].fillna("")
    table["reason"] = _why_unusable(table, entry)
    table["used"] = table["reason"] == ""
    columns = [
        "period", "rank", "area", "name", "closeness", "value", "lower", "upper",
        "numerator", "denominator", "status", "used", "reason",
    ]  # fmt: skip
    return with_interval(table, entry)[columns].sort_values(["period", "rank"], ignore_index=True)


def _same_return(chosen: pd.DataFrame, own_unit: str, own_name: str) -> pd.Series:
    """Name, for each neighbour, the area or the nearer neighbour that is in the same return."""
    first: dict[str, str] = {own_unit: own_name}
    found = []
    for unit, name in chosen[["unit", "name"]].to_numpy():
        found.append(first.get(unit, ""))
        first.setdefault(unit, name)
    return pd.Series(found, index=chosen.index, dtype=str)


def _why_unusable(table: pd.DataFrame, entry: Measure) -> pd.Series:
    """Say in words why each figure cannot be used, or nothing where it can."""
    last_days = {year: entry.publication.last_day(year) for year in table["period"].unique()}
    year_end = table["period"].map(last_days).astype(str)
    missing = table[["value", "numerator", "denominator"]].isna().any(axis=1)
    reasons = [
        (table["same_return"] != "", "in the same return as " + table["same_return"]),
        (abolished(table["valid_to"], year_end), "abolished on " + table["valid_to"].map(in_words)),
        (first_years(table["valid_from"], year_end) & entry.needs_prior_year, FIRST_YEAR),
        (missing, table["status"].map(STATUS_MEANINGS).fillna("not published")),
    ]
    why = pd.Series("", index=table.index)
    for holds, text in reversed(reasons):
        why = why.mask(holds, text)
    return why


def in_words(day: str) -> str:
    """Write a date of the register as prose does: "2023-03-31" as "31 March 2023"."""
    return day_in_words(date.fromisoformat(day)) if day else ""


def with_interval(table: pd.DataFrame, entry: Measure) -> pd.DataFrame:
    """Add `lower` and `upper`, Wilson's 95% limits, where the measure has them; else missing."""
    table = table.assign(lower=np.nan, upper=np.nan)
    fit = table["value"].notna() & (table["denominator"] > 0)
    if entry.interval == "wilson" and fit.any():
        limits = wilson(table.loc[fit, "numerator"], table.loc[fit, "denominator"])
        table.loc[fit, "lower"] = limits.lower * entry.scale
        table.loc[fit, "upper"] = limits.upper * entry.scale
    return table


def pooled(rows: pd.DataFrame, entry: Measure) -> pd.DataFrame:
    """Pool the usable neighbours of each period: the sum of numerators over that of denominators.

    Returns:
        `period, value, mean, median, numerator, denominator, areas_used, areas_missing, status`;
        the figures are missing, and `status` says so, where fewer than seven can be used.
    """
    if rows.empty:
        return pd.DataFrame(
            columns=["period", "value", "mean", "median", "numerator", "denominator",
                     "areas_used", "areas_missing", "status"]
        )  # fmt: skip
    used = rows[rows["used"]].groupby("period")
    table = used[["numerator", "denominator"]].sum()
    table["value"] = table["numerator"] / table["denominator"] * entry.scale
    table["mean"], table["median"] = used["value"].mean(), used["value"].median()
    table["areas_used"] = used.size()
    table = table.reindex(rows["period"].unique())
    table["areas_used"] = table["areas_used"].fillna(0).astype(int)
    left_out = rows[~rows["used"]].assign(why=lambda t: t["name"] + " (" + t["reason"] + ")")
    table["areas_missing"] = left_out.groupby("period")["why"].agg("; ".join).reindex(table.index).fillna("")
    few = table["areas_used"] < ENOUGH
    table.loc[few, ["value", "mean", "median", "numerator", "denominator"]] = np.nan
    table["status"] = np.where(few, f"fewer than {ENOUGH} usable", "")
    return table.rename_axis("period").reset_index()
