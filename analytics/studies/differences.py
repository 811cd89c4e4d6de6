"""How far an area is from others, and the two questions of it: more than chance? unusual among its peers?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.figures import Figures
from analytics.measures import Measure, measure
from analytics.methods.proportions import (
    Average,
    Interval,
    bootstrap_difference,
    newcombe,
    newcombe_mean,
    newcombe_whole,
    predictive,
)
from analytics.studies.national import among_peers
from analytics.studies.neighbours import (
    ENOUGH,
    is_new,
    neighbour_rows,
    pooled,
    pooled_neighbours,
    side_by_side,
    with_new_authorities,
)
from analytics.studies.rates import ENGLAND, rates_of_year

DIFFERENCE = [
    "comparator", "difference_pp", "newcombe_lower", "newcombe_upper", "bootstrap_lower", "bootstrap_upper",
    "t", "t_critical", "verdict", "kind", "peers", "status",
]  # fmt: skip
SENSITIVITY = [
    "model", "new_authorities", "average", "areas_used", "value", "difference_pp", "lower", "upper",
    "t", "t_critical", "verdict", "status",
]  # fmt: skip
AVERAGES: tuple[Average, ...] = ("pooled", "mean", "median")
NO_COMPARISON = "no comparison"
Floats = npt.NDArray[np.float64]


def verdicts(table: pd.DataFrame, lower: str, upper: str) -> pd.Series:
    """Answer both questions of each difference in words.

    It is more than chance would give where the limits leave out no difference; it is unusual where
    t is at or beyond its limit, and in line otherwise (METHODS.md C). Without t, only the first is
    answered.
    """
    beyond = [table[lower] > 0, table[upper] < 0]
    said = ["higher by more than chance", "lower by more than chance"]
    first = np.select(beyond, said, "chance alone could give the difference")
    unusual = table["t"].abs() >= table["t_critical"]
    second = np.select([table["t"].isna(), unusual], ["", "unusual; "], "in line; ")
    return (pd.Series(second, index=table.index) + first).where(table[lower].notna(), NO_COMPARISON)


def differences(
    figures: Figures, subjects: Sequence[str], year: int, name: str, rows: pd.DataFrame,
    position: pd.DataFrame, average: Average = "pooled",
) -> pd.DataFrame:  # fmt: skip
    """Give each subject's rate less its neighbours', its region's, England's and its own a year before.

    In percentage points. Newcombe's 95% limits allow for chance in the counts and for nothing else;
    the bootstrap's allow as well for which authorities happen to be the peers. `t` asks whether the
    subject is further from its peers than they are from each other; its limit is that of 95%.
    Region and England are as published; the subject is part of both, and the limits allow for it.

    Args:
        figures: the processed tables.
        subjects: keys of authorities.
        year: the reporting year.
        name: a measure that is a proportion of people or events.
        rows: what `neighbour_rows` gives for them.
        position: what `comparison.position` gives for them.
        average: "pooled" or "mean" of the neighbours.

    Returns:
        `subject` and the columns of `DIFFERENCE`, four rows a subject; where a comparison cannot be
        made the numbers are missing and `status` says why.
    """
    entry, own = measure(name), _own(figures, subjects, year, name)
    by_subject = position.set_index("subject")
    places = {
        kind: by_subject[by_subject["kind"] == kind].reindex(subjects)
        for kind in (f"neighbours_{average}", "region", "england")
    }
    regions = [figures.register.at[each, "region"] for each in subjects]
    year_rows = rows[rows["period"] == year]
    parts = [
        _from_neighbours(own, year_rows, places[f"neighbours_{average}"], entry, average),
        _from_whole(figures, own, year, entry, regions, places["region"]),
        _from_whole(figures, own, year, entry, [ENGLAND] * len(regions), places["england"]),
        _from_year_before(own, _own(figures, subjects, year - 1, name), entry),
    ]
    table = pd.concat(parts).reindex(columns=DIFFERENCE)
    table["verdict"] = verdicts(table, "newcombe_lower", "newcombe_upper")
    # A difference without limits is no comparison: it is not shown as if it were one.
    unknown = table["verdict"] == NO_COMPARISON
    numbers = ["difference_pp", "bootstrap_lower", "bootstrap_upper", "t", "t_critical", "peers"]
    table[numbers] = table[numbers].astype(float).mask(unknown)
    reasons = np.tile(own["reason"], len(parts))
    table["status"] = table["status"].mask(reasons != "", reasons).where(unknown, "")
    return table.rename_axis("subject").reset_index()[["subject", *DIFFERENCE]]


def _own(figures: Figures, subjects: Sequence[str], year: int, name: str) -> pd.DataFrame:
    """Give each subject's figure of a year; one that cannot be compared is missing, with the reason."""
    parts = ["value", "numerator", "denominator"]
    own = rates_of_year(figures, name, year)[[*parts, "reason"]].reindex(list(subjects))
    own["reason"] = own["reason"].fillna("not published")
    out = own["reason"] != ""
    if out.any():
        own.loc[out, parts] = np.nan
    return own.rename_axis("subject")


def _row(own: pd.DataFrame, apart: Interval, entry: Measure, **columns: Any) -> pd.DataFrame:
    """Lay out one comparison of every subject."""
    limits = {
        "difference_pp": entry.scale * apart.value,
        "newcombe_lower": entry.scale * apart.lower,
        "newcombe_upper": entry.scale * apart.upper,
    }
    return pd.DataFrame(limits | columns, index=own.index)


def _counts(rows: pd.DataFrame, own: pd.DataFrame) -> tuple[Floats, ...]:
    """Give the usable neighbours' figures and counts, a row a subject; none where fewer than seven."""
    laid = side_by_side(rows, list(own.index), ["value", "numerator", "denominator"])
    enough = np.isfinite(laid["value"]).sum(axis=1, keepdims=True) >= ENOUGH
    return tuple(np.where(enough, each, np.nan) for each in laid.values())


def _less_neighbours(own: pd.DataFrame, above: Floats, below: Floats, average: Average) -> Interval:
    """Give the difference from the neighbours' average with the limits that chance alone allows."""
    x, n = own["numerator"].to_numpy(), own["denominator"].to_numpy()
    if average == "pooled":
        every = np.nansum(below, axis=1)
        some = every > 0
        return newcombe(x, n, np.where(some, np.nansum(above, axis=1), np.nan), np.where(some, every, np.nan))
    if average == "mean":
        return newcombe_mean(x, n, above, below)
    return bootstrap_difference(x, n, above, below, average=average, resample=False)


def _from_neighbours(
    own: pd.DataFrame, rows: pd.DataFrame, pool: pd.DataFrame, entry: Measure, average: Average
) -> pd.DataFrame:
    values, above, below = _counts(rows, own)
    x, n = own["numerator"].to_numpy(), own["denominator"].to_numpy()
    chosen = bootstrap_difference(x, n, above, below, average=average)
    standing = predictive(own["value"].to_numpy(), values)
    return _row(
        own,
        _less_neighbours(own, above, below, average),
        entry,
        comparator=pool["comparator"],
        kind=pool["kind"],
        bootstrap_lower=entry.scale * chosen.lower,
        bootstrap_upper=entry.scale * chosen.upper,
        t=standing.t,
        t_critical=standing.critical,
        peers=standing.peers,
        status=pool["status"],
    )


def _from_whole(
    figures: Figures, own: pd.DataFrame, year: int, entry: Measure, groups: list[str], whole: pd.DataFrame
) -> pd.DataFrame:
    """Set each subject against the published figure of a region or of England."""
    of_group = pd.Series(groups, index=own.index)
    parts = [
        among_peers(figures, entry.name, year, group).reindex(of_group.index[of_group == group])
        for group in dict.fromkeys(groups)
    ]
    standing = pd.concat(parts).loc[own.index] if len(parts) > 1 else parts[0]
    standing[["t", "t_critical"]] = standing[["t", "t_critical"]].where(standing["peers"] >= ENOUGH)
    # The percentage as published, which its own rounded counts may not give (METHODS.md A).
    published = whole["value"] / entry.scale * whole["denominator"]
    apart = newcombe_whole(own["numerator"], own["denominator"], published, whole["denominator"])
    status = whole["status"].where(whole["status"] != "", "not published")
    columns = {"comparator": whole["comparator"], "kind": whole["kind"], "status": status}
    return _row(own, apart, entry, **columns, **{name: standing[name] for name in standing})


def _from_year_before(own: pd.DataFrame, before: pd.DataFrame, entry: Measure) -> pd.DataFrame:
    apart = newcombe(own["numerator"], own["denominator"], before["numerator"], before["denominator"])
    status = "the year before: " + before["reason"]
    return _row(own, apart, entry, comparator="The year before", kind="year_before", status=status)


def sensitivity(figures: Figures, subjects: Sequence[str], year: int, name: str) -> pd.DataFrame:
    """Ask the same question of each subject under every neighbour model and average.

    Authorities in their first year are left out and, where there are any among the neighbours,
    kept as well, as the national tools keep them. Limits allow for chance in the counts alone:
    Newcombe's for the pooled rate and for the mean, those of redrawn counts for the median.

    Returns:
        `subject` and the columns of `SENSITIVITY`, in percentage points.
    """
    entry, own = measure(name), _own(figures, subjects, year, name)
    parts = []
    for model in sorted(figures.neighbours["model"].unique()):
        rows = neighbour_rows(figures, subjects, name, model)
        rows = rows[rows["period"] == year]
        pools = pooled_neighbours(figures, subjects, name, model)
        pools = pools[pools["period"] == year]
        among = own.index.isin(rows.loc[is_new(rows), "subject"])
        parts += _asked(own[~among], rows, pools, entry, (model, "none among them"))
        if among.any():
            parts += _asked(own[among], rows, pools, entry, (model, "left out"))
            kept = with_new_authorities(rows)
            parts += _asked(own[among], kept, pooled(kept, entry), entry, (model, "kept"))
    table = pd.concat(parts)
    table["verdict"] = verdicts(table, "lower", "upper")
    return table.rename_axis("subject").reset_index()[["subject", *SENSITIVITY]]


def _asked(
    own: pd.DataFrame, rows: pd.DataFrame, pools: pd.DataFrame, entry: Measure, way: tuple[str, str]
) -> list[pd.DataFrame]:
    """Ask one way of some subjects, of each average; nothing where there are no subjects to ask of.

    `way` names the neighbour model, and what is done with new authorities.
    """
    if own.empty:
        return []
    model, new_authorities = way
    pool = pools.set_index("subject").reindex(own.index)
    status = pool["status"].fillna(f"no neighbours in the {model} model")
    values, above, below = _counts(rows, own)
    standing = predictive(own["value"].to_numpy(), values)
    apart = {average: _less_neighbours(own, above, below, average) for average in AVERAGES}
    columns = {"pooled": "value", "mean": "mean", "median": "median"}
    table = pd.DataFrame(
        {
            "model": model,
            "new_authorities": new_authorities,
            "average": np.repeat(AVERAGES, len(own)),
            "areas_used": np.tile(pool["areas_used"].fillna(0).astype(int), len(AVERAGES)),
            "value": np.concatenate([pool[columns[average]] for average in AVERAGES]),
            "difference_pp": entry.scale * np.concatenate([each.value for each in apart.values()]),
            "lower": entry.scale * np.concatenate([each.lower for each in apart.values()]),
            "upper": entry.scale * np.concatenate([each.upper for each in apart.values()]),
            "t": np.tile(standing.t, len(AVERAGES)),
            "t_critical": np.tile(standing.critical, len(AVERAGES)),
            "status": np.tile(own["reason"].where(own["reason"] != "", status), len(AVERAGES)),
        },
        index=np.tile(own.index, len(AVERAGES)),
    )
    table[["t", "t_critical"]] = table[["t", "t_critical"]].where(table["lower"].notna())
    return [table]
