"""Estimates: the headline in the title, every way drawn to one scale, and nothing said beyond them."""

import re

import numpy as np
import pytest

from analytics import charts
from analytics.charts import plot_estimates, plot_parts, theme
from analytics.charts.intervals import GREY
from charts import frames
from charts.drawn import check_whole, length, lines, places, texts

CAPTION = frames.WORKFORCE_CAPTION
CAUSAL = re.compile(
    r"\b(caus\w+|effects?|le(a|)ds? to|driv(es?|en|ing)|reduc\w+|increas\w+|impact\w*|results? in|due to)\b"
)
MADE = {
    "scatter": (charts.plot_scatter, frames.scatter),
    "estimates": (charts.plot_estimates, frames.estimates),
    "timing": (charts.plot_timing, frames.timing),
    "parts": (charts.plot_parts, frames.parts),
    "decomposition": (charts.plot_decomposition, frames.decomposition),
    "slopes": (lambda table, caption: charts.plot_slopes(table, caption, -0.15, -0.42, 0.12), frames.slopes),
    "outcomes": (charts.plot_outcomes, frames.outcomes),
    "quality": (charts.tabulate_quality, frames.quality),
}
every_exhibit = pytest.mark.parametrize(("make", "table"), MADE.values(), ids=MADE)


@every_exhibit
def test_every_exhibit_is_whole_and_says_no_word_of_cause(make, table):
    exhibit = make(table(), CAPTION)
    check_whole(exhibit)
    assert len(exhibit.title.split()) <= 14
    assert len(exhibit.svg) < 60_000
    said = [exhibit.title, exhibit.alt, *exhibit.notes, *exhibit.shown.columns]
    said += [*exhibit.shown.to_numpy().ravel(), *(texts(exhibit.svg) if exhibit.svg else [])]
    assert not CAUSAL.findall(" ".join(said).lower())
    assert "status" in exhibit.table


@every_exhibit
def test_where_there_is_no_number_one_row_says_why(make, table):
    names = [column for column in table().select_dtypes("number") if column not in ("period", "offset")]
    names = [column for column in names if column not in ("start", "end")]
    for status, said in (("x", "not available"), ("cannot be fitted: too few years",) * 2):
        exhibit = make(table().assign(**dict.fromkeys(names, np.nan), status=status), CAPTION)
        check_whole(exhibit)
        assert (exhibit.svg, exhibit.shown.shape) == ("", (1, 1))
        assert exhibit.shown.iloc[0, 0].endswith(f": {said}")
        assert exhibit.title.lower().startswith(("no ", "which", "the change", "there are no"))
    empty = make(table().head(0), CAPTION)
    check_whole(empty)
    assert (empty.svg, empty.shown.shape) == ("", (1, 1))


def with_headline(**values):
    table = frames.estimates()
    for column, value in values.items():
        table.loc[0, column] = value
    return table


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((-0.15, -0.418, 0.121), "No clear link within authorities: −0.15 cases (−0.42 to 0.12)"),
        ((0.2, 0.0, 0.4), "No clear link within authorities: 0.20 cases (0.00 to 0.40)"),
        ((0.4, 0.1, 0.7), "Caseload was 0.40 cases higher in years with 10 points more agency"),
        ((-0.4, -0.7, -0.1), "Caseload was 0.40 cases lower in years with 10 points more agency"),
        ((np.nan,) * 3, "No estimate within authorities can be made"),
    ],
)
def test_the_title_says_what_the_headline_found(numbers, said):
    table = with_headline(**dict(zip(("estimate", "lower", "upper"), numbers, strict=True)))
    assert plot_estimates(table, CAPTION).title == said


def test_the_table_shows_every_way_in_its_own_unit():
    shown = plot_estimates(frames.estimates(), CAPTION).shown
    unit = "(cases; % where the outcome is a log)"
    assert list(shown.columns) == [
        "Model", "Authority years", "Authorities", f"Estimate {unit}", f"95% interval {unit}", "p", "Note",
    ]  # fmt: skip
    assert shown.to_numpy().tolist() == [
        ["Within authorities", "1,400", "158", "−0.15", "−0.42 to 0.12", "0.273", "none"],
        ["Between authorities", "158", "158", "0.62", "0.20 to 1.04", "under 0.001", "means"],
        ["Within authorities: caseload (people)", "1,400", "158", "−0.20", "−0.50 to 0.10", "0.190",
         "none"],
        ["Each left out in turn", "1,400", "158", "−0.15", "−0.20 to −0.10", "not applicable", "none"],
        ["Within authorities: log caseload", "1,400", "158", "−0.8", "−2.3 to 0.6", "0.265", "none"],
        ["Agency rate a year later", "no data", "no data", "too few years", "no data",
         "no data", "none"],
    ]  # fmt: skip
    without = plot_estimates(frames.estimates().query("key != 'log'"), CAPTION)
    assert "Estimate (cases)" in without.shown
    assert not any("logarithms" in note for note in without.notes)


def test_the_ways_are_drawn_to_one_scale_and_the_logarithm_is_not():
    exhibit = plot_estimates(frames.estimates(), CAPTION)
    ((head,), grey) = lines(exhibit.svg, theme.FOCUS, 2), lines(exhibit.svg, GREY, 2)
    unit = length(head) / (0.121 + 0.418)
    assert [length(line) / unit for line in grey] == pytest.approx([0.84, 0.6, 0.1], rel=0.02)
    (left, level), _ = head[0]
    assert places(exhibit.svg, theme.FOCUS) == [pytest.approx((left + unit * (0.418 - 0.15), level), abs=0.1)]
    # 0.62 is 0.77 to the right of the headline; -0.2 is 0.05 to its left.
    across = [place[0] - left for place in places(exhibit.svg, GREY)]
    assert across[0] / unit == pytest.approx(0.62 + 0.418, rel=0.01)
    assert across[1] / unit == pytest.approx(0.418 - 0.2, rel=0.01)
    assert len(across) == 3
    assert {"−0.15 (−0.42 to 0.12)", "no estimate", "Within authorities: caseload"} <= set(texts(exhibit.svg))
    assert "−0.8 (−2.3 to 0.6)" not in texts(exhibit.svg)
    assert "stroke-dasharray" in exhibit.svg
    without = plot_estimates(frames.estimates().query("key != 'leave_one_out'"), CAPTION)
    assert "stroke-dasharray" not in without.svg


def test_the_words_say_each_way_and_what_the_lines_are():
    exhibit = plot_estimates(frames.estimates(), CAPTION)
    assert "estimated in 5 ways, with 95% intervals." in exhibit.alt
    assert "Within authorities: −0.15 (−0.42 to 0.12). Between authorities: 0.62 (0.20 to" in exhibit.alt
    assert "Within authorities: caseload (people): −0.20 (−0.50 to 0.10)." in exhibit.alt
    assert "Agency rate a year later: no estimate, too few years." in exhibit.alt
    notes = " ".join(exhibit.notes)
    for part in (
        "diamond is the headline",
        "95% intervals",
        "cannot be told from none",
        "dotted",
        "per cent",
    ):
        assert part in notes
    plain = plot_estimates(frames.estimates().query("key != 'leave_one_out'"), CAPTION)
    assert not any("dotted" in note for note in plain.notes)
    assert exhibit.period == "every year held to 30 September 2025"


def test_the_parts_in_the_title_are_those_that_can_be_told_from_none():
    table = frames.parts()
    assert plot_parts(table, CAPTION).title == "With 10 points more agency: case holders −1.6%"
    none = table.assign(lower=-9.0, upper=9.0)
    assert plot_parts(none, CAPTION).title == "No part of caseload went with agency share that one can tell"
    every = table.assign(lower=table["estimate"] - 0.1, upper=table["estimate"] + 0.1)
    assert plot_parts(every, CAPTION).title == (
        "With 10 points more agency: caseload +0.8%, cases −0.7% and case holders −1.6%"
    )


def test_the_parts_are_drawn_with_caseload_first():
    exhibit = plot_parts(frames.parts(), CAPTION)
    ((head,), grey) = lines(exhibit.svg, theme.FOCUS, 2), lines(exhibit.svg, GREY, 2)
    unit = length(head) / (2.31 + 0.64)
    assert [length(line) / unit for line in grey] == pytest.approx([2.38, 2.78, 2.4], rel=0.01)
    assert "Case holders: −1.6 (−2.9 to −0.2)." in exhibit.alt
    assert exhibit.shown.iloc[2].tolist() == [
        "case holders", "1,400", "158", "−1.6", "−2.9 to −0.2", "0.029", "none",
    ]  # fmt: skip
    assert exhibit.unit == "%"
