"""Ranks: a place and how sure it is, for the area and its neighbours alone."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import plot_shrunken, theme
from analytics.measures import dictionary
from charts import frames
from charts.drawn import check_whole, length, lines, places, texts


def drawn(table=None, measured=frames.MEASURE):
    return plot_shrunken(frames.shrunken() if table is None else table, frames.CAPTION, measured)


def test_the_title_gives_the_rank_and_its_interval():
    assert drawn().title == "Bury ranks 6th of 8, plausibly 5th to 7th"


def test_the_table_has_the_area_and_its_neighbours_in_order_of_rank():
    shown = drawn().shown
    assert shown["Authority"].tolist() == ["Lancashire", "Bury", "Stockton-on-Tees", "Hampshire"]
    # By hand: 2,905 / 3,005 = 96.7%, and 22.5 + 0.9667 x (26.0 - 22.5) = 25.88.
    assert shown.iloc[1].tolist() == ["Bury", "26.0", "25.9", "24.4 to 27.4", "96.7", "6", "5 to 7"]
    assert shown.iloc[3].tolist() == [
        "Hampshire", "u", "no data", "no data", "no data", "not ranked", "not ranked",
    ]  # fmt: skip
    assert drawn().notes[-1] == "Symbols: u low reliability."


def test_the_alt_text_and_the_drawing_give_each_rank():
    exhibit = drawn()
    assert "among 8 authorities, 1 the lowest" in exhibit.alt
    assert "Lancashire: 1st (1st to 2nd)." in exhibit.alt
    assert "Hampshire: no rank, low reliability." in exhibit.alt
    assert "Leeds" not in exhibit.alt
    assert {"6th (5th to 7th)", "Bury", "Lancashire", "7th (6th to 7th)"} <= set(texts(exhibit.svg))
    assert "Hampshire" not in texts(exhibit.svg)
    own, others = lines(exhibit.svg, theme.FOCUS, 2), lines(exhibit.svg, "#6F777B", 2)
    assert [length(line) / length(own[0]) for line in others] == pytest.approx([0.5, 0.5], rel=0.01)
    # Bury's dot is at 6, half-way from 5 to 7, and on its own line; the first rank is at the top.
    ((across, down),) = places(exhibit.svg, theme.FOCUS)
    ((left, level), (right, _)) = own[0][0]
    assert (across, down) == pytest.approx(((left + right) / 2, level), abs=0.1)
    assert others[0][0][0][1] < level < others[1][0][0][1]


def test_the_first_is_the_highest_where_high_is_good():
    exhibit = drawn(measured=next(name for name, entry in dictionary().items() if entry.polarity == "high"))
    assert "1 the highest" in exhibit.alt
    assert any("1 is the highest" in text for text in texts(exhibit.svg))


def test_an_area_without_a_rank_says_so():
    table = frames.shrunken()
    numbers = ["rank", "rank_lower", "rank_upper", "shrunken", "lower", "upper", "weight"]
    table.loc[table["kind"] == "area", [*numbers, "status"]] = [*[np.nan] * 7, "not comparable"]
    exhibit = drawn(table)
    assert exhibit.title == "Bury cannot be ranked this year"
    assert exhibit.shown.set_index("Authority").at["Bury", "Published rate (%)"] == "26.0 (not comparable)"
    assert len(lines(exhibit.svg, "#6F777B", 2)) == 2
    check_whole(exhibit)


def test_nothing_is_drawn_where_nobody_is_ranked():
    exhibit = drawn(frames.without_numbers(frames.shrunken(), "x"))
    assert (exhibit.svg, exhibit.title) == ("", "No authority can be ranked")
    assert set(exhibit.shown["Published rate (%)"]) == {"x"}
    check_whole(exhibit)
    empty = drawn(frames.shrunken().head(0))
    assert (empty.svg, empty.shown.to_numpy().tolist()) == ("", [["no authority has a figure to rank"]])


def test_ties_and_a_single_authority_are_drawn():
    table = frames.shrunken()
    own = table[table["kind"] == "area"].assign(rank=1.0, rank_lower=1.0, rank_upper=1.0)
    assert drawn(own).title == "Bury ranks 1st of 1, plausibly 1st to 1st"
    tied = pd.concat([own, own.assign(name="York", kind="neighbour")])
    for some in (own, tied):
        check_whole(drawn(some))
