"""The study of a rate against similar authorities: by hand for Bury, for every authority, for bad input."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

import analytics
from analytics.errors import InputError
from analytics.measures import comparisons, measure
from analytics.narrative import common
from analytics.narrative import rereferrals as sentences
from analytics.studies import rereferrals
from analytics.studies.rates import CONTRADICTORY, FIRST_YEAR

TABLES = [
    "position", "neighbours", "trend", "difference", "funnel", "outliers", "shrunken", "sensitivity",
    "front_door", "evidence",
]  # fmt: skip
Z = 1.959964


@pytest.fixture(scope="module")
def bury(figures):
    return rereferrals.study(figures, "Bury", 2025)


def wilson_by_hand(x, n):
    half = Z * np.sqrt(Z**2 + 4 * x * (1 - x / n))
    return (2 * x + Z**2 - half) / (2 * (n + Z**2)), (2 * x + Z**2 + half) / (2 * (n + Z**2))


def changed(figures, area, period, **values):
    """Give figures in which one area's figures of a year are other ones."""
    table = figures.table.copy()
    for name, value in values.items():
        row = (table["area"] == area) & (table["period"] == period) & (table["measure"] == name)
        assert row.sum() == 1
        table.loc[row, "value"] = value
        if np.isnan(value):
            table.loc[row, "status"] = "x"
    return dataclasses.replace(figures, table=table)


# --- the differences of Bury


def test_the_difference_from_pooled_neighbours_is_newcombes(bury):
    row = bury.difference.set_index("kind").loc["neighbours_pooled"]
    one, other = 755 / 2905, 15593 / 69926
    (l1, u1), (l2, u2) = wilson_by_hand(755, 2905), wilson_by_hand(15593, 69926)
    assert row["difference_pp"] == pytest.approx(100 * (one - other))
    assert row["newcombe_lower"] == pytest.approx(
        100 * (one - other - np.hypot(one - l1, u2 - other)), abs=1e-6
    )
    assert row["newcombe_upper"] == pytest.approx(
        100 * (one - other + np.hypot(u1 - one, other - l2)), abs=1e-6
    )
    # The bootstrap allows for the choice of neighbours as well, so it is the wider.
    assert row["bootstrap_lower"] < row["newcombe_lower"] < row["newcombe_upper"] < row["bootstrap_upper"]
    assert row["comparator"] == "Statistical neighbours, pooled"


def test_the_difference_from_the_mean_is_by_square_and_add(figures):
    row = rereferrals.study(figures, "Bury", 2025, headline="mean").difference.set_index("kind")
    assert "neighbours_pooled" not in row.index
    row = row.loc["neighbours_mean"]
    # The neighbours' counts in table C1, read by eye.
    x = np.array([1293, 2208, 468, 5194, 767, 1475, 1140, 1069, 1243, 736])
    n = np.array([7948, 7923, 1893, 24035, 3412, 6390, 3959, 5986, 5015, 3365])
    own, (low, high) = 755 / 2905, wilson_by_hand(755, 2905)
    lows, highs = wilson_by_hand(x, n)
    mean = (x / n).mean()
    assert row["difference_pp"] == pytest.approx(100 * (own - mean))
    below = np.sqrt((own - low) ** 2 + (((highs - x / n) / 10) ** 2).sum())
    above = np.sqrt((high - own) ** 2 + (((x / n - lows) / 10) ** 2).sum())
    assert row["newcombe_lower"] == pytest.approx(100 * (own - mean - below), abs=1e-6)
    assert row["newcombe_upper"] == pytest.approx(100 * (own - mean + above), abs=1e-6)


def test_t_sets_bury_among_its_neighbours(bury):
    row = bury.difference.set_index("kind").loc["neighbours_pooled"]
    rates = np.array([16.3, 27.9, 24.7, 21.6, 22.5, 23.1, 28.8, 17.9, 24.8, 21.9])
    spread = np.sqrt(((rates - 22.95) ** 2).sum() / 9)
    assert row["t"] == pytest.approx((26.0 - 22.95) / (spread * np.sqrt(1.1)))
    # Student's t with 9 degrees of freedom, 97.5%, from the printed tables.
    assert row["t_critical"] == pytest.approx(2.262, abs=5e-4)
    assert row["peers"] == 10
    assert row["verdict"] == "in line; higher by more than chance"


def test_the_difference_from_the_region_allows_for_the_area_being_part_of_it(bury):
    row = bury.difference.set_index("kind").loc["region"]
    whole = 86120
    share = 2905 / whole
    rest_x, rest_n = 0.217 * whole - 755, whole - 2905
    (l1, u1), (l2, u2) = wilson_by_hand(755, 2905), wilson_by_hand(rest_x, rest_n)
    own, rest = 755 / 2905, rest_x / rest_n
    assert row["difference_pp"] == pytest.approx(100 * (own - 0.217))
    assert row["newcombe_lower"] == pytest.approx(
        100 * (1 - share) * (own - rest - np.hypot(own - l1, u2 - rest)), abs=1e-6
    )
    assert row["newcombe_upper"] == pytest.approx(
        100 * (1 - share) * (own - rest + np.hypot(u1 - own, rest - l2)), abs=1e-6
    )
    assert row["peers"] == 23  # the other authorities of the North West


def test_the_change_on_the_year_before_is_asked_of_chance_alone(figures, bury):
    row = bury.difference.set_index("kind").loc["year_before"]
    before = figures.select("Bury", ["rereferral_count", "referral_count"], 2024).set_index("measure")[
        "value"
    ]
    assert row["difference_pp"] == pytest.approx(
        100 * (755 / 2905 - before["rereferral_count"] / before["referral_count"])
    )
    assert row["verdict"] == "chance alone could give the difference"
    assert row[["bootstrap_lower", "t", "t_critical"]].isna().all()


@pytest.mark.parametrize(
    ("area", "year", "why"),
    [
        ("Hampshire", 2024, "low reliability"),
        ("Cumberland", 2024, FIRST_YEAR),
        ("Hackney", 2022, "not available"),
    ],
)
def test_no_difference_is_told_where_the_rate_is_missing_or_not_comparable(figures, area, year, why):
    rows = rereferrals.study(figures, area, year).difference
    assert (rows["verdict"] == "no comparison").all()
    assert rows[["difference_pp", "newcombe_lower", "bootstrap_upper", "t", "peers"]].isna().all(axis=None)
    assert (rows["status"] == why).all()


# --- the same question asked otherwise


def test_the_pooled_answer_under_the_same_model_is_that_of_the_difference(figures, bury):
    for model in ("2021", "2025"):
        difference = rereferrals.study(figures, "Bury", 2025, model).difference.set_index("kind")
        row = bury.sensitivity.query("model == @model and average == 'pooled'").iloc[0]
        same = difference.loc["neighbours_pooled"]
        assert row["difference_pp"] == same["difference_pp"]
        assert (row["lower"], row["upper"]) == (same["newcombe_lower"], same["newcombe_upper"])
        assert (row["t"], row["verdict"]) == (same["t"], same["verdict"])


def test_each_average_is_asked_of_each_model(bury):
    table = bury.sensitivity
    assert table[["model", "average"]].to_numpy().tolist() == [
        [model, average] for model in ("2021", "2025") for average in ("pooled", "mean", "median")
    ]
    assert (table["new_authorities"] == "none among them").all()
    newest = table[table["model"] == "2025"].set_index("average")
    assert newest["value"].tolist() == pytest.approx([100 * 15593 / 69926, 22.95, 22.8])
    # The median of the ten rates by their counts, to three decimals, and Bury's own.
    rates = np.array([1293/7948, 2208/7923, 468/1893, 5194/24035, 767/3412, 1475/6390, 1140/3959, 1069/5986,
                      1243/5015, 736/3365])  # fmt: skip
    assert newest.at["median", "difference_pp"] == pytest.approx(100 * (755 / 2905 - np.median(rates)))
    assert newest.at["median", "lower"] < newest.at["median", "difference_pp"] < newest.at["median", "upper"]


def test_a_new_authority_among_the_neighbours_is_asked_both_ways(figures):
    study = rereferrals.study(figures, "Staffordshire", 2024)
    table = study.sensitivity.query("model == '2025' and average == 'pooled'").set_index("new_authorities")
    assert list(table.index) == ["left out", "kept"]
    assert table.at["kept", "areas_used"] == table.at["left out", "areas_used"] + 1
    left_out = study.neighbours[study.neighbours["used"]][["numerator", "denominator"]].sum()
    new = study.neighbours.set_index("area").loc["943"]
    together = (left_out["numerator"] + new["numerator"]) / (left_out["denominator"] + new["denominator"])
    assert table.at["kept", "value"] == pytest.approx(100 * together)
    assert table.at["left out", "value"] == pytest.approx(
        100 * left_out["numerator"] / left_out["denominator"]
    )


# --- other measures, and what the study is told of them


def test_repeat_plans_go_through_the_same_functions(figures):
    study = rereferrals.study(figures, "Bury", 2023, measure="repeat_plans")
    area = study.position.set_index("kind").loc["area"]
    # Table D3: 35 of the 241 plans that started.
    assert area[["value", "numerator", "denominator"]].tolist() == [14.5, 35, 241]
    assert study.question == "Are repeat child protection plans in line with similar authorities?"
    assert study.name == "repeat_plans"
    assert "child protection plans that started" in study.caption.population
    assert study.options == (("neighbour_model", "2025"), ("headline", "pooled"))
    said = " ".join(
        str(passage)
        for passage in (sentences.key_messages(study), sentences.describe_meaning(study),
                        sentences.describe_front_door(study), sentences.describe_evidence(study))
    )  # fmt: skip
    assert "re-referral" not in said.replace("the re-referral rate went", "")


def test_the_measures_beside_the_rate_are_those_of_the_catalogue(figures, bury):
    assert list(dict.fromkeys(bury.front_door["measure"])) == list(comparisons()["rereferrals"].context)
    assert set(bury.front_door["kind"]) == {"area", "neighbours_pooled", "england"}
    referrals = bury.front_door.query("measure == 'referral_rate' and period == 2022").set_index("kind")
    # As the department published them in the 2024 release: 770.0 and 552.8 per 10,000 children.
    assert referrals.at["area", "value"] == pytest.approx(770.0, abs=0.05)
    assert referrals.at["england", "value"] == pytest.approx(552.8, abs=0.05)


def test_the_trend_has_the_spread_of_the_neighbours_and_marks_what_is_left_out(figures):
    study = rereferrals.study(figures, "Bury", 2025)
    now = study.trend.query("period == 2025").set_index("kind")["value"]
    assert now[["neighbours_lowest", "neighbours_highest"]].tolist() == [16.3, 28.8]
    assert now["neighbours_pooled"] == pytest.approx(100 * 15593 / 69926)
    of_means = rereferrals.study(figures, "Bury", 2025, headline="mean").trend.query("period == 2025")
    assert of_means.set_index("kind").at["neighbours_mean", "value"] == pytest.approx(22.95)
    new = rereferrals.study(figures, "Cumberland", 2025).trend.query("kind == 'area'").set_index("period")
    assert new.at[2024, "status"] == "not comparable"


# --- every authority and every year


@pytest.mark.parametrize("year", range(2013, 2026))
@pytest.mark.parametrize("name", comparisons())
def test_every_authority_can_be_studied_in_every_year(figures, name, year):
    end = measure(comparisons()[name].measure.name).publication.last_day(year)
    places = figures.areas.query("kind == 'authority'")
    there = (places["valid_to"].eq("") | places["valid_to"].ge(end)) & places["valid_from"].le(end)
    model, headline = ("2021", "mean") if year % 2 else ("2025", "pooled")
    keys = places.loc[there, "area"].tolist()
    found = rereferrals.studies(figures, keys, year, model, measure=name, headline=headline)
    assert [study.area for study in found] == keys
    assert len(found) >= 150
    for study in found:
        values = [finding.value for finding in study.findings]
        assert np.isfinite(values).all(), study.area_name
        said = " ".join(str(passage) for passage in every_passage(study))
        for word in ("nan", "NaN", "None", "inf", "<NA>"):
            assert f" {word} " not in said.replace(",", " ").replace("%", " "), (study.area_name, word)


def every_passage(study):
    return [
        sentences.key_messages(study), sentences.describe_difference(study),
        sentences.describe_neighbours(study), sentences.describe_sensitivity(study),
        sentences.describe_funnel(study), sentences.describe_shrunken(study),
        sentences.describe_trend(study), sentences.describe_front_door(study),
        sentences.describe_evidence(study), common.describe_position(study),
    ]  # fmt: skip


def test_an_area_gets_the_same_alone_as_among_all(figures):
    current = figures.areas.query("kind == 'authority' and valid_to == ''")["area"].tolist()
    among = {study.area: study for study in rereferrals.studies(figures, current, 2024)}
    for area in ("351", "860", "942", "420", "850"):
        alone = rereferrals.study(figures, area, 2024)
        for table in TABLES:
            pd.testing.assert_frame_equal(getattr(alone, table), getattr(among[area], table), obj=table)
        assert alone.findings == among[area].findings


def test_a_study_is_the_same_each_time(figures):
    again = analytics.load()
    one, two = (rereferrals.study(each, "Kent", 2023) for each in (figures, again))
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(two, table), obj=table)


# --- what cannot be used


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ({"referral_count": 0.0}, CONTRADICTORY),
        ({"rereferral_count": 3000.0}, CONTRADICTORY),
        ({"rereferral_percent": np.nan}, "not available"),
        ({"rereferral_count": np.nan}, "its counts are not published"),
    ],
)
def test_impossible_counts_make_no_comparison_and_say_why(figures, counts, why):
    other = changed(figures, "351", 2025, **counts)
    study = rereferrals.study(other, "Bury", 2025)
    assert (study.difference["verdict"] == "no comparison").all()
    assert why in study.difference["status"].iloc[0]
    for passage in every_passage(study):
        assert "nan" not in str(passage).split()
    # As a neighbour of another, Bury is left out with the same reason.
    near = figures.neighbours.query("model == '2025' and neighbour == '351'")["area"].iloc[0]
    row = rereferrals.study(other, near, 2025).neighbours.set_index("area").loc["351"]
    assert (row["used"], row["reason"]) == (False, why)


@pytest.mark.parametrize("left", [0, 1])
def test_with_no_neighbour_or_one_nothing_is_compared(figures, left):
    other = figures
    near = figures.neighbours.query("model == '2025' and area == '351'").sort_values("rank")["neighbour"]
    table = figures.table.copy()
    gone = table["area"].isin(near.iloc[left:]) & (table["measure"] == "rereferral_percent")
    table.loc[gone & (table["period"] == 2025), ["value", "status"]] = [np.nan, "x"]
    other = dataclasses.replace(figures, table=table)
    study = rereferrals.study(other, "Bury", 2025)
    row = study.difference.set_index("kind").loc["neighbours_pooled"]
    assert (row["verdict"], row["status"]) == ("no comparison", "fewer than 7 usable")
    assert study.neighbours["used"].sum() == left
    said = str(sentences.key_messages(study))
    assert f"{left} of the 10 statistical neighbours can be used" in said
    assert "Fewer than seven are too few, so no comparison with similar authorities is made" in said
    # Region and England can still be compared with.
    assert study.difference.set_index("kind").at["region", "verdict"] != "no comparison"


def test_an_area_without_neighbours_in_the_model_is_told_so(figures):
    study = rereferrals.study(figures, "Cumberland", 2025, "2021")
    assert study.neighbours.empty
    row = study.difference.set_index("kind").loc["neighbours_pooled"]
    assert row["status"] == "no neighbours in the 2021 model"
    by_model = study.sensitivity.set_index(["model", "average"])
    assert by_model.at[("2021", "pooled"), "status"] == "no neighbours in the 2021 model"
    assert by_model.at[("2025", "pooled"), "verdict"] != "no comparison"
    assert "under the 2025 neighbour model, the only one that can be used" in str(
        sentences.key_messages(study)
    )


def test_a_year_before_the_model_is_studied_and_noted(figures):
    study = rereferrals.study(figures, "Bury", 2019, "2021")
    assert any("2021 neighbour model is newer than the figures of 2019" in note for note in study.notes)
    assert not any("is newer" in note for note in rereferrals.study(figures, "Bury", 2025).notes)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"measure": "caseload"}, "it cannot be compared. Choose rereferrals or repeat_plans"),
        ({"headline": "median"}, "headline 'median': choose pooled or mean"),
        ({"year": 2012}, "2013 to 2025"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(figures, asked, said):
    with pytest.raises(InputError, match=said):
        rereferrals.study(figures, "Bury", **asked)


# --- limits, verdicts and reasons, one by one


@pytest.mark.parametrize("headline", ["pooled", "mean"])
def test_the_bootstrap_is_of_the_average_that_is_the_headline(figures, headline):
    row = rereferrals.study(figures, "Bury", 2025, headline=headline).difference.set_index("kind")
    row = row.loc[f"neighbours_{headline}"]
    # Drawn again here, otherwise: ten of the ten neighbours of table C1 with replacement, then every count.
    x = np.array([1293, 2208, 468, 5194, 767, 1475, 1140, 1069, 1243, 736])
    n = np.array([7948, 7923, 1893, 24035, 3412, 6390, 3959, 5986, 5015, 3365])
    draws = np.random.default_rng(1)
    chosen = draws.integers(10, size=(40_000, 10))
    counts = draws.binomial(n[chosen], (x / n)[chosen])
    pooled = counts.sum(axis=1) / n[chosen].sum(axis=1)
    average = pooled if headline == "pooled" else (counts / n[chosen]).mean(axis=1)
    apart = draws.binomial(2905, 755 / 2905, size=40_000) / 2905 - average
    lower, upper = 100 * np.quantile(apart, [0.025, 0.975])
    # Two thousand draws put a limit within about 0.3 points.
    assert row["bootstrap_lower"] == pytest.approx(lower, abs=0.3)
    assert row["bootstrap_upper"] == pytest.approx(upper, abs=0.3)


def test_the_peers_in_england_are_all_other_authorities_but_the_two_smallest(figures, bury):
    row = bury.difference.set_index("kind").loc["england"]
    published = figures.select(measure="rereferral_percent", year=2025).set_index("area")["value"]
    kinds = figures.register["kind"].reindex(published.index)
    others = published[kinds == "authority"].drop(["351", "201", "420"])
    assert row["peers"] == len(others) == 150
    spread = others.std() * np.sqrt(1 + 1 / 150)
    assert row["t"] == pytest.approx((26.0 - others.mean()) / spread)


def test_a_region_of_six_others_is_too_few_to_be_unusual_in(figures):
    six = figures.areas.query("region == 'E12000002' and kind == 'authority' and area != '351'")["area"][:6]
    areas = figures.areas.copy()
    rest = (areas["region"] == "E12000002") & ~areas["area"].isin(["351", *six])
    areas.loc[rest, "region"] = "E12000003"
    row = rereferrals.study(dataclasses.replace(figures, areas=areas), "Bury", 2025).difference
    row = row.set_index("kind").loc["region"]
    assert row["peers"] == 6
    assert row[["t", "t_critical"]].isna().all()
    assert row["verdict"] == "higher by more than chance"


def test_a_comparison_that_is_made_needs_no_reason_and_one_that_is_not_has_it(figures):
    rows = rereferrals.study(figures, "Cumberland", 2025, "2021").difference.set_index("kind")
    assert rows["status"].to_dict() == {
        "neighbours_pooled": "no neighbours in the 2021 model",
        "region": "",
        "england": "",
        "year_before": f"the year before: {FIRST_YEAR}",
    }


def test_a_region_without_counts_is_not_compared_with(figures):
    other = changed(figures, "E12000002", 2025, referral_count=np.nan)
    row = rereferrals.study(other, "Bury", 2025).difference.set_index("kind").loc["region"]
    assert (row["verdict"], row["status"]) == ("no comparison", "not published")
    assert row[["difference_pp", "bootstrap_lower", "t", "peers"]].isna().all()


def test_an_area_without_a_figure_is_the_reason_in_every_way_of_asking(figures):
    rows = rereferrals.study(figures, "Hackney", 2021).sensitivity
    assert (rows["verdict"] == "no comparison").all()
    assert (rows["status"] == "not available").all()
    assert rows[["difference_pp", "lower", "upper", "t", "t_critical"]].isna().all(axis=None)


def test_a_new_authority_that_is_kept_is_in_the_difference_as_well(figures):
    table = rereferrals.study(figures, "Staffordshire", 2024).sensitivity
    table = table.query("model == '2025' and average == 'pooled'").set_index("new_authorities")
    # Table C1 for 2024: 710 of 5,045; eight neighbours 10,038 of 43,302; the new one 103 of 1,386.
    own, (l1, u1) = 710 / 5045, wilson_by_hand(710, 5045)
    rates = [17.1, 12.7, 19.8, 23.0, 29.9, 16.4, 25.8, 16.6]
    for way, x, n, peers in (
        ("left out", 10038, 43302, rates),
        ("kept", 10141, 44688, [*rates, 7.4]),
    ):
        row, (l2, u2) = table.loc[way], wilson_by_hand(x, n)
        assert row["difference_pp"] == pytest.approx(100 * (own - x / n))
        assert row["lower"] == pytest.approx(100 * (own - x / n - np.hypot(own - l1, u2 - x / n)), abs=1e-6)
        assert row["upper"] == pytest.approx(100 * (own - x / n + np.hypot(u1 - own, x / n - l2)), abs=1e-6)
        spread = np.std(peers, ddof=1) * np.sqrt(1 + 1 / len(peers))
        assert row["t"] == pytest.approx((14.1 - np.mean(peers)) / spread)


def test_findings_name_the_lower_and_the_upper_limit(bury):
    found = {finding.name: finding.value for finding in bury.findings}
    low, high = wilson_by_hand(755, 2905)
    assert found["area_rereferral_percent_lower"] == pytest.approx(100 * low, abs=1e-4)
    assert found["area_rereferral_percent_upper"] == pytest.approx(100 * high, abs=1e-4)
    row = bury.difference.set_index("kind").loc["year_before"]
    assert found["difference_from_year_before_lower"] == row["newcombe_lower"] < 0
    assert found["difference_from_year_before_upper"] == row["newcombe_upper"] > 0


def test_the_trend_follows_the_region_of_the_area(bury):
    line = bury.trend.query("kind == 'region'").set_index("period")
    assert (line["comparator"] == "North West").all()
    assert line.at[2025, "value"] == 21.7
    assert bury.trend.query("kind == 'england'").set_index("period").at[2025, "value"] == 22.6


# --- jumps, and what is of the year that was asked about


@pytest.mark.parametrize(("rate", "warned"), [(40.8, False), (40.9, True), (10.8, False), (10.7, True)])
def test_a_jump_is_more_than_fifteen_points_either_way(figures, rate, warned):
    # Bury's rate was 25.8% in 2024; 15.0 is no jump, and 15.1 is one.
    study = rereferrals.study(changed(figures, "351", 2025, rereferral_percent=rate), "Bury", 2025)
    said = f"the re-referral rate moved by more than 15 percentage points, from 25.8% to {rate}%"
    assert [said in warning for warning in study.warnings] == [True] * warned


def test_no_jump_is_told_over_a_gap_or_from_a_first_year(figures):
    # Bury: 23.9% in 2022, then nothing, then 45.0%. Cumberland: 10.7% in its first year, then 30.0%.
    gap = changed(figures, "351", 2023, rereferral_percent=np.nan)
    gap = changed(gap, "351", 2024, rereferral_percent=45.0)
    first = changed(figures, "942", 2025, rereferral_percent=30.0)
    for tables, area, year in ((gap, "Bury", 2024), (first, "Cumberland", 2025)):
        study = rereferrals.study(tables, area, year)
        assert not [text for text in (*study.notes, *study.warnings) if "counted alike" in text]


def test_a_jump_is_not_told_before_its_year(figures):
    # Herefordshire: 22.3% in 2014, 40.7% in 2015, 21.4% in 2016.
    for year, years in ((2014, []), (2015, ["2014 to 2015"]), (2016, ["2014 to 2015", "2015 to 2016"])):
        notes = [note for note in rereferrals.study(figures, "884", year).notes if "counted alike" in note]
        assert [note[5:17] for note in notes] == years


def test_neighbours_are_marked_among_all_authorities(bury):
    near = set(bury.neighbours["area"])
    for table in (bury.funnel, bury.shrunken):
        kinds = table.set_index("area")["kind"]
        assert kinds["351"] == "area"
        assert set(kinds.index[kinds == "neighbour"]) == near
        assert (kinds == "other").sum() == 153 - 11


def test_every_table_is_of_the_year_and_the_model_asked_for(figures):
    study = rereferrals.study(figures, "Bury", 2019, "2021")
    wide = figures.wide.xs(2019, level="period")[["rereferral_count", "referral_count"]]
    near = figures.neighbours.query("model == '2021' and area == '351'").sort_values("rank")
    assert study.neighbours["area"].tolist() == near["neighbour"].tolist()
    assert set(study.neighbours["period"]) == {2019}
    for table in (study.trend, study.front_door):
        assert table["period"].max() == 2019
    counts = wide.reindex(near["neighbour"].astype(str)).sum()
    pooled = pytest.approx(100 * counts["rereferral_count"] / counts["referral_count"])
    line = study.front_door.query(
        "period == 2019 and kind == 'neighbours_pooled' and measure == 'rereferral_percent'"
    )
    assert line["value"].tolist() == [pooled]
    # The centre of the funnel is that of the authorities' own counts of 2019.
    kinds = figures.register["kind"].reindex(wide.index)
    every = wide[(kinds == "authority") & ~wide.index.isin(["201", "420"])].dropna().sum()
    centre = 100 * every["rereferral_count"] / every["referral_count"]
    assert study.funnel["centre"].iloc[0] == pytest.approx(centre)


def test_findings_of_all_authorities_are_in_their_units(bury):
    found = {finding.name: (finding.value, finding.unit) for finding in bury.findings}
    rows = bury.outliers.set_index("limits")
    adjusted = bury.funnel["zone_adjusted"].str.endswith("99.8%").sum()
    assert found["authorities_outside_998_additive"] == (adjusted, "authorities")
    assert found["overdispersion_between"] == (rows.at["additive", "between_pp"], "percentage points")
    # The steadied rate is w times the rate by counts and 1 - w times the mean, so the mean is in percent.
    row = bury.shrunken.set_index("area").loc["351"]
    mean = (row["shrunken"] - row["weight"] * 100 * 755 / 2905) / (1 - row["weight"])
    assert found["beta_binomial_mean"] == (pytest.approx(mean), "percent")
    assert found["rank_lower"][0] == row["rank_lower"] <= found["rank"][0] == row["rank"]


def test_the_caption_of_the_measures_beside_names_them_all(bury):
    assert bury.context_caption.measure == (
        "Re-referrals within 12 months; Referrals per 10,000 children; Referrals that led to no further "
        "action; Referrals assessed as not in need"
    )
