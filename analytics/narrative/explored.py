"""What is said above a chart that a person made: the figure, which way it went, what stands beside it.

Nothing here is a test: a difference may be chance, and no sentence says that it is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analytics.exhibits import Passage
from analytics.measures import STATUS_MEANINGS, Described
from analytics.narrative.rows import Row, rows_of
from analytics.words import figure, listed, possessive, reason, spoken

BETTER = {
    "low": "On this measure a lower figure is better.",
    "high": "On this measure a higher figure is better.",
}
NEITHER = "Neither a high nor a low figure is better in itself."
SIZE = "A total depends on the size of an area: it is not set beside those of larger ones."
CHANCE = "A change or a difference may be no more than chance: nothing here tests that."
WIDER = ("region", "england")

Names = Mapping[str, Sequence[str]]


def describe_explored(
    table: pd.DataFrame, names: Names, entry: Described, model: str, enough: int
) -> Passage:
    """Say the area's latest figure, its direction, and where it stands.

    Args:
        table: as `explorer.chosen.choose` gives it.
        names: the names of what is compared, by role.
        entry: the measure.
        model: the neighbour model, such as "2025".
        enough: how many neighbours the papers ask for before they compare.
    """
    area = names["area"][0]
    own = _rows(table, "area")
    known = [row for row in own if pd.notna(row["value"])]
    if not known:
        return Passage((_nothing(area, own, entry), *_polarity(entry)))
    said = [_latest(area, own, known, entry)]
    missing = _missing_since(area, own, int(table["period"].max()))
    said += [missing] if missing else []
    if "neighbour" in names:
        said.append(_beside_neighbours(table, area, known[-1], len(names["neighbour"]), entry, model, enough))
    said += _beside_others(table, names, known[-1], entry)
    total = [SIZE] if entry.is_total and any(role in names for role in WIDER) else []
    return Passage((*said, *total, *_polarity(entry)))


def _rows(table: pd.DataFrame, role: str, *more: str) -> list[Row]:
    rows = table[table["role"] == role].sort_values("period", kind="stable")
    return rows_of(rows, "name", "period", "value", "status", *more)


def _why(status: object) -> str:
    """Say in a clause why there is no figure."""
    if str(status) == "u":
        return "it is of low reliability"
    said = reason(str(status))
    return "none was published" if said == "not published" else f"it is {said}"


def _comparable(row: Row) -> bool:
    """Say whether a figure can be set beside others: a status in words, not a symbol, says why it cannot."""
    return not row["status"] or row["status"] in STATUS_MEANINGS


def _nothing(area: str, own: list[Row], entry: Described) -> str:
    reasons = listed(list(dict.fromkeys(_why(row["status"]) for row in own))) or _why("")
    return f"{entry.title}: there is no figure for {spoken(area)} in these years, because {reasons}."


def _polarity(entry: Described) -> tuple[str, ...]:
    return (BETTER.get(entry.polarity, NEITHER),)


def _latest(area: str, own: list[Row], known: list[Row], entry: Described) -> str:
    """State the latest figure beside the one before it."""
    last = known[-1]
    said = f"{entry.title}: {possessive(area)} figure was {figure(last['value'], entry)} in {last['period']}"
    if not _comparable(last):
        return f"{said} ({last['status']})."
    if last["status"] == "low":
        said = f"{said}, which rounds to zero but is not zero"
    earlier = [row for row in known[:-1] if _comparable(row)]
    if not earlier:
        return f"{said}; there is no earlier one here to compare it with."
    before = earlier[-1]
    way = _compare(last["value"], before["value"], entry, ("up from", "down from", "the same as"))
    then = "" if way == "the same as" else f" {figure(before['value'], entry)}"
    gap = ", the last that it can be compared with" if before["period"] < last["period"] - 1 else ""
    return f"{said}, {way}{then} in {before['period']}{gap}."


def _missing_since(area: str, own: list[Row], year: int) -> str:
    """Say why there is no figure for the last year, where there is none."""
    of_year = [row for row in own if row["period"] == year]
    if of_year and pd.notna(of_year[0]["value"]):
        return ""
    why = _why(of_year[0]["status"]) if of_year else _why("")
    return f"There is no figure for {spoken(area)} in {year}, because {why}."


def _compare(value: float, other: float, entry: Described, words: tuple[str, str, str]) -> str:
    """Choose the word for higher, lower or the same, as the figures are printed."""
    here, there = (round(each, entry.decimals) for each in (value, other))
    return words[0] if here > there else words[1] if here < there else words[2]


def _beside_neighbours(
    table: pd.DataFrame, area: str, last: Row, of: int, entry: Described, model: str, enough: int
) -> str:
    """State the neighbours' median, and how many of those with a figure are above and below."""
    year = last["period"]
    if not of:
        return f"The model of {model} gives {spoken(area)} no statistical neighbours."
    medians = [row for row in _rows(table, "median", "with_figure") if row["period"] == year]
    if not medians or not medians[0]["with_figure"]:
        return f"None of its {of} statistical neighbours has a figure of its own for {year}."
    count = int(medians[0]["with_figure"])
    few = f", fewer than the {enough} that the papers ask for," if count < enough else ""
    near = [row for row in _rows(table, "neighbour") if row["period"] == year and pd.notna(row["value"])]
    near = [row for row in near if _comparable(row)]
    words = [
        _compare(row["value"], last["value"], entry, ("above it", "below it", "the same")) for row in near
    ]
    places = [
        f"{words.count(word)} {_are(words.count(word))} {word}" for word in dict.fromkeys(sorted(words))
    ]
    return (
        f"The median of its statistical neighbours (model of {model}) was "
        f"{figure(medians[0]['value'], entry)}, from the {count} of {of}{few} with a figure for {year}: "
        f"{listed(places)}."
    )


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _beside_others(table: pd.DataFrame, names: Names, last: Row, entry: Described) -> list[str]:
    """State the figures of region, England and the others named in the same year, and say which have none."""
    there, none = [], []
    for role in (*WIDER, "other"):
        rows = {row["name"]: row for row in _rows(table, role) if row["period"] == last["period"]}
        for name in names.get(role, ()):
            row = rows.get(name)
            if row is None or pd.isna(row["value"]):
                none.append(f"{spoken(name)} ({_why('' if row is None else row['status'])})")
                continue
            way = _compare(row["value"], last["value"], entry, ("higher", "lower", "the same"))
            sized = entry.is_total and role in WIDER
            there.append(f"{spoken(name)} {figure(row['value'], entry)}{'' if sized else f' ({way})'}")
    said = [f"In the same year: {listed(there)}."] if there else []
    return said + ([f"No figure for {last['period']}: {listed(none)}."] if none else [])


def note_explored(table: pd.DataFrame, names: Names, entry: Described) -> tuple[str, ...]:
    """Note what a reader of the chart or the table must know: returns, gaps, what was left out."""
    return (*_joint(table, names), *_without(table, names), CHANCE)


def _joint(table: pd.DataFrame, names: Names) -> list[str]:
    """Name whose figures are published for another area too, and neighbours that this leaves without one."""
    known = table[(table["published_for"] != table["name"]) & (table["published_for"] != "")]
    said = [
        f"Figures of {spoken(str(name))} for {_years(rows['period'])} are those published for {published}."
        for (name, published), rows in known.groupby(["name", "published_for"], sort=False)
    ]
    there = set(table.loc[table["role"] == "neighbour", "name"])
    lost = [spoken(name) for name in names.get("neighbour", ()) if name not in there]
    return said + (
        [f"Neighbours without a figure of their own in these years: {listed(lost)}."] if lost else []
    )


def _without(table: pd.DataFrame, names: Names) -> list[str]:
    """Name comparators that have no figure in any of the years."""
    known = table[table["value"].notna()]
    return [
        f"{spoken(name)} has no figure in these years."
        for role in (*WIDER, "other")
        for name in names.get(role, ())
        if name not in set(known.loc[known["role"] == role, "name"])
    ]


def _years(periods: pd.Series) -> str:
    first, last = periods.min(), periods.max()
    return str(first) if first == last else f"{first} to {last}"
