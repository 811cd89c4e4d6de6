"""How the rate has moved, what moved beside it, and what was said of it at the time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.exhibits import Passage
from analytics.measures import measure
from analytics.narrative.common import when
from analytics.narrative.rereferrals.study import NO_COMPARISON, Rereferrals, answered
from analytics.narrative.rereferrals.verdict import together
from analytics.narrative.rows import rows_of
from analytics.words import listed, number, possessive, reason, said


def describe_trend(study: Rereferrals) -> Passage:
    """Say over which years the area can be followed, and on which side of its neighbours it stood."""
    rows = rows_of(study.trend, "kind", "period", "value", "status")
    own, average = (
        {row["period"]: row["value"] for row in rows if row["kind"] == kind and pd.notna(row["value"])}
        for kind in ("area", f"neighbours_{study.headline}")
    )
    if not own:
        return Passage((f"No comparable figure of {study.area_name} was published in these years.",))
    low, high = (ends(sorted(own), key=own.__getitem__) for ends in (min, max))
    where = f"in {low}, the only year in which" if len(own) == 1 else "wherever"
    whose = possessive(study.area_name)
    text = [
        f"{whose} rate was highest in {high} ({number(own[high], 'percent')}) and lowest in "
        f"{low} ({number(own[low], 'percent')})."
        if own[high] > own[low]
        else f"{whose} rate was {number(own[low], 'percent')} {where} it can be compared."
    ]
    both = own.keys() & average.keys()
    if len(both) > 1:
        above = sum(own[year] > average[year] for year in both)
        text.append(
            f"Of the {len(both)} years in which the two can be compared, it was above {together(study)} in "
            f"{above or 'none'}."
        )
    outside = [str(row["period"]) for row in rows if row["kind"] == "area" and row["status"] != ""]
    if outside:
        text.append(f"Left out of the line: {listed(outside)}, for the reason in the table.")
    return Passage(tuple(text))


def describe_front_door(study: Rereferrals) -> Passage:
    """Say why these measures move the rate, and how the area's moved from the year before."""
    text = [study.subject.because]
    rows = rows_of(study.front_door, "kind", "measure", "period", "value")
    own = {(row["measure"], row["period"]): row["value"] for row in rows if row["kind"] == "area"}
    moved = []
    for name in study.subject.context[1:]:
        entry = measure(name)
        before, now = (own.get((name, year), np.nan) for year in (study.year - 1, study.year))
        if pd.notna(before) and pd.notna(now):
            moved.append(
                f"the {_lower(entry.short)} went from {number(before, entry.unit)} to {said(now, entry.unit)}"
            )
    if moved:
        text.append(f"{when(study.subject.measure, study.year)}, against the year before, {listed(moved)}.")
    return Passage(tuple(text))


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def describe_evidence(study: Rereferrals) -> Passage:
    """Hold what council papers said against the published years, or say that none is held."""
    short = study.subject.measure.short.lower()
    if study.evidence.empty:
        return Passage((f"No council paper of {study.area_name} that quotes its {short} is held here.",))
    text = []
    for _, rows in study.evidence.groupby(["period", "neighbour_model"], sort=False):
        text += _against_the_year(rows)
    text.append("Single months are not a series: they cannot show whether a rate rose or fell.")
    return Passage(tuple(text))


def _against_the_year(rows: pd.DataFrame) -> list[str]:
    """Set what was said in one year beside what was published for it."""
    first = rows.iloc[0]
    published = (
        f"the published rate was {number(first['published'], 'percent')}"
        if pd.notna(first["published"])
        else f"no rate was published ({reason(first['status'])})"
    )
    quoted = [number(claimed, "percent") for claimed in rows["claimed"].dropna()]
    in_words = rows.loc[rows["claimed"].isna(), "statement"]
    said_then = [f"quoted {listed(quoted)}"] if quoted else []
    said_then += [f"said “{statement}”" for statement in in_words]
    text = [f"In the {first['period']} {published}; council papers {listed(said_then)} in the course of it."]
    if first["verdict"] != NO_COMPARISON:
        text.append(
            f"Its neighbours of the {first['neighbour_model']} model came to "
            f"{number(first['neighbours_pooled'], 'percent')} together that year: beside them the published "
            f"rate was {answered(first['verdict'])}."
        )
    return text
