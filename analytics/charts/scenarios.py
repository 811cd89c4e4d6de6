"""Scenarios: how far each takes agency share and caseload from what is planned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from textwrap import wrap
from typing import NamedTuple

import pandas as pd

from analytics.charts import theme
from analytics.charts.cells import area_of
from analytics.charts.fan import NINE_IN_TEN
from analytics.charts.intervals import draw_rows, in_brackets, is_clear, signed, why_none
from analytics.exhibits import Caption, Exhibit
from analytics.measures import measure
from analytics.words import legend, listed

AGENCY = "agency_rate_fte"
WIDTH = 26
"""How many letters wide a row's label may be, where two forests stand side by side."""


class Apart(NamedTuple):
    """How differences of a measure are called and written."""

    short: str
    unit: str
    axis: str
    places: int


DRAWN = {
    AGENCY: Apart("Agency rate", "%", "Percentage points", 1),
    "caseload_fte": Apart("Caseload", "cases per case holder", "Cases per case holder", 2),
}


class Panel(NamedTuple):
    """A forest of several side by side: rows with `estimate, lower, upper, status`."""

    rows: pd.DataFrame
    title: str
    axis: str
    places: int


def plot_scenarios(scenarios: pd.DataFrame, caption: Caption, name: str = "scenarios") -> Exhibit:
    """Draw how far each scenario takes agency share and caseload from as planned, at the last month.

    `scenarios` has a row a `scenario` (a key; the first is as planned), `month` and `measure`
    ("agency_rate_fte" or "caseload_fte"): its `title` in words, the `level` with `lower, upper`, the
    difference from as planned `effect` with `effect_lower, effect_upper` (medians with the limits of
    nine in ten) in the measure's unit, and `status`.
    """
    last, others = _last(scenarios), list(dict.fromkeys(scenarios["scenario"]))[1:]
    most = _most(last, others)
    title, shown = _title(last, others, most), _shown(scenarios)
    svg, alt, notes = "", "", legend(shown)
    panels = {one: _panel(last, others, one) for one in DRAWN}
    drawn = [panel for panel in panels.values() if panel.rows["estimate"].notna().any()]
    if drawn:
        titles = scenarios.drop_duplicates("scenario").set_index("scenario")["title"]
        labels = [titles[key] for key in others]
        month = int(last["month"].max())
        alt, notes = _alt(drawn, labels, month), (*_notes(month, most), *notes)
        marks = ["headline" if key == most else "plain" for key in others]
        svg = draw_beside(drawn, labels, marks, name, title, alt)
    parts = asdict(caption) | {
        "measure": "; ".join(measure(one).title for one in DRAWN) + ": scenarios against as planned",
        "unit": "; ".join(apart.unit for apart in DRAWN.values()),
        "geography": area_of(caption),
        "period": _period(scenarios) or caption.period,
    }
    return Exhibit(
        name=name, title=title, **parts, table=scenarios, shown=shown, svg=svg, alt=alt, notes=notes
    )


def draw_beside(
    panels: Sequence[Panel], labels: Sequence[str], marks: Sequence[str], name: str, title: str, alt: str
) -> str:
    """Draw forests side by side, row level with row; the labels stand to the left of the first."""
    lines = max(len(wrap(label, WIDTH)) for label in labels)
    with theme.house_style():
        figure, several = theme.new_figure(
            9.0, max(0.36, 0.18 * lines + 0.06) * len(labels) + 1.2, columns=len(panels)
        )
        for step, (axes, panel) in enumerate(zip(several, panels, strict=True)):
            called = [""] * len(labels) if step else labels
            draw_rows(axes, panel.rows, called, marks, panel.places, width=WIDTH)
            axes.set_title(panel.title)
            axes.set_xlabel(panel.axis)
        return theme.to_svg(figure, name, title, alt)


def _last(scenarios: pd.DataFrame) -> pd.DataFrame:
    return scenarios[scenarios["month"] == scenarios["month"].max()]


def _panel(last: pd.DataFrame, others: Sequence[str], one: str) -> Panel:
    rows = last[last["measure"] == one].set_index("scenario").reindex(list(others))
    columns = {"estimate": rows["effect"], "lower": rows["effect_lower"], "upper": rows["effect_upper"]}
    apart = DRAWN[one]
    table = pd.DataFrame(columns | {"status": rows["status"].fillna("")})
    return Panel(table, apart.short, f"{apart.axis} from as planned", apart.places)


def _period(scenarios: pd.DataFrame) -> str:
    months = [f"{month:.0f}" for month in sorted(scenarios["month"].dropna().unique())]
    return f"{listed(months)} months after the published figures" if months else ""


def _most(last: pd.DataFrame, others: Sequence[str]) -> str:
    """Give the scenario that moves agency share most, of those that can be told from as planned."""
    panel = _panel(last, others, AGENCY).rows.dropna(subset=["estimate", "lower", "upper"])
    clear = panel[[is_clear(row) for row in panel.to_dict("records")]]
    return str(clear["estimate"].abs().idxmax()) if len(clear) else ""


def _title(last: pd.DataFrame, others: Sequence[str], most: str) -> str:
    rows = last[last["scenario"].isin(others)]
    if rows["effect"].isna().all():
        return "No scenario can be projected"
    rows = rows[rows["measure"] == AGENCY].set_index("scenario")
    if rows["effect"].isna().all():
        return "No scenario of agency share can be projected"
    if not most:
        return "No scenario moves agency share that one can tell"
    effect = signed(rows.at[most, "effect"], 1)
    return f"Agency share moves most under “{rows.at[most, 'title']}”: {effect} points"


def _alt(drawn: Sequence[Panel], labels: Sequence[str], month: int) -> str:
    said = [f"Difference of each scenario from as planned after {month} months, with the range of 9 in 10."]
    for panel in drawn:
        said.append(f"{panel.title}, {panel.axis[:1].lower()}{panel.axis[1:]}:")
        rows = panel.rows.to_dict("records")
        each = [f"{label} {in_brackets(row, panel.places)}" for label, row in zip(labels, rows, strict=True)]
        said.append(f"{'; '.join(each)}.")
    return " ".join(said)


def _notes(month: int, most: str) -> tuple[str, ...]:
    return (
        f"Dots are the middle difference from as planned, which is 0, after {month} months; lines, and "
        f"brackets, hold {NINE_IN_TEN}. A line that takes in 0 is of a difference that cannot be told "
        "from none.",
        "Each panel has its own scale. Differences of agency rate are in percentage points.",
        *(["The diamond is the scenario that moves agency share most."] if most else []),
    )


def _shown(scenarios: pd.DataFrame) -> pd.DataFrame:
    """List each scenario and measure, with its level and its difference at each month."""
    if scenarios[["level", "effect"]].isna().all(axis=None):
        return why_none(scenarios, "Scenario", "no scenario can be projected")
    planned = scenarios["scenario"].iloc[0]
    groups = scenarios.groupby(["measure", "scenario"], sort=False)
    rows = {key: rows.sort_values("month") for key, rows in groups}
    return pd.DataFrame(
        [
            _row(rows[one, scenario], one, scenario == planned)
            for one in DRAWN
            for scenario in dict.fromkeys(scenarios["scenario"])
            if (one, scenario) in rows
        ]
    ).fillna("no data")


def _row(rows: pd.DataFrame, one: str, planned: bool) -> dict[str, str]:
    apart, said = DRAWN[one], {"Scenario": rows["title"].iloc[0]}
    said["Measure"] = f"{apart.short} ({apart.unit})"
    records = rows.to_dict("records")
    for row in records:
        said[f"Level after {row['month']} months"] = in_brackets(row, 1, "level")
    for row in records:
        effect = {"lower": row["effect_lower"], "upper": row["effect_upper"], "status": row["status"]}
        said[f"Difference after {row['month']} months"] = (
            "none: as planned" if planned else in_brackets(effect | {"estimate": row["effect"]}, apart.places)
        )
    return said
