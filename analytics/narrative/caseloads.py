"""Sentences of the study of caseloads and agency share. None of them says that one moves the other."""

from __future__ import annotations

import re
from typing import Protocol

import pandas as pd

from analytics.exhibits import Passage
from analytics.narrative.common import Headed, change_sentence, comparators_sentence, own_sentence
from analytics.words import bare_span, listed, number, plain, possessive, said

CASELOAD, AGENCY, HEADCOUNT = "caseload_fte", "agency_rate_fte", "agency_rate_headcount"


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
    headline = study.estimates.set_index("key").loc["within"]
    if pd.isna(headline["estimate"]):
        return (
            "Whether high agency use and high caseloads go together cannot be told yet: too few years are "
            "published."
        )
    england = "across England, comparing each authority with itself over the years, "
    own = study.slopes[(study.slopes["kind"] == "area") & (study.slopes["years"] > 1)]
    if own.empty:
        return (
            f"{possessive(study.area_name)} own figures are too few or too small to answer from; {england}"
            f"caseload in years with an agency rate 10 percentage points higher was {_size(headline)}."
        )
    row = own.iloc[0].rename({"slope": "estimate"})
    begins = (
        f"In {study.area_name}, years with an agency rate 10 percentage points higher went with a caseload"
    )
    if not (_told(row) or _told(headline)):
        return f"{begins} {_apart(row)}; {england}{_apart(headline)}; neither can be told from none."
    return f"{begins} {_size(row)}; {england}{_size(headline)}."


def _apart(row: pd.Series, unit: str = "cases") -> str:
    """Say how much higher or lower, with the interval."""
    side = "higher" if row["estimate"] > 0 else "lower"
    return f"{plain(abs(row['estimate']), 2)} {unit} {side} ({_limits(row)})"


def _size(row: pd.Series, unit: str = "cases") -> str:
    """Say how much higher or lower, with the interval, and whether it can be told from none."""
    return _apart(row, unit) + ("" if _told(row) else ", which cannot be told from none")


def _limits(row: pd.Series) -> str:
    """Write an interval with its sides in words.

    >>> _limits(pd.Series({"lower": -1.514, "upper": 0.462}))
    '95% interval: 1.51 lower to 0.46 higher'
    >>> _limits(pd.Series({"lower": -0.9, "upper": -0.2}))
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
    rows = study.decomposition[study.decomposition["span"] == "whole"].set_index("part")
    if rows.empty:
        return f"{study.area_name} has too few years to say how its caseload has moved."
    total = rows.loc["caseload"]
    moved = "fell" if total["contribution"] < 0 else "rose"
    parts = [_part(rows.loc[part], words, unit) for part, words, unit in PARTS]
    along = rows.loc[[part for part, *_ in PARTS], "contribution"] * (1 if total["contribution"] > 0 else -1)
    most = str(along.idxmax())
    went = "up" if rows.at[most, "after"] > rows.at[most, "before"] else "down"
    return (
        f"Between {total['start']} and {total['end']} {possessive(study.area_name)} caseload {moved} from "
        f"{number(total['before'], 'cases')} to {number(total['after'], 'cases')} cases. Most of that is "
        f"{WENT[most, went]}. The parts: {'; '.join(parts)}."
    )


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


def _part(row: pd.Series, words: str, unit: str) -> str:
    sign = "+" if row["contribution"] > 0 else ""
    return (
        f"{words} {number(row['before'], unit)} to {said(row['after'], unit)} "
        f"({sign}{plain(row['contribution'], 1)} cases)"
    )


def timing_sentence(study: Caseloads) -> str:
    """Say which of the two comes first, where that can be told."""
    rows = study.timing.set_index(["outcome", "offset"])
    after, before = rows.loc[("caseload", -1)], rows.loc[("agency rate", -1)]
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


def _told(row: pd.Series) -> bool:
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
    rows = study.estimates.set_index("key")
    headline = rows.loc["within"]
    if pd.isna(headline["estimate"]):
        return Passage((f"No model can be fitted: {headline['status'].removeprefix('cannot be fitted: ')}.",))
    others = rows[rows["estimate"].notna() & ~rows.index.isin(["within", "log", "leave_one_out"])]
    told = others[(others["lower"] > 0) | (others["upper"] < 0)]
    most = max(abs(headline["lower"]), abs(headline["upper"]))
    text = [
        "Comparing each authority with itself, with what all share in a year taken out, caseload in years of "
        f"10 percentage points more agency was {_size(headline)}. The interval leaves out any link stronger "
        f"than {plain(most, 2)} cases either way. In a usual year an authority's agency rate is "
        f"{plain(study.spread, 1)} percentage points from its own mean, so 10 is a large move.",
        f"Of the {len(others)} other models {len(told)} can be told from none"
        + (f": {listed([_lower(name) for name in told['model']])}." if len(told) else "."),
    ]
    return Passage(tuple(text))


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]


def describe_timing(study: Caseloads) -> Passage:
    """Explain the placebo, and what it says here."""
    row = study.timing.set_index(["outcome", "offset"]).loc[("caseload", 1)]
    text = [
        "The agency rate of a year after cannot have come before the caseload, so a link with it is a sign "
        "that caseload moves first, or that both follow something else.",
    ]
    if pd.notna(row["estimate"]):
        text.append(f"That placebo is {_size(row)}.")
    return Passage(tuple(text))


def describe_parts(study: Caseloads) -> Passage:
    """Say how the parts of a caseload move, since they may cancel."""
    rows = study.parts.set_index("part")
    if rows["estimate"].isna().any():
        return Passage(("The parts of a caseload cannot be followed: too few years are published.",))
    moved = [
        f"{part} {plain(row['estimate'], 1)}% ({bare_span(row['lower'], row['upper'], 'percent')})"
        for part, row in rows.loc[["cases", "case holders", "workforce"]].iterrows()
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
    if study.decomposition[study.decomposition["span"] == "whole"].empty:
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
    known = study.slopes.dropna(subset=["slope"])
    if known.empty:
        return Passage(("Authorities' own slopes need more years than are published.",))
    told = known[(known["lower"] > 0) | (known["upper"] < 0)]
    text = [
        "An authority has too few years to show a link of its own with any certainty, so each slope is drawn "
        "towards the mean of all by as much as its years warrant.",
        "Authorities differ in this by more than chance would have them."
        if study.slopes_differ
        else "That authorities differ in this at all cannot be told from chance.",
        f"Of the {len(known)} slopes {len(told)} can be told from none.",
    ]
    own = known[known["kind"] == "area"]
    if own.empty:
        text.append(f"{study.area_name} is not among them.")
    else:
        row = own.iloc[0].rename({"slope": "estimate"})
        text.append(f"{possessive(study.area_name)}, from {_years(row['years'])}, is {_size(row)}.")
    return Passage(tuple(text))


def _years(count: int) -> str:
    return "1 year" if count == 1 else f"{count} years"


def describe_outcomes(study: Caseloads) -> Passage:
    """Say at which offsets re-referrals go with agency use, beside the placebos, and how many were tried."""
    rows = study.outcomes[study.outcomes["estimate"].notna()]
    text = [
        "The workforce is counted on 30 September and re-referrals over years to 31 March. Offset 1 is the "
        "year around that day; offsets 0 and −1 end before it, so a link there is a sign that something "
        "else is at work."
    ]
    if rows.empty:
        return Passage((*text, "Too few years are published to look for any."))
    plainest = rows[rows["model"] == "unweighted"]
    for _, row in plainest.iterrows():
        if _told(row):
            text.append(
                f"At offset {plain(row['offset'], 0)} the re-referral rate in years of 10 points more agency "
                f"was {_size(row, 'percentage points')}."
            )
    told = rows[(rows["lower"] > 0) | (rows["upper"] < 0)]
    count = int(told["placebo"].sum())
    placebos = "1 of them a placebo" if count == 1 else f"{count} of them placebos"
    text.append(
        f"Of {len(rows)} estimates {len(told)} can be told from none, {placebos}; by chance "
        "alone about one in twenty would. They go together or not; none of this says why."
    )
    return Passage(tuple(text))


def flagged_sentences(study: Caseloads) -> tuple[str, ...]:
    """Say which years' figures ask to be looked at twice; nothing where none do."""
    flagged = study.quality[study.quality["flag"] != ""]
    if flagged.empty:
        return ()
    years = listed([str(year) for year in flagged["period"]])
    # What was missing stands in brackets: a colon goes before the list as it is.
    flags = [re.sub(r": (.*)", r" (\1)", why) for flag in flagged["flag"] for why in flag.split("; ")]
    whys = listed(list(dict.fromkeys(flags)))
    return (f"{possessive(study.area_name)} figures of {years} ask to be looked at twice: {whys}.",)


def describe_quality(study: Caseloads) -> Passage:
    """Say which of the area's figures to look at twice."""
    flagged = flagged_sentences(study)
    if not flagged:
        return Passage(
            (f"Nothing in {possessive(study.area_name)} figures of these years asks to be looked at twice.",)
        )
    hours = study.quality["flag"].str.contains("hours").any()
    untouched = "The estimate with agency rate by headcount, above, is not touched by missing hours."
    return Passage((*flagged, *([untouched] if hours else [])))
