"""A plan file is read as it was meant, or refused with what to do."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from analytics.assumptions import assumptions
from analytics.errors import InputError
from analytics.evidence import read_claims
from analytics.plan import Cohort, Due, Plan, check_plan, cohort_of_claims, read_plan

ROOT = Path(__file__).parents[1]
COHORT = {"offered": 23, "in_post": 7, "waiting": 14, "waiting_since": date(2023, 1, 31)}
DUE = [{"date": date(2024, 2, 29), "people": 2}]


@pytest.fixture
def written(tmp_path):
    """Give a function that writes a plan file: text as it is, anything else as YAML."""

    def write(content):
        path = tmp_path / "plan.yml"
        text = content if isinstance(content, str) else yaml.safe_dump(content)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def cohort(**changed):
    return {"cohort": COHORT | changed}


# --- what a plan says


def test_the_example_in_the_documents_is_a_plan(written):
    text = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    plan = read_plan(written(example))
    assert plan.cohort == Cohort(
        **COHORT,
        due=(Due(date=date(2024, 2, 29), people=2),),
        stage="offer",
        as_at=date(2023, 12, 31),
        source="Workforce report to Cabinet, December 2023",
    )
    held = assumptions("2023-12-31", plan.assumptions)
    assert (held["offer_falls_through"].value, held["offer_falls_through"].upper) == (0.15, 0.3)
    assert held["conversions"].tried == (12,)
    check_plan(plan, "2023-12-31")


def test_the_documents_name_every_key():
    text = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    for key in [*Plan.model_fields, *Cohort.model_fields, *Due.model_fields, "value", "lower", "upper"]:
        assert re.search(rf"\b{key}\b", text), key


def test_either_part_may_be_left_out_and_dates_may_be_quoted(written):
    plan = read_plan(written(cohort(waiting_since="2023-01-31")))
    assert plan.cohort.waiting_since == date(2023, 1, 31)
    assert (plan.cohort.due, plan.cohort.stage, plan.assumptions) == ((), "offer", {})
    assert plan.cohort.source == "the plan file plan.yml"
    only = read_plan(written({"cohort": None, "assumptions": {"conversions": {"value": 12}}}))
    assert only.cohort is None
    assert only.assumptions == {"conversions": {"value": 12}}
    assert read_plan(written({**cohort(), "assumptions": None})).assumptions == {}


def test_a_count_of_everybody_and_of_nobody_is_a_plan(written):
    assert read_plan(written(cohort(due=DUE))).cohort.expected == 2
    assert read_plan(written(cohort(offered=0, in_post=0, waiting=0))).cohort.offered == 0


def test_a_plan_does_not_change():
    with pytest.raises(ValueError, match="frozen"):
        Plan(cohort=Cohort(**COHORT)).cohort.offered = 24


# --- what is refused


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("cohort: [unclosed", r"plan\.yml, line 1: this cannot be read as YAML"),
        ("cohort:\n  offered: 2\n  offered: 3\n", r"plan\.yml, line 3: .*'offered' is given twice"),
        ("cohort: {waiting_since: 2023-02-30}", "day is out of range for month"),
        ("", "a plan holds `cohort:` or `assumptions:`"),
        ("- a\n- b\n", "a plan holds `cohort:` or `assumptions:`"),
        ("offered 23", "a plan holds `cohort:` or `assumptions:`"),
        ("cohort:\nassumptions:\n", "neither was found"),
        ({"cohrt": COHORT}, "cohrt: there is no such key. Nearest: cohort"),
        ({"cohort": 3}, "cohort: 3 was given; a mapping"),
        ({"assumptions": [1]}, "assumptions: .* a mapping"),
        (cohort(ofered=23), "cohort: ofered: there is no such key. Nearest: offered"),
        (cohort(due=[{"dates": date(2024, 2, 29), "people": 2}]), "due: entry 1: dates: .* Nearest: date"),
        (cohort(due=[*DUE, {"date": date(2024, 3, 1)}]), "due: entry 2: people: this key is missing"),
        (cohort(due=DUE[0]), "cohort: due: .* a list is expected"),
        ({"cohort": {"offered": 1}}, "cohort: in_post: this key is missing"),
        (cohort(offered=2.5), "cohort: offered: 2.5 was given; a whole number"),
        (cohort(offered="23"), "cohort: offered: '23' was given; a whole number"),
        (cohort(waiting=True), "cohort: waiting: True was given; a whole number"),
        (cohort(stage="offers"), "'offers' was given; offer, registered or arrived is expected"),
        (cohort(waiting_since="last May"), "waiting_since: 'last May' was given; a date is expected"),
        (cohort(waiting_since=2023), "waiting_since: 2023 was given; a date is expected"),
        (cohort(offered=-1), "offered is -1; .* below 0"),
        (cohort(in_post=-1), "in_post is -1; .* below 0"),
        (cohort(waiting=-1), "waiting is -1; .* below 0"),
        (cohort(due=[{"date": date(2024, 2, 29), "people": -2}]), "entry 1: people is -2; .* below 0"),
        (cohort(in_post=24), "in_post is 24 and offered 23"),
        (cohort(due=[{"date": date(2024, 2, 29), "people": 3}]), r"7 \+ due 3 \+ waiting 14 = 24"),
        (cohort(waiting=17), r"7 \+ due 0 \+ waiting 17 = 24, and offered is 23"),
        (cohort(due=[{"date": date(2023, 1, 30), "people": 2}]), "2023-01-30 is before waiting_since"),
        (cohort(due=DUE, as_at=date(2024, 3, 1)), "2024-02-29 is before as_at 2024-03-01"),
        (cohort(as_at=date(2023, 1, 30)), "waiting_since 2023-01-31 is after as_at 2023-01-30"),
        ({"assumptions": {"arival_median": {"value": 2}}}, "Nearest: arrival_median"),
        ({"assumptions": {"arrival_median": {"value": -2}}}, "arrival_median: -2 was given"),
        ({"assumptions": {"arrival_median": {"vale": 2}}}, "arrival_median: vale: .* Nearest: value"),
    ],
)
def test_what_cannot_be_used_is_named_with_the_file(written, content, message):
    path = written(content)
    with pytest.raises(InputError, match=message) as caught:
        read_plan(path)
    assert str(caught.value).startswith(str(path))


def test_a_file_that_is_not_there_names_the_nearest(written, tmp_path):
    written(cohort())
    with pytest.raises(InputError, match=r"plans\.yml: there is no such plan file.*: plan\.yml"):
        read_plan(tmp_path / "plans.yml")


def test_what_is_no_text_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_plan(tmp_path)
    path = tmp_path / "plan.yml"
    path.write_bytes("cohort: £".encode("cp1252"))
    with pytest.raises(InputError, match="cannot be read as YAML"):
        read_plan(path)


# --- the start of the projection


def plan_of(**changed):
    return Plan.model_validate(cohort(due=DUE, **changed))


def test_a_plan_that_fits_its_start_is_let_pass():
    check_plan(plan_of(), "2024-02-29")
    check_plan(plan_of(as_at=date(2023, 12, 31)), date(2023, 12, 31))
    check_plan(plan_of(as_at=date(2024, 2, 29)), "2024-02-29")
    check_plan(plan_of(), "2023-01-31")
    check_plan(Plan(), "2000-01-01")


@pytest.mark.parametrize(
    ("changed", "start", "message"),
    [
        ({}, "2024-03-01", "cohort.due: 2024-02-29 is before the start of the projection, 2024-03-01"),
        ({}, "2023-01-30", "cohort.waiting_since: 2023-01-31 is after"),
        ({"as_at": date(2023, 12, 31)}, "2023-12-30", "cohort.as_at: 2023-12-31 is after"),
        ({}, "soon", "start of the projection: 'soon'"),
    ],
)
def test_dates_on_the_wrong_side_of_the_start_are_refused(changed, start, message):
    with pytest.raises(InputError, match=message):
        check_plan(plan_of(**changed), start, "plan.yml")


# --- the council's own papers


def test_burys_cohort_is_as_its_paper_described_it():
    assert cohort_of_claims("bury", "2023-12-31") == Cohort(
        **COHORT,
        due=(Due(date=date(2024, 2, 29), people=2),),
        as_at=date(2023, 12, 31),
        source=(
            "Children's Services Improvement Plan: progress report December 2023 "
            "(Bury Council, 31 December 2023)"
        ),
    )


def test_a_paper_is_known_from_its_date_on():
    assert cohort_of_claims("bury", "2023-12-30") is None
    assert cohort_of_claims("bury", date(2025, 9, 30)) == cohort_of_claims("bury", "2023-12-31")


def test_an_area_without_papers_has_no_cohort():
    assert cohort_of_claims("leeds", "2025-09-30") is None


def test_the_mapping_names_claims_and_holds_no_number():
    path = ROOT / "data" / "raw" / "evidence" / "bury" / "cohort.yml"
    roles = yaml.safe_load(path.read_text(encoding="utf-8"))
    named = [name for value in roles.values() for name in (value if isinstance(value, list) else [value])]
    assert set(named) <= set(read_claims("bury")["claim"])


@pytest.fixture
def evidence(tmp_path, monkeypatch):
    """Copy Bury's evidence to where it may be changed."""
    folder = tmp_path / "data" / "raw" / "evidence" / "bury"
    shutil.copytree(ROOT / "data" / "raw" / "evidence" / "bury", folder)
    monkeypatch.setenv("ANALYTICS_HOME", str(tmp_path))
    return folder


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_counts_come_from_the_claims(evidence):
    change(evidence / "claims.csv", "South Africa,23,", "South Africa,30,")
    assert cohort_of_claims("bury", "2024-01-01").offered == 30


def test_people_expected_by_a_later_paper_are_not_known_yet(evidence):
    change(
        evidence / "documents.csv",
        "cabinet-2022-10,",
        "later,Update,Bury Council,2024-01-31\ncabinet-2022-10,",
    )
    change(
        evidence / "claims.csv", "intl-expected-2024-02,improvement-2023-12", "intl-expected-2024-02,later"
    )
    assert cohort_of_claims("bury", "2024-01-30").due == ()
    assert cohort_of_claims("bury", "2024-01-31").due[0].people == 2


def test_a_mapping_to_no_claim_names_the_nearest(evidence):
    change(evidence / "cohort.yml", "offered: intl-appointed", "offered: intl-apointed")
    with pytest.raises(
        InputError, match=r"cohort\.yml: 'intl-apointed': no such claim. Nearest: intl-appointed"
    ):
        cohort_of_claims("bury", "2024-01-01")


def test_claims_that_contradict_each_other_are_no_cohort(evidence):
    change(evidence / "claims.csv", "South Africa,23,", "South Africa,20,")
    with pytest.raises(InputError, match=r"cohort\.yml: in_post 7 \+ due 2 \+ waiting 14 = 23"):
        cohort_of_claims("bury", "2024-01-01")
