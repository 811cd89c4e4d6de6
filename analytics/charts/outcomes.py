"""Re-referrals beside agency share, before and after it was counted."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analytics.charts import theme
from analytics.charts.intervals import (
    EVERY_AUTHORITY,
    FROM_NONE,
    columns_of,
    decimals,
    in_brackets,
    is_clear,
    why_none,
)
from analytics.exhibits import Caption, Exhibit
from analytics.words import legend, plain

OFFSETS = {
    -1: "−1: a year before",
    0: "0: the same year",
    1: "1: a year after",
    2: "2: two years after",
    3: "3: three years after",
}
DRAWN: dict[str, dict[str, Any]] = {
    "unweighted": {"color": theme.CATEGORIES[0], "marker": "o"},
    "weighted by referrals": {"color": theme.CATEGORIES[3], "marker": "s"},
}
APART = 0.13
"""How far either model stands from the middle of its offset."""
CONFIDENCE = 0.95


def plot_outcomes(outcomes: pd.DataFrame, caption: Caption, name: str = "outcomes") -> Exhibit:
    """Draw the re-referral rate that goes with agency share in earlier and later years.

    `outcomes` has a row an `offset` (years from the agency count to the re-referrals) and `model`:
    `unit, n, areas, p_value`, `placebo` (true where the year had ended before the count), `note,
    status` and `estimate, lower, upper` in percentage points, or log odds, for 10 percentage points
    more agency. The unweighted and the weighted model are drawn; all are tabulated.
    """
    drawn = outcomes[outcomes["model"].isin(DRAWN) & outcomes["estimate"].notna()]
    title, shown = _title(outcomes), _shown(outcomes)
    svg, alt, notes = "", "", legend(shown)
    if len(drawn):
        alt, notes = _alt(outcomes, drawn), _notes(outcomes) + notes
        svg = _draw(outcomes, drawn, name, title, alt)
    parts = asdict(caption) | {
        "measure": "Re-referrals within 12 months that go with 10 percentage points more agency (FTE)",
        "unit": "percentage points; log odds where a row says so",
        "geography": EVERY_AUTHORITY,
        "period": f"every year held to {caption.period}",
    }
    return Exhibit(
        name=name, title=title, **parts, table=outcomes, shown=shown, svg=svg, alt=alt, notes=notes
    )


@theme.remember
def _draw(outcomes: pd.DataFrame, drawn: pd.DataFrame, name: str, title: str, alt: str) -> str:
    offsets = sorted(outcomes["offset"].unique())
    with theme.house_style():
        figure, (axes,) = theme.new_figure(height=4.2)
        _shade_placebos(axes, outcomes)
        axes.axhline(0, color=theme.TEXT, linewidth=1.2)
        for step, (model, style) in enumerate(DRAWN.items()):
            rows = drawn[drawn["model"] == model]
            across = rows["offset"] + (2 * step - 1) * APART
            axes.vlines(across, rows["lower"], rows["upper"], color=style["color"], linewidth=2)
            axes.plot(
                across, rows["estimate"], label=model.capitalize(), linestyle="none", markersize=7, **style
            )
        lowest, highest = axes.get_ylim()
        axes.set_ylim(top=highest + 0.08 * (highest - lowest))
        axes.set_xlim(offsets[0] - 0.5, offsets[-1] + 0.5)
        axes.set_xticks(offsets, [OFFSETS[int(offset)].replace(": ", "\n") for offset in offsets])
        axes.set_xlabel("Re-referrals in which year, from the day agency staff were counted")
        axes.set_title("Re-referral rate (percentage points, for 10 points more agency)", pad=22)
        axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 0.99), frameon=False, ncols=2, borderpad=0.2)
        return theme.to_svg(figure, name, title, alt)


def _shade_placebos(axes: Axes, outcomes: pd.DataFrame) -> None:
    for offset in outcomes.loc[outcomes["placebo"].astype(bool), "offset"].unique():
        axes.axvspan(offset - 0.5, offset + 0.5, color=theme.OTHERS, alpha=0.3, linewidth=0, zorder=0)
        axes.annotate(
            "placebo", (offset, 0.98), xycoords=("data", "axes fraction"), ha="center", va="top", fontsize=9
        )


def _counts(outcomes: pd.DataFrame, placebo: bool) -> tuple[int, int]:
    """Count the estimates of the placebos, or of the others, and those that can be told from none."""
    rows = outcomes[outcomes["placebo"].astype(bool).eq(placebo) & outcomes["estimate"].notna()]
    return len(rows), sum(is_clear(row) for row in rows.to_dict("records"))


def _title(outcomes: pd.DataFrame) -> str:
    every, clear = _counts(outcomes, placebo=False)
    if not every:
        return "No link with re-referrals can be estimated"
    if not clear:
        return "No link with re-referrals that can be told from none at any offset"
    return f"{clear} of {every} links with re-referrals can be told from none"


def _alt(outcomes: pd.DataFrame, drawn: pd.DataFrame) -> str:
    said = [
        "Re-referral rate beside agency share by offset, percentage points for 10 percentage points more "
        "agency, with 95% intervals."
    ]
    for row in drawn.to_dict("records"):
        estimate = in_brackets(row, decimals(row["unit"]))
        said.append(f"{_year(row)}, {row['model']}: {estimate}.")
    for placebo, called in ((False, "after the count"), (True, "of the placebos")):
        every, clear = _counts(outcomes, placebo)
        if every:
            said.append(f"Of {every} estimates {called}, {clear or 'none'} can be told from none.")
    return " ".join(said)


def _year(row: dict[str, Any]) -> str:
    """Name the year of an estimate.

    >>> _year({"offset": 0, "placebo": True})
    '0: the same year (placebo)'
    """
    return OFFSETS[int(row["offset"])] + (" (placebo)" if row["placebo"] else "")


def _notes(outcomes: pd.DataFrame) -> tuple[str, ...]:
    every, _ = _counts(outcomes, placebo=False)
    notes = [f"Dots and squares are estimates, upright lines their 95% intervals. {FROM_NONE}"]
    if every:
        notes.append(
            f"Of {every} such intervals about {plain(every * (1 - CONFIDENCE), 1)} would leave out 0 by "
            "chance alone, were there no link at all.",
        )
    placebos, clear = _counts(outcomes, placebo=True)
    if placebos:
        notes.append(
            "Placebo: that year had ended before agency staff were counted. "
            f"Of {placebos} such estimates, {clear or 'none'} can be told from none."
        )
    return tuple(notes)


def _shown(outcomes: pd.DataFrame) -> pd.DataFrame:
    if outcomes["estimate"].isna().all():
        return why_none(outcomes, "Offset", "no estimate can be made")
    rows = outcomes.to_dict("records")
    first = {
        "Offset": [_year(row) for row in rows],
        "Model": outcomes["model"],
        "Unit": outcomes["unit"],
    }
    return pd.DataFrame(first | columns_of(outcomes, [decimals(row["unit"]) for row in rows], ""))
