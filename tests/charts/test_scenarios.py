"""Scenarios: the one that moves agency share most is named, and each is drawn from as planned."""

import numpy as np
import pandas as pd
import pytest

from analytics.charts import theme
from analytics.charts.intervals import GREY
from analytics.charts.scenarios import plot_scenarios
from charts import frames
from charts.drawn import check_whole, length, lines, places, texts
from charts.test_estimates import CAUSAL

CAPTION = frames.WORKFORCE_CAPTION
AGENCY, CASELOAD = "agency_rate_fte", "caseload_fte"
TITLES = {
    "planned": "As planned",
    "late": "Arrivals six months late",
    "conversion": "Eight agency workers a year become permanent",
    "demand": "Cases a tenth more",
}
# Differences after 24 months with their limits; after 12 they are half as large.
APART = {
    (AGENCY, "planned"): (0.0, 0.0, 0.0),
    (AGENCY, "late"): (1.4, 0.6, 2.3),
    (AGENCY, "conversion"): (-3.2, -4.1, -2.4),
    (AGENCY, "demand"): (0.1, -0.2, 0.4),
    (CASELOAD, "planned"): (0.0, 0.0, 0.0),
    (CASELOAD, "late"): (0.21, 0.04, 0.45),
    (CASELOAD, "conversion"): (0.0, -0.02, 0.02),
    (CASELOAD, "demand"): (1.44, 1.2, 1.7),
}


def scenarios(**changed):
    """Give three scenarios beside as planned; `changed` are limits of agency's differences by scenario."""
    rows = []
    for (measure, key), limits in APART.items():
        apart = changed.get(key, limits) if measure == AGENCY else limits
        middle = 21.9 if measure == AGENCY else 14.4
        for month in (12, 24):
            effect = [value * month / 24 for value in apart]
            level = middle + effect[0]
            rows.append((key, TITLES[key], month, measure, level, level - 2, level + 3, *effect, ""))
    columns = ["scenario", "title", "month", "measure", "level", "lower", "upper"]
    return pd.DataFrame(rows, columns=[*columns, "effect", "effect_lower", "effect_upper", "status"])


def drawn(table=None):
    return plot_scenarios(scenarios() if table is None else table, CAPTION)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "Agency share moves most under “Eight agency workers a year become permanent”: −3.2 points"),
        ({"conversion": (-3.2, -6.5, 0.1)},
         "Agency share moves most under “Arrivals six months late”: +1.4 points"),
        ({"conversion": (-3.2, -6.5, 0.1), "late": (1.4, 0.0, 2.8)},
         "No scenario moves agency share that one can tell"),
        (dict.fromkeys(TITLES, (np.nan,) * 3), "No scenario of agency share can be projected"),
    ],
)  # fmt: skip
def test_the_title_names_the_scenario_that_moves_it_most(changed, said):
    exhibit = drawn(scenarios(**changed))
    assert exhibit.title == said
    check_whole(exhibit)


def test_each_measure_has_a_panel_with_its_own_scale():
    exhibit = drawn()
    assert {"Agency rate", "Caseload", "Percentage points from as planned"} <= set(texts(exhibit.svg))
    late, demand, _, caseload = lines(exhibit.svg, GREY, 2)
    conversion, _ = lines(exhibit.svg, theme.FOCUS, 2)
    unit = length(late) / (2.3 - 0.6)
    assert [length(conversion) / unit, length(demand) / unit] == pytest.approx([1.7, 0.6], rel=0.02)
    agency_zero, caseload_zero = (line[0][0][0] for line in lines(exhibit.svg, theme.TEXT, 1.2))
    dots = [*places(exhibit.svg, GREY)[:2], places(exhibit.svg, theme.FOCUS)[0]]
    assert [(dot[0] - agency_zero) / unit for dot in dots] == pytest.approx([1.4, 0.1, -3.2], abs=0.02)
    own = length(caseload) / 0.5
    demand_dot = places(exhibit.svg, GREY)[3]
    assert (demand_dot[0] - caseload_zero) / own == pytest.approx(1.44, rel=0.02)
    assert own != pytest.approx(unit, rel=0.05)
    assert any("own scale" in note for note in exhibit.notes)
    # As planned is the line at 0, not a row.
    assert "As planned" not in texts(exhibit.svg)
    assert {"1.4 (0.6 to 2.3)", "0.21 (0.04 to 0.45)"} <= set(texts(exhibit.svg))


def test_the_words_give_each_difference():
    exhibit = drawn()
    assert "after 24 months" in exhibit.alt
    assert "Arrivals six months late 1.4 (0.6 to 2.3); Eight agency workers" in exhibit.alt
    assert "Cases a tenth more 1.44 (1.20 to 1.70)." in exhibit.alt
    assert "nine in ten of the simulated outcomes" in exhibit.notes[0]
    said = [exhibit.title, exhibit.alt, *exhibit.notes, *exhibit.shown.columns, *texts(exhibit.svg)]
    assert not CAUSAL.findall(" ".join(said).lower())
    assert exhibit.notes[-1] == "The diamond is the scenario that moves agency share most."
    none = drawn(scenarios(**dict.fromkeys(TITLES, (0.1, -0.2, 0.3))))
    assert not any("diamond" in note for note in none.notes)
    assert places(none.svg, theme.FOCUS) == []
    assert exhibit.geography == "Bury"
    assert exhibit.period == "12 and 24 months after the published figures"


def test_the_table_has_every_scenario_with_both_months():
    shown = drawn().shown
    assert list(shown.columns) == [
        "Scenario", "Measure", "Level after 12 months", "Level after 24 months",
        "Difference after 12 months", "Difference after 24 months",
    ]  # fmt: skip
    assert len(shown) == 8
    agency = "Agency rate (%)"
    assert shown.iloc[0].tolist() == [
        "As planned", agency, "21.9 (19.9 to 24.9)", "21.9 (19.9 to 24.9)", *["none: as planned"] * 2,
    ]  # fmt: skip
    assert shown.iloc[1].tolist() == [
        "Arrivals six months late", agency, "22.6 (20.6 to 25.6)", "23.3 (21.3 to 26.3)",
        "0.7 (0.3 to 1.1)", "1.4 (0.6 to 2.3)",
    ]  # fmt: skip


def test_a_scenario_that_lacks_a_measure_keeps_its_row():
    table = scenarios().query("not (scenario == 'late' and measure == 'caseload_fte')")
    exhibit = drawn(table)
    assert "no estimate" in texts(exhibit.svg)
    assert len(exhibit.shown) == 7
    check_whole(exhibit)


def test_where_there_is_no_number_one_row_says_why():
    numbers = scenarios().columns[4:10]
    for table, said in (
        (
            scenarios().assign(**dict.fromkeys(numbers, np.nan), status="the past is missing"),
            "the past is missing",
        ),
        (scenarios().assign(**dict.fromkeys(numbers, None), status="x"), "not available"),
        (scenarios().head(0), "no figures are held"),
    ):
        exhibit = drawn(table)
        check_whole(exhibit)
        assert exhibit.title == "No scenario can be projected"
        assert (exhibit.svg, exhibit.shown.shape) == ("", (1, 1))
        assert exhibit.shown.iloc[0, 0] == f"no scenario can be projected: {said}"
    # Nothing but as planned: nothing to draw, and the levels are still told.
    alone = drawn(scenarios().query("scenario == 'planned'"))
    assert (alone.title, alone.svg, len(alone.shown)) == ("No scenario can be projected", "", 2)


def test_a_table_with_a_reason_and_nothing_else_has_the_captions_period():
    table = scenarios().head(1).assign(status="not enough years")
    table[[name for name in table if name != "status"]] = np.nan
    exhibit = drawn(table)
    assert exhibit.period == CAPTION.period
    assert exhibit.title == "No scenario can be projected"
    assert "not enough years" in exhibit.shown.iloc[0, 0]
    assert drawn().period == "12 and 24 months after the published figures"
