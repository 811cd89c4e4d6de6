"""What a projection assumes: each value, where it comes from, and what follows if it is wrong."""

from __future__ import annotations

import re
from dataclasses import asdict
from math import floor, log10
from typing import Any

import pandas as pd

from analytics.charts.cells import area_of, day
from analytics.charts.intervals import why_none
from analytics.exhibits import Caption, Exhibit
from analytics.words import legend, listed, plain

FITTED = "fitted"
A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def tabulate_assumptions(assumptions: pd.DataFrame, caption: Caption, name: str = "assumptions") -> Exhibit:
    """Show each assumption with its interval, how it was obtained, and what follows if it is wrong.

    `assumptions` has a row an assumption: `name, title, value, lower, upper, unit`, `how` (it begins
    with "fitted" where it is estimated from published figures), `source, dated, if_wrong`, `own`
    (true where the user's file gave it) and `status`.
    """
    shown = _shown(assumptions)
    parts = asdict(caption) | {
        "measure": "What the projection assumes",
        "unit": "as each row says",
        "geography": area_of(caption),
    }
    return Exhibit(
        name=name, title=_title(assumptions), **parts, table=assumptions, shown=shown, notes=legend(shown)
    )


def significant(value: object) -> str:
    """Write a figure whose unit is of no one kind, to three figures or to the whole number.

    >>> [significant(value) for value in (0.06213, 0.35, 14.93, 1234.4, 6.0, -0.5, 0, "none")]
    ['0.0621', '0.35', '14.9', '1,234', '6', '−0.5', '0', 'none']
    """
    if isinstance(value, str):
        return value
    number = float(value)  # type: ignore[arg-type]
    places = max(0, 2 - floor(log10(abs(number)))) if number else 0
    said = plain(number, places)
    return said.rstrip("0").removesuffix(".") if "." in said else said


def _title(assumptions: pd.DataFrame) -> str:
    """Count the assumptions by where they come from."""
    if assumptions["value"].isna().all():
        return "No assumptions can be listed"
    own = assumptions["own"].eq(True)
    fitted = int((assumptions["how"].fillna("").str.startswith(FITTED) & ~own).sum())
    counts = {
        "fitted": fitted,
        "from elsewhere": len(assumptions) - fitted - int(own.sum()),
        "of the user's own": int(own.sum()),
    }
    kinds = [f"{count} {called}" for called, count in counts.items() if count]
    said = f"{len(assumptions)} assumption{'s' if len(assumptions) > 1 else ''}"
    return f"{said}: {', '.join(kinds) if len(kinds) < 3 else listed(kinds)}"


def _shown(assumptions: pd.DataFrame) -> pd.DataFrame:
    if assumptions["value"].isna().all():
        return why_none(assumptions, "Assumption", "no assumption has a value", "none is held")
    rows = assumptions.to_dict("records")
    return pd.DataFrame(
        {
            "Assumption": assumptions["title"],
            "Value": [
                row["status"] or "no data" if pd.isna(row["value"]) else significant(row["value"])
                for row in rows
            ],
            "Interval": [_interval(row) for row in rows],
            "Unit": [unit.replace("percent", "%") or "none" for unit in assumptions["unit"].fillna("")],
            "How obtained": [_obtained(row) for row in rows],
            "If it is wrong": [said or "not said" for said in assumptions["if_wrong"].fillna("")],
        }
    )


def _interval(row: dict[str, Any]) -> str:
    if pd.isna(row["lower"]) or pd.isna(row["upper"]):
        return "none given"
    return f"{significant(row['lower'])} to {significant(row['upper'])}"


def _obtained(row: dict[str, Any]) -> str:
    """Say how a value was obtained, from where, and when; and that it is the user's own.

    >>> _obtained({"how": "read", "source": "Devon FOI", "dated": "2024-03-31", "own": False})
    'read; Devon FOI, 31 March 2024'
    """
    dated = str(row["dated"]) if pd.notna(row["dated"]) else ""
    when = day(dated) if A_DAY.fullmatch(dated) else dated
    place = ", ".join(said for said in (row["source"], when) if pd.notna(said) and said)
    how = row["how"] if pd.notna(row["how"]) else ""
    said = "; ".join(each for each in (how, place) if each) or "not said"
    return f"the user's own: {said}" if row["own"] is True else said
