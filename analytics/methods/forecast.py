"""The plainest forecast: no change, with the spread of past changes around it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def past_changes(panel: pd.DataFrame, unit: str, time: str, value: str, horizon: int) -> pd.Series:
    """Give every change of `value` over `horizon` periods, within each unit.

    Args:
        panel: one row a unit and period.
        horizon: periods between the two ends of a change, 1 or more.
    """
    held = panel.dropna(subset=[value])[[unit, time, value]]
    earlier = held.assign(**{time: held[time] + horizon})
    pairs = held.merge(earlier, on=[unit, time], suffixes=("", "_before"))
    return pairs[value] - pairs[f"{value}_before"]


def persistence(
    panel: pd.DataFrame,
    unit: str,
    time: str,
    value: str,
    origin: int,
    last: float,
    horizons: Sequence[int],
    coverage: float,
) -> pd.DataFrame:
    """Forecast that the last value stays, with quantiles of all units' past changes around it.

    Only changes that ended at or before `origin` are used. The limits are the last value plus
    the lower and upper quantile of those changes (R type 7).

    Returns:
        `horizon, time, value, lower, upper, changes`, the last the number of past changes used.

    Raises:
        ValueError: there are fewer than twenty past changes over a horizon.
    """
    known = panel[panel[time] <= origin]
    rows = []
    for horizon in horizons:
        changes = past_changes(known, unit, time, value, horizon)
        if len(changes) < 20:
            raise ValueError(f"{len(changes)} past changes over {horizon} periods are too few for a spread")
        lower, upper = changes.quantile([(1 - coverage) / 2, (1 + coverage) / 2])
        rows.append((horizon, origin + horizon, last, last + lower, last + upper, len(changes)))
    return pd.DataFrame(rows, columns=["horizon", "time", "value", "lower", "upper", "changes"])
