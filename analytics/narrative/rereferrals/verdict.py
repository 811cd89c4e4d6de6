"""Is the area in line, by how much does it differ, and could chance give that?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.exhibits import Passage
from analytics.narrative.rereferrals.study import CHANCE, NO_COMPARISON, Rereferrals, answered
from analytics.narrative.rows import Row, alike, rows_by, rows_of
from analytics.words import listed, number, points, possessive, span


def verdict_sentence(study: Rereferrals) -> str:
    """Say whether the area is in line with its neighbours, and whether it differs by more than chance."""
    row = _from_neighbours(study)
    if row["verdict"] == NO_COMPARISON:
        return (
            f"Whether {study.area_name} is in line with similar authorities cannot be told from these "
            "figures."
        )
    by_chance, unusual = row["verdict"].endswith(CHANCE), row["verdict"].startswith("unusual")
    if by_chance and not unusual:
        return (
            f"{possessive(study.area_name)} rate is in line with similar authorities: the difference from "
            f"{together(study)} is {points(row['difference_pp'])} ({_limits(row)}), which cannot be told "
            "from none."
        )
    begins = f"{possessive(study.area_name)} rate is {_apart(row, together(study))}"
    if not unusual:
        return (
            f"{begins}, more than chance alone would give. It is still in line with them: they differ as "
            f"widely from each other. {_standing(study)}."
        )
    if by_chance:
        return (
            f"{begins}, further than they are from each other, but its own count is small enough for chance "
            "alone to give that."
        )
    return (
        f"{begins}, more than chance alone would give, and it is not in line with them: it is further from "
        f"them than they are from each other. {_standing(study)}."
    )


def _standing(study: Rereferrals) -> str:
    rates = [row["value"] for row in rows_of(study.neighbours, "used", "value") if row["used"]]
    own = _area(study)["value"]
    lower, higher = sum(rate < own for rate in rates), sum(rate > own for rate in rates)
    if lower == len(rates) or higher == len(rates):
        return f"All {len(rates)} neighbours have a {'lower' if lower else 'higher'} rate"
    same = len(rates) - lower - higher
    counted = [f"{lower} {'has' if lower == 1 else 'have'} a lower rate", f"{higher} a higher one"] + (
        [f"{same} the same"] if same else []
    )
    return f"Of the {len(rates)} neighbours {listed(counted)}"


def _area(study: Rereferrals) -> Row:
    return rows_by(study.position, "kind", "value", "status")["area"]


def _difference(study: Rereferrals, kind: str) -> Row:
    columns = ("difference_pp", "newcombe_lower", "newcombe_upper", "verdict")
    return rows_by(study.difference, "kind", *columns)[kind]


def _from_neighbours(study: Rereferrals) -> Row:
    return _difference(study, f"neighbours_{study.headline}")


def _limits(row: Row) -> str:
    return f"95% interval {span(row['newcombe_lower'], row['newcombe_upper'], 'points')}"


def _apart(row: Row, whom: str) -> str:
    """Say how far above or below, with the interval the same way round."""
    above = row["difference_pp"] > 0
    limits = [row["newcombe_lower"], row["newcombe_upper"]]
    ends = limits if above else [-limits[1], -limits[0]]
    return (
        f"{points(abs(row['difference_pp']))} {'above' if above else 'below'} {whom} "
        f"(95% interval {span(ends[0], ends[1], 'points')})"
    )


def together(study: Rereferrals) -> str:
    """Name the neighbours' average that the study speaks of."""
    return "its neighbours taken together" if study.headline == "pooled" else "the mean of its neighbours"


def change_sentence(study: Rereferrals) -> str:
    """Say how the rate moved from the year before, and whether by more than chance."""
    row = _difference(study, "year_before")
    if row["verdict"] == NO_COMPARISON:
        return (
            "The rate cannot be compared with the year before: one of the two is not published or not "
            "comparable."
        )
    rows = rows_of(study.trend, "kind", "period", "value")
    own = {row["period"]: row["value"] for row in rows if row["kind"] == "area"}
    before, now = own[study.year - 1], own[study.year]
    chance = (
        "no more than chance alone could give"
        if row["verdict"] == CHANCE
        else "more than chance alone would give"
    )
    return (
        f"The year before it was {number(before, 'percent')}; the change to {number(now, 'percent')} is "
        f"{points(row['difference_pp'])} ({_limits(row)}), {chance}."
    )


def describe_difference(study: Rereferrals) -> Passage:
    """Explain the two questions and answer them for each comparator."""
    rows = rows_of(study.difference, "kind", "comparator", "verdict", "status")
    made, not_made = (
        [row for row in rows if row["kind"] != "year_before" and (row["verdict"] == NO_COMPARISON) == none]
        for none in (False, True)
    )
    text = []
    if made:
        text.append(
            "Two questions are asked of each difference. Could chance alone give it, seeing how many were "
            "counted? And is the authority further from its peers than they are from each other? Only the "
            "second says that it is unusual: with large counts a small difference is soon more than chance. "
            "The authority is itself part of its region and of England; the intervals allow for that."
        )
    for (verdict,), some in alike(made, "verdict").items():
        text.append(f"Beside {_named(some)} the rate is {answered(verdict)}.")
    for (status,), some in alike(not_made, "status").items():
        text.append(f"No comparison can be made with {_named(some)}: {status}.")
    return Passage(tuple(text))


def _named(rows: list[Row]) -> str:
    shorter = {
        "neighbours_pooled": "its neighbours taken together",
        "neighbours_mean": "the mean of its neighbours",
    }
    return listed([str(shorter.get(row["kind"], row["comparator"])) for row in rows])


def describe_neighbours(study: Rereferrals) -> Passage:
    """Place the area in the range of its usable neighbours."""
    rows = rows_of(study.neighbours, "used", "value", "name")
    used = [row for row in rows if row["used"]]
    area = _area(study)
    if len(used) < 2:
        return Passage((f"There are too few figures to place {study.area_name} among its neighbours.",))
    order = np.argsort([row["value"] for row in used], kind="stable")
    low, high = used[order[0]], used[order[-1]]
    text = [
        f"The neighbours' own rates run from {span(low['value'], high['value'], 'percent')} ({low['name']} "
        f"to {high['name']})."
    ]
    own = area["value"]
    if pd.isna(own) or area["status"]:
        text.append(f"{study.area_name} has no comparable figure to place among them.")
    elif own > high["value"]:
        text.append(f"{study.area_name} is above every one of them.")
    elif own < low["value"]:
        text.append(f"{study.area_name} is below every one of them.")
    else:
        text.append(f"{study.area_name} lies within that range.")
    return Passage(tuple(text))
