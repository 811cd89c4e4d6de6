"""Caseloads and agency share: do they go together within an authority, and which comes first?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.exhibits import Finding
from analytics.figures import Figures
from analytics.methods.panel import Slope
from analytics.studies import base
from analytics.studies.caseload_models import Models, models
from analytics.studies.caseload_parts import decomposition, quality
from analytics.studies.comparison import check_request
from analytics.studies.rates import TOO_SMALL, rates_of_year

NAME = "caseloads"
QUESTION = "Do high agency use and high caseloads go together?"
MEASURES = ["caseload_fte", "agency_rate_fte", "agency_rate_headcount"]
SURE = 0.05
COUNTED = "children's social workers"


@dataclass(frozen=True, kw_only=True)
class Study(base.Study):
    """The study of caseloads: the area's own tables, and what all authorities and years say.

    `estimates`, `timing`, `parts`, `slopes` and `outcomes` are of `caseload_models.Models`; `slopes`
    and `scatter` say of each row whether it is the area, a neighbour or another authority (`kind`).
    `mean_slope` is the mean of authorities' own slopes and its limits, missing where there are too
    few years; `slopes_differ` says whether they differ by more than chance would have them (5%);
    `spread` is the standard deviation of agency rate within authorities, in percentage points.
    """

    scatter: pd.DataFrame
    estimates: pd.DataFrame
    timing: pd.DataFrame
    parts: pd.DataFrame
    slopes: pd.DataFrame
    outcomes: pd.DataFrame
    decomposition: pd.DataFrame
    quality: pd.DataFrame
    mean_slope: tuple[float, float, float]
    slopes_differ: bool
    spread: float


def study(figures: Figures, area: str, year: int | None = None, neighbour_model: str = "2025") -> Study:
    """Put an area's caseload and agency rate beside others', and ask if they move together.

    Args:
        figures: the processed tables.
        area: what a person types for an authority.
        year: 30 September of this year; the latest published where left out.
        neighbour_model: "2021" or "2025".

    Raises:
        InputError: the area, the year or the model cannot be used.
    """
    return studies(figures, [area], year, neighbour_model)[0]


def studies(
    figures: Figures, areas: Sequence[str], year: int | None = None, neighbour_model: str = "2025"
) -> list[Study]:
    """Make the study of many areas at once, each the same as if it had been asked for alone.

    Raises:
        InputError: as for `study`.
    """
    keys, year = check_request(figures, areas, year, neighbour_model, MEASURES[0])
    tables = base.common_tables(figures, keys, year, neighbour_model, MEASURES)
    fields = base.fields(figures, keys, year, neighbour_model, MEASURES, COUNTED, tables)
    every, authorities = models(figures, year), scatter(figures, year)
    shared = _national_findings(every)
    return [_study(figures, every, authorities, shared, own) for own in fields.values()]


def _study(
    figures: Figures,
    every: Models,
    authorities: pd.DataFrame,
    shared: tuple[list[Finding], list[Finding]],
    own: dict[str, Any],
) -> Study:
    """Add to an area's own tables what its own years and all authorities say."""
    area, year = own["area"], own["year"]
    unit = figures.reporting_unit(area, MEASURES[0])
    near = {figures.reporting_unit(each, MEASURES[0]) for each in own["neighbours"]["area"]}
    split = decomposition(figures, area, year)
    slopes = every.slopes.assign(kind=_kinds(every.slopes["area"], unit, near))
    own["findings"] += _findings(*shared, slopes, split)
    return Study(
        name=NAME,
        question=QUESTION,
        scatter=authorities.assign(kind=_kinds(authorities["area"], unit, near)),
        estimates=every.estimates,
        timing=every.timing,
        parts=every.parts,
        slopes=slopes,
        outcomes=every.outcomes,
        decomposition=split,
        quality=quality(figures, area, year),
        mean_slope=_numbers(every.mean_slope),
        slopes_differ=every.slope_p_value < SURE,
        spread=every.spread,
        **own,
    )


def _numbers(slope: Slope | None) -> tuple[float, float, float]:
    missing = float("nan")
    return (missing,) * 3 if slope is None else (slope.estimate, slope.lower, slope.upper)


def _kinds(areas: pd.Series, unit: str, near: set[str]) -> pd.Series:
    kinds = dict.fromkeys(near, "neighbour") | {unit: "area"}
    return pd.Series([kinds.get(area, "other") for area in areas], index=areas.index, dtype="str")


def scatter(figures: Figures, year: int) -> pd.DataFrame:
    """Give every authority's or joint return's agency rate and caseload in one year.

    City of London and Isles of Scilly are left out.

    Returns:
        `area, name, kind` (of area), `period, agency_rate_fte, caseload_fte, status`.
    """
    agency = rates_of_year(figures, "agency_rate_fte", year)
    caseload = rates_of_year(figures, "caseload_fte", year)
    table = agency[["name", "kind", "unit", "held"]].assign(
        agency_rate_fte=agency["value"],
        caseload_fte=caseload["value"],
        status=agency["status"].where(agency["status"] != "", caseload["status"]),
    )
    own_return = (table["unit"] == table.index) & table["kind"].isin(["authority", "joint"])
    table = table[own_return & table["held"] & ~table.index.isin(TOO_SMALL)].reset_index()
    return table.assign(period=year)[
        ["area", "name", "kind", "period", "agency_rate_fte", "caseload_fte", "status"]
    ]


PER_TEN = "cases per 10 percentage points of agency rate"


def _national_findings(every: Models) -> tuple[list[Finding], list[Finding]]:
    """Name the headline, and the timing."""
    within = every.estimates[every.estimates["key"] == "within"].to_dict("records")
    timing = []
    for row in every.timing.to_dict("records"):
        name = f"{row['outcome']}_on_{row['regressor']}_{row['offset']:+d}".replace(" ", "_")
        timing += _limits(name, [row], "estimate", row["unit"])
    return _limits("within", within, "estimate", PER_TEN), timing


def _findings(
    headline: list[Finding], timing: list[Finding], slopes: pd.DataFrame, split: pd.DataFrame
) -> tuple[Finding, ...]:
    """Name the headline, the area's own slope, the timing, and the parts of its caseload's change."""
    slope = slopes[slopes["kind"] == "area"].to_dict("records")
    whole = split[split["span"] == "whole"]
    parts = [
        Finding(f"change_by_{part}", value, "cases per case holder")
        for part, value in zip(whole["part"].tolist(), whole["contribution"].tolist(), strict=True)
    ]
    return (*headline, *_limits("own_slope", slope, "slope", PER_TEN), *timing, *parts)


def _limits(name: str, rows: list[dict[Any, Any]], column: str, unit: str) -> list[Finding]:
    parts = {column: "", "lower": "_lower", "upper": "_upper"}
    return [
        Finding(f"{name}{suffix}", float(row[part]), unit)
        for row in rows
        for part, suffix in parts.items()
        if pd.notna(row[part])
    ]
