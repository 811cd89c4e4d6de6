"""A target: how likely it is to be reached by when, and how often it has been reached before."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analytics.charts import theme
from analytics.charts.cells import area_of, day, limits, part
from analytics.charts.fan import NINE_IN_TEN, month_of
from analytics.charts.intervals import why_none, written
from analytics.exhibits import Caption, Exhibit
from analytics.words import bare_span, legend, number, plain

YEARS = {1: "a year", 2: "two years"}


def plot_target(target: pd.DataFrame, caption: Caption, name: str = "target") -> Exhibit:
    """Draw the share of simulated outcomes in which the agency rate is at the target or lower.

    `target` has a row a `month` with its `date` (text, year first): the `target` in per cent, its
    `probability` (0 to 1), the permanent starters needed beyond those foreseen `starters_needed`
    with `starters_lower, starters_upper` (median with the limits of nine in ten, FTE) and `status`.
    """
    rows = target.sort_values("month")
    known = rows.dropna(subset=["probability"])
    title, shown = _title(known), _shown(target, rows)
    svg, alt, notes = "", "", legend(shown)
    parts = asdict(caption) | {
        "measure": "Chance that the agency rate (FTE) is at the target or lower",
        "unit": "%; FTE",
        "geography": area_of(caption),
    }
    if len(known):
        alt, notes = _alt(known), (*_notes(), *notes)
        svg = _draw(known, name, title, alt)
        parts["measure"] = f"Chance that the agency rate (FTE) is {_goal(known)} or less"
        parts["period"] = " to ".join(day(known["date"].iloc[end]) for end in (0, -1))
    return Exhibit(name=name, title=title, **parts, table=target, shown=shown, svg=svg, alt=alt, notes=notes)


def likelihood(probability: float) -> str:
    """Write the share of simulated outcomes, which is never none or all of what could happen.

    >>> likelihood(0.384), likelihood(0.0), likelihood(0.9951), likelihood(0.01)
    ('38%', 'under 1%', 'over 99%', '1%')
    """
    if probability < 0.01:
        return "under 1%"
    return "over 99%" if probability > 0.99 else f"{plain(100 * probability, 0)}%"


def _goal(known: pd.DataFrame) -> str:
    return number(known["target"].iloc[-1], "percent")


def _draw(known: pd.DataFrame, name: str, title: str, alt: str) -> str:
    last = known.iloc[-1]
    ticks = known[known["month"] % 6 == 0]
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=3.4)
        axes.plot(known["month"], 100 * known["probability"], color=theme.FOCUS, linewidth=2.6)
        axes.plot(
            last["month"], 100 * last["probability"], color=theme.FOCUS, marker="o", markersize=7,
            clip_on=False,
        )  # fmt: skip
        axes.annotate(
            f"{likelihood(last['probability'])}\nby {month_of(last['date'])}",
            # Kept off the corners, where the dates and the heading are.
            (last["month"], min(max(100 * last["probability"], 6), 94)), xytext=(10, 0), va="center",
            textcoords="offset points", fontweight="bold", annotation_clip=False,
        )  # fmt: skip
        axes.set_ylim(-2, 102)
        axes.set_yticks(range(0, 101, 25))
        axes.yaxis.set_major_formatter("{x:g}%")
        axes.set_xlim(known["month"].iloc[0], max(last["month"], 1))
        axes.set_xticks(ticks["month"], [month_of(date).replace(" ", "\n") for date in ticks["date"]])
        axes.set_title(f"Chance of an agency rate of {_goal(known)} or less (%)")
        return theme.to_svg(figure, name, title, alt)


def _title(known: pd.DataFrame) -> str:
    if known.empty:
        return "No chance of reaching the target can be given"
    last = known.iloc[-1]
    chance = likelihood(last["probability"])
    return f"Agency rate of {_goal(known)} or less by {month_of(last['date'])}: {chance} chance"


def _alt(known: pd.DataFrame) -> str:
    last = known.iloc[-1]
    said = [f"Line of the chance that the agency rate is {_goal(known)} or less, by month, from 0% to 100%."]
    yearly = known[known["month"].mod(12).eq(0) | known["month"].eq(last["month"])]
    said += [f"{day(row['date'])}: {likelihood(row['probability'])}." for _, row in yearly.iterrows()]
    if pd.notna(last["starters_needed"]):
        said.append(
            f"Permanent starters needed by then beyond those foreseen: "
            f"{plain(last['starters_needed'], 1)} FTE, 9 in 10 from "
            f"{limits(last['starters_lower'], last['starters_upper'], 'fte')}."
        )
    return " ".join(said)


def _notes() -> tuple[str, ...]:
    return (
        "The chance is the share of simulated outcomes; none in the simulation is not none in the world, so "
        "it is never written as 0% or 100%.",
        "Starters needed are permanent, full-time equivalent, and beyond those foreseen: the middle of the "
        f"simulated outcomes, with the limits that hold {NINE_IN_TEN}.",
    )


def _shown(target: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """List every third month and the last."""
    if target["probability"].isna().all():
        return why_none(target, "Date", "no chance can be given")
    listed = rows[rows["month"].mod(3).eq(0) | rows["month"].eq(rows["month"].max())]
    records = listed.to_dict("records")
    return pd.DataFrame(
        {
            "Date": [day(row["date"]) for row in records],
            "Target: this or less (%)": [written(row["target"], row["status"], 1) for row in records],
            "Chance (%)": [
                row["status"] or "no data"
                if pd.isna(row["probability"])
                else likelihood(row["probability"]).removesuffix("%")
                for row in records
            ],
            "Further starters needed, middle (FTE)": [
                written(row["starters_needed"], row["status"], 1) for row in records
            ],
            "Further starters needed, 9 in 10 (FTE)": [
                limits(row["starters_lower"], row["starters_upper"], "fte", "no data") for row in records
            ],
        }
    )


def tabulate_base_rate(base_rate: pd.DataFrame, caption: Caption, name: str = "base_rate") -> Exhibit:
    """Show how many authorities that stood where the area did reached the target in a year or two.

    `base_rate` has a row a number of `years` (1 or 2): the rate at which the area `stood`, the
    `target` and the band `band_lower, band_upper` in per cent, `n` authority years that stood in
    the band, how many of them `reached` the target or lower, that `share` with its 95% interval
    `lower, upper` (Wilson) in per cent, and `status`.
    """
    shown = _shown_base_rate(base_rate)
    known = base_rate["reached"].notna().any()
    parts = asdict(caption) | {
        "measure": "Agency rate (FTE): authorities that stood as high and reached the target",
        "unit": "%; number",
        "geography": "England, by authority",
        "period": f"every year held to {caption.period}",
    }
    notes = (
        "The interval is Wilson's. An authority may be counted in more than one year, so that the interval "
        "is, if anything, too narrow.",
    )
    return Exhibit(
        name=name,
        title=_base_rate_title(base_rate),
        **parts,
        table=base_rate,
        shown=shown,
        notes=(notes if known else ()) + legend(shown),
    )


def _base_rate_title(base_rate: pd.DataFrame) -> str:
    rows = base_rate.dropna(subset=["n", "reached"]).sort_values("years")
    if rows.empty:
        return "No authorities that stood this high can be counted"
    row = rows.iloc[0]
    if not row["n"]:
        return "No other authority has stood this high"
    times = "the 1 time that an authority" if row["n"] == 1 else f"{part(row['n'])} times that authorities"
    reached = part(row["reached"]) if row["reached"] else "none"
    return f"Of {times} stood this high, {reached} got there in {YEARS[int(row['years'])]}"


def _shown_base_rate(base_rate: pd.DataFrame) -> pd.DataFrame:
    if base_rate[["n", "reached"]].isna().all(axis=None):
        return why_none(base_rate, "Years ahead", "no authorities can be counted")
    rows = base_rate.to_dict("records")
    return pd.DataFrame(
        {
            "Time allowed": [YEARS[int(row["years"])] for row in rows],
            "Stood at (%)": [written(row["stood"], row["status"], 1) for row in rows],
            "Counted as there (%)": [
                "no data"
                if pd.isna(row["band_lower"])
                else bare_span(row["band_lower"], row["band_upper"], "percent")
                for row in rows
            ],
            "Target: this or less (%)": [written(row["target"], row["status"], 1) for row in rows],
            "Authority years": [part(row["n"], "no data") for row in rows],
            "Reached the target": [part(row["reached"], "no data") for row in rows],
            "Share (%)": [written(row["share"], row["status"], 1) for row in rows],
            "95% interval (%)": [limits(row["lower"], row["upper"], "percent", "no data") for row in rows],
        }
    )
