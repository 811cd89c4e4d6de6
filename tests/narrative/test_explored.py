"""The sentences above the explorer's chart, against tables small enough to be read."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analytics.measures import Described
from analytics.narrative.explored import CHANCE, NEITHER, SIZE, describe_explored, note_explored

NAN = float("nan")
NEW = "first year of a new authority, not comparable"
ENTRY: dict[str, Any] = {
    "name": "rate", "title": "A rate", "short": "Rate", "topic": "T", "unit": "%", "unit_key": "percent",
    "polarity": "low", "timing": "at", "decimals": 1, "definition": "", "publication": "P", "publisher": "D",
    "address": "", "year_words": "",
    "last_update": "", "next_update": "", "derived": False, "source": "measures.yml",
}  # fmt: skip
NAMES = {
    "area": ("Bury",),
    "neighbour": ("Leeds", "Kent", "York"),
    "region": ("North West",),
    "england": ("England",),
}


def row(role: str, name: str, period: int, value: float, status: str = "", **more: Any) -> dict[str, Any]:
    """Give a row of a table such as `choose` gives."""
    return {
        "role": role,
        "name": name,
        "period": period,
        "value": value,
        "status": status,
        "published_for": name,
    } | more


def small(*own: tuple[float, str]) -> pd.DataFrame:
    """Give Bury's figures from 2023 on, and in 2025 those of what it is set beside."""
    rows = [row("area", "Bury", 2023 + place, value, status) for place, (value, status) in enumerate(own)]
    rows += [
        row("neighbour", "Leeds", 2025, 12.0), row("neighbour", "Kent", 2025, 8.0),
        row("neighbour", "York", 2025, NAN, "c"), row("region", "North West", 2025, 11.0),
        row("england", "England", 2025, NAN, "x"),
        row("median", "median of neighbours", 2025, 10.0, with_figure=2, of=3, published_for=""),
    ]  # fmt: skip
    return pd.DataFrame(rows)


def said(table: pd.DataFrame, names: Any = NAMES, **changes: Any) -> str:
    """Give the sentences."""
    return " ".join(describe_explored(table, names, Described(**(ENTRY | changes)), "2025", 7).sentences)


def test_the_whole_of_it_in_words() -> None:
    assert said(small((9.0, ""), (8.5, ""), (9.5, ""))) == (
        "A rate: Bury's figure was 9.5% in 2025, up from 8.5% in 2024. "
        "The median of its statistical neighbours (model of 2025) was 10.0%, from the 2 of 3, fewer than the "
        "7 that the papers ask for, with a figure for 2025: 1 is above it and 1 is below it. "
        "In the same year: North West 11.0% (higher). No figure for 2025: England (it is not available). "
        "On this measure a lower figure is better."
    )


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ([(9.0, ""), (9.5, ""), (8.5, "")], "was 8.5% in 2025, down from 9.5% in 2024."),
        ([(9.0, ""), (9.04, ""), (9.0, "")], "was 9.0% in 2025, the same as in 2024."),
        ([(9.0, ""), (NAN, "c"), (8.5, "")], "from 9.0% in 2023, the last that it can be compared with."),
        ([(NAN, "c"), (NAN, "c"), (8.5, "")], "there is no earlier one here to compare it with."),
        ([(9.0, ""), (1.0, NEW), (8.5, "")], "down from 9.0% in 2023"),
        ([(9.0, ""), (9.0, ""), (0.0, "low")], "in 2025, which rounds to zero but is not zero, down from"),
        ([(9.0, ""), (9.0, ""), (NAN, "c")], "for Bury in 2025, because it is suppressed to protect"),
        ([(9.0, ""), (9.0, ""), (NAN, "u")], "in 2025, because it is of low reliability."),
        ([(9.0, ""), (9.0, ""), (NAN, "-")], "in 2025, because it is not given; the tool does not say why."),
        ([(9.0, ""), (9.0, ""), (NAN, "")], "in 2025, because none was published."),
        ([(9.0, ""), (9.0, "")], "in 2025, because none was published."),
        ([(NAN, "c"), (NAN, "x")], "there is no figure for Bury in these years, because it is suppressed"),
    ],
)  # fmt: skip
def test_the_figure_its_direction_or_why_there_is_none(own: list[tuple[float, str]], expected: str) -> None:
    assert expected in said(small(*own))


@pytest.mark.parametrize(
    ("polarity", "expected"),
    [
        ("low", "a lower figure is better."),
        ("high", "a higher figure is better."),
        ("none", NEITHER),
        ("", NEITHER),
    ],
)
def test_neither_direction_is_better_unless_the_dictionary_says_so(polarity: str, expected: str) -> None:
    assert said(small((9.0, "")), polarity=polarity).endswith(expected)


def test_a_total_is_not_ranked_beside_larger_areas() -> None:
    table = small((9.0, ""), (8.5, ""), (9.5, ""))
    total = said(table, unit="Number of children", unit_key="", decimals=0)
    assert "In the same year: North West 11." in total
    assert SIZE in total
    assert SIZE not in said(table)


def test_figures_that_are_printed_alike_are_the_same() -> None:
    table = small((9.0, ""), (9.0, ""), (11.96, ""))
    assert "1 is below it and 1 is the same." in said(table)


def test_no_neighbours_is_said() -> None:
    table = small((9.0, ""))
    assert "gives Bury no statistical neighbours." in said(table, NAMES | {"neighbour": ()})
    assert "neighbour" not in said(table, {"area": ("Bury",)})
    silent = table[table["role"] != "median"]
    assert "None of its 3 statistical neighbours has a figure of its own for 2023." in said(silent)


def test_notes_name_returns_gaps_and_chance() -> None:
    table = small((9.0, ""), (9.0, ""))
    table.loc[table["name"] == "Bury", "published_for"] = "Bury / Bolton"
    notes = note_explored(table, NAMES | {"neighbour": ("Leeds", "Kent", "York", "Hull")}, Described(**ENTRY))
    assert notes == (
        "Figures of Bury for 2023 to 2024 are those published for Bury / Bolton.",
        "Neighbours without a figure of their own in these years: Hull.",
        "England has no figure in these years.",
        CHANCE,
    )
