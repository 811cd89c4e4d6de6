"""Caseloads and agency share: do they go together within an authority?"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from analytics.exhibits import Finding
from analytics.figures import Figures
from analytics.methods.panel import first_differences, slope_of_changes
from analytics.studies import base
from analytics.studies.comparison import check_request
from analytics.studies.rates import TOO_SMALL

NAME = "caseloads"
QUESTION = "Do high agency use and high caseloads go together?"
MEASURES = ["caseload_fte", "agency_rate_fte", "agency_rate_headcount"]


@dataclass(frozen=True, kw_only=True)
class Study(base.Study):
    """The study of caseloads: the common tables, all authorities' changes, and their association."""

    changes: pd.DataFrame
    association: pd.DataFrame


def study(figures: Figures, area: str, year: int | None = None, neighbour_model: str = "2025") -> Study:
    """Put an area's caseload and agency rate beside others', and ask if they change together.

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
    changes = yearly_changes(figures, tables["year"])
    fitted = association(changes)
    tables["findings"] += _association_findings(fitted)
    return Study(name=NAME, question=QUESTION, changes=changes, association=fitted, **tables)


def authority_panel(figures: Figures, measures: list[str], until: int) -> pd.DataFrame:
    """Give measures of every authority or joint return for each period up to `until`.

    City of London and Isles of Scilly are left out; a return that continues an abolished one
    with the same footprint continues its series.

    Returns:
        `area, period` and a column a measure.
    """
    places = figures.register
    held = figures.wide[measures].reset_index()
    kinds = held["area"].map(places["kind"])
    held = held[
        kinds.isin(["authority", "joint"]) & ~held["area"].isin(TOO_SMALL) & (held["period"] <= until)
    ]
    continued = places[places["continues"] != ""]["continues"]
    return held.replace({"area": dict(zip(continued, continued.index, strict=True))}).reset_index(drop=True)


def yearly_changes(figures: Figures, until: int) -> pd.DataFrame:
    """Give every authority's change in agency rate and in caseload from one year to the next.

    Returns:
        `area, name, period` (the later year), `agency_rate_change_pp`, `caseload_change`, `status`.
    """
    panel = authority_panel(figures, ["agency_rate_fte", "caseload_fte"], until)
    changes = first_differences(panel, "area", "period", ["agency_rate_fte", "caseload_fte"])
    changes = changes.rename(
        columns={"agency_rate_fte": "agency_rate_change_pp", "caseload_fte": "caseload_change"}
    )
    changes.insert(1, "name", changes["area"].map(figures.register["name"]))
    return changes.assign(status="")


def association(changes: pd.DataFrame) -> pd.DataFrame:
    """Give the change in caseload that goes with 10 percentage points more agency.

    Returns:
        One row: `estimate, lower, upper, p_value, observations, units, method, status`; no row
        where there are no changes to learn from.
    """
    if changes.empty:
        return pd.DataFrame(
            columns=["estimate", "lower", "upper", "p_value", "observations", "units", "method", "status"]
        )
    tens = changes.assign(agency_tens=changes["agency_rate_change_pp"] / 10)
    slope = slope_of_changes(tens, "area", "period", "agency_tens", "caseload_change")
    return pd.DataFrame([asdict(slope)]).assign(status="")


def _association_findings(fitted: pd.DataFrame) -> tuple[Finding, ...]:
    unit = "cases per case holder for 10 percentage points more agency"
    return tuple(
        Finding(f"association_{part}", float(row[part]), unit)
        for row in fitted.to_dict("records")
        for part in ("estimate", "lower", "upper")
    )
