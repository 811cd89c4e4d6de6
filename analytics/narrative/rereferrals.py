"""Sentences of the study of re-referrals."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from analytics.exhibits import Passage
from analytics.narrative.common import Headed, comparators_sentence, own_sentence
from analytics.words import number, points, span

MEASURE = "rereferral_percent"


class Rereferrals(Headed, Protocol):
    """What these sentences need of the study."""

    trend: pd.DataFrame
    difference: pd.DataFrame


def key_messages(study: Rereferrals) -> Passage:
    """Give the area's rate, its comparators, the difference from its neighbours and the change."""
    return Passage(
        (
            own_sentence(study, MEASURE),
            comparators_sentence(study, MEASURE),
            difference_sentence(study),
            change_sentence(study),
        ),
        kind="messages",
    )


def _difference(study: Rereferrals, kind: str) -> pd.Series | None:
    rows = study.difference[study.difference["kind"] == kind]
    return None if rows.empty else rows.iloc[0]


def _limits(row: pd.Series) -> str:
    return f"95% interval {span(row['lower'], row['upper'], 'points')}"


def difference_sentence(study: Rereferrals) -> str:
    """Say whether the difference from the neighbours is more than chance would give."""
    row = _difference(study, "neighbours_pooled")
    if row is None:
        return (
            f"Whether {study.area_name} is in line with similar authorities cannot be told from these "
            "figures."
        )
    if row["lower"] <= 0 <= row["upper"]:
        return (
            f"The difference from its neighbours taken together, {points(row['difference_pp'])} "
            f"({_limits(row)}), is no more than chance alone could give: it cannot be told from none."
        )
    side = "above" if row["difference_pp"] > 0 else "below"
    return (
        f"{study.area_name} is {points(abs(row['difference_pp']))} {side} its neighbours taken together "
        f"({_limits(row)}), more than chance alone would give. Whether that is unusual is another "
        f"question: {_standing(study)}."
    )


def _standing(study: Rereferrals) -> str:
    used = study.neighbours[study.neighbours["used"]]
    own = study.position.loc[study.position["kind"] == "area", "value"].iloc[0]
    return (
        f"of the {len(used)} neighbours {int((used['value'] < own).sum())} have a lower rate and "
        f"{int((used['value'] > own).sum())} a higher one"
    )


def change_sentence(study: Rereferrals) -> str:
    """Say how the rate moved from the year before, and whether by more than chance."""
    row = _difference(study, "year_before")
    if row is None:
        return (
            "The rate cannot be compared with the year before: one of the two is not published or not "
            "comparable."
        )
    before, now = (
        study.trend.query("kind == 'area' and period == @each")["value"].iloc[0]
        for each in (study.year - 1, study.year)
    )
    chance = (
        "no more than chance alone could give"
        if row["lower"] <= 0 <= row["upper"]
        else "more than chance alone would give"
    )
    return (
        f"The year before it was {number(before, 'percent')}; the change to {number(now, 'percent')} is "
        f"{points(row['difference_pp'])} ({_limits(row)}), {chance}."
    )


def describe_neighbours(study: Rereferrals) -> Passage:
    """Place the area in the range of its usable neighbours."""
    used = study.neighbours[study.neighbours["used"]].sort_values("value")
    area = study.position[study.position["kind"] == "area"].iloc[0]
    if len(used) < 2:
        return Passage((f"There are too few figures to place {study.area_name} among its neighbours.",))
    low, high = used.iloc[0], used.iloc[-1]
    said = [
        f"The neighbours' own rates run from {span(low['value'], high['value'], 'percent')} ({low['name']} "
        f"to {high['name']})."
    ]
    own = area["value"]
    if pd.isna(own) or area["status"]:
        said.append(f"{study.area_name} has no comparable figure to place among them.")
    elif own > high["value"]:
        said.append(f"{study.area_name} is above every one of them.")
    elif own < low["value"]:
        said.append(f"{study.area_name} is below every one of them.")
    else:
        said.append(f"{study.area_name} lies within that range.")
    return Passage(tuple(said))
