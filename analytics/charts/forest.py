"""Forests: a row a comparison, a point for the difference and the intervals around it."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from analytics.charts import theme
from analytics.charts.cells import limits
from analytics.words import cell, plain, reason

NO_COMPARISON = "no comparison"
STYLES: tuple[dict[str, Any], ...] = (
    {"color": theme.FOCUS, "linewidth": 5, "solid_capstyle": "butt"},
    {"color": theme.CATEGORIES[2], "linewidth": 1.4, "marker": "|", "markersize": 8},
)
"""The first interval is a thick bar, the second a thin line with end caps beneath it."""


def draw_forest(
    rows: pd.DataFrame,
    labels: Sequence[str],
    intervals: dict[str, tuple[str, str]],
    name: str,
    title: str,
    alt: str,
) -> str:
    """Draw `difference_pp` of each row in percentage points, with an interval or two.

    `intervals` has what each is called and the columns of its limits; a key names two.
    """
    several = len(intervals) > 1
    lift, tall = (0.16, 0.42) if several else (0.0, 0.34)
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=tall * len(rows) + (1.25 if several else 1.0))
        axes.axvline(0, color=theme.TEXT, linewidth=1.2)
        for height, row in enumerate(rows.to_dict("records")):
            for sides, style, shift in zip(intervals.values(), STYLES, (-lift, lift), strict=False):
                if pd.notna(row[sides[0]]):
                    axes.plot([row[side] for side in sides], [height + shift] * 2, **style)
            _draw_point(axes, row["difference_pp"], height, height - lift)
        axes.set_yticks(range(len(rows)), [fill(label, 32) for label in labels])
        axes.set_ylim(len(rows) - 0.5, -0.5)
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_xlabel("Area less comparator (percentage points)")
        if several:
            keys = [
                Line2D([], [], label=called, **style) for called, style in zip(intervals, STYLES, strict=True)
            ]
            axes.legend(handles=keys, loc="lower left", bbox_to_anchor=(-0.02, 0.99), frameon=False, ncols=2)
        return theme.to_svg(figure, name, title, alt)


def _draw_point(axes: Axes, point: float, row: float, height: float) -> None:
    """Draw a difference and write it at the end of its row; say so where there is none."""
    if pd.notna(point):
        axes.plot(point, height, marker="D", markersize=9, color=theme.FOCUS, markeredgecolor="white")
    axes.annotate(
        NO_COMPARISON if pd.isna(point) else plain(point, 1), (1.01, row),
        xycoords=("axes fraction", "data"), va="center", fontsize=9, annotation_clip=False,
    )  # fmt: skip


def forest_in_words(
    opening: str, rows: pd.DataFrame, labels: Sequence[str], intervals: dict[str, tuple[str, str]]
) -> str:
    """Say each row's difference, its intervals by name, its t and its verdict."""
    said = [opening]
    for label, row in zip(labels, rows.to_dict("records"), strict=True):
        if pd.isna(row["difference_pp"]):
            said.append(f"{label}: {NO_COMPARISON}, {reason(row['status'])}.")
            continue
        parts = [f"{label}: {plain(row['difference_pp'], 1)}"]
        parts += [
            f"{words} {limits(row[lower], row[upper], 'points')}"
            for words, (lower, upper) in intervals.items()
            if pd.notna(row[lower])
        ]
        if pd.notna(row["t"]):
            parts.append(f"t {against_limit(row)}")
        said.append(f"{', '.join(parts)}; {row['verdict']}.")
    return " ".join(said)


def against_limit(row: dict[str, float]) -> str:
    """Write t and the limit beyond which it is unusual."""
    if pd.isna(row["t"]):
        return _absent(row)
    return f"{plain(row['t'], 2)} of {plain(row['t_critical'], 2)}"


def differences(rows: Sequence[dict[str, float]]) -> list[str]:
    """Write each difference, or the symbol or reason that stands in its place."""
    return [cell(row["difference_pp"], str(row["status"]), "points") for row in rows]


def interval(row: dict[str, float], sides: tuple[str, str]) -> str:
    """Write an interval of a difference, or that there is none."""
    return limits(row[sides[0]], row[sides[1]], "points", _absent(row))


def _absent(row: dict[str, float]) -> str:
    """Say why a comparison lacks a part: it was not made, or has no such part."""
    return "no data" if pd.isna(row["difference_pp"]) else "not applicable"
