"""One measure over every authority of a year: fitted once, and shared by every study that asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.areas import abolished
from analytics.figures import Figures
from analytics.measures import measure
from analytics.methods.proportions import (
    BetaBinomial,
    Interval,
    Overdispersion,
    bootstrap_whole,
    fit_beta_binomial,
    funnel_limits,
    overdispersion,
    predictive,
    rank_interval,
    shrink,
    zone,
)
from analytics.studies.rates import ENGLAND, TOO_SMALL, rates_of_year

FUNNEL = [
    "area", "denominator", "value", "lower_95", "upper_95", "lower_998", "upper_998",
    "lower_95_adjusted", "upper_95_adjusted", "lower_998_adjusted", "upper_998_adjusted",
    "zone", "zone_adjusted", "centre", "name", "status",
]  # fmt: skip
SHRUNKEN = [
    "area", "value", "shrunken", "lower", "upper", "weight", "rank", "rank_lower", "rank_upper",
    "name", "status",
]  # fmt: skip
OUTLIERS = [
    "limits", "authorities", "outside_95", "outside_998", "left_the_list", "phi", "between_pp", "status",
]  # fmt: skip
OUTER, INNER = ["above 99.8%", "below 99.8%"], ["above 95%", "below 95%"]
LEVELS = {"95": 0.95, "998": 0.998}


@dataclass(frozen=True)
class National:
    """What all authorities together say of a measure in one year."""

    funnel: pd.DataFrame
    outliers: pd.DataFrame
    shrunken: pd.DataFrame
    dispersion: Overdispersion
    fit: BetaBinomial


@lru_cache(maxsize=32)
def authorities(figures: Figures, name: str, year: int) -> pd.DataFrame:
    """Give the figure of every authority that reported in a year, and whether it can be compared.

    Returns:
        Index `area`; `name, region, value, numerator, denominator, status, usable, modelled`;
        counts are missing where the figure cannot be compared, and `status` says why. City of
        London and Isles of Scilly are usable, but no model is fitted on them.
    """
    rows = rates_of_year(figures, name, year)
    ended = abolished(
        figures.register.loc[rows.index, "valid_to"],
        pd.Series(measure(name).publication.last_day(year), index=rows.index),
    )
    rows = rows[(rows["kind"] == "authority") & rows["held"] & ~ended]
    usable = rows["reason"] == ""
    rows = rows.assign(usable=usable, modelled=usable & ~rows.index.isin(TOO_SMALL))
    rows["status"] = rows["status"].mask(rows["first_year"], rows["reason"])
    counts = rows[["numerator", "denominator"]].where(usable)
    columns = ["name", "region", "value", "status", "usable", "modelled"]
    return rows[columns].join(counts)


@lru_cache(maxsize=32)
def national(figures: Figures, name: str, year: int) -> National:
    """Fit the funnel, the overdispersion and the shrinkage of a measure in one year.

    Raises:
        ValueError: fewer than three authorities have a figure that can be compared.
    """
    rows = authorities(figures, name, year)
    modelled = rows[rows["modelled"]]
    counts = modelled["numerator"].to_numpy(), modelled["denominator"].to_numpy()
    dispersion, fit = overdispersion(*counts), fit_beta_binomial(*counts)
    scale = measure(name).scale
    return National(
        funnel=_funnel(rows, dispersion, scale),
        outliers=_outliers(rows, dispersion, scale),
        shrunken=_shrunken(rows, fit, scale, highest_first=measure(name).polarity == "high"),
        dispersion=dispersion,
        fit=fit,
    )


def _zones(
    rows: pd.DataFrame, dispersion: Overdispersion, between: float = 0.0, phi: float = 1.0
) -> tuple[dict[str, Interval], npt.NDArray[np.str_]]:
    """Give the plain or the adjusted limits at both levels, and each authority's zone between them."""
    below = rows["denominator"].to_numpy()
    limits = {
        level: funnel_limits(dispersion.centre, below, confidence, between=between, phi=phi)
        for level, confidence in LEVELS.items()
    }
    return limits, zone(rows["numerator"].to_numpy() / below, limits["95"], limits["998"])


def _outliers(rows: pd.DataFrame, dispersion: Overdispersion, scale: float) -> pd.DataFrame:
    """Count the authorities outside the limits: by chance alone, and with overdispersion allowed for.

    Returns:
        The columns of `OUTLIERS`: a row for chance alone, one for added variance, and one for
        multiplied variance, which is the secondary reading.
    """
    zones = {
        "chance": _zones(rows, dispersion)[1],
        "additive": _zones(rows, dispersion, between=dispersion.between)[1],
        "multiplicative": _zones(rows, dispersion, phi=max(dispersion.phi, 1.0))[1],
    }
    table = pd.DataFrame({limits: pd.Series(each).value_counts() for limits, each in zones.items()}).T
    table = table.reindex(columns=["", "within", *OUTER, *INNER]).fillna(0).astype(int)
    table = pd.DataFrame(
        {
            "limits": table.index,
            "authorities": (table.sum(axis=1) - table[""]).to_numpy(),
            "outside_95": table[[*OUTER, *INNER]].sum(axis=1).to_numpy(),
            "outside_998": table[OUTER].sum(axis=1).to_numpy(),
        }
    )
    table["left_the_list"] = table["outside_998"].iloc[0] - table["outside_998"]
    return table.assign(phi=dispersion.phi, between_pp=scale * dispersion.between, status="")[OUTLIERS]


def _funnel(rows: pd.DataFrame, dispersion: Overdispersion, scale: float) -> pd.DataFrame:
    """Give each authority's control limits, plain and with overdispersion allowed for, and its zones."""
    table = rows.rename_axis("area").reset_index()
    for suffix, between in (("", 0.0), ("_adjusted", dispersion.between)):
        limits, table[f"zone{suffix}"] = _zones(table, dispersion, between=between)
        for level, each in limits.items():
            table[f"lower_{level}{suffix}"] = scale * each.lower
            table[f"upper_{level}{suffix}"] = scale * each.upper
    return table.assign(centre=scale * dispersion.centre)[FUNNEL]


def _shrunken(rows: pd.DataFrame, fit: BetaBinomial, scale: float, *, highest_first: bool) -> pd.DataFrame:
    """Give each authority's rate drawn towards the national mean, and its rank with its uncertainty."""
    table = rows.rename_axis("area").reset_index()
    above, below = table["numerator"].to_numpy(), table["denominator"].to_numpy()
    steadied = shrink(above, below, fit)
    ranks = rank_interval(above, below, fit, highest_first=highest_first)
    return table.assign(
        shrunken=scale * steadied.value,
        lower=scale * steadied.lower,
        upper=scale * steadied.upper,
        weight=steadied.weight,
        rank=ranks.value,
        rank_lower=ranks.lower,
        rank_upper=ranks.upper,
    )[SHRUNKEN]


@lru_cache(maxsize=256)
def among_peers(figures: Figures, name: str, year: int, group: str) -> pd.DataFrame:
    """Put each authority beside the others of its region, or of England.

    The bootstrap is of the difference from the group that the authority is part of; it rests on
    the authorities whose own figures are published. The peers of t are the others, without City
    of London and Isles of Scilly.

    Args:
        figures: the processed tables.
        name: the measure.
        year: the reporting year.
        group: the key of a region or of England.

    Returns:
        Index `area`; `bootstrap_lower, bootstrap_upper` (in the measure's unit), `t, t_critical, peers`.
    """
    rows = authorities(figures, name, year)
    rows = rows[rows["usable"] & (rows["region"].eq(group) | (group == ENGLAND))]
    apart = bootstrap_whole(rows["numerator"].to_numpy(), rows["denominator"].to_numpy())
    others = np.tile(rows["value"].where(rows["modelled"]).to_numpy(), (len(rows), 1))
    np.fill_diagonal(others, np.nan)
    standing = predictive(rows["value"].to_numpy(), others)
    scale = measure(name).scale
    return pd.DataFrame(
        {
            "bootstrap_lower": scale * apart.lower,
            "bootstrap_upper": scale * apart.upper,
            "t": standing.t,
            "t_critical": standing.critical,
            "peers": standing.peers,
        },
        index=rows.index,
    )
