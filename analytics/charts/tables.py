"""Tables as a reader sees them: words in every cell, units in the headers."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS, Measure, measure
from analytics.words import bare_span, cell, day_in_words, legend, listed, number, plain

OTHERS = {"neighbours_pooled": "its neighbours'", "year_before": "the year before's"}


def tabulate_position(position: pd.DataFrame, caption: Caption, name: str = "position") -> Exhibit:
    """Show an area beside its neighbours, region and England, for one measure or several."""
    measures = list(dict.fromkeys(position["measure"]))
    entry = measure(measures[0])
    rows = position[position["measure"] == entry.name].set_index("kind")
    area, england = rows.loc["area"], rows.loc["england"]
    title = f"{area['comparator']}: no {entry.short.lower()} was published"
    if pd.notna(area["value"]):
        comparable = area["status"] in ("", "low")
        figure = number(area["value"], entry.unit) if comparable else "not comparable this year"
        title = f"{area['comparator']}: {entry.short.lower()} {figure}"
    if pd.notna(england["value"]):
        title += f", England {number(england['value'], entry.unit)}"
    shown = _one_measure(position, entry) if len(measures) == 1 else _side_by_side(position, measures)
    return Exhibit(
        name=name, title=title, **asdict(caption), table=position, shown=shown, notes=legend(shown)
    )


def _one_measure(position: pd.DataFrame, entry: Measure) -> pd.DataFrame:
    """Lay one measure out with its interval, its parts and the authorities behind it."""
    return pd.DataFrame(
        {
            "Comparator": position["comparator"],
            f"Value ({UNIT_WORDS[entry.unit]})": _values(position, entry),
            "95% interval": [
                "not applicable" if pd.isna(low) else bare_span(low, high, entry.unit)
                for low, high in position[["lower", "upper"]].to_numpy()
            ],
            "Numerator": [_part(part) for part in position["numerator"]],
            "Denominator": [_part(part) for part in position["denominator"]],
            "Authorities used": [
                _used(used, missing) for used, missing in position[["areas_used", "areas_missing"]].to_numpy()
            ],
        }
    )


def _side_by_side(position: pd.DataFrame, measures: list[str]) -> pd.DataFrame:
    """Lay several measures out in a column each, counts and interval behind the value that has them."""
    columns: dict[str, list[str]] = {
        "Comparator": list(position.loc[position["measure"] == measures[0], "comparator"])
    }
    for name in measures:
        entry, rows = measure(name), position[position["measure"] == name]
        columns[f"{entry.short} ({UNIT_WORDS[entry.unit]})"] = _values(rows, entry)
        if rows["lower"].notna().any():
            columns[f"{entry.short}, counts"] = [
                "not applicable" if pd.isna(part) else f"{_part(part)} of {_part(whole)}"
                for part, whole in rows[["numerator", "denominator"]].to_numpy()
            ]
            columns[f"{entry.short}, 95% interval"] = [
                "not applicable" if pd.isna(low) else bare_span(low, high, entry.unit)
                for low, high in rows[["lower", "upper"]].to_numpy()
            ]
    return pd.DataFrame(columns)


def _values(rows: pd.DataFrame, entry: Measure) -> list[str]:
    return [cell(value, status, entry.unit) for value, status in rows[["value", "status"]].to_numpy()]


def tabulate_difference(difference: pd.DataFrame, caption: Caption, name: str = "difference") -> Exhibit:
    """Show the area's rate less others', in percentage points, with the limits that chance allows."""
    shown = pd.DataFrame(
        {
            "Area less": difference["comparator"],
            "Difference (percentage points)": [plain(value, 1) for value in difference["difference_pp"]],
            "95% interval (percentage points)": [
                bare_span(low, high, "points") for low, high in difference[["lower", "upper"]].to_numpy()
            ],
            "More than chance alone would give": [
                "no" if low <= 0 <= high else "yes" for low, high in difference[["lower", "upper"]].to_numpy()
            ],
        }
    )
    if shown.empty:
        shown = pd.DataFrame({"Area less": ["no comparison can be made"]})
    told = [
        OTHERS[kind]
        for kind, low, high in difference[["kind", "lower", "upper"]].to_numpy()
        if not low <= 0 <= high
    ]
    title = "No difference that can be told from chance"
    if told:
        title = f"The rate differs from {listed(told)} by more than chance"
    elif difference.empty:
        title = "No comparison can be made"
    parts = asdict(caption) | {
        "measure": f"Difference in {caption.measure.lower()}",
        "unit": "percentage points",
    }
    return Exhibit(name=name, title=title, **parts, table=difference, shown=shown)


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
            "As at": [_day(day) for day in pipeline["as_at"]],
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
    sources = "; ".join(dict.fromkeys(f"{t}, {_day(d)}" for t, d in pipeline[["title", "dated"]].to_numpy()))
    parts = asdict(caption) | {
        "measure": "What council papers said of international recruits and agency share",
        "unit": _units(pipeline["unit"]) or "none",
        "period": "as dated in each row",
        "source": sources or "no council paper is held",
    }
    title = (
        "What council papers said of international recruits" if len(pipeline) else "No council paper is held"
    )
    return Exhibit(name=name, title=title, **parts, table=pipeline, shown=shown)


def _units(units: pd.Series) -> str:
    return ", ".join(dict.fromkeys(units.map(UNIT_WORDS)))


def _used(used: object, missing: str) -> str:
    """Say how many authorities are behind a row, of how many."""
    if pd.isna(used):
        return "as published"
    every = int(str(used)) + len(missing.split("; ") if missing else [])
    return f"{used} of {every}" if every else "none"


def _part(value: object) -> str:
    return "not applicable" if pd.isna(value) else f"{value:,.1f}".removesuffix(".0")


def _quoted(numerator: float, denominator: float) -> str:
    if pd.isna(numerator):
        return "none"
    return _part(numerator) if pd.isna(denominator) else f"{_part(numerator)} of {_part(denominator)}"


def _day(day: object) -> str:
    return "not dated" if pd.isna(day) else day_in_words(pd.Timestamp(day))
