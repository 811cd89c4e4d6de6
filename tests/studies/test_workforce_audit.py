"""Council papers held against themselves and against what was published, by hand."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import analytics
from analytics.errors import InputError
from analytics.evidence import read_claims
from analytics.plan import cohort_of_claims
from analytics.studies import workforce_audit as audit
from analytics.studies.workforce_audit import Check, contradictions, read_checks, september_before
from analytics.studies.workforce_grid import GRID, claim_grid, joiners_of

ROOT = Path(__file__).parents[2]
DAY = "2023-12-31"
TITLE = "Children's social work workforce"


@pytest.fixture(scope="module")
def bury():
    return read_claims("bury")


@pytest.fixture(scope="module")
def published():
    figures = analytics.load().table
    own = figures[(figures["area"] == "351") & (figures["period"].isin([2022, 2023]))]
    parts = own.pivot(index="period", columns="measure", values="value")
    parts = parts[["agency_rate_fte", "agency_fte", "inpost_fte"]].rename(
        columns={"agency_rate_fte": "value"}
    )
    return parts.rename_axis(None, axis=1).reset_index().assign(title=TITLE)


@pytest.fixture(scope="module")
def found(bury, published):
    return contradictions(bury, published, DAY, read_checks("bury"))


def row(table, kind, claims, nth=0):
    return table[(table["kind"] == kind) & (table["claims"] == claims)].iloc[nth]


def claim(**values):
    """Give one claim as `read_claims` does."""
    plain = {
        "claim": "a", "document": "d", "section": "", "as_at": "2023-06-30", "topic": "workforce",
        "statement": audit.AGENCY_SHARE, "value": 30.0, "unit": "percent", "numerator": np.nan,
        "denominator": np.nan, "title": "Paper", "publisher": "Council", "dated": "2023-07-31",
        "recomputed": np.nan,
    }  # fmt: skip
    return plain | values


def audited(*claims, published=None, until=DAY, checks=()):
    return contradictions(pd.DataFrame(list(claims)), published, until, checks)


# --- Bury


def test_the_quoted_share_is_not_that_of_its_quoted_parts(found):
    one = row(found, "parts", "sw-agency-2023-12")
    assert (one["first_value"], one["unit"]) == (25, "percent")
    assert one["second_value"] == pytest.approx(33.1878, abs=1e-4)  # 38 / 114.5
    assert one["apart"] == pytest.approx(-8.1878, abs=1e-4)
    # 38 / 152.5 is 24.9%, so that 25% would be right of 114.5 permanent workers beside 38.
    assert one["arithmetic"] == "38 of 114.5 = 33.2%; 38 of (114.5 + 38) = 24.9%"
    assert one["verdict"] == "cannot both be so, unless the total leaves out the part"


def test_two_shares_a_month_apart_are_told_as_workers(found):
    quoted, parts = (row(found, "statement", "sw-agency-2023-11; sw-agency-2023-12", n) for n in (0, 1))
    assert (quoted["first_value"], quoted["second_value"], quoted["apart"]) == (46, 25, 21)
    assert quoted["arithmetic"] == "46% of 114.5 = 52.7; 25% of 114.5 = 28.6"
    assert parts["second_value"] == pytest.approx(33.1878, abs=1e-4)
    assert parts["arithmetic"] == "46% of 114.5 = 52.7; 33.2% of 114.5 = 38.0"
    assert quoted["verdict"] == parts["verdict"] == "a change to be explained"
    assert quoted["first"] == "Agency share of social workers, 30 November 2023, as quoted"


def test_two_shares_of_one_day_cannot_both_be_so(found):
    one = row(found, "statement", "tm-agency-a-2023-12; tm-agency-b-2023-12")
    assert (one["first_value"], one["second_value"]) == (15, 12)
    assert one["arithmetic"] == "3 of 20 = 15.0%; 3 of 25 = 12.0%"
    assert one["verdict"] == "cannot both be so"


def test_what_agrees_is_told_too(found):
    for name in ("tm-agency-a-2023-12", "tm-agency-b-2023-12", "iro-agency-2023-12"):
        assert row(found, "parts", name)["verdict"] == "agrees"
    (total,) = found[found["kind"] == "sum"].to_dict("records")
    assert (total["first_value"], total["second_value"], total["apart"]) == (16, 16, 0)
    assert (total["arithmetic"], total["unit"]) == ("23 − 7 = 16; 2 + 14 = 16", "people")
    assert total["verdict"] == "agrees"


def test_the_plan_is_held_against_what_came_of_it(found):
    (plan,) = found[found["kind"] == "plan"].to_dict("records")
    assert (plan["first_value"], plan["second_value"], plan["apart"]) == (23, 7, 16)
    assert plan["arithmetic"] == "23 by 31 May 2023; 7 on 31 December 2023"
    assert plan["verdict"] == "plan not met"


def test_agency_shares_are_held_against_the_september_before(found):
    against = found[found["kind"] == "published"]
    assert against["first_value"].tolist() == pytest.approx([46, 25, 33.1878], abs=1e-4)
    assert against["second_value"].tolist() == [34.3] * 3
    assert against["apart"].tolist() == pytest.approx([11.7, -9.3, -1.1122], abs=1e-4)
    assert against["verdict"].tolist() == [
        "higher than published",
        "lower than published",
        "lower than published",
    ]
    assert (against["second"] == "Published agency rate (FTE), 30 September 2023").all()
    assert (against["arithmetic"] == "58.4 of 170.3 FTE = 34.3%").all()
    assert against["title"].str.endswith(TITLE).all()


def test_nothing_else_is_found_in_burys_papers(found):
    assert found["kind"].value_counts().to_dict() == {
        "parts": 4,
        "statement": 3,
        "published": 3,
        "plan": 1,
        "sum": 1,
    }
    assert list(found) == audit.CONTRADICTIONS
    assert (found["status"] == "").all()


def test_nothing_is_held_before_its_document_or_without_published_figures(bury):
    assert contradictions(bury, None, "2023-12-30", read_checks("bury")).empty
    assert "published" not in set(contradictions(bury, None, DAY)["kind"])


def test_an_area_without_claims_has_nothing_to_contradict(published):
    table = contradictions(read_claims("leeds"), published, DAY, read_checks("leeds"))
    assert table.empty
    assert list(table) == audit.CONTRADICTIONS


# --- the rules, on claims made up


def test_a_share_that_no_reading_of_its_parts_gives_cannot_be_so():
    (one,) = audited(claim(value=40.0, numerator=20, denominator=80, recomputed=25.0)).to_dict("records")
    assert (one["verdict"], one["arithmetic"]) == ("cannot both be so", "20 of 80 = 25.0%")


@pytest.mark.parametrize(
    ("value", "verdict"), [(33.0, "agrees"), (33.3, "agrees"), (33.4, "cannot both be so")]
)
def test_a_share_is_held_to_the_places_that_it_was_quoted_in(value, verdict):
    table = audited(claim(value=value, numerator=1, denominator=3, recomputed=100 / 3))
    assert table["verdict"].tolist() == [verdict]


def test_a_claim_without_a_day_is_held_against_its_parts_alone():
    (one,) = audited(
        claim(as_at=np.nan, numerator=1, denominator=2, recomputed=50.0), claim(claim="b")
    ).to_dict("records")
    assert one["first"] == "Agency share of social workers, as quoted"
    known = pd.DataFrame({"period": [2022], "value": [30.0], "title": [TITLE]})
    assert audited(claim(as_at=np.nan), published=known).empty


def test_parts_without_a_quoted_share_contradict_nothing():
    assert audited(claim(value=np.nan, numerator=1, denominator=2, recomputed=50.0)).empty


@pytest.mark.parametrize(
    ("changed", "held"),
    [
        ({"as_at": "2023-09-30"}, True),  # 92 days later
        ({"as_at": "2023-10-01"}, False),
        ({"statement": "Agency share of managers"}, False),
        ({"unit": "people"}, False),
        ({"topic": "court"}, False),
        ({"value": 30.3}, False),  # 30 to the whole number
        ({"dated": "2024-01-01"}, False),
    ],
)
def test_two_claims_are_held_together_when_of_one_thing_and_about_one_time(changed, held):
    table = audited(claim(), claim(claim="b", value=20.0) | changed)
    assert table["verdict"].tolist() == (["a change to be explained"] if held else [])


def test_rounding_is_allowed_for_in_whichever_is_the_earlier():
    assert audited(claim(value=30.3), claim(claim="b", as_at="2023-07-31")).empty


def test_counts_are_held_together_without_a_total():
    one, other = claim(unit="people", value=5.0), claim(claim="b", unit="people", value=8.0)
    assert audited(one, other)[["arithmetic", "apart"]].to_numpy().tolist() == [["", -3.0]]


def checked(kind, first, second, *claims):
    (one,) = audited(*claims, checks=[Check(first=first, second=second, kind=kind)]).to_dict("records")
    return one["verdict"], one["arithmetic"]


@pytest.mark.parametrize(
    ("day", "came", "verdict"),
    [
        ("2023-05-31", 9.0, "plan not met"), ("2023-05-31", 10.0, "plan met"),
        ("2023-05-30", 9.0, "plan not yet due"),
    ],
)  # fmt: skip
def test_a_plan_is_judged_from_its_day(day, came, verdict):
    plan = claim(statement="Planned", unit="people", value=10.0, as_at="2023-05-31")
    fact = claim(claim="b", statement="In post", unit="people", value=came, as_at=day)
    assert checked("plan", ("a",), ("b",), plan, fact)[0] == verdict


def test_a_sum_that_does_not_come_out_cannot_be_so():
    claims = [
        claim(claim=name, statement=name, unit="people", value=n)
        for name, n in {"a": 9.0, "b": 4.0, "c": 6.0}.items()
    ]
    assert checked("sum", ("a", "b"), ("c",), *claims) == ("cannot both be so", "9 − 4 = 5; 6 = 6")


def test_a_check_waits_until_all_its_claims_are_known():
    check = Check(first=("a",), second=("b",), kind="sum")
    later = claim(claim="b", statement="x", dated="2024-01-01")
    assert audited(claim(), later, checks=[check]).empty
    with pytest.raises(InputError, match=r"'b': no such claim\. Nearest"):
        audited(claim(), checks=[check])


@pytest.mark.parametrize(("rate", "verdict"), [(29.4, "higher"), (30.6, "lower"), (30.4, "agrees")])
def test_a_rate_is_as_published_to_the_places_quoted(rate, verdict):
    known = pd.DataFrame({"period": [2022], "value": [rate], "title": [TITLE]})
    (one,) = audited(claim(), published=known).to_dict("records")
    assert one["verdict"].split()[0] == verdict
    assert one["arithmetic"] == ""


@pytest.mark.parametrize(
    "known", [{"period": [2021], "value": [30.0]}, {"period": [2022], "value": [np.nan]}]
)
def test_a_rate_that_was_not_published_is_said_to_be_missing(known):
    (one,) = audited(claim(), published=pd.DataFrame(known).assign(title=TITLE)).to_dict("records")
    assert (one["verdict"], one["status"]) == ("no comparison", "not published")
    assert np.isnan(one["second_value"])


@pytest.mark.parametrize(
    ("day", "year"), [("2023-09-30", 2023), ("2023-09-29", 2022), ("2023-12-31", 2023), ("2024-01-01", 2023)]
)
def test_the_september_before_a_day(day, year):
    assert september_before(day) == year


# --- checks.yml


def test_the_checks_name_claims_and_hold_no_number(bury):
    named = {name for check in read_checks("bury") for name in (*check.first, *check.second)}
    assert named <= set(bury["claim"])
    assert read_checks("leeds") == ()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": "sums"}, "plan or sum is expected"),
        ({"frist": ["a"]}, "frist: there is no such key. Nearest: first"),
        ({"kind": "sum", "first": []}, "at least one claim on each side"),
        ({"kind": "plan", "second": ["a", "b"]}, "a plan one alone"),
    ],
)
def test_a_check_that_is_none_is_refused(tmp_path, monkeypatch, changed, message):
    folder = tmp_path / "data" / "raw" / "evidence" / "bury"
    shutil.copytree(ROOT / "data" / "raw" / "evidence" / "bury", folder)
    monkeypatch.setenv("ANALYTICS_HOME", str(tmp_path))
    (entry, *_) = yaml.safe_load((folder / "checks.yml").read_text(encoding="utf-8"))
    (folder / "checks.yml").write_text(yaml.safe_dump([entry | changed]), encoding="utf-8")
    with pytest.raises(InputError, match=rf"checks\.yml: .*{message}"):
        read_checks("bury")


# --- the grid


@pytest.fixture(scope="module")
def grid(bury, published):
    return claim_grid(bury, published, (0.5, 0.2, 0.8), joiners_of(cohort_of_claims("bury", DAY)))


def cell(grid, base, joiners, response):
    chosen = (grid["base"] == base) & (grid["joiners"] == joiners) & (grid["response"] == response)
    (one,) = grid[chosen].to_dict("records")
    return one


IN_ALL, BESIDE = "114.5 in all, 38 of them agency", "114.5 permanent and 38 agency"
SEPTEMBER = "published, 30 September 2023"


def test_the_grid_has_every_base_joiner_and_response_once(grid):
    assert list(grid) == GRID
    assert grid["joiners"].drop_duplicates().tolist() == [14, 16, 23]
    assert grid["base"].drop_duplicates().tolist() == [
        IN_ALL, BESIDE, "46% of 114.5", "46% of 114.5 + 38", SEPTEMBER,
    ]  # fmt: skip
    assert len(grid) == len(grid.drop_duplicates(["base", "joiners", "response"])) == 45
    assert (grid["claimed"] == 19.5).all()
    assert (grid["status"] == "").all()


@pytest.mark.parametrize(
    ("base", "agency", "permanent"),
    [
        (IN_ALL, 38, 76.5), (BESIDE, 38, 114.5), ("46% of 114.5", 52.67, 61.83),
        ("46% of 114.5 + 38", 70.15, 82.35), (SEPTEMBER, 58.4, 111.9),
    ],
)  # fmt: skip
def test_the_bases_are_the_readings_of_the_papers(grid, base, agency, permanent):
    one = cell(grid, base, 14, "none")
    assert (one["agency_fte"], one["permanent_fte"]) == pytest.approx((agency, permanent))
    assert one["share_before"] == pytest.approx(100 * agency / (agency + permanent))


@pytest.mark.parametrize(
    ("base", "joiners", "response", "after"),
    [
        (IN_ALL, 14, "none", 100 * 38 / 128.5),
        (IN_ALL, 14, "one for one", 100 * 24 / 114.5),
        (IN_ALL, 16, "one for one", 100 * 22 / 114.5),
        (BESIDE, 16, "as estimated", 100 * 30 / (30 + 130.5)),  # 38 less half of 16
        (SEPTEMBER, 23, "none", 100 * 58.4 / 193.3),
        (SEPTEMBER, 23, "as estimated", 100 * 46.9 / 181.8),
    ],
)
def test_the_share_afterwards_by_hand(grid, base, joiners, response, after):
    one = cell(grid, base, joiners, response)
    assert one["share_after"] == pytest.approx(after)
    assert one["reproduces"] == (abs(after - 19.5) < 0.5)


def test_one_reading_gives_what_was_claimed(grid):
    exact = grid[grid["reproduces"] & (grid["response"] != "as estimated")]
    assert exact[["base", "joiners", "response"]].to_numpy().tolist() == [[IN_ALL, 16, "one for one"]]


def test_a_response_that_is_supposed_has_no_interval(grid):
    supposed = grid[grid["response"] != "as estimated"]
    for limit in ("share_lower", "share_upper"):
        assert supposed[limit].tolist() == supposed["share_after"].tolist()


def test_a_larger_response_leaves_a_smaller_share(grid):
    one = cell(grid, BESIDE, 16, "as estimated")
    assert (one["response_value"], one["response_lower"], one["response_upper"]) == (0.5, 0.2, 0.8)
    # 38 less 0.8 of 16 is 25.2; 38 less 0.2 of 16 is 34.8
    assert one["share_lower"] == pytest.approx(100 * 25.2 / 155.7)
    assert one["share_upper"] == pytest.approx(100 * 34.8 / 165.3)


def test_the_response_needed_gives_the_claimed_share(grid):
    # METHODS.md E: (A - .195(A + I + n)) / (.805n), for 38 and 76.5 with 14 more.
    assert cell(grid, IN_ALL, 14, "none")["response_needed"] == pytest.approx(
        (38 - 0.195 * 128.5) / (0.805 * 14)
    )
    left = grid["agency_fte"] - grid["response_needed"] * grid["joiners"]
    share = 100 * left / (left + grid["permanent_fte"] + grid["joiners"])
    assert share.tolist() == pytest.approx([19.5] * len(grid))


def test_agency_does_not_fall_below_nought(bury, published):
    grid = claim_grid(bury, published, None, [60])
    one = cell(grid, IN_ALL, 60, "one for one")
    assert one["share_after"] == 0


def test_without_an_estimate_its_cells_say_so(bury, published):
    grid = claim_grid(bury, published, None, [14])
    one = cell(grid, IN_ALL, 14, "as estimated")
    assert np.isnan([one["response_value"], one["share_after"], one["share_lower"], one["share_upper"]]).all()
    assert (one["reproduces"], one["status"]) == (False, "the response could not be estimated")
    assert cell(grid, IN_ALL, 14, "none")["status"] == ""


def test_a_september_that_was_not_published_says_so(bury, published):
    grid = claim_grid(bury, published[published["period"] < 2023], (0.5, 0.2, 0.8), [14])
    one = cell(grid, SEPTEMBER, 14, "none")
    assert np.isnan([one["share_before"], one["share_after"], one["response_needed"]]).all()
    assert one["status"] == "not published"
    assert SEPTEMBER not in set(claim_grid(bury, None, None, [14])["base"])


def test_a_later_paper_is_no_base_of_an_earlier_claim(bury, published):
    later = bury[bury["claim"] == "sw-agency-2023-12"].assign(
        claim="z", dated="2024-06-30", denominator=200.0
    )
    both = pd.concat([bury, later])
    assert claim_grid(both, published, None, [14]).equals(claim_grid(bury, published, None, [14]))


def test_an_area_that_claimed_nothing_has_no_grid(published):
    table = claim_grid(read_claims("leeds"), published, (0.5, 0.2, 0.8), [14])
    assert table.empty
    assert list(table) == GRID


def test_who_may_have_joined_is_told_once_each():
    cohort = cohort_of_claims("bury", DAY)
    assert joiners_of(cohort) == [14, 16, 23]
    assert joiners_of(cohort.model_copy(update={"due": ()})) == [14, 23]
    assert joiners_of(cohort.model_copy(update={"due": (), "waiting": 0})) == [23]
