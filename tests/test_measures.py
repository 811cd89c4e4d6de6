"""The data dictionary is whole and agrees with the figures."""

import pytest

import analytics
from analytics.errors import InputError
from analytics.measures import UNIT_WORDS, caption, dictionary, measure


def test_every_measure_held_is_in_the_dictionary_and_the_other_way_round():
    assert set(analytics.load().table["measure"].cat.categories) == set(dictionary())


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
        assert bool(entry.numerator) == (entry.unit in {"percent", "cases"}), name


def test_an_interval_of_chance_is_only_for_counts_of_people_or_events():
    for name, entry in dictionary().items():
        if entry.interval:
            units = {dictionary()[part].unit for part in entry.numerator + entry.denominator}
            assert units <= {"people", "count"}, name


def test_periods_are_named_by_what_they_are():
    assert measure("rereferral_percent").period(2025) == "year to 31 March 2025"
    assert measure("agency_rate_fte").period(2025) == "30 September 2025"
    assert measure("agency_rate_fte").publication.last_day(2025) == "2025-09-30"


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
