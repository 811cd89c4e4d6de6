"""The claim: every reading is worked out beside what was claimed, and what cannot be is called so."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.claim import STYLES, tabulate_claim, tabulate_contradictions
from charts import frames
from charts.drawn import check_whole, lines, places, texts
from charts.test_estimates import CAUSAL

CAPTION = frames.WORKFORCE_CAPTION
ALL, APART = "114.5 in all, 38 of them agency", "114.5 permanent and 38 agency"
BASES = {
    ALL: (38.0, 76.5),
    APART: (38.0, 114.5),
    "46% of 114.5 in all are agency": (52.7, 61.8),
    "46% of 152.5 in all are agency": (70.2, 82.3),
    "as published on 30 September 2023": (41.4, 92.1),
}
RESPONSES = {
    "none leave": (0.0, 0.0, 0.0),
    "as estimated": (0.35, 0.28, 0.43),
    "one for one": (1.0, 1.0, 1.0),
}
COLUMNS = [
    "base", "agency_fte", "permanent_fte", "joiners", "response", "response_value", "response_lower",
    "response_upper", "share_before", "share_after", "share_lower", "share_upper", "claimed", "reproduces",
    "response_needed", "status",
]  # fmt: skip


def claim(joiners=(14, 16, 23), bases=tuple(BASES), claimed=19.5):
    """Cross the bases with how many join and how many agency staff leave for each: plain arithmetic."""
    rows = []
    for base in bases:
        agency, permanent = BASES[base]
        for count in joiners:
            for response, (value, lower, upper) in RESPONSES.items():
                after, low, high = (
                    100 * (agency - gone * count) / (agency + permanent + count - gone * count)
                    for gone in (value, upper, lower)
                )
                limits = (low, high) if lower < upper else (np.nan, np.nan)
                share = claimed / 100
                needed = (agency - share * (agency + permanent + count)) / ((1 - share) * count)
                rows.append(
                    (base, agency, permanent, count, response, value, lower, upper,
                     100 * agency / (agency + permanent), after, *limits, claimed, abs(after - claimed) < 0.5,
                     needed, "")
                )  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def made(table=None):
    return tabulate_claim(claim() if table is None else table, CAPTION)


def test_the_title_counts_the_readings_that_give_what_was_claimed():
    # (38 - 14) / (114.5 + 38 + 14 - 14) is 15.7%; with 0.35 leaving, 33.1 / 161.6 is 20.5%; none of the
    # first base comes near. Of the second, 16 joining and as estimated give 32.4 / 162.9, 19.9%.
    assert made().title == f"{int(claim()['reproduces'].sum())} of 45 readings give the 19.5% claimed"
    one = claim(joiners=(16,), bases=(APART,))
    assert one["share_after"].round(1).tolist() == [22.6, 19.9, 14.4]
    assert made(one).title == "1 of 3 readings gives the 19.5% claimed"
    assert made(claim(claimed=70.0)).title == "None of 45 readings gives the 70.0% claimed"


def test_the_exhibit_is_whole():
    exhibit = made()
    check_whole(exhibit)
    assert (exhibit.unit, exhibit.geography, exhibit.name) == ("%; FTE", "Bury", "claim")
    said = [exhibit.title, exhibit.alt, *exhibit.notes, *exhibit.shown.columns, *texts(exhibit.svg)]
    assert not CAUSAL.findall(" ".join(said).lower())
    assert "within half a percentage point" in exhibit.notes[0]
    assert not any(note.startswith("Drawn:") for note in exhibit.notes)
    assert exhibit.notes[-1] == "Leaving as estimated: 0.35 (0.28 to 0.43) agency FTE for each joiner."


def test_the_words_give_the_range_of_each_base_and_the_readings_that_fit():
    alt = made(claim(joiners=(16,), bases=(ALL, APART))).alt
    # 38 / 114.5 is 33.2%; with 16 more and none gone 29.1%, one for one (38 - 16) / 114.5, 19.2%.
    assert f"{ALL}: 19.2% to 29.1%, from 33.2% before." in alt
    fit = f"{ALL}, 16 join, one for one, 19.2%; {APART}, 16 join, as estimated, 19.9%"
    assert alt.endswith(f"Readings that give 19.5%: {fit}.")
    assert " before. As published on 30 September 2023: " in made().alt
    assert made(claim(claimed=70.0)).alt.endswith("Readings that give 70.0%: none.")


def test_the_dots_stand_around_the_share_claimed():
    exhibit = made(claim(joiners=(16,), bases=(ALL, APART)))
    claimed = lines(exhibit.svg, theme.TEXT, 1.2)[0][0][0][0]
    by_style = [places(exhibit.svg, style["color"]) for style in STYLES[:3]]
    # The key comes with its own mark of each, which stands above the first row.
    none, estimated, whole = (sorted(marks, key=lambda mark: mark[1])[-2:] for marks in by_style)
    assert [mark[1] for mark in none] == [mark[1] for mark in estimated] == [mark[1] for mark in whole]
    unit = (none[0][0] - claimed) / (100 * 38 / 130.5 - 19.5)
    assert (whole[0][0] - claimed) / unit == pytest.approx(100 * 22 / 114.5 - 19.5, abs=0.02)
    assert (estimated[1][0] - claimed) / unit == pytest.approx(100 * 32.4 / 162.9 - 19.5, abs=0.02)
    assert (whole[1][0] - claimed) / unit == pytest.approx(100 * 22 / 152.5 - 19.5, abs=0.02)
    assert {"claimed: 19.5%", "16 join", "none leave", "as estimated", "one for one"} <= set(
        texts(exhibit.svg)
    )


def test_of_too_many_rows_those_with_sixteen_joiners_are_drawn():
    more = claim(joiners=(14, 15, 16, 23))
    exhibit = made(more)
    assert {"16 join"} == {text for text in texts(exhibit.svg) if text.endswith(" join")}
    assert exhibit.notes[-1] == "Drawn: 15 of 60 readings; all are in the table."
    assert len(exhibit.shown) == 20
    odd = made(claim(joiners=(11, 12, 13, 17)))
    assert {"13 join"} == {text for text in texts(odd.svg) if text.endswith(" join")}


def test_the_table_has_every_reading():
    shown = made(claim(joiners=(16,), bases=(ALL, APART))).shown
    assert list(shown.columns) == [
        "How the figures are read", "Agency and permanent (FTE)", "Joiners", "Share before (%)",
        "Share after, leaving none leave (%)", "Share after, leaving as estimated (%)",
        "Share after, leaving one for one (%)", "Leaving for each joiner that would give 19.5% (FTE)",
    ]  # fmt: skip
    # (38 - 0.195 x 130.5) / (0.805 x 16) is 0.97; (38 - 0.195 x 168.5) / 12.88 is 0.40.
    assert shown.iloc[0].tolist()[:5] == [ALL, "38.0 and 76.5", "16", "33.2", "29.1"]
    assert shown.iloc[0].tolist()[6:] == ["19.2, as claimed", "0.97"]
    # 38 less 0.43 and 0.28 of 16, over 168.5 less the same: 19.3% and 20.4%.
    assert shown.iloc[1].tolist() == [
        APART, "38.0 and 114.5", "16", "24.9", "22.6", "19.9 (19.3 to 20.4), as claimed", "14.4", "0.40",
    ]  # fmt: skip
    for needed, said in ((1.4, "1.40 (over one for one)"), (-0.2, "−0.20 (agency grows)"), (1.0, "1.00")):
        table = claim(joiners=(16,), bases=(ALL,)).assign(response_needed=needed)
        assert made(table).shown.iloc[:, -1].tolist() == [said]


def test_a_reading_that_cannot_be_worked_out_keeps_its_row():
    table = claim(joiners=(16,), bases=(ALL, APART))
    missing = ["share_before", "share_after", "share_lower", "share_upper", "response_needed", "agency_fte"]
    table.loc[table["base"] == ALL, missing] = np.nan
    table["reproduces"] = table["reproduces"].astype(object)
    table.loc[table["base"] == ALL, "reproduces"] = None
    table.loc[table["base"] == ALL, "status"] = "x"
    exhibit = made(table)
    check_whole(exhibit)
    assert exhibit.title == "1 of 3 readings gives the 19.5% claimed"
    assert exhibit.shown.iloc[0].tolist()[3:] == ["x", "x", "x", "x", "x"]


def test_where_there_is_no_number_one_row_says_why():
    numbers = claim().select_dtypes("number").columns
    for table, said in (
        (claim().assign(**dict.fromkeys(numbers, np.nan), status="x"), "not available"),
        (claim().head(0), "no figures are held"),
    ):
        exhibit = made(table)
        check_whole(exhibit)
        assert exhibit.title == "No reading of the claim can be worked out"
        assert (exhibit.svg, exhibit.shown.shape) == ("", (1, 1))
        assert exhibit.shown.iloc[0, 0] == f"no reading can be worked out: {said}"


def contradictions(*verdicts):
    """Give two shares that cannot both be so, and a sum that comes out."""
    first, second = verdicts or ("cannot both be so", "agrees")
    rows = [
        ("25% of social workers are agency", "38 of 114.5 are agency", 25.0, 33.188, "percent",
         "38 / 114.5 = 33.2%", 8.188, first, ""),
        ("23 appointed, 7 in post", "14 expected and 2 remaining", 16.0, 16.0, "people",
         "23 − 7 = 16; 14 + 2 = 16", 0.0, second, ""),
    ]  # fmt: skip
    columns = ["first", "second", "first_value", "second_value", "unit", "arithmetic", "apart", "verdict"]
    return pd.DataFrame(rows, columns=[*columns, "status"])


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (
            ("cannot both be so", "cannot both be so, unless the total leaves out the part"),
            "2 pairs of figures in council papers cannot both be so",
        ),
        ((), "1 pair of figures in council papers cannot both be so"),
        (("a change to be explained", "agrees"), "No two figures in council papers exclude each other"),
    ],
)
def test_the_title_counts_the_pairs_that_contradict_each_other(verdicts, said):
    exhibit = tabulate_contradictions(contradictions(*verdicts), CAPTION)
    assert exhibit.title == said
    check_whole(exhibit)


def test_the_table_has_both_statements_and_how_far_apart_they_are():
    exhibit = tabulate_contradictions(contradictions(), CAPTION)
    assert list(exhibit.shown.columns) == [
        "One statement", "Its figure", "The other statement", "The other figure", "Unit", "Arithmetic",
        "Apart (points where the unit is %)", "Verdict",
    ]  # fmt: skip
    assert exhibit.shown.to_numpy().tolist() == [
        ["25% of social workers are agency", "25.0", "38 of 114.5 are agency", "33.2", "%",
         "38 / 114.5 = 33.2%", "8.2", "cannot both be so"],
        ["23 appointed, 7 in post", "16", "14 expected and 2 remaining", "16", "people",
         "23 − 7 = 16; 14 + 2 = 16", "0", "agrees"],
    ]  # fmt: skip
    assert (exhibit.unit, exhibit.svg) == ("%; people", "")
    assert tabulate_contradictions(contradictions().head(0), CAPTION).unit == "no figures"


def test_pairs_without_figures_say_why():
    numbers = ["first_value", "second_value", "apart"]
    for table, said in (
        (contradictions().assign(**dict.fromkeys(numbers, np.nan), status="x"), "not available"),
        (contradictions().head(0), "no pair is held"),
    ):
        exhibit = tabulate_contradictions(table, CAPTION)
        check_whole(exhibit)
        assert exhibit.title == "No pair of figures can be compared"
        assert exhibit.shown.to_numpy().tolist() == [[f"no pair of figures can be compared: {said}"]]
