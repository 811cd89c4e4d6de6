"""The explorer's chart: what is coloured, what breaks a line, what is marked, what is left out."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.explored import FAINT, GREY, plot_explored
from analytics.exhibits import Caption, Exhibit
from analytics.measures import Described
from charts.drawn import check_whole, texts

ENTRY: dict[str, Any] = {
    "name": "lait_gap", "title": "Attainment gap", "short": "Gap", "topic": "Key Stage 4", "unit": "% gap",
    "unit_key": "", "polarity": "high", "timing": "", "decimals": 2, "definition": "A gap.",
    "publication": "LAIT", "publisher": "Department for Education", "address": "",
    "year_words": "Academic year",
    "last_update": "", "next_update": "", "derived": False, "source": "lait",
}  # fmt: skip
CAPTION = Caption("Attainment gap", "% gap", "A gap.", "Bury; beside others", "2020 to 2024", "LAIT")
YEARS = range(2020, 2025)
NAN = float("nan")


def described(**changes: Any) -> Described:
    """Describe a measure such as the Local Authority Interactive Tool has."""
    return Described(**(ENTRY | changes))


def table_of(**lines: list[float]) -> pd.DataFrame:
    """Give a table of the lines named; `area` is Bury's, and a missing figure of its is suppressed."""
    names = {"area": "Bury", "median": "median of neighbours", "region": "North West", "england": "England"}
    rows = [
        {"area": name, "name": names.get(name, name), "period": year, "value": value,
         "status": "c" if pd.isna(value) else "", "release": "2025", "published_for": names.get(name, name),
         "role": name if name in names else name.split("_")[0]}
        for name, values in lines.items() for year, value in zip(YEARS, values, strict=True)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def lines_in(svg: str) -> set[str]:
    """Give every colour that something is stroked with."""
    return {colour.upper() for colour in re.findall(r"stroke: (#[0-9a-fA-F]{6})", svg)}


def plot(table: pd.DataFrame, **changes: Any) -> Exhibit:
    """Plot a table."""
    return plot_explored(table, described(**changes), CAPTION)


NEGATIVE = table_of(
    area=[-1.2, NAN, -0.4, -2.0, -1.0], neighbour_1=[0.5, 0.6, 0.7, 0.8, 0.9],
    median=[0.5, 0.6, 0.7, 0.8, 0.9],
    region=[-2.0, -2.1, -2.2, -2.0, -1.9], england=[-1.5, -1.4, -1.3, -1.2, -1.1],
)  # fmt: skip


def test_negative_figures_stand_below_a_line_at_nothing() -> None:
    exhibit = plot(NEGATIVE)
    check_whole(exhibit)
    words = texts(exhibit.svg)
    assert "Bury −1.00%" in words
    assert "−2" in words
    assert "0" in words
    assert "% gap" in words


def test_a_gap_is_marked_with_its_symbol_and_the_symbol_explained() -> None:
    exhibit = plot(NEGATIVE)
    assert "c" in texts(exhibit.svg)
    assert exhibit.notes == ("Symbols: c suppressed to protect confidentiality.",)
    assert "2021: no figure, suppressed to protect confidentiality." in exhibit.alt
    whole = plot(NEGATIVE.assign(value=NEGATIVE["value"].fillna(0.0), status=""))
    assert "c" not in texts(whole.svg)


def test_a_gap_without_a_symbol_says_that_there_is_no_figure() -> None:
    exhibit = plot(NEGATIVE.assign(status=""))
    assert "no figure" in texts(exhibit.svg)
    assert "2021: no figure, not published." in exhibit.alt
    assert exhibit.notes == ()


def test_a_gap_breaks_the_line() -> None:
    alone = table_of(area=[1.0, NAN, 3.0, 4.0, 5.0])
    path = re.search(
        rf'<path d="([^"]*)"[^>]*style="fill: none; stroke: {theme.CATEGORIES[0].lower()}; stroke-width: 2.6',
        plot(alone).svg,
    )
    assert path is not None
    assert path[1].count("M ") == 2, "the line begins anew after the gap"


def test_a_figure_that_cannot_be_compared_is_not_drawn_but_told() -> None:
    table = table_of(area=[9.0, 3.0, 3.0, 4.0, 5.0])
    table.loc[0, "status"] = "first year of a new authority, not comparable"
    exhibit = plot(table)
    assert "not comparable" in texts(exhibit.svg)
    assert exhibit.alt.startswith("Line chart of Attainment gap (% gap). Bury: 3.00% in 2021,")
    assert exhibit.shown is not None
    assert exhibit.shown.iloc[0].tolist()[:2] == ["Bury", "9.00 (not comparable)"]


def test_at_most_four_lines_are_in_colour_and_the_others_have_names() -> None:
    others = {f"other_{number}": [float(number)] * 5 for number in range(1, 5)}
    table = pd.concat([NEGATIVE, table_of(**others)])
    exhibit = plot(table)
    seen = lines_in(exhibit.svg)
    assert set(theme.CATEGORIES) <= seen
    assert {GREY, FAINT} <= seen
    ours = {*theme.CATEGORIES, GREY, FAINT}
    axis = {"#6F777B", "#E4E6E7", "#0B0C0C", "#FFFFFF"}
    assert seen <= ours | axis
    assert {f"other_{number} {number}.00%" for number in range(1, 5)} <= set(texts(exhibit.svg))


def test_others_take_the_colours_that_are_free() -> None:
    table = table_of(area=[1.0] * 5, other_1=[2.0] * 5, other_2=[3.0] * 5)
    assert GREY not in lines_in(plot(table).svg)


def test_a_total_that_would_flatten_the_area_s_line_is_left_to_the_table() -> None:
    table = table_of(area=[40.0, 41.0, 42.0, 43.0, 44.0], england=[12_000_000.0] * 5)
    exhibit = plot(table, unit="Number", decimals=0)
    assert not any("England" in word for word in texts(exhibit.svg))
    assert "would be flat: England" in exhibit.notes[0].replace("the area's own line ", "")
    assert exhibit.shown is not None
    assert exhibit.shown.iloc[1].tolist() == ["England", *["12,000,000"] * 5]
    drawn = plot(table, unit="% of pupils", decimals=0)
    assert any("England" in word for word in texts(drawn.svg)), "percentages are always drawn"


def test_without_a_figure_there_is_a_table_and_no_chart() -> None:
    exhibit = plot(table_of(area=[NAN] * 5))
    assert exhibit.svg == ""
    assert exhibit.shown is not None
    assert exhibit.shown.iloc[0].tolist() == ["Bury", *["c"] * 5]
    nothing = plot(table_of(area=[1.0] * 5).head(0))
    assert nothing.shown is not None
    assert "no figures are held" in nothing.shown.iloc[0, 0]
    assert nothing.title == "Attainment gap: Bury, no figures"


@pytest.mark.parametrize("years", [1, 2, 5])
def test_a_chart_of_few_years_has_a_tick_for_each(years: int) -> None:
    table = table_of(area=[1.0] * 5).head(years)
    assert {str(year) for year in list(YEARS)[:years]} <= set(texts(plot(table).svg))


def test_a_median_of_nothing_is_not_said_to_be_unpublished() -> None:
    table = table_of(area=[1.0] * 5, median=[2.0, NAN, 2.0, 2.0, 2.0])
    table["status"] = ""
    shown = plot(table).shown
    assert shown is not None
    assert shown.iloc[1].tolist() == ["Median of neighbours", "2.00", "no data", "2.00", "2.00", "2.00"]
