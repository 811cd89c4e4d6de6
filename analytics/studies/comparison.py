"""Where an area stands on one measure: its statistical neighbours, its region, England."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.areas import first_years
from analytics.errors import InputError
from analytics.exhibits import Caption, Finding
from analytics.figures import Figures
from analytics.measures import STATUS_MEANINGS, Measure, caption, measure
from analytics.studies.neighbours import FIRST_YEAR, in_words, pooled, with_interval

ENGLAND = "E92000001"
POSITION = [
    "comparator", "kind", "value", "lower", "upper", "numerator", "denominator",
    "areas_used", "areas_missing", "period", "measure", "status",
]  # fmt: skip


def check_request(figures: Figures, area: str, year: int | None, model: str, name: str) -> tuple[str, int]:
    """Find the authority and the year that a study is asked about; the year defaults to the latest.

    Raises:
        InputError: the area is not an authority, or was abolished or not yet there at the end of
            that year; the year is not published; the neighbour model does not exist.
    """
    key = figures.resolve(area)
    row = figures.register.loc[key]
    if row["kind"] == "joint":
        members = " or ".join(figures.name(member) for member in row["members"].split())
        raise InputError(f"area {area!r}: a paper is about one authority. Choose {members}.")
    if row["kind"] != "authority":
        raise InputError(f"area {area!r}: a paper is about an authority; {row['name']} is not one.")
    models = sorted(figures.neighbours["model"].unique())
    if model not in models:
        raise InputError(
            f"neighbour_model {model!r}: no such neighbour model is held. Choose {' or '.join(models)}."
        )
    year = figures.years(name)[-1] if year is None else year
    figures.check_year(name, year)
    year_end = measure(name).publication.last_day(year)
    if row["valid_to"] and row["valid_to"] < year_end:
        heirs = " or ".join(figures.name(heir) for heir in row["successor"].split())
        raise InputError(
            f"area {area!r}: {row['name']} was abolished on {in_words(row['valid_to'])}, "
            f"before {in_words(year_end)}. "
            f"Ask for {heirs}, or for an earlier year."
        )
    # A year before an authority began is answered where it continues another's figures.
    if row["valid_from"] > year_end and year not in set(own_rows(figures, key, name)["period"]):
        successors = figures.register["successor"]
        before = [figures.name(ended) for ended, heirs in successors.items() if key in heirs.split()]
        raise InputError(
            f"area {area!r}: {row['name']} began on {in_words(row['valid_from'])}, "
            f"after {in_words(year_end)}. Ask for {' or '.join(before)}, or for a later year."
        )
    return key, year


def own_rows(figures: Figures, area: str, name: str) -> pd.DataFrame:
    """Give an area's rates for every period held, with limits and a reason where one is missing."""
    entry, rates = measure(name), figures.rates(name)
    rows = rates[rates["area"] == figures.reporting_unit(area, name)].drop(columns="area")
    valid_from = pd.Series(figures.register.at[area, "valid_from"], index=rows.index)
    year_end = rows["period"].map(entry.publication.last_day)
    rows = with_interval(rows, entry)
    rows["first_year"] = first_years(valid_from, year_end) & entry.needs_prior_year
    rows.loc[rows["first_year"], "status"] = FIRST_YEAR
    return rows.reset_index(drop=True)


def position(
    figures: Figures, area: str, year: int, name: str, model: str, neighbours: pd.DataFrame
) -> pd.DataFrame:
    """Put an area beside its neighbours (pooled, mean, median), its region and England.

    `neighbours` is what `neighbour_rows` gives for the same area, measure and model.

    Values are in the measure's unit; limits are Wilson's at 95% for the area and the pooled
    neighbours where the figure is a proportion of people or events, and missing elsewhere.
    The mean and the median are of the neighbours' published figures. Region and England are
    as published, which is not the sum of the authorities.

    Returns:
        A row a comparator, with the columns of `POSITION`.
    """
    entry = measure(name)
    rows = pd.concat(
        [
            _one(own_rows(figures, area, name), year, figures.name(area), "area"),
            _neighbour_positions(neighbours, entry, year, model),
            _one(
                own_rows(figures, figures.register.at[area, "region"], name),
                year,
                _region(figures, area),
                "region",
            ),
            _one(own_rows(figures, ENGLAND, name), year, "England", "england"),
        ],
        ignore_index=True,
    )
    without = rows["kind"].isin(["region", "england"])
    rows.loc[without, ["lower", "upper"]] = np.nan
    rows = rows.assign(period=entry.period(year), measure=name)
    rows["areas_used"] = rows["areas_used"].astype("Int64")
    return rows[POSITION]


def _region(figures: Figures, area: str) -> str:
    return figures.name(figures.register.at[area, "region"])


def _one(rows: pd.DataFrame, year: int, comparator: str, kind: str) -> pd.DataFrame:
    """Give the row of one year; a row without a figure where none is held."""
    found = rows[rows["period"] == year]
    if found.empty:
        found = pd.DataFrame([{"value": np.nan, "status": "not published"}])
    used = int(found["value"].notna().iloc[0]) if kind == "area" else None
    return found.assign(comparator=comparator, kind=kind, areas_used=used, areas_missing="").reindex(
        columns=POSITION
    )


def _neighbour_positions(rows: pd.DataFrame, entry: Measure, year: int, model: str) -> pd.DataFrame:
    """Give the three rows of neighbours: pooled, mean and median."""
    sums = pooled(rows, entry)
    sums = sums[sums["period"] == year]
    if sums.empty:
        blank = {"areas_used": 0, "areas_missing": "", "status": f"no neighbours in the {model} model"}
        sums = pd.DataFrame([blank]).reindex(columns=sums.columns)
    sums = with_interval(sums.astype({"value": float, "denominator": float}), entry)
    alone = {"numerator": np.nan, "denominator": np.nan, "lower": np.nan, "upper": np.nan}
    return pd.concat(
        [
            sums.assign(comparator="Statistical neighbours, pooled", kind="neighbours_pooled"),
            sums.assign(
                comparator="Statistical neighbours, mean", kind="neighbours_mean", **alone, value=sums["mean"]
            ),
            sums.assign(
                comparator="Statistical neighbours, median",
                kind="neighbours_median",
                **alone,
                value=sums["median"],
            ),
        ]
    ).reindex(columns=POSITION)


def trend(figures: Figures, area: str, until: int, name: str, neighbours: pd.DataFrame) -> pd.DataFrame:
    """Follow an area, its pooled neighbours, its region and England over every year published.

    `neighbours` is what `neighbour_rows` gives for the same area and measure.

    Years that are not comparable (a new authority's first, fewer than seven neighbours) have
    no value and say why.

    Returns:
        `period, comparator, kind, measure, value, status, areas_used`, up to the year `until`.
    """
    entry = measure(name)
    own = own_rows(figures, area, name)
    own.loc[own["first_year"], ["value", "status"]] = [np.nan, "not comparable"]
    series = [
        own.assign(comparator=figures.name(area), kind="area"),
        pooled(neighbours, entry).assign(comparator="Statistical neighbours", kind="neighbours_pooled"),
        own_rows(figures, figures.register.at[area, "region"], name).assign(
            comparator=_region(figures, area), kind="region"
        ),
        own_rows(figures, ENGLAND, name).assign(comparator="England", kind="england"),
    ]
    columns = ["period", "comparator", "kind", "measure", "value", "status", "areas_used"]
    table = pd.concat([part.assign(measure=name).reindex(columns=columns) for part in series if len(part)])
    table["areas_used"] = table["areas_used"].astype("Int64")
    return table[table["period"] <= until].astype({"period": int, "value": float}).reset_index(drop=True)


def caption_for(
    figures: Figures, area: str, names: list[str], year: int, model: str, population: str
) -> Caption:
    """Write the caption that a study's exhibits share."""
    entries = [measure(name) for name in names]
    return caption(
        names,
        figures.name(area),
        f"statistical neighbours ({model} model), {_region(figures, area)} and England",
        population,
        "; ".join(dict.fromkeys(entry.period(year) for entry in entries)),
        figures.releases(),
    )


def data_notes(figures: Figures, area: str, names: list[str], year: int) -> tuple[str, ...]:
    """Say in words what a reader must know of how this area's figures were published.

    Joint returns, earlier figures of an abolished authority, years not published or not
    comparable, up to `year`.
    """
    notes: list[str] = []
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
