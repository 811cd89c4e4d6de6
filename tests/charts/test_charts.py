"""Exhibits: what is drawn, said and tabulated comes from the same numbers."""

from functools import cache, partial

import matplotlib as mpl
import pandas as pd
import pytest

from analytics import charts
from analytics.charts import theme
from analytics.studies import caseloads, rereferrals, workforce
from charts.drawn import check_whole, dots, lines, texts


def exhibits_of(figures, area, year=None, model="2025"):
    one = rereferrals.study(figures, area, year, model)
    two = caseloads.study(figures, area, year, model)
    three = workforce.study(figures, area, year, model)
    rate = "rereferral_percent"
    return [
        charts.tabulate_position(one.position, one.caption),
        charts.plot_difference(one.difference, one.caption),
        charts.plot_trend(one.trend, one.caption, ["rereferral_percent"]),
        charts.plot_neighbours(one.neighbours, one.position, one.caption, "rereferral_percent"),
        charts.tabulate_position(two.position, two.caption),
        charts.plot_trend(two.trend, two.caption, ["caseload_fte", "agency_rate_fte"]),
        charts.plot_scatter(two.scatter, two.caption),
        charts.plot_decomposition(two.decomposition, two.caption),
        charts.plot_neighbours(two.neighbours, two.position, two.caption, "caseload_fte"),
        charts.tabulate_start(three.start, three.caption),
        charts.tabulate_pipeline(three.pipeline, three.caption),
        charts.plot_fan(three.projection, three.past, three.caption, three.projected, three.started),
        charts.plot_neighbours(one.neighbours, one.position, one.caption, rate, "mean", average="mean"),
        charts.plot_sensitivity(one.sensitivity, one.caption),
        charts.plot_funnel(one.funnel, one.caption, rate),
        charts.tabulate_outliers(one.outliers, one.caption),
        charts.plot_shrunken(one.shrunken, one.caption, rate),
        charts.plot_trend(one.front_door, one.caption, one.subject.context, "front_door"),
        charts.plot_estimates(two.estimates, two.caption),
        charts.plot_parts(two.parts, two.caption),
        charts.plot_timing(two.timing, two.caption),
        charts.plot_slopes(two.slopes, two.caption, *two.mean_slope),
        charts.plot_outcomes(two.outcomes, two.caption),
        charts.tabulate_quality(two.quality, two.caption),
        charts.tabulate_contradictions(three.contradictions, three.caption),
        charts.plot_target(three.target, three.caption),
        charts.tabulate_base_rate(three.base_rate, three.caption),
        charts.plot_scenarios(three.scenarios, three.caption),
        charts.plot_response(three.response, three.caption),
        charts.tabulate_claim(three.claim, three.caption),
        charts.plot_backtest(three.backtest, three.caption),
        charts.tabulate_origins(three.backtest_origins, three.caption),
        charts.tabulate_residual_check(three.residual_check, three.caption),
        charts.tabulate_assumptions(three.assumptions, three.caption),
        *charts.tabulate_evidence(one.evidence, one.caption),
    ]


@pytest.fixture(scope="module")
def exhibits(figures):
    """Draw the exhibits of an area once, for all tests that look at them."""
    return cache(partial(exhibits_of, figures))


@pytest.fixture(scope="module")
def bury(exhibits):
    return exhibits("Bury", 2025, "2025")


@pytest.mark.parametrize(
    ("area", "year", "model"),
    [
        ("Bury", 2025, "2025"),
        ("Kensington and Chelsea", 2025, "2025"),
        ("Cumberland", 2024, "2025"),
        ("Cumberland", 2025, "2021"),
        ("Hampshire", 2024, "2025"),
        ("Isles of Scilly", 2025, "2025"),
        ("Kingston upon Thames", 2025, "2021"),
        ("Bury", 2017, "2025"),
        ("Northamptonshire", 2019, "2025"),
    ],
)
def test_every_exhibit_is_whole_and_says_no_number_that_is_none(exhibits, area, year, model):
    for exhibit in exhibits(area, year, model):
        check_whole(exhibit)


def test_titles_state_the_finding_in_few_words(bury):
    for exhibit in bury:
        assert len(exhibit.title.split()) <= 14, exhibit.title


DRAWN = {
    "rereferrals": {
        "difference", "trend", "neighbours", "mean", "sensitivity", "funnel", "shrunken", "front_door",
    },
    "caseloads": {"scatter", "decomposition", "estimates", "parts", "timing", "slopes", "outcomes"},
    "workforce": {"projection", "target", "scenarios", "response", "claim", "backtest"},
}  # fmt: skip


def test_every_chart_of_a_paper_is_drawn_and_together_they_are_light(bury):
    drawn = {exhibit.name: exhibit.svg for exhibit in bury if exhibit.svg}
    assert set(drawn) == set().union(*DRAWN.values())
    assert len(drawn["funnel"]) < 60_000
    for paper, names in DRAWN.items():
        assert sum(len(drawn[name]) for name in names) < 200_000, paper


def test_a_chart_is_the_same_each_time(figures):
    study = rereferrals.study(figures, "Leeds", 2025)
    one, two = (charts.plot_trend(study.trend, study.caption, ["rereferral_percent"]) for _ in range(2))
    assert one.svg == two.svg


def test_the_position_shows_what_the_table_holds(bury):
    position = bury[0]
    assert position.shown.iloc[0].tolist()[:5] == ["Bury", "26.0", "24.4 to 27.6", "755", "2,905"]
    assert position.shown.set_index("Comparator").at["England", "95% interval"] == "not applicable"
    assert position.title == "Bury: re-referral rate 26.0%, England 22.6%"


def test_the_trends_alt_text_gives_the_ends_of_each_line(bury):
    trend = bury[2]
    assert "Bury: 24.0% in 2013, 26.0% in 2025, highest 34.1% in 2023." in trend.alt
    assert trend.title == "Bury's re-referral rate: 26.0% in 2025, 25.8% a year before"
    assert trend.shown.set_index("Comparator (%)").at["Bury", "2023"] == "34.1"
    assert trend.period == "years to 31 March 2013 to 2025"


def test_a_gap_breaks_the_line(figures):
    study = rereferrals.study(figures, "Hackney", 2025)
    exhibit = charts.plot_trend(study.trend, study.caption, ["rereferral_percent"])
    shown = exhibit.shown.set_index("Comparator (%)")
    assert shown.loc["Hackney", ["2021", "2022"]].tolist() == ["x", "x"]
    # The line of Hackney is drawn in two pieces.
    (line,) = lines(exhibit.svg, theme.CATEGORIES[0], 2.6)
    assert len(line) == 2
    assert dots(exhibit.svg, "#ffffff") == 2


def test_the_neighbours_title_counts_those_with_a_lower_rate(bury):
    # 16.3, 17.9, 21.6, 21.9, 22.5, 23.1, 24.7 and 24.8 are below 26.0; 27.9 and 28.8 above.
    assert bury[3].title == "Bury's re-referral rate is above 8 of its 10 neighbours'"


def test_a_symbol_in_a_table_has_its_legend_beneath(figures, bury):
    study = rereferrals.study(figures, "Hackney", 2025)
    assert charts.plot_trend(study.trend, study.caption, ["rereferral_percent"]).notes == (
        "Symbols: x not available.",
    )
    hampshire = rereferrals.study(figures, "Hampshire", 2024)
    legend = "Symbols: u low reliability."
    assert charts.tabulate_position(hampshire.position, hampshire.caption).notes == (legend,)
    cumberland = rereferrals.study(figures, "Cumberland", 2024)
    exhibit = charts.plot_neighbours(
        cumberland.neighbours, cumberland.position, cumberland.caption, "rereferral_percent"
    )
    assert exhibit.notes[-1] == legend
    missing = workforce.study(figures, "Kensington and Chelsea", 2025)
    assert charts.tabulate_start(missing.start, missing.caption).notes == (
        "Symbols: x not available; u low reliability.",
    )
    assert bury[0].notes == ()


def test_a_figure_that_is_not_comparable_is_not_set_beside_englands_in_a_title(figures):
    study = rereferrals.study(figures, "Cumberland", 2024)
    title = charts.tabulate_position(study.position, study.caption).title
    assert title == "Cumberland: re-referral rate not comparable this year, England 22.4%"


def test_the_neighbours_title_says_all_and_none(figures):
    study = workforce.study(figures, "Bury", 2025)
    for value, said in ((99.0, "above all of its 10"), (-1.0, "above none of its 10")):
        position = study.position.copy()
        position.loc[position["kind"] == "area", "value"] = value
        exhibit = charts.plot_neighbours(study.neighbours, position, study.caption, "agency_rate_fte")
        assert said in exhibit.title


def test_the_line_drawn_is_the_average_asked_for(figures, bury):
    assert "neighbours' mean" in texts(bury[12].svg)
    assert "Neighbours' mean: 23.0%." in bury[12].alt
    assert "neighbours pooled" in texts(bury[3].svg)
    assert "Neighbours pooled: 22.3%." in bury[3].alt
    study = rereferrals.study(figures, "Bury", 2025)
    for average in ("pooled", "mean", "median"):
        position = study.position.copy()
        position.loc[position["kind"] != f"neighbours_{average}", "value"] = 1.0
        value = position.set_index("kind").at[f"neighbours_{average}", "value"]
        exhibit = charts.plot_neighbours(
            study.neighbours, position, study.caption, "rereferral_percent", average=average
        )
        assert exhibit.alt.endswith(f": {value:.1f}%.")


def test_a_figure_that_is_not_comparable_is_not_placed_among_the_neighbours(figures):
    study = rereferrals.study(figures, "Cumberland", 2024)
    exhibit = charts.plot_neighbours(study.neighbours, study.position, study.caption, "rereferral_percent")
    assert exhibit.title.startswith("No comparable re-referral rate")
    assert "Cumberland" not in exhibit.alt


def test_the_parts_that_a_paper_quoted_are_worked_out(bury):
    row = bury[10].shown.set_index("Parts quoted").loc["38 of 114.5"]
    assert row["Figure"] == "25.0"
    assert row["What the parts come to (%)"] == "33.2"
    assert "not dated" in bury[10].shown["As at"].tolist()


@pytest.mark.parametrize(
    ("heights", "gap", "placed"),
    [
        ([10.0, 30.0], 5.0, [10.0, 30.0]),
        ([10.0, 11.0], 5.0, [8.0, 13.0]),
        ([10.0, 10.0, 10.0], 2.0, [8.0, 10.0, 12.0]),
        ([30.0, 10.0, 11.0], 5.0, [30.0, 8.0, 13.0]),
        ([0.0, 4.0, 8.0], 5.0, [-1.0, 4.0, 9.0]),
    ],
)
def test_labels_are_moved_apart_and_keep_their_order(heights, gap, placed):
    assert theme.spread(heights, gap) == pytest.approx(placed)


def test_a_drawing_of_the_same_figures_is_remembered_and_one_of_others_is_not() -> None:
    drawn: list[float] = []

    @theme.remember
    def draw(table: pd.DataFrame, name: str) -> str:
        drawn.append(table["value"].sum())
        return f"{name} {table['value'].sum()}"

    table = pd.DataFrame({"value": [1.0, 2.0]})
    assert draw(table, name="a") == draw(table.copy(), name="a") == "a 3.0"
    table.loc[0, "value"] = 5.0
    assert draw(table, name="a") == "a 7.0"
    assert draw(table, name="b") == "b 7.0"
    assert drawn == [3.0, 7.0, 7.0]


def test_the_readers_own_settings_are_left_alone() -> None:
    before = dict(mpl.rcParams)
    with theme.house_style():
        assert mpl.rcParams["font.size"] == theme.SETTINGS["font.size"]
    assert dict(mpl.rcParams) == before
