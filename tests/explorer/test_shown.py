"""What is shown of a choice: a table whose columns sort, a caption, and measures from elsewhere."""

from __future__ import annotations

import pandas as pd

from analytics.charts.explored_words import shown_of
from analytics.explorer.chosen import Choice, choose, look_up, settle
from analytics.explorer.shown import LONGEST, show, sortable
from analytics.figures import Figures


def test_columns_sort_by_figures_and_symbols_come_first(figures: Figures) -> None:
    entry = look_up(figures, "cases")
    values = {"Bury": 900.0, "Leeds": 1_200.0, "Kent": float("nan"), "York": -30.0, "Hull": float("nan")}
    table = pd.DataFrame(
        {"role": "other", "name": list(values), "period": 2025, "value": list(values.values())}
    )
    table["status"] = ["", "", "x", "", "c"]
    column = sortable(shown_of(table, entry), table, entry)["2025"]
    assert column.tolist() == ["900", "1,200", "x", "−30", "c"]
    assert column.sort_values().tolist() == ["c", "x", "−30", "900", "1,200"]


def test_the_grid_says_what_the_table_says(figures: Figures) -> None:
    choice = settle(figures, Choice("Hampshire", "rereferral_percent", others=("Bristol",)))
    shown = show(figures, choice)
    pd.testing.assert_frame_equal(shown.table, choose(figures, choice))
    grid = shown.grid.set_index("Area (%)")
    assert list(grid.index[:5]) == ["Hampshire", "Median of neighbours", "South East", "England", "Bristol"]
    assert grid.loc["Hampshire", "2024"] == "u"
    assert grid.loc["Hampshire", "2025"] == "41.0"
    assert len(grid) == 15


def test_the_caption_says_period_and_source(figures: Figures) -> None:
    html = show(figures, settle(figures, Choice("Bury", "rereferral_percent", 2024, 2024))).html
    assert "<b>Period:</b> year to 31 March, 2024." in html
    assert "<b>Source:</b> Department for Education, Children in need, 2025 release." in html


def test_a_measure_of_the_tool_is_shown_with_figures_below_nothing(figures: Figures) -> None:
    names = figures.measures.query("source == 'lait' and title.str.contains('progress', case=False)").index
    shown = show(figures, settle(figures, Choice("Bury", names[0])))
    held = figures.select("Bury", names[0])
    own = shown.table.query("role == 'area'").reset_index(drop=True)
    pd.testing.assert_frame_equal(own[held.columns.tolist()], held)
    assert (shown.table["value"] < 0).any()
    assert "−" in shown.sentences[0]
    assert "Year, " in shown.html
    silent = own[own["value"].isna()]
    grid = shown.grid.set_index(shown.grid.columns[0])
    assert [grid.loc["Bury", str(year)] for year in silent["period"]] == ["-"] * len(silent)


def test_a_long_definition_is_cut(figures: Figures) -> None:
    longest = figures.measures["definition"].str.len().idxmax()
    shown = show(figures, settle(figures, Choice("Bury", longest)))
    assert len(figures.measures.at[longest, "definition"]) > LONGEST
    caption = shown.html.partition('<p class="caption">')[2].partition(" <b>Period")[0]
    assert len(caption) <= LONGEST * 1.1
    assert caption.endswith("…")
