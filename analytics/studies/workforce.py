"""The workforce after international recruitment: where it starts, and the plainest forecast."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analytics.evidence import read_claims
from analytics.exhibits import Finding
from analytics.figures import Figures
from analytics.measures import measure
from analytics.methods.forecast import persistence
from analytics.studies import base
from analytics.studies.caseload_models import authority_panel
from analytics.studies.comparison import check_request
from analytics.studies.rates import own_rows

NAME = "workforce"
QUESTION = "What will the agency share be?"
MEASURES = ["agency_rate_fte", "vacancy_rate_fte"]
START = [
    "inpost_fte", "agency_fte", "agency_headcount", "vacancy_fte", "agency_rate_fte", "agency_rate_headcount",
    "vacancy_rate_fte", "turnover_rate_fte", "caseload_fte",
]  # fmt: skip
HORIZONS = (1, 2)
COVERAGE = 0.8


@dataclass(frozen=True, kw_only=True)
class Study(base.Study):
    """The study of the workforce: the common tables, the start, the pipeline, the forecast."""

    start: pd.DataFrame
    pipeline: pd.DataFrame
    forecast: pd.DataFrame


def study(figures: Figures, area: str, year: int | None = None, neighbour_model: str = "2025") -> Study:
    """Say where an area's workforce stands and what its agency rate is if nothing changes.

    Args:
        figures: the processed tables.
        area: what a person types for an authority.
        year: 30 September of this year; the latest published where left out.
        neighbour_model: "2021" or "2025".

    Raises:
        InputError: the area, the year or the model cannot be used.
    """
    keys, year = check_request(figures, [area], year, neighbour_model, MEASURES[0])
    common = base.common_tables(figures, keys, year, neighbour_model, MEASURES)
    counted = "children's social workers"
    (tables,) = base.fields(figures, keys, year, neighbour_model, MEASURES, counted, common).values()
    start = starting_position(figures, tables["area"], tables["year"])
    pipeline = recruitment_pipeline(tables["slug"], tables["year"])
    forecast = persistence_forecast(figures, tables["position"], tables["year"])
    tables["findings"] += _findings(start, forecast)
    return Study(name=NAME, question=QUESTION, start=start, pipeline=pipeline, forecast=forecast, **tables)


def starting_position(figures: Figures, area: str, year: int) -> pd.DataFrame:
    """Give an area's workforce as published for `year` and the year before.

    Returns:
        `measure, title, unit, value, value_before, status, status_before`.
    """
    rows = []
    for name in START:
        own = own_rows(figures, area, name).set_index("period").reindex([year, year - 1])
        values, statuses = own["value"].tolist(), own["status"].fillna("not published").tolist()
        entry = measure(name)
        rows.append((name, entry.title, entry.unit, *values, *statuses))
    columns = ["measure", "title", "unit", "value", "value_before", "status", "status_before"]
    return pd.DataFrame(rows, columns=columns)


def recruitment_pipeline(slug: str, year: int) -> pd.DataFrame:
    """Give what council papers dated up to the end of `year` said of international recruits.

    The agency share that they quoted is kept beside it, with the percentage that its quoted
    parts come to.

    Returns:
        `claim, as_at, statement, value, unit, numerator, denominator, recomputed, title, dated,
        status`; no row where no claims are held.
    """
    claims = read_claims(slug)
    chosen = claims["topic"].eq("international") | claims["statement"].str.startswith("Agency share")
    known = claims["dated"] <= f"{year}-12-31"
    columns = [
        "claim", "as_at", "statement", "value", "unit",
        "numerator", "denominator", "recomputed", "title", "dated",
    ]  # fmt: skip
    return claims.loc[chosen & known, columns].assign(status="").reset_index(drop=True)


def persistence_forecast(figures: Figures, position: pd.DataFrame, year: int) -> pd.DataFrame:
    """Forecast that the agency rate stays as it is, with the spread of past changes around it.

    The spread is that of all authorities' changes over one and two years that ended by `year`.

    Returns:
        `horizon, period, value, lower, upper, changes, measure, status`; no row where the area
        has no published rate or there are too few past changes.
    """
    name = MEASURES[0]
    last = position.query("kind == 'area' and measure == @name")["value"].iloc[0]
    panel = authority_panel(figures, [name], year).dropna(subset=[name])
    horizons = [h for h in HORIZONS if panel["period"].min() + h <= year]
    if pd.isna(last) or not horizons:
        return pd.DataFrame(
            columns=["horizon", "period", "value", "lower", "upper", "changes", "measure", "status"]
        )
    table = persistence(panel, "area", "period", name, year, float(last), horizons, COVERAGE)
    limits = table[["lower", "upper"]].clip(0, 100)
    return table.assign(lower=limits["lower"], upper=limits["upper"], measure=name, status="").rename(
        columns={"time": "period"}
    )


def _findings(start: pd.DataFrame, forecast: pd.DataFrame) -> tuple[Finding, ...]:
    known = start[start["value"].notna() & ~start["measure"].isin(MEASURES)]
    now = [
        Finding(f"area_{row['measure']}", float(row["value"]), row["unit"])
        for row in known.to_dict("records")
    ]
    later = [
        Finding(f"forecast_{row['period']}{suffix}", float(row[part]), "percent")
        for row in forecast.to_dict("records")
        for part, suffix in (("value", ""), ("lower", "_lower"), ("upper", "_upper"))
    ]
    return tuple(now + later)
