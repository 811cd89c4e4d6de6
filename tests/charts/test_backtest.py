"""Backtests: whether our forecast beat no change is said of the interval, not of the estimate."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.backtest import plot_backtest, tabulate_origins, tabulate_residual_check
from analytics.charts.intervals import GREY
from charts import frames
from charts.drawn import check_whole, length, lines, places, texts
from charts.test_estimates import CAUSAL

CAPTION = frames.WORKFORCE_CAPTION
AGENCY, CASELOAD = "agency_rate_fte", "caseload_fte"
TITLES = {
    "combined": "Ours: the models below combined",
    "persistence": "No change",
    "drift": "All change as on average so far",
    "own_mean": "Part of the way back to its own mean",
}
# CRPS less that of no change at one year; at two years it is twice as far from it.
APART = {
    "combined": (-0.31, -0.42, -0.2),
    "persistence": (0.0, 0.0, 0.0),
    "drift": (0.04, -0.02, 0.11),
    "own_mean": (-0.2, -0.33, -0.06),
}
NAMES = ["model", "title", "measure", "horizon"]
SCORES = ["n", "mae", "median_ae", "mase", "crps", "coverage_80", "coverage_95", "bias"]
DIFFERENCE = ["difference", "difference_lower", "difference_upper"]


def backtest(**ours):
    """Give four forecasts of two measures; `ours` are limits of ours: `agency1, agency2, caseload1, …`."""
    rows = []
    for measure, short in ((AGENCY, "agency"), (CASELOAD, "caseload")):
        for horizon in (1, 2):
            for model, title in TITLES.items():
                apart = [horizon * value for value in APART[model]]
                if model == "combined" and f"{short}{horizon}" in ours:
                    low, high = ours[f"{short}{horizon}"]
                    apart = [(low + high) / 2, low, high]
                rows.append(
                    (model, title, measure, horizon, 880, 4.61, 3.28, 1.04, 3.35 + apart[0], 79.4, 94.6,
                     -0.12, *apart, model == "combined", "")
                )  # fmt: skip
    return pd.DataFrame(rows, columns=[*NAMES, *SCORES, *DIFFERENCE, "ours", "status"])


def drawn(**ours):
    return plot_backtest(backtest(**ours), CAPTION)


@pytest.mark.parametrize(
    ("ours", "said"),
    [
        ({}, "Our forecast beat no change at 1 and 2 years"),
        ({"agency2": (-0.9, 0.1)}, "Our forecast beat no change at 1 year only"),
        ({"agency1": (-0.9, 0.0)}, "Our forecast beat no change at 2 years only"),
        ({"agency1": (-0.9, 0.1), "agency2": (-0.9, 0.1)}, "Our forecast did not beat no change"),
        ({"agency1": (0.1, 0.2), "agency2": (0.1, 0.2)}, "Our forecast did not beat no change"),
        ({"agency1": (np.nan,) * 2, "agency2": (np.nan,) * 2}, "Our forecast was not held against no change"),
    ],
)
def test_the_title_says_at_which_years_it_beat_no_change(ours, said):
    exhibit = drawn(**ours)
    assert exhibit.title == said
    check_whole(exhibit)


def test_a_note_says_the_same_of_caseload():
    assert "Of caseload, our forecast beat no change at 1 and 2 years: see the table." in drawn().notes
    worse = drawn(caseload1=(-0.2, 0.1), caseload2=(-0.2, 0.1))
    assert worse.title == "Our forecast beat no change at 1 and 2 years"
    assert "Of caseload, our forecast did not beat no change: see the table." in worse.notes
    alone = plot_backtest(backtest().query("measure == 'agency_rate_fte'"), CAPTION)
    assert not any(note.startswith("Of caseload") for note in alone.notes)


def test_each_model_but_no_change_has_a_row_in_each_panel():
    svg = drawn().svg
    assert {"1 year ahead", "2 years ahead", "(left is better)"} <= set(texts(svg))
    assert "No change" not in texts(svg)
    heads, grey = lines(svg, theme.FOCUS, 2), lines(svg, GREY, 2)
    zeros = [line[0][0][0] for line in lines(svg, theme.TEXT, 1.2)]
    assert (len(heads), len(grey), len(zeros)) == (2, 4, 2)
    units = [length(heads[0]) / 0.22, length(heads[1]) / 0.44]
    for panel in (0, 1):
        head = places(svg, theme.FOCUS)[panel]
        dots = places(svg, GREY)[2 * panel : 2 * panel + 2]
        away = [(mark[0] - zeros[panel]) / units[panel] for mark in (head, *dots)]
        assert away == pytest.approx([(panel + 1) * each for each in (-0.31, 0.04, -0.2)], abs=0.02)
    assert {"−0.31 (−0.42 to −0.20)", "−0.62 (−0.84 to −0.40)"} <= set(texts(svg))


def test_the_words_give_every_difference():
    exhibit = drawn()
    assert "1 year ahead: Ours: the models below combined −0.31 (−0.42 to −0.20); All change" in exhibit.alt
    assert exhibit.alt.endswith("Part of the way back to its own mean −0.40 (−0.66 to −0.12).")
    assert exhibit.measure.endswith("forecasts held against what was published")
    said = [exhibit.title, exhibit.alt, *exhibit.notes, *exhibit.shown.columns, *texts(exhibit.svg)]
    assert not CAUSAL.findall(" ".join(said).lower())


def test_the_table_has_every_model_measure_and_horizon():
    shown = drawn().shown
    assert list(shown.columns) == [
        "Forecast", "Measure", "Forecasts", "Mean error", "Median error",
        "Scaled error (MASE)", "Score (CRPS)", "Bias", "Score less that of no change (95% interval)",
        "In the 80% range (%)", "In the 95% range (%)",
    ]  # fmt: skip
    assert len(shown) == 16
    assert shown.iloc[0].tolist() == [
        "Ours: the models below combined", "Agency rate (points), 1 year ahead", "880", "4.61", "3.28",
        "1.04", "3.04", "−0.12", "−0.31 (−0.42 to −0.20)", "79.4", "94.6",
    ]  # fmt: skip
    assert shown.iloc[13].tolist()[:2] == ["No change", "Caseload (cases), 2 years ahead"]


def test_a_model_that_lacks_a_horizon_keeps_its_row():
    table = backtest().query("not (model == 'drift' and horizon == 2)")
    exhibit = plot_backtest(table, CAPTION)
    assert texts(exhibit.svg).count("no estimate") == 1
    check_whole(exhibit)


def test_without_a_score_one_row_says_why():
    numbers = [*SCORES, *DIFFERENCE]
    for table, said in (
        (backtest().assign(**dict.fromkeys(numbers, np.nan), status="too few origins"), "too few origins"),
        (backtest().head(0), "no figures are held"),
    ):
        exhibit = plot_backtest(table, CAPTION)
        check_whole(exhibit)
        assert exhibit.title == "No forecast can be held against no change"
        assert (exhibit.svg, exhibit.shown.shape) == ("", (1, 1))
        assert exhibit.shown.iloc[0, 0] == f"no forecast can be scored: {said}"


def origins():
    """Give ours from two years, and no change beside it with a bias that must not be told as ours."""
    rows = [
        ("combined", TITLES["combined"], AGENCY, 1, 2019, 140, 2.11, 0.4, 81.0, "2019 release", True, ""),
        ("combined", TITLES["combined"], AGENCY, 2, 2020, 140, 3.9, -1.34, 72.5,
         "2025 release, years to 2020", True, ""),
        ("combined", TITLES["combined"], CASELOAD, 1, 2020, 141, 1.2, 2.5, 80.2, "", True, ""),
        ("persistence", "No change", AGENCY, 1, 2019, 140, 2.5, 5.0, 60.0, "2019 release", False, ""),
    ]  # fmt: skip
    columns = [*NAMES, "origin", "n", "crps", "bias", "coverage_80", "release", "ours", "status"]
    return pd.DataFrame(rows, columns=columns)


def test_the_largest_bias_of_ours_is_told_with_its_year():
    exhibit = tabulate_origins(origins(), CAPTION)
    check_whole(exhibit)
    assert exhibit.title == "Largest bias of agency rate: −1.34 points, 2 years ahead from 2020"
    assert exhibit.shown.to_numpy().tolist() == [
        ["2019", "Agency rate (points)", "1", "140", "2.11", "0.40", "81.0", "2019 release"],
        ["2020", "Agency rate (points)", "2", "140", "3.90", "−1.34", "72.5",
         "2025 release, years to 2020"],
        ["2020", "Caseload (cases)", "1", "141", "1.20", "2.50", "80.2", "not said"],
    ]  # fmt: skip
    assert exhibit.notes == (
        "Bias is the mean of forecast less published: above 0, forecasts were too high.",
    )
    assert (len(exhibit.table), exhibit.svg, exhibit.name) == (4, "", "backtest_origins")
    caseload = tabulate_origins(origins().query("measure == 'caseload_fte'"), CAPTION)
    assert caseload.title == "Largest bias of caseload: +2.50 cases, 1 year ahead from 2020"


def test_without_a_forecast_of_ours_one_row_says_why():
    numbers = ["n", "crps", "bias", "coverage_80"]
    for table, said in (
        (origins().assign(**dict.fromkeys(numbers, np.nan), status="x"), "not available"),
        (origins().head(0), "no figures are held"),
        (origins().query("not ours"), "no figures are held"),
    ):
        exhibit = tabulate_origins(table, CAPTION)
        check_whole(exhibit)
        assert exhibit.title == "No bias of our forecasts can be given"
        assert exhibit.shown.to_numpy().tolist() == [[f"no forecast of ours can be scored: {said}"]]


def residual_check():
    """Give two changes over all years, of which 82% and 78% were held, and one of a year."""
    rows = [
        ("change in social workers in post", "all", 100.0, 51.0, 82.0, 96.0, ""),
        ("change in agency workers", "all", 300.0, 47.25, 78.0, 93.3, ""),
        ("change in agency workers", "2022", 50.0, 40.0, 61.0, 90.0, ""),
    ]
    columns = ["measure", "origin", "n", "coverage_50", "coverage_80", "coverage_95", "status"]
    return pd.DataFrame(rows, columns=columns)


def test_the_check_gives_what_was_held_of_all_changes():
    exhibit = tabulate_residual_check(residual_check(), CAPTION)
    check_whole(exhibit)
    assert exhibit.title == "Simulated changes held 78% to 82% where 80% was due"
    assert list(exhibit.shown.columns) == [
        "Measure", "From", "Changes", "In the 50% range (%)", "In the 80% range (%)", "In the 95% range (%)",
    ]  # fmt: skip
    assert exhibit.shown.to_numpy().tolist() == [
        ["Change in social workers in post", "all", "100", "51.0", "82.0", "96.0"],
        ["Change in agency workers", "all", "300", "47.2", "78.0", "93.3"],
        ["Change in agency workers", "2022", "50", "40.0", "61.0", "90.0"],
    ]


def test_a_check_that_lacks_a_row_is_of_the_others():
    table = residual_check()
    missing = ["n", "coverage_50", "coverage_80", "coverage_95"]
    table.loc[0, missing], table.loc[0, "status"] = np.nan, "too few changes"
    exhibit = tabulate_residual_check(table, CAPTION)
    check_whole(exhibit)
    assert exhibit.title == "Simulated changes held 78% where 80% was due"
    assert exhibit.shown.iloc[0].tolist()[2:] == ["no data"] + ["too few changes"] * 3
    for none, said in (
        (table.head(1), "too few changes"),
        (table.head(0), "no figures are held"),
    ):
        empty = tabulate_residual_check(none, CAPTION)
        check_whole(empty)
        assert (empty.title, empty.notes) == ("No simulated change can be checked", ())
        assert empty.shown.to_numpy().tolist() == [[f"no simulated change can be checked: {said}"]]
