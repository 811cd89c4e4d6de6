"""A chart that a person made: any measure of one area, beside what it was set beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from textwrap import fill

import pandas as pd
from matplotlib.axes import Axes

from analytics.charts import theme
from analytics.charts.cells import area_of
from analytics.charts.explored_words import (
    IN_COLOUR,
    Line,
    alt_of,
    comparable,
    gaps_of,
    lines_of,
    shown_of,
)
from analytics.exhibits import Caption, Exhibit
from analytics.measures import STATUS_MEANINGS, Described
from analytics.words import figure, legend, listed, spoken

WIDER = ("region", "england")
GREY, FAINT = "#505A5F", "#CFD2D3"
# A line so many times as high as the area's own would press that one flat against the axis.
OUT_OF_SCALE = 6
TALL, WIDTH = 4.2, 24


def plot_explored(table: pd.DataFrame, entry: Described, caption: Caption, name: str = "explored") -> Exhibit:
    """Draw a measure year by year: the area and what it is set beside, each neighbour as a grey line.

    At most four lines are in colour, the others grey with their names. A year without a figure
    breaks the line and, in the area's, is marked with its symbol. A total of a region or of
    England that would flatten the area's line is left to the table.

    Args:
        table: as `explorer.chosen.choose` gives it; `role` is `area`, `neighbour`, `median`, `region`,
            `england` or `other`.
        entry: the measure.
        caption: what stands under the chart.
        name: the exhibit's.
    """
    lines = lines_of(table)
    drawn = [line for line in lines if _in_scale(line, lines, entry)]
    left_out = [line.called for line in lines if line not in drawn and line.by_year.notna().any()]
    title = _title(table, entry, caption)
    svg, alt = "", ""
    if any(line.by_year.notna().any() for line in drawn):
        alt = alt_of(drawn, table, entry)
        svg = _draw(drawn, table, entry, name, title, alt)
    return Exhibit(
        name=name, title=title, **asdict(caption), table=table, shown=shown_of(table, entry), svg=svg,
        alt=alt, notes=(*_left_out(left_out), *legend(table[["status"]])),
    )  # fmt: skip


def _in_scale(line: Line, lines: Sequence[Line], entry: Described) -> bool:
    """Say whether the area's line can still be read beside this one; percentages always can."""
    if entry.is_percent:
        return True
    own = [one.by_year.abs().max() for one in lines if one.role == "area"]
    return line.role not in WIDER or not own or not line.by_year.abs().max() > OUT_OF_SCALE * own[0]


def _title(table: pd.DataFrame, entry: Described, caption: Caption) -> str:
    first, last = (table["period"].min(), table["period"].max()) if len(table) else (0, 0)
    years = "no figures" if not first else str(first) if first == last else f"{first} to {last}"
    return f"{entry.title}: {spoken(area_of(caption))}, {years}"


def _left_out(called: Sequence[str]) -> tuple[str, ...]:
    if not called:
        return ()
    said = f"Not drawn, because beside it the area's own line would be flat: {listed(called)}"
    return (f"{said}. The table has the figures.",)


def _draw(
    lines: Sequence[Line], table: pd.DataFrame, entry: Described, name: str, title: str, alt: str
) -> str:
    with theme.house_style():
        figure_, (axes,) = theme.new_figure(8.6, TALL)
        axes.set_title(entry.unit, fontweight="normal")
        years = lines[0].by_year.index
        near = table[table["role"] == "neighbour"]
        for _, rows in near.groupby("area", sort=False):
            values = rows.set_index("period")["value"].where(comparable(rows).to_numpy()).reindex(years)
            axes.plot(years, values, color=FAINT, linewidth=1, marker="o", markersize=1.8, zorder=1)
        for line in reversed(lines):
            _draw_line(axes, line)
        _set_axes(axes, years)
        _mark_gaps(axes, gaps_of(table))
        _label(axes, lines, years, entry)
        return theme.to_svg(figure_, name, title, alt)


def _colour(line: Line) -> str:
    return theme.CATEGORIES[line.style] if line.style < IN_COLOUR else GREY


def _draw_line(axes: Axes, line: Line) -> None:
    own = line.role == "area"
    axes.plot(
        line.by_year.index, line.by_year, color=_colour(line),
        linestyle=theme.DASHES[line.style % len(theme.DASHES)],
        linewidth=2.6 if own else 1.8, marker="o", markersize=4.5 if own else 3, zorder=4 if own else 3,
    )  # fmt: skip


def _set_axes(axes: Axes, years: pd.Index) -> None:
    """Start at nothing, or below it where figures are; a tick a year, or every so many."""
    low, high = axes.dataLim.y0, axes.dataLim.y1
    room = 0.1 * ((max(high, 0) - min(low, 0)) or 1)
    axes.set_ylim(min(low - room, 0) if low < 0 else 0, max(high + room, 0) if high > 0 else room)
    if low < 0:
        axes.axhline(0, color="#6F777B", linewidth=0.8, zorder=2)
    axes.yaxis.set_major_formatter("{x:,.12g}")
    axes.set_xlim(years[0] - 0.3, years[-1] + 0.3)
    step = -(-len(years) // 8)
    axes.set_xticks([year for year in years if (years[-1] - year) % step == 0])


def _mark_gaps(axes: Axes, gaps: Sequence[tuple[int, str]]) -> None:
    """Mark each year in which the area has no figure, at the foot, with the symbol that stands there."""
    foot = axes.get_xaxis_transform()
    for year, status in gaps:
        word = status if status in STATUS_MEANINGS else "not comparable" if status else "no figure"
        axes.plot(
            year, 0, marker="o", color="white", markeredgecolor=theme.FOCUS, transform=foot, clip_on=False,
            zorder=5,
        )  # fmt: skip
        axes.annotate(
            word, (year, 0), xycoords=foot, xytext=(0, 7), textcoords="offset points",
            ha="center", va="bottom", fontsize=9, color=theme.FOCUS, zorder=5,
            rotation=0 if word in STATUS_MEANINGS else 90,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
        )  # fmt: skip


def _label(axes: Axes, lines: Sequence[Line], years: pd.Index, entry: Described) -> None:
    """Write each line's name and last figure to the right, as near to its end as the others allow."""
    ends = []
    for line in lines:
        known = line.by_year.dropna()
        if len(known):
            year = int(known.index[-1])
            late = f" in {year}" if year < years[-1] else ""
            text = fill(f"{line.called} {figure(known.iloc[-1], entry)}{late}", WIDTH)
            ends.append((line, year, float(known.iloc[-1]), text))
    low, high = axes.get_ylim()
    rows = max(text.count("\n") for *_, text in ends) + 1
    gap = min((high - low) * (0.07 + 0.15 * rows) / (TALL - 0.7), (high - low) / len(ends))
    heights = theme.spread([value for _, _, value, _ in ends], gap)
    # None stands above the panel, nor below it.
    shift = max(0.0, max(heights) + gap / 2 - high) - max(0.0, low - (min(heights) - gap / 2))
    for (line, year, value, text), height in zip(ends, heights, strict=True):
        theme.add_label(
            axes, text, (year, value), (years[-1] + 0.3 + 0.03 * len(years), height - shift),
            {"color": _colour(line)}, color=theme.TEXT if line.style < IN_COLOUR else GREY,
            fontweight="bold" if line.role == "area" else "normal",
        )  # fmt: skip
