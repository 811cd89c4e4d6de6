"""Which authorities report together, which came and went, and what that does to their first year."""

from __future__ import annotations

from datetime import date

import pandas as pd

from analytics.areas import first_years
from analytics.figures import Figures
from analytics.health.answers import OK, TO_KNOW, Answer, Table, counted, shown, spans
from analytics.health.headline import held, of_authorities
from analytics.measures import dictionary, title_in_full
from analytics.words import cell, day_in_words, listed


def boundaries(figures: Figures) -> Answer:
    """Lay out joint returns, reorganisations and the figures of authorities' first years."""
    joint, changed, first = _joint(figures), _changed(figures), _first(figures)
    counts = {"joint": len(joint), "abolished": len(changed), "first_year_figures": len(first)}
    return Answer(
        name="boundaries",
        title="Who reports together, and who is new?",
        verdict=TO_KNOW if sum(counts.values()) else OK,
        sentences=(
            f"{counted(len(joint), 'joint return')} and {counted(len(changed), 'authority', 'authorities')} "
            "abolished stand in the register.",
            f"{counted(len(first), 'rate is', 'rates are')} of a new authority's first year.",
        ),
        counts=counts,
        tables=(
            _table("boundaries-joint", "Authorities that report together", joint, JOINT),
            _table("boundaries-changed", "Authorities abolished, and what came after", changed, CHANGED),
            _table("boundaries-first", "Rates of a new authority's first year", first, FIRST, brief=True),
        ),
        notes=(
            "History does not follow a child to a new authority, so that re-referrals and repeat plans look "
            "few in its first year, and turnover covers part of a year. Comparisons leave these figures out.",
            "Earlier figures stand in front of a new authority's only where it has the footprint of the old "
            "one.",
        ),
    )


JOINT = {"name": "Joint return", "members": "Authorities", "publications": "One row in", "years": "Years"}
CHANGED = {"name": "Authority", "last_day": "Until", "successors": "After it", "earlier": "Earlier figures"}
FIRST = {
    "name": "Authority", "title": "Rate", "period": "First year", "figure": "Figure",
    "next": "The year after",
}  # fmt: skip


def _table(
    name: str, caption: str, rows: pd.DataFrame, headings: dict[str, str], brief: bool = False
) -> Table:
    return Table(name, caption, rows, shown(rows, headings), brief)


def _joint(figures: Figures) -> pd.DataFrame:
    """Give a row for each joint return, and the publications and years in which it has one row."""
    table = figures.table.astype({"area": str, "measure": str})
    rows = []
    for area in figures.areas.query("kind == 'joint'").to_dict("records"):
        own = table.loc[table["area"] == area["area"], ["measure", "period"]]
        titles = {dictionary()[name].publication.title for name in own["measure"].unique()}
        rows.append(
            {
                "area": area["area"],
                "name": area["name"],
                "members": listed([figures.name(member) for member in area["members"].split()]),
                "publications": "; ".join(sorted(titles)) or "no publication held",
                "years": spans(sorted(own["period"].unique().tolist())) or "none",
            }
        )
    return pd.DataFrame(rows, columns=["area", *JOINT])


def _changed(figures: Figures) -> pd.DataFrame:
    """Give a row for each authority abolished: its successors, and whether its figures are carried on."""
    gone = figures.areas.query("valid_to != ''").sort_values(["valid_to", "area"])
    heirs = figures.areas.query("continues != ''")
    rows = [
        {
            "area": area["area"],
            "name": area["name"],
            "last_day": day_in_words(date.fromisoformat(area["valid_to"])),
            "successors": listed([figures.name(key) for key in area["successor"].split()]),
            "earlier": "; ".join(
                f"in front of those of {name}"
                for name in heirs.loc[heirs["continues"] == area["area"], "name"]
            )
            or "stand alone",
        }
        for area in gone.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=["area", *CHANGED])


def _first(figures: Figures) -> pd.DataFrame:
    """Give the percentages of first years that need the year before, and those of the year after."""
    names = [name for name in held(figures) if dictionary()[name].needs_prior_year]
    names = [name for name in names if dictionary()[name].unit == "percent"]
    rows = of_authorities(figures, figures.table[figures.table["measure"].isin(names)])
    rows = rows.astype({"measure": str, "status": str})
    valid_from = rows["area"].map(figures.register["valid_from"])
    new = rows.assign(valid_from=valid_from)[valid_from != ""]
    ends = [
        dictionary()[name].publication.last_day(year)
        for name, year in zip(new["measure"], new["period"], strict=True)
    ]
    first = new[first_years(new["valid_from"], pd.Series(ends, new.index, dtype=str))]
    keys = ["area", "measure", "period"]
    after = rows.assign(period=rows["period"] - 1).set_index(keys)[["value", "status"]]
    table = first.join(after.add_suffix("_next"), on=keys)
    order, upward = ["valid_from", "area", "measure"], [False, True, True]
    table = table.sort_values(order, ascending=upward, ignore_index=True)
    return table.assign(
        name=table["area"].map(figures.register["name"]),
        title=[title_in_full(name) for name in table["measure"]],
        figure=_words(table["value"], table["status"]),
        next=_words(table["value_next"], table["status_next"].fillna("")),
    )


def _words(values: pd.Series, statuses: pd.Series) -> list[str]:
    return [cell(value, status, "percent") for value, status in zip(values, statuses, strict=True)]
