"""The scatter of one year: who is drawn and where, and what it cannot show."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import plot_scatter, theme
from analytics.charts.funnel import NEIGHBOURS
from charts import frames
from charts.drawn import check_whole, dots, places, texts


def drawn(table=None):
    return plot_scatter(frames.scatter() if table is None else table, frames.WORKFORCE_CAPTION)


def test_the_title_gives_the_areas_two_figures():
    assert drawn().title == "Bury: agency rate 24.2%, caseload 14.9, among 5 authorities"


def test_an_area_without_both_figures_has_no_place():
    table = frames.scatter()
    table.loc[table["kind"] == "area", ["agency_rate_fte", "status"]] = [np.nan, "u"]
    exhibit = drawn(table)
    assert exhibit.title == "Bury has no place among the 4 authorities drawn"
    assert "Bury is not drawn: low reliability." in exhibit.alt
    assert exhibit.shown.iloc[0].tolist() == ["Bury", "u", "14.9"]
    assert not any("diamond" in note for note in exhibit.notes)
    left_out = drawn(frames.scatter().query("kind == 'other'"))
    assert left_out.title == "Bury has no place among the 2 authorities drawn"
    assert left_out.shown.to_numpy().tolist() == [["neither the area nor a neighbour is among those drawn"]]
    check_whole(left_out)


def test_the_table_has_the_area_then_its_neighbours():
    exhibit = drawn()
    assert exhibit.shown.to_numpy().tolist() == [
        ["Bury", "24.2", "14.9"],
        ["Lancashire", "10.0", "18.0"],
        ["Stockton-on-Tees", "30.0", "16.0"],
        ["Hampshire", "x", "17.2"],
    ]
    assert exhibit.notes[-1] == "Symbols: x not available."


def test_a_rate_that_rounds_to_zero_is_drawn_and_shown_as_such():
    table = frames.scatter().replace({"kind": {"other": "neighbour"}})
    shown = drawn(table).shown.set_index("Authority")
    assert shown.loc["Rutland"].tolist() == ["low", "12.0"]
    assert dots(drawn().svg, theme.OTHERS) == 2 + 1


def test_each_dot_is_at_its_two_figures():
    svg = drawn().svg
    ((bury_across, bury_down),) = places(svg, theme.FOCUS)
    (lancashire, stockton) = places(svg, NEIGHBOURS)[:2]
    share = (24.2 - 10.0) / (30.0 - 10.0)
    assert (bury_across - lancashire[0]) / (stockton[0] - lancashire[0]) == pytest.approx(share, rel=0.01)
    # Down the page is down in cases: Lancashire's 18.0 is above Stockton's 16.0, Bury's 14.93 below.
    share = (18.0 - 14.93) / (18.0 - 16.0)
    assert (bury_down - lancashire[1]) / (stockton[1] - lancashire[1]) == pytest.approx(share, rel=0.01)
    assert stockton[1] > lancashire[1]
    assert {"Bury", "Agency rate (FTE, %)", "Average caseload (cases per case holder)"} <= set(texts(svg))


def test_the_words_say_the_ranges_and_what_one_year_cannot_show():
    exhibit = drawn()
    assert "Agency rates run from 0.0% to 30.0%, caseloads from 12.0 to 18.0." in exhibit.alt
    assert "Lancashire: agency rate 10.0%, caseload 18.0." in exhibit.alt
    assert "Hampshire is not drawn: not available." in exhibit.alt
    assert "Leeds" not in exhibit.alt
    assert exhibit.notes[0] == (
        "One year's scatter compares different authorities: it cannot show what goes with a change "
        "within one."
    )
    assert "does not start at zero" in exhibit.notes[1]
    assert exhibit.notes[2] == "Not drawn, for want of a figure: 2 of 7 authorities."


def test_the_drawing_of_every_authority_is_small():
    table = pd.concat([frames.scatter()] * 22, ignore_index=True)
    table["agency_rate_fte"] += table.index / 100
    assert len(drawn(table).svg) < 60_000
