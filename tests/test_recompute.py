"""The interval test of published rates, against intervals worked by hand."""

import pandas as pd
import pytest

from analytics.measures import dictionary
from analytics.recompute import recompute_rates

# Every measure has a column, published or not, as among the real figures.
BLANK = dict.fromkeys(dictionary(), float("nan"))
KINDS = {"351": "authority", "314/318": "joint", "E12000002": "region", "E92000001": "england"}


def recomputed(area: str = "351", period: int = 2025, **published: float) -> pd.Series:
    """Recompute the one rate among the figures of one area and year."""
    long = pd.DataFrame(
        [(area, period, name, value) for name, value in (BLANK | published).items()],
        columns=["area", "period", "measure", "value"],
    ).astype({"area": "category", "measure": "category"})
    rates = recompute_rates(long, KINDS)
    assert len(rates) == 1
    return rates.iloc[0]


def test_a_numerator_within_its_denominator_moves_with_it() -> None:
    # 0.95 / (0.95 + 1.05) and 1.05 / (1.05 + 0.95); as if independent it would be 45.2 to 55.3.
    rate = recomputed(agency_fte=1.0, inpost_fte=1.0, agency_rate_fte=50.0)
    assert (rate["lower"], rate["upper"]) == pytest.approx((47.5, 52.5))


def test_a_numerator_apart_from_its_denominator_does_not() -> None:
    # 0.95 / 2.05 and 1.05 / 1.95
    rate = recomputed(leavers_fte=1.0, inpost_fte=2.0, turnover_rate_fte=50.0)
    assert (rate["lower"], rate["upper"]) == pytest.approx((100 * 0.95 / 2.05, 100 * 1.05 / 1.95))


@pytest.mark.parametrize(
    ("published", "outcome"),
    [(52.5, "recomputes"), (52.6, "does not recompute"), (47.5, "recomputes"), (47.4, "does not recompute")],
)
def test_the_published_rate_is_an_interval_too(published: float, outcome: str) -> None:
    # The parts allow 47.55 to 52.45, and a rate published as 52.5 was at least 52.45.
    rate = recomputed(agency_headcount=10, inpost_headcount=10, agency_rate_headcount=published)
    parts = (100 * 9.5 / 20, 100 * 10.5 / 20)
    assert (rate["lower"], rate["upper"]) == pytest.approx(parts)
    assert rate["outcome"] == outcome


def test_an_edge_that_touches_recomputes() -> None:
    # The parts allow at most 10.05 / (10.05 + 89.95) = 10.05 %, and 10.1 was at least 10.05.
    assert recomputed(agency_fte=10, inpost_fte=90, agency_rate_fte=10.1)["outcome"] == "recomputes"
    assert recomputed(agency_fte=10, inpost_fte=90, agency_rate_fte=10.2)["outcome"] == "does not recompute"


@pytest.mark.parametrize(
    ("area", "half", "level"),
    [
        ("351", 0.5, "Local authority"),
        ("314/318", 0.5, "Local authority"),
        ("E12000002", 5.0, "Regional"),
        ("E92000001", 5.0, "National"),
    ],
)
def test_counts_of_regions_are_rounded_to_ten(area: str, half: float, level: str) -> None:
    rate = recomputed(area, rereferral_count=20, referral_count=100, rereferral_percent=20)
    expected = (100 * (20 - half) / (100 + half), 100 * (20 + half) / (100 - half))
    assert (rate["lower"], rate["upper"]) == pytest.approx(expected)
    assert rate["level"] == level


def test_cases_of_a_region_are_not_rounded_to_ten() -> None:
    rate = recomputed("E12000002", cases=300, case_holders_fte=20.0, caseload_fte=15.0)
    assert (rate["lower"], rate["upper"]) == pytest.approx((299.5 / 20.05, 300.5 / 19.95))


@pytest.mark.parametrize(("year", "days"), [(2024, 254), (2025, 253), (2020, 254), (2021, 253)])
def test_absence_is_of_the_working_days_of_the_year(year: int, days: int) -> None:
    rate = recomputed(period=year, working_days_lost_fte=759.0, inpost_fte=100.0, absence_rate_fte=3.0)
    expected = (100 * 758.95 / (100.05 * days), 100 * 759.05 / (99.95 * days))
    assert (rate["lower"], rate["upper"]) == pytest.approx(expected)


def test_a_part_that_rounds_to_zero_is_at_least_zero() -> None:
    rate = recomputed(agency_fte=0.0, inpost_fte=229.5, agency_rate_fte=0.0)
    assert (rate["lower"], rate["upper"]) == pytest.approx((0, 100 * 0.05 / (0.05 + 229.45)))
    assert rate["outcome"] == "recomputes"


def test_a_denominator_that_may_be_zero_sets_no_upper_limit() -> None:
    rate = recomputed(agency_cover_fte=0.0, vacancy_fte=0.0, vacancy_agency_cover_rate_fte=100.0)
    assert rate["upper"] == float("inf")
    assert rate["outcome"] == "recomputes"


def test_a_rate_without_a_published_part_is_not_checked() -> None:
    assert recomputed(agency_fte=5.0, agency_rate_fte=9.0)["outcome"] == "a part is not published"


def test_rates_that_are_not_published_are_left_out() -> None:
    rate = recomputed(agency_fte=10, inpost_fte=90, vacancy_fte=5, vacancy_rate_fte=5.3)
    assert rate["measure"] == "vacancy_rate_fte"
    assert rate["publication"] == "csww"
