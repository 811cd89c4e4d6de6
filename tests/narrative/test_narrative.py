"""Sentences say what the tables say, and say when they cannot."""

import dataclasses

import pytest

from analytics import narrative
from analytics.narrative import caseloads as of_caseloads
from analytics.narrative import rereferrals as of_rereferrals
from analytics.narrative import workforce as of_workforce
from analytics.studies import caseloads, rereferrals, workforce


def test_a_missing_rate_is_said_with_its_reason_and_nothing_is_compared(figures):
    messages = of_rereferrals.key_messages(rereferrals.study(figures, "Hampshire", 2024)).sentences
    assert (
        messages[0]
        == "In the year to 31 March 2024 no re-referral rate was published for Hampshire: low reliability."
    )
    assert "cannot be told" in messages[2]
    assert "cannot be compared with the year before" in messages[3]


def test_a_rate_that_rounds_to_zero_is_not_said_to_be_zero(figures):
    study = workforce.study(figures, "Bury", 2025)
    position = study.position.copy()
    first = (position["kind"] == "area") & (position["measure"] == "agency_rate_fte")
    position.loc[first, ["value", "status"]] = [0.0, "low"]
    messages = of_workforce.key_messages(dataclasses.replace(study, position=position)).sentences
    assert "was 0.0%, which rounds to zero but is not zero." in messages[0]


def test_a_first_year_is_flagged_in_the_sentence(figures):
    study = rereferrals.study(figures, "Cumberland", 2024)
    assert (
        of_rereferrals.key_messages(study)
        .sentences[0]
        .endswith("first year of a new authority, not comparable.")
    )
    assert "no comparable figure" in of_rereferrals.describe_neighbours(study).sentences[-1]


def test_missing_neighbours_are_named_and_too_few_are_refused(figures):
    study = rereferrals.study(figures, "Cumberland", 2024)
    said = " ".join(narrative.describe_position(study).sentences)
    assert "8 of the 10 statistical neighbours can be used" in said
    assert "Herefordshire, County of (low reliability)" in said
    none = rereferrals.study(figures, "Cumberland", 2025, "2021")
    assert "gives Cumberland no statistical neighbours" in " ".join(
        narrative.describe_position(none).sentences
    )
    position = study.position.copy()
    position.loc[position["kind"] == "neighbours_pooled", ["value", "areas_used"]] = [float("nan"), 6]
    few = " ".join(narrative.describe_position(dataclasses.replace(study, position=position)).sentences)
    assert "Fewer than seven are too few" in few


def test_a_name_turned_round_for_sorting_is_said_as_people_say_it(figures):
    study = rereferrals.study(figures, "Bristol, City of", 2025)
    messages = " ".join(of_rereferrals.key_messages(study).sentences)
    assert "in Bristol was" in messages
    assert "City of" not in messages
    assert figures.name(figures.resolve(narrative.front_matter(study).area)) == "Bristol, City of"


def test_a_warning_stands_with_the_headline(figures):
    for messages in (
        of_workforce.key_messages(workforce.study(figures, "Warwickshire", 2025)),
        of_caseloads.key_messages(caseloads.study(figures, "Warwickshire", 2025)),
    ):
        assert "the agency rate by FTE is too low; counted as people it is 2.2%" in str(messages)


def test_a_request_reads_for_a_day_and_for_a_year(figures):
    assert "stood in the year to 31 March 2025" in str(
        narrative.describe_request(rereferrals.study(figures, "Bury", 2025))
    )
    assert "stood on 30 September 2025" in str(
        narrative.describe_request(caseloads.study(figures, "Bury", 2025))
    )


def test_the_head_of_a_paper_leaves_out_what_was_not_given(figures):
    study = rereferrals.study(figures, "Bury", 2025)
    front = narrative.front_matter(study, title="", board="Improvement Board", contact_officer="")
    assert front.title == "Are repeat referrals in line with similar authorities?"
    assert front.details == (("Board", "Improvement Board"),)
    assert narrative.front_matter(study, title="<b>Ours</b>").title == "<b>Ours</b>"
    with pytest.raises(KeyError):
        narrative.front_matter(study, chair="nobody")


def test_sources_define_every_measure_and_give_notes(figures):
    study = caseloads.study(figures, "Kingston upon Thames", 2025)
    said = " ".join(narrative.describe_sources(study).sentences)
    assert "Cases held divided by full-time equivalent case holders" in said
    assert "published for Kingston upon Thames and Richmond upon Thames together" in said
