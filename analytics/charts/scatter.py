"""Caseload against agency share: every authority in one year, and yearly changes of the two."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from analytics.charts import theme
from analytics.charts.cells import area_of
from analytics.charts.funnel import CALLED, DOTS
from analytics.charts.intervals import EVERY_AUTHORITY, why_none, written
from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS, measure
from analytics.words import legend, number, plain, reason, span

AGENCY, CASELOAD = "agency_rate_fte", "caseload_fte"
KINDS = {"area": 0, "neighbour": 1, "other": 2}
"""The order in which authorities are tabulated; they are drawn the other way about."""


def plot_scatter(scatter: pd.DataFrame, caption: Caption, name: str = "scatter") -> Exhibit:
    """Draw every authority's average caseload against its agency rate in one year.

    `scatter` has a row an authority: `name, kind` ("area", "neighbour" or "other"),
    `agency_rate_fte` in per cent, `caseload_fte` in cases per case holder, and `status`, which says
    why a figure is missing. One that lacks either is not drawn.
    """
    placed = scatter.dropna(subset=[AGENCY, CASELOAD])
    title, shown = _scatter_title(placed, area_of(caption)), _shown_scatter(scatter, placed)
    svg, alt, notes = "", "", legend(shown)
    if len(placed):
        alt, notes = _scatter_alt(scatter, placed), (*_scatter_notes(scatter, placed), *notes)
        svg = _draw_scatter(placed, name, title, alt)
    entries = [measure(AGENCY), measure(CASELOAD)]
    parts = asdict(caption) | {
        "measure": "; ".join(entry.title for entry in entries),
        "unit": "; ".join(UNIT_WORDS[entry.unit] for entry in entries),
        "geography": EVERY_AUTHORITY,
    }
    return Exhibit(name=name, title=title, **parts, table=scatter, shown=shown, svg=svg, alt=alt, notes=notes)


def _draw_scatter(placed: pd.DataFrame, name: str, title: str, alt: str) -> str:
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=4.6)
        draw_kinds(axes, placed, AGENCY, CASELOAD, above=CASELOAD)
        # A little less than none, so that the dots of those without agency workers are whole.
        axes.set_xlim(left=-0.02 * max(float(placed[AGENCY].max()), 1.0))
        axes.grid(visible=True, axis="x")
        axes.set_xlabel("Agency rate (FTE, %)")
        axes.set_title("Average caseload (cases per case holder)", pad=22)
        return theme.to_svg(figure, name, title, alt)


def draw_kinds(axes: Axes, placed: pd.DataFrame, x: str, y: str, above: str) -> None:
    """Draw each kind of authority at its `x` and `y` in its shape and colour, the area last.

    The area's name is written over the height in its column `above`.
    """
    for kind, (marker, size, colour, edge) in DOTS.items():
        rows = placed[placed["kind"] == kind]
        if len(rows):
            axes.plot(
                rows[x], rows[y], linestyle="none", marker=marker, markersize=size, color=colour,
                markeredgecolor=edge, markeredgewidth=0.5, label=CALLED.get(kind, "_area"),
            )  # fmt: skip
    for row in placed[placed["kind"] == "area"].to_dict("records"):
        axes.annotate(
            row["name"], (row[x], row[above]), xytext=(0, 9), textcoords="offset points", ha="center",
            fontweight="bold", color=theme.FOCUS, annotation_clip=False,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
        )  # fmt: skip
    if placed["kind"].isin(CALLED).any():
        axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 0.99), frameon=False, ncols=2, borderpad=0.2)


def area_and_neighbours(table: pd.DataFrame) -> pd.DataFrame:
    """Keep the area, then its neighbours in the order in which they stand."""
    return table[table["kind"] != "other"].sort_values(
        "kind", key=lambda kind: kind.map(KINDS), kind="stable", ignore_index=True
    )


def _both(row: dict[str, float]) -> str:
    """Write an authority's two figures.

    >>> _both({"agency_rate_fte": 24.2, "caseload_fte": 14.93})
    'agency rate 24.2%, caseload 14.9'
    """
    return f"agency rate {number(row[AGENCY], 'percent')}, caseload {number(row[CASELOAD], 'cases')}"


def _scatter_title(placed: pd.DataFrame, area: str) -> str:
    own = placed[placed["kind"] == "area"]
    if placed.empty:
        return "No authority has both figures"
    if own.empty:
        return f"{area} has no place among the {len(placed)} authorities with both figures"
    return f"{own['name'].iloc[0]}: {_both(own.to_dict('records')[0])}, among {len(placed)} authorities"


def _scatter_alt(scatter: pd.DataFrame, placed: pd.DataFrame) -> str:
    ends = {one: span(placed[one].min(), placed[one].max(), measure(one).unit) for one in (AGENCY, CASELOAD)}
    said = [
        f"Scatter of average caseload against agency rate, {len(placed)} authorities. "
        f"Agency rates run from {ends[AGENCY]}, caseloads from {ends[CASELOAD]}."
    ]
    for row in area_and_neighbours(scatter).to_dict("records"):
        if pd.isna([row[AGENCY], row[CASELOAD]]).any():
            said.append(f"{row['name']} is not drawn: {reason(row['status'])}.")
        else:
            said.append(f"{row['name']}: {_both(row)}.")
    return " ".join(said)


def _scatter_notes(scatter: pd.DataFrame, placed: pd.DataFrame) -> tuple[str, ...]:
    own = placed.loc[placed["kind"] == "area", "name"]
    notes = [
        "One year's scatter compares different authorities: it cannot show what goes with a change "
        "within one.",
        "".join(["Each dot is an authority", *(f"; the diamond is {name}" for name in own), "."])
        + " The axis of caseload does not start at zero.",
    ]
    left = len(scatter) - len(placed)
    if left:
        notes.append(f"Not drawn, for want of a figure: {left} of {len(scatter)} authorities.")
    return tuple(notes)


def _shown_scatter(scatter: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    if placed.empty:
        return why_none(scatter, "Authority", "no authority has both figures")
    rows = area_and_neighbours(scatter)
    if rows.empty:
        return pd.DataFrame({"Authority": ["neither the area nor a neighbour is among those drawn"]})
    records = rows.to_dict("records")
    return pd.DataFrame(
        {
            "Authority": rows["name"],
            "Agency rate (FTE, %)": [written(row[AGENCY], row["status"], 1) for row in records],
            "Average caseload (cases per case holder)": [
                written(row[CASELOAD], row["status"], 1) for row in records
            ],
        }
    )


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
