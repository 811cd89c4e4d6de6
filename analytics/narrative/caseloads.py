"""Sentences of the study of caseloads and agency share. None of them says that one moves the other."""

from __future__ import annotations

import re
from typing import Protocol

import pandas as pd

from analytics.exhibits import Passage
from analytics.narrative.common import Headed, change_sentence, comparators_sentence, own_sentence
from analytics.narrative.rows import Row, area_row, rows_by, rows_of
from analytics.words import bare_span, listed, number, plain, possessive, said

CASELOAD, AGENCY, HEADCOUNT = "caseload_fte", "agency_rate_fte", "agency_rate_headcount"
ESTIMATE = ("estimate", "lower", "upper")


class Caseloads(Headed, Protocol):
    """What these sentences need of the study."""

    trend: pd.DataFrame
    scatter: pd.DataFrame
    estimates: pd.DataFrame
    timing: pd.DataFrame
    parts: pd.DataFrame
    slopes: pd.DataFrame
    outcomes: pd.DataFrame
    decomposition: pd.DataFrame
    quality: pd.DataFrame
    slopes_differ: bool
    spread: float


def key_messages(study: Caseloads) -> Passage:
    """Answer the question for this authority, then say where it stands, what moved, and what came first."""
    return Passage(
        (
            answer_sentence(study),
            f"{own_sentence(study, CASELOAD)} {comparators_sentence(study, CASELOAD)}",
            " ".join(
                [
                    own_sentence(study, AGENCY),
                    comparators_sentence(study, AGENCY),
                    own_sentence(study, HEADCOUNT),
                    *study.warnings,
                ]
            ),
            " ".join([span_sentence(study), *flagged_sentences(study)]),
            timing_sentence(study),
        ),
        kind="messages",
    )


def answer_sentence(study: Caseloads) -> str:
    """Say what went with more agency in this authority, and across England, each with its interval."""
    headline = rows_by(study.estimates, "key", *ESTIMATE)["within"]
    if pd.isna(headline["estimate"]):
        return (
            "Whether high agency use and high caseloads go together cannot be told yet: too few years are "
            "published."
        )
    england = "across England, comparing each authority with itself over the years, "
    own = _own_slope(study)
    if own is None or not own["years"] > 1:
        return (
            f"{possessive(study.area_name)} own figures are too few or too small to answer from; {england}"
            f"caseload in years with an agency rate 10 percentage points higher was {_size(headline)}."
        )
    begins = (
        f"In {study.area_name}, years with an agency rate 10 percentage points higher went with a caseload"
    )
    if not (_told(own) or _told(headline)):
        return f"{begins} {_apart(own)}; {england}{_apart(headline)}; neither can be told from none."
    return f"{begins} {_size(own)}; {england}{_size(headline)}."


def _own_slope(study: Caseloads) -> Row | None:
    """Give the area's own slope as an estimate, none where it is not among the authorities."""
    row = area_row(study.slopes, "slope", "lower", "upper", "years")
    return row and row | {"estimate": row["slope"]}


def _apart(row: Row, unit: str = "cases") -> str:
    """Say how much higher or lower, with the interval."""
    side = "higher" if row["estimate"] > 0 else "lower"
    return f"{plain(abs(row['estimate']), 2)} {unit} {side} ({_limits(row)})"


def _size(row: Row, unit: str = "cases") -> str:
    """Say how much higher or lower, with the interval, and whether it can be told from none."""
    return _apart(row, unit) + ("" if _told(row) else ", which cannot be told from none")


def _limits(row: Row) -> str:
    """Write an interval with its sides in words.

    >>> _limits({"lower": -1.514, "upper": 0.462})
    '95% interval: 1.51 lower to 0.46 higher'
    >>> _limits({"lower": -0.9, "upper": -0.2})
    '95% interval: 0.20 to 0.90 lower'
    """
    low, high = (plain(abs(row[side]), 2) for side in ("lower", "upper"))
    if row["lower"] <= 0 <= row["upper"]:
        return f"95% interval: {low} lower to {high} higher"
    return (
        f"95% interval: {low} to {high} higher"
        if row["lower"] > 0
        else f"95% interval: {high} to {low} lower"
    )


def span_sentence(study: Caseloads) -> str:
    """Say what happened to the caseload over all years held, and which parts of it moved."""
    rows = _whole(study)
    if not rows:
        return f"{study.area_name} has too few years to say how its caseload has moved."
    total = rows["caseload"]
    moved = "fell" if total["contribution"] < 0 else "rose"
    parts = [_part(rows[part], words, unit) for part, words, unit in PARTS]
    sign = 1 if total["contribution"] > 0 else -1
    most = max((part for part, *_ in PARTS), key=lambda part: sign * rows[part]["contribution"])
    went = "up" if rows[most]["after"] > rows[most]["before"] else "down"
    return (
        f"Between {total['start']} and {total['end']} {possessive(study.area_name)} caseload {moved} from "
        f"{number(total['before'], 'cases')} to {number(total['after'], 'cases')} cases. Most of that is "
        f"{WENT[most, went]}. The parts: {'; '.join(parts)}."
    )


def _whole(study: Caseloads) -> dict[str, Row]:
    """Give the parts of the change over all years held, none where there are too few years."""
    columns = ("span", "part", "start", "end", "before", "after", "contribution")
    return {row["part"]: row for row in rows_of(study.decomposition, *columns) if row["span"] == "whole"}


PARTS = (
    ("cases", "cases held", "count"),
    ("workforce", "workforce", "fte"),
    ("share", "share of it holding cases", "percent"),
)
WENT = {
    ("cases", "up"): "more cases held",
    ("cases", "down"): "fewer cases held",
    ("workforce", "up"): "a larger workforce",
    ("workforce", "down"): "a smaller workforce",
    ("share", "up"): "a larger share of the workforce holding cases",
    ("share", "down"): "a smaller share of the workforce holding cases",
}


def _part(row: Row, words: str, unit: str) -> str:
    sign = "+" if row["contribution"] > 0 else ""
    return (
        f"{words} {number(row['before'], unit)} to {said(row['after'], unit)} "
        f"({sign}{plain(row['contribution'], 1)} cases)"
    )


def timing_sentence(study: Caseloads) -> str:
    """Say which of the two comes first, where that can be told."""
    rows = _at_offsets(study)
    after, before = rows["caseload", -1], rows["agency rate", -1]
    if pd.isna(after["estimate"]) or pd.isna(before["estimate"]):
        return "Which of the two comes first cannot be told yet: too few years are published."
    one = f"a year after an agency rate 10 percentage points higher, caseload was {_size(after)}"
    other = (
        f"a year after a caseload one case higher, the agency rate was {_size(before, 'percentage points')}"
    )
    told = {
        (True, False): "Agency share went before caseload, and not the other way round",
        (False, True): "Caseload went before agency share, and not the other way round",
        (True, True): "Each went before the other",
        (False, False): "Neither can be seen to come first",
    }[(_told(after), _told(before))]
    return f"{told}: across England {one}; {other}."


def _at_offsets(study: Caseloads) -> dict[tuple[str, int], Row]:
    rows = rows_of(study.timing, "outcome", "offset", *ESTIMATE)
    return {(row["outcome"], row["offset"]): row for row in rows}


def _told(row: Row) -> bool:
    """Say whether an estimate can be told from none."""
    return not row["lower"] <= 0 <= row["upper"]


def describe_trend(study: Caseloads) -> Passage:
    """Say how the two moved from the year before."""
    return Passage(
        (change_sentence(study, study.trend, AGENCY), change_sentence(study, study.trend, CASELOAD))
    )


def describe_scatter(study: Caseloads) -> Passage:
    """Say what one year's scatter shows, and what it cannot."""
    return Passage(
        (
            f"Each dot is an authority or a joint return on {study.period}. Those with much agency use "
            "differ from the others in many ways that are not in the picture, so it cannot show what goes "
            "with a change within one of them. The next exhibit compares each authority with itself.",
        )
    )


def describe_estimates(study: Caseloads) -> Passage:
    """Give the headline, how far the models agree, and what the interval leaves out."""
    rows = rows_by(study.estimates, "key", "model", "status", *ESTIMATE)
    headline = rows["within"]
    if pd.isna(headline["estimate"]):
        return Passage((f"No model can be fitted: {headline['status'].removeprefix('cannot be fitted: ')}.",))
    others = [
        row
        for key, row in rows.items()
        if pd.notna(row["estimate"]) and key not in ("within", "log", "leave_one_out")
    ]
    told = [row for row in others if row["lower"] > 0 or row["upper"] < 0]
    most = max(abs(headline["lower"]), abs(headline["upper"]))
    text = [
        "Comparing each authority with itself, with what all share in a year taken out, caseload in years of "
        f"10 percentage points more agency was {_size(headline)}. The interval leaves out any link stronger "
        f"than {plain(most, 2)} cases either way. In a usual year an authority's agency rate is "
        f"{plain(study.spread, 1)} percentage points from its own mean, so 10 is a large move.",
        f"Of the {len(others)} other models {len(told)} can be told from none"
        + (f": {listed([_lower(row['model']) for row in told])}." if told else "."),
    ]
    return Passage(tuple(text))


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def describe_timing(study: Caseloads) -> Passage:
    """Explain the placebo, and what it says here."""
    row = _at_offsets(study)["caseload", 1]
    text = [
        "The agency rate of a year after cannot have come before the caseload, so a link with it is a sign "
        "that caseload moves first, or that both follow something else.",
    ]
    if pd.notna(row["estimate"]):
        text.append(f"That placebo is {_size(row)}.")
    return Passage(tuple(text))


def describe_parts(study: Caseloads) -> Passage:
    """Say how the parts of a caseload move, since they may cancel."""
    rows = rows_by(study.parts, "part", *ESTIMATE)
    if any(pd.isna(row["estimate"]) for row in rows.values()):
        return Passage(("The parts of a caseload cannot be followed: too few years are published.",))
    moved = [
        f"{part} {plain(row['estimate'], 1)}% ({bare_span(row['lower'], row['upper'], 'percent')})"
        for part, row in ((part, rows[part]) for part in ("cases", "case holders", "workforce"))
    ]
    return Passage(
        (
            "A caseload is cases over case holders, and can stand still while both move. In years with 10 "
            f"percentage points more agency they differed by: {listed(moved)}; 95% intervals in brackets. "
            "Agency workers are themselves part of the workforce and of the case holders, so some of this is "
            "so by definition.",
        )
    )


def describe_decomposition(study: Caseloads) -> Passage:
    """Say how to read the parts, and the whole span."""
    if not _whole(study):
        return Passage((span_sentence(study),))
    return Passage(
        (
            span_sentence(study),
            "The three parts add up to the change exactly. They are arithmetic: they say what moved and not "
            "why it did.",
        )
    )


def describe_slopes(study: Caseloads) -> Passage:
    """Say whether authorities differ, and where the area lies among them."""
    known = [row for row in rows_of(study.slopes, "slope", "lower", "upper") if pd.notna(row["slope"])]
    if not known:
        return Passage(("Authorities' own slopes need more years than are published.",))
    told = [row for row in known if row["lower"] > 0 or row["upper"] < 0]
    text = [
        "An authority has too few years to show a link of its own with any certainty, so each slope is drawn "
        "towards the mean of all by as much as its years warrant.",
        "Authorities differ in this by more than chance would have them."
        if study.slopes_differ
        else "That authorities differ in this at all cannot be told from chance.",
        f"Of the {len(known)} slopes {len(told)} can be told from none.",
    ]
    own = _own_slope(study)
    if own is None or pd.isna(own["slope"]):
        text.append(f"{study.area_name} is not among them.")
    else:
        text.append(f"{possessive(study.area_name)}, from {_years(own['years'])}, is {_size(own)}.")
    return Passage(tuple(text))


def _years(count: int) -> str:
    return "1 year" if count == 1 else f"{count} years"


def describe_outcomes(study: Caseloads) -> Passage:
    """Say at which offsets re-referrals go with agency use, beside the placebos, and how many were tried."""
    columns = ("model", "offset", "placebo", *ESTIMATE)
    rows = [row for row in rows_of(study.outcomes, *columns) if pd.notna(row["estimate"])]
    text = [
        "The workforce is counted on 30 September and re-referrals over years to 31 March. Offset 1 is the "
        "year around that day; offsets 0 and −1 end before it, so a link there is a sign that something "
        "else is at work."
    ]
    if not rows:
        return Passage((*text, "Too few years are published to look for any."))
    for row in rows:
        if row["model"] == "unweighted" and _told(row):
            text.append(
                f"At offset {plain(row['offset'], 0)} the re-referral rate in years of 10 points more agency "
                f"was {_size(row, 'percentage points')}."
            )
    told = [row for row in rows if row["lower"] > 0 or row["upper"] < 0]
    count = sum(row["placebo"] for row in told)
    placebos = "1 of them a placebo" if count == 1 else f"{count} of them placebos"
    text.append(
        f"Of {len(rows)} estimates {len(told)} can be told from none, {placebos}; by chance "
        "alone about one in twenty would. They go together or not; none of this says why."
    )
    return Passage(tuple(text))


def flagged_sentences(study: Caseloads) -> tuple[str, ...]:
    """Say which years' figures ask to be looked at twice; nothing where none do."""
    flagged = [row for row in rows_of(study.quality, "period", "flag") if row["flag"] != ""]
    if not flagged:
        return ()
    years = listed([str(row["period"]) for row in flagged])
    # What was missing stands in brackets: a colon goes before the list as it is.
    flags = [re.sub(r": (.*)", r" (\1)", why) for row in flagged for why in row["flag"].split("; ")]
    whys = listed(list(dict.fromkeys(flags)))
    return (f"{possessive(study.area_name)} figures of {years} ask to be looked at twice: {whys}.",)


def describe_quality(study: Caseloads) -> Passage:
    """Say which of the area's figures to look at twice."""
    flagged = flagged_sentences(study)
    if not flagged:
        return Passage(
            (f"Nothing in {possessive(study.area_name)} figures of these years asks to be looked at twice.",)
        )
    hours = any("hours" in flag for flag in study.quality["flag"].tolist())
    untouched = "The estimate with agency rate by headcount, above, is not touched by missing hours."
    return Passage((*flagged, *([untouched] if hours else [])))
