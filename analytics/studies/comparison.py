"""Where an area stands on one measure: its statistical neighbours, its region, England."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.errors import InputError
from analytics.exhibits import Caption, Finding
from analytics.figures import Figures
from analytics.measures import STATUS_MEANINGS, Measure, caption, measure
from analytics.methods.proportions import wilson
from analytics.studies.rates import (
    ENGLAND,
    FIRST_YEAR,
    in_words,
    own_rows,
    published_rates,
    rates_of_year,
)

POSITION = [
    "comparator", "kind", "value", "lower", "upper", "numerator", "denominator",
    "areas_used", "areas_missing", "period", "measure", "status",
]  # fmt: skip


def check_request(
    figures: Figures, areas: Sequence[str], year: int | None, model: str, name: str
) -> tuple[list[str], int]:
    """Find the authorities and the year that a study is asked about; the year defaults to the latest.

    Raises:
        InputError: an area is not an authority, or was abolished or not yet there at the end of
            that year; the year is not published; the neighbour model does not exist.
    """
    models = sorted(figures.neighbours["model"].unique())
    if model not in models:
        raise InputError(
            f"neighbour_model {model!r}: no such neighbour model is held. Choose {' or '.join(models)}."
        )
    year = figures.years(name)[-1] if year is None else year
    figures.check_year(name, year)
    return [_check_area(figures, area, year, name) for area in areas], year


def _check_area(figures: Figures, area: str, year: int, name: str) -> str:
    """Find an authority that can be asked about in a year."""
    key = figures.resolve(area)
    row = figures.register.loc[key]
    if row["kind"] == "joint":
        members = " or ".join(figures.name(member) for member in row["members"].split())
        raise InputError(f"area {area!r}: a paper is about one authority. Choose {members}.")
    if row["kind"] != "authority":
        raise InputError(f"area {area!r}: a paper is about an authority; {row['name']} is not one.")
    year_end = measure(name).publication.last_day(year)
    if row["valid_to"] and row["valid_to"] < year_end:
        heirs = " or ".join(figures.name(heir) for heir in row["successor"].split())
        raise InputError(
            f"area {area!r}: {row['name']} was abolished on {in_words(row['valid_to'])}, "
            f"before {in_words(year_end)}. "
            f"Ask for {heirs}, or for an earlier year."
        )
    # A year before an authority began is answered where it continues another's figures.
    if row["valid_from"] > year_end and not rates_of_year(figures, name, year).at[key, "held"]:
        successors = figures.register["successor"]
        before = [figures.name(ended) for ended, heirs in successors.items() if key in heirs.split()]
        raise InputError(
            f"area {area!r}: {row['name']} began on {in_words(row['valid_from'])}, "
            f"after {in_words(year_end)}. Ask for {' or '.join(before)}, or for a later year."
        )
    return key


def position(
    figures: Figures, subjects: Sequence[str], year: int, name: str, model: str, pools: pd.DataFrame
) -> pd.DataFrame:
    """Put each subject beside its neighbours (pooled, mean, median), its region and England.

    `pools` is what `neighbours.pooled` gives for the same subjects, measure and model.

    Values are in the measure's unit; limits are Wilson's at 95% for the area and the pooled
    neighbours where the figure is a proportion of people or events, and missing elsewhere.
    The mean and the median are of the neighbours' published figures. Region and England are
    as published, which is not the sum of the authorities.

    Returns:
        `subject` and the columns of `POSITION`: six rows a subject, the kinds in order.
    """
    entry = measure(name)
    places = figures.register.loc[list(subjects)]
    pool = pools[pools["period"] == year].set_index("subject").reindex(subjects)
    pool["areas_used"] = pool["areas_used"].fillna(0)
    pool["areas_missing"] = pool["areas_missing"].fillna("")
    pool["status"] = pool["status"].fillna(f"no neighbours in the {model} model")
    own = _published(figures, list(subjects), year, name)
    own["areas_used"] = own["value"].notna().astype(int)
    rows = [
        own.assign(comparator=places["name"].tolist(), kind="area"),
        _with_limits(pool, entry).assign(
            comparator="Statistical neighbours, pooled", kind="neighbours_pooled"
        ),
        *[
            pool[["areas_used", "areas_missing", "status"]].assign(
                value=pool[average],
                comparator=f"Statistical neighbours, {average}",
                kind=f"neighbours_{average}",
            )
            for average in ("mean", "median")
        ],
        _aggregate(figures, places["region"].tolist(), year, name).assign(kind="region"),
        _aggregate(figures, [ENGLAND] * len(places), year, name).assign(kind="england"),
    ]
    every = pd.concat([part.assign(subject=list(subjects)) for part in rows], ignore_index=True)
    every = every.assign(period=entry.period(year), measure=name)
    every["areas_missing"] = every["areas_missing"].fillna("")
    every["areas_used"] = every["areas_used"].astype("Int64")
    return every.reindex(columns=["subject", *POSITION])


def _published(figures: Figures, areas: list[str], year: int, name: str) -> pd.DataFrame:
    """Give the areas' figures of one year in order, with a reason where there is none."""
    rows = rates_of_year(figures, name, year).loc[areas].reset_index(drop=True)
    rows["status"] = rows["status"].mask(rows["first_year"], FIRST_YEAR).mask(~rows["held"], "not published")
    return rows


def _aggregate(figures: Figures, areas: list[str], year: int, name: str) -> pd.DataFrame:
    """Give a region's or England's figures: as published, and so without limits."""
    rows = _published(figures, areas, year, name)
    return rows.assign(comparator=rows["name"], lower=np.nan, upper=np.nan)


def _with_limits(pool: pd.DataFrame, entry: Measure) -> pd.DataFrame:
    pool = pool.assign(lower=np.nan, upper=np.nan)
    if entry.interval == "wilson":
        limits = wilson(pool["numerator"], pool["denominator"])
        pool = pool.assign(lower=limits.lower * entry.scale, upper=limits.upper * entry.scale)
    return pool


TREND = ["subject", "period", "comparator", "kind", "measure", "value", "status", "areas_used"]


def trend(
    figures: Figures, subjects: Sequence[str], until: int, name: str, pools: pd.DataFrame,
    average: str = "pooled",
) -> pd.DataFrame:  # fmt: skip
    """Follow each subject, its neighbours, its region and England over every year published.

    `pools` is what `pooled_neighbours` gives for the same subjects and measure; `average` says
    which of "pooled", "mean" and "median" stands for the neighbours.

    Years that are not comparable (a new authority's first, fewer than seven neighbours) have
    no value and say why.

    Returns:
        The columns of `TREND`, up to the year `until`; kinds `area`, the neighbours' average,
        `neighbours_lowest`, `neighbours_highest`, `region` and `england`.
    """
    regions = figures.register.loc[list(subjects), "region"].tolist()
    parts = [
        *area_and_england(figures, subjects, name),
        *neighbour_lines(pools, name, average),
        _held(figures, subjects, regions, name).assign(kind="region", measure=name),
    ]
    return lines(parts, until, ["area", f"neighbours_{average}", *SPREAD, "region", "england"])


def area_and_england(figures: Figures, subjects: Sequence[str], name: str) -> list[pd.DataFrame]:
    """Give the lines of each subject and of England; a first year that is not comparable has no value."""
    own = _held(figures, subjects, list(subjects), name).assign(kind="area", measure=name)
    own.loc[own["first_year"], ["value", "status"]] = [np.nan, "not comparable"]
    england = _held(figures, subjects, [ENGLAND] * len(subjects), name)
    return [own, england.assign(kind="england", measure=name)]


def neighbour_lines(pools: pd.DataFrame, name: str, average: str = "pooled") -> list[pd.DataFrame]:
    """Give the lines of the neighbours' average, of the lowest and of the highest of them."""
    column = "value" if average == "pooled" else average
    sources = {f"neighbours_{average}": (column, f"Statistical neighbours, {average}")} | SPREAD
    return [
        pools.assign(value=pools[source], comparator=label, kind=kind, measure=name)
        for kind, (source, label) in sources.items()
    ]


SPREAD = {
    "neighbours_lowest": ("lowest", "Lowest neighbour"),
    "neighbours_highest": ("highest", "Highest neighbour"),
}


def lines(parts: list[pd.DataFrame], until: int, kinds: Sequence[str]) -> pd.DataFrame:
    """Lay lines below each other, kinds in the order given, up to a year; other kinds are left out."""
    table = pd.concat([part.reindex(columns=TREND) for part in parts if len(part)], ignore_index=True)
    table = table[(table["period"] <= until) & table["kind"].isin(kinds)]
    table = table.astype({"period": int, "value": float, "areas_used": "Int64"})
    order = table["kind"].map({kind: place for place, kind in enumerate(kinds)})
    return table.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def _held(figures: Figures, subjects: Sequence[str], areas: list[str], name: str) -> pd.DataFrame:
    """Give every published row of the area that goes with each subject."""
    if len(subjects) == 1:
        rows = own_rows(figures, areas[0], name).assign(subject=subjects[0])
    else:
        pairs = pd.DataFrame({"subject": list(subjects), "area": areas})
        rows = pairs.merge(published_rates(figures, name), left_on="area", right_index=True)
    return rows.assign(comparator=rows["name"])


def caption_for(
    figures: Figures, area: str, names: list[str], year: int, model: str, population: str
) -> Caption:
    """Write the caption that a study's exhibits share."""
    entries = [measure(name) for name in names]
    region = figures.name(figures.register.at[area, "region"])
    return caption(
        names,
        figures.name(area),
        f"statistical neighbours ({model} model), {region} and England",
        population,
        "; ".join(dict.fromkeys(entry.period(year) for entry in entries)),
        figures.releases,
    )


def data_notes(figures: Figures, area: str, names: list[str], year: int, model: str) -> tuple[str, ...]:
    """Say in words what a reader must know of how this area's figures were published.

    Joint returns, earlier figures of an abolished authority, years not published or not
    comparable, up to `year`; a neighbour model that is newer than the year.
    """
    notes: list[str] = []
    if int(model) > year:
        notes.append(
            f"The {model} neighbour model is newer than the figures of {year}: at the time, similar "
            "authorities were chosen by an earlier one."
        )
    for name in names:
        entry, unit = measure(name), figures.reporting_unit(area, name)
        if unit != area:
            notes.append(
                f"{entry.publication.title}: published for {figures.name(unit).replace(' / ', ' and ')} "
                "together."
            )
        for earlier in figures.register.at[unit, "continues"].split():
            until = figures.register.at[earlier, "valid_to"][:4]
            notes.append(
                f"{entry.publication.title}: figures to {until} are those of {figures.name(earlier)}, "
                "the same places."
            )
        own = own_rows(figures, area, name)
        own = own[own["period"] <= year]
        for period, status in own.loc[own["status"] != "", ["period", "status"]].to_numpy():
            notes.append(f"{entry.short}, {entry.period(period)}: {STATUS_MEANINGS.get(status, status)}.")
    return tuple(dict.fromkeys(notes))


def missing_hours(figures: Figures, area: str, year: int) -> str:
    """Warn where the hours of many agency workers were not recorded, so that FTE counts too few.

    The rule is METHODS.md B5: ten agency workers or more, and less than 0.6 FTE for each.
    Nothing where the figures give no reason to warn.
    """
    unit = figures.reporting_unit(area, "agency_fte")
    held = figures.wide.reindex([(unit, year)])[["agency_fte", "agency_headcount", "agency_rate_headcount"]]
    fte, people, rate = held.iloc[0]
    if not (people >= 10 and fte / people < 0.6):
        return ""
    return (
        f"Only {fte:,.1f} FTE were recorded for {people:,.0f} agency workers, so hours are missing and the "
        f"agency rate by FTE is too low; counted as people it is {rate:.1f}%."
    )


def position_findings(position: pd.DataFrame) -> tuple[Finding, ...]:
    """Name the numbers of a position: each value, and its limits where it has them."""
    found = []
    for row in position.to_dict("records"):
        unit = measure(row["measure"]).unit
        for part, suffix in (("value", ""), ("lower", "_lower"), ("upper", "_upper")):
            if pd.notna(row[part]):
                found.append(Finding(f"{row['kind']}_{row['measure']}{suffix}", float(row[part]), unit))
    return tuple(found)
