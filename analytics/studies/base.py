"""What the three studies have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.areas import slug
from analytics.exhibits import Caption, Finding
from analytics.figures import Figures
from analytics.studies import comparison
from analytics.studies.neighbours import neighbour_rows, pooled_neighbours
from analytics.words import spoken


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

    @property
    def subtitle(self) -> str:
        """Say whose paper it is, and when the figures are of."""
        return f"{self.area_name}, {self.period}"

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Name the parameters beside area and year that decide the figures, and what they were."""
        return (("neighbour_model", self.neighbour_model),)


def common_tables(
    figures: Figures,
    keys: Sequence[str],
    year: int,
    model: str,
    measures: Sequence[str],
    average: str = "pooled",
) -> dict[str, pd.DataFrame]:
    """Make the tables that every study has, for many areas at once.

    Returns:
        `position`, `neighbours` and `trend`; the column `subject` says whose each row is.
    """
    rows = {name: neighbour_rows(figures, keys, name, model) for name in measures}
    pools = {name: pooled_neighbours(figures, keys, name, model) for name in measures}
    tables = {
        "position": [comparison.position(figures, keys, year, name, model, pools[name]) for name in measures],
        "neighbours": [each[each["period"] == year].assign(measure=name) for name, each in rows.items()],
        "trend": [comparison.trend(figures, keys, year, name, pools[name], average) for name in measures],
    }
    return {name: pd.concat(each, ignore_index=True) for name, each in tables.items()}


def fields(
    figures: Figures, keys: Sequence[str], year: int, model: str, measures: list[str], counted: str,
    tables: dict[str, pd.DataFrame],
) -> dict[str, dict[str, Any]]:  # fmt: skip
    """Give, for each area, the fields of `Study` but its name and question, and its share of every table."""
    return {
        key: own | _described(figures, key, year, model, measures, counted, own["position"])
        for key, own in split(tables, keys).items()
    }


def _described(
    figures: Figures,
    key: str,
    year: int,
    model: str,
    measures: list[str],
    counted: str,
    position: pd.DataFrame,
) -> dict[str, Any]:
    """Say whose study it is, and what a reader must know of how its figures were published."""
    warning = comparison.missing_hours(figures, key, year) if "agency_rate_fte" in measures else ""
    return {
        "area": key,
        "area_name": spoken(figures.name(key)),
        "slug": slug(figures.name(key)),
        "year": year,
        "period": str(position["period"].iloc[0]),
        "neighbour_model": model,
        "findings": comparison.position_findings(position),
        "notes": comparison.data_notes(figures, key, measures, year, model),
        "warnings": (warning,) if warning else (),
        "caption": comparison.caption_for(figures, key, measures, year, model, counted),
        "data_sha256": figures.sha256,
    }


def split(tables: dict[str, pd.DataFrame], keys: Sequence[str]) -> dict[str, dict[str, pd.DataFrame]]:
    """Give each subject its own rows of every table, without the column that says whose they are."""
    shares = {name: _shares(table, keys) for name, table in tables.items()}
    return {key: {name: share[key] for name, share in shares.items()} for key in keys}


def _shares(table: pd.DataFrame, keys: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Give each subject its rows: one slice of the table put in order of subjects, as that is quickest."""
    place = pd.Index(keys).get_indexer(table["subject"])
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], np.arange(len(keys) + 1))
    bare = table.drop(columns="subject")
    bare = bare.take(order) if len(keys) > 1 else bare
    return {
        key: bare.iloc[first:last].reset_index(drop=True)
        for key, first, last in zip(keys, ends[:-1], ends[1:], strict=True)
    }
