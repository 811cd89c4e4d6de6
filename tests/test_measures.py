"""The data dictionary is whole and agrees with the figures."""

from datetime import date

import pytest

import analytics
from analytics.errors import InputError
from analytics.measures import (
    UNIT_WORDS,
    caption,
    comparison,
    comparisons,
    dictionary,
    measure,
    neighbour_models,
    published,
)


def test_every_measure_held_is_in_the_dictionary_and_the_other_way_round():
    assert set(analytics.load().table["measure"].cat.categories) == set(published())
    derived = set(dictionary()) - set(published())
    assert derived == {"referral_rate", "plans_started_rate"}


def test_every_entry_is_whole():
    for name, entry in dictionary().items():
        assert entry.unit in UNIT_WORDS, name
        assert entry.polarity in {"low", "high", "none"}, name
        assert entry.timing in {"at", "during"}, name
        assert entry.interval in {"", "wilson"}, name
        assert len(entry.definition.split()) > 4, name
        assert entry.definition.endswith("."), name
        assert set(entry.numerator + entry.denominator) <= set(dictionary()), name
        assert bool(entry.numerator) == bool(entry.denominator), name
        assert bool(entry.numerator) == (entry.unit in {"percent", "rate", "cases"}), name


def test_an_interval_of_chance_is_only_for_counts_of_people_or_events():
    for name, entry in dictionary().items():
        if entry.interval:
            units = {dictionary()[part].unit for part in entry.numerator + entry.denominator}
            assert units <= {"people", "count"}, name


def test_periods_are_named_by_what_they_are():
    assert measure("rereferral_percent").period(2025) == "year to 31 March 2025"
    assert measure("agency_rate_fte").period(2025) == "30 September 2025"
    assert measure("agency_rate_fte").publication.last_day(2025) == "2025-09-30"


@pytest.mark.parametrize(
    ("name", "year", "month"),
    [
        # As they came out: 29 February 2024, 22 October 2015, 30 July 2025.
        ("agency_rate_fte", 2023, date(2024, 2, 1)),
        ("rereferral_percent", 2015, date(2015, 10, 1)),
        ("population_0_17_count", 2024, date(2025, 7, 1)),
    ],
)
def test_figures_come_out_in_their_month(name: str, year: int, month: date):
    assert measure(name).publication.due(year) == month


def test_an_unknown_measure_names_the_nearest():
    with pytest.raises(InputError, match="Nearest: caseload_fte"):
        measure("caseload_ftee")


def test_a_caption_names_publisher_publication_and_release():
    said = caption(
        ["caseload_fte", "agency_rate_fte"], "Bury", "and England", "workers", "2025", {"csww": "2025"}
    )
    assert said.source == "Department for Education, Children's social work workforce, 2025 release"
    assert said.unit == "cases per case holder; %"
    assert said.geography == "Bury; and England"


def test_what_can_be_compared_is_a_proportion_and_knows_its_words():
    assert set(comparisons()) == {"rereferrals", "repeat_plans"}
    for subject in comparisons().values():
        assert subject.measure.interval == "wilson"
        assert subject.measure.unit == "percent"
        assert subject.question.endswith("?")
        assert set(subject.context) <= set(dictionary())
        assert subject.context[0] == subject.measure.name
        for text in (subject.meaning, subject.caution, subject.because):
            assert text.endswith(".")


def test_what_cannot_be_compared_names_what_can():
    with pytest.raises(InputError, match="Choose rereferrals or repeat_plans"):
        comparison("caseloads")


def test_the_neighbour_models_come_oldest_first():
    assert neighbour_models() == {"2021": "2021-04-30", "2025": "2025-05-31"}


def test_the_source_of_a_derived_measure_names_the_publications_of_its_parts():
    said = caption(
        ["referral_rate"], "Bury", "and England", "x", "2025", {"cin": "2025", "population": "2024"}
    )
    assert said.source == (
        "Department for Education, Children in need, 2025 release; "
        "Office for National Statistics, Mid-year population estimates, 2024 release"
    )
