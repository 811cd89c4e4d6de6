"""A measure and the parts that it is made of: set beside each other, or worked out from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analytics.measures import Measure


def beside_parts(
    entry: Measure, rows: pd.DataFrame, wide: pd.DataFrame, continues: pd.Series
) -> pd.DataFrame:
    """Put the rows of a measure beside its parts, those of an abolished area under its heir as well.

    `wide` has the figures with a row for each area and period, a column a measure; `continues` names,
    by the heir's key, the area that it continues.

    Returns:
        `area, period, value, status, numerator, denominator`; a part is missing where any figure that
        it is the sum of is.
    """
    rows = rows[["area", "period", "value", "status"]]
    rows = rows.astype({"area": str, "status": str}).reset_index(drop=True)
    for part, names, lag in (
        ("numerator", entry.numerator, 0),
        ("denominator", entry.denominator, entry.denominator_lag),
    ):
        rows[part] = _sum_of_parts(wide, rows, names, lag)
    heirs = continues[continues != ""]
    earlier = [rows[rows["area"] == ended].assign(area=heir) for heir, ended in heirs.items()]
    return pd.concat([rows, *earlier], ignore_index=True).sort_values(["area", "period"], ignore_index=True)


def worked_out(entry: Measure, rows: pd.DataFrame, wide: pd.DataFrame) -> pd.DataFrame:
    """Work a measure out from its parts: a row wherever `rows`, those of its first part, have one.

    A figure with a part missing is missing, for the reason that the part is.
    """
    above = _sum_of_parts(wide, rows, entry.numerator, 0)
    below = _sum_of_parts(wide, rows, entry.denominator, entry.denominator_lag)
    value = entry.scale * above / np.where(below > 0, below, np.nan)
    status = rows["status"].astype(str)
    return rows.assign(
        measure=entry.name, value=value, status=status.mask(np.isnan(value) & (status == ""), "x")
    )


def _sum_of_parts(wide: pd.DataFrame, rows: pd.DataFrame, names: tuple[str, ...], lag: int) -> Any:
    """Add up the measures named, for each row's area and the period `lag` years before its own."""
    if not names:
        return np.nan
    keys = pd.MultiIndex.from_arrays([rows["area"], rows["period"] - lag])
    return wide[list(names)].reindex(keys).sum(axis=1, skipna=False).to_numpy()
