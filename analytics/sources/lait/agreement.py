"""Where the tool and the department's own files hold the same figure: whether they say the same."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.figures import Figures
from analytics.sources.lait.dictionary import beside

AGREES, DIFFERS = "agrees", "differs"
TOOL_ONLY, DEPARTMENT_ONLY = "only the tool has a figure", "only the department has a figure"
COLUMNS = ["measure", "lait_measure", "area", "name", "period", "published", "status", "lait"]
COLUMNS += ["difference", "outcome"]


def agreement(figures: Figures) -> pd.DataFrame:
    """Compare each measure of `beside.yml` that the tool says of the same with the department's own figures.

    Both members of a joint return have its figures in the tool: each is compared with the return.
    Two figures agree where they are one at the decimals of the coarser.

    Returns:
        `measure, lait_measure, area, name, period, published, status, lait, difference, outcome`: a
        row for each measure, area and year for which either has a figure, `status` being the symbol
        in the department's file and `difference` the tool's figure less the department's.

    Raises:
        InputError: the tool's tables are not held.
    """
    parts = [_compared(figures, theirs, ours) for theirs, ours in beside()["same_as"].items()]
    both = pd.concat(parts, ignore_index=True)
    return both.assign(name=both["area"].map(figures.register["name"]))[COLUMNS]


def _compared(figures: Figures, theirs: str, ours: str) -> pd.DataFrame:
    key = ["area", "period"]
    published = _by_member(figures, ours).rename(columns={"value": "published"})
    lait = figures.of_measure(theirs)[[*key, "value"]].astype({"area": str}).rename(columns={"value": "lait"})
    both = published.merge(lait, on=key, how="outer", validate="one_to_one").sort_values(key)
    both = both[both["published"].notna() | both["lait"].notna()]
    decimals = figures.measures.loc[[theirs, ours], "decimals"].min()
    difference = both["lait"] - both["published"]
    outcome = np.select(
        # Half a unit of the last decimal, and a little for what a float is off it.
        [both["published"].isna(), both["lait"].isna(), difference.abs() < 0.5001 * 10.0**-decimals],
        [TOOL_ONLY, DEPARTMENT_ONLY, AGREES],
        DIFFERS,
    )
    return both.assign(
        measure=ours,
        lait_measure=theirs,
        status=both["status"].fillna(""),
        difference=difference,
        outcome=outcome,
    )


def _by_member(figures: Figures, measure: str) -> pd.DataFrame:
    """Give the department's figures, those of a joint return under each of its members."""
    rows = figures.of_measure(measure)[["area", "period", "value", "status"]]
    rows = rows.astype({"area": str, "status": str})
    members = figures.joint_returns
    joint = [rows[rows["area"] == key].assign(area=member) for member, key in members.items()]
    return pd.concat([rows[~rows["area"].isin(members.values())], *joint], ignore_index=True)
