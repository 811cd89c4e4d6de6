"""Each authority's own slope of caseload on agency share, in order, around the average."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analytics.charts import theme
from analytics.charts.cells import area_of, part
from analytics.charts.funnel import DOTS
from analytics.charts.intervals import EVERY_AUTHORITY, in_brackets, span_of, why_none, written
from analytics.charts.scatter import area_and_neighbours, draw_kinds
from analytics.exhibits import Caption, Exhibit
from analytics.words import legend, plain, possessive

PLACES = 2
UNIT = "cases for 10 percentage points more agency"
WIDTHS = {"other": 0.5, "neighbour": 1.0, "area": 2.0}


def plot_slopes(
    slopes: pd.DataFrame, caption: Caption, average: float, lower: float, upper: float, name: str = "slopes"
) -> Exhibit:
    """Draw every authority's slope in order, with 95% intervals, around the average of all.

    `slopes` has a row an authority: `name, kind` ("area", "neighbour" or "other"), `slope, lower,
    upper` in cases per case holder for 10 percentage points more agency, drawn towards the average,
    `years` (how many it rests on) and `status`. `average, lower, upper` are the mean slope with its
    95% interval in the same unit.
    """
    mean: dict[str, Any] = {"slope": average, "lower": lower, "upper": upper, "status": ""}
    placed = slopes.dropna(subset=["slope"]).sort_values("slope", ignore_index=True)
    placed["place"] = placed.index + 1
    title, shown = _title(placed, mean, area_of(caption)), _shown(slopes, placed)
    svg, alt, notes = "", "", legend(shown)
    if len(placed):
        alt, notes = _alt(slopes, placed, mean), (*_notes(slopes, placed), *notes)
        svg = _draw(placed, mean, name, title, alt)
    parts = asdict(caption) | {
        "measure": "Average caseload (FTE) that goes with agency rate (FTE) in each authority",
        "unit": UNIT,
        "geography": EVERY_AUTHORITY,
        "period": f"every year held to {caption.period}",
    }
    return Exhibit(name=name, title=title, **parts, table=slopes, shown=shown, svg=svg, alt=alt, notes=notes)


def _draw(placed: pd.DataFrame, mean: dict[str, Any], name: str, title: str, alt: str) -> str:
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=4.2)
        axes.axhline(0, color=theme.TEXT, linewidth=1.2)
        if pd.notna(mean["slope"]):
            _draw_mean(axes, mean)
        _draw_intervals(axes, placed)
        draw_kinds(axes, placed, "place", "slope", above="upper")
        axes.set_xlim(-1, len(placed) + 2)
        axes.set_xticks([1, len(placed)])
        axes.set_xlabel(f"{len(placed)} authorities, in order of their slope")
        axes.set_title("Slope (cases for 10 percentage points more agency)", pad=22)
        return theme.to_svg(figure, name, title, alt)


def _draw_intervals(axes: Axes, placed: pd.DataFrame) -> None:
    """Draw the intervals of each kind as one line with gaps: a hundred and fifty lines are heavy."""
    for kind, width in WIDTHS.items():
        rows = placed[placed["kind"] == kind]
        across = np.repeat(rows["place"].to_numpy(dtype=float), 3)
        up = np.column_stack([rows["lower"], rows["upper"], np.full(len(rows), np.nan)]).ravel()
        colour = DOTS[kind][2]
        axes.plot(across, up, color=colour, linewidth=width)


def _draw_mean(axes: Axes, mean: dict[str, Any]) -> None:
    axes.axhspan(mean["lower"], mean["upper"], color=theme.CATEGORIES[1], alpha=0.25, linewidth=0)
    axes.axhline(mean["slope"], color=theme.CATEGORIES[1], linewidth=1.6, linestyle=theme.DASHES[1])
    axes.annotate(
        f"average\n{plain(mean['slope'], PLACES)}\n({span_of(mean, PLACES)})", (1.01, mean["slope"]),
        xycoords=("axes fraction", "data"), va="center", fontsize=9, annotation_clip=False,
    )  # fmt: skip


def _title(placed: pd.DataFrame, mean: dict[str, Any], area: str) -> str:
    """Say whether the area's slope can be told from the average."""
    if placed.empty:
        return "No authority's slope can be estimated"
    own = placed[placed["kind"] == "area"].to_dict("records")
    if not own:
        return f"{area} has no slope of its own to compare"
    (row,), average = own, float(mean["slope"])
    whose = possessive(row["name"])
    if pd.isna(average):
        return f"{whose} slope is {in_brackets(row, PLACES, 'slope')}, with no average"
    if row["lower"] <= average <= row["upper"]:
        return f"{whose} slope cannot be told from the average of {plain(average, PLACES)} cases"
    side = "above" if row["slope"] > average else "below"
    both = f"{plain(row['slope'], PLACES)} cases against {plain(average, PLACES)}"
    return f"{whose} slope is {side} the average: {both}"


def _alt(slopes: pd.DataFrame, placed: pd.DataFrame, mean: dict[str, Any]) -> str:
    first, last = placed.iloc[0], placed.iloc[-1]
    said = [
        f"{len(placed)} authorities in order of their slope, {UNIT}, with 95% intervals: from "
        f"{plain(first['slope'], PLACES)} to {plain(last['slope'], PLACES)}."
    ]
    if pd.notna(mean["slope"]):
        said.append(f"Average: {in_brackets(mean, PLACES, 'slope')}.")
    rows = area_and_neighbours(slopes).to_dict("records")
    said += [f"{row['name']}: {in_brackets(row, PLACES, 'slope')}." for row in rows]
    return " ".join(said)


def _notes(slopes: pd.DataFrame, placed: pd.DataFrame) -> tuple[str, ...]:
    own = placed.loc[placed["kind"] == "area", "name"]
    notes = [
        "".join(["Each dot is an authority", *(f"; the diamond is {name}" for name in own), ". "])
        + "Upright lines are 95% intervals; the band is that of the average.",
        "A slope is drawn towards the average, the more so the fewer and the closer together an "
        "authority's own years.",
    ]
    left = len(slopes) - len(placed)
    if left:
        notes.append(f"Not drawn, for want of a slope: {left} of {len(slopes)} authorities.")
    return tuple(notes)


def _shown(slopes: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    if placed.empty:
        return why_none(slopes, "Authority", "no slope can be estimated", "too few years are held")
    rows = area_and_neighbours(slopes)
    if rows.empty:
        return pd.DataFrame({"Authority": ["neither the area nor a neighbour is among those drawn"]})
    records = rows.to_dict("records")
    return pd.DataFrame(
        {
            "Authority": rows["name"],
            f"Slope ({UNIT})": [written(row["slope"], row["status"], PLACES) for row in records],
            "95% interval (cases)": [span_of(row, PLACES) for row in records],
            "Years (number)": [part(years, "no data") for years in rows["years"]],
        }
    )
