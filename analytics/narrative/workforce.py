"""Sentences of the study of the workforce after international recruitment."""

from __future__ import annotations

from typing import Protocol

import pandas as pd

from analytics.exhibits import Passage
from analytics.measures import measure
from analytics.narrative.common import Headed, comparators_sentence, own_sentence
from analytics.words import day_in_words, listed, number, plain, span

YEARS = {1: "one year", 2: "two years"}
AGENCY, VACANCY = "agency_rate_fte", "vacancy_rate_fte"


class Workforce(Headed, Protocol):
    """What these sentences need of the study."""

    start: pd.DataFrame
    pipeline: pd.DataFrame
    forecast: pd.DataFrame


def key_messages(study: Workforce) -> Passage:
    """Give the start, the comparators, the forecast of no change and what papers had said."""
    said = [
        " ".join(filter(None, [own_sentence(study, AGENCY), start_sentence(study), *study.warnings])),
        comparators_sentence(study, AGENCY),
        f"{own_sentence(study, VACANCY)} {comparators_sentence(study, VACANCY)}",
        forecast_sentence(study),
        estimate_sentence(study),
    ]
    return Passage(tuple(text for text in said if text), kind="messages")


def start_sentence(study: Workforce) -> str:
    """State the FTE behind the agency rate, where all of it was published."""
    held = study.start.set_index("measure")["value"]
    agency, inpost = held["agency_fte"], held["inpost_fte"]
    if pd.isna(agency) or pd.isna(inpost):
        return ""
    return f"That is {number(agency, 'fte')} FTE agency workers beside {number(inpost, 'fte')} FTE in post."


def forecast_sentence(study: Workforce) -> str:
    """State the forecast of no change, its range, and that it is no more than that."""
    if study.forecast.empty:
        return (
            "No forecast can be made: there is no published rate to start from, or no past changes to "
            "learn from."
        )
    ahead = [
        f"{span(row['lower'], row['upper'], 'percent')} on {measure(AGENCY).period(int(row['period']))}"
        for row in study.forecast.to_dict("records")
    ]
    return (
        f"If the agency rate stays at {number(study.forecast['value'].iloc[0], 'percent')}, the plainest "
        "forecast there is, the spread of authorities' past changes puts 8 in 10 outcomes at "
        f"{listed(ahead)}."
    )


def estimate_sentence(study: Workforce) -> str:
    """Put a council paper's estimate of agency share beside the published rate, where one is held."""
    estimates = study.pipeline[study.pipeline["statement"].str.startswith("Estimated agency share")]
    own = study.position[(study.position["kind"] == "area") & (study.position["measure"] == AGENCY)].iloc[0]
    if estimates.empty or pd.isna(own["value"]):
        return ""
    claim = estimates.iloc[0]
    return (
        f"A council paper dated {claim['dated'][:4]} estimated an agency share of "
        f"{number(claim['value'], 'percent')} once its international recruits had joined; the published "
        f"rate on {study.period} is {number(own['value'], 'percent')}."
    )


def describe_pipeline(study: Workforce) -> Passage:
    """Say what the council's own words are, which figures disagree, and that none is carried forward."""
    if study.pipeline.empty:
        return Passage(
            (
                f"No council paper on international recruits in {study.area_name} dated by the end of "
                f"{study.year} is held, so there is no pipeline to show. That does not mean that there is "
                "none.",
            )
        )
    said = [
        "These are the council's words, as dated; none is a published statistic and none is carried "
        "forward to another date."
    ]
    quoted = study.pipeline.dropna(subset=["recomputed", "value"])
    said += [
        f"One paper gave {row['statement'][:1].lower() + row['statement'][1:]} as "
        f"{number(row['value'], 'percent')} and, beside it, {plain(row['numerator'], 0)} of "
        f"{plain(row['denominator'], 1)}, which comes to {number(row['recomputed'], 'percent')}."
        for row in quoted.to_dict("records")
        if abs(row["value"] - row["recomputed"]) >= 1
    ]
    shares = study.pipeline[study.pipeline["statement"].str.startswith("Agency share")].dropna(
        subset=["value"]
    )
    if shares["value"].nunique() > 1:
        dated = [
            f"{number(row['value'], 'percent')} ({day_in_words(pd.Timestamp(row['as_at']))})"
            for row in shares.to_dict("records")
        ]
        said.append(
            f"The agency share itself is given as {listed(dated)}; the two are unlikely to count the same "
            "posts."
        )
    return Passage(tuple(said))


def describe_forecast(study: Workforce) -> Passage:
    """Say what the forecast is, and what it leaves out."""
    if study.forecast.empty:
        return Passage((forecast_sentence(study),))
    used = listed(
        [f"{row['changes']:,} over {YEARS[int(row['horizon'])]}" for row in study.forecast.to_dict("records")]
    )
    return Passage(
        (
            "This is a forecast of no change. It knows nothing of recruits on their way, of leavers, or of "
            "plans.",
            f"Its range is that of authorities' own past changes up to {study.year}: {used}. Past changes "
            "may not be a guide to the next.",
        )
    )
