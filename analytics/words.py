"""Figures as words, the same in charts, tables and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analytics.measures import STATUS_MEANINGS, Described

DECIMALS = {"percent": 1, "rate": 1, "cases": 1, "fte": 1, "days": 1, "people": 0, "count": 0, "points": 1}
SUFFIX = {"percent": "%"}


def number(value: float, unit: str) -> str:
    """Write a figure in its unit: one decimal for rates and FTE, none for counts.

    Raises:
        ValueError: the figure is missing; say why it is instead.

    >>> number(26.04, "percent"), number(2905, "count"), number(-0.04, "cases")
    ('26.0%', '2,905', '0.0')
    """
    if pd.isna(value):
        raise ValueError("a missing figure has no number; give the reason instead")
    return plain(value, DECIMALS[unit]) + SUFFIX.get(unit, "")


def plain(value: float, decimals: int) -> str:
    """Write a number with thousands marked and a real minus sign; never minus zero.

    >>> plain(-1234.56, 1)
    '−1,234.6'
    """
    rounded = round(float(value), decimals) + 0.0
    return f"{rounded:,.{decimals}f}".replace("-", "−")


def begun_small(text: str) -> str:
    """Write a name within a sentence; what is in capitals stays so.

    >>> begun_small("Social workers in post (FTE)")
    'social workers in post (FTE)'
    """
    return text[:1].lower() + text[1:]


def spoken(area: str) -> str:
    """Write an authority's name as it is said, which a register may turn round for sorting.

    >>> spoken("Bury"), spoken("Herefordshire, County of"), spoken("Bristol, City of")
    ('Bury', 'Herefordshire', 'Bristol')
    """
    return area.removesuffix(", County of").removesuffix(", City of")


def possessive(area: str) -> str:
    """Write that something is an authority's.

    >>> possessive("Bury"), possessive("Bristol, City of"), possessive("St. Helens")
    ("Bury's", "Bristol's", "St. Helens'")
    """
    name = spoken(area)
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def points(value: float) -> str:
    """Write a difference of two percentages.

    >>> points(-3.71)
    '−3.7 percentage points'
    """
    return f"{plain(value, 1)} percentage points"


def span(lower: float, upper: float, unit: str) -> str:
    """Write a range or an interval.

    >>> span(24.43, 27.62, "percent")
    '24.4% to 27.6%'
    """
    return f"{number(lower, unit)} to {number(upper, unit)}"


def bare_span(lower: float, upper: float, unit: str) -> str:
    """Write an interval for a table whose header has the unit.

    >>> bare_span(24.43, 27.62, "percent")
    '24.4 to 27.6'
    """
    return f"{plain(lower, DECIMALS[unit])} to {plain(upper, DECIMALS[unit])}"


def said(value: float, unit: str) -> str:
    """Write a figure for a sentence, its unit in words where it has one.

    >>> said(14.9, "cases"), said(26.0, "percent")
    ('14.9 cases per case holder', '26.0%')
    """
    return number(value, unit) + {
        "cases": " cases per case holder",
        "fte": " FTE",
        "rate": " per 10,000 children",
    }.get(unit, "")


def figure(value: float, entry: Described) -> str:
    """Write a figure of any measure: its decimals, a percent sign where it is a percentage, no other unit."""
    return plain(value, entry.decimals) + ("%" if entry.is_percent else "")


def cell(value: float, status: str, unit: str) -> str:
    """Write a figure for a table, or the symbol or reason that stands in its place.

    >>> cell(26.0, "", "percent"), cell(float("nan"), "c", "percent"), cell(float("nan"), "", "percent")
    ('26.0', 'c', 'no data')
    >>> cell(0.0, "low", "percent"), cell(10.7, "first year of a new authority", "percent")
    ('low', '10.7 (not comparable)')
    """
    return cell_of(value, status, DECIMALS[unit])


def cell_of(value: float, status: str, decimals: int) -> str:
    """Write a figure with so many decimals for a table, or the symbol or reason in its place (see `cell`)."""
    if status in STATUS_MEANINGS or pd.isna(value):
        return status or "no data"
    return plain(value, decimals) + (" (not comparable)" if status else "")


def legend(shown: pd.DataFrame) -> tuple[str, ...]:
    """Say what the symbols that stand in a table mean; nothing where none stands.

    >>> legend(pd.DataFrame({"2024": ["26.0", "x"], "2025": ["low", "c of"]}))
    ('Symbols: x not available; low rounds to zero but is not zero.',)
    """
    seen = set(shown.to_numpy().ravel())
    said = [f"{symbol} {meaning}" for symbol, meaning in STATUS_MEANINGS.items() if symbol in seen]
    return (f"Symbols: {'; '.join(said)}.",) if said else ()


def listed(words: Sequence[str]) -> str:
    """Join words as English does.

    >>> listed(["Leeds", "York", "Hull"])
    'Leeds, York and Hull'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def reason(status: str) -> str:
    """Say in words why a figure is missing."""
    return STATUS_MEANINGS.get(status, status or "not published")


def day_in_words(day: date) -> str:
    """Write a date as a board paper does.

    >>> day_in_words(date(2023, 12, 5))
    '5 December 2023'
    """
    return f"{day.day} {day:%B %Y}"
