"""Sentences on a rate against similar authorities: each verdict, and what is left unsaid."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analytics.narrative import rereferrals as sentences
from analytics.narrative.rereferrals.verdict import change_sentence, verdict_sentence
from analytics.studies import rereferrals


@pytest.fixture(scope="module")
def bury(figures):
    return rereferrals.study(figures, "Bury", 2025)


def test_burys_key_messages(bury):
    first, second, third, fourth, fifth = sentences.key_messages(bury).sentences
    assert first == (
        "In the year to 31 March 2025 the re-referral rate in Bury was 26.0% (755 of 2,905); "
        "the 95% interval, which allows for chance, is 24.4% to 27.6%."
    )
    assert second == (
        "By comparison: its 10 statistical neighbours taken together 22.3%, "
        "North West 21.7% and England 22.6%."
    )
    assert third == (
        "Bury's rate is 3.7 percentage points above its neighbours taken together (95% interval 2.1 to 5.3), "
        "more than chance alone would give. It is still in line with them: they differ as widely from each "
        "other. Of the 10 neighbours 8 have a lower rate and 2 a higher one."
    )
    assert "no more than chance alone could give" in fourth
    assert fifth.startswith("The answer is the same under both neighbour models")


def test_the_mean_is_spoken_of_where_it_is_the_headline(figures):
    messages = sentences.key_messages(rereferrals.study(figures, "Bury", 2025, headline="mean")).sentences
    assert messages[1].startswith(
        "By comparison: the mean of its 10 statistical neighbours 23.0%, North West"
    )
    assert messages[2].startswith("Bury's rate is 3.1 percentage points above the mean of its neighbours")


def with_difference(study, verdict, difference, lower, upper):
    table = study.difference.copy()
    columns = ["difference_pp", "newcombe_lower", "newcombe_upper", "verdict"]
    table.loc[table["kind"] == "neighbours_pooled", columns] = [difference, lower, upper, verdict]
    return dataclasses.replace(study, difference=table)


@pytest.mark.parametrize(
    ("verdict", "limits", "said", "unsaid"),
    [
        (
            "in line; chance alone could give the difference", (1.0, -0.5, 2.5),
            "is in line with similar authorities: the difference from its neighbours taken together is 1.0 "
            "percentage points (95% interval −0.5 to 2.5), which cannot be told from none",
            "more than chance",
        ),
        (
            "in line; lower by more than chance", (-2.0, -3.5, -0.5),
            "2.0 percentage points below its neighbours taken together (95% interval 0.5 to 3.5), more than "
            "chance alone would give. It is still in line with them",
            "not in line",
        ),
        (
            "unusual; higher by more than chance", (9.0, 7.0, 11.0),
            "9.0 percentage points above its neighbours taken together (95% interval 7.0 to 11.0), more than "
            "chance alone would give, and it is not in line with them",
            "still in line",
        ),
        (
            "unusual; chance alone could give the difference", (9.0, -1.0, 19.0),
            "its own count is small enough for chance alone to give that",
            "more than chance alone would give",
        ),
        ("no comparison", (np.nan, np.nan, np.nan), "cannot be told from these figures", "percentage points"),
    ],
)  # fmt: skip
def test_each_verdict_has_its_sentence(bury, verdict, limits, said, unsaid):
    text = verdict_sentence(with_difference(bury, verdict, *limits))
    assert said in text
    assert unsaid not in text


def test_an_answer_that_depends_on_the_model_is_a_key_message(figures):
    # Repeat plans 2023: in line under the neighbours of 2021, unusual under those of 2025.
    study = rereferrals.study(figures, "Bury", 2023, measure="repeat_plans")
    by_model = study.sensitivity.groupby("model")["verdict"].unique().to_dict()
    assert [list(each) for each in by_model.values()] == [
        ["in line; lower by more than chance"], ["unusual; lower by more than chance"]
    ]  # fmt: skip
    assert sentences.key_messages(study).sentences[-1] == (
        "The answer depends on how it is asked: with the 2021 model, the rate is in line and lower by more "
        "than chance; with the 2025 model, the rate is not in line and lower by more than chance."
    )


def test_ways_of_asking_are_named_by_average_where_averages_differ(bury):
    table = bury.sensitivity.copy()
    table.loc[table["average"] == "median", "verdict"] = "in line; chance alone could give the difference"
    said = str(sentences.describe_sensitivity(dataclasses.replace(bury, sensitivity=table)))
    assert "with the 2021 model (pooled or mean) and the 2025 model (pooled or mean), the rate is in" in said
    assert (
        "with the 2021 model (median) and the 2025 model (median), the rate is in line and no further" in said
    )


def test_new_authorities_that_were_kept_are_explained(figures):
    said = str(sentences.describe_sensitivity(rereferrals.study(figures, "Staffordshire", 2024)))
    assert "earlier history does not follow to a new authority" in said
    assert "earlier history" not in str(
        sentences.describe_sensitivity(rereferrals.study(figures, "Bury", 2025))
    )


def test_the_neighbours_below_and_above_are_counted(figures):
    most = rereferrals.study(figures, "Bury", 2023)
    assert verdict_sentence(most).endswith("All 10 neighbours have a lower rate.")
    # 2024: one neighbour published the same rate as Bury.
    assert verdict_sentence(rereferrals.study(figures, "Bury", 2024)).endswith(
        "Of the 10 neighbours 7 have a lower rate, 2 a higher one and 1 the same."
    )
    assert verdict_sentence(rereferrals.study(figures, "Dorset", 2025)).endswith(
        "Of the 10 neighbours 1 has a lower rate and 9 a higher one."
    )


def test_never_above_the_neighbours_is_said_in_words(figures):
    said = str(sentences.describe_trend(rereferrals.study(figures, "Isles of Scilly", 2025)))
    assert said.startswith("Isles of Scilly's rate was 0.0% wherever it can be compared.")
    assert "it was above its neighbours taken together in none." in said


def test_where_nothing_can_be_compared_the_reason_is_all_that_is_said(figures):
    said = str(sentences.describe_difference(rereferrals.study(figures, "Hampshire", 2024)))
    assert said == (
        "No comparison can be made with its neighbours taken together, South East and England: "
        "low reliability."
    )


def test_the_difference_is_explained_and_each_comparator_answered(bury):
    said = str(sentences.describe_difference(bury))
    assert (
        "Beside its neighbours taken together, North West and England the rate is in line and higher" in said
    )
    assert "part of its region and of England" in said


def test_the_funnel_says_how_many_leave_the_list(bury):
    rows = bury.outliers.set_index("limits")
    said = str(sentences.describe_funnel(bury))
    assert f"Of 153, {rows.at['chance', 'outside_998']} do." in said
    assert f"{rows.at['additive', 'left_the_list']} leave the list of outliers" in said
    assert (
        "Bury is above the 99.8% limits of chance alone, and within the limits that allow for the rest."
        in said
    )


def test_the_rank_is_said_with_its_interval(bury):
    row = bury.shrunken.set_index("area").loc["351"]
    said = str(sentences.describe_shrunken(bury))
    assert f"it ranks {row['rank']:.0f} of 153; anything from {row['rank_lower']:.0f} to" in said


def test_what_has_no_comparable_figure_is_not_placed(figures):
    study = rereferrals.study(figures, "Cumberland", 2024)
    for passage in (sentences.describe_funnel(study), sentences.describe_shrunken(study)):
        assert "Cumberland has no comparable figure" in str(passage)
    assert str(sentences.describe_trend(study)).startswith("No comparable figure of Cumberland")


def test_the_trend_names_its_ends_and_what_is_left_out(figures, bury):
    assert str(sentences.describe_trend(bury)) == (
        "Bury's rate was highest in 2023 (34.1%) and lowest in 2021 (22.2%). Of the 13 years in which the "
        "two can be compared, it was above its neighbours taken together in 10."
    )
    said = str(sentences.describe_trend(rereferrals.study(figures, "Hackney", 2025)))
    assert "Left out of the line: 2021 and 2022" in said


def test_a_jump_is_warned_of_with_the_headline_of_its_year_and_noted_after(figures):
    jump = rereferrals.study(figures, "Herefordshire", 2016)
    assert "moved by more than 15 percentage points, from 40.7% to 21.4%" in str(sentences.key_messages(jump))
    later = rereferrals.study(figures, "Herefordshire", 2018)
    assert "15 percentage points" not in str(sentences.key_messages(later))
    assert any("from 40.7% to 21.4%" in note for note in later.notes)
    assert not any("counted alike" in note for note in rereferrals.study(figures, "Bury", 2025).notes)


def test_the_change_names_both_years_in_order(figures, bury):
    assert change_sentence(bury).startswith("The year before it was 25.8%; the change to 26.0% is 0.2")
    # 23.9% in 2022 and 34.1% in 2023.
    jump = change_sentence(rereferrals.study(figures, "Bury", 2023))
    assert jump.startswith("The year before it was 23.9%; the change to 34.1% is")
    assert jump.endswith("more than chance alone would give.")


@pytest.mark.parametrize(
    ("own", "status", "said"),
    [
        (28.9, "", "Bury is above every one of them."),
        (28.8, "", "Bury lies within that range."),
        (16.3, "", "Bury lies within that range."),
        (16.2, "", "Bury is below every one of them."),
        (28.9, "first year", "Bury has no comparable figure to place among them."),
        (np.nan, "x", "Bury has no comparable figure to place among them."),
    ],
)
def test_the_area_is_placed_among_its_neighbours_own_rates(bury, own, status, said):
    position = bury.position.copy()
    position.loc[position["kind"] == "area", ["value", "status"]] = [own, status]
    range_, placed = sentences.describe_neighbours(dataclasses.replace(bury, position=position)).sentences
    assert range_ == ("The neighbours' own rates run from 16.3% to 28.8% (Lancashire to Stockton-on-Tees).")
    assert placed == said


def with_neighbours_used(study, used):
    table = study.neighbours.copy()
    table["used"] = table["rank"].isin(used)
    return dataclasses.replace(study, neighbours=table)


def test_a_neighbour_that_cannot_be_used_is_not_counted_or_placed(bury):
    # Without Lancashire (16.3%), Cornwall (27.9%) and Stockton-on-Tees (28.8%).
    fewer = with_neighbours_used(bury, [3, 4, 5, 6, 8, 9, 10])
    assert verdict_sentence(fewer).endswith("All 7 neighbours have a lower rate.")
    assert str(sentences.describe_neighbours(fewer)) == (
        "The neighbours' own rates run from 17.9% to 24.8% (Norfolk to Medway). "
        "Bury is above every one of them."
    )
    higher = with_neighbours_used(bury, [2, 7])
    assert verdict_sentence(higher).endswith("All 2 neighbours have a higher rate.")
    assert "too few figures" in str(sentences.describe_neighbours(with_neighbours_used(bury, [2])))


def test_the_trend_beside_the_mean_is_told_where_the_mean_is_the_headline(figures):
    study = rereferrals.study(figures, "Bury", 2025, headline="mean")
    assert str(sentences.describe_trend(study)).endswith(
        "Of the 13 years in which the two can be compared, it was above the mean of its neighbours in 10."
    )


def test_a_rate_of_one_comparable_year_has_no_highest(figures):
    assert str(sentences.describe_trend(rereferrals.study(figures, "Cumberland", 2025))) == (
        "Cumberland's rate was 22.7% in 2025, the only year in which it can be compared. "
        "Left out of the line: 2024, for the reason in the table."
    )


def test_what_moved_beside_the_rate_is_told_from_the_earlier_year_to_the_later(figures, bury):
    # Table C1: 13.5% and 3.7% of referrals led to no further action, 17.3% and 16.2% were not in need.
    assert sentences.describe_front_door(bury).sentences[1] == (
        "In the year to 31 March 2025, against the year before, the referral rate went from 571.4 to 648.9 "
        "per 10,000 children, the referrals that led to no further action went from 13.5% to 3.7% and the "
        "referrals assessed as not in need went from 17.3% to 16.2%."
    )
    # Nothing of 2021 was published for Hackney.
    assert len(sentences.describe_front_door(rereferrals.study(figures, "Hackney", 2021)).sentences) == 1


def test_what_was_said_of_a_year_is_answered_for_that_year(figures, bury):
    then = rereferrals.study(figures, "Bury", 2019, "2021").position.set_index("kind")
    assert f"{then.at['neighbours_pooled', 'value']:.1f}" == "24.0"
    assert sentences.describe_evidence(bury).sentences[:2] == (
        "In the year to 31 March 2019 the published rate was 29.0%; council papers quoted 25.0% and 33.5% in "
        "the course of it.",
        "Its neighbours of the 2021 model came to 24.0% together that year: beside them the published rate "
        "was in line and higher by more than chance.",
    )


def test_what_was_said_of_a_year_without_a_rate_is_compared_with_nothing(bury):
    missing = {"published": np.nan, "status": "u", "neighbours_pooled": np.nan, "verdict": "no comparison"}
    study = dataclasses.replace(bury, evidence=bury.evidence.assign(**missing))
    assert sentences.describe_evidence(study).sentences == (
        "In the year to 31 March 2019 no rate was published (low reliability); council papers quoted 25.0% "
        "and 33.5% in the course of it.",
        "Single months are not a series: they cannot show whether a rate rose or fell.",
    )


def test_each_year_that_papers_spoke_of_has_its_sentence(bury):
    later = bury.evidence.iloc[[1]].assign(period="year to 31 March 2020", published=30.5)
    both = pd.concat([bury.evidence.iloc[[0]], later])
    said = str(sentences.describe_evidence(dataclasses.replace(bury, evidence=both)))
    assert "2019 the published rate was 29.0%; council papers quoted 25.0% in the course" in said
    assert "2020 the published rate was 30.5%; council papers quoted 33.5% in the course" in said


def with_outliers(study, left_the_list):
    """Give the study with other counts of outliers, each of them its own number."""
    table = study.outliers.set_index("limits")
    numbers = ["authorities", "outside_95", "outside_998", "left_the_list", "phi", "between_pp"]
    table.loc["chance", numbers] = [153, 125, 41, 0, 6.04, 3.3]
    table.loc["additive", numbers] = [153, 19, 41 - left_the_list, left_the_list, 6.04, 3.3]
    return dataclasses.replace(study, outliers=table.reset_index())


def test_the_funnel_tells_the_counts_of_both_limits_and_the_ratio_of_variances(bury):
    _, first, second, _ = str(sentences.describe_funnel(with_outliers(bury, 38))).split(". ", 3)
    assert first == "Of 153, 41 do"
    assert second.endswith("the variance is 6.0 times what chance gives")
    assert "38 leave the list of outliers; on it then: 3." in str(
        sentences.describe_funnel(with_outliers(bury, 38))
    )


def test_nothing_is_said_of_overdispersion_where_none_leaves_the_list(bury):
    said = str(sentences.describe_funnel(with_outliers(bury, 0)))
    assert "Of 153, 41 do." in said
    assert "leave the list" not in said


def test_the_steadied_rate_is_told_with_its_weight(bury):
    table = bury.shrunken.copy()
    numbers = ["value", "shrunken", "lower", "upper", "weight", "rank", "rank_lower", "rank_upper"]
    table.loc[table["area"] == "351", numbers] = [26.0, 25.1, 24.0, 27.7, 0.874, 139, 129, 144]
    said = str(sentences.describe_shrunken(dataclasses.replace(bury, shrunken=table)))
    assert said.endswith(
        "Bury's 26.0% becomes 25.1%: its own figures carry 87.4% of the weight. From the lowest, it ranks "
        "139 of 153; anything from 129 to 144 would be no surprise."
    )


def test_ways_of_asking_name_new_authorities_that_were_kept_and_what_cannot_be_asked(figures):
    study = rereferrals.study(figures, "Staffordshire", 2024)
    table = study.sensitivity.copy()
    kept, older = table["new_authorities"] == "kept", table["model"] == "2021"
    table.loc[kept, "verdict"] = "in line; chance alone could give the difference"
    table.loc[older, ["verdict", "status"]] = ["no comparison", "fewer than 7 usable"]
    said = sentences.describe_sensitivity(dataclasses.replace(study, sensitivity=table)).sentences
    assert said[-2:] == (
        "The answer depends on how it is asked: with the 2025 model, the rate is in line and lower by more "
        "than chance; with the 2025 model and new authorities kept, the rate is in line and no further away "
        "than chance alone could put it.",
        "The 2021 model: fewer than 7 usable.",
    )


def test_neighbours_that_are_left_out_are_left_out_of_the_count_too(figures):
    # Two of Cumberland's ten neighbours cannot be used in 2024.
    message = sentences.key_messages(rereferrals.study(figures, "Cumberland", 2024)).sentences[1]
    assert message.startswith("By comparison: 8 of its 10 statistical neighbours taken together ")


def test_a_region_without_a_figure_is_left_out_of_the_comparison(bury):
    position = bury.position.copy()
    position.loc[position["kind"] == "region", "value"] = np.nan
    assert sentences.key_messages(dataclasses.replace(bury, position=position)).sentences[1] == (
        "By comparison: its 10 statistical neighbours taken together 22.3% and England 22.6%."
    )
