"""What a person chose to look at, and the figures that it comes to: a choice in, a tidy table out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from analytics.areas import first_years
from analytics.errors import InputError, closest
from analytics.figures import Figures
from analytics.measures import Described, dictionary, neighbour_models
from analytics.studies.rates import ENGLAND, FIRST_YEAR

COMPARATORS = ("neighbours", "region", "england")
MOST_OTHERS = 6
MEDIAN = "median of neighbours"


@dataclass(frozen=True)
class Choice:
    """What is looked at: one measure of one area in some years, and what it is set beside.

    `area` and `others` are what a person types; `first` and `last` are years, none for the first
    and the last held; `comparators` are any of `COMPARATORS`; `model` is a neighbour model.
    """

    area: str = "Bury"
    measure: str = "agency_rate_fte"
    first: int | None = None
    last: int | None = None
    comparators: tuple[str, ...] = COMPARATORS
    others: tuple[str, ...] = ()
    model: str = "2025"


def look_up(figures: Figures, measure: str) -> Described:
    """Say what a measure is.

    Raises:
        InputError: no such measure is held; the message names the nearest.
    """
    known = figures.measures
    if measure not in known.index:
        raise InputError(
            f"measure {measure!r}: no such measure is held. Nearest: {closest(measure, known.index)}."
        )
    return Described(name=measure, **known.loc[measure].to_dict())


def check(figures: Figures, choice: Choice) -> None:
    """Refuse what can only be chosen from a list; areas, which are typed, are for `settle`.

    Raises:
        InputError: the measure, a comparator or the model is not known.
    """
    look_up(figures, choice.measure)
    lists = (
        (choice.comparators, COMPARATORS, "comparators"),
        ((choice.model,), tuple(neighbour_models()), "model"),
    )
    for given, known, what in lists:
        for one in given:
            if one not in known:
                raise InputError(f"{what} {one!r}: not known. Choose of: {', '.join(known)}.")


def settle(figures: Figures, choice: Choice) -> Choice:
    """Put keys in the place of names, and years in that of none; a name given twice stands once.

    Years outside those held are brought in, and two given the wrong way round are turned.

    Raises:
        InputError: an area, the measure, a comparator or the model is not known, or more others
            are named than a chart has room for.
    """
    check(figures, choice)
    area = figures.resolve(choice.area)
    others = [key for key in dict.fromkeys(map(figures.resolve, choice.others)) if key != area]
    if len(others) > MOST_OTHERS:
        raise InputError(
            f"others: {len(others)} are named, and a chart has room for {MOST_OTHERS}. Name fewer."
        )
    held = figures.years(choice.measure)
    given = (
        held[0] if choice.first is None else choice.first,
        held[-1] if choice.last is None else choice.last,
    )
    first, last = (min(max(year, held[0]), held[-1]) for year in sorted(given))
    return replace(choice, area=area, others=tuple(others), first=first, last=last)


def compared(figures: Figures, choice: Choice) -> dict[str, list[str]]:
    """Give the keys of the area and of what it is set beside, by the part that each plays.

    Args:
        figures: the processed tables.
        choice: settled (`settle`).

    Returns:
        `area`, and those of `neighbour` (nearest first), `region`, `england` and `other` that there are;
        `neighbour` is empty where the model gives the area none.
    """
    known = figures.neighbours
    near = known[(known["model"] == choice.model) & (known["area"] == choice.area)].sort_values("rank")
    asked = {
        "area": [choice.area],
        "neighbour": near["neighbour"].astype(str).tolist() if "neighbours" in choice.comparators else [],
        "region": [str(figures.register.at[choice.area, "region"])] if "region" in choice.comparators else [],
        "england": [ENGLAND] if "england" in choice.comparators else [],
        "other": list(choice.others),
    }
    beside = {
        role: [key for key in keys if key and (role == "area" or key != choice.area)]
        for role, keys in asked.items()
    }
    return {
        role: keys
        for role, keys in beside.items()
        if keys or (role == "neighbour" and "neighbours" in choice.comparators)
    }


def choose(figures: Figures, choice: Choice) -> pd.DataFrame:
    """Give the figures that a settled choice comes to.

    A figure that was not published stays missing, with its symbol. An authority in a joint return
    has the figure of the return, and among area and neighbours that counts once. A figure of a new
    authority's first year, where the measure needs the year before, says so and is left out of the
    median.

    Returns:
        `area, name, period, measure, value, status, release, published_for, role, with_figure, of`:
        a row an area and year; then, `role` being `median`, the median of the neighbours with a
        figure, how many have one, and of how many. The last two columns are there where neighbours are.
    """
    parts = compared(figures, choice)
    rows = pd.concat(
        [figures.select(keys, choice.measure).assign(role=role) for role, keys in parts.items() if keys],
        ignore_index=True,
    )
    rows = rows[rows["period"].between(choice.first, choice.last)]
    new = new_authorities(figures, choice)
    if new:
        is_new = (rows["period"] == rows["area"].map(new)) & (rows["status"] == "")
        rows["status"] = rows["status"].mask(is_new, FIRST_YEAR)
    if not parts.get("neighbour"):
        return rows.reset_index(drop=True)
    unit = rows["published_for"]
    if copied(figures, choice.measure):
        unit = rows["area"].map(figures.joint_returns).fillna(unit)
    again = rows["role"].isin(["area", "neighbour"]) & rows.assign(unit=unit).duplicated(["period", "unit"])
    rows = rows[~again]
    return pd.concat([rows, _medians(rows, len(parts["neighbour"]))], ignore_index=True)


def new_authorities(figures: Figures, choice: Choice) -> dict[str, int]:
    """Map each area chosen to its first year, if that is chosen and the measure needs the year before."""
    entry = dictionary().get(choice.measure)
    if entry is None or not entry.needs_prior_year:
        return {}
    keys = [key for part in compared(figures, choice).values() for key in part]
    began = figures.register.loc[list(dict.fromkeys(keys)), "valid_from"]
    began = began[began != ""]
    years = [year for year in figures.years(choice.measure) if _between(year, choice)]
    ends = {year: entry.publication.last_day(year) for year in years}
    return {
        str(key): year
        for year, end in ends.items()
        for key in began.index[first_years(began, pd.Series(end, index=began.index))]
    }


def _between(year: int, choice: Choice) -> bool:
    return (choice.first or year) <= year <= (choice.last or year)


def copied(figures: Figures, measure: str) -> bool:
    """Say whether a measure has the figure of each joint return under every member, as if each had its own.

    The Local Authority Interactive Tool writes them so (METHODS.md B1), and does not say so. It is seen
    by this, that where one member has a figure the other mostly has one too, and always the same.
    """
    rows = figures.of_measure(measure)
    members = figures.joint_returns
    rows = rows[rows["area"].isin(list(members))]
    wide = rows.assign(joint=rows["area"].astype(str).map(members), area=rows["area"].astype(str))
    wide = wide.pivot(index=["joint", "period"], columns="area", values="value")
    wide = wide.dropna(how="all")
    both = wide[wide.count(axis=1) > 1]
    # A pair of small figures may be alike by chance, and alone in being published.
    mostly = len(both) > 1 and len(both) >= 0.75 * len(wide)
    return mostly and bool((both.max(axis=1) == both.min(axis=1)).all())


def _medians(rows: pd.DataFrame, neighbours: int) -> pd.DataFrame:
    """Give the neighbours' median of each year, as rows to stand beneath theirs."""
    near = rows[(rows["role"] == "neighbour") & (rows["status"] != FIRST_YEAR)]
    by_year = near.groupby(["period", "measure"], as_index=False).agg(
        value=("value", "median"), release=("release", "max"), with_figure=("value", "count")
    )
    return by_year.assign(area="", name=MEDIAN, status="", published_for="", role="median", of=neighbours)


def names_of(figures: Figures, parts: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """Give the names of what is compared, by the part that each plays."""
    return {role: tuple(map(figures.name, keys)) for role, keys in parts.items()}
