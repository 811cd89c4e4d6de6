"""What the three studies have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.areas import slug
from analytics.exhibits import Caption, Finding
from analytics.figures import Figures
from analytics.studies import comparison
from analytics.studies.neighbours import neighbour_rows


@dataclass(frozen=True, kw_only=True)
class Study:
    """The tables that every study has, for one area and year.

    `position`, `neighbours` and `trend` have a `measure` column where there are several measures;
    `findings` are the numbers that sentences may state; `notes` say how figures were published;
    `warnings` are what a reader of the headline must know.
    """

    name: str
    question: str
    area: str
    area_name: str
    slug: str
    year: int
    period: str
    neighbour_model: str
    position: pd.DataFrame
    neighbours: pd.DataFrame
    trend: pd.DataFrame
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    caption: Caption
    data_sha256: str


def common_tables(
    figures: Figures, area: str, year: int | None, model: str, measures: list[str], population: str
) -> dict[str, Any]:
    """Make what every study needs of an area: the fields of `Study` but its name and question.

    Raises:
        InputError: the area, the year or the neighbour model cannot be used.
    """
    key, year = comparison.check_request(figures, area, year, model, measures[0])
    rows = {name: neighbour_rows(figures, key, name, model) for name in measures}
    position = pd.concat(
        [comparison.position(figures, key, year, name, model, rows[name]) for name in measures],
        ignore_index=True,
    )
    trends = [comparison.trend(figures, key, year, name, rows[name]) for name in measures]
    warning = comparison.missing_hours(figures, key, year) if "agency_rate_fte" in measures else ""
    neighbours = pd.concat([table.assign(measure=name) for name, table in rows.items()])
    return {
        "area": key,
        "area_name": figures.name(key),
        "slug": slug(figures.name(key)),
        "year": year,
        "period": str(position["period"].iloc[0]),
        "neighbour_model": model,
        "position": position,
        "neighbours": neighbours[neighbours["period"] == year].reset_index(drop=True),
        "trend": pd.concat(trends, ignore_index=True),
        "findings": comparison.position_findings(position),
        "notes": comparison.data_notes(figures, key, measures, year),
        "warnings": (warning,) if warning else (),
        "caption": comparison.caption_for(figures, key, measures, year, model, population),
        "data_sha256": figures.sha256,
    }
