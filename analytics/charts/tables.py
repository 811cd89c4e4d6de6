"""Tables as a reader sees them: the workforce as published, and what council papers said."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analytics.charts.cells import area_of, day, limits, part
from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS
from analytics.words import cell, legend, number, plain


def tabulate_start(start: pd.DataFrame, caption: Caption, name: str = "start") -> Exhibit:
    """Show an area's workforce as published, this year and the year before."""
    agency = start.set_index("measure").loc["agency_fte"]
    title = "Where the workforce stands"
    if pd.notna(agency["value"]):
        title = f"{number(agency['value'], 'fte')} FTE of the workforce were agency staff"
    shown = pd.DataFrame(
        {
            "Measure": start["title"],
            "Unit": start["unit"].map(UNIT_WORDS),
            "This year": [cell(v, s, u) for v, s, u in start[["value", "status", "unit"]].to_numpy()],
            "Year before": [
                cell(v, s, u) for v, s, u in start[["value_before", "status_before", "unit"]].to_numpy()
            ],
        }
    )
    parts = asdict(caption) | {
        "measure": "The workforce as published, this year and the year before",
        "unit": _units(start["unit"]),
    }
    return Exhibit(name=name, title=title, **parts, table=start, shown=shown, notes=legend(shown))


def tabulate_pipeline(pipeline: pd.DataFrame, caption: Caption, name: str = "pipeline") -> Exhibit:
    """Show what council papers said of recruits and agency share, as they said it."""
    shown = pd.DataFrame(
        {
            "What the paper said": pipeline["statement"],
            "As at": [day(date) for date in pipeline["as_at"]],
            "Figure": [
                f"{plain(v, 1 if u == 'percent' else 0)}" for v, u in pipeline[["value", "unit"]].to_numpy()
            ],
            "Unit": pipeline["unit"].replace("percent", "%"),
            "Parts quoted": [_quoted(n, d) for n, d in pipeline[["numerator", "denominator"]].to_numpy()],
            "What the parts come to (%)": [
                "not applicable" if pd.isna(value) else plain(value, 1) for value in pipeline["recomputed"]
            ],
        }
    )
    if shown.empty:
        shown = pd.DataFrame({"What the paper said": ["no council paper is held for this authority"]})
    sources = "; ".join(dict.fromkeys(f"{t}, {day(d)}" for t, d in pipeline[["title", "dated"]].to_numpy()))
    parts = asdict(caption) | {
        "measure": "What council papers said of international recruits and agency share",
        "unit": _units(pipeline["unit"]) or "no figures",
        "period": "as dated in each row",
        "source": sources or "no council paper is held",
    }
    title = (
        "What council papers said of international recruits" if len(pipeline) else "No council paper is held"
    )
    return Exhibit(name=name, title=title, **parts, table=pipeline, shown=shown)


def _units(units: pd.Series) -> str:
    return ", ".join(dict.fromkeys(units.map(UNIT_WORDS)))


def _quoted(numerator: float, denominator: float) -> str:
    if pd.isna(numerator):
        return "none"
    return part(numerator) if pd.isna(denominator) else f"{part(numerator)} of {part(denominator)}"


def tabulate_evidence(
    evidence: pd.DataFrame, caption: Caption, name: str = "evidence"
) -> tuple[Exhibit, ...]:
    """Show what council papers said of a rate beside what was published for that year.

    `evidence` has a row a statement: `statement, title, as_at`, `claimed` in `unit` (missing where
    the paper used words alone), `period`, `published, lower, upper, neighbours_pooled` in per cent,
    `difference_pp`, `neighbour_model, verdict` and `status`. Months that a paper happened to quote
    are not a series, so nothing is drawn.

    Returns:
        One exhibit, or none where no statement is held.
    """
    if evidence.empty:
        return ()
    shown = _beside_published(evidence)
    parts = asdict(caption) | {
        "unit": "%",
        "geography": f"{area_of(caption)}; statistical neighbours of the model named in each row",
        "period": "as dated in each row",
        "source": "; ".join([*dict.fromkeys(evidence["title"]), caption.source]),
    }
    notes = (
        "Months that papers happened to quote are not a series, and are not drawn as one.",
        "A month or part of a year may differ from a whole year without either being wrong.",
        *legend(shown),
    )
    title = "What council papers said, beside the published year"
    return (Exhibit(name=name, title=title, **parts, table=evidence, shown=shown, notes=notes),)


def _beside_published(evidence: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "What the paper said": evidence["statement"],
            "As at": [day(date) for date in evidence["as_at"]],
            "Figure (%)": [_claimed(v, u) for v, u in evidence[["claimed", "unit"]].to_numpy()],
            "Published for": [
                "no data" if pd.isna(period) else str(period).removesuffix(".0")
                for period in evidence["period"]
            ],
            "Published rate (%)": [
                cell(value, status, "percent")
                for value, status in evidence[["published", "status"]].to_numpy()
            ],
            "95% interval (%)": [
                limits(low, high, "percent", "no data")
                for low, high in evidence[["lower", "upper"]].to_numpy()
            ],
            "Claim less published (percentage points)": [
                "not applicable" if pd.isna(apart) else plain(apart, 1) for apart in evidence["difference_pp"]
            ],
            "Neighbours pooled (%), by model": [
                "no data" if pd.isna(value) else f"{plain(value, 1)} ({model} model)"
                for value, model in evidence[["neighbours_pooled", "neighbour_model"]].to_numpy()
            ],
            "Beside its neighbours that year": [
                "no comparison" if pd.isna(verdict) or not verdict else verdict
                for verdict in evidence["verdict"]
            ],
        }
    )


def _claimed(value: float, unit: str) -> str:
    if pd.isna(value):
        return "none, in words"
    return plain(value, 1) if unit == "percent" else f"{part(value)} {unit}"
