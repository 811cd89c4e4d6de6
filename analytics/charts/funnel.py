"""Every authority by how much it counts: does it lie further out than chance would put it?"""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullLocator
from numpy.typing import NDArray

from analytics.charts import theme
from analytics.charts.cells import limits, part
from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS, Measure, measure
from analytics.words import cell, legend, listed, number, plain, points, reason

FloatArray = NDArray[np.float64]

EVERY_AUTHORITY = "every authority in England"
LIMITS = {
    "chance": "Chance alone",
    "additive": "Overdispersion added to chance",
    "multiplicative": "Overdispersion multiplying chance",
}
OUTSIDE = ("above 99.8%", "below 99.8%")
NEIGHBOURS = theme.CATEGORIES[2]
DOTS = {
    "other": ("o", 4.5, theme.OTHERS, "#8A8F92"),
    "neighbour": ("s", 6.5, NEIGHBOURS, "white"),
    "area": ("D", 10, theme.FOCUS, "white"),
}
"""Each kind's marker, size, colour and edge, in the order in which they are drawn."""
CALLED = {"other": "Other authorities", "neighbour": "Statistical neighbours"}


def plot_funnel(funnel: pd.DataFrame, caption: Caption, measured: str, name: str = "funnel") -> Exhibit:
    """Draw every authority's figure against its denominator, with 99.8% limits around the centre.

    `funnel` has a row an authority: `name, kind` ("area", "neighbour" or "other"), `denominator`,
    `value` and `centre` in the measure's unit; limits in that unit and the zone they put it in,
    by chance alone (`lower_998, upper_998, zone`) and once overdispersion is allowed for
    (`lower_998_adjusted, upper_998_adjusted, zone_adjusted`); `status`. One that is not comparable
    has no zone and is not drawn. Overdispersion: Spiegelhalter (2005), Quality and Safety in
    Health Care 14:347.
    """
    entry = measure(measured)
    counted = listed([measure(one).title.lower() for one in entry.denominator])
    placed = funnel[funnel["zone"].ne("") & funnel["status"].isin(["", "low"])].sort_values("denominator")
    title, shown = _title(placed), _shown(funnel, entry, counted)
    svg, alt, notes = "", "", legend(shown)
    if len(placed):
        alt, notes = _alt(funnel, placed, entry, counted), _notes(funnel, placed) + notes
        svg = _draw(placed, entry, counted, name, title, alt)
    parts = asdict(caption) | {
        "measure": entry.title,
        "unit": UNIT_WORDS[entry.unit],
        "geography": EVERY_AUTHORITY,
    }
    return Exhibit(name=name, title=title, **parts, table=funnel, shown=shown, svg=svg, alt=alt, notes=notes)


def _draw(placed: pd.DataFrame, entry: Measure, counted: str, name: str, title: str, alt: str) -> str:
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=4.8)
        top = 1.15 * max(float(placed["value"].max()), float(placed["centre"].iloc[0]))
        _draw_limits(axes, placed, entry, top)
        _draw_dots(axes, placed)
        axes.set_xscale("log")
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.set_xlabel(f"{counted.capitalize()} (number, logarithmic scale)")
        axes.set_ylim(0, top)
        axes.set_title(f"{entry.short} ({UNIT_WORDS[entry.unit]})", pad=22)
        return theme.to_svg(figure, name, title, alt)


def _draw_dots(axes: Axes, placed: pd.DataFrame) -> None:
    """Draw each kind of authority in its shape and colour, the area last and by name."""
    for kind, (marker, size, colour, edge) in DOTS.items():
        rows = placed[placed["kind"] == kind]
        if len(rows):
            axes.plot(
                rows["denominator"], rows["value"], linestyle="none", marker=marker, markersize=size,
                color=colour, markeredgecolor=edge, markeredgewidth=0.5, label=CALLED.get(kind, "_area"),
            )  # fmt: skip
    for row in placed[placed["kind"] == "area"].to_dict("records"):
        axes.annotate(
            row["name"], (row["denominator"], row["value"]), xytext=(0, 9), textcoords="offset points",
            ha="center", fontweight="bold", color=theme.FOCUS,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
        )  # fmt: skip
    if placed["kind"].isin(CALLED).any():
        axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 0.99), frameon=False, ncols=2, borderpad=0.2)


def _draw_limits(axes: Axes, placed: pd.DataFrame, entry: Measure, top: float) -> None:
    """Draw the centre and both pairs of limits, each named at its right end."""
    last, centre = placed.iloc[-1], float(placed["centre"].iloc[0])
    across = np.geomspace(placed["denominator"].iloc[0], last["denominator"], 100)
    for suffix, style in (("", theme.DASHES[1]), ("_adjusted", "-")):
        for side in (f"lower_998{suffix}", f"upper_998{suffix}"):
            axes.plot(across, _between(placed, side, across), color="#505A5F", linewidth=1.3, linestyle=style)
    axes.axhline(centre, color=theme.TEXT, linewidth=1)
    ends = {
        "99.8% limits, allowing\nfor overdispersion": last["upper_998_adjusted"],
        "99.8% limits,\nchance alone": last["upper_998"],
        f"All authorities {number(centre, entry.unit)}": centre,
    }
    for (text, end), height in zip(ends.items(), theme.spread(list(ends.values()), top * 0.09), strict=True):
        theme.add_label(
            axes, text, (last["denominator"], end), (1.02, height), {"color": "#505A5F", "linewidth": 0.6},
            textcoords=("axes fraction", "data"),
        )  # fmt: skip


def _between(placed: pd.DataFrame, side: str, across: FloatArray) -> FloatArray:
    """Give a limit at denominators between those of the authorities, so that its curve is smooth."""
    rows = placed[placed[side].between(0, 100, inclusive="neither")].drop_duplicates("denominator")
    if len(rows) < 2:
        return np.asarray(np.interp(across, placed["denominator"], placed[side]))
    # The square of the distance from the centre is a straight line in one over the denominator, with
    # overdispersion or without. Limits held at 0 or 100 are off that line: it is drawn on from the rest.
    small, square = 1 / rows["denominator"].to_numpy(), (rows[side] - rows["centre"]).to_numpy() ** 2
    first = 1 / across[0]
    rise = (square[0] - square[1]) / (small[0] - small[1])
    known = np.append(square[::-1], square[0] + rise * (first - small[0]))
    distance = np.sqrt(np.interp(1 / across, np.append(small[::-1], first), known))
    centre = rows["centre"].iloc[0]
    limit = centre + (distance if side.startswith("upper") else -distance)
    return np.asarray(limit.clip(0, 100))


def _title(placed: pd.DataFrame) -> str:
    """Count who lies outside the 99.8% limits, before and after overdispersion is allowed for."""
    if placed.empty:
        return "No authority can be set against the limits of chance"
    before, after = (int(placed[zone].isin(OUTSIDE).sum()) for zone in ("zone", "zone_adjusted"))
    subject = {0: "No authority stands", 1: "1 authority stands"}.get(before, f"{before} authorities stand")
    return f"{subject} outside chance; {after or 'none'} once overdispersion is allowed for"


def _alt(funnel: pd.DataFrame, placed: pd.DataFrame, entry: Measure, counted: str) -> str:
    said = [f"Funnel plot of {entry.short.lower()} against {counted}, {len(placed)} authorities."]
    for zone, allowing in (
        ("zone", "by chance alone"),
        ("zone_adjusted", "once overdispersion is allowed for"),
    ):
        above, below = (int((placed[zone] == side).sum()) for side in OUTSIDE)
        said.append(f"Outside the 99.8% limits {allowing}: {above} above, {below} below.")
    said.append(f"All authorities together: {number(placed['centre'].iloc[0], entry.unit)}.")
    for row in funnel[funnel["kind"] == "area"].to_dict("records"):
        if row["area"] in set(placed["area"]):
            said.append(
                f"{row['name']}: {number(row['value'], entry.unit)} of {part(row['denominator'])} {counted}, "
                f"{row['zone']} by chance alone, {row['zone_adjusted']} once overdispersion is allowed for."
            )
        else:
            said.append(f"{row['name']} is not drawn: {reason(row['status'])}.")
    return " ".join(said)


def _notes(funnel: pd.DataFrame, placed: pd.DataFrame) -> tuple[str, ...]:
    own = placed.loc[placed["kind"] == "area", "name"]
    notes = [
        "".join(["Each dot is an authority", *(f"; the diamond is {name}" for name in own), "."]),
        "Dashed limits: were every authority's true rate the same, chance alone would put 1 in 500 outside.",
        "Solid limits allow also for authorities differing by more than chance "
        "(overdispersion: Spiegelhalter 2005).",
    ]
    left = len(funnel) - len(placed)
    if left:
        notes.append(f"Not drawn, for want of a comparable figure: {left} of {len(funnel)} authorities.")
    return tuple(notes)


def _shown(funnel: pd.DataFrame, entry: Measure, counted: str) -> pd.DataFrame:
    """List the area, its neighbours, and whoever else is outside the adjusted limits."""
    places = {"area": 0, "neighbour": 1, "other": 2}
    rows = funnel[funnel["kind"].ne("other") | funnel["zone_adjusted"].isin(OUTSIDE)]
    rows = rows.sort_values("value", ascending=False, kind="stable")
    rows = rows.sort_values("kind", key=lambda kind: kind.map(places), kind="stable")
    if rows.empty:
        return pd.DataFrame({"Authority": ["no authority has a figure to compare"]})
    unit = UNIT_WORDS[entry.unit]
    return pd.DataFrame(
        {
            "Authority": rows["name"],
            f"{counted.capitalize()} (number)": [part(count, "no data") for count in rows["denominator"]],
            f"Value ({unit})": [cell(v, s, entry.unit) for v, s in rows[["value", "status"]].to_numpy()],
            f"99.8% limits ({unit})": _intervals(rows, entry, ""),
            "Zone": [zone or "not placed" for zone in rows["zone"]],
            f"99.8% limits, overdispersion allowed for ({unit})": _intervals(rows, entry, "_adjusted"),
            "Zone, overdispersion allowed for": [zone or "not placed" for zone in rows["zone_adjusted"]],
        }
    )


def _intervals(rows: pd.DataFrame, entry: Measure, suffix: str) -> list[str]:
    sides = rows[[f"lower_998{suffix}", f"upper_998{suffix}"]].to_numpy()
    return [limits(low, high, entry.unit, "no data") for low, high in sides]


def tabulate_outliers(outliers: pd.DataFrame, caption: Caption, name: str = "outliers") -> Exhibit:
    """Count the authorities outside the limits of chance, and how many leave once more is allowed for.

    `outliers` has a row for each of "chance", "additive" and "multiplicative" `limits`: counts
    `authorities, outside_95, outside_998, left_the_list`, the overdispersion `phi` and the standard
    deviation between authorities `between_pp` in percentage points.
    """
    rows = outliers.set_index("limits")
    chance, added = rows.loc["chance"], rows.loc["additive"]
    shown = pd.DataFrame(
        {
            "Limits": [LIMITS[limits] for limits in rows.index],
            "Allowed for beside chance": [_allowed(row) for row in outliers.to_dict("records")],
            "Authorities (number)": [part(count) for count in rows["authorities"]],
            "Outside 95% limits (number)": [part(count) for count in rows["outside_95"]],
            "Outside 99.8% limits (number)": [part(count) for count in rows["outside_998"]],
            "No longer outside 99.8% (number)": [part(count) for count in rows["left_the_list"]],
        }
    )
    parts = asdict(caption) | {
        "measure": f"Authorities outside the limits: {caption.measure[:1].lower()}{caption.measure[1:]}",
        "unit": "number",
        "geography": EVERY_AUTHORITY,
    }
    notes = (
        "The second row is the one drawn; the third is another way to allow for the same. Both are estimated "
        "with the furthest tenth at either end drawn in (Spiegelhalter 2005).",
    )
    title = "No authority lies outside the limits of chance"
    if chance["outside_998"]:
        left = f"{part(added['left_the_list'])} of {part(chance['outside_998'])}"
        title = f"{left} outliers leave the list once overdispersion is allowed for"
    return Exhibit(name=name, title=title, **parts, table=outliers, shown=shown, notes=notes)


def _allowed(row: dict[str, float]) -> str:
    """Say what the limits of a row allow for beside chance, and how much of it was found."""
    return {
        "chance": "nothing",
        "additive": f"a standard deviation of {points(row['between_pp'])} between authorities",
        "multiplicative": f"a variance {plain(row['phi'], 1)} times that of chance",
    }[str(row["limits"])]
