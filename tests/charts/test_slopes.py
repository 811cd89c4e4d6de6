"""Slopes: every authority in order, and whether the area's can be told from the average."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import plot_slopes, theme
from analytics.charts.funnel import NEIGHBOURS
from charts import frames
from charts.drawn import check_whole, dots, lines, places, texts

MEAN = (-0.15, -0.42, 0.12)


def drawn(table=None, mean=MEAN):
    return plot_slopes(frames.slopes() if table is None else table, frames.WORKFORCE_CAPTION, *mean)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((0.31, -0.2, 0.82), "Bury's slope cannot be told from the average of −0.15 cases"),
        ((0.31, 0.1, 0.52), "Bury's slope is above the average: 0.31 cases against −0.15"),
        ((-0.6, -0.9, -0.3), "Bury's slope is below the average: −0.60 cases against −0.15"),
        ((np.nan,) * 3, "Bury has no slope of its own to compare"),
    ],
)
def test_the_title_says_whether_it_can_be_told_from_the_average(numbers, said):
    table = frames.slopes()
    table.loc[table["kind"] == "area", ["slope", "lower", "upper"]] = numbers
    exhibit = drawn(table)
    assert exhibit.title == said
    check_whole(exhibit)


def test_without_an_average_none_is_drawn_or_said():
    exhibit = drawn(mean=(np.nan,) * 3)
    assert exhibit.title == "Bury's slope is 0.31 (−0.20 to 0.82), with no average"
    assert "verage" not in exhibit.alt
    assert "average" not in texts(exhibit.svg)
    check_whole(exhibit)


def test_the_table_has_the_area_then_its_neighbours():
    shown = drawn().shown
    assert shown.to_numpy().tolist() == [
        ["Bury", "0.31", "−0.20 to 0.82", "8"],
        ["Lancashire", "−0.20", "−0.70 to 0.30", "9"],
        ["Stockton-on-Tees", "−0.90", "−1.40 to −0.40", "9"],
        ["Hampshire", "x", "no data", "no data"],
    ]
    assert "cases for 10 percentage points more agency" in shown.columns[1]


def test_the_slopes_stand_in_order_with_their_intervals():
    svg = drawn().svg
    ((across, down),) = places(svg, theme.FOCUS)
    stockton, lancashire = places(svg, NEIGHBOURS)[:2]
    # In order: Stockton -0.9, Lancashire -0.2, Rutland -0.15, Bury 0.31, Leeds 0.6.
    step = lancashire[0] - stockton[0]
    assert across - stockton[0] == pytest.approx(3 * step, rel=0.01)
    unit = (stockton[1] - lancashire[1]) / 0.7
    assert stockton[1] - down == pytest.approx(unit * 1.21, rel=0.01)
    ((own,),) = lines(svg, theme.FOCUS, 2)
    assert [point[0] for point in own] == pytest.approx([across, across], abs=0.1)
    assert [stockton[1] - point[1] for point in own] == pytest.approx([0.7 * unit, 1.72 * unit], rel=0.01)
    (others,) = lines(svg, theme.OTHERS, 0.5)
    assert len(others) == 2
    (mean,) = lines(svg, theme.CATEGORIES[1], 1.6)
    assert stockton[1] - mean[0][0][1] == pytest.approx(0.75 * unit, rel=0.01)
    assert dots(svg, theme.OTHERS) == 2 + 1
    assert {"Bury", "average", "−0.15", "(−0.42 to 0.12)"} <= set(texts(svg))


def test_the_words_say_the_range_the_average_and_each_neighbour():
    exhibit = drawn()
    assert exhibit.alt.startswith("5 authorities in order of their slope")
    assert "from −0.90 to 0.60. Average: −0.15 (−0.42 to 0.12). Bury: 0.31 (−0.20 to 0.82)." in exhibit.alt
    assert "Hampshire: no estimate, not available." in exhibit.alt
    assert "Leeds" not in exhibit.alt
    assert "the diamond is Bury." in exhibit.notes[0]
    assert "Not drawn, for want of a slope: 1 of 6 authorities." in exhibit.notes


def test_the_drawing_of_every_authority_is_small_and_needs_no_neighbour():
    table = pd.concat([frames.slopes()] * 26, ignore_index=True).assign(kind="other")
    exhibit = drawn(table)
    assert len(exhibit.svg) < 60_000
    assert exhibit.shown.to_numpy().tolist() == [["neither the area nor a neighbour is among those drawn"]]
    assert exhibit.title == "Bury has no slope of its own to compare"
