"""What to check: the years are counted, and every cell says a figure or why there is none."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import tabulate_quality
from charts import frames


def made(table=None):
    return tabulate_quality(frames.quality() if table is None else table, frames.WORKFORCE_CAPTION)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["", "", ""], "Nothing in these figures needs checking"),
        (["", None, np.nan], "Nothing in these figures needs checking"),
        (["", "hours are missing", ""], "One year needs checking"),
        (["large change", "hours are missing", "large change"], "Three years need checking"),
    ],
)
def test_the_title_counts_the_years(flags, said):
    assert made(frames.quality().assign(flag=flags)).title == said


def test_more_years_than_have_a_word_are_counted_in_figures():
    table = pd.concat([frames.quality().assign(flag="large change")] * 4)
    assert made(table).title == "12 years need checking"
    assert made(table.head(9)).title == "Nine years need checking"


def test_the_table_says_a_figure_or_why_there_is_none():
    exhibit = made()
    assert list(exhibit.shown.columns) == [
        "Year", "Agency workers (FTE)", "Agency workers (people)", "FTE for each person",
        "Caseload (cases per case holder)", "Change on the year before (%)", "What to check",
    ]  # fmt: skip
    assert exhibit.shown.to_numpy().tolist() == [
        ["2023", "20.0", "21", "0.95", "17.2", "no figure to set it beside", "nothing"],
        ["2024", "30.5", "30", "1.02", "16.0", "−7.0", "more FTE than people"],
        ["2025", "28.0", "x", "x", "17.7", "+10.4", "nothing"],
    ]
    assert exhibit.notes == ("Symbols: x not available.",)
    assert (exhibit.geography, exhibit.period) == ("Bury", "30 September 2023 to 30 September 2025")
    assert exhibit.svg == ""
