"""A fan: the published past, and ahead of it the range of the simulated outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analytics.charts import theme
from analytics.charts.cells import area_of, day
from analytics.charts.intervals import why_none, written
from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS, Measure, measure
from analytics.words import DECIMALS, begun_small, legend, number, plain, possessive, span

NINE_IN_TEN = "nine in ten of the simulated outcomes"
EDGES = {
    "p5": ("5% of outcomes below", "9 in 10, from"),
    "p25": ("25% below", "half, from"),
    "p50": ("Middle", "middle"),
    "p75": ("75% below", "half, up to"),
    "p95": ("95% below", "9 in 10, up to"),
}
"""What each percentile is called in the table and beside the fan."""
OUTER, INNER, OUTLINE = "#D3E6F8", "#6BACE6", "#2073BC"
SINCE = theme.CATEGORIES[3]


def plot_fan(
    projection: pd.DataFrame, trend: pd.DataFrame, caption: Caption, measures: Sequence[str], start: str,
    name: str = "projection",
) -> Exhibit:  # fmt: skip
    """Draw the simulated outcomes of one to six measures as fans, one panel each, after the published past.

    `projection` has a row a `month` and `measure`, month 0 the `date` of the published figures: the
    percentiles `p5, p25, p50, p75, p95` and the published `outturn` of that day in the measure's
    unit, and `status`. `trend` has the past: `kind, comparator, period, measure, value`. `start` is
    the day on which the projection was made; dates are text, year first.
    """
    fans = {one: projection[projection["measure"] == one].sort_values("month") for one in measures}
    known = [one for one in measures if fans[one]["p50"].notna().any()]
    own = trend[trend["kind"] == "area"]
    area = next(iter(own["comparator"]), area_of(caption))
    title, shown = _title(fans, known), _shown(projection, fans, known)
    svg, alt, notes = "", "", legend(shown)
    parts = asdict(caption) | {
        "measure": "; ".join(measure(one).title for one in measures),
        "unit": "; ".join(dict.fromkeys(UNIT_WORDS[measure(one).unit] for one in measures)),
        "geography": area,
    }
    if known:
        alt, notes = _alt(fans, known, area, start), (*_notes(fans, known, start), *notes)
        svg = _draw(fans, own, start, name, title, alt)
        first, last = (fans[known[0]].dropna(subset=["p50"])["date"].iloc[end] for end in (0, -1))
        parts["period"] = f"published to {day(first)}, projected to {day(last)}"
    return Exhibit(
        name=name, title=title, **parts, table=projection, shown=shown, svg=svg, alt=alt, notes=notes
    )


def month_of(date: object) -> str:
    """Write the month of a date.

    >>> month_of("2027-09-30")
    'September 2027'
    """
    return f"{pd.Timestamp(date):%B %Y}"


def _headed(entry: Measure) -> str:
    """Name a measure with its unit, once where the name has it."""
    unit = f" ({UNIT_WORDS[entry.unit]})"
    return entry.short.removesuffix(unit) + unit


def _draw(
    fans: dict[str, pd.DataFrame], own: pd.DataFrame, start: str, name: str, title: str, alt: str
) -> str:
    columns = min(len(fans), 2)
    lines = -(-len(fans) // columns)
    tall = 3.8 if lines == 1 else 3.3
    with theme.house_style():
        figure, panels = theme.new_figure(8.0 if columns == 1 else 9.0, tall * lines, columns, lines)
        for axes, (one, rows) in zip(panels, fans.items(), strict=False):
            entry = measure(one)
            axes.set_title(_headed(entry))
            _draw_panel(axes, rows.dropna(subset=["p50"]), _past(own, rows, entry), entry, start, tall)
        for axes in panels[len(fans) :]:
            axes.set_axis_off()
        return theme.to_svg(figure, name, title, alt)


def _past(own: pd.DataFrame, rows: pd.DataFrame, entry: Measure) -> pd.Series:
    """Give the published figures by day, gaps included, none later than the projection sets out from."""
    known = own[own["measure"] == entry.name].dropna(subset=["value"]).set_index("period")["value"]
    if rows.empty or known.empty:
        return known
    past = known.reindex(range(int(known.index.min()), int(known.index.max()) + 1))
    past.index = pd.Index([entry.publication.last_day(year) for year in past.index])
    return past[past.index <= rows["date"].min()]


def _draw_panel(
    axes: Axes, rows: pd.DataFrame, past: pd.Series, entry: Measure, start: str, tall: float
) -> None:
    """Draw one measure in a panel `tall` inches high."""
    if rows.empty:
        axes.text(0.5, 0.5, "no projection", transform=axes.transAxes, ha="center", va="center")
        axes.set(xticks=[], yticks=[])
        return
    top = 1.28 * np.nanmax([rows["p95"].max(), rows["outturn"].max(), past.max(), 0.5])
    days = _days(rows["date"])
    axes.set_ylim(0, top)
    for low, high, colour in (("p5", "p95", OUTER), ("p25", "p75", INNER)):
        axes.fill_between(
            days, rows[low], rows[high], facecolor=colour, edgecolor=OUTLINE, linewidth=0.8, zorder=1.5
        )
    axes.plot(days, rows["p50"], color=theme.FOCUS, linewidth=2, linestyle=theme.DASHES[1])
    axes.plot(_days(past.index), past, color=theme.FOCUS, linewidth=2.6, marker="o", markersize=4)
    _mark_start(axes, start)
    _mark_since(axes, _since(rows), entry)
    years = range(int(min([*past.index, rows["date"].iloc[0]])[:4]), int(rows["date"].iloc[-1][:4]) + 1)
    ticks = years[:: -2 if len(years) > 6 else -1]
    axes.set_xticks(_days([entry.publication.last_day(year) for year in ticks]), [str(one) for one in ticks])
    axes.set_xlabel(f"At {entry.publication.year_end}")
    _label_edges(axes, rows.iloc[-1], entry, top * 0.2 / (tall - 0.9))


def _days(dates: Iterable[str]) -> list[float]:
    return [float(pd.Timestamp(date).toordinal()) for date in dates]


def _mark_start(axes: Axes, start: str) -> None:
    (across,) = _days([start])
    axes.axvline(across, color=theme.TEXT, linewidth=1.2)
    axes.annotate(
        f"projection made\n{month_of(start)}", (across, 1), xytext=(-4, -2), textcoords="offset points",
        xycoords=("data", "axes fraction"), ha="right", va="top", fontsize=9,
    )  # fmt: skip


def _mark_since(axes: Axes, since: pd.DataFrame, entry: Measure) -> None:
    """Mark what was published since, and write it beneath the panel, where nothing is in its way."""
    if since.empty:
        return
    said = [f"{number(row['outturn'], entry.unit)} in {row['date'][:4]}" for _, row in since.iterrows()]
    axes.plot(
        _days(since["date"]), since["outturn"], color=SINCE, marker="s", markersize=8, linestyle="none",
        markeredgecolor=theme.TEXT, zorder=4, label=f"published since: {', '.join(said)}",
    )  # fmt: skip
    axes.legend(loc="upper left", bbox_to_anchor=(-0.05, -0.17), frameon=False, handletextpad=0.2)


def _label_edges(axes: Axes, last: pd.Series, entry: Measure, gap: float) -> None:
    """Write each edge of the fan beside where it ends, or as near as the others allow."""
    (across,) = _days([last["date"]])
    left, right = axes.get_xlim()
    heights = theme.spread([last[edge] for edge in EDGES], gap)
    under = max(0.0, gap / 2 - min(heights))
    for (edge, (_, called)), height in zip(EDGES.items(), heights, strict=True):
        theme.add_label(
            axes, f"{called} {plain(last[edge], DECIMALS[entry.unit])}", (across, last[edge]),
            (right + 0.02 * (right - left), height + under), {"color": OUTLINE, "linewidth": 0.8},
            fontweight="bold" if edge == "p50" else "normal",
        )  # fmt: skip
    axes.set_xlim(left, right)


def _since(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows["month"] > 0) & rows["outturn"].notna() & rows["p5"].notna() & rows["p95"].notna()]


def _beside(row: pd.Series) -> str:
    """Say where a published figure fell beside the band."""
    return "above" if row["outturn"] > row["p95"] else "below" if row["outturn"] < row["p5"] else "within"


def _title(fans: dict[str, pd.DataFrame], known: Sequence[str]) -> str:
    """Give the range of the first measure; where something was published since, whether it fell within."""
    if not known:
        return "No projection can be made"
    entry, rows = measure(known[0]), fans[known[0]].dropna(subset=["p50"])
    since = _since(rows)
    row = (since if len(since) else rows).iloc[-1]
    likely, month = span(row["p5"], row["p95"], entry.unit), month_of(row["date"])
    if since.empty:
        return f"{entry.short} by {month}: {likely} likely, middle {number(row['p50'], entry.unit)}"
    published = number(row["outturn"], entry.unit)
    return f"{entry.short} in {month}: {published} published since, {_beside(row)} the likely {likely}"


def _alt(fans: dict[str, pd.DataFrame], known: Sequence[str], area: str, start: str) -> str:
    shorts = [begun_small(measure(one).short) for one in known]
    said = [
        f"Fans of {possessive(area)} projected {', '.join(shorts)}, made on {day(start)}, after the "
        "published past."
    ]
    for one in known:
        entry, rows = measure(one), fans[one].dropna(subset=["p50"])
        first, last = rows.iloc[0], rows.iloc[-1]
        said.append(
            f"{entry.short}: from {number(first['p50'], entry.unit)} on {day(first['date'])} to a middle of "
            f"{number(last['p50'], entry.unit)} on {day(last['date'])}, half of outcomes between "
            f"{span(last['p25'], last['p75'], entry.unit)}, 9 in 10 between "
            f"{span(last['p5'], last['p95'], entry.unit)}."
        )
        said += [
            f"Published since, {day(row['date'])}: {number(row['outturn'], entry.unit)}, {_beside(row)} that."
            for _, row in _since(rows).iterrows()
        ]
    return " ".join(said)


def _notes(fans: dict[str, pd.DataFrame], known: Sequence[str], start: str) -> tuple[str, ...]:
    return (
        f"The outer band holds {NINE_IN_TEN}, the inner band half of them; the dashed line is the middle. "
        "One outcome in ten falls outside the outer band.",
        f"The upright line is the day on which the projection was made, {day(start)}. Each panel has its "
        "own scale, from 0.",
        *(["Squares are figures published since."] if any(len(_since(fans[one])) for one in known) else []),
    )


def _shown(projection: pd.DataFrame, fans: dict[str, pd.DataFrame], known: Sequence[str]) -> pd.DataFrame:
    """List the start, each day on which figures are published, and the end."""
    if not known:
        return why_none(projection, "Measure", "no projection can be made")
    return pd.DataFrame([row for one, rows in fans.items() for row in _listed(rows, measure(one))])


def _listed(rows: pd.DataFrame, entry: Measure) -> list[dict[str, str]]:
    last_published = rows.loc[rows["outturn"].notna(), "month"].max()
    said = []
    for row in rows.to_dict("records"):
        is_due = row["date"] == entry.publication.last_day(int(row["date"][:4]))
        if not (is_due or row["month"] in (0, rows["month"].max())):
            continue
        places = DECIMALS[entry.unit]
        waiting = "not yet published" if is_due and not row["month"] < last_published else "no data"
        since = waiting if pd.isna(row["outturn"]) else plain(row["outturn"], places)
        said.append(
            {"Measure": _headed(entry), "Date": day(row["date"])}
            | {header: written(row[edge], row["status"], places) for edge, (header, _) in EDGES.items()}
            | {"Published since": "the start" if row["month"] == 0 else since}
        )
    return said
