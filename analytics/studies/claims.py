"""What council papers said of a measure, held against what was published for the year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.evidence import read_claims
from analytics.figures import Figures
from analytics.measures import Comparison, Measure, neighbour_models
from analytics.studies import comparison
from analytics.studies.differences import differences
from analytics.studies.neighbours import neighbour_rows, pooled_neighbours
from analytics.studies.rates import rates_of_year

EVIDENCE = [
    "claim", "as_at", "statement", "title", "claimed", "unit", "period", "published", "lower", "upper",
    "difference_pp", "neighbour_model", "neighbours_pooled", "verdict", "status",
]  # fmt: skip


def held_against_the_year(
    figures: Figures, area: str, subject: Comparison, claims: pd.DataFrame, until: int
) -> pd.DataFrame:
    """Put each claim about a measure beside the published figure of the year that it falls in.

    Whether the area was in line with similar authorities that year is asked with the neighbour
    model of the claim's time, or the oldest that is held. Claims that cannot be dated, or that fall
    in a year after `until`, are left out.

    Args:
        figures: the processed tables.
        area: the key of the authority.
        subject: what is compared; `claimed_as` lists the statements that are about it.
        claims: what `evidence.read_claims` gives.
        until: the last reporting year to be looked at.

    Returns:
        The columns of `EVIDENCE`, in order of date: `claimed` as the paper said it, `published` and
        its 95% limits, the claim less the published figure, the neighbours' pooled rate and the
        verdict on the year.
    """
    if claims.empty:
        return pd.DataFrame(columns=EVIDENCE)
    chosen = claims[claims["statement"].isin(subject.claimed_as) & claims["as_at"].notna()]
    if chosen.empty:
        return pd.DataFrame(columns=EVIDENCE)
    chosen = chosen.assign(year=[_year_of(day, subject.measure) for day in chosen["as_at"]])
    held = set(figures.years(subject.measure.name))
    chosen = chosen[chosen["year"].isin(held) & (chosen["year"] <= until)].sort_values("as_at")
    rows = [_against(figures, area, subject.measure, claim) for claim in chosen.to_dict("records")]
    return pd.DataFrame(rows, columns=EVIDENCE)


def _year_of(day: str, entry: Measure) -> int:
    """Give the reporting year that a day falls in."""
    year = int(day[:4])
    return year if day <= entry.publication.last_day(year) else year + 1


def model_of_the_time(day: str) -> str:
    """Give the neighbour model in use on a day, or the oldest held where it was an earlier one."""
    models = neighbour_models()
    in_use = [model for model, since in models.items() if since <= day]
    return in_use[-1] if in_use else next(iter(models))


def _against(figures: Figures, area: str, entry: Measure, claim: dict[str, object]) -> dict[str, object]:
    year, model = int(str(claim["year"])), model_of_the_time(str(claim["as_at"]))
    rows = neighbour_rows(figures, [area], entry.name, model)
    pools = pooled_neighbours(figures, [area], entry.name, model)
    position = comparison.position(figures, [area], year, entry.name, model, pools)
    apart = differences(figures, [area], year, entry.name, rows, position).iloc[0]
    own = rates_of_year(figures, entry.name, year).loc[area]
    pool = position.loc[position["kind"] == "neighbours_pooled", "value"].iloc[0]
    claimed = float(str(claim["value"]))
    return {
        "claim": claim["claim"],
        "as_at": claim["as_at"],
        "statement": claim["statement"],
        "title": claim["title"],
        "claimed": claimed,
        "unit": claim["unit"],
        "period": entry.period(year),
        "published": own["value"],
        "lower": own["lower"],
        "upper": own["upper"],
        "difference_pp": claimed - own["value"] if claim["unit"] == entry.unit else np.nan,
        "neighbour_model": model,
        "neighbours_pooled": pool,
        "verdict": apart["verdict"],
        "status": own["status"],
    }


def claims_of(figures: Figures, area: str, slug: str, subject: Comparison, until: int) -> pd.DataFrame:
    """Read an area's claims and hold those about the measure against the published years."""
    return held_against_the_year(figures, area, subject, read_claims(slug), until)
