"""What a forecast is made from: each unit at each time, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

FOLDS = 10
"""Units are put in this many folds, so that a unit's own outcomes do not decide its own check."""


def cases(
    panel: pd.DataFrame,
    unit: str,
    time: str,
    value: str,
    *,
    group: str,
    size: str,
    horizon: int,
    beside: Sequence[str] = (),
) -> pd.DataFrame:
    """Give a row for each unit and time that has a value: what was known then, and the outcome.

    Args:
        panel: a row for each unit and time; times are numbers one apart.
        unit: column of units.
        time: column of times.
        value: column of what is to be forecast.
        group: column of the group that a unit belongs to.
        size: column of a unit's size, above zero.
        horizon: how many times ahead, 1 or more.
        beside: columns of what else was known.

    Returns:
        `unit, time, last` (the value), `own` (mean of the unit's values so far), `group` (mean
        of its group then), `overall` (mean of all units then), `trend` (where a line through the unit's
        values so far would come to, its last value where there are fewer than three), `size`, the
        columns `beside`, `fold`, the same for all rows of a unit, and `target`, missing where it is not
        yet known. In order of time and unit.

    Raises:
        ValueError: a horizon below one, or two rows of a unit for one time.
    """
    if horizon < 1:
        raise ValueError(f"a horizon is one or more; this is {horizon}")
    held = panel.dropna(subset=[value]).astype({value: float}).sort_values([unit, time])
    if held.duplicated([unit, time]).any():
        raise ValueError("a panel has one row for each unit and time; here are two")
    by_unit = held.groupby(unit)[value]
    table = pd.DataFrame(
        {
            "unit": held[unit],
            "time": held[time],
            "last": held[value],
            "own": by_unit.expanding().mean().droplevel(0),
            "group": held.groupby([group, time])[value].transform("mean"),
            "overall": held.groupby(time)[value].transform("mean"),
            "trend": _trend(held, unit, time, value, horizon),
            "size": held[size].astype(float),
            **{name: held[name].astype(float) for name in beside},
        }
    )
    table["fold"] = pd.factorize(table["unit"], sort=True)[0] % FOLDS
    later = table[["unit", "time", "last"]].rename(columns={"last": "target"})
    later["time"] -= horizon
    table = table.merge(later, on=["unit", "time"], how="left")
    return table.sort_values(["time", "unit"], ignore_index=True)


def _trend(held: pd.DataFrame, unit: str, time: str, value: str, horizon: int) -> pd.Series:
    """Extend the least-squares line through each unit's values so far, where there are three or more."""
    t, y = held[time].astype(float), held[value]
    sums = pd.DataFrame({"n": 1.0, "t": t, "y": y, "tt": t * t, "ty": t * y}).groupby(held[unit]).cumsum()
    spare = sums["n"] * sums["tt"] - sums["t"] ** 2
    slope = (sums["n"] * sums["ty"] - sums["t"] * sums["y"]) / spare.where(sums["n"] >= 3)
    line = sums["y"] / sums["n"] + slope * (t + horizon - sums["t"] / sums["n"])
    return pd.Series(np.where(slope.notna(), line, y), index=held.index)
