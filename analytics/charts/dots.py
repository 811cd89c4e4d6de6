"""An area among its statistical neighbours: a dot each, with its interval where it has one."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analytics.charts import theme
from analytics.charts.cells import limits, part
from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS, measure
from analytics.words import cell, legend, number, possessive, span

AVERAGES = {"pooled": "neighbours pooled", "mean": "neighbours' mean", "median": "neighbours' median"}


def plot_neighbours(
    neighbours: pd.DataFrame,
    position: pd.DataFrame,
    caption: Caption,
    measured: str,
    name: str = "neighbours",
    average: str = "pooled",
) -> Exhibit:
    """Draw the usable neighbours and the area in order of one measure; tabulate all of them.

    `neighbours` is of one year, as a study gives it; `position` supplies the area and the figure
    of its neighbours together; `measured` names the measure; `average` says which figure that is:
    "pooled", "mean" or "median".

    Raises:
        KeyError: there is no such average.
    """
    entry = measure(measured)
    neighbours = neighbours[neighbours["measure"] == measured].reset_index(drop=True)
    rows = position[position["measure"] == measured].set_index("kind")
    area, middle = rows.loc["area"], rows.loc[f"neighbours_{average}"]
    dots = _dots(neighbours, area)
    title = _title(dots, area, middle, entry.short.lower())
    alt = _alt(dots, area, middle, AVERAGES[average], entry.unit, entry.short.lower())
    label = f"{entry.short} ({UNIT_WORDS[entry.unit]})"
    enough = (~dots["own"]).any()
    svg = _draw(dots, middle["value"], AVERAGES[average], name, title, alt, label) if enough else ""
    shown = _shown(neighbours, entry.unit)
    intervals = "Lines through the dots are 95% intervals: how far chance alone could move each rate."
    return Exhibit(
        name=name,
        title=title,
        **asdict(caption) | {"measure": entry.title, "unit": UNIT_WORDS[entry.unit]},
        table=neighbours,
        shown=shown,
        svg=svg,
        alt=alt if svg else "",
        notes=((intervals,) if dots["lower"].notna().any() else ()) + legend(shown),
    )


def _dots(neighbours: pd.DataFrame, area: pd.Series) -> pd.DataFrame:
    used = neighbours.loc[neighbours["used"], ["name", "value", "lower", "upper"]]
    own = pd.DataFrame([area[["value", "lower", "upper"]]]).assign(name=area["comparator"], own=True)
    comparable = own if area["status"] in ("", "low") else own.head(0)
    table = pd.concat([used.assign(own=False), comparable], ignore_index=True)
    return table.dropna(subset=["value"]).astype({"own": bool}).sort_values("value", ignore_index=True)


def _draw(dots: pd.DataFrame, middle: float, called: str, name: str, title: str, alt: str, label: str) -> str:
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=0.32 * len(dots) + 1.1)
        for height, dot in dots.iterrows():
            colour = theme.FOCUS if dot["own"] else "#6F777B"
            axes.plot([dot["lower"], dot["upper"]], [height, height], color=colour, linewidth=2)
            axes.plot(dot["value"], height, marker="D" if dot["own"] else "o", color=colour, markersize=7)
        if pd.notna(middle):
            axes.axvline(middle, color=theme.CATEGORIES[2], linestyle=(0, (5, 2)), linewidth=1.4)
            axes.annotate(
                called, (middle, len(dots) - 0.45), xytext=(4, 0),
                textcoords="offset points", fontsize=9, color=theme.CATEGORIES[2],
            )  # fmt: skip
        axes.set_yticks(range(len(dots)), list(dots["name"]))
        for tick, own in zip(axes.get_yticklabels(), dots["own"], strict=True):
            tick.set_fontweight("bold" if own else "normal")
        axes.set_ylim(-0.6, len(dots) - 0.1)
        axes.set_xlim(left=0)
        axes.grid(visible=True, axis="x")
        axes.grid(visible=False, axis="y")
        axes.set_xlabel(label)
        return theme.to_svg(figure, name, title, alt)


def _title(dots: pd.DataFrame, area: pd.Series, middle: pd.Series, short: str) -> str:
    others = dots[~dots["own"]]
    if others.empty:
        return f"No statistical neighbour's {short} can be used"
    if pd.isna(middle["value"]):
        return f"Only {len(others)} neighbours' {short} can be used, too few to compare"
    if not dots["own"].any():
        return f"No comparable {short} to place {area['comparator']} among its neighbours"
    lower = int((others["value"] < area["value"]).sum())
    how_many = {0: "none", len(others): "all"}.get(lower, str(lower))
    return f"{possessive(area['comparator'])} {short} is above {how_many} of its {len(others)} neighbours'"


def _alt(dots: pd.DataFrame, area: pd.Series, middle: pd.Series, called: str, unit: str, short: str) -> str:
    said = ["Dot chart, lowest to highest:"]
    said += ["; ".join(f"{dot['name']} {number(dot['value'], unit)}" for _, dot in dots.iterrows()) + "."]
    if dots["own"].any() and pd.notna(area["lower"]):
        said += [
            f"{possessive(area['comparator'])} 95% interval for its {short} is "
            f"{span(area['lower'], area['upper'], unit)}."
        ]
    if pd.notna(middle["value"]):
        said += [f"{called.capitalize()}: {number(middle['value'], unit)}."]
    return " ".join(said)


def _shown(neighbours: pd.DataFrame, unit: str) -> pd.DataFrame:
    """List every neighbour in the model's order, with its figure or why it is not used."""
    if neighbours.empty:
        return pd.DataFrame({"Neighbour": ["none in this model"]})
    table = pd.DataFrame(
        {
            "Neighbour, nearest first": neighbours["name"],
            "Closeness": neighbours["closeness"],
            f"Value ({UNIT_WORDS[unit]})": [
                cell(value, status, unit) for value, status in neighbours[["value", "status"]].to_numpy()
            ],
            "Numerator": [part(count, "no data") for count in neighbours["numerator"]],
            "Denominator": [part(count, "no data") for count in neighbours["denominator"]],
            "Used": ["yes" if not why else f"no: {why}" for why in neighbours["reason"]],
        }
    )
    if neighbours["lower"].notna().any():
        intervals = neighbours[["lower", "upper"]].to_numpy()
        table.insert(3, "95% interval (%)", [limits(low, high, unit, "no data") for low, high in intervals])
    return table
