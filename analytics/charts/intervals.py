"""Estimates with their 95% intervals: what is said of them, and how they are drawn as rows."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analytics.charts import theme
from analytics.charts.cells import part
from analytics.words import plain, reason

EVERY_AUTHORITY = "every authority but City of London and Isles of Scilly, which are too small"
NO_ESTIMATE = "no estimate"
FROM_NONE = "An interval that takes in 0 is one of a figure that cannot be told from none."
GREY = "#6F777B"
MARKS: dict[str, dict[str, Any]] = {
    "headline": {"color": theme.FOCUS, "marker": "D", "markersize": 9},
    "plain": {"color": GREY, "marker": "o", "markersize": 7},
    "placebo": {"color": GREY, "marker": "o", "markersize": 7, "markerfacecolor": "white"},
    "range": {"color": GREY, "marker": "o", "markersize": 7, "linestyle": theme.DASHES[2]},
}
"""A row's mark: the answer, another way of asking, what ought to find nothing, and a range of estimates."""
DECIMALS = {"%": 1, "log odds": 3}


def decimals(unit: str) -> int:
    """Give how many decimals an estimate is written with.

    >>> decimals("%"), decimals("log odds"), decimals("cases per 10 percentage points")
    (1, 3, 2)
    """
    return next((places for word, places in DECIMALS.items() if word in unit), 2)


def is_clear(row: dict[str, Any] | pd.Series) -> bool:
    """Tell whether an interval leaves out 0.

    >>> is_clear({"lower": 0.1, "upper": 0.7}), is_clear({"lower": 0.0, "upper": 0.7})
    (True, False)
    """
    return bool(row["lower"] > 0 or row["upper"] < 0)


def signed(value: float, places: int) -> str:
    """Write a change with its sign.

    >>> signed(3.14, 1), signed(-0.15, 2), signed(0.04, 1)
    ('+3.1', '−0.15', '0.0')
    """
    return f"{'+' if round(value, places) > 0 else ''}{plain(value, places)}"


def written(value: float, status: str, places: int) -> str:
    """Write a figure, or the symbol or reason that stands in its place.

    >>> written(14.93, "", 1), written(float("nan"), "x", 1), written(0.0, "low", 1)
    ('14.9', 'x', 'low')
    >>> written(14.93, "x", 1)  # of two figures in a row, the other is the one that is missing
    '14.9'
    """
    if pd.isna(value) or (status == "low" and not value):
        return status or "no data"
    return plain(value, places)


def span_of(row: dict[str, Any] | pd.Series, places: int) -> str:
    """Write an interval, or that there is none.

    >>> span_of({"lower": -0.418, "upper": 0.121}, 2)
    '−0.42 to 0.12'
    """
    if pd.isna(row["lower"]):
        return "no data"
    return f"{plain(row['lower'], places)} to {plain(row['upper'], places)}"


def in_brackets(row: dict[str, Any] | pd.Series, places: int, column: str = "estimate") -> str:
    """Write a figure with its interval behind it; say so and why where there is none.

    >>> in_brackets({"estimate": -0.15, "lower": -0.418, "upper": 0.121, "status": ""}, 2)
    '−0.15 (−0.42 to 0.12)'
    """
    if pd.isna(row[column]):
        return f"{NO_ESTIMATE}, {reason(row['status'])}"
    return f"{plain(row[column], places)} ({span_of(row, places)})"


def chance(p: float) -> str:
    """Write a p-value.

    >>> chance(0.2734), chance(0.00002), chance(float("nan"))
    ('0.273', 'under 0.001', 'no data')
    """
    if pd.isna(p):
        return "no data"
    return "under 0.001" if p < 0.001 else plain(p, 3)


def columns_of(rows: pd.DataFrame, places: Sequence[int], unit: str) -> dict[str, list[str]]:
    """Give the columns that every table of estimates ends with, `places` decimals to each row."""
    records = list(zip(rows.to_dict("records"), places, strict=True))
    return {
        "Authority years": [part(count, "no data") for count in rows["n"]],
        "Authorities": [part(count, "no data") for count in rows["areas"]],
        f"Estimate{unit}": [written(row["estimate"], row["status"], decimal) for row, decimal in records],
        f"95% interval{unit}": [span_of(row, decimal) for row, decimal in records],
        "p": [
            "not applicable"
            if pd.isna(row["p_value"]) and pd.notna(row["estimate"])
            else chance(row["p_value"])
            for row, _ in records
        ],
        "Note": [note if pd.notna(note) and note else "none" for note in rows["note"]],
    }


def why_none(
    table: pd.DataFrame, header: str, opening: str, otherwise: str = "no figures are held"
) -> pd.DataFrame:
    """Give a table of one row that says why there is nothing to show.

    `otherwise` is said where no row gives a reason.
    """
    reasons = [reason(status) for status in dict.fromkeys(table["status"]) if status]
    return pd.DataFrame({header: [f"{opening}: {'; '.join(dict.fromkeys(reasons)) or otherwise}"]})


def draw_rows(
    axes: Axes, rows: pd.DataFrame, labels: Sequence[str], marks: Sequence[str], places: int, width: int = 34
) -> None:
    """Draw `estimate` of each row with its interval `lower, upper` around a line at 0, top to bottom.

    `marks` names how each row is marked (`MARKS`); labels are at most `width` letters wide. The
    figures are written at the end of each row.
    """
    axes.axvline(0, color=theme.TEXT, linewidth=1.2)
    for height, (row, label, mark) in enumerate(zip(rows.to_dict("records"), labels, marks, strict=True)):
        style, weight = MARKS[mark], "bold" if mark == "headline" else "normal"
        said = NO_ESTIMATE
        if pd.notna(row["estimate"]):
            said = in_brackets(row, places).replace(" (", "\n(" if width < 20 else " (")
            line = {key: style[key] for key in ("color", "linestyle") if key in style}
            axes.plot([row["lower"], row["upper"]], [height, height], linewidth=2, **line)
            axes.plot(row["estimate"], height, **style)
        axes.annotate(
            said, (1.02, height), xycoords=("axes fraction", "data"), va="center", fontsize=9,
            annotation_clip=False, fontweight=weight,
        )  # fmt: skip
        _write_label(axes, wrap(label, width), height, weight)
    axes.set_yticks(range(len(rows)), [""] * len(rows))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.grid(visible=True, axis="x")
    axes.grid(visible=False, axis="y")


def _write_label(axes: Axes, lines: Sequence[str], height: int, weight: str) -> None:
    """Write a label to the left of its row, each line on its own: together they would not end level."""
    for step, line in enumerate(lines):
        down = 12 * (step - (len(lines) - 1) / 2)
        axes.annotate(
            line, (0, height), xytext=(-7, -down), xycoords=("axes fraction", "data"),
            textcoords="offset points", ha="right", va="center", annotation_clip=False, fontweight=weight,
        )  # fmt: skip
