"""What council papers said, beside the published year: a table and never a chart."""

import pandas as pd

from analytics.charts import tabulate_evidence
from charts import frames
from charts.drawn import check_whole


def test_each_statement_stands_beside_its_year():
    (exhibit,) = tabulate_evidence(frames.evidence(), frames.CAPTION)
    assert exhibit.title == "What council papers said, beside the published year"
    assert exhibit.shown.to_numpy().tolist() == [
        ["Referrals that were repeat referrals", "31 August 2018", "25.0", "year to 31 March 2018", "21.5",
         "20.1 to 23.0", "3.5", "20.4 (2021 model)", "in line; chance alone could give the difference"],
        ["Referrals that were repeat referrals", "30 November 2018", "33.5", "year to 31 March 2019", "c",
         "no data", "not applicable", "no data", "no comparison"],
        ["In line with statistical neighbours", "not dated", "none, in words", "year to 31 March 2018",
         "21.5", "20.1 to 23.0", "not applicable", "20.4 (2021 model)",
         "in line; chance alone could give the difference"],
    ]  # fmt: skip
    assert exhibit.source == f"Update on Performance, January 2019; {frames.CAPTION.source}"
    check_whole(exhibit)


def test_quoted_months_are_not_drawn_and_a_note_says_why():
    (exhibit,) = tabulate_evidence(frames.evidence(), frames.CAPTION)
    assert exhibit.svg == ""
    assert "not a series" in exhibit.notes[0]
    assert exhibit.notes[-1] == "Symbols: c suppressed to protect confidentiality."


def test_a_figure_that_is_no_percentage_keeps_its_unit():
    (exhibit,) = tabulate_evidence(frames.evidence().assign(claimed=20.0, unit="cases"), frames.CAPTION)
    assert exhibit.shown["Figure (%)"].tolist() == ["20 cases"] * 3


def test_no_statement_is_no_exhibit():
    assert tabulate_evidence(frames.evidence().head(0), frames.CAPTION) == ()
    assert tabulate_evidence(pd.DataFrame(columns=frames.evidence().columns), frames.CAPTION) == ()
