"""A forecast: the past as a line, the years ahead as dots with their range."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from analytics.charts import theme
from analytics.exhibits import Caption, Exhibit
from analytics.measures import UNIT_WORDS, measure
from analytics.words import bare_span, cell, number, span


def plot_forecast(
    trend: pd.DataFrame, forecast: pd.DataFrame, caption: Caption, name: str = "forecast"
) -> Exhibit:
    """Draw an area's past figures and a no-change forecast with the range of past changes.

    `forecast` has `period, value, lower, upper, changes, measure, status`; where it has no row
    the exhibit says so in a table alone.
    """
    entry = measure(str(trend["measure"].iloc[0]))
    past = trend[(trend["kind"] == "area") & (trend["measure"] == entry.name)].set_index("period")["value"]
    area = str(trend.loc[trend["kind"] == "area", "comparator"].iloc[0])
    unit = UNIT_WORDS[entry.unit]
    parts = asdict(caption) | {"measure": entry.title, "unit": unit, "geography": area}
    if forecast.empty:
        shown = pd.DataFrame(
            {"Year": ["none"], f"Forecast ({unit})": ["no data"], f"Range ({unit})": ["no data"]}
        )
        return Exhibit(name=name, title="No forecast can be made", **parts, table=forecast, shown=shown)
    first = forecast.iloc[0]
    title = (
        f"If nothing changes: {number(first['value'], entry.unit)}, "
        f"with {span(first['lower'], first['upper'], entry.unit)} likely in {first['period']}"
    )
    alt = _alt(past, forecast, area, entry.unit, entry.short.lower())
    with theme.house_style():
        figure, (axes,) = theme.new_figure()
        axes.plot(
            past.index, past, color=theme.FOCUS, linewidth=2.6, marker="o", markersize=4, label="Published"
        )
        axes.errorbar(
            forecast["period"], forecast["value"],
            yerr=[forecast["value"] - forecast["lower"], forecast["upper"] - forecast["value"]],
            color=theme.CATEGORIES[3], marker="D", linestyle="none", linewidth=2, capsize=5,
            label="No change, with the\nrange of 8 in 10 past changes",
        )  # fmt: skip
        axes.set_ylim(0, max(past.max(), forecast["upper"].max()) * 1.12)
        axes.set_xticks([*past.index, *forecast["period"]])
        axes.set_title(f"{entry.short} ({unit})")
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)
        svg = theme.to_svg(figure, name, title, alt)
    parts["period"] = f"published to {past.index.max()}, forecast to {forecast['period'].max()}"
    shown = pd.DataFrame(
        {
            "Year": forecast["period"].astype(str),
            f"Forecast: no change ({unit})": [cell(value, "", entry.unit) for value in forecast["value"]],
            f"Range of 8 in 10 past changes ({unit})": [
                bare_span(low, high, entry.unit) for low, high in forecast[["lower", "upper"]].to_numpy()
            ],
            "Past changes used": [f"{count:,}" for count in forecast["changes"]],
        }
    )
    return Exhibit(name=name, title=title, **parts, table=forecast, shown=shown, svg=svg, alt=alt)


def _alt(past: pd.Series, forecast: pd.DataFrame, area: str, unit: str, short: str) -> str:
    known = past.dropna()
    said = [
        f"Line of {area}'s {short}: {number(known.iloc[0], unit)} in {known.index[0]}, "
        f"{number(known.iloc[-1], unit)} in {known.index[-1]}. Then dots for a forecast of no change."
    ]
    said += [
        f"{row['period']}: {number(row['value'], unit)}, range {span(row['lower'], row['upper'], unit)}."
        for row in forecast.to_dict("records")
    ]
    return " ".join(said)
