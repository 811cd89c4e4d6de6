"""How probable a target is, what it would take, and how often authorities that stood so high got there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.figures import Figures
from analytics.methods.proportions import wilson
from analytics.studies.workforce.panel import workforce_panel
from analytics.studies.workforce.projection import Outlook, Setting, month_day

TARGET = [
    "month", "date", "target", "probability", "starters_needed", "starters_lower", "starters_upper", "status",
]  # fmt: skip
BASE_RATE = [
    "years", "stood", "target", "band_lower", "band_upper", "n", "reached", "share", "lower", "upper",
    "status",
]  # fmt: skip
BAND = 5.0
"""Authorities within so many percentage points of a rate are taken to have stood as high."""


def target_table(setting: Setting, outlook: Outlook, target: float) -> pd.DataFrame:
    """Give the probability of an agency rate at or below a target in each month from the start.

    Beside it how many permanent starters more than foreseen, FTE in post on that day, would bring the
    rate to the target: with A agency and I permanent FTE, c the target and k the agency FTE that go
    for each, n = (A - c(A + I)) / (k(1 - c) + c), 0 where the rate is there already. Where agency
    grows so fast with each starter that none would do, a draw is left out.

    Returns:
        The columns of `TARGET`; `starters_lower` and `starters_upper` hold nine draws in ten.
    """
    chance = np.random.default_rng([setting.seed, 3])
    fit, share = setting.fit, target / 100
    answer = chance.normal(fit.response.estimate, fit.response.standard_error, setting.draws)
    rows = []
    for month in range(setting.offset, setting.months + 1):
        agency, stock = outlook.paths["agency_fte"][month], outlook.paths["inpost_fte"][month]
        each = answer * (1 - share) + share
        short = np.maximum(agency - share * (agency + stock), 0.0)
        needed = np.where(each > 0, short / np.where(each > 0, each, 1.0), np.nan)
        low, middle, high = np.nanquantile(needed, [0.05, 0.5, 0.95])
        probability = float(np.mean(outlook.paths["agency_rate_fte"][month] <= target))
        day = month_day(setting, month).isoformat()
        rows.append((month - setting.offset, day, target, probability, middle, low, high, ""))
    return pd.DataFrame(rows, columns=TARGET)


def base_rate(figures: Figures, year: int, stood: float, target: float) -> pd.DataFrame:
    """Count how many authorities that stood about as high were at the target one and two years later.

    Every authority and year up to `year`, as published by then, whose agency rate was within `BAND`
    points of `stood` and above the target; limits are Wilson's at 95%, which take each as on its own.

    Returns:
        The columns of `BASE_RATE`; no row where the rate is at the target already.
    """
    if stood <= target:
        return pd.DataFrame(columns=BASE_RATE)
    rates = workforce_panel(figures, year)[["area", "period", "agency_rate_fte"]].dropna()
    low, high = max(stood - BAND, target), stood + BAND
    there = rates[rates["agency_rate_fte"].between(low, high) & (rates["agency_rate_fte"] > target)]
    rows = []
    for years in (1, 2):
        later = rates.assign(period=rates["period"] - years)
        pairs = there.merge(later, on=["area", "period"], suffixes=("", "_later"))
        n, reached = len(pairs), int((pairs["agency_rate_fte_later"] <= target).sum())
        limits = [np.nan] * 3
        if n:
            found = wilson(np.array([reached]), np.array([n]))
            limits = [100 * reached / n, 100 * float(found.lower[0]), 100 * float(found.upper[0])]
        status = "" if n else "no authority has stood as high"
        rows.append((years, stood, target, low, high, n, reached, *limits, status))
    return pd.DataFrame(rows, columns=BASE_RATE)
