"""Re-referrals by offset: links are counted, placebos apart, and two models drawn side by side."""

import numpy as np
import pytest

from analytics.charts import plot_outcomes, theme
from charts import frames
from charts.drawn import check_whole, lines, places, texts

UNWEIGHTED, WEIGHTED = theme.CATEGORIES[0], theme.CATEGORIES[3]


def drawn(*clear):
    return plot_outcomes(frames.outcomes(*clear), frames.WORKFORCE_CAPTION)


@pytest.mark.parametrize(
    ("clear", "said"),
    [
        ([], "No link with re-referrals that can be told from none at any offset"),
        ([(0, "unweighted")], "No link with re-referrals that can be told from none at any offset"),
        ([(1, "log odds"), (0, "unweighted")], "1 of 15 links with re-referrals can be told from none"),
        ([(1, "log odds"), (3, "unweighted")], "2 of 15 links with re-referrals can be told from none"),
    ],
)
def test_the_title_counts_what_is_no_placebo(clear, said):
    assert drawn(*clear).title == said


def test_placebos_alone_are_no_link():
    exhibit = plot_outcomes(frames.outcomes().query("placebo"), frames.WORKFORCE_CAPTION)
    assert exhibit.title == "No link with re-referrals can be estimated"
    assert "Of 0" not in " ".join([exhibit.alt, *exhibit.notes])
    check_whole(exhibit)


def test_the_table_has_every_row_with_its_unit():
    shown = drawn((2, "log odds")).shown
    assert len(shown) == 25
    assert shown.iloc[0].tolist() == [
        "−1: a year before (placebo)", "unweighted", "percentage points", "1,200", "150", "0.10",
        "−0.80 to 1.00", "0.300", "none",
    ]  # fmt: skip
    assert shown.iloc[19, :3].tolist() == ["2: two years after", "log odds", "log odds"]
    assert shown.iloc[19, 5:7].tolist() == ["0.400", "0.350 to 0.450"]


def test_the_two_models_stand_side_by_side_at_their_offset():
    svg = drawn((2, "unweighted")).svg
    one, two = places(svg, UNWEIGHTED), places(svg, WEIGHTED)
    assert (len(one), len(two)) == (5 + 1, 5 + 1)
    step = one[1][0] - one[0][0]
    assert [right[0] - left[0] for left, right in zip(one[:5], two[:5], strict=True)] == pytest.approx(
        [0.26 * step] * 5, rel=0.01
    )
    # Up the page: 0.1 at the first offset, 0.5 at the last.
    unit = (one[0][1] - one[4][1]) / 0.4
    bars = lines(svg, UNWEIGHTED, 2)
    tall = [abs(line[0][0][1] - line[0][-1][1]) / unit for line in bars]
    assert tall == pytest.approx([1.8, 1.8, 1.8, 0.1, 1.8], rel=0.02)
    assert texts(svg).count("placebo") == 2
    assert {"−1", "a year before", "the same year", "three years after"} <= set(texts(svg))


def test_the_words_count_placebos_and_chance():
    exhibit = drawn((0, "unweighted"), (1, "unweighted"))
    assert "0: the same year (placebo), unweighted: 0.20 (0.15 to 0.25)." in exhibit.alt
    assert "2: two years after, weighted by referrals: 0.40 (−0.50 to 1.30)." in exhibit.alt
    assert exhibit.alt.endswith(
        "Of 15 estimates after the count, 1 can be told from none. "
        "Of 10 estimates of the placebos, 1 can be told from none."
    )
    # One in twenty of fifteen.
    assert "Of 15 such intervals about 0.8 would leave out 0 by chance alone" in exhibit.notes[1]
    assert exhibit.notes[2].endswith("Of 10 such estimates, 1 can be told from none.")


def test_a_model_without_an_estimate_is_tabulated_and_not_drawn():
    table = frames.outcomes()
    table.loc[10, ["estimate", "lower", "upper", "status"]] = [np.nan, np.nan, np.nan, "too few years"]
    exhibit = plot_outcomes(table, frames.WORKFORCE_CAPTION)
    assert len(lines(exhibit.svg, UNWEIGHTED, 2)) == 4
    assert exhibit.shown.iloc[10, 5:7].tolist() == ["too few years", "no data"]
    assert "Of 14 estimates after the count" in exhibit.alt
    check_whole(exhibit)
