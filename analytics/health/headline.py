"""What the questions share: the measures that papers are about, and figures with the names of their keys."""

from __future__ import annotations

import pandas as pd

from analytics.figures import Figures
from analytics.measures import dictionary, published

HEADLINE = (
    "agency_rate_fte",
    "caseload_fte",
    "vacancy_rate_fte",
    "turnover_rate_fte",
    "rereferral_percent",
    "repeat_plans_percent",
)
"""The rates that the three papers compare."""

AUTHORITIES = ("authority", "joint")


def held(figures: Figures) -> list[str]:
    """Name the published measures that have rows, in the order of the dictionary."""
    present = set(figures.table["measure"].unique())
    return [name for name in published() if name in present]


def publication(name: str) -> str:
    """Give the key of the publication of a measure."""
    return dictionary()[name].publication.key


def of_authorities(figures: Figures, rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of authorities and joint returns, `area` as plain text."""
    kinds = rows["area"].astype(str).map(figures.register["kind"])
    return rows[kinds.isin(AUTHORITIES)].astype({"area": str})
