"""How many of the areas that existed have a figure, a symbol, or no row at all."""

from __future__ import annotations

import pandas as pd

from analytics.areas import joint_returns
from analytics.figures import Figures
from analytics.health.answers import OK, WRONG, Answer, Table, counted, shown, some
from analytics.health.headline import held, publication
from analytics.measures import dictionary, published_by, title_in_full
from analytics.sources.geography import Atlas, atlas

FIGURE, SYMBOL, NO_ROW, STRANGE = "figures", "symbols", "no_row", "not_expected"


def coverage(figures: Figures) -> Answer:
    """Hold every measure and year held against the areas that existed on the year's last day."""
    cells = _cells(figures)
    by_year, by_area = _count(cells, ["measure", "period"]), _count(cells, ["area"])
    by_area.insert(1, "name", by_area["area"].map(figures.register["name"]))
    counts = {state: int(by_year[state].sum()) for state in (FIGURE, SYMBOL, NO_ROW, STRANGE)}
    counts["expected"] = int(by_year["expected"].sum())
    absent = by_area[by_area[NO_ROW] + by_area[STRANGE] > 0]
    gaps = by_area[by_area[FIGURE] < by_area["expected"]]
    gaps = gaps.sort_values([NO_ROW, SYMBOL, "name"], ascending=[False, False, True], ignore_index=True)
    return Answer(
        name="coverage",
        title="Does every area have a row?",
        verdict=WRONG if counts[NO_ROW] or counts[STRANGE] or not counts["expected"] else OK,
        sentences=tuple(_sentences(counts, absent["name"].tolist())),
        counts=counts,
        tables=(*_by_publication(by_year), _areas_with_gaps(gaps)),
        notes=(
            "Expected are the areas that the register has on the last day of the year: authorities, regions, "
            "England. Those that report together count once where a publication has one row for them.",
            "“All” means that every area expected has a figure; otherwise it says how many of how many have.",
        ),
    )


def _sentences(counts: dict[str, int], absent: list[str]) -> list[str]:
    if not counts["expected"]:
        return ["No figure is held."]
    share = 100 * counts[FIGURE] / counts["expected"]
    said = [
        f"{counts[FIGURE]:,} of {counts['expected']:,} figures expected are there ({share:.1f}%); "
        f"{counts[SYMBOL]:,} have a symbol in their place."
    ]
    if counts[NO_ROW]:
        said.append(f"{counts[NO_ROW]:,} have no row at all: {some(absent)}.")
    if counts[STRANGE]:
        said.append(
            f"{counted(counts[STRANGE], 'row is', 'rows are')} for an area that did not exist then, or has "
            f"no row of its own: {some(absent)}."
        )
    if not counts[NO_ROW] and not counts[STRANGE]:
        said.append("No row is missing, and none is too many.")
    return said


def _cells(figures: Figures) -> pd.DataFrame:
    """List each cell expected or held, `measure, period, area`, and its state."""
    known, table = atlas(figures.areas), figures.table.astype({"area": str, "measure": str})
    joints = set(joint_returns(figures.areas).values())
    of_joints = set(table.loc[table["area"].isin(joints), "measure"].unique())
    joint = {publication(name) for name in of_joints}
    spans = table.groupby("measure")["period"].agg(["min", "max"])
    parts = []
    for name in held(figures):
        first, last = (int(year) for year in spans.loc[name])
        cells = _expected(known, publication(name), range(first, last + 1), publication(name) in joint)
        parts.append(cells.assign(measure=name))
    columns = ["measure", "period", "area"]
    expected = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    rows = table[[*columns, "value"]].assign(held=True)
    cells = expected.merge(rows, on=columns, how="outer", indicator=True)
    state = cells["value"].notna().map({True: FIGURE, False: SYMBOL}).mask(cells["held"].isna(), NO_ROW)
    return cells[columns].assign(state=state.mask(cells["_merge"] == "right_only", STRANGE))


def _expected(known: Atlas, key: str, years: range, joint: bool) -> pd.DataFrame:
    """List the areas that a publication has in each year: `period, area`."""
    last_day = published_by()[key].last_day
    cells = [(year, area) for year in years for area in sorted(known.existing(last_day(year), joint))]
    return pd.DataFrame(cells, columns=["period", "area"])


def _count(cells: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Count the cells of each state, and those that were expected."""
    states = [FIGURE, SYMBOL, NO_ROW, STRANGE]
    counts = cells.groupby([*keys, "state"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=states, fill_value=0)
    return counts.assign(expected=counts[states[:3]].sum(axis=1)).rename_axis(columns=None).reset_index()


def _by_publication(by_year: pd.DataFrame) -> list[Table]:
    """Give a table for each publication: a measure a row, a year a column."""
    keys = by_year["measure"].map(publication)
    return [
        Table(
            name=f"coverage-{about.key}",
            caption=f"{about.title}: areas with a figure, of those expected",
            rows=by_year[keys == about.key].reset_index(drop=True),
            shown=_grid(by_year[keys == about.key]),
        )
        for about in published_by().values()
        if (keys == about.key).any()
    ]


def _grid(rows: pd.DataFrame) -> pd.DataFrame:
    said = rows[FIGURE].astype(str) + "/" + rows["expected"].astype(str)
    rows = rows.assign(said=said.mask(rows[FIGURE] == rows["expected"], "all"))
    wide = rows.pivot(index="measure", columns="period", values="said").fillna("no data")
    order = [name for name in dictionary() if name in wide.index]
    wide = wide.loc[order].rename(index=title_in_full, columns=str)
    return wide.rename_axis("Measure", axis=0).rename_axis(None, axis=1).reset_index()


def _areas_with_gaps(gaps: pd.DataFrame) -> Table:
    headings = {
        "name": "Area", "expected": "Expected", FIGURE: "Figures", SYMBOL: "Symbols", NO_ROW: "No row",
    }  # fmt: skip
    caption = "Areas without some of their figures, all measures and years together, most first"
    return Table("coverage-areas", caption, gaps, shown(gaps, headings), brief=True)
