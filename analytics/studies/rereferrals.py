"""A rate against statistical neighbours: is it in line with similar authorities, and how sure are we?

The study was made for re-referrals and knows nothing of them: what is compared, and what it is
called, is an entry of `measures.yml` (`comparisons`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from typing import Any

import pandas as pd

from analytics.errors import InputError
from analytics.exhibits import Caption, Finding
from analytics.figures import Figures
from analytics.measures import Comparison, comparison
from analytics.methods.proportions import Average
from analytics.studies import base
from analytics.studies.claims import claims_of
from analytics.studies.comparison import (
    area_and_england,
    caption_for,
    check_request,
    lines,
    neighbour_lines,
)
from analytics.studies.differences import differences, sensitivity
from analytics.studies.national import National, national
from analytics.studies.neighbours import pooled_neighbours
from analytics.studies.rates import own_rows
from analytics.words import number

SCALE_POINTS = 100.0
HEADLINES: dict[str, Average] = {"pooled": "pooled", "mean": "mean"}
BESIDE = ("area", "neighbours_pooled", "england")
"""The lines of the measures that are seen beside the one compared."""


@dataclass(frozen=True, kw_only=True)
class Study(base.Study):
    """The study of one rate: the common tables, and how sure one can be of the answer.

    `headline` is the neighbours' average that sentences and charts speak of; `context_caption` is that
    of the measures beside the rate.
    """

    subject: Comparison
    headline: str
    difference: pd.DataFrame
    funnel: pd.DataFrame
    outliers: pd.DataFrame
    shrunken: pd.DataFrame
    sensitivity: pd.DataFrame
    front_door: pd.DataFrame
    evidence: pd.DataFrame
    context_caption: Caption

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """Name the parameters beside area and year that decide the figures, and what they were."""
        return (*super().options, ("headline", self.headline))


def study(
    figures: Figures, area: str, year: int | None = None, neighbour_model: str = "2025", *,
    measure: str = "rereferrals", headline: str = "pooled",
) -> Study:  # fmt: skip
    """Compare an area's rate with its statistical neighbours, region and England.

    Args:
        figures: the processed tables.
        area: what a person types for an authority.
        year: the reporting year; the latest published where left out.
        neighbour_model: "2021" or "2025".
        measure: "rereferrals" or "repeat_plans".
        headline: "pooled" or "mean" of the neighbours.

    Raises:
        InputError: the area, the year, the model, the measure or the headline cannot be used.
    """
    return studies(figures, [area], year, neighbour_model, measure=measure, headline=headline)[0]


def studies(
    figures: Figures, areas: Sequence[str], year: int | None = None, neighbour_model: str = "2025", *,
    measure: str = "rereferrals", headline: str = "pooled",
) -> list[Study]:  # fmt: skip
    """Make the study of many areas at once, each the same as if it had been asked for alone.

    Raises:
        InputError: as for `study`.
    """
    subject = comparison(measure)
    if headline not in HEADLINES:
        raise InputError(f"headline {headline!r}: choose {' or '.join(HEADLINES)}.")
    name = subject.measure.name
    keys, year = check_request(figures, areas, year, neighbour_model, name)
    tables = base.common_tables(figures, keys, year, neighbour_model, [name], headline)
    rows, position = tables["neighbours"], tables["position"]
    tables |= {
        "difference": differences(figures, keys, year, name, rows, position, HEADLINES[headline]),
        "sensitivity": sensitivity(figures, keys, year, name),
        "front_door": front_door(figures, keys, year, subject, neighbour_model),
    }
    fields = base.fields(figures, keys, year, neighbour_model, [name], subject.counted, tables)
    every = national(figures, name, year)
    shared = _national_findings(every, subject.measure.unit)
    return [_study(figures, subject, headline, every, shared, own) for own in fields.values()]


def front_door(
    figures: Figures, keys: Sequence[str], year: int, subject: Comparison, model: str
) -> pd.DataFrame:
    """Follow the rate and the measures that move it, beside pooled neighbours and England.

    Returns:
        The columns of `comparison.TREND`, up to `year`, measures in the order of the catalogue.
    """
    tables = []
    for name in subject.context:
        peers = neighbour_lines(pooled_neighbours(figures, keys, name, model))
        tables.append(lines([*area_and_england(figures, keys, name), *peers], name, year, BESIDE))
    return pd.concat(tables, ignore_index=True)


def _study(
    figures: Figures,
    subject: Comparison,
    headline: str,
    every: National,
    shared: tuple[Finding, ...],
    own: dict[str, Any],
) -> Study:
    """Add to an area's own tables what all authorities together say, and its council's claims."""
    kinds = {own["area"]: "area"} | dict.fromkeys(own["neighbours"]["area"], "neighbour")
    funnel, shrunken = (
        table.assign(kind=[kinds.get(area, "other") for area in table["area"]])
        for table in (every.funnel, every.shrunken)
    )
    jumps = jumps_of(figures, own["area"], subject, own["year"])
    own["notes"] += tuple(jumps.values())
    own["warnings"] += (jumps[own["year"]],) if own["year"] in jumps else ()
    own["findings"] += _difference_findings(own["difference"])
    own["findings"] += shared + _rank_findings(every, own["area"])
    return Study(
        name=subject.name,
        question=subject.question,
        subject=subject,
        headline=headline,
        funnel=funnel,
        outliers=every.outliers,
        shrunken=shrunken,
        evidence=claims_of(figures, own["area"], own["slug"], subject, own["year"]),
        context_caption=caption_for(
            figures, own["area"], list(subject.context), own["year"], own["neighbour_model"], subject.counted
        ),
        **own,
    )


def jumps_of(figures: Figures, area: str, subject: Comparison, until: int) -> dict[int, str]:
    """Say in which years an area's rate moved so far that it may have been counted otherwise."""
    own = own_rows(figures, area, subject.measure.name)
    own = own[(own["reason"] == "") & (own["period"] <= until)]
    known = list(zip(own["period"].tolist(), own["value"].tolist(), strict=True))
    return {
        year: (
            f"From {before} to {year} the {subject.measure.short.lower()} moved by more than "
            f"{subject.jump:.0f} percentage points, from {number(last, 'percent')} to "
            f"{number(value, 'percent')}: ask whether it was counted alike."
        )
        for (before, last), (year, value) in pairwise(known)
        if year - before == 1 and abs(value - last) > subject.jump
    }


def _difference_findings(difference: pd.DataFrame) -> tuple[Finding, ...]:
    parts = {"difference_pp": "", "newcombe_lower": "_lower", "newcombe_upper": "_upper"}
    columns = [difference[name].tolist() for name in ("kind", *parts)]
    return tuple(
        Finding(f"difference_from_{kind}{suffix}", value, "percentage points")
        for kind, *values in zip(*columns, strict=True)
        for value, suffix in zip(values, parts.values(), strict=True)
        if not isnan(value)
    )


def _national_findings(every: National, unit: str) -> tuple[Finding, ...]:
    """Name the estimates behind the funnel and the steadied rates."""
    return (
        *(
            Finding(f"authorities_outside_998_{row['limits']}", int(row["outside_998"]), "authorities")
            for row in every.outliers.to_dict("records")
        ),
        Finding("overdispersion_phi", every.dispersion.phi, "ratio of variances"),
        Finding("overdispersion_between", SCALE_POINTS * every.dispersion.between, "percentage points"),
        Finding("beta_binomial_mean", SCALE_POINTS * every.fit.mean, unit),
        Finding("beta_binomial_precision", every.fit.precision, "count"),
    )


def _rank_findings(every: National, area: str) -> tuple[Finding, ...]:
    """Name the area's rank among all, and between which it may well lie."""
    parts = ["rank", "rank_lower", "rank_upper"]
    own = every.shrunken.loc[every.shrunken["area"] == area, parts].to_numpy()
    found = zip(parts, own[0].tolist(), strict=True) if len(own) else ()
    return tuple(Finding(part, value, "rank") for part, value in found if not isnan(value))
