"""What goes with agency share, estimated in several ways, and for each part of caseload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd

from analytics.charts import theme
from analytics.charts.intervals import (
    EVERY_AUTHORITY,
    FROM_NONE,
    columns_of,
    draw_rows,
    in_brackets,
    is_clear,
    signed,
    why_none,
)
from analytics.exhibits import Caption, Exhibit
from analytics.words import legend, listed, plain

CASES, PER_CENT = 2, 1
"""Decimals of an estimate in cases, and in per cent."""
RANGE = "leave_one_out"
FOR_TEN = "for 10 percentage points more agency"
WITH_MORE = "that goes with 10 percentage points more agency (FTE)"


def plot_estimates(estimates: pd.DataFrame, caption: Caption, name: str = "estimates") -> Exhibit:
    """Draw the caseload that goes with agency share, estimated in several ways.

    `estimates` has a row a way, the headline first: `key, model, outcome, n, areas, p_value, note, status`
    and `estimate, lower, upper` in cases per case holder for 10 percentage points more agency. Those
    whose outcome begins with "log" are in per cent: they are tabulated and not drawn. The limits of
    the key "leave_one_out" are a range of estimates, not an interval, and are drawn dotted.
    """
    logs = estimates["outcome"].str.startswith("log ")
    drawn = estimates[~logs]
    title, shown = _estimates_title(estimates), _shown_estimates(estimates, logs)
    svg, alt, notes = "", "", legend(shown)
    if drawn["estimate"].notna().any():
        labels = [_label(row, drawn["outcome"].iloc[0]) for row in drawn.to_dict("records")]
        opening = f"Cases per case holder {FOR_TEN}, estimated in {len(drawn)} ways, with 95% intervals."
        alt = _in_words(opening, drawn, labels, CASES)
        axis = "Cases per case holder, for 10 percentage points more agency"
        marks = ["range" if key == RANGE else "plain" for key in drawn["key"]]
        svg = _draw(drawn, labels, marks, CASES, axis, name, title, alt)
        notes = (*_estimates_notes("range" in marks, bool(logs.any())), *notes)
    parts = _parts(caption) | {"measure": f"Average caseload {WITH_MORE}", "unit": "cases per case holder"}
    return Exhibit(
        name=name, title=title, **parts, table=estimates, shown=shown, svg=svg, alt=alt, notes=notes
    )


def plot_parts(parts: pd.DataFrame, caption: Caption, name: str = "parts") -> Exhibit:
    """Draw how caseload, cases, case holders and workforce each go with agency share.

    `parts` has a row a part: `part, n, areas, p_value, note, status` and `estimate, lower, upper` in
    per cent for 10 percentage points more agency, from models of logarithms, so that caseload's is
    that of cases less that of case holders.
    """
    title, shown = _parts_title(parts), _shown_parts(parts)
    svg, alt, notes = "", "", legend(shown)
    if parts["estimate"].notna().any():
        labels = [each[:1].upper() + each[1:] for each in parts["part"]]
        opening = f"Caseload and its parts, per cent {FOR_TEN}, with 95% intervals."
        alt = _in_words(opening, parts, labels, PER_CENT)
        axis, marks = "%, for 10 percentage points more agency", ["plain"] * len(parts)
        svg = _draw(parts, labels, marks, PER_CENT, axis, name, title, alt)
        notes = (
            "The diamond is caseload: its figure is that of cases less that of case holders. "
            "Lines are 95% intervals.",
            FROM_NONE,
            *notes,
        )
    said = _parts(caption) | {"measure": f"Caseload, and each part of it, {WITH_MORE}", "unit": "%"}
    return Exhibit(name=name, title=title, **said, table=parts, shown=shown, svg=svg, alt=alt, notes=notes)


def _parts(caption: Caption) -> dict[str, str]:
    return asdict(caption) | {
        "geography": EVERY_AUTHORITY,
        "period": f"every year held to {caption.period}",
    }


@theme.remember
def _draw(
    rows: pd.DataFrame, labels: Sequence[str], marks: Sequence[str], places: int, axis: str, name: str,
    title: str, alt: str,
) -> str:  # fmt: skip
    """Draw a forest whose first row is the headline, whatever its mark."""
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=0.36 * len(rows) + 0.9)
        draw_rows(axes, rows, labels, ["headline", *marks[1:]], places)
        axes.set_xlabel(axis)
        return theme.to_svg(figure, name, title, alt)


def _in_words(opening: str, rows: pd.DataFrame, labels: Sequence[str], places: int) -> str:
    said = [
        f"{label}: {in_brackets(row, places)}."
        for label, row in zip(labels, rows.to_dict("records"), strict=True)
    ]
    return " ".join([opening, *said])


def _label(row: dict[str, str], outcome: str) -> str:
    """Name a way of estimating, and what was estimated where that is not the headline's outcome."""
    return row["model"] if row["outcome"] == outcome else f"{row['model']}: {row['outcome']}"


def _estimates_title(estimates: pd.DataFrame) -> str:
    """Say what the headline found, or that it can be told from none."""
    if estimates["estimate"].isna().all():
        return "No estimate can be made"
    head = estimates.iloc[0]
    if pd.isna(head["estimate"]):
        return "No estimate within authorities can be made"
    if not is_clear(head):
        interval = in_brackets(head, CASES).replace(" (", " cases (")
        return f"No clear link within authorities: {interval}"
    side = "higher" if head["estimate"] > 0 else "lower"
    apart = plain(abs(head["estimate"]), CASES)
    return f"Caseload was {apart} cases {side} in years with 10 points more agency"


def _estimates_notes(dotted: bool, logs: bool) -> tuple[str, ...]:
    notes = [
        "The diamond is the headline: an authority's own years beside each other, what was common to "
        "every authority in a year taken out. Lines are 95% intervals.",
        FROM_NONE,
    ]
    if dotted:
        notes.append("The dotted line is a range of estimates, from lowest to highest, and not an interval.")
    if logs:
        notes.append("Estimates of logarithms are in per cent: they are in the table and not drawn.")
    return tuple(notes)


def _shown_estimates(estimates: pd.DataFrame, logs: pd.Series) -> pd.DataFrame:
    if estimates["estimate"].isna().all():
        return why_none(estimates, "Model", "no estimate can be made")
    places = [PER_CENT if log else CASES for log in logs]
    unit = " (cases; % where the outcome is a log)" if logs.any() else " (cases)"
    outcome = estimates["outcome"].iloc[0]
    first = {"Model": [_label(row, outcome) for row in estimates.to_dict("records")]}
    return pd.DataFrame(first | columns_of(estimates, places, unit))


def _parts_title(parts: pd.DataFrame) -> str:
    """Name the parts that can be told from none: three at most, for want of room."""
    if parts["estimate"].isna().all():
        return "No estimate of the parts of caseload can be made"
    found = [
        f"{row['part']} {signed(row['estimate'], PER_CENT)}%"
        for row in parts.to_dict("records")
        if is_clear(row)
    ]
    if not found:
        return "No part of caseload went with agency share that one can tell"
    return f"With 10 points more agency: {listed(found[:3])}"


def _shown_parts(parts: pd.DataFrame) -> pd.DataFrame:
    if parts["estimate"].isna().all():
        return why_none(parts, "Part", "no estimate can be made")
    return pd.DataFrame({"Part": parts["part"]} | columns_of(parts, [PER_CENT] * len(parts), " (%)"))
