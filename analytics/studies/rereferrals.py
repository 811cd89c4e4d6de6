"""Re-referrals: is the rate in line with similar authorities, and how sure are we?"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analytics.exhibits import Finding
from analytics.figures import Figures
from analytics.methods.proportions import newcombe
from analytics.studies import base, comparison

NAME = "rereferrals"
QUESTION = "Are repeat referrals in line with similar authorities?"
MEASURE = "rereferral_percent"


@dataclass(frozen=True, kw_only=True)
class Study(base.Study):
    """The study of re-referrals: the common tables and the differences."""

    difference: pd.DataFrame


def study(figures: Figures, area: str, year: int | None = None, neighbour_model: str = "2025") -> Study:
    """Compare an area's re-referral rate with its statistical neighbours, region and England.

    Args:
        figures: the processed tables.
        area: what a person types for an authority.
        year: the year ending 31 March; the latest published where left out.
        neighbour_model: "2021" or "2025".

    Raises:
        InputError: the area, the year or the model cannot be used.
    """
    tables = base.common_tables(
        figures, area, year, neighbour_model, [MEASURE], "referrals to children's social care"
    )
    own = comparison.own_rows(figures, tables["area"], MEASURE)
    difference = differences(tables["position"], own, tables["year"])
    tables["findings"] += _difference_findings(difference)
    return Study(name=NAME, question=QUESTION, difference=difference, **tables)


def differences(position: pd.DataFrame, own: pd.DataFrame, year: int) -> pd.DataFrame:
    """Give the area's rate less its pooled neighbours' and less its own of the year before.

    In percentage points, with Newcombe's 95% limits, which allow for chance in both counts. A
    comparison is left out where either rate is missing or not comparable. `own` is what
    `comparison.own_rows` gives for the area.

    Returns:
        `comparator, kind, difference_pp, lower, upper, method, status`.
    """
    rows = position.set_index("kind")
    before = own[own["period"] == year - 1].assign(comparator="The year before")
    others = {"neighbours_pooled": rows.loc["neighbours_pooled"]}
    if len(before):
        others["year_before"] = before.iloc[0]
    found = [
        (other["comparator"], kind, *_newcombe_points(rows.loc["area"], other))
        for kind, other in others.items()
        if _comparable(rows.loc["area"]) and _comparable(other)
    ]
    columns = ["comparator", "kind", "difference_pp", "lower", "upper", "method"]
    return pd.DataFrame(found, columns=columns).assign(status="")


def _comparable(row: pd.Series) -> bool:
    return not row["status"] and row["denominator"] > 0


def _newcombe_points(one: pd.Series, two: pd.Series) -> tuple[float, float, float, str]:
    apart = newcombe(one["numerator"], one["denominator"], two["numerator"], two["denominator"])
    return 100 * float(apart.value), 100 * float(apart.lower), 100 * float(apart.upper), apart.method


def _difference_findings(difference: pd.DataFrame) -> tuple[Finding, ...]:
    return tuple(
        Finding(f"difference_from_{row['kind']}{suffix}", float(row[part]), "percentage points")
        for row in difference.to_dict("records")
        for part, suffix in (("difference_pp", ""), ("lower", "_lower"), ("upper", "_upper"))
    )
