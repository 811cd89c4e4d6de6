"""Response: what went with one more permanent FTE stands between none and one for one."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.intervals import GREY
from analytics.charts.response import plot_response
from charts import frames
from charts.drawn import check_whole, length, lines, places, texts
from charts.test_estimates import CAUSAL

CAPTION = frames.WORKFORCE_CAPTION


def response(*head):
    """Give a headline, two other ways and one that could not be fitted; `head` replaces the headline."""
    estimate, lower, upper = head or (0.353, 0.281, 0.425)
    rows = [
        ("Posts held alike", 1180, 152, estimate, lower, upper, 0.00002, "what projections use", ""),
        ("Posts not held alike", 1180, 152, 0.12, 0.05, 0.19, 0.0012, "posts are then part of it", ""),
        ("Where agency use was high", 290, 98, 0.61, 0.2, 1.02, 0.004, "", ""),
        ("Without 2020 and 2021", 0, 0, *[np.nan] * 4, "years of the pandemic", "not fitted: too few"),
    ]
    columns = ["model", "n", "areas", "estimate", "lower", "upper", "p_value", "note", "status"]
    return pd.DataFrame(rows, columns=columns)


def drawn(*head):
    return plot_response(response(*head), CAPTION)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ((), "One more permanent FTE went with 0.35 fewer agency FTE (0.28 to 0.42)"),
        ((-0.2, -0.3, -0.1), "One more permanent FTE went with 0.20 more agency FTE (0.10 to 0.30)"),
        ((0.05, -0.1, 0.2), "No clear link: 0.05 (−0.10 to 0.20) agency FTE fewer for one permanent"),
        ((np.nan,) * 3, "No headline estimate of the response can be made"),
    ],
)
def test_the_title_gives_the_headline_with_its_interval(head, said):
    exhibit = drawn(*head)
    assert exhibit.title == said
    assert len(exhibit.title.split()) <= 14
    check_whole(exhibit)


def test_the_words_say_each_way_and_how_many_fall_short_of_one_for_one():
    exhibit = drawn()
    assert "estimated in 4 ways, with 95% intervals" in exhibit.alt
    assert "Posts held alike: 0.35 (0.28 to 0.42). Posts not held alike: 0.12 (0.05 to 0.19)." in exhibit.alt
    assert "Without 2020 and 2021: no estimate, not fitted: too few." in exhibit.alt
    assert exhibit.notes[1].endswith("2 of 3 intervals lie wholly below 1.")
    said = [exhibit.title, exhibit.alt, *exhibit.notes, *exhibit.shown.columns, *texts(exhibit.svg)]
    assert not CAUSAL.findall(" ".join(said).lower())
    assert exhibit.unit == "agency FTE for one permanent FTE"
    assert exhibit.period == "every year held to 30 September 2025"


def test_the_rows_stand_between_none_and_one_for_one():
    svg = drawn().svg
    (none,) = lines(svg, theme.TEXT, 1.2)[:1]
    (one,) = lines(svg, theme.TEXT, 1.2)[1:]
    left, unit = none[0][0][0], one[0][0][0] - none[0][0][0]
    ((head,),) = (places(svg, theme.FOCUS),)
    assert (head[0] - left) / unit == pytest.approx(0.353, abs=0.003)
    assert [(dot[0] - left) / unit for dot in places(svg, GREY)] == pytest.approx([0.12, 0.61], abs=0.003)
    assert [length(line) / unit for line in lines(svg, GREY, 2)] == pytest.approx([0.14, 0.82], rel=0.02)
    assert {"none", "one for one", "no estimate", "0.61 (0.20 to 1.02)"} <= set(texts(svg))


def test_the_table_has_every_way():
    shown = drawn().shown
    assert list(shown.columns) == [
        "Model", "Authority years", "Authorities", "Estimate (agency FTE)", "95% interval (agency FTE)", "p",
        "Note",
    ]  # fmt: skip
    assert shown.iloc[0].tolist() == [
        "Posts held alike", "1,180", "152", "0.35", "0.28 to 0.42", "under 0.001", "what projections use",
    ]  # fmt: skip
    assert shown.iloc[3].tolist()[3:] == [
        "not fitted: too few",
        "no data",
        "no data",
        "years of the pandemic",
    ]


def test_where_there_is_no_number_one_row_says_why():
    numbers = ["n", "areas", "estimate", "lower", "upper", "p_value"]
    for table, said in (
        (response().assign(**dict.fromkeys(numbers, np.nan), status="not fitted"), "not fitted"),
        (response().head(0), "no figures are held"),
    ):
        exhibit = plot_response(table, CAPTION)
        check_whole(exhibit)
        assert exhibit.title == "No estimate of the response can be made"
        assert (exhibit.svg, exhibit.shown.shape) == ("", (1, 1))
        assert exhibit.shown.iloc[0, 0] == f"no estimate can be made: {said}"
