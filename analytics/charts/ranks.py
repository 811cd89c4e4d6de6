"""Places in an order, with how sure each place is."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analytics.charts import theme
from analytics.charts.cells import limits, ordinal
from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS, Measure, measure
from analytics.words import cell, legend, plain, reason


def plot_shrunken(shrunken: pd.DataFrame, caption: Caption, measured: str, name: str = "shrunken") -> Exhibit:
    """Draw the rank of an area and of its neighbours among all authorities, with 95% intervals.

    `shrunken` has a row an authority: `name, kind` ("area", "neighbour" or "other"), the published
    `value` and the steadied `shrunken, lower, upper` in the measure's unit, `weight` (the share of
    its own figures in that, 0 to 1), `rank, rank_lower, rank_upper` (1 is the lowest, or the
    highest where high is good) and `status`.
    """
    entry, every = measure(measured), int(shrunken["rank"].notna().sum())
    rows = shrunken[shrunken["kind"] != "other"].sort_values("rank", ignore_index=True)
    ranked = rows[rows["rank"].notna()]
    title, shown = _title(rows, every), _shown(rows, entry)
    svg, alt, notes = "", "", legend(shown)
    if len(ranked):
        alt, notes = _alt(rows, every, entry), (*_notes(every), *notes)
        svg = _draw(ranked, every, entry, name, title, alt)
    parts = asdict(caption) | {
        "measure": f"{entry.title}, steadied",
        "unit": UNIT_WORDS[entry.unit],
        "geography": f"the area and its statistical neighbours, among {every} authorities in England",
    }
    return Exhibit(
        name=name, title=title, **parts, table=shrunken, shown=shown, svg=svg, alt=alt, notes=notes
    )


def _draw(ranked: pd.DataFrame, every: int, entry: Measure, name: str, title: str, alt: str) -> str:
    own = list(ranked["kind"] == "area")
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=0.32 * len(ranked) + 1.1)
        for height, row in ranked.iterrows():
            colour, marker = (theme.FOCUS, "D") if row["kind"] == "area" else ("#6F777B", "o")
            axes.plot([row["rank_lower"], row["rank_upper"]], [height, height], color=colour, linewidth=2)
            axes.plot(row["rank"], height, marker=marker, color=colour, markersize=7)
            axes.annotate(
                _place(row), (1.01, height), xycoords=("axes fraction", "data"), va="center", fontsize=9,
                annotation_clip=False, fontweight="bold" if row["kind"] == "area" else "normal",
            )  # fmt: skip
        axes.set_yticks(range(len(ranked)), list(ranked["name"]))
        for tick, bold in zip(axes.get_yticklabels(), own, strict=True):
            tick.set_fontweight("bold" if bold else "normal")
        axes.set_ylim(len(ranked) - 0.4, -0.6)
        axes.set_xlim(1 - 0.02 * every, every * 1.02)
        axes.set_xticks([1, *range(25, every - 8, 25), every])
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(f"{entry.short}: rank among {every} authorities (1 is the {_first(entry)})")
        return theme.to_svg(figure, name, title, alt)


def _first(entry: Measure) -> str:
    return "highest" if entry.polarity == "high" else "lowest"


def _place(row: pd.Series) -> str:
    """Write a rank with its interval.

    >>> _place(pd.Series({"rank": 118, "rank_lower": 101, "rank_upper": 131}))
    '118th (101st to 131st)'
    """
    return f"{ordinal(row['rank'])} ({ordinal(row['rank_lower'])} to {ordinal(row['rank_upper'])})"


def _title(rows: pd.DataFrame, every: int) -> str:
    own = rows[rows["kind"] == "area"]
    if not every:
        return "No authority can be ranked"
    if own["rank"].isna().all():
        return f"{next(iter(own['name']), 'The area')} cannot be ranked this year"
    row = own.iloc[0]
    plausibly = f"plausibly {ordinal(row['rank_lower'])} to {ordinal(row['rank_upper'])}"
    return f"{row['name']} ranks {ordinal(row['rank'])} of {every}, {plausibly}"


def _alt(rows: pd.DataFrame, every: int, entry: Measure) -> str:
    said = [
        f"Rank by {entry.short.lower()} among {every} authorities, 1 the {_first(entry)}, with 95% intervals."
    ]
    for row in rows.to_dict("records"):
        if pd.isna(row["rank"]):
            said.append(f"{row['name']}: no rank, {reason(row['status'])}.")
        else:
            said.append(f"{row['name']}: {_place(row)}.")
    return " ".join(said)


def _notes(every: int) -> tuple[str, ...]:
    return (
        "A steadied rate draws a published rate towards that of all authorities, the more so the fewer "
        "its figures (empirical Bayes, beta-binomial).",
        f"Lines are 95% intervals of the rank among {every} authorities; intervals that overlap "
        "leave the order open.",
    )


def _shown(rows: pd.DataFrame, entry: Measure) -> pd.DataFrame:
    if rows.empty:
        return pd.DataFrame({"Authority": ["no authority has a figure to rank"]})
    unit, records = UNIT_WORDS[entry.unit], rows.to_dict("records")
    return pd.DataFrame(
        {
            "Authority": rows["name"],
            f"Published rate ({unit})": [cell(row["value"], row["status"], entry.unit) for row in records],
            f"Steadied rate ({unit})": [cell(value, "", entry.unit) for value in rows["shrunken"]],
            f"95% interval ({unit})": [
                limits(row["lower"], row["upper"], entry.unit, "no data") for row in records
            ],
            "Weight of its own figures (%)": [
                "no data" if pd.isna(weight) else plain(100 * weight, 1) for weight in rows["weight"]
            ],
            "Rank": ["not ranked" if pd.isna(rank) else plain(rank, 0) for rank in rows["rank"]],
            "95% interval of the rank": [
                "not ranked" if pd.isna(low) else f"{plain(low, 0)} to {plain(high, 0)}"
                for low, high in rows[["rank_lower", "rank_upper"]].to_numpy()
            ],
        }
    )
