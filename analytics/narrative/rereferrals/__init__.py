"""Sentences of the study that sets a rate against similar authorities."""

from __future__ import annotations

from analytics.exhibits import Passage
from analytics.narrative.common import comparators_sentence, own_sentence
from analytics.narrative.rereferrals.national import describe_funnel, describe_shrunken
from analytics.narrative.rereferrals.sensitivity import describe_sensitivity, sensitivity_sentences
from analytics.narrative.rereferrals.study import Rereferrals
from analytics.narrative.rereferrals.verdict import (
    change_sentence,
    describe_difference,
    describe_neighbours,
    verdict_sentence,
)
from analytics.narrative.rereferrals.years import describe_evidence, describe_front_door, describe_trend

__all__ = [
    "describe_caution",
    "describe_difference",
    "describe_evidence",
    "describe_front_door",
    "describe_funnel",
    "describe_meaning",
    "describe_neighbours",
    "describe_sensitivity",
    "describe_shrunken",
    "describe_trend",
    "key_messages",
]


def key_messages(study: Rereferrals) -> Passage:
    """Give the rate, its comparators, the verdict, the change, and whether the verdict holds."""
    name = study.subject.measure.name
    return Passage(
        (
            own_sentence(study, name),
            *study.warnings,
            comparators_sentence(study, name, study.headline),
            verdict_sentence(study),
            change_sentence(study),
            *sensitivity_sentences(study),
        ),
        kind="messages",
    )


def describe_meaning(study: Rereferrals) -> Passage:
    """Say what a high rate may mean, and may not."""
    return Passage((study.subject.meaning,))


def describe_caution(study: Rereferrals) -> Passage:
    """Say what makes authorities' rates differ other than practice."""
    return Passage((study.subject.caution,))
