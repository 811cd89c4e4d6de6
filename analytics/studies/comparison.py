"""Where an area stands on one measure: its statistical neighbours, its region, England."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
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
    entry, many = measure(name), len(subjects)
    regions = [figures.register.at[each, "region"] for each in subjects]
    published = _published(figures, [*subjects, *regions, *[ENGLAND] * many], year, name)
    own, wider = published.iloc[:many], published.iloc[many:]
    pool = pools[pools["period"] == year].set_index("subject").reindex(subjects)
    none, lower, upper = np.full(many, np.nan), *_limits(pool, entry)
    columns = {
        "value": [own["value"], pool["value"], pool["mean"], pool["median"], wider["value"]],
        "lower": [own["lower"], lower, *[none] * 4],
        "upper": [own["upper"], upper, *[none] * 4],
        "numerator": [own["numerator"], pool["numerator"], none, none, wider["numerator"]],
        "denominator": [own["denominator"], pool["denominator"], none, none, wider["denominator"]],
        "areas_used": [own["value"].notna(), *[pool["areas_used"].fillna(0)] * 3, none, none],
    }
    status = pool["status"].fillna(f"no neighbours in the {model} model").tolist()
    table = pd.DataFrame(
        {name: np.concatenate(parts).astype(float) for name, parts in columns.items()}
        | {
            "subject": [*subjects] * len(KINDS),
            "comparator": [
                *[figures.name(each) for each in subjects],
                *[label for label in AVERAGED for _ in subjects],
                *wider["name"],
            ],
            "kind": [kind for kind in KINDS for _ in subjects],
            "areas_missing": [
                *[""] * many, *pool["areas_missing"].fillna("").tolist() * 3, *[""] * 2 * many
            ],
            "period": entry.period(year),
            "measure": name,
            "status": [*own["status"], *status * 3, *wider["status"]],
        }
    )  # fmt: skip
    table["areas_used"] = table["areas_used"].astype("Int64")
    return table[["subject", *POSITION]]


KINDS = ("area", "neighbours_pooled", "neighbours_mean", "neighbours_median", "region", "england")
AVERAGED = [f"Statistical neighbours, {average}" for average in ("pooled", "mean", "median")]


def _published(figures: Figures, areas: list[str], year: int, name: str) -> pd.DataFrame:
    """Give the areas' figures of one year in order, with a reason where there is none."""
    rows = rates_of_year(figures, name, year).loc[areas].reset_index(drop=True)
    rows["status"] = rows["status"].mask(rows["first_year"], FIRST_YEAR).mask(~rows["held"], "not published")
    return rows


def _limits(pool: pd.DataFrame, entry: Measure) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Give the limits of pooled neighbours, missing where the measure has none."""
    if entry.interval != "wilson":
        return np.full(len(pool), np.nan), np.full(len(pool), np.nan)
    limits = wilson(pool["numerator"], pool["denominator"])
    return limits.lower * entry.scale, limits.upper * entry.scale


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
    regions = [figures.register.at[each, "region"] for each in subjects]
    parts = [
        *area_and_england(figures, subjects, name),
        *neighbour_lines(pools, average),
        Line("region", _held(figures, subjects, regions, name)),
    ]
    return lines(parts, name, until, ["area", f"neighbours_{average}", *SPREAD, "region", "england"])


@dataclass(frozen=True)
class Line:
    """The lines of one kind, a subject's after another's: `rows` have `subject, period, status`.

    `value` is the column of what is drawn, `label` who it is of, the rows' `name` where empty.
    """

    kind: str
    rows: pd.DataFrame
    value: str = "value"
    label: str = ""


def area_and_england(figures: Figures, subjects: Sequence[str], name: str) -> list[Line]:
    """Give the lines of each subject and of England; a first year that is not comparable has no value."""
    own = _held(figures, subjects, list(subjects), name)
    if own["first_year"].any():
        own.loc[own["first_year"], ["value", "status"]] = [np.nan, "not comparable"]
    return [Line("area", own), Line("england", _held(figures, subjects, [ENGLAND] * len(subjects), name))]


def neighbour_lines(pools: pd.DataFrame, average: str = "pooled") -> list[Line]:
    """Give the lines of the neighbours' average, of the lowest and of the highest of them."""
    column = "value" if average == "pooled" else average
    sources = {f"neighbours_{average}": (column, f"Statistical neighbours, {average}")} | SPREAD
    return [Line(kind, pools, source, label) for kind, (source, label) in sources.items()]


SPREAD = {
    "neighbours_lowest": ("lowest", "Lowest neighbour"),
    "neighbours_highest": ("highest", "Highest neighbour"),
}


def lines(parts: Sequence[Line], name: str, until: int, kinds: Sequence[str]) -> pd.DataFrame:
    """Lay lines of a measure below each other, up to a year: the kinds that are given, in that order."""
    chosen = [_columns(part, name, until) for kind in kinds for part in parts if part.kind == kind]
    table = {column: np.concatenate([part[column] for part in chosen]) for column in TREND}
    # Said outright, so that a table without rows has the same types as any other.
    types = {"period": "int64", "value": "float64", "areas_used": "Int64"}
    return pd.DataFrame(
        {column: pd.array(values, dtype=types.get(column, "str")) for column, values in table.items()}
    )


def _columns(part: Line, name: str, until: int) -> dict[str, npt.NDArray[Any]]:
    """Give the columns of `TREND` of one kind of line, up to a year."""
    rows = part.rows[part.rows["period"] <= until]
    none = np.full(len(rows), np.nan)
    return {
        "subject": rows["subject"].to_numpy(object),
        "period": rows["period"].to_numpy(int),
        "comparator": np.full(len(rows), part.label, object) if part.label else rows["name"].to_numpy(object),
        "kind": np.full(len(rows), part.kind, object),
        "measure": np.full(len(rows), name, object),
        "value": rows[part.value].to_numpy(float),
        "status": rows["status"].to_numpy(object),
        "areas_used": rows["areas_used"].to_numpy(float) if "areas_used" in rows else none,
    }


def _held(figures: Figures, subjects: Sequence[str], areas: list[str], name: str) -> pd.DataFrame:
    """Give every published row of the area that goes with each subject."""
    if len(subjects) == 1:
        return own_rows(figures, areas[0], name).assign(subject=subjects[0])
    pairs = pd.DataFrame({"subject": list(subjects), "area": areas})
    return pairs.merge(published_rates(figures, name), left_on="area", right_index=True)


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
        notes += [
            f"{entry.short}, {entry.period(period)}: {STATUS_MEANINGS.get(status, status)}."
            for period, status in zip(own["period"].tolist(), own["status"].tolist(), strict=True)
            if status and period <= year
        ]
    return tuple(dict.fromkeys(notes))


def missing_hours(figures: Figures, area: str, year: int) -> str:
    """Warn where the hours of many agency workers were not recorded, so that FTE counts too few.

    The rule is METHODS.md B5: ten agency workers or more, and less than 0.6 FTE for each.
    Nothing where the figures give no reason to warn.
    """
    unit = figures.reporting_unit(area, "agency_fte")
    if (unit, year) not in figures.wide.index:
        return ""
    names = ("agency_fte", "agency_headcount", "agency_rate_headcount")
    fte, people, rate = (figures.wide.at[(unit, year), name] for name in names)
    if not (people >= 10 and fte / people < 0.6):
        return ""
    return (
        f"Only {fte:,.1f} FTE were recorded for {people:,.0f} agency workers, so hours are missing and the "
        f"agency rate by FTE is too low; counted as people it is {rate:.1f}%."
    )


def position_findings(position: pd.DataFrame) -> tuple[Finding, ...]:
    """Name the numbers of a position: each value, and its limits where it has them."""
    parts = {"value": "", "lower": "_lower", "upper": "_upper"}
    columns = [position[name].tolist() for name in ("kind", "measure", *parts)]
    return tuple(
        Finding(f"{kind}_{name}{suffix}", value, measure(name).unit)
        for kind, name, *values in zip(*columns, strict=True)
        for value, suffix in zip(values, parts.values(), strict=True)
        if not np.isnan(value)
    )
