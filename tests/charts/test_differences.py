"""Differences: the verdict in the title, both intervals drawn, and the reason where there is none."""

import numpy as np
import pytest

from analytics.charts import plot_difference, plot_sensitivity, theme
from charts import frames
from charts.drawn import check_whole, dots, length, lines, places, texts


def title(**changes):
    table = frames.difference()
    for column, value in changes.items():
        table.loc[0, column] = value
    return plot_difference(table, frames.CAPTION).title


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (frames.IN_LINE, "in line, and chance could give it"),
        (frames.IN_LINE_HIGHER, "in line, but more than chance"),
        (frames.UNUSUAL, "unusual, but chance could give it"),
        (frames.UNUSUAL_LOWER, "unusual, and more than chance"),
        (frames.BY_CHANCE, "chance could give it"),
        (frames.LOWER, "more than chance"),
        ("differs by more than chance", "more than chance"),
    ],
)
def test_the_title_says_how_far_and_the_verdict(verdict, said):
    assert title(verdict=verdict) == f"3.7 percentage points above its neighbours: {said}"


def test_the_title_says_below_level_and_the_mean():
    assert title(difference_pp=-2.04).startswith("2.0 percentage points below its neighbours:")
    assert title(difference_pp=-0.04).startswith("Level with its neighbours:")
    assert title(kind="neighbours_mean").startswith("3.7 percentage points above its neighbours' mean:")


def test_the_title_says_that_there_is_no_comparison():
    assert title(difference_pp=np.nan) == "No comparison with its neighbours can be made"
    alone = frames.difference().iloc[[3]]
    assert plot_difference(alone, frames.CAPTION).title == "No comparison with its neighbours can be made"


def test_the_table_shows_every_part_or_why_it_is_not_there():
    shown = plot_difference(frames.difference(), frames.CAPTION).shown
    assert shown.to_numpy().tolist() == [
        ["Statistical neighbours, pooled", "3.7", "2.1 to 5.3", "−0.4 to 7.2", "0.79 of 2.26",
         "in line; higher by more than chance"],
        ["North West", "−4.3", "−5.9 to −2.6", "−6.8 to −1.7", "−2.50 of 2.07",
         "unusual; lower by more than chance"],
        ["England", "x", "no data", "no data", "no data", "no comparison"],
        ["The year before", "0.2", "−2.2 to 2.5", "not applicable", "not applicable",
         "chance alone could give the difference"],
    ]  # fmt: skip
    assert list(shown.columns) == [
        "Area less",
        "Difference (percentage points)",
        "Interval by chance alone (Newcombe, 95%)",
        "Interval with the choice of peers (bootstrap, 95%)",
        "t, and its limit",
        "Verdict",
    ]


def test_the_alt_text_gives_the_numbers_that_there_are():
    alt = plot_difference(frames.difference(), frames.CAPTION).alt
    assert (
        "Statistical neighbours, pooled: 3.7, by chance alone 2.1 to 5.3, with the choice of peers "
        "−0.4 to 7.2, t 0.79 of 2.26; in line; higher by more than chance." in alt
    )
    assert "England: no comparison, not available." in alt
    assert "The year before: 0.2, by chance alone −2.2 to 2.5; chance alone could" in alt


def test_both_intervals_are_drawn_to_one_scale():
    svg = plot_difference(frames.difference(), frames.CAPTION).svg
    thick, thin = lines(svg, theme.FOCUS, 5), lines(svg, theme.CATEGORIES[2], 1.4)
    assert (len(thick), len(thin)) == (3, 2)
    unit = length(thick[0]) / (5.3 - 2.1)
    assert length(thick[2]) == pytest.approx(unit * (2.5 + 2.2), rel=0.01)
    assert [length(line) for line in thin] == pytest.approx([unit * 7.6, unit * 5.1], rel=0.01)
    # A bar further to the right is higher: 2.1 is 8.0 right of -5.9.
    assert thick[0][0][0][0] - thick[1][0][0][0] == pytest.approx(unit * 8.0, rel=0.01)
    # The diamond stands on its bar, 3.7 less 2.1 from its left end.
    (left, level), _ = thick[0][0]
    assert places(svg, theme.FOCUS)[0] == pytest.approx((left + 1.6 * unit, level), abs=0.1)
    assert texts(svg).count("no comparison") == 1
    assert {"3.7", "−4.3", "0.2", "by chance alone", "with the choice of peers"} <= set(texts(svg))


def test_the_notes_explain_what_is_drawn_and_nothing_else():
    notes = plot_difference(frames.difference(), frames.CAPTION).notes
    assert len(notes) == 4
    assert notes[2].startswith("The column t asks whether the area is further from its peers")
    assert notes[-1] == "Symbols: x not available."
    alone = plot_difference(frames.difference().iloc[[3]], frames.CAPTION).notes
    assert len(alone) == 1
    assert "counts" in alone[0]


@pytest.mark.parametrize("status", ["x", "no neighbours in the 2025 model"])
def test_nothing_is_drawn_where_no_comparison_can_be_made(status):
    for plot, table in ((plot_difference, frames.difference()), (plot_sensitivity, frames.sensitivity())):
        exhibit = plot(frames.without_numbers(table, status), frames.CAPTION)
        assert (exhibit.svg, exhibit.title) == ("", "No comparison can be made")
        assert set(exhibit.shown["Difference (percentage points)"]) == {status}
        check_whole(exhibit)
        empty = plot(table.head(0), frames.CAPTION)
        assert (empty.svg, empty.title, len(empty.shown)) == ("", "No comparison can be made", 1)
        assert "no comparison can be made" in empty.shown.iloc[0, 0]


def test_the_answer_is_the_same_or_not():
    table = frames.sensitivity()
    assert plot_sensitivity(table, frames.CAPTION).title == "The answer is the same however it is asked"
    for verdict in (frames.UNUSUAL, frames.IN_LINE, "in line; lower by more than chance"):
        one = table.copy()
        one.loc[5, "verdict"] = verdict
        assert plot_sensitivity(one, frames.CAPTION).title == "The answer depends on how it is asked"


def test_a_verdict_without_peers_is_compared_by_the_half_that_it_has():
    table = frames.sensitivity()
    table.loc[2, ["t", "verdict"]] = [np.nan, "higher by more than chance"]
    exhibit = plot_sensitivity(table, frames.CAPTION)
    assert exhibit.title == "The answer is the same however it is asked"
    assert exhibit.shown["t, and its limit"].iloc[2] == "not applicable"
    halves = table.assign(t=np.nan, verdict=[frames.LOWER, frames.BY_CHANCE] * 3)
    assert plot_sensitivity(halves, frames.CAPTION).title == "The answer depends on how it is asked"
    table.loc[2, "verdict"] = frames.BY_CHANCE
    assert plot_sensitivity(table, frames.CAPTION).title == "The answer depends on how it is asked"


def test_a_way_that_cannot_be_asked_stays_in_the_table():
    table = frames.sensitivity()
    table.loc[3:] = frames.without_numbers(table.loc[3:], "fewer than 7 neighbours")
    exhibit = plot_sensitivity(table, frames.CAPTION)
    assert exhibit.title == "The answer is the same in the 3 of 6 ways it can be asked"
    assert exhibit.shown.iloc[3].tolist() == [
        "2021 model, pooled", "none", "no data", "fewer than 7 neighbours", "no data", "no data",
        "no comparison",
    ]  # fmt: skip
    assert "2021 model, pooled: no comparison, fewer than 7 neighbours." in exhibit.alt
    assert len(lines(exhibit.svg, theme.FOCUS, 5)) == 3
    check_whole(exhibit)


def test_each_way_is_a_row():
    table = frames.sensitivity()
    table.loc[4, "new_authorities"] = "kept"
    exhibit = plot_sensitivity(table, frames.CAPTION)
    assert exhibit.shown.iloc[1].tolist() == [
        "2025 model, mean", "10", "23.3", "2.7", "1.1 to 4.3", "0.79 of 2.26",
        "in line; higher by more than chance",
    ]  # fmt: skip
    assert exhibit.shown.iloc[4, 0] == "2021 model, mean, new authorities kept"
    assert "2025 model, mean: 2.7, 95% interval 1.1 to 4.3, t 0.79 of 2.26" in exhibit.alt
    assert any("unless a row says that they are kept" in note for note in exhibit.notes)
    assert dots(exhibit.svg, theme.FOCUS) == 6
    none = plot_sensitivity(table.assign(new_authorities="none among them"), frames.CAPTION)
    assert not any("kept" in note for note in none.notes)


def test_equal_rows_and_a_single_row_are_drawn():
    same = frames.sensitivity().assign(difference_pp=0.0, lower=0.0, upper=0.0)
    for exhibit in (
        plot_sensitivity(same, frames.CAPTION),
        plot_sensitivity(same.head(1), frames.CAPTION),
        plot_difference(frames.difference().head(1), frames.CAPTION),
    ):
        check_whole(exhibit)
        assert exhibit.svg
