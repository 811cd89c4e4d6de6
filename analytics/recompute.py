"""Every published rate, computed again from its published parts (METHODS.md A, the recompute check).

Parts and rates are rounded, so each is an interval, and a rate recomputes when its interval and
that of its parts overlap.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.measures import Measure, dictionary
from analytics.measures import published as published_measures

# How far a published figure may be from the figure before rounding, by unit.
HALF_WIDTHS = {"fte": 0.05, "days": 0.05, "people": 0.5, "count": 0.5}
RATE_HALF_WIDTH = 0.05
# Children in need counts of regions and England are published to the nearest ten.
ROUNDED_TO_TEN = 5.0
# Arithmetic in binary must not decide a case that is exactly on the edge.
TOLERANCE = 1e-9
RECOMPUTES, FAILS, NOT_CHECKED = "recomputes", "does not recompute", "a part is not published"
LEVELS = {
    "authority": "Local authority",
    "joint": "Local authority",
    "region": "Regional",
    "part": "Regional",
    "england": "National",
}


def working_days(year: int) -> int:
    """Count the working days in the year to 30 September: 253, or 254 with a 29 February.

    >>> working_days(2024), working_days(2025)
    (254, 253)
    """
    return 254 if calendar.isleap(year) else 253


def recompute_rates(figures: pd.DataFrame, kinds: dict[str, str]) -> pd.DataFrame:
    """Compute again every published rate of `figures`; `kinds` maps an area to its kind.

    Returns:
        A row for each rate published as a number: `publication, measure, level, area, period,
        published, lower, upper, outcome`. `lower` and `upper` are what its parts allow, in the
        rate's unit; they are missing where a part is not published.
    """
    wide = figures.pivot(index=["area", "period"], columns="measure", values="value")
    # A measure that is not held is one that was not published.
    wide = wide.set_axis(wide.columns.astype(str), axis=1).reindex(columns=published_measures())
    areas, years = (wide.index.get_level_values(name) for name in ("area", "period"))
    levels = pd.Categorical(areas.astype(str).map(kinds).map(LEVELS))
    rates = [entry for entry in dictionary().values() if entry.denominator and not entry.derived]
    bounds = [_bounds(rate, wide, np.asarray(levels != "Local authority")) for rate in rates]
    lower, upper = (np.concatenate(side) for side in zip(*bounds, strict=True))
    published = np.concatenate([wide[rate.name].to_numpy() for rate in rates])
    table = pd.DataFrame({"published": published, "lower": lower, "upper": upper})
    table["outcome"] = _outcomes(published, lower, upper)
    cells = np.flatnonzero(~np.isnan(published))
    rate, row = np.divmod(cells, len(wide))
    return table.take(cells).assign(
        publication=pd.Categorical([entry.publication.key for entry in rates]).take(rate),
        measure=pd.Categorical([entry.name for entry in rates]).take(rate),
        level=levels.take(row),
        area=areas.take(row),
        period=years.take(row),
    )


def _outcomes(published: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> pd.Categorical:
    """Say of each rate whether its interval and that of its parts overlap."""
    margin = RATE_HALF_WIDTH + TOLERANCE
    overlap = (lower <= published + margin) & (upper >= published - margin)
    codes = np.where(overlap, 0, np.where(np.isnan(lower), 2, 1))
    return pd.Categorical.from_codes(codes, [RECOMPUTES, FAILS, NOT_CHECKED])


def _bounds(rate: Measure, wide: pd.DataFrame, aggregate: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the least and the greatest rate that its parts allow before rounding."""
    others = [name for name in rate.denominator if name not in rate.numerator]
    low, high = _sum(rate.numerator, wide, aggregate)
    others_low, others_high = _sum(others, wide, aggregate)
    factor = np.full(len(wide), rate.scale)
    if rate.working_days:
        factor /= [working_days(year) for year in wide.index.get_level_values("period")]
    with np.errstate(divide="ignore"):
        if len(others) < len(rate.denominator):
            # The numerator is part of the denominator and moves with it: n / (n + others).
            return factor * low / (low + others_high), factor * high / (high + others_low)
        return factor * low / others_high, factor * high / others_low


def _sum(names: Sequence[str], wide: pd.DataFrame, aggregate: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Add measures, at the least and at the most that each was before rounding."""
    parts = [(wide[name].to_numpy(), _half_width(dictionary()[name], aggregate)) for name in names]
    least = sum((np.maximum(value - half, 0.0) for value, half in parts), np.zeros(len(wide)))
    return least, sum((value + half for value, half in parts), np.zeros(len(wide)))


def _half_width(part: Measure, aggregate: np.ndarray) -> np.ndarray:
    to_ten = (part.publication.key == "cin") & (part.unit == "count") & aggregate
    return np.where(to_ten, ROUNDED_TO_TEN, HALF_WIDTHS[part.unit])
