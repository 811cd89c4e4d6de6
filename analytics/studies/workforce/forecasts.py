"""The forecast that carries a projection's level and spread: fitted on all authorities, once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.figures import Figures
from analytics.kept import kept
from analytics.methods.forecast import Combined, cases, combine
from analytics.studies.workforce.panel import workforce_panel

BOUNDS = {"agency_rate_fte": (0.0, 100.0), "caseload_fte": (0.0, np.inf)}
"""What is forecast, and what it cannot go below and above."""
BESIDE = ("vacancy_rate_fte", "turnover_rate_fte")
ENOUGH = 100
"""Past outcomes over a horizon that a forecast needs; one year of all authorities has about 148."""


@dataclass(frozen=True)
class Forecast:
    """A forecast of every authority with a figure: `areas` in the order of the rows of `told`."""

    areas: pd.Index
    told: Combined


def forecast_cases(figures: Figures, year: int, name: str, horizon: int) -> pd.DataFrame:
    """Give every authority's cases of a measure over a horizon, as known in a year (`methods.forecast`)."""
    panel = workforce_panel(figures, year)
    return cases(
        panel, "area", "period", name, group="region", size="size", horizon=horizon, beside=list(BESIDE)
    )


@kept
def forecast(figures: Figures, year: int, name: str, horizon: int) -> Forecast | None:
    """Forecast a measure of every authority some years after `year`, from what was published by then.

    Returns:
        None where there are too few past outcomes over so many years.
    """
    table = forecast_cases(figures, year, name, horizon)
    known, new = table.dropna(subset=["target"]), table[table["time"] == year]
    if len(known) < ENOUGH or new.empty:
        return None
    return Forecast(pd.Index(new["unit"]), combine(known, new, BESIDE, bounds=BOUNDS[name]))
