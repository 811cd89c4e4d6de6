"""Statistical neighbours: whose figures are used, whose are not and why."""

import numpy as np
import pandas as pd
import pytest

from analytics.measures import measure
from analytics.studies.neighbours import (
    ENOUGH,
    is_new,
    neighbour_rows,
    pooled,
    pooled_neighbours,
    side_by_side,
    with_new_authorities,
)
from analytics.studies.rates import FIRST_YEAR


def rows_of(figures, area, name, year, model="2025"):
    rows = neighbour_rows(figures, [figures.resolve(area)], name, model)
    return rows[rows["period"] == year].set_index("name")


def test_neighbours_come_in_the_models_order(figures):
    rows = rows_of(figures, "Bury", "rereferral_percent", 2025)
    # Read by eye in the published model.
    assert list(rows.index) == [
        "Lancashire", "Cornwall", "North Tyneside", "Kent", "Dudley",
        "Nottinghamshire", "Stockton-on-Tees", "Norfolk", "Medway", "Bexley",
    ]  # fmt: skip
    assert rows["rank"].tolist() == list(range(1, 11))
    assert rows["used"].all()


def test_the_pooled_rate_is_the_sum_of_counts(figures):
    rows = neighbour_rows(figures, ["351"], "rereferral_percent", "2025")
    sums = pooled(rows, measure("rereferral_percent")).set_index("period").loc[2025]
    # Added up by hand from table C1.
    numerators = [1293, 2208, 468, 5194, 767, 1475, 1140, 1069, 1243, 736]
    denominators = [7948, 7923, 1893, 24035, 3412, 6390, 3959, 5986, 5015, 3365]
    assert sums["numerator"] == sum(numerators) == 15593
    assert sums["denominator"] == sum(denominators) == 69926
    assert sums["value"] == pytest.approx(100 * 15593 / 69926)
    assert sums["mean"] == pytest.approx(
        np.mean([16.3, 27.9, 24.7, 21.6, 22.5, 23.1, 28.8, 17.9, 24.8, 21.9])
    )
    assert sums["median"] == pytest.approx((22.5 + 23.1) / 2)


def test_a_neighbour_without_a_published_figure_is_named_with_its_reason(figures):
    rows = rows_of(figures, "Cumberland", "rereferral_percent", 2024)
    assert rows.at["Herefordshire, County of", "reason"] == "low reliability"
    assert rows.at["Herefordshire, County of", "status"] == "u"
    assert np.isnan(rows.at["Herefordshire, County of", "value"])


def test_a_new_authoritys_first_year_is_not_used_where_history_matters(figures):
    assert (
        rows_of(figures, "Cumberland", "rereferral_percent", 2024).at["Westmorland and Furness", "reason"]
        == FIRST_YEAR
    )
    assert rows_of(figures, "Cumberland", "rereferral_percent", 2025).at["Westmorland and Furness", "used"]
    assert rows_of(figures, "Cumberland", "no_further_action_percent", 2024).at[
        "Westmorland and Furness", "used"
    ]


def test_the_other_half_of_its_own_return_is_not_a_neighbour(figures):
    rows = rows_of(figures, "North Northamptonshire", "agency_rate_fte", 2024)
    assert rows.at["West Northamptonshire", "reason"] == "in the same return as North Northamptonshire"
    # In children in need each reports for itself.
    assert (
        rows_of(figures, "North Northamptonshire", "referral_count", 2024).at[
            "West Northamptonshire", "value"
        ]
        > 0
    )


def test_two_neighbours_in_one_return_count_once(figures):
    # Swindon has both halves of Northamptonshire among its neighbours.
    rows = neighbour_rows(figures, ["866"], "caseload_fte", "2025").query("period == 2025")
    pair = rows[rows["area"].isin(["940", "941"])].sort_values("rank")
    assert pair["used"].tolist() == [True, False]
    assert pair["reason"].iloc[1] == f"in the same return as {pair['name'].iloc[0]}"
    assert pooled(rows, measure("caseload_fte"))["areas_used"].iloc[0] == 9


def test_an_abolished_neighbour_is_said_to_be_gone(figures):
    rows = rows_of(figures, "North Northamptonshire", "rereferral_percent", 2025, model="2021")
    assert rows.at["Cumbria", "reason"] == "abolished on 31 March 2023"
    assert rows_of(figures, "North Northamptonshire", "rereferral_percent", 2023, model="2021").at[
        "Cumbria", "used"
    ]


def test_below_seven_usable_neighbours_nothing_is_compared(figures):
    rows = neighbour_rows(figures, ["351"], "rereferral_percent", "2025").query("period == 2025")
    rows.loc[rows["rank"] > ENOUGH, ["used", "reason"]] = [False, "not available"]
    entry = measure("rereferral_percent")
    seven = pooled(rows, entry).iloc[0]
    assert (seven["areas_used"], seven["status"]) == (7, "")
    assert seven["areas_missing"] == "Norfolk (not available); Medway (not available); Bexley (not available)"
    rows.loc[rows["rank"] == ENOUGH, ["used", "reason"]] = [False, "not available"]
    six = pooled(rows, entry).iloc[0]
    assert (six["areas_used"], six["status"]) == (6, "fewer than 7 usable")
    assert np.isnan(six["value"])
    assert np.isnan(six["mean"])


def test_no_neighbours_in_the_model_gives_no_rows(figures):
    assert neighbour_rows(figures, ["942"], "rereferral_percent", "2021").empty


def test_no_neighbour_is_ever_used_without_its_figures(figures):
    subjects = figures.neighbours.query("model == '2025'")["area"].unique()
    rows = neighbour_rows(figures, subjects, "agency_rate_headcount", "2025")
    assert rows["subject"].nunique() == len(subjects)
    used = rows[rows["used"]]
    assert used[["value", "numerator", "denominator", "lower", "upper"]].notna().all(axis=None)
    assert (rows["used"] == (rows["reason"] == "")).all()


def test_many_subjects_get_what_each_gets_alone(figures):
    subjects = ["351", "886", "942"]
    together = neighbour_rows(figures, subjects, "rereferral_percent", "2025")
    pools = pooled_neighbours(figures, subjects, "rereferral_percent", "2025")
    for key in subjects:
        alone = neighbour_rows(figures, [key], "rereferral_percent", "2025")
        pd.testing.assert_frame_equal(together[together["subject"] == key].reset_index(drop=True), alone)
        pool = pooled(alone, measure("rereferral_percent"))
        pd.testing.assert_frame_equal(pools[pools["subject"] == key].reset_index(drop=True), pool)


def test_new_authorities_are_kept_only_when_asked_for(figures):
    # Among Staffordshire's neighbours is Westmorland and Furness, whose first year is 2024.
    rows = neighbour_rows(figures, ["860"], "rereferral_percent", "2025").query("period == 2024")
    new = rows.set_index("area").loc["943"]
    assert (new["used"], new["reason"]) == (False, FIRST_YEAR)
    kept = with_new_authorities(rows).set_index("area")
    assert kept.at["943", "used"]
    assert kept["used"].sum() == rows["used"].sum() + 1


def test_figures_are_laid_out_a_row_a_subject_and_a_place_a_neighbour(figures):
    subjects = ["886", "351"]
    rows = neighbour_rows(figures, subjects, "rereferral_percent", "2025").query("period == 2025")
    laid = side_by_side(rows, subjects, ["value", "numerator"])
    assert laid["value"].shape == (2, 10)
    assert laid["value"][1].tolist() == [16.3, 27.9, 24.7, 21.6, 22.5, 23.1, 28.8, 17.9, 24.8, 21.9]
    assert laid["numerator"][1].sum() == 15593
    rows.loc[(rows["subject"] == "351") & (rows["rank"] == 2), "used"] = False
    assert np.isnan(side_by_side(rows, subjects, ["value"])["value"][1, 1])


def test_a_new_authority_without_its_figures_is_not_kept():
    new = pd.DataFrame(
        {
            "reason": [FIRST_YEAR, FIRST_YEAR, FIRST_YEAR, FIRST_YEAR, "low reliability"],
            "value": [7.4, np.nan, 0.0, 7.4, 7.4],
            "denominator": [1386.0, 1386.0, 0.0, np.nan, 1386.0],
            "used": False,
        }
    )
    assert is_new(new).tolist() == [True, False, False, False, False]
    assert with_new_authorities(new)["used"].tolist() == [True, False, False, False, False]
