"""Trends: an area beside its comparators, year by year, one panel a measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import pandas as pd
from matplotlib.axes import Axes

from analytics.charts import theme
from analytics.exhibits import Caption, Exhibit
from analytics.measures import STATUS_MEANINGS, UNIT_WORDS, measure
from analytics.words import cell, legend, listed, number

KINDS = ("area", "neighbours_pooled", "region", "england")


def plot_trend(
    trend: pd.DataFrame, caption: Caption, measures: Sequence[str], name: str = "trend"
) -> Exhibit:
    """Draw the trend of one or two measures, one panel each, lines labelled at their ends.

    `trend` has `period, comparator, kind, measure, value, status`. A year without a comparable
    figure breaks the line.
    """
    trend = trend[trend["measure"].isin(measures)].reset_index(drop=True)
    title, alt = _title(trend, measures), _alt(trend, measures)
    with theme.house_style():
        figure, panels = theme.new_figure(width=8.0 if len(measures) == 1 else 9.0, columns=len(measures))
        for axes, one in zip(panels, measures, strict=True):
            _draw(axes, trend[trend["measure"] == one], one)
        svg = theme.to_svg(figure, name, title, alt)
    first = measure(measures[0])
    years = f"{first.publication.year_end} {trend['period'].min()} to {trend['period'].max()}"
    caption_parts = asdict(caption) | {
        "measure": "; ".join(measure(one).title for one in measures),
        "unit": "; ".join(dict.fromkeys(UNIT_WORDS[measure(one).unit] for one in measures)),
        "period": years if first.timing == "at" else f"years to {years}",
    }
    shown = _shown(trend, measures)
    return Exhibit(
        name=name,
        title=title,
        **caption_parts,
        table=trend,
        shown=shown,
        svg=svg,
        alt=alt,
        notes=legend(shown),
    )


def _wide(trend: pd.DataFrame) -> pd.DataFrame:
    """Give values with a row for every year, a gap included, and a column a kind."""
    wide = trend.pivot(index="period", columns="kind", values="value")
    years = range(int(trend["period"].min()), int(trend["period"].max()) + 1)
    return wide.reindex(index=years, columns=[kind for kind in KINDS if kind in wide])


def _draw(axes: Axes, trend: pd.DataFrame, name: str) -> None:
    wide = _wide(trend)
    labels = dict(zip(trend["kind"], trend["comparator"], strict=True))
    top = max(float(wide.max().max()), 1.0) * 1.12 if wide.notna().any(axis=None) else 1.0
    drawn = [kind for kind in wide if wide[kind].notna().any()]
    for kind in drawn:
        style = KINDS.index(kind)
        axes.plot(
            wide.index, wide[kind], color=theme.CATEGORIES[style], linestyle=theme.DASHES[style],
            linewidth=2.6 if kind == "area" else 1.8, marker="o", markersize=4 if kind == "area" else 2.5,
        )  # fmt: skip
    ends = [wide[kind].dropna().iloc[[-1]] for kind in drawn]
    heights = theme.spread([float(end.iloc[0]) for end in ends], top * 0.075)
    for kind, end, height in zip(drawn, ends, heights, strict=True):
        axes.annotate(
            f"{labels[kind]} {cell(end.iloc[0], '', measure(name).unit)}",
            (end.index[0], end.iloc[0]), xytext=(wide.index[-1] + 0.06 * len(wide), height), va="center",
            annotation_clip=False, fontweight="bold" if kind == "area" else "normal", fontsize=9,
            arrowprops={"arrowstyle": "-", "color": theme.CATEGORIES[KINDS.index(kind)], "relpos": (0, 0.5)},
        )  # fmt: skip
    axes.set_ylim(0, top)
    axes.set_xlim(wide.index[0] - 0.2, wide.index[-1] + 0.2)
    axes.set_xticks(
        [year for year in wide.index if (wide.index[-1] - year) % (2 if len(wide) > 6 else 1) == 0]
    )
    axes.set_title(f"{measure(name).short} ({UNIT_WORDS[measure(name).unit]})")


def _title(trend: pd.DataFrame, measures: Sequence[str]) -> str:
    """State the area's figure beside that of the year before, or its figures where there are two.

    It does not say "rose" or "fell": a year's change may be no more than chance.
    """
    area = trend.loc[trend["kind"] == "area", "comparator"].iloc[0]
    year = int(trend["period"].max())
    if len(measures) > 1:
        parts = [f"{measure(one).short.lower()} {_latest(trend, one)}" for one in measures]
        return f"{area} in {year}: {listed(parts)}"
    entry = measure(measures[0])
    own = trend[trend["kind"] == "area"].set_index("period")["value"].reindex([year - 1, year])
    if own.isna().any():
        return f"{area} in {year}: {entry.short.lower()} {_latest(trend, measures[0])}"
    before, now = (number(value, entry.unit) for value in own)
    return f"{area}'s {entry.short.lower()}: {now} in {year}, {before} a year before"


def _latest(trend: pd.DataFrame, name: str) -> str:
    last = trend["period"].max()
    row = trend[(trend["kind"] == "area") & (trend["measure"] == name) & (trend["period"] == last)]
    if row.empty or row["value"].isna().any():
        symbol = row.empty or row["status"].iloc[0] in STATUS_MEANINGS
        return "not available" if symbol else "not comparable"
    return number(row["value"].iloc[0], measure(name).unit)


def _alt(trend: pd.DataFrame, measures: Sequence[str]) -> str:
    """Say for each line where it starts, where it ends, and its highest point for the area."""
    sentences = []
    for one in measures:
        entry, rows = measure(one), trend[trend["measure"] == one]
        sentences.append(f"Line chart of {entry.short.lower()}.")
        for _, line in rows.groupby("kind", sort=False):
            known = line.dropna(subset=["value"]).sort_values("period")
            who = str(line["comparator"].iloc[0])
            if known.empty:
                sentences.append(f"{who}: no comparable figure.")
                continue
            first, last, top = known.iloc[0], known.iloc[-1], known.loc[known["value"].idxmax()]
            said = f"{who}: {number(first['value'], entry.unit)} in {first['period']}"
            if last["period"] != first["period"]:
                said += f", {number(last['value'], entry.unit)} in {last['period']}"
                said += f", highest {number(top['value'], entry.unit)} in {top['period']}"
            sentences.append(f"{said}.")
    return " ".join(sentences)


def _shown(trend: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    """Lay the trend out with a row a comparator (and measure) and a column a year."""
    several = len(measures) > 1
    rows = []
    first = "Comparator" if several else f"Comparator ({UNIT_WORDS[measure(measures[0]).unit]})"
    for (name, _), line in trend.groupby(["measure", "kind"], sort=False):
        entry = measure(str(name))
        said = [cell(value, status, entry.unit) for value, status in line[["value", "status"]].to_numpy()]
        who = str(line["comparator"].iloc[0])
        label = f"{entry.short}: {who} ({UNIT_WORDS[entry.unit]})" if several else who
        rows.append({first: label} | dict(zip(line["period"].astype(str), said, strict=True)))
    years = sorted(trend["period"].astype(str).unique())
    return pd.DataFrame(rows, columns=[first, *years]).fillna("no data")
