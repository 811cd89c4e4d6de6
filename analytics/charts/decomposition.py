"""The change in an area's caseload, taken apart: cases, workforce, and the share of it that holds cases."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from analytics.charts import theme
from analytics.charts.cells import area_of
from analytics.charts.intervals import signed, why_none, written
from analytics.exhibits import Caption, Exhibit
from analytics.measures import measure
from analytics.words import plain, reason

CASES = "cases per case holder"


class Part(NamedTuple):
    """A part of caseload: its names, its decimals, and what a rise or a fall of caseload by it means."""

    header: str
    tick: str
    suffix: str
    places: int
    up: str
    down: str


PARTS = {
    "cases": Part("Cases held", "Cases held", "", 0, "more cases", "fewer cases"),
    "workforce": Part(
        "Workforce", "Workforce\n(FTE)", "", 1, "a smaller workforce", "a larger workforce"
    ),
    "share": Part(
        "Share holding cases", "Share of it\nholding cases", "%", 1,
        "a smaller share holding cases", "a larger share holding cases",
    ),
}  # fmt: skip
NOTES = (
    "Caseload is the cases held over the part of the workforce that holds cases. The parts of a change "
    "add up to it; as printed they may differ in the last figure. In brackets: from what to what the "
    "part went itself.",
)
UP, DOWN = theme.CATEGORIES[3], theme.CATEGORIES[1]


def plot_decomposition(decomposition: pd.DataFrame, caption: Caption, name: str = "decomposition") -> Exhibit:
    """Draw caseload from the first year to the last by its parts; tabulate it year by year as well.

    `decomposition` has, for each `span` ("year" or "whole") from `start` to `end`, a row a `part`
    ("cases", "workforce", "share" and, for the total, "caseload"): its figure `before` and `after`,
    its `contribution` in cases per case holder, and `status`. The three contributions add up to the
    total. A gap has no contribution and says why in `status`.
    """
    whole = decomposition[decomposition["span"] == "whole"].set_index("part")
    whole = whole.reindex(["caseload", *PARTS])
    complete = bool(whole["contribution"].notna().all())
    title, shown = _title(whole, complete), _shown(decomposition)
    svg, alt = "", ""
    if complete:
        alt = _alt(whole)
        svg = _draw(whole, name, title, alt)
    known = decomposition["contribution"].notna().any()
    parts = asdict(caption) | {
        "measure": "Change in average caseload (FTE), and its parts",
        "unit": CASES,
        "geography": area_of(caption),
        "period": _period(decomposition) or caption.period,
    }
    return Exhibit(
        name=name,
        title=title,
        **parts,
        table=decomposition,
        shown=shown,
        svg=svg,
        alt=alt,
        notes=NOTES if known else (),
    )


def _period(decomposition: pd.DataFrame) -> str:
    if decomposition.empty:
        return ""
    ends = int(decomposition["start"].min()), int(decomposition["end"].max())
    return " to ".join(measure("caseload_fte").period(year) for year in ends)


def _draw(whole: pd.DataFrame, name: str, title: str, alt: str) -> str:
    total = whole.loc["caseload"]
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=3.8)
        top = 1.12 * _draw_parts(axes, whole)
        for place, side in ((0, "before"), (len(PARTS) + 1, "after")):
            axes.bar(place, total[side], width=0.6, color=theme.FOCUS)
            axes.annotate(
                plain(total[side], 1), (place, total[side]), xytext=(0, 3), textcoords="offset points",
                ha="center", fontweight="bold",
            )  # fmt: skip
        ticks = [
            f"{part.tick}\n{_figure(part, row['before'])} to {_figure(part, row['after'])}"
            for part, row in zip(PARTS.values(), whole.loc[[*PARTS]].to_dict("records"), strict=True)
        ]
        years = [f"Caseload\nin {total[year]:.0f}" for year in ("start", "end")]
        axes.set_xticks(range(len(PARTS) + 2), [years[0], *ticks, years[1]])
        axes.set_ylim(0, top)
        axes.set_title(f"Average caseload ({CASES})")
        return theme.to_svg(figure, name, title, alt)


def _draw_parts(axes: Axes, whole: pd.DataFrame) -> float:
    """Draw each part as a step from where the last one ended; give the highest point reached."""
    level = highest = float(whole.at["caseload", "before"])
    for place, part in enumerate(PARTS, start=1):
        change = float(whole.at[part, "contribution"])
        axes.plot([place - 1, place], [level, level], color="#505A5F", linewidth=0.8, zorder=0)
        colour = UP if change > 0 else DOWN
        # With an edge of its own colour, so that a part of hardly anything is seen.
        axes.bar(place, change, bottom=level, width=0.6, color=colour, edgecolor=colour, linewidth=1.5)
        highest = max(highest, level, level + change)
        axes.annotate(
            signed(change, 1), (place, max(level, level + change)), xytext=(0, 3),
            textcoords="offset points", ha="center",
        )  # fmt: skip
        level += change
    axes.plot([len(PARTS), len(PARTS) + 1], [level, level], color="#505A5F", linewidth=0.8, zorder=0)
    return max(highest, level)


def _figure(part: Part, value: float) -> str:
    return plain(value, part.places) + part.suffix


def _title(whole: pd.DataFrame, complete: bool) -> str:
    """Say how caseload moved, and which parts moved it most in that direction."""
    if not complete:
        return "The change in caseload cannot be taken apart"
    total = whole.loc["caseload"]
    before, after = (plain(total[side], 1) for side in ("before", "after"))
    if before == after:
        return f"Caseload was {before} in {total['start']:.0f} and in {total['end']:.0f}"
    rose = total["contribution"] > 0
    along = whole.loc[[*PARTS], "contribution"] * (1 if rose else -1)
    # A part a quarter as large as the largest is worth naming; one smaller is not what moved it most.
    most = along[along >= along.max() / 4].sort_values(ascending=False).index[:2]
    named = [PARTS[part].up if rose else PARTS[part].down for part in most]
    return f"Caseload {'rose' if rose else 'fell'} from {before} to {after}: {', '.join(named)}"


def _alt(whole: pd.DataFrame) -> str:
    total = whole.loc["caseload"]
    said = [
        f"Waterfall of average caseload, {CASES}: {plain(total['before'], 1)} in {total['start']:.0f}, "
        f"{plain(total['after'], 1)} in {total['end']:.0f}, a change of {signed(total['contribution'], 1)}."
    ]
    for name, part in PARTS.items():
        row = whole.loc[name]
        said.append(
            f"{part.header}, from {_figure(part, row['before'])} to {_figure(part, row['after'])}: "
            f"{signed(row['contribution'], 1)}."
        )
    return " ".join(said)


def _shown(decomposition: pd.DataFrame) -> pd.DataFrame:
    """List the spans, the whole last, with what each part came to or why it cannot be said."""
    if decomposition["contribution"].isna().all():
        return why_none(
            decomposition, "From–to", "the change in caseload cannot be taken apart", "it takes two years"
        )
    last = decomposition.sort_values("span", key=lambda span: span.eq("whole"), kind="stable")
    spans = last.groupby(["span", "start", "end"], sort=False)
    rows = [_row(str(span), int(start), int(end), rows) for (span, start, end), rows in spans]
    return pd.DataFrame(rows)


def _moved(part: Part, row: dict[str, Any]) -> str:
    """Write what a part came to, and from what to what it went itself."""
    if pd.isna(row["contribution"]):
        return "no data"
    return (
        f"{signed(row['contribution'], 1)} ({_figure(part, row['before'])} to {_figure(part, row['after'])})"
    )


def _row(span: str, start: int, end: int, rows: pd.DataFrame) -> dict[str, str]:
    by = rows.set_index("part").reindex(["caseload", *PARTS]).to_dict("index")
    why = next((f" ({reason(status)})" for status in rows["status"] if status), "")
    total = by["caseload"]
    parts = {f"{part.header} ({CASES})": _moved(part, by[name]) for name, part in PARTS.items()}
    return {
        "From–to": f"{start} to {end}{', the whole' if span == 'whole' else ''}{why}",
        f"Caseload before ({CASES})": written(total["before"], "", 1),
        **parts,
        f"Caseload after ({CASES})": written(total["after"], "", 1),
    }
