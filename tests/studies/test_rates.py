"""Figures made ready to be compared: limits, and why one cannot be used."""

import dataclasses

import numpy as np
import pytest

from analytics.studies.rates import (
    CONTRADICTORY,
    FIRST_YEAR,
    own_rows,
    published_rates,
    rates_of_year,
    rates_to_compare,
)


def test_every_area_has_a_row_for_every_period(figures):
    rates = rates_to_compare(figures, "rereferral_percent")
    assert len(rates) == len(figures.areas) * 13
    assert rates.index.is_unique


def test_a_figure_is_usable_or_says_why(figures):
    rates = rates_of_year(figures, "rereferral_percent", 2024)
    assert rates.at["351", "reason"] == ""
    assert rates.at["850", "reason"] == "low reliability"
    assert rates.at["942", "reason"] == FIRST_YEAR
    assert rates.at["909", "reason"] == "abolished on 31 March 2023"
    assert rates_of_year(figures, "rereferral_percent", 1999).empty
    usable = rates_to_compare(figures, "rereferral_percent").query("reason == ''")
    assert usable[["value", "numerator", "denominator", "lower", "upper"]].notna().all(axis=None)


def test_a_rate_whose_counts_alone_are_missing_says_so(figures):
    # City of London, 2025: a rate of 0.0 and no number of plans.
    row = rates_of_year(figures, "repeat_plans_percent", 2025).loc["201"]
    assert (row["value"], row["reason"]) == (0.0, "its counts are not published")
    # Kensington and Chelsea, 2025: no workforce return at all.
    assert rates_of_year(figures, "agency_rate_fte", 2025).at["207", "reason"] == "not available"


def test_a_measure_without_parts_is_usable_where_it_is_published(figures):
    rates = rates_of_year(figures, "referral_count", 2024)
    assert rates.at["351", "reason"] == ""
    assert np.isnan(rates.at["351", "lower"])


def test_a_member_of_a_joint_return_has_its_figures(figures):
    rates = rates_of_year(figures, "agency_rate_fte", 2025)
    assert rates.at["940", "unit"] == "940/941"
    assert rates.at["940", "value"] == rates.at["941", "value"]
    assert rates.at["940", "name"] == "North Northamptonshire"


def test_own_rows_are_those_that_were_published(figures):
    own = own_rows(figures, "942", "rereferral_percent")
    assert own["period"].tolist() == [2024, 2025]
    assert own["status"].tolist() == [FIRST_YEAR, ""]
    assert published_rates(figures, "rereferral_percent").loc[["942"], "value"].tolist() == [10.7, 22.7]


@pytest.mark.parametrize(
    ("count", "of", "lower", "upper"),
    # Wilson's limits at the ends, with z = 1.959964: n / (n + z²) and z² / (n + z²).
    [(2905, 2905, 100 * 2905 / 2908.8415, 100.0), (0, 2905, 0.0, 100 * 3.8415 / 2908.8415)],
)
def test_none_and_all_are_proportions_like_any_other(figures, count, of, lower, upper):
    row = rates_of_year(with_counts(figures, count, of), "rereferral_percent", 2025).loc["351"]
    assert row["reason"] == ""
    assert row["lower"] == pytest.approx(lower, abs=1e-4)
    assert row["upper"] == pytest.approx(upper, abs=1e-4)


@pytest.mark.parametrize(("count", "of"), [(0, 0), (2906, 2905), (-1, 2905)])
def test_counts_that_cannot_be_take_the_figure_away(figures, count, of):
    row = rates_of_year(with_counts(figures, count, of), "rereferral_percent", 2025).loc["351"]
    assert (row["reason"], row["status"]) == (CONTRADICTORY, CONTRADICTORY)
    assert np.isnan(row["value"])


def with_counts(figures, count, of):
    """Give figures in which other counts stand beside the rate of Bury in 2025."""
    table = figures.table.copy()
    bury = (table["area"] == "351") & (table["period"] == 2025)
    table.loc[bury & (table["measure"] == "rereferral_count"), "value"] = count
    table.loc[bury & (table["measure"] == "referral_count"), "value"] = of
    return dataclasses.replace(figures, table=table)
