"""Statistical neighbours: whose figures can be used, and what they come to together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.figures import Figures
from analytics.measures import Measure, measure
from analytics.studies.rates import FIRST_YEAR, rates_to_compare

ENOUGH = 7
"""Fewer usable neighbours than this (METHODS.md C), and no comparison with them is made."""

MOST = 10
"""Neighbours that a model gives an authority."""

NEIGHBOURS = [
    "subject", "period", "rank", "area", "name", "closeness", "value", "lower", "upper",
    "numerator", "denominator", "status", "used", "reason",
]  # fmt: skip
POOLED = [
    "subject", "period", "value", "mean", "median", "lowest", "highest", "numerator", "denominator",
    "areas_used", "areas_missing", "status",
]  # fmt: skip


def neighbour_rows(figures: Figures, subjects: Sequence[str], name: str, model: str) -> pd.DataFrame:
    """Give each subject's statistical neighbours in order, and whether each figure can be used.

    A neighbour is left out, with the reason, when its figure was not published, when it is in the
    same return as the subject or as a nearer neighbour, and in a new authority's first year where
    the measure needs the year before.

    Args:
        figures: the processed tables.
        subjects: keys of the authorities whose neighbours are wanted.
        name: the measure.
        model: the neighbour model.

    Returns:
        The columns of `NEIGHBOURS`: a row a subject, period and neighbour; no row where the model
        gives a subject no neighbours.
    """
    return of_subjects(_every_neighbour(figures, name, model), subjects)


def pooled_neighbours(figures: Figures, subjects: Sequence[str], name: str, model: str) -> pd.DataFrame:
    """Give what `pooled` gives of the subjects' neighbours, in every period held."""
    return of_subjects(_every_pool(figures, name, model), subjects)


def of_subjects(table: pd.DataFrame, subjects: Sequence[str]) -> pd.DataFrame:
    """Give the rows of some subjects of a table whose index is `subject`, as a column again."""
    if len(subjects) == 1:
        return (
            table.loc[list(subjects)].reset_index()
            if subjects[0] in table.index
            else table.head(0).reset_index()
        )
    return table[table.index.isin(subjects)].reset_index()


# Every area's at once takes little more than one area's, and every study asks again.
@lru_cache(maxsize=64)
def _every_neighbour(figures: Figures, name: str, model: str) -> pd.DataFrame:
    """Give the neighbours of every authority, index `subject`."""
    known = figures.neighbours
    chosen = known[known["model"] == model].drop(columns="model")
    chosen = chosen.rename(columns={"area": "subject", "neighbour": "area"})
    chosen = chosen.astype({"subject": str, "area": str}).sort_values(["subject", "rank"])
    rates = rates_to_compare(figures, name)
    units = rates["unit"].groupby(level="area", sort=False).first()
    chosen["same_return"] = _same_return(chosen, units, figures.register["name"])
    table = chosen.merge(pd.DataFrame({"period": figures.years(name)}), how="cross").merge(
        rates.drop(columns=["kind", "region", "unit", "held", "first_year"]),
        left_on=["area", "period"],
        right_index=True,
        how="left",
    )
    shared = table["same_return"] != ""
    table["reason"] = table["reason"].mask(shared, "in the same return as " + table["same_return"])
    table["used"] = table["reason"] == ""
    return table[NEIGHBOURS].sort_values(["subject", "period", "rank"]).set_index("subject")


@lru_cache(maxsize=64)
def _every_pool(figures: Figures, name: str, model: str) -> pd.DataFrame:
    """Pool the neighbours of every authority, index `subject`."""
    rows = _every_neighbour(figures, name, model).reset_index()
    return pooled(rows, measure(name)).set_index("subject")


def _same_return(chosen: pd.DataFrame, units: pd.Series, names: pd.Series) -> pd.Series:
    """Name, for each neighbour, the subject or the nearer neighbour that is in the same return."""
    unit = chosen["area"].map(units)
    with_subject = unit == chosen["subject"].map(units)
    nearer = chosen["area"].groupby([chosen["subject"], unit]).transform("first")
    same = chosen["subject"].where(with_subject, nearer).map(names)
    return same.where(with_subject | (nearer != chosen["area"]), "")


def with_new_authorities(rows: pd.DataFrame) -> pd.DataFrame:
    """Take authorities in their first year among the usable, as the national tools do."""
    return rows.assign(used=rows["used"] | is_new(rows))


def is_new(rows: pd.DataFrame) -> pd.Series:
    """Say which rows are left out only because the authority was in its first year."""
    return (rows["reason"] == FIRST_YEAR) & rows["denominator"].gt(0) & rows["value"].notna()


def pooled(rows: pd.DataFrame, entry: Measure) -> pd.DataFrame:
    """Pool the usable neighbours of each subject and period: summed numerators over denominators.

    Returns:
        The columns of `POOLED`: `value` is the pooled rate, `mean`, `median`, `lowest` and
        `highest` are of the neighbours' published figures; they are missing, and `status` says
        so, where fewer than seven can be used. `areas_missing` names the others and says why.
    """
    keys = ["subject", "period"]
    every = rows[keys].drop_duplicates()
    used = rows[rows["used"]].groupby(keys, sort=False)
    table = used[["numerator", "denominator"]].sum()
    table["value"] = entry.scale * table["numerator"] / table["denominator"].where(table["denominator"] > 0)
    of_figures = {"mean": "mean", "median": "median", "lowest": "min", "highest": "max"}
    table = table.join(used["value"].agg(list(of_figures.values())).set_axis(list(of_figures), axis=1))
    table["areas_used"] = used.size()
    table = every.merge(table, left_on=keys, right_index=True, how="left")
    table["areas_used"] = table["areas_used"].fillna(0).astype(int)
    said = _left_out(rows)
    table["areas_missing"] = ["; ".join(said[key]) for key in zip(*(table[key] for key in keys), strict=True)]
    few = table["areas_used"] < ENOUGH
    figures_of = ["value", *of_figures, "numerator", "denominator"]
    table[figures_of] = table[figures_of].astype(float).mask(few)
    table["status"] = np.where(few, f"fewer than {ENOUGH} usable", "")
    return table[POOLED].reset_index(drop=True)


def _left_out(rows: pd.DataFrame) -> dict[tuple[str, int], list[str]]:
    """Name, for each subject and period, the neighbours that cannot be used, and why."""
    rows = rows[~rows["used"]]
    said: dict[tuple[str, int], list[str]] = defaultdict(list)
    columns = (rows[name].tolist() for name in ("subject", "period", "name", "reason"))
    for subject, period, name, reason in zip(*columns, strict=True):
        said[subject, period].append(f"{name} ({reason})")
    return said


def side_by_side(
    rows: pd.DataFrame, subjects: Sequence[str], columns: Sequence[str]
) -> dict[str, npt.NDArray[np.float64]]:
    """Lay usable neighbours' figures of one period out: for each column, a row a subject.

    A place is missing where there is no neighbour, or one that cannot be used.
    """
    used = rows[rows["used"]]
    row = pd.Index(subjects).get_indexer(used["subject"])
    place = used["rank"].to_numpy() - 1
    laid = {name: np.full((len(subjects), MOST), np.nan) for name in columns}
    for name, grid in laid.items():
        grid[row[row >= 0], place[row >= 0]] = used[name].to_numpy(dtype=float)[row >= 0]
    return laid
