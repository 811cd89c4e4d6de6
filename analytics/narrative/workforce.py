"""Sentences of the study of the workforce: the outlook, its uncertainty, and its record."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

import pandas as pd

from analytics.exhibits import Passage
from analytics.measures import measure
from analytics.narrative.common import Headed, comparators_sentence, own_sentence
from analytics.words import day_in_words, listed, number, plain, points, said, span

AGENCY, CASELOAD = "agency_rate_fte", "caseload_fte"
YEARS = {1: "one year", 2: "two years"}


class Workforce(Headed, Protocol):
    """What these sentences need of the study."""

    start_day: date
    horizon: int
    vintage: str
    target_rate: float
    target_from: str
    reason: str
    stale: str
    start: pd.DataFrame
    pipeline: pd.DataFrame
    contradictions: pd.DataFrame
    projection: pd.DataFrame
    scenarios: pd.DataFrame
    target: pd.DataFrame
    base_rate: pd.DataFrame
    claim: pd.DataFrame
    response: pd.DataFrame
    backtest: pd.DataFrame
    backtest_origins: pd.DataFrame
    rivals: pd.DataFrame
    residual_check: pd.DataFrame


def key_messages(study: Workforce) -> Passage:
    """Say where the area stands, where agency share may go, how probable the target is, and the record."""
    standing = [
        own_sentence(study, AGENCY),
        *_parts_of_it(study),
        comparators_sentence(study, AGENCY),
        *study.warnings,
    ]
    if study.reason:
        return Passage((" ".join(standing), _no_projection(study), *_record(study)), kind="messages")
    text = [
        " ".join(standing),
        " ".join([outlook_sentence(study, AGENCY), *_since(study, AGENCY)]),
        " ".join([target_sentence(study), *_base_rates(study)]),
        " ".join([response_sentence(study), *_claimed(study)]),
        *_record(study),
    ]
    return Passage(tuple(text), kind="messages")


def _parts_of_it(study: Workforce) -> tuple[str, ...]:
    """Give the agency workers and those in post that the rate is made of."""
    rows = study.start.set_index("measure")["value"]
    agency, stock = rows["agency_fte"], rows["inpost_fte"]
    if pd.isna(agency) or pd.isna(stock):
        return ()
    return (f"That is {said(agency, 'fte')} of agency workers beside {said(stock, 'fte')} in post.",)


def _no_projection(study: Workforce) -> str:
    return f"No projection can be made for {study.area_name} from {_day(study.start_day)}: {study.reason}."


def _day(day: date | str) -> str:
    return day_in_words(date.fromisoformat(day) if isinstance(day, str) else day)


def _last(study: Workforce, name: str) -> pd.Series:
    """Give a measure's row of the last month."""
    return study.projection[study.projection["measure"] == name].iloc[-1]


def outlook_sentence(study: Workforce, name: str) -> str:
    """Say where a measure may be at the end: the middle, and the range of nine outcomes in ten."""
    row, entry = _last(study, name), measure(name)
    return (
        f"By {_day(row['date'])} the {entry.short.lower()} is as likely to be below "
        f"{number(row['p50'], entry.unit)} as above it; nine outcomes in ten lie between "
        f"{number(row['p5'], entry.unit)} and {number(row['p95'], entry.unit)}."
    )


def _since(study: Workforce, name: str) -> tuple[str, ...]:
    """Hold what was published since against the range that was foreseen."""
    rows = study.projection[(study.projection["measure"] == name) & study.projection["outturn"].notna()]
    entry = measure(name)
    told = [
        f"{number(row['outturn'], entry.unit)} on {_day(row['date'])}, "
        f"{'inside' if row['p5'] <= row['outturn'] <= row['p95'] else 'outside'} the range of "
        f"{span(row['p5'], row['p95'], entry.unit)}"
        for row in rows.to_dict("records")
    ]
    return (f"Published since: {listed(told)}.",) if told else ()


def target_sentence(study: Workforce) -> str:
    """Say how probable the target is by the end and half-way, and what it would take."""
    rows = study.target[study.target["month"] > 0]
    chosen = rows[rows["month"].isin([12, 24])]
    chosen = chosen if len(chosen) else rows.tail(1)
    chances = [f"{chance(row['probability'])} by {_day(row['date'])}" for row in chosen.to_dict("records")]
    last = chosen.iloc[-1]
    text = (
        f"The probability of an agency rate of {number(study.target_rate, 'percent')} or less "
        f"({study.target_from}) is {listed(chances)}."
    )
    if last["starters_needed"] > 0:
        text += (
            f" To be there by {_day(last['date'])} would take "
            f"{number(last['starters_needed'], 'fte')} permanent FTE in post more than foreseen (nine "
            f"outcomes in ten: {span(last['starters_lower'], last['starters_upper'], 'fte')})."
        )
    return text


def chance(probability: float) -> str:
    """Write a simulated probability; none is written as certain.

    >>> chance(0.238), chance(0.002), chance(0.999)
    ('24%', 'under 1%', 'over 99%')
    """
    if probability < 0.01:
        return "under 1%"
    return "over 99%" if probability > 0.99 else f"{plain(100 * probability, 0)}%"


def _base_rates(study: Workforce) -> tuple[str, ...]:
    """Say how many authorities that stood as high got there."""
    rows = study.base_rate[study.base_rate["n"] > 0]
    if rows.empty:
        return ()
    told = [
        f"{row['reached']} of {row['n']} time{'' if row['n'] == 1 else 's'} in {YEARS[row['years']]}"
        for row in rows.to_dict("records")
    ]
    band = span(rows["band_lower"].iloc[0], rows["band_upper"].iloc[0], "percent")
    return (
        f"Where authorities stood about as high ({band}), they came to "
        f"{number(study.target_rate, 'percent')} or less {listed(told)}.",
    )


def response_sentence(study: Workforce) -> str:
    """Say how many agency FTE went with one more permanent FTE, beside the one for one of plans."""
    if study.response.empty or pd.isna(study.response["estimate"].iloc[0]):
        return "How agency use answers recruitment cannot be told yet: too few years are published."
    row = study.response.iloc[0]
    interval = f"95% interval {plain(row['lower'], 2)} to {plain(row['upper'], 2)}"
    beside = (
        "not the one for one that such plans take for granted"
        if row["upper"] < 1
        else "which cannot be told from one for one"
    )
    return (
        f"Over all authorities one more permanent FTE went with {plain(row['estimate'], 2)} fewer agency FTE "
        f"({interval}), {beside}."
    )


def _claimed(study: Workforce) -> tuple[str, ...]:
    """Say how many readings of the council's figures give the share that its paper expected."""
    rows = study.claim[study.claim["share_after"].notna()] if len(study.claim) else study.claim
    if rows.empty:
        return ()
    gives = rows[rows["reproduces"].astype(bool)]
    ways = rows[["base", "joiners"]].drop_duplicates()
    claimed, answers = number(rows["claimed"].iloc[0], "percent"), rows["response"].nunique()
    return (
        f"The council's paper expected {claimed}: with {len(ways)} ways to read its figures and {answers} "
        f"ways for agency use to answer, {len(gives)} {'gives' if len(gives) == 1 else 'give'} that share.",
    )


def _record(study: Workforce) -> tuple[str, ...]:
    """Say how the forecast has done, or that there is no record yet."""
    rows = study.backtest[study.backtest["ours"].astype(bool) & (study.backtest["measure"] == AGENCY)]
    if rows.empty:
        return ("There is no record of such forecasts yet: too few years had been published.",)
    told = [
        f"{YEARS[row['horizon']]} ahead {plain(abs(row['difference']), 2)} "
        f"{'better' if row['difference'] < 0 else 'worse'} ({_interval(row)}), with {_held(row)}"
        for row in rows.to_dict("records")
    ]
    return (
        f"Tested on every authority from {FIRST} on, this forecast scored against no change: {listed(told)}. "
        f"{_bias(study)}".strip(),
    )


FIRST = 2019


def _held(row: dict[str, float]) -> str:
    return f"{number(row['coverage_80'], 'percent')} of outcomes inside its 80% range"


def _interval(row: dict[str, float]) -> str:
    low, high = row["difference_lower"], row["difference_upper"]
    return f"95% interval of the difference {plain(low, 2)} to {plain(high, 2)}"


def _bias(study: Workforce) -> str:
    """Say which start it was furthest from, and on which side."""
    rows = study.backtest_origins
    rows = rows[rows["ours"].astype(bool) & (rows["measure"] == AGENCY) & (rows["horizon"] == 1)]
    if rows.empty:
        return ""
    worst = rows.loc[rows["bias"].abs().idxmax()]
    side = "too high" if worst["bias"] > 0 else "too low"
    return (
        f"It was furthest out from {worst['origin']}: {points(abs(worst['bias']))} {side} a year later, on "
        "average."
    )


def describe_start(study: Workforce) -> Passage:
    """Say whose figures the projection starts from, and from when."""
    text = [
        f"The projection is made for {_day(study.start_day)}, on the workforce of {study.period} "
        f"({study.vintage})."
    ]
    if study.start_day.year == study.year or study.start_day.month < 3:
        text.append(
            "Figures of 30 September are published some months later, so a board that met on that day had "
            "its own counts and not yet these."
        )
    return Passage(tuple(text))


def describe_pipeline(study: Workforce) -> Passage:
    """Say what the council's own words are, and which figures cannot both be so."""
    if study.pipeline.empty:
        return Passage(
            (
                f"No council paper on international recruits in {study.area_name} dated by "
                f"{_day(study.start_day)} is held, so none are projected unless a plan is given. That does "
                "not mean that there are none.",
            )
        )
    text = [
        "These are the council's words, as dated; none is a published statistic.",
    ]
    if study.stale:
        text.append(
            f"The last paper that counts recruits on their way, {study.stale}, is too old to be carried "
            "forward: none are projected."
        )
    return Passage(tuple(text))


def describe_contradictions(study: Workforce) -> Passage:
    """Say how many pairs cannot both be so, and what that means for a reader."""
    rows = study.contradictions
    if rows.empty:
        return Passage(("No council figures about the workforce are held to be checked.",))
    against = rows[rows["verdict"].str.startswith("cannot")]
    pairs = [
        f"{row['first']}: {number(row['first_value'], row['unit'])}; {row['second']}: "
        f"{number(row['second_value'], row['unit'])} ({row['arithmetic']})."
        for row in against.to_dict("records")
    ]
    return Passage(
        (
            f"Of {len(rows)} pairs of figures held against each other {len(against)} cannot both be so. A "
            "share has no meaning without what it is a share of: agency workers among all social workers, "
            "beside those in post, or beside posts are three figures.",
            *pairs,
        )
    )


def describe_projection(study: Workforce) -> Passage:
    """Say what the fan is made of, and how caseload may go."""
    if study.reason:
        return Passage((_no_projection(study),))
    text = [
        "The level and the spread are those of a forecast fitted on all authorities' figures up to "
        f"{study.year}; what recruits and plans change is simulated month by month, and added draw by draw.",
        outlook_sentence(study, AGENCY),
    ]
    if (study.projection["measure"] == CASELOAD).any():
        text += [outlook_sentence(study, CASELOAD), *_since(study, CASELOAD)]
    return Passage(tuple(text))


def describe_scenarios(study: Workforce) -> Passage:
    """Say which change moves agency share most, and that chance outweighs it."""
    known = study.scenarios[study.scenarios["effect"].notna()]
    rows = known[(known["measure"] == AGENCY) & (known["month"] == known["month"].max())]
    if len(rows) < 2:
        why = study.scenarios["status"].dropna()
        return Passage(
            (f"No scenario is shown: {why.iloc[0] if len(why) and why.iloc[0] else study.reason}.",)
        )
    planned, others = rows.iloc[0], rows.iloc[1:]
    most = others.loc[others["effect"].abs().idxmax()]
    side = "lower" if most["effect"] < 0 else "higher"
    told = ", which cannot be told from none" if most["effect_lower"] <= 0 <= most["effect_upper"] else ""
    text = [
        f"Of these changes the one that moves agency share most is “{_lower(most['title'])}”: after "
        f"{most['month']} months {points(abs(most['effect']))} {side} than as planned{told}."
    ]
    if abs(most["effect"]) < (planned["upper"] - planned["lower"]) / 2:
        text.append(
            "The range of what may happen as planned, "
            f"{span(planned['lower'], planned['upper'], 'percent')}, is far wider than what any plan changes."
        )
    return Passage(tuple(text))


def _lower(title: str) -> str:
    return title[0].lower() + title[1:]


def describe_target(study: Workforce) -> Passage:
    """Say how probable the target is and what it rests on."""
    if study.reason:
        return Passage((_no_projection(study),))
    return Passage((target_sentence(study), *_base_rates(study)))


def describe_response(study: Workforce) -> Passage:
    """Say what the estimate is, and that it is an association."""
    return Passage(
        (
            response_sentence(study),
            "It is what went together across authorities and years, with the number of posts held alike; it "
            "does not say what one authority could bring about.",
        )
    )


def describe_claim(study: Workforce) -> Passage:
    """Say how the expected share can be read, and what was published since."""
    told = _claimed(study)
    if not told:
        return Passage(
            (f"No council paper held says what agency share in {study.area_name} was expected to be.",)
        )
    return Passage((*told, *_since(study, AGENCY)))


def describe_backtest(study: Workforce) -> Passage:
    """Say how the forecast compares with no change and with the best of the plain models."""
    if study.backtest.empty:
        return Passage(_record(study))
    text = [
        *_record(study),
        "The score is the mean distance between the whole range of a forecast and what happened (CRPS), in "
        "percentage points for agency rate and in cases for caseload: lower is better.",
    ]
    return Passage((*text, *(_rival(row) for row in study.rivals.to_dict("records"))))


def _rival(row: dict[str, Any]) -> str:
    """Hold ours against the plain model that did best."""
    side = "better" if row["difference"] < 0 else "worse"
    clear = "" if not row["lower"] <= 0 <= row["upper"] else ", which cannot be told from none"
    return (
        f"{measure(row['measure']).short} over {YEARS[row['horizon']]}: the best plain model was "
        f"“{_lower(row['title'])}”, at {plain(row['crps'], 2)}; ours, at {plain(row['ours'], 2)}, was "
        f"{side}{clear}."
    )


def describe_residual_check(study: Workforce) -> Passage:
    """Say whether simulated changes were as wide as published ones, before a scenario is shown."""
    rows = study.residual_check[study.residual_check["origin"] == "all"]
    if rows.empty:
        return Passage(("The simulation cannot be checked yet: too few years had been published.",))
    told = [
        f"the {row['measure']} {number(row['coverage_80'], 'percent')}" for row in rows.to_dict("records")
    ]
    return Passage(
        (
            "Before any scenario is shown, simulated changes of one year are held against published ones. "
            f"Ranges that should hold 80% of outcomes held, for {listed(told)}.",
        )
    )
