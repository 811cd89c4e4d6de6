"""Fans: the range in the title, each panel from its own figures, what was published since beside it."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.fan import INNER, OUTER, SINCE, plot_fan
from charts import frames
from charts.drawn import check_whole, lines, places, texts
from charts.test_estimates import CAUSAL

CAPTION = frames.WORKFORCE_CAPTION
MEASURES = ("agency_rate_fte", "caseload_fte")
START = "2025-12-01"
# The middle at the start and after 24 months, and how far the edges then stand from it.
ENDS = {
    "agency_rate_fte": (24.22, 21.9, (-7.7, -3.0, 3.2, 8.6)),
    "caseload_fte": (14.9, 14.4, (-2.3, -0.9, 1.0, 2.5)),
    "vacancy_rate_fte": (18.0, 16.0, (-6.0, -2.0, 2.5, 7.0)),
    "inpost_fte": (90.6, 96.0, (-12.0, -5.0, 4.0, 9.0)),
}


def projection(measures=MEASURES, base=2025, **outturns):
    """Give fans that widen evenly over 24 months; `outturns` are of agency rate, by month: `m12=24.0`."""
    rows = []
    for measure in measures:
        first, last, apart = ENDS[measure]
        for month in range(25):
            share = month / 24
            date = pd.Timestamp(base, 9, 30) + pd.offsets.MonthEnd(month)
            middle = first + share * (last - first)
            low, lower, upper, high = (middle + share * edge for edge in apart)
            since = outturns.get(f"m{month}", np.nan) if measure == "agency_rate_fte" else np.nan
            date = f"{date:%Y-%m-%d}"
            rows.append((month, date, measure, low, lower, middle, upper, high, since, ""))
    columns = ["month", "date", "measure", "p5", "p25", "p50", "p75", "p95", "outturn", "status"]
    return pd.DataFrame(rows, columns=columns)


def trend():
    """Follow Bury's agency rate and caseload from 2021 to 2025, with England beside them."""
    past = {
        "agency_rate_fte": [14.0, 22.5, 31.0, 27.0, 24.2],
        "caseload_fte": [20.2, 18.0, np.nan, 15.4, 14.9],
    }
    past |= {"vacancy_rate_fte": [20.0, 21.0, 25.0, 19.0, 18.0], "inpost_fte": [85.0, 80.0, 84.0, 88.0, 90.6]}
    return pd.DataFrame(
        [
            (kind, comparator, year, measure, value + (kind != "area"))
            for measure, values in past.items()
            for kind, comparator in (("area", "Bury"), ("england", "England"))
            for year, value in zip(range(2021, 2026), values, strict=True)
        ],
        columns=["kind", "comparator", "period", "measure", "value"],
    )


def drawn(table=None, measures=MEASURES, start=START, past=None):
    table = projection() if table is None else table
    return plot_fan(table, trend() if past is None else past, CAPTION, measures, start)


BACK = {"base": 2023, "m12": 27.0, "m24": 24.2}


def test_the_title_gives_the_range_and_the_middle():
    exhibit = drawn()
    assert exhibit.title == "Agency rate by September 2027: 14.2% to 30.5% likely, middle 21.9%"
    assert exhibit.name == "projection"
    assert exhibit.measure == "Agency rate (FTE); Average caseload (FTE)"
    assert exhibit.unit == "%; cases per case holder"
    assert exhibit.geography == "Bury"
    assert exhibit.period == "published to 30 September 2025, projected to 30 September 2027"
    check_whole(exhibit)


@pytest.mark.parametrize(
    ("outturns", "said"),
    [
        ({"m24": 24.2}, "September 2025: 24.2% published since, within the likely 14.2% to 30.5%"),
        (
            {"m12": 20.0, "m24": 31.0},
            "September 2025: 31.0% published since, above the likely 14.2% to 30.5%",
        ),
        ({"m24": 14.1}, "September 2025: 14.1% published since, below the likely 14.2% to 30.5%"),
        # At 12 months the middle is 23.06 and the edges stand half as far: 19.21 to 27.36.
        ({"m12": 27.0}, "September 2024: 27.0% published since, within the likely 19.2% to 27.4%"),
    ],
)
def test_where_it_was_published_since_the_title_says_where_it_fell(outturns, said):
    exhibit = drawn(projection(base=2023, **outturns), start="2023-12-01")
    assert exhibit.title == f"Agency rate in {said}"
    assert len(exhibit.title.split()) <= 14
    assert "Squares are figures published since." in exhibit.notes
    check_whole(exhibit)


def test_the_figure_of_the_start_itself_is_not_published_since():
    exhibit = drawn(projection(m0=24.2))
    assert exhibit.title.startswith("Agency rate by September 2027: ")
    assert places(exhibit.svg, SINCE) == []
    assert not any("since" in note for note in exhibit.notes)


def test_the_words_give_the_ends_of_each_fan_and_what_the_bands_are():
    exhibit = drawn(projection(**BACK), start="2023-12-01")
    assert exhibit.alt.startswith("Fans of Bury's projected agency rate, caseload, made on 1 December 2023,")
    assert (
        "Agency rate: from 24.2% on 30 September 2023 to a middle of 21.9% on 30 September 2025, half of "
        "outcomes between 18.9% to 25.1%, 9 in 10 between 14.2% to 30.5%." in exhibit.alt
    )
    assert "Published since, 30 September 2024: 27.0%, within that." in exhibit.alt
    assert "Caseload: from 14.9 on 30 September 2023 to a middle of 14.4" in exhibit.alt
    assert "The outer band holds nine in ten of the simulated outcomes" in exhibit.notes[0]
    assert "1 December 2023" in exhibit.notes[1]
    assert not CAUSAL.findall(" ".join([exhibit.title, exhibit.alt, *exhibit.notes]).lower())


def test_the_table_has_the_start_each_september_and_the_end():
    table = projection(measures=["agency_rate_fte"]).query("month < 24")
    exhibit = drawn(table, measures=["agency_rate_fte"])
    assert list(exhibit.shown.columns) == [
        "Measure", "Date", "5% of outcomes below", "25% below", "Middle", "75% below", "95% below",
        "Published since",
    ]  # fmt: skip
    agency = "Agency rate (%)"
    # At 23 months of 24 the middle is 24.2 less 2.3 x 23/24, and the edges 23/24 of the way out.
    assert exhibit.shown.to_numpy().tolist() == [
        [agency, "30 September 2025", "24.2", "24.2", "24.2", "24.2", "24.2", "the start"],
        [agency, "30 September 2026", "19.2", "21.6", "23.1", "24.7", "27.4", "not yet published"],
        [agency, "31 August 2027", "14.6", "19.1", "22.0", "25.1", "30.2", "no data"],
    ]
    assert len(exhibit.table) == 24


def test_a_year_that_was_passed_over_is_not_awaited():
    shown = drawn(projection(base=2023, m24=24.2), start="2023-12-01").shown
    awaited = ["the start", "not yet published", "not yet published"]
    assert shown["Published since"].tolist() == ["the start", "no data", "24.2", *awaited]


def test_the_fan_stands_where_its_figures_say():
    svg = drawn(projection(measures=["agency_rate_fte"], **BACK), ["agency_rate_fte"], "2023-12-01").svg
    ((line,),) = lines(svg, theme.FOCUS, 2.6)
    ((middle,),) = lines(svg, theme.FOCUS, 2)
    # The past goes from 14.0 in 2021 to 31.0 in 2023 and no further.
    assert len(line) == 3
    unit = (line[0][1] - line[2][1]) / (31.0 - 14.0)
    year = (line[2][0] - line[0][0]) / 2
    # The third is that of the key.
    ((_, first), (across, second), _) = places(svg, SINCE)
    assert (second - first) / unit == pytest.approx(27.0 - 24.2, rel=0.01)
    assert (middle[-1][1] - second) / unit == pytest.approx(24.2 - 21.9, rel=0.01)
    assert across == pytest.approx(middle[-1][0], abs=0.01)
    assert (across - line[2][0]) / year == pytest.approx(2, rel=0.01)
    ((start,),) = lines(svg, theme.TEXT, 1.2)
    assert (start[0][0] - line[2][0]) / year == pytest.approx(62 / 365, abs=0.01)
    said = {"9 in 10, from 14.2", "half, from 18.9", "middle 21.9", "half, up to 25.1", "9 in 10, up to 30.5"}
    since = "published since: 27.0% in 2024, 24.2% in 2025"
    assert {*said, since, "projection made", "December 2023"} <= set(texts(svg))
    assert svg.count(f"fill: {OUTER.lower()}") == svg.count(f"fill: {INNER.lower()}") == 1


def test_a_measure_without_figures_has_an_empty_panel_and_the_next_gives_the_title():
    table = projection()
    edges = ["p5", "p25", "p50", "p75", "p95"]
    table.loc[table["measure"] == "agency_rate_fte", edges] = np.nan
    table.loc[table["measure"] == "agency_rate_fte", "status"] = "x"
    exhibit = drawn(table)
    assert exhibit.title == "Caseload by September 2027: 12.1 to 16.9 likely, middle 14.4"
    assert "no projection" in texts(exhibit.svg)
    assert exhibit.shown.iloc[1].tolist()[2:] == ["x"] * 5 + ["not yet published"]
    assert "Symbols: x not available." in exhibit.notes
    check_whole(exhibit)


def test_a_year_without_a_figure_breaks_the_past():
    svg = drawn(projection(["caseload_fte"]), ["caseload_fte"]).svg
    ((before, after),) = lines(svg, theme.FOCUS, 2.6)
    # 2021 and 2022, then 2024 and 2025.
    assert (len(before), len(after)) == (2, 2)


def test_a_name_that_has_its_unit_has_it_once():
    exhibit = drawn(projection(["inpost_fte"]), ["inpost_fte"])
    assert exhibit.shown["Measure"].iloc[0] == "Social workers in post (FTE)"
    assert "Social workers in post (FTE)" in texts(exhibit.svg)


def test_without_a_past_the_fan_is_drawn_alone():
    exhibit = drawn(past=trend().head(0))
    assert exhibit.geography == "Bury"
    assert exhibit.svg
    check_whole(exhibit)


def test_where_there_is_no_number_one_row_says_why():
    numbers = ["p5", "p25", "p50", "p75", "p95", "outturn"]
    for table, said in (
        (projection().assign(**dict.fromkeys(numbers, np.nan), status="too few years"), "too few years"),
        (projection().head(0), "no figures are held"),
    ):
        exhibit = drawn(table)
        check_whole(exhibit)
        assert exhibit.title == "No projection can be made"
        assert (exhibit.svg, exhibit.shown.shape) == ("", (1, 1))
        assert exhibit.shown.iloc[0, 0] == f"no projection can be made: {said}"
