"""Targets: a chance is never none and never certain, and what happened before is counted."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.target import likelihood, plot_target, tabulate_base_rate
from charts import frames
from charts.drawn import check_whole, lines, places, texts
from charts.test_estimates import CAUSAL

CAPTION = frames.WORKFORCE_CAPTION


def target(last=0.384, months=24):
    """Give a chance of 19.5% or less that grows evenly to its last, and the starters it would take."""
    rows = [
        (
            month, f"{pd.Timestamp('2025-09-30') + pd.offsets.MonthEnd(month):%Y-%m-%d}", 19.5,
            last * month / months, 4.0 + month / 2, -1.0, 12.0 + month, "",
        )
        for month in range(months + 1)
    ]  # fmt: skip
    columns = ["month", "date", "target", "probability", "starters_needed", "starters_lower"]
    return pd.DataFrame(rows, columns=[*columns, "starters_upper", "status"])


def base_rate(**values):
    """Give 41 authority years that stood as high as Bury: six reached the target in one year, ten in two."""
    rows = [
        (1, 24.2, 19.5, 22.2, 26.2, 41.0, 6.0, 14.63, 6.88, 28.44, ""),
        (2, 24.2, 19.5, 22.2, 26.2, 36.0, 10.0, 27.78, 15.85, 43.99, ""),
    ]
    columns = ["years", "stood", "target", "band_lower", "band_upper", "n", "reached", "share", "lower"]
    table = pd.DataFrame(rows, columns=[*columns, "upper", "status"])
    for column, value in values.items():
        table.loc[0, column] = value
    return table


def drawn(table=None):
    return plot_target(target() if table is None else table, CAPTION)


@pytest.mark.parametrize(
    ("chance", "said"),
    [(0.384, "38%"), (0.0, "under 1%"), (0.0099, "under 1%"), (0.01, "1%"), (0.5, "50%"), (0.99, "99%"),
     (0.9901, "over 99%"), (1.0, "over 99%")],
)  # fmt: skip
def test_a_chance_is_neither_none_nor_certain(chance, said):
    assert likelihood(chance) == said
    exhibit = drawn(target(last=chance))
    assert exhibit.title == f"Agency rate of 19.5% or less by September 2027: {said} chance"
    assert f"30 September 2027: {said}." in exhibit.alt
    assert said in texts(exhibit.svg)
    assert exhibit.shown["Chance (%)"].iloc[-1] == said.removesuffix("%")
    assert not {"0", "100"} & set(exhibit.shown["Chance (%)"])


def test_the_exhibit_is_whole():
    exhibit = drawn()
    check_whole(exhibit)
    assert exhibit.measure == "Chance that the agency rate (FTE) is 19.5% or less"
    assert (exhibit.unit, exhibit.geography) == ("%; FTE", "Bury")
    assert exhibit.period == "30 September 2025 to 30 September 2027"
    assert "Permanent starters needed by then beyond those foreseen: 16.0 FTE, 9 in 10 from" in exhibit.alt
    assert exhibit.alt.endswith("9 in 10 from −1.0 to 36.0.")
    said = [exhibit.title, exhibit.alt, *exhibit.notes, *exhibit.shown.columns]
    assert not CAUSAL.findall(" ".join(said).lower())


def test_the_table_has_every_third_month_and_the_last():
    shown = drawn(target(months=8)).shown
    assert list(shown.columns) == [
        "Date", "Target: this or less (%)", "Chance (%)", "Further starters needed, middle (FTE)",
        "Further starters needed, 9 in 10 (FTE)",
    ]  # fmt: skip
    # Of 0.384 after eight months, three eighths is 0.144 and six eighths 0.288.
    assert shown.to_numpy().tolist() == [
        ["30 September 2025", "19.5", "under 1", "4.0", "−1.0 to 12.0"],
        ["31 December 2025", "19.5", "14", "5.5", "−1.0 to 15.0"],
        ["31 March 2026", "19.5", "29", "7.0", "−1.0 to 18.0"],
        ["31 May 2026", "19.5", "38", "8.0", "−1.0 to 20.0"],
    ]


def test_the_line_goes_from_0_to_100_in_a_hundred():
    svg = drawn(target(last=0.5)).svg
    ((line,),) = lines(svg, theme.FOCUS, 2.6)
    (dot,) = places(svg, theme.FOCUS)
    assert dot == pytest.approx(line[-1], abs=0.1)
    assert {"0%", "100%", "by September 2027"} <= set(texts(svg))
    # It starts on the line at 0% and ends on that at 50%.
    levels = sorted((rule[0][0][1] for rule in lines(svg, "#e4e6e7", 0.8)), reverse=True)
    assert [line[0][1], line[-1][1]] == pytest.approx([levels[0], levels[2]], abs=0.01)
    assert len(levels) == 5


def test_starters_that_are_missing_are_not_said():
    table = target().assign(starters_needed=np.nan, starters_lower=np.nan, starters_upper=np.nan)
    exhibit = drawn(table)
    check_whole(exhibit)
    assert "starters" not in exhibit.alt
    assert exhibit.shown.iloc[0].tolist()[3:] == ["no data", "no data"]


def test_without_a_chance_one_row_says_why():
    numbers = ["target", "probability", "starters_needed", "starters_lower", "starters_upper"]
    for table, said in (
        (target().assign(**dict.fromkeys(numbers, np.nan), status="u"), "low reliability"),
        (target().head(0), "no figures are held"),
    ):
        exhibit = drawn(table)
        check_whole(exhibit)
        assert exhibit.title == "No chance of reaching the target can be given"
        assert (exhibit.svg, exhibit.shown.shape) == ("", (1, 1))
        assert exhibit.shown.iloc[0, 0] == f"no chance can be given: {said}"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Of 41 times that authorities stood this high, 6 got there in a year"),
        ({"reached": 0.0}, "Of 41 times that authorities stood this high, none got there in a year"),
        (
            {"n": 1.0, "reached": 1.0},
            "Of the 1 time that an authority stood this high, 1 got there in a year",
        ),
        ({"n": 0.0, "reached": 0.0}, "No other authority has stood this high"),
        ({"n": np.nan, "reached": np.nan},
         "Of 36 times that authorities stood this high, 10 got there in two years"),
    ],
)  # fmt: skip
def test_the_title_counts_those_that_got_there(values, said):
    exhibit = tabulate_base_rate(base_rate(**values), CAPTION)
    assert exhibit.title == said
    check_whole(exhibit)


def test_the_table_of_the_past_has_both_spans():
    exhibit = tabulate_base_rate(base_rate(), CAPTION)
    assert list(exhibit.shown.columns) == [
        "Time allowed", "Stood at (%)", "Counted as there (%)", "Target: this or less (%)",
        "Authority years", "Reached the target", "Share (%)", "95% interval (%)",
    ]  # fmt: skip
    assert exhibit.shown.to_numpy().tolist() == [
        ["a year", "24.2", "22.2 to 26.2", "19.5", "41", "6", "14.6", "6.9 to 28.4"],
        ["two years", "24.2", "22.2 to 26.2", "19.5", "36", "10", "27.8", "15.8 to 44.0"],
    ]
    assert "Wilson" in exhibit.notes[0]
    assert exhibit.svg == ""
    assert exhibit.period == "every year held to 30 September 2025"


def test_a_past_without_figures_says_why():
    numbers = base_rate().columns[1:-1]
    for table, said in (
        (base_rate().assign(**dict.fromkeys(numbers, np.nan), status="x"), "not available"),
        (base_rate().head(0), "no figures are held"),
    ):
        exhibit = tabulate_base_rate(table, CAPTION)
        check_whole(exhibit)
        assert exhibit.title == "No authorities that stood this high can be counted"
        assert exhibit.shown.to_numpy().tolist() == [[f"no authorities can be counted: {said}"]]
        assert not any("Wilson" in note for note in exhibit.notes)
