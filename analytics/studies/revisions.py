"""Two releases of one table side by side: which figures were revised, how much, and which matter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.measures import dictionary

KEY = ["measure", "period", "area"]
SAME, REVISED = "the same", "revised"
TO_SYMBOL, TO_FIGURE, OTHER_SYMBOL = "became a symbol", "became a figure", "another symbol"
ONLY_OLD, ONLY_NEW = "no longer there", "not there before"
KINDS = (SAME, REVISED, TO_SYMBOL, TO_FIGURE, OTHER_SYMBOL, ONLY_OLD, ONLY_NEW)

# From which change on a reader of a paper would see another picture. A rate by its points, as rates are
# read; everything counted by its share, since one worker more is much in Rutland and nothing in Kent,
# but by no fewer than five.
POINTS = {"percent": 1.0, "cases": 1.0}
SHARE, LEAST = 0.05, 5.0


@dataclass(frozen=True)
class Revisions:
    """What changed between two releases, over the years and measures that both have.

    Attributes:
        changed: a row for each figure that differs: `measure, period, area, old, old_status, new,
            new_status, change, kind, matters`, in the measure's unit.
        counts: a row for each measure and year: how many figures are of each kind, how many changes
            matter, and the largest revision (`largest`, in the measure's unit) with its `largest_area`.
        new_areas, gone_areas: areas with a row in one release and none in the other, in these years.
        new_years, gone_years: years that only the newer, or only the older, release has.
        new_measures, gone_measures: the same of measures.
    """

    changed: pd.DataFrame
    counts: pd.DataFrame
    new_areas: list[str]
    gone_areas: list[str]
    new_years: list[int]
    gone_years: list[int]
    new_measures: list[str]
    gone_measures: list[str]


def compare_releases(old: pd.DataFrame, new: pd.DataFrame) -> Revisions:
    """Compare two releases of one table, each with `area, period, measure, value, status`."""
    old, new = (table.astype({"area": str, "measure": str, "status": str}) for table in (old, new))
    both = {name: set(old[name]) & set(new[name]) for name in ("period", "measure")}
    then, now = (
        table[table["period"].isin(both["period"]) & table["measure"].isin(both["measure"])]
        for table in (old, new)
    )
    pairs = _pairs(then, now)
    return Revisions(
        changed=pairs[pairs["kind"] != SAME].reset_index(drop=True),
        counts=_counts(pairs),
        new_areas=sorted(set(now["area"]) - set(then["area"])),
        gone_areas=sorted(set(then["area"]) - set(now["area"])),
        new_years=sorted(set(new["period"]) - both["period"]),
        gone_years=sorted(set(old["period"]) - both["period"]),
        new_measures=sorted(set(new["measure"]) - both["measure"]),
        gone_measures=sorted(set(old["measure"]) - both["measure"]),
    )


def _pairs(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Put the figures of two releases side by side, and say of each pair what became of it."""
    pairs = old[[*KEY, "value", "status"]].merge(
        new[[*KEY, "value", "status"]],
        how="outer",
        on=KEY,
        suffixes=("_old", "_new"),
        indicator=True,
    )
    pairs = pairs.rename(
        columns={
            "value_old": "old",
            "value_new": "new",
            "status_old": "old_status",
            "status_new": "new_status",
        }
    )
    pairs["change"] = (pairs["new"] - pairs["old"]).round(6)
    pairs["kind"] = _kinds(pairs)
    pairs["matters"] = _matters(pairs)
    columns = [*KEY, "old", "old_status", "new", "new_status", "change", "kind", "matters"]
    return pairs.sort_values(KEY, ignore_index=True)[columns]


def _kinds(pairs: pd.DataFrame) -> np.ndarray:
    """Say what became of each figure. A `low` is a symbol, whatever value stands for it."""
    was, now = pairs["old_status"].eq(""), pairs["new_status"].eq("")
    cases = {
        ONLY_OLD: pairs["_merge"] == "left_only",
        ONLY_NEW: pairs["_merge"] == "right_only",
        TO_SYMBOL: was & ~now,
        TO_FIGURE: ~was & now,
        OTHER_SYMBOL: ~was & ~now & (pairs["old_status"] != pairs["new_status"]),
        REVISED: was & now & pairs["change"].ne(0),
    }
    return np.select(list(cases.values()), list(cases), default=SAME)


def _matters(pairs: pd.DataFrame) -> pd.Series:
    """Say which changes a reader of a paper would see.

    They are those of a rate by a point or more, of a number by a twentieth of it and at least five,
    and every figure that came or went.
    """
    points = pairs["measure"].map({name: POINTS.get(entry.unit) for name, entry in dictionary().items()})
    least = points.fillna((SHARE * pairs["old"]).clip(lower=LEAST)).astype(float)
    far = pairs["change"].abs() >= least - 1e-9
    return far.where(pairs["kind"] == REVISED, ~pairs["kind"].isin([SAME, OTHER_SYMBOL]))


def _counts(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count the pairs of each kind by measure and year, and find the largest revision of each."""
    by = ["measure", "period"]
    kinds = pairs.groupby([*by, "kind"]).size().unstack(fill_value=0).reindex(columns=KINDS, fill_value=0)
    revised = pairs[pairs["kind"] == REVISED]
    largest = revised.loc[revised["change"].abs().groupby([revised[name] for name in by]).idxmax()]
    found = largest.set_index(by)[["change", "area"]].set_axis(["largest", "largest_area"], axis=1)
    matter = pairs.groupby(by)["matters"].sum()
    return kinds.assign(matters=matter).join(found).reset_index().rename_axis(columns=None)
