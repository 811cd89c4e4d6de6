"""Assumptions: each has its value, where it is from and what follows if it is wrong; none is left blank."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts.assumptions import tabulate_assumptions
from charts import frames
from charts.drawn import check_whole
from charts.test_estimates import CAUSAL

CAPTION = frames.WORKFORCE_CAPTION
COLUMNS = [
    "name", "title", "value", "lower", "upper", "unit", "how", "source", "dated", "if_wrong", "own", "status",
]  # fmt: skip


def assumptions(own=False):
    """Give one fitted, one read from elsewhere, one of neither source nor interval, and one missing."""
    rows = [
        ("leave", "Social workers who leave within a year", 0.1623, 0.1412, 0.19, "probability",
         "fitted to leavers, drawn towards the region", "Department for Education", "2025-09-30",
         "each tenth more is about nine FTE a year", False, ""),
        ("falls", "Offers that never lead to a start", 0.192, 0.05, 0.39, "probability",
         "two of twelve; Jeffreys' prior", "Devon County Council", "about October 2020", "", own, ""),
        ("growth", "Growth of posts", 5.0, np.nan, np.nan, "percent a year", "a scenario", "", None, "",
         False, ""),
        ("spread", "Spread of starters", np.nan, np.nan, np.nan, "", "fitted", "", "",
         "the fan is wider", False, "too few years"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def made(table=None):
    return tabulate_assumptions(assumptions() if table is None else table, CAPTION)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (assumptions(), "4 assumptions: 2 fitted, 2 from elsewhere"),
        (assumptions(own=True), "4 assumptions: 2 fitted, 1 from elsewhere and 1 of the user's own"),
        (assumptions().head(1), "1 assumption: 1 fitted"),
        # A value of the user's own is not fitted, whatever stood there before.
        (assumptions().head(1).assign(own=True), "1 assumption: 1 of the user's own"),
    ],
)
def test_the_title_counts_where_they_come_from(table, said):
    exhibit = made(table)
    assert exhibit.title == said
    check_whole(exhibit)


def test_the_table_says_each_and_how_it_was_obtained():
    exhibit = made(assumptions(own=True))
    assert list(exhibit.shown.columns) == [
        "Assumption", "Value", "Interval", "Unit", "How obtained", "If it is wrong",
    ]  # fmt: skip
    assert exhibit.shown.to_numpy().tolist() == [
        ["Social workers who leave within a year", "0.162", "0.141 to 0.19", "probability",
         "fitted to leavers, drawn towards the region; Department for Education, 30 September 2025",
         "each tenth more is about nine FTE a year"],
        ["Offers that never lead to a start", "0.192", "0.05 to 0.39", "probability",
         "the user's own: two of twelve; Jeffreys' prior; Devon County Council, about October 2020",
         "not said"],
        ["Growth of posts", "5", "none given", "% a year", "a scenario", "not said"],
        ["Spread of starters", "too few years", "none given", "none", "fitted", "the fan is wider"],
    ]  # fmt: skip
    assert (exhibit.svg, exhibit.geography, exhibit.unit) == ("", "Bury", "as each row says")
    said = [exhibit.title, *exhibit.notes, *exhibit.shown.columns]
    assert not CAUSAL.findall(" ".join(said).lower())


def test_where_there_is_no_number_one_row_says_why():
    for table, said in (
        (assumptions().assign(value=np.nan, lower=np.nan, upper=np.nan, status="x"), "not available"),
        (assumptions().head(0), "none is held"),
    ):
        exhibit = made(table)
        check_whole(exhibit)
        assert exhibit.title == "No assumptions can be listed"
        assert exhibit.shown.to_numpy().tolist() == [[f"no assumption has a value: {said}"]]
