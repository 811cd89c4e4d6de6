"""Timing: which went before the other, each unit on a scale of its own, and the placebo marked."""

import numpy as np
import pytest

from analytics.charts import plot_timing
from analytics.charts.intervals import GREY
from charts import frames
from charts.drawn import check_whole, dots, length, lines, texts

CAPTION = frames.WORKFORCE_CAPTION
NONE = "the reverse cannot be told from none"


def drawn(**clear):
    return plot_timing(frames.timing(**clear), CAPTION)


@pytest.mark.parametrize(
    ("clear", "said"),
    [
        ({}, "Neither comes first that one can tell"),
        ({"same": 0.5}, "Neither comes first that one can tell"),
        ({"placebo": 0.5}, "Neither comes first that one can tell"),
        ({"before": 0.5}, f"Higher caseloads followed more agency; {NONE}"),
        ({"before": -0.5}, f"Lower caseloads followed more agency; {NONE}"),
        ({"reverse": 0.5}, f"More agency followed higher caseloads; {NONE}"),
        ({"reverse": -0.5}, f"Less agency followed higher caseloads; {NONE}"),
        ({"reverse": 0.5, "placebo": 0.5}, f"More agency followed higher caseloads; {NONE}"),
        (
            {"before": 0.5, "reverse": 0.5},
            "Higher caseloads followed more agency, and more agency followed higher caseloads",
        ),
        (
            {"before": 0.5, "placebo": 0.5},
            "Higher caseloads followed more agency, but the placebo shows a link too",
        ),
    ],
)
def test_the_title_says_what_followed_what(clear, said):
    exhibit = drawn(**clear)
    assert exhibit.title == said
    assert len(said.split()) <= 14


def test_the_reverse_that_was_not_estimated_is_not_said_to_be_none():
    for clear, missing, said in (
        ({"before": 0.5}, 3, "Higher caseloads followed more agency"),
        ({"reverse": 0.5}, 0, "More agency followed higher caseloads"),
    ):
        table = frames.timing(**clear)
        table.loc[missing, ["estimate", "lower", "upper", "p_value"]] = np.nan
        exhibit = plot_timing(table.assign(status=["too few years"] * 4), CAPTION)
        assert exhibit.title == f"{said}; the reverse cannot be estimated"
        assert "no estimate, too few years." in exhibit.alt
        assert "no estimate" in texts(exhibit.svg)
        check_whole(exhibit)


def test_each_unit_has_a_panel_with_its_own_scale():
    exhibit = drawn(before=0.5, reverse=5.0)
    assert {"Caseload beside agency rate", "Agency rate beside caseload"} <= set(texts(exhibit.svg))
    assert {"Cases per 10 percentage points", "Percentage points per case"} <= set(texts(exhibit.svg))
    before, same, placebo, reverse = lines(exhibit.svg, GREY, 2)
    # Halves either side of the estimate: 0.5 wide before, 0.6 for the two beside it, 5.0 in the reverse.
    assert length(same) / length(before) == pytest.approx(1.2, rel=0.01)
    assert length(placebo) == pytest.approx(length(same), rel=0.01)
    assert length(reverse) < 5 * length(before)
    zeros = lines(exhibit.svg, "#0b0c0c", 1.2)
    assert len(zeros) == 2
    # The reverse's interval, 2.5 to 7.5, starts as far from its panel's 0 as it is half long.
    away = reverse[0][0][0] - zeros[1][0][0][0]
    assert away == pytest.approx(length(reverse) / 2, rel=0.01)


def test_the_placebo_has_an_open_mark_and_the_word():
    exhibit = drawn()
    assert (dots(exhibit.svg, "#ffffff"), dots(exhibit.svg, GREY)) == (1, 3)
    assert "(placebo)" in texts(exhibit.svg)
    assert "Caseload beside agency rate a year after (placebo), cases per 10 percentage points: 0.10" in (
        exhibit.alt
    )
    assert exhibit.notes[-1].endswith("No link is found there that can be told from none.")
    assert "A link is found there" in drawn(placebo=0.5).notes[-1]
    without = plot_timing(frames.timing().query("not placebo"), CAPTION)
    assert not any("placebo" in note for note in without.notes)


def test_the_table_has_every_question():
    shown = drawn(reverse=0.5).shown
    assert shown.columns[:3].tolist() == ["Question", "Unit", "Authority years"]
    assert shown["Question"].iloc[2] == "Does caseload go before agency? (placebo)"
    assert shown.iloc[3].tolist() == [
        "Does agency follow caseload?", "percentage points per case", "1,240", "155", "0.50", "0.25 to 0.75",
        "0.410", "none",
    ]  # fmt: skip
