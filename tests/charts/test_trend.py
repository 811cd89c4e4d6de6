"""Trends: a panel a measure, every line and the range of neighbours named, gaps marked and said."""

from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from analytics.charts import plot_trend, theme
from charts import frames
from charts.drawn import SVG, check_whole, dots, length, lines, places, texts

MEASURES = [
    "rereferral_percent", "no_further_action_percent", "not_in_need_percent", "referral_rate",
    "repeat_plans_percent", "plans_started_rate",
]  # fmt: skip
SHORT = ["Re-referral rate (%)", "Referral rate (per 10,000 children)"]


def several(count):
    return pd.concat([frames.trend(measure) for measure in MEASURES[:count]], ignore_index=True)


def with_gaps(**statuses):
    table = frames.trend()
    for year, status in statuses.items():
        table.loc[(table["kind"] == "area") & (table["period"] == int(year[1:])), "value"] = np.nan
        table.loc[(table["kind"] == "area") & (table["period"] == int(year[1:])), "status"] = status
    return table


def drawn(table=None, measures=(frames.MEASURE,)):
    return plot_trend(frames.trend() if table is None else table, frames.CAPTION, measures)


@pytest.mark.parametrize("count", range(1, 7))
def test_each_measure_has_a_panel_and_rows_of_its_own(count):
    exhibit = drawn(several(count), MEASURES[:count])
    assert len(lines(exhibit.svg, theme.CATEGORIES[0], 2.6)) == count
    assert len(exhibit.shown) == 6 * count
    assert texts(exhibit.svg).count("Bury 26.0") == count
    assert (SHORT[0] in texts(exhibit.svg), SHORT[1] in texts(exhibit.svg)) == (True, count > 3)
    check_whole(exhibit)


def test_panels_stand_in_the_order_asked_for():
    exhibit = drawn(several(3), MEASURES[2::-1])
    first = [text for text in texts(exhibit.svg) if text.endswith("(%)")]
    assert first[-1] == "Re-referral rate (%)"
    assert exhibit.shown.iloc[-6, 0].startswith("Re-referral rate: Bury")


def test_the_title_of_several_measures_counts_those_above_the_neighbours():
    table = several(4)
    lower = (table["kind"] == "area") & (table["measure"] == MEASURES[1])
    table.loc[lower, "value"] = 1.0
    assert drawn(table, MEASURES[:4]).title == "Bury in 2025: above its neighbours on 3 of 4 measures"
    table["kind"] = table["kind"].replace("neighbours_pooled", "neighbours_mean")
    assert drawn(table, MEASURES[:4]).title == "Bury in 2025: above its neighbours on 3 of 4 measures"
    table.loc[lower & (table["period"] == 2025), "value"] = np.nan
    assert drawn(table, MEASURES[:4]).title == (
        "Bury in 2025: above its neighbours on 3 of 3 comparable measures"
    )
    one = table.copy()
    one.loc[(one["kind"] == "area") & (one["measure"] != MEASURES[0]), "value"] = np.nan
    assert drawn(one, MEASURES[:4]).title == "Bury in 2025: above its neighbours on 1 of 1 comparable measure"
    table.loc[table["kind"] == "area", "value"] = 1.0
    assert "above its neighbours on none of 4 measures" in drawn(table, MEASURES[:4]).title
    alone = table[table["kind"] == "area"]
    assert "none of 4 measures can be compared" in drawn(alone, MEASURES[:4]).title


def test_the_title_of_two_measures_gives_both():
    title = drawn(several(4), [MEASURES[0], MEASURES[3]]).title
    assert title == "Bury in 2025: re-referral rate 26.0% and referral rate 26.0"


def test_the_range_of_neighbours_is_a_band_with_a_name():
    exhibit = drawn()
    assert "range of neighbours" in texts(exhibit.svg)
    assert "16.3 to 28.8" in texts(exhibit.svg)
    assert "Neighbours range from 16.3% to 28.8% in 2025." in exhibit.alt
    assert "Lowest neighbour:" not in exhibit.alt
    assert exhibit.shown.iloc[:, 0].tolist() == [
        "Bury", "Statistical neighbours, pooled", "Lowest neighbour", "Highest neighbour", "North West",
        "England",
    ]  # fmt: skip
    assert exhibit.shown.iloc[2].tolist()[1:] == ["12.0", "14.0", "13.0", "15.0", "16.3"]
    one = frames.trend()
    assert "range of neighbours" not in texts(drawn(one[one["kind"] != "neighbours_lowest"]).svg)


def test_rows_stand_in_their_order_whatever_the_order_of_the_table():
    shuffled = frames.trend().sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(drawn(shuffled).shown, drawn().shown)
    assert drawn(shuffled).svg == drawn().svg


def test_a_year_that_is_not_comparable_is_marked_and_said():
    table = with_gaps(y2022="x", y2023="x", y2024="first year of a new authority, not comparable")
    exhibit = drawn(table)
    assert texts(exhibit.svg).count("x") == 2
    assert texts(exhibit.svg).count("not comparable") == 1
    # On the years' own places, at 0: Bury's 24.0 in 2021 and 26.0 in 2025 give the scale.
    first, last = (piece[0] for piece in lines(exhibit.svg, theme.CATEGORIES[0], 2.6)[0])
    zero = first[1] + 24.0 * (first[1] - last[1]) / 2.0
    step = (last[0] - first[0]) / 4
    marks = [(first[0] + years * step, zero) for years in (1, 2, 3)]
    assert np.array(places(exhibit.svg, "#ffffff")) == pytest.approx(np.array(marks), abs=0.2)
    assert "2022 and 2023 not available; 2024 first year of a new authority, not comparable." in exhibit.alt
    assert exhibit.shown.iloc[0].tolist()[2:4] == ["x", "x"]
    assert exhibit.notes == ("Symbols: x not available.",)
    assert "2024 not comparable." in drawn(with_gaps(y2024="not comparable")).alt
    assert dots(drawn().svg, "#ffffff") == 0


def test_a_gap_of_another_line_is_not_marked_as_the_areas():
    table = frames.trend()
    table.loc[(table["kind"] == "region") & (table["period"] == 2023), ["value", "status"]] = [np.nan, "u"]
    exhibit = drawn(table)
    assert dots(exhibit.svg, "#ffffff") == 0
    assert "low reliability" not in exhibit.alt


def test_a_line_that_ends_early_says_when():
    assert "Bury 25.8 in 2024" in texts(drawn(with_gaps(y2025="x")).svg)
    assert "Bury 26.0" in texts(drawn().svg)


def test_labels_stay_inside_the_picture():
    table = several(4)
    table["comparator"] = table["comparator"].replace(
        {"Statistical neighbours, pooled": "Statistical neighbours of the 2021 model, mean", "North West":
         "Yorkshire and The Humber"}
    )  # fmt: skip
    for measures in (MEASURES[:1], MEASURES[:4]):
        svg = drawn(table, measures).svg
        _, _, width, height = (float(edge) for edge in ET.fromstring(svg).get("viewBox").split())
        for text in ET.fromstring(svg).iter(f"{SVG}text"):
            words = "".join(text.itertext())
            place = (text.get("transform") or "").partition("translate(")[2].partition(")")[0].split()
            across, down = (
                (float(text.get("x")), float(text.get("y"))) if text.get("x") else map(float, place)
            )
            assert 0 < down < height, words
            # Arial is about half as wide as it is high.
            anchored = "text-anchor: middle" in text.get("style")
            assert across + (0.5 if anchored else 1) * 4.7 * len(words) < width, words
        # Nor do they take the room of the lines.
        assert min(length(line) for line in lines(svg, theme.CATEGORIES[0], 2.6)) > 0.18 * width
    assert "Yorkshire and The Humber" in " ".join(texts(svg))


def test_no_label_stands_as_high_as_the_title_of_its_panel():
    svg = drawn(several(4).assign(value=30.0), MEASURES[:4]).svg
    heights = {}
    for text in ET.fromstring(svg).iter(f"{SVG}text"):
        down = text.get("y") or text.get("transform").partition("translate(")[2].partition(")")[0].split()[1]
        heights.setdefault("".join(text.itertext()), float(down))
    assert heights["range of neighbours"] > heights["Re-referral rate (%)"]


def test_a_measure_without_a_figure_has_a_panel_that_says_so():
    table = several(4)
    table.loc[table["measure"] == MEASURES[1], ["value", "status"]] = [np.nan, "x"]
    for some in (table, table[table["measure"] != MEASURES[1]]):
        exhibit = drawn(some, MEASURES[:4])
        assert texts(exhibit.svg).count("no figures") == 1
        assert "Line chart of referrals that led to no further action (%). No figures." in exhibit.alt
        check_whole(exhibit)


@pytest.mark.parametrize("measures", [MEASURES[:1], MEASURES[:2], MEASURES[:5]])
def test_nothing_is_drawn_where_no_measure_has_a_figure(measures):
    table = several(5).assign(value=np.nan, status="c")
    exhibit = drawn(table, measures)
    assert (exhibit.svg, exhibit.title) == ("", "No figures to follow")
    assert set(exhibit.shown.iloc[:, 1:].to_numpy().ravel()) == {"c"}
    check_whole(exhibit)
    empty = drawn(table.head(0), measures)
    assert (empty.svg, empty.shown.to_numpy().tolist()) == ("", [["no figures are held"]])


def test_an_area_without_a_row_does_not_fail():
    table = frames.trend()
    exhibit = drawn(table[table["kind"] != "area"])
    assert exhibit.title == "The area has no figures to follow"
    assert "England 22.6" in texts(exhibit.svg)
    check_whole(exhibit)


def test_one_year_one_line_and_equal_values_are_drawn():
    table = frames.trend()
    for some in (
        table[table["period"] == 2025],
        table[(table["period"] == 2025) & (table["kind"] == "area")],
        table[table["kind"] != "region"],
        table.assign(value=0.0),
        table[table["kind"] == "neighbours_lowest"],
    ):
        check_whole(drawn(some))


def test_the_mean_of_the_neighbours_is_drawn_as_the_pooled_rate_is():
    table = frames.trend()
    mean = table.assign(kind=table["kind"].replace("neighbours_pooled", "neighbours_mean"))
    assert drawn(mean).svg == drawn().svg
    assert drawn(mean).shown.equals(drawn().shown)
