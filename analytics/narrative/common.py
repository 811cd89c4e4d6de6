"""Sentences that every paper needs: its head, where the area stands, whose figures they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from analytics.exhibits import Finding, FrontMatter, Passage
from analytics.measures import Measure, measure, publications
from analytics.narrative.rows import Row, alike, rows_of
from analytics.words import listed, number, points, reason, said, span

DETAILS = {
    "board": "Board",
    "meeting_date": "Meeting date",
    "agenda_number": "Agenda item",
    "report_from": "Report from",
    "contact_officer": "Contact officer",
    "purpose": "Purpose",
}


class Headed(Protocol):
    """What a study tells of itself."""

    name: str
    question: str
    area_name: str
    slug: str
    year: int
    period: str
    subtitle: str
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    position: pd.DataFrame
    neighbours: pd.DataFrame
    neighbour_model: str
    options: tuple[tuple[str, str], ...]
    data_sha256: str


def front_matter(study: Headed, title: str = "", **details: str) -> FrontMatter:
    """Head the paper: its question (or the title given), the area and period, what was given.

    `details` are any of `board, meeting_date, agenda_number, report_from, contact_officer, purpose`; an
    empty one is left out.

    Raises:
        KeyError: a detail of another name.
    """
    return FrontMatter(
        title=title or study.question,
        subtitle=study.subtitle,
        study=study.name,
        area=study.area_name,
        slug=study.slug,
        year=study.year,
        region=_region(study),
        reference=_reference(details.get("agenda_number", ""), details.get("meeting_date", "")),
        options=study.options,
        details=tuple((DETAILS[key], text) for key, text in details.items() if text),
        findings=study.findings,
        data_sha256=study.data_sha256,
    )


def _region(study: Headed) -> str:
    regions = study.position.loc[study.position["kind"] == "region", "comparator"]
    return "" if regions.empty else str(regions.iloc[0])


def _reference(agenda_number: str, meeting_date: str) -> str:
    """Say which item of which meeting a paper is, for the foot of its pages."""
    item = f"Agenda item {agenda_number}" if agenda_number else ""
    return ", ".join(text for text in (item, meeting_date) if text)


def describe_request(study: Headed, recommendation: str = "") -> Passage:
    """Say what the board is asked to do: what its officers recommend, or else to note what follows."""
    noted = (
        f"The board is asked to note where {study.area_name} stood {_when_standing(study)}, how sure one "
        "can be of it, and what the figures cannot show."
    )
    return Passage((recommendation.strip() or noted,))


def _when_standing(study: Headed) -> str:
    return f"in the {study.period}" if study.period.startswith("year") else f"on {study.period}"


def when(entry: Measure, year: int) -> str:
    """Say when, to begin a sentence: "On 30 September 2025" or "In the year to 31 March 2025"."""
    return f"On {entry.period(year)}" if entry.timing == "at" else f"In the {entry.period(year)}"


def of_measure(position: pd.DataFrame, name: str, *columns: str) -> dict[str, Row]:
    """Give some columns of a position's rows of one measure, by kind."""
    rows = rows_of(position, "measure", "kind", *columns)
    return {row["kind"]: row for row in rows if row["measure"] == name}


def own_sentence(study: Headed, name: str) -> str:
    """State the area's figure with its parts and its interval, or why there is none."""
    columns = ("value", "lower", "upper", "numerator", "denominator", "status")
    entry, row = measure(name), of_measure(study.position, name, *columns)["area"]
    if pd.isna(row["value"]):
        return (
            f"{when(entry, study.year)} no {entry.short.lower()} was published for {study.area_name}: "
            f"{reason(row['status'])}."
        )
    text = (
        f"{when(entry, study.year)} the {entry.short.lower()} in {study.area_name} was "
        f"{said(row['value'], entry.unit)}"
    )
    if entry.interval and pd.notna(row["lower"]):
        text += (
            f" ({row['numerator']:,.0f} of {row['denominator']:,.0f}); the 95% interval, which allows for "
            f"chance, is {span(row['lower'], row['upper'], entry.unit)}"
        )
    if row["status"] == "low":
        text += f", which {reason('low')}"
    elif row["status"]:
        text += f". It is the {row['status']}"
    return f"{text}."


def comparators_sentence(study: Headed, name: str, average: str = "pooled") -> str:
    """Put the neighbours, the region and England beside the area, or say why one is missing."""
    entry, rows = measure(name), of_measure(study.position, name, "comparator", "value", "areas_used")
    pool = rows[f"neighbours_{average}"]
    others = [
        f"{row['comparator']} {number(row['value'], entry.unit)}"
        for row in (rows["region"], rows["england"])
        if pd.notna(row["value"])
    ]
    if pd.isna(pool["value"]):
        return " ".join(
            [neighbours_sentence(study, [name]), f"By comparison: {listed(others)}." if others else ""]
        ).strip()
    used, every = int(pool["areas_used"]), _neighbours(study, name)
    whose = (
        f"its {used} statistical neighbours"
        if used == every
        else f"{used} of its {every} statistical neighbours"
    )
    figure = number(pool["value"], entry.unit)
    together = (
        f"{whose} taken together {figure}" if average == "pooled" else f"the {average} of {whose} {figure}"
    )
    return f"By comparison: {listed([together, *others])}."


def _neighbours(study: Headed, name: str) -> int:
    return sum(each == name for each in study.neighbours["measure"].tolist())


def neighbours_sentence(study: Headed, names: Sequence[str]) -> str:
    """Say how many neighbours can be used, name the others with the reason, refuse below seven.

    `names` are measures for which the same neighbours can be used.
    """
    pool = of_measure(study.position, names[0], "value", "areas_used", "areas_missing")["neighbours_pooled"]
    every = _neighbours(study, names[0])
    if not every:
        return (
            f"The {study.neighbour_model} neighbour model gives {study.area_name} no statistical "
            "neighbours, so no comparison with similar authorities is made."
        )
    used, what = int(pool["areas_used"]), listed([f"the {measure(name).short.lower()}" for name in names])
    if pool["areas_missing"]:
        text = (
            f"{used} of the {every} statistical neighbours can be used for {what}; not used: "
            f"{pool['areas_missing']}."
        )
    else:
        text = f"All {used} statistical neighbours can be used for {what}."
    if pd.isna(pool["value"]):
        text += " Fewer than seven are too few, so no comparison with similar authorities is made."
    return text


def change_sentence(study: Headed, trend: pd.DataFrame, name: str) -> str:
    """Compare the area's figure with that of the year before, or say why not."""
    entry = measure(name)
    rows = rows_of(trend, "kind", "measure", "period", "value")
    own = {row["period"]: row["value"] for row in rows if (row["kind"], row["measure"]) == ("area", name)}
    before, now = own.get(study.year - 1), own.get(study.year)
    if before is None or now is None or pd.isna(before) or pd.isna(now):
        return (
            f"The {entry.short.lower()} cannot be compared with the year before: one of the two is not "
            "published or not comparable."
        )
    change = now - before
    if round(change, 1) == 0:
        return f"The {entry.short.lower()} is the same as the year before."
    size = points(abs(change)) if entry.unit == "percent" else number(abs(change), entry.unit)
    return (
        f"The {entry.short.lower()} {'rose' if change > 0 else 'fell'} by {size} on the year before, from "
        f"{number(before, entry.unit)} to {number(now, entry.unit)}."
    )


def describe_position(study: Headed) -> Passage:
    """Say which neighbours are behind the table, and how they are averaged."""
    rows = rows_of(study.position, "kind", "measure", "areas_used", "areas_missing")
    pools = [row for row in rows if row["kind"] == "neighbours_pooled"]
    named = [
        [row["measure"] for row in each] for each in alike(pools, "areas_used", "areas_missing").values()
    ]
    text = list(dict.fromkeys(neighbours_sentence(study, names) for names in named))
    text.append(
        "Pooled means that the neighbours' figures are added up before the rate is taken, so that a large "
        "authority counts for more; the mean and the median count each authority once. Region and England "
        "are as published, which may include estimates for an authority whose own figure is not."
    )
    return Passage(tuple(text))


def describe_sources(study: Headed, measures: Sequence[str] = ()) -> Passage:
    """Define the measures, name their publications, and give the notes on this area's figures."""
    names = list(dict.fromkeys([*study.position["measure"], *measures]))
    entries = [measure(name) for name in names]
    text = [f"{entry.title}: {entry.definition}" for entry in entries]
    text += [f"Source: {each.publisher}, {each.title}, {each.address}." for each in publications(names)]
    text.append(
        f"Statistical neighbours are those of the {study.neighbour_model} model, used for every year shown. "
        "Authorities may revise earlier years in a later release; the newest is used."
    )
    text += study.notes or (
        f"No figure of {study.area_name} shown here is missing or has a symbol in its place.",
    )
    return Passage(tuple(text), kind="notes")
