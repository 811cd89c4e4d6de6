"""Where the area stands among all authorities."""

from __future__ import annotations

import pandas as pd

from analytics.exhibits import Passage
from analytics.narrative.rereferrals.study import Rereferrals
from analytics.narrative.rows import area_row, rows_by
from analytics.words import number, plain, possessive


def describe_funnel(study: Rereferrals) -> Passage:
    """Say how many stand outside, how many once overdispersion is allowed for, and where the area does."""
    limits = rows_by(study.outliers, "limits", "authorities", "outside_998", "left_the_list", "phi")
    plainly, adjusted = limits["chance"], limits["additive"]
    text = [
        "If authorities differed by chance alone, about one in 500 would stand outside the 99.8% limits. Of "
        f"{plainly['authorities']}, {plainly['outside_998']} do."
    ]
    if adjusted["left_the_list"] > 0:
        text.append(
            "So authorities differ for more reasons than chance, and limits that know only chance single out "
            "too many: even with the furthest tenth at either end drawn in, the variance is "
            f"{plain(plainly['phi'], 1)} times what chance gives. Once that is allowed for, "
            f"{adjusted['left_the_list']} leave the list of outliers; on it then: {adjusted['outside_998']}."
        )
    own = area_row(study.funnel, "zone", "zone_adjusted")
    if own and own["zone"]:
        plain_zone, adjusted_zone = (_in_zone(own[zone]) for zone in ("zone", "zone_adjusted"))
        text.append(
            f"{study.area_name} is {plain_zone} of chance alone, and {adjusted_zone} that allow for the rest."
        )
    else:
        text.append(f"{study.area_name} has no comparable figure to place.")
    return Passage(tuple(text))


def _in_zone(zone: str) -> str:
    side, _, level = zone.partition(" ")
    return f"{side} the {level} limits" if level else "within the limits"


def describe_shrunken(study: Rereferrals) -> Passage:
    """Say what steadying does to the area's rate, and how far its rank can be trusted."""
    text = [
        "A rate that rests on few cases swings by chance, so each is drawn towards the national mean by as "
        "much as its count warrants, and ranked after that. A rank alone says more than is known; its "
        "interval says how much."
    ]
    own = area_row(study.shrunken, "value", "shrunken", "weight", "rank", "rank_lower", "rank_upper")
    if not own or pd.isna(own["rank"]):
        return Passage((*text, f"{study.area_name} has no comparable figure to rank."))
    ranked = study.shrunken["rank"].count()
    text.append(
        f"{possessive(study.area_name)} {number(own['value'], 'percent')} becomes "
        f"{number(own['shrunken'], 'percent')}: its own figures carry {plain(100 * own['weight'], 1)}% of "
        f"the weight. From the lowest, it ranks {int(own['rank'])} of {ranked}; anything from "
        f"{int(own['rank_lower'])} to {int(own['rank_upper'])} would be no surprise."
    )
    return Passage(tuple(text))
