"""For how many of an authority's ten statistical neighbours there is a figure to compare with."""

from __future__ import annotations

import pandas as pd

from analytics.figures import Figures
from analytics.health.answers import OK, TO_KNOW, Answer, Table, shown
from analytics.health.headline import HEADLINE, held
from analytics.measures import dictionary, title_in_full
from analytics.studies.neighbours import ENOUGH, MOST, neighbour_rows
from analytics.words import listed

FEW = 8
"""Fewer usable neighbours than this, and an authority is named."""
FEWEST = {
    "title": "Rate", "period": "Year", "model": "Model", "name": "Authority", "usable": "Usable of ten",
    "missing": "Not usable",
}  # fmt: skip
YEARS = {
    "title": "Rate", "model": "Model", "period": "Year", "authorities": "Authorities",
    "all_ten": "With all ten", "few": f"Fewer than {FEW}", "too_few": f"Fewer than {ENOUGH}",
}  # fmt: skip


def comparable(figures: Figures) -> Answer:
    """Count, for each headline rate, year, model and authority, the neighbours that can be used."""
    models = sorted(figures.neighbours["model"].unique().tolist())
    names = [name for name in HEADLINE if name in held(figures)]
    parts = [_usable(figures, name, model) for name in names for model in models]
    columns = ["measure", "model", "subject", "period", "usable", "missing"]
    usable = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    few = _few(figures, usable)
    by_year = _by_year(usable)
    counts = {
        "comparisons": len(usable),
        "all_ten": int((usable["usable"] == MOST).sum()),
        "few": len(few),
        "too_few": int((few["usable"] < ENOUGH).sum()),
    }
    return Answer(
        name="neighbours",
        title="Are there neighbours to compare with?",
        verdict=TO_KNOW if len(few) or not len(usable) else OK,
        sentences=_sentences(counts, few),
        counts=counts,
        tables=(
            Table(
                "neighbours-few",
                f"Authorities with fewer than {FEW} usable neighbours",
                few,
                shown(few, FEWEST),
                brief=True,
            ),
            Table(
                "neighbours-years",
                "Authorities by how many of their neighbours can be used",
                by_year,
                shown(by_year, YEARS),
            ),
        ),
        notes=(
            "A neighbour cannot be used where its figure was not published, in a new authority's first year, "
            "and in the same return as the authority or a nearer neighbour.",
            f"With fewer than {ENOUGH} no comparison is made.",
        ),
    )


def _sentences(counts: dict[str, int], few: pd.DataFrame) -> tuple[str, ...]:
    if not counts["comparisons"]:
        return ("No headline rate is held, or no model of neighbours: nothing can be compared.",)
    said = (
        f"In {counts['all_ten']:,} of {counts['comparisons']:,} comparisons (an authority, a headline rate, "
        "a year, a model) all ten neighbours can be used.",
    )
    if not counts["few"]:
        return said
    newest = few[few["period"] == few["period"].max()]
    return (
        *said,
        f"In {counts['few']:,} fewer than {FEW} can; in {counts['too_few']:,} of these fewer than {ENOUGH}, "
        f"and no comparison is made. The newest are of {newest['period'].iloc[0]}: "
        f"{listed(sorted(newest['name'].unique()))}.",
    )


def _usable(figures: Figures, name: str, model: str) -> pd.DataFrame:
    """Count the usable neighbours of every authority of a model, in the years in which it existed.

    Returns:
        `subject, period, usable, missing, measure, model`; `missing` names the others, and says why, where
        fewer than eight are usable.
    """
    areas = figures.neighbours.loc[figures.neighbours["model"] == model, "area"].unique().tolist()
    rows = neighbour_rows(figures, areas, name, model)
    last_day = dictionary()[name].publication.last_day
    day = rows["period"].map({year: last_day(year) for year in rows["period"].unique()})
    start, end = (rows["subject"].map(figures.register[column]) for column in ("valid_from", "valid_to"))
    rows = rows[(start <= day) & ((end == "") | (day <= end))]
    keys = ["subject", "period"]
    table = rows.groupby(keys, as_index=False)["used"].sum().rename(columns={"used": "usable"})
    # Only of those that will be named: to write texts takes longest of all.
    few = rows[~rows["used"]].merge(table[table["usable"] < FEW], on=keys)
    said = (few["name"] + " (" + few["reason"] + ")").groupby([few[key] for key in keys]).agg("; ".join)
    table = table.join(said.rename("missing"), on=keys).fillna({"missing": ""})
    return table.assign(measure=name, model=model)


def _few(figures: Figures, usable: pd.DataFrame) -> pd.DataFrame:
    few = usable[usable["usable"] < FEW]
    few = few.assign(
        name=few["subject"].map(figures.register["name"]),
        title=[title_in_full(name) for name in few["measure"]],
    )
    order = ["period", "title", "model", "name"]
    return few.sort_values(order, ascending=[False, True, True, True], ignore_index=True)


def _by_year(usable: pd.DataFrame) -> pd.DataFrame:
    """Count authorities: a row for each headline rate, model and year."""
    marked = usable.assign(
        authorities=1,
        all_ten=usable["usable"] == MOST,
        few=usable["usable"] < FEW,
        too_few=usable["usable"] < ENOUGH,
    )
    counts = ["authorities", "all_ten", "few", "too_few"]
    table = marked.groupby(["measure", "model", "period"], as_index=False, sort=False)[counts].sum()
    return table.assign(title=[title_in_full(name) for name in table["measure"]])
