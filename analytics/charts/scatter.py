"""Caseload against agency share: every authority in one year, and yearly changes of the two."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd
from matplotlib.axes import Axes

from analytics.charts import theme
from analytics.charts.cells import area_of
from analytics.charts.funnel import CALLED, DOTS
from analytics.charts.intervals import EVERY_AUTHORITY, why_none, written
from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS, measure
from analytics.words import legend, number, reason, span

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
        return f"{area} has no place among the {len(placed)} authorities drawn"
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
