"""Yearly changes of two measures against each other, one dot an authority and year."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd
import seaborn as sns

from analytics.charts import theme
from analytics.exhibits import Caption, Exhibit
from analytics.words import plain

EVERY_AUTHORITY = "every authority but City of London and Isles of Scilly, which are too small"


def plot_changes(
    changes: pd.DataFrame, association: pd.DataFrame, area: str, area_name: str, caption: Caption,
    name: str = "changes",
) -> Exhibit:  # fmt: skip
    """Draw every authority's yearly change in agency rate against that in caseload.

    The area's own years are marked; the line is the association fitted over all, drawn with its
    95% limits through the middle of the changes.
    """
    parts = asdict(caption) | {
        "measure": "Change in average caseload (FTE) and in agency rate (FTE) from one year to the next",
        "unit": "cases per case holder; percentage points",
        "geography": EVERY_AUTHORITY,
    }
    if changes.empty:
        shown = pd.DataFrame({"Change": ["no earlier year is held"]})
        return Exhibit(name=name, title="No earlier year to compare", **parts, table=changes, shown=shown)
    parts["period"] = f"changes to 30 September {changes['period'].min()} to {changes['period'].max()}"
    title, alt = (
        f"{area_name} among {len(changes):,} yearly changes",
        _alt(changes, association, area, area_name),
    )
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=4.6)
        own = changes["area"] == area
        sns.scatterplot(
            changes[~own], x="agency_rate_change_pp", y="caseload_change", ax=axes,
            color=theme.OTHERS, edgecolor="#8A8F92", linewidth=0.4, s=22, label="Other authorities",
        )  # fmt: skip
        sns.scatterplot(
            changes[own], x="agency_rate_change_pp", y="caseload_change", ax=axes,
            color=theme.FOCUS, marker="D", s=48, label=area_name,
        )  # fmt: skip
        for fit in association.to_dict("records"):
            ends = changes["agency_rate_change_pp"].quantile([0.01, 0.99])
            x = np.linspace(float(ends.iloc[0]), float(ends.iloc[1]), 50)
            middle = changes["caseload_change"].mean()
            from_middle = (x - changes["agency_rate_change_pp"].mean()) / 10
            axes.plot(
                x, middle + fit["estimate"] * from_middle, color=theme.CATEGORIES[2], label="Association"
            )
            limits = [middle + fit[side] * from_middle for side in ("lower", "upper")]
            axes.fill_between(
                x, *limits, color=theme.CATEGORIES[2], alpha=0.18, linewidth=0, label="95% interval"
            )
        axes.axhline(0, color="#6F777B", linewidth=0.8)
        axes.axvline(0, color="#6F777B", linewidth=0.8)
        axes.set_xlabel("Change in agency rate on the year before (percentage points)")
        axes.set_ylabel("Change in caseload (cases)")
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
        svg = theme.to_svg(figure, name, title, alt)
    shown = _shown(changes[own])
    return Exhibit(name=name, title=title, **parts, table=changes, shown=shown, svg=svg, alt=alt)


def _title(association: pd.DataFrame) -> str:
    if association["lower"].iloc[0] <= 0 <= association["upper"].iloc[0]:
        return "No clear link between changes in agency use and caseload"
    rises = association["estimate"].iloc[0] > 0
    return f"Caseload tends to {'rise' if rises else 'fall'} in years when agency use rises"


def _alt(changes: pd.DataFrame, association: pd.DataFrame, area: str, area_name: str) -> str:
    own = changes[changes["area"] == area]
    many = f"{changes['area'].nunique()} authorities past and present"
    said = [f"Scatter of {len(changes):,} yearly changes in {many}."]
    for fit in association.to_dict("records"):
        said += [
            f"For 10 percentage points more agency, caseload differs by {plain(fit['estimate'], 2)} cases, "
            f"95% interval {plain(fit['lower'], 2)} to {plain(fit['upper'], 2)}."
        ]
    said += [
        f"{area_name}, {row['period']}: agency {plain(row['agency_rate_change_pp'], 1)} points, "
        f"caseload {plain(row['caseload_change'], 1)}."
        for row in own.to_dict("records")
    ]
    return " ".join(said)


def _shown(own: pd.DataFrame) -> pd.DataFrame:
    """List the area's own changes."""
    if own.empty:
        return pd.DataFrame(
            {"Own change to": ["this authority is not among those drawn, or has no two years that follow"]}
        )
    return pd.DataFrame(
        {
            "Own change to": own["period"].astype(str),
            "Agency rate (percentage points)": [plain(change, 1) for change in own["agency_rate_change_pp"]],
            "Caseload (cases)": [plain(change, 1) for change in own["caseload_change"]],
        }
    )


def tabulate_association(association: pd.DataFrame, caption: Caption, name: str = "association") -> Exhibit:
    """Show the change in caseload that goes with 10 percentage points more agency, with its limits."""
    shown = pd.DataFrame({"Authorities": ["no earlier year is held"]})
    if len(association):
        shown = pd.DataFrame(
            {
                "Authorities, past and present": [f"{count:,}" for count in association["units"]],
                "Yearly changes": [f"{count:,}" for count in association["observations"]],
                "Caseload for 10 points more agency (cases)": [
                    plain(each, 2) for each in association["estimate"]
                ],
                "95% interval (cases)": [
                    f"{plain(low, 2)} to {plain(high, 2)}"
                    for low, high in association[["lower", "upper"]].to_numpy()
                ],
                "How it was found": association["method"],
            }
        )
    parts = asdict(caption) | {
        "measure": "Change in average caseload that goes with 10 percentage points more agency",
        "unit": "cases per case holder",
        "geography": EVERY_AUTHORITY,
        "period": "yearly changes to the date of this paper",
    }
    title = _title(association) if len(association) else "No earlier year to compare"
    return Exhibit(name=name, title=title, **parts, table=association, shown=shown)
