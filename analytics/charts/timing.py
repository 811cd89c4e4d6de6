"""Which comes first, caseload or agency share: each against the other a year before."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pandas as pd

from analytics.charts import theme
from analytics.charts.intervals import (
    EVERY_AUTHORITY,
    FROM_NONE,
    columns_of,
    decimals,
    draw_rows,
    in_brackets,
    is_clear,
    why_none,
)
from analytics.exhibits import Caption, Exhibit
from analytics.words import legend, listed

WHEN = {-1: "a year before", 0: "in the same year", 1: "a year after"}
PLACEBO = " (placebo)"
CASELOAD = "cases per 10 percentage points"
"""The unit of caseload against agency share; the other way about it is percentage points per case."""


def plot_timing(timing: pd.DataFrame, caption: Caption, name: str = "timing") -> Exhibit:
    """Draw caseload against agency share a year before, the same year and a year after; and the reverse.

    `timing` has a row an estimate: `question, outcome, regressor`, `offset` (years from the outcome
    to the regressor), `unit`, `n, areas, p_value`, `placebo` (true where nothing ought to be found),
    `note, status` and `estimate, lower, upper` in the row's unit. Each unit has a panel of its own.
    """
    title, shown = _title(timing), _shown(timing)
    svg, alt, notes = "", "", legend(shown)
    if timing["estimate"].notna().any():
        alt = " ".join(
            ["Caseload and agency share, each beside the other in other years, with 95% intervals."]
            + [
                f"{_capital(row['outcome'])} beside {_label(row)}, {row['unit']}: "
                f"{in_brackets(row, decimals(row['unit']))}."
                for row in timing.to_dict("records")
            ]
        )
        svg, notes = _draw(timing, name, title, alt), _notes(timing) + notes
    parts = asdict(caption) | {
        "measure": "Average caseload (FTE) and agency rate (FTE), each beside the other in other years",
        "unit": listed(list(dict.fromkeys(timing["unit"]))) or CASELOAD,
        "geography": EVERY_AUTHORITY,
        "period": f"every year held to {caption.period}",
    }
    return Exhibit(name=name, title=title, **parts, table=timing, shown=shown, svg=svg, alt=alt, notes=notes)


@theme.remember
def _draw(timing: pd.DataFrame, name: str, title: str, alt: str) -> str:
    units = list(dict.fromkeys(timing["unit"]))
    tall = 0.55 * timing["unit"].value_counts().max() + 1.0
    with theme.house_style():
        figure, panels = theme.new_figure(height=tall, columns=len(units))
        for axes, unit in zip(panels, units, strict=True):
            rows = timing[timing["unit"] == unit]
            records = rows.to_dict("records")
            labels = [_capital(_label(row)) for row in records]
            marks = ["placebo" if row["placebo"] else "plain" for row in records]
            draw_rows(axes, rows, labels, marks, decimals(unit), width=16)
            axes.set_title(f"{_capital(records[0]['outcome'])} beside {records[0]['regressor']}")
            axes.set_xlabel(_capital(unit))
        return theme.to_svg(figure, name, title, alt)


def _label(row: dict[str, Any]) -> str:
    """Say which year's figure the outcome is set beside.

    >>> _label({"regressor": "agency rate", "offset": 1, "placebo": True})
    'agency rate a year after (placebo)'
    """
    return f"{row['regressor']} {WHEN[int(row['offset'])]}{PLACEBO if row['placebo'] else ''}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _title(timing: pd.DataFrame) -> str:
    """Say which of the two went before the other, if either did."""
    if timing["estimate"].isna().all():
        return "Which comes first cannot be estimated"
    before = timing[timing["offset"].eq(-1) & ~timing["placebo"].astype(bool)]
    followed = before["unit"].eq(CASELOAD)
    caseload, agency = (
        _followed(before[followed], ("higher caseloads", "lower caseloads"), "more agency"),
        _followed(before[~followed], ("more agency", "less agency"), "higher caseloads"),
    )
    if caseload and agency:
        said = f"{caseload}, and {agency}"
    elif caseload and any(_placebos(timing)):
        said = f"{caseload}, but the placebo shows a link too"
    elif caseload or agency:
        other = before[~followed if caseload else followed]
        known = "told from none" if other["estimate"].notna().any() else "estimated"
        said = f"{caseload or agency}; the reverse cannot be {known}"
    else:
        said = "Neither comes first that one can tell"
    return _capital(said)


def _followed(rows: pd.DataFrame, outcomes: tuple[str, str], regressor: str) -> str:
    """Say what followed, or nothing where it cannot be told from none."""
    row = next((row for row in rows.to_dict("records") if is_clear(row)), None)
    return f"{outcomes[row['estimate'] < 0]} followed {regressor}" if row else ""


def _placebos(timing: pd.DataFrame) -> list[bool]:
    """Tell of each placebo that could be estimated whether it can be told from none."""
    rows = timing[timing["placebo"].astype(bool) & timing["estimate"].notna()]
    return [is_clear(row) for row in rows.to_dict("records")]


def _notes(timing: pd.DataFrame) -> tuple[str, ...]:
    notes = [f"Dots are estimates, lines their 95% intervals; each panel has its own scale. {FROM_NONE}"]
    placebos = _placebos(timing)
    if placebos:
        found = (
            "A link is found there: caseload went with the agency share of the year to come."
            if any(placebos)
            else "No link is found there that can be told from none."
        )
        notes.append(f"The open dot is a placebo: a year that had not yet come. {found}")
    return tuple(notes)


def _shown(timing: pd.DataFrame) -> pd.DataFrame:
    if timing["estimate"].isna().all():
        return why_none(timing, "Question", "no estimate can be made")
    rows = timing.to_dict("records")
    first = {
        "Question": [f"{row['question']}{PLACEBO if row['placebo'] else ''}" for row in rows],
        "Unit": timing["unit"],
    }
    return pd.DataFrame(first | columns_of(timing, [decimals(row["unit"]) for row in rows], ""))
