"""The funnel: who is counted outside, who is drawn, and the limits as the table has them."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import plot_funnel, tabulate_outliers, theme
from analytics.charts.funnel import NEIGHBOURS
from charts import frames
from charts.drawn import check_whole, dots, lines, places, texts


def drawn(table=None):
    return plot_funnel(frames.funnel() if table is None else table, frames.CAPTION, frames.MEASURE)


def with_zones(*zones):
    table = frames.funnel().head(len(zones))
    return table.assign(zone=list(zones), zone_adjusted="within")


@pytest.mark.parametrize(
    ("zones", "said"),
    [
        (["above 99.8%", "below 99.8%", "above 95%"], "2 authorities stand outside chance; none once"),
        (["above 99.8%", "within", "below 95%"], "1 authority stands outside chance; none once"),
        (["within", "below 95%"], "No authority stands outside chance; none once"),
    ],
)
def test_the_title_counts_those_outside(zones, said):
    assert drawn(with_zones(*zones)).title == f"{said} overdispersion is allowed for"


def test_the_title_and_the_alt_text_count_before_and_after():
    exhibit = drawn()
    assert exhibit.title == "5 authorities stand outside chance; 1 once overdispersion is allowed for"
    assert "8 authorities." in exhibit.alt
    assert "by chance alone: 3 above, 2 below." in exhibit.alt
    assert "once overdispersion is allowed for: 1 above, 0 below." in exhibit.alt
    assert "All authorities together: 22.5%." in exhibit.alt
    assert (
        "Bury: 26.0% of 2,905 referrals, above 99.8% by chance alone, within once overdispersion"
        in exhibit.alt
    )


def test_the_table_has_the_area_its_neighbours_and_those_outside_the_wider_limits():
    shown = drawn().shown
    assert shown["Authority"].tolist() == ["Bury", "Stockton-on-Tees", "Lancashire", "Hampshire", "Leeds"]
    # By hand: √(22.5 x 77.5 / 2,905) = 0.7748 and 3.09 times that is 2.39; with 3.5 beside it, 11.08.
    assert shown.iloc[0].tolist() == [
        "Bury", "2,905", "26.0", "20.1 to 24.9", "above 99.8%", "11.4 to 33.6", "within",
    ]  # fmt: skip
    assert shown.set_index("Authority").loc["Hampshire"].tolist() == [
        "8,000", "u", "no data", "not placed", "no data", "not placed",
    ]  # fmt: skip


def test_those_without_a_comparable_figure_are_not_drawn_and_are_counted():
    exhibit = drawn()
    assert dots(exhibit.svg, theme.OTHERS) == 5 + 1
    assert dots(exhibit.svg, NEIGHBOURS) == 2 + 1
    assert dots(exhibit.svg, theme.FOCUS) == 1
    assert "Not drawn, for want of a comparable figure: 2 of 10 authorities." in exhibit.notes
    assert exhibit.notes[-1] == "Symbols: u low reliability."
    assert {"Bury", "Statistical neighbours", "All authorities 22.5%"} <= set(texts(exhibit.svg))


def test_an_area_that_is_not_comparable_is_not_drawn_and_says_why():
    table = frames.funnel()
    own = table["kind"] == "area"
    table.loc[own, ["zone", "zone_adjusted", "status"]] = ["", "", "first year of a new authority"]
    exhibit = drawn(table)
    assert dots(exhibit.svg, theme.FOCUS) == 0
    assert "Bury is not drawn: first year of a new authority." in exhibit.alt
    assert exhibit.shown.iloc[0, 2] == "26.0 (not comparable)"
    assert "diamond" not in " ".join(exhibit.notes)
    check_whole(exhibit)


def test_a_rate_that_rounds_to_zero_is_drawn():
    table = frames.funnel()
    table.loc[table["name"] == "Rutland", ["value", "status"]] = [0.0, "low"]
    assert dots(drawn(table).svg, theme.OTHERS) == 5 + 1


def test_each_dot_is_at_its_value_and_denominator():
    svg = drawn().svg
    ((bury, at_26),) = places(svg, theme.FOCUS)
    # Its neighbours from the left, and the key: 2,200 and 27.9, 7,948 and 16.3.
    (stockton, at_27), (lancashire, at_16) = places(svg, NEIGHBOURS)[:2]
    unit = (at_16 - at_27) / (27.9 - 16.3)
    assert at_26 - at_27 == pytest.approx(unit * (27.9 - 26.0), rel=0.01)
    share = np.log(2905 / 2200) / np.log(7948 / 2200)
    assert (bury - stockton) / (lancashire - stockton) == pytest.approx(share, rel=0.01)


def test_the_limits_narrow_as_the_table_has_them():
    table = frames.funnel()
    lower, upper, lower_adjusted, upper_adjusted = lines(drawn(table).svg, "#505A5F", 1.3)
    widths = [
        low[0][end][1] - high[0][end][1]
        for low, high in ((lower, upper), (lower_adjusted, upper_adjusted))
        for end in (0, -1)
    ]
    # The widest and the narrowest of those drawn: at Rutland's 400 referrals and Kent's 15,000.
    ends = table.set_index("name").loc[["Rutland", "Kent"]]
    wanted = [
        ends.at[name, f"upper_998{suffix}"] - ends.at[name, f"lower_998{suffix}"]
        for suffix in ("", "_adjusted")
        for name in ends.index
    ]
    assert np.array(widths) / widths[0] == pytest.approx(np.array(wanted) / wanted[0], rel=0.01)


def test_the_limits_are_smooth_where_authorities_are_few_and_held_within_0_and_100():
    table = pd.concat([frames.funnel(), frames.funnel().tail(3).assign(denominator=[10.0, 60.0, 150.0])])
    table = table.assign(zone="within", zone_adjusted="within", status="", kind="other", value=22.5)
    spread = 3.09 * np.sqrt(22.5 * 77.5 / table["denominator"])
    table = table.assign(lower_998=(22.5 - spread).clip(lower=0), upper_998=22.5 + spread)
    (lower,), (upper,) = lines(drawn(table).svg, "#505A5F", 1.3)[:2]
    held = sum(point[1] == lower[0][1] for point in lower)
    # By hand: the lower limit leaves 0 at 3.09² x 77.5 / 22.5 = 32.9 referrals; the points are even
    # in the logarithm of 10 to 15,000, and (log 32.9 - log 10) / (log 15,000 - log 10) is 0.163.
    assert held / 100 == pytest.approx(0.163, abs=0.02)
    unit = (lower[-1][1] - upper[-1][1]) / (2 * 3.09 * np.sqrt(22.5 * 77.5 / 15_000))
    centre = (lower[-1][1] + upper[-1][1]) / 2
    # The upper limit begins above the picture.
    for sign, line in ((-1, [point for point in upper if point[1] > 30]), (1, lower[held + 1 :])):
        across = np.interp([point[0] for point in line], [lower[0][0], lower[-1][0]], np.log([10, 15_000]))
        distance = 3.09 * np.sqrt(22.5 * 77.5 / np.exp(across))
        assert [point[1] for point in line] == pytest.approx(centre + sign * unit * distance, abs=0.5)


@pytest.mark.parametrize("status", ["x", "not comparable"])
def test_nothing_is_drawn_where_nobody_has_a_figure(status):
    table = frames.without_numbers(frames.funnel(), status).assign(zone="", zone_adjusted="")
    exhibit = drawn(table)
    assert (exhibit.svg, exhibit.title) == ("", "No authority can be set against the limits of chance")
    assert set(exhibit.shown["Value (%)"]) == {status}
    check_whole(exhibit)
    empty = drawn(frames.funnel().head(0))
    assert (empty.svg, empty.shown.to_numpy().tolist()) == ("", [["no authority has a figure to compare"]])


def test_one_authority_and_equal_authorities_are_drawn():
    table = frames.funnel()
    own = table[table["kind"] == "area"]
    for some in (own, pd.concat([own, own.assign(kind="neighbour", name="York", area="1")])):
        exhibit = drawn(some)
        check_whole(exhibit)
        assert exhibit.svg


def test_the_drawing_of_every_authority_is_small():
    table = pd.concat([frames.funnel()] * 17, ignore_index=True)
    table["denominator"] = table["denominator"] * (1 + table.index / 100)
    table.loc[table.index > 9, "kind"] = "other"
    assert len(drawn(table).svg) < 60_000


def outliers(outside, left):
    rows = [
        ("chance", 153, 116, outside, 0, 27.34, 3.337, ""),
        ("additive", 153, 28, outside - left, left, 27.34, 3.337, ""),
        ("multiplicative", 153, 15, outside - left, left, 27.34, 3.337, ""),
    ]
    columns = [
        "limits",
        "authorities",
        "outside_95",
        "outside_998",
        "left_the_list",
        "phi",
        "between_pp",
        "status",
    ]
    return tabulate_outliers(pd.DataFrame(rows, columns=columns), frames.CAPTION)


def test_the_outliers_are_counted_under_each_kind_of_limit():
    exhibit = outliers(102, 100)
    assert exhibit.title == "100 of 102 outliers leave the list once overdispersion is allowed for"
    assert exhibit.shown.iloc[1].tolist() == [
        "Overdispersion added to chance",
        "a standard deviation of 3.3 percentage points between authorities",
        "153",
        "28",
        "2",
        "100",
    ]
    assert exhibit.shown.iloc[[0, 2], 1].tolist() == ["nothing", "a variance 27.3 times that of chance"]
    assert outliers(0, 0).title == "No authority lies outside the limits of chance"
    check_whole(exhibit)
