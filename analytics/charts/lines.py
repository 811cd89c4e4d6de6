"""Trends: an area beside its comparators, year by year, one panel a measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from textwrap import fill
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from analytics.charts import theme
from analytics.charts.trend_words import BAND, alt_of, shown_of, title_of
from analytics.exhibits import Caption, Exhibit
from analytics.measures import STATUS_MEANINGS, UNIT_WORDS, measure
from analytics.words import bare_span, cell, legend

STYLES = {"area": 0, "neighbours_pooled": 1, "neighbours_mean": 1, "region": 2, "england": 3}
ORDER = ("area", "neighbours_pooled", "neighbours_mean", *BAND, "region", "england")


class End(NamedTuple):
    """Where a line ends, and what is written there."""

    kind: str
    called: str
    year: int
    value: float


def plot_trend(
    trend: pd.DataFrame, caption: Caption, measures: Sequence[str], name: str = "trend"
) -> Exhibit:
    """Draw the trend of one to six measures, one panel each, lines labelled at their ends.

    `trend` has `period, comparator, kind, measure, value, status`. A year without a comparable
    figure breaks the line, and is marked where the area's own `status` says why. The lowest and the
    highest neighbour are the edges of a band.
    """
    trend = _ordered(trend, measures)
    title, shown = title_of(trend, measures), shown_of(trend, measures)
    svg, alt = "", ""
    if trend["value"].notna().any():
        alt = alt_of(trend, measures)
        svg = _draw(trend, measures, name, title, alt)
    first = measure(measures[0])
    caption_parts = asdict(caption) | {
        "measure": "; ".join(measure(one).title for one in measures),
        "unit": "; ".join(dict.fromkeys(UNIT_WORDS[measure(one).unit] for one in measures)),
    }
    if len(trend):
        years = f"{first.publication.year_end} {trend['period'].min()} to {trend['period'].max()}"
        caption_parts["period"] = years if first.timing == "at" else f"years to {years}"
    return Exhibit(
        name=name,
        title=title,
        **caption_parts,
        table=trend,
        shown=shown,
        svg=svg,
        alt=alt,
        notes=legend(shown),
    )


def _ordered(trend: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """Keep the measures asked for, in that order, and the comparators of each in theirs."""
    places = {name: place for place, name in enumerate([*measures, *ORDER])}
    kept = trend[trend["measure"].isin(measures)]
    return kept.sort_values(
        ["measure", "kind", "period"],
        key=lambda column: column.map(places) if column.name != "period" else column,
        ignore_index=True,
    )


def _wide(trend: pd.DataFrame) -> pd.DataFrame:
    """Give values with a row for every year, a gap included, and a column a kind."""
    wide = trend.pivot(index="period", columns="kind", values="value")
    years = range(int(trend["period"].min()), int(trend["period"].max()) + 1)
    return wide.reindex(index=years, columns=[kind for kind in ORDER if kind in wide])


def _draw(trend: pd.DataFrame, measures: Sequence[str], name: str, title: str, alt: str) -> str:
    """Draw one panel alone, two side by side, more in rows of two."""
    columns = min(len(measures), 2)
    rows = -(-len(measures) // columns)
    tall = 3.8 if rows == 1 else 3.1
    with theme.house_style():
        figure, panels = theme.new_figure(8.0 if columns == 1 else 9.0, tall * rows, columns, rows)
        for axes, one in zip(panels, measures, strict=False):
            axes.set_title(f"{measure(one).short} ({UNIT_WORDS[measure(one).unit]})")
            _draw_panel(
                axes, trend[trend["measure"] == one], measure(one).unit, tall, 28 if columns == 1 else 24
            )
        for axes in panels[len(measures) :]:
            axes.set_axis_off()
        return theme.to_svg(figure, name, title, alt)


def _draw_panel(axes: Axes, trend: pd.DataFrame, unit: str, tall: float, width: int) -> None:
    """Draw one measure in a panel `tall` inches high, its labels at most `width` letters wide."""
    if trend["value"].isna().all():
        axes.text(0.5, 0.5, "no figures", transform=axes.transAxes, ha="center", va="center")
        axes.set(xticks=[], yticks=[])
        return
    wide = _wide(trend)
    top = max(float(wide.max().max()), 1.0) * 1.12
    for kind in _drawn(wide):
        style = STYLES[kind]
        axes.plot(
            wide.index, wide[kind], color=theme.CATEGORIES[style], linestyle=theme.DASHES[style],
            linewidth=2.6 if kind == "area" else 1.8, marker="o", markersize=4 if kind == "area" else 2.5,
        )  # fmt: skip
    if set(BAND) <= set(wide):
        low, high = (wide[edge] for edge in BAND)
        axes.fill_between(wide.index, low, high, color=theme.OTHERS, alpha=0.35, linewidth=0)
    _mark_gaps(axes, trend[(trend["kind"] == "area") & trend["value"].isna() & trend["status"].ne("")])
    axes.set_ylim(0, top)
    axes.yaxis.set_major_formatter("{x:,g}")
    axes.set_xlim(wide.index[0] - 0.2, wide.index[-1] + 0.2)
    axes.set_xticks(
        [year for year in wide.index if (wide.index[-1] - year) % (2 if len(wide) > 6 else 1) == 0]
    )
    comparators = dict(zip(trend["kind"], trend["comparator"], strict=True))
    _label(axes, _ends(wide, comparators, unit, width), wide, tall)


def _drawn(wide: pd.DataFrame) -> list[str]:
    return [kind for kind in wide if kind in STYLES and wide[kind].notna().any()]


def _mark_gaps(axes: Axes, gaps: pd.DataFrame) -> None:
    """Mark each year in which the area has no comparable figure, with the reason in a word or two."""
    for year, status in gaps[["period", "status"]].to_numpy():
        word = status if len(status) <= len("not comparable") else "not comparable"
        axes.plot(year, 0, marker="o", color="white", markeredgecolor=theme.FOCUS, clip_on=False, zorder=3)
        # Upright where it is longer than a symbol, so that the words of two years in a row keep apart.
        axes.annotate(
            word, (year, 0), xytext=(0, 6), textcoords="offset points", ha="center", va="bottom", fontsize=8,
            rotation=0 if word in STATUS_MEANINGS else 90, color=theme.FOCUS,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5},
        )  # fmt: skip


def _ends(wide: pd.DataFrame, comparators: dict[str, str], unit: str, width: int) -> list[End]:
    """Give the end of each line, and of the band, with its name at most `width` letters wide."""
    ends = []
    for kind in _drawn(wide):
        known = wide[kind].dropna()
        year, value = int(known.index[-1]), float(known.iloc[-1])
        called = f"{comparators[kind]} {cell(value, '', unit)}" + (
            f" in {year}" if year < wide.index[-1] else ""
        )
        ends.append(End(kind, fill(called, width), year, value))
    band = wide.reindex(columns=list(BAND)).dropna()
    if len(band):
        low, high = band.iloc[-1]
        called = f"{fill('range of neighbours', width)}\n{bare_span(low, high, unit)}"
        ends.append(End(BAND[1], called, int(band.index[-1]), float(high)))
    return ends


def _label(axes: Axes, ends: list[End], wide: pd.DataFrame, tall: float) -> None:
    """Write each name to the right of the panel, level with its line or as near as the others allow."""
    if not ends:
        return
    lines = max(end.called.count("\n") for end in ends) + 1
    top = axes.get_ylim()[1]
    gap = top * (0.08 + 0.15 * lines) / (tall - 0.7)
    heights = theme.spread([end.value for end in ends], gap)
    # None stands above the panel, where its title is.
    over = max(0.0, max(heights) + gap / 2 - top)
    for (kind, called, year, value), height in zip(ends, heights, strict=True):
        colour = theme.CATEGORIES[STYLES[kind]] if kind in STYLES else "#6F777B"
        theme.add_label(
            axes, called, (year, value), (wide.index[-1] + 0.06 * len(wide), height - over),
            {"color": colour}, fontweight="bold" if kind == "area" else "normal",
        )  # fmt: skip
