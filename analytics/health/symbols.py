"""Which symbols stand in place of figures, and which areas have gaps in which years."""

from __future__ import annotations

from itertools import groupby

import pandas as pd

from analytics.figures import Figures
from analytics.health.answers import OK, TO_KNOW, Answer, Table, counted, shown, some, spans
from analytics.health.headline import HEADLINE, held, publication
from analytics.measures import STATUS_MEANINGS, dictionary, title_in_full
from analytics.sources.ees import SYMBOLS
from analytics.words import begun_small, listed

# A figure that rounds to zero is a figure; every other symbol stands where there is none.
GAPS = [symbol for symbol in SYMBOLS if symbol != "low"]


def symbols(figures: Figures) -> Answer:
    """Count every symbol, and say for each area which measures it has no figure of, and when."""
    rows = figures.table[figures.table["status"] != ""].astype({"area": str, "measure": str, "status": str})
    by_year = _by_year(rows)
    gaps = _gaps(figures, rows[rows["status"].isin(GAPS)])
    headline = _gaps(figures, rows[rows["status"].isin(GAPS) & rows["measure"].isin(HEADLINE)])
    headline = headline.sort_values("last", ascending=False, kind="stable", ignore_index=True)
    counts = {symbol: int((rows["status"] == symbol).sum()) for symbol in SYMBOLS}
    counts["areas"] = gaps["area"].nunique()
    return Answer(
        name="symbols",
        title="Where do symbols stand?",
        verdict=TO_KNOW if len(rows) else OK,
        sentences=_sentences(counts, headline),
        counts=counts,
        tables=(
            _table("symbols-headline", "Gaps in the headline rates, by area", headline, brief=True),
            _table("symbols-gaps", "Gaps in every measure, by area", gaps),
            Table(
                "symbols-years",
                "Symbols by measure and year",
                by_year,
                shown(by_year, {"title": "Measure", "period": "Year"} | {name: name for name in SYMBOLS}),
            ),
        ),
        notes=(
            f"Headline rates: {listed([begun_small(dictionary()[name].title) for name in HEADLINE])}.",
            "A figure that is missing is not zero. England's and a region's totals may rest on figures of an "
            "earlier year for these areas, so they are not the sum of the areas shown.",
        ),
    )


def _sentences(counts: dict[str, int], headline: pd.DataFrame) -> tuple[str, ...]:
    total = sum(counts[symbol] for symbol in SYMBOLS)
    if not total:
        return ("No symbol stands in place of a figure.",)
    each = [f"{counts[name]:,} {name} ({said})" for name, said in STATUS_MEANINGS.items() if counts.get(name)]
    return (
        f"{counted(total, 'symbol')}: {listed(each)}.",
        f"{counted(counts['areas'], 'area has', 'areas have')} a gap somewhere, "
        f"{headline['area'].nunique()} in a headline rate.",
    )


def _by_year(rows: pd.DataFrame) -> pd.DataFrame:
    """Count symbols: a row for each measure and year that has any."""
    counts = rows.groupby(["measure", "period", "status"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=SYMBOLS, fill_value=0).rename_axis(columns=None)
    counts = counts.reset_index()
    counts.insert(0, "title", [title_in_full(name) for name in counts["measure"]])
    return counts.sort_values(["title", "period"], ignore_index=True)


def _gaps(figures: Figures, rows: pd.DataFrame) -> pd.DataFrame:
    """Gather gaps: a row for each area, publication and set of years, with the measures that share it.

    Returns:
        `area, name, publication, years` (such as "x 2021 to 2022"), `last` (of these years), `measures`
        (keys, spaces between), `said` (the measures in words).
    """
    rows = rows.sort_values(["area", "measure", "period"])
    keys = zip(*(rows[name] for name in ("area", "measure", "period", "status")), strict=True)
    by_measure = [_gap(list(cells)) for _, cells in groupby(keys, key=lambda cell: cell[:2])]
    table = pd.DataFrame(by_measure, columns=["area", "measure", "years", "last"])
    table["publication"] = [publication(name) for name in table["measure"]]
    gathered = table.groupby(["area", "publication", "years", "last"], as_index=False)["measure"].agg(list)
    every = pd.Series([publication(name) for name in held(figures)]).value_counts()
    gathered["said"] = [
        _measures(names, every[key])
        for names, key in zip(gathered["measure"], gathered["publication"], strict=True)
    ]
    gathered["measures"] = [" ".join(names) for names in gathered.pop("measure")]
    gathered.insert(1, "name", gathered["area"].map(figures.register["name"]))
    return gathered.sort_values(["name", "publication", "years"], ignore_index=True)


def _gap(cells: list[tuple[str, str, int, str]]) -> tuple[str, str, str, int]:
    """Give an area, a measure, the years of its gap in words, and the last of these years."""
    runs = groupby(cells, key=lambda cell: cell[3])
    said = "; ".join(f"{symbol} {spans([cell[2] for cell in run])}" for symbol, run in runs)
    area, name, last, _ = cells[-1]
    return area, name, said, last


def _measures(names: list[str], every: int) -> str:
    """Name the measures of a gap, or say that they are all that the publication has."""
    if len(names) == every > 1:
        return f"all {every} measures of {dictionary()[names[0]].publication.title}"
    return some([title_in_full(name) for name in names], most=3)


def _table(name: str, caption: str, gaps: pd.DataFrame, brief: bool = False) -> Table:
    headings = {"name": "Area", "years": "Symbol and years", "said": "Measures"}
    return Table(name, caption, gaps, shown(gaps, headings), brief)
