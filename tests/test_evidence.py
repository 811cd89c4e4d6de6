"""What council papers claimed."""

import pytest

from analytics.evidence import CLAIMS, read_claims


def test_burys_claims_are_read_as_they_were_made():
    claims = read_claims("bury").set_index("claim")
    assert claims.at["sw-agency-2023-11", "value"] == 46
    assert claims.at["sw-agency-2023-12", "value"] == 25
    assert claims.at["sw-agency-2023-12", "recomputed"] == pytest.approx(100 * 38 / 114.5)
    assert claims.at["intl-agency-estimate", "value"] == 19.5
    assert claims.at["intl-appointed", "dated"] == "2023-12-31"


def test_counts_are_not_turned_into_percentages():
    claims = read_claims("bury").set_index("claim")
    assert claims.loc[claims["unit"] != "percent", "recomputed"].isna().all()


def test_an_area_without_papers_has_no_claims():
    claims = read_claims("leeds")
    assert claims.empty
    assert set(CLAIMS) <= set(claims.columns)
