"""Sentences of the study of caseloads and agency share."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from analytics.exhibits import Passage
from analytics.narrative.common import Headed, change_sentence, comparators_sentence, own_sentence
from analytics.words import plain

CASELOAD, AGENCY, HEADCOUNT = "caseload_fte", "agency_rate_fte", "agency_rate_headcount"


class Caseloads(Headed, Protocol):
    """What these sentences need of the study."""

    trend: pd.DataFrame
    changes: pd.DataFrame
    association: pd.DataFrame


def key_messages(study: Caseloads) -> Passage:
    """Give caseload and agency rate beside others', and whether the two change together."""
    return Passage(
        (
            f"{own_sentence(study, CASELOAD)} {comparators_sentence(study, CASELOAD)}",
            f"{own_sentence(study, AGENCY)} {comparators_sentence(study, AGENCY)}",
            " ".join([own_sentence(study, HEADCOUNT), *study.warnings]),
            association_sentence(study),
        ),
        kind="messages",
    )


def association_sentence(study: Caseloads) -> str:
    """Say what goes with 10 percentage points more agency, and whether it can be told from nothing."""
    if study.association.empty:
        return "There are no earlier years to tell whether agency use and caseloads change together."
    fit = study.association.iloc[0]
    size = (
        f"{plain(fit['estimate'], 2)} cases (95% interval {plain(fit['lower'], 2)} to "
        f"{plain(fit['upper'], 2)}; {fit['observations']:,} yearly changes in {fit['units']} authorities "
        "past and present)"
    )
    if fit["lower"] <= 0 <= fit["upper"]:
        return (
            "Across England, in a year when an authority's agency rate rises by 10 percentage points its "
            f"caseload changes by {size}, which cannot be told from no change."
        )
    return (
        "Across England, in a year when an authority's agency rate rises by 10 percentage points its "
        f"caseload changes by {size}. They go together; that does not say that one causes the other."
    )


def describe_changes(study: Caseloads) -> Passage:
    """Say what the area's own changes were and what the chart cannot show."""
    said = [change_sentence(study, study.trend, AGENCY), change_sentence(study, study.trend, CASELOAD)]
    said.append(
        "Each grey dot is one authority in one year. A single authority has too few years to show a link "
        "of its own; all of them together can. Which of the two moves first is not asked here."
    )
    return Passage(tuple(said))
