"""Joiners, leavers, posts and agency workers of every authority: what moves them, fitted once a year."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.figures import Figures
from analytics.kept import kept
from analytics.methods.panel import Slope
from analytics.methods.stockflow import (
    Cohort,
    Conversions,
    Flows,
    Paths,
    Response,
    Shocks,
    Start,
    monthly_hazard,
    simulate,
)
from analytics.studies.workforce.panel import workforce_panel, yearly_flows
from analytics.studies.workforce.response import cover_response

Floats = npt.NDArray[np.float64]

SEED = 20240229
RECENT = 3
"""Years of an authority's own flows that its rates lean on."""
SIMULATED = 400
"""Draws for each authority where all are simulated together."""
MONTHS = {1: 12, 2: 24}


@dataclass(frozen=True)
class Rates:
    """A yearly rate of every authority: a gamma posterior, of mean `shape / rate`, by area.

    `overdispersion` is the variance of a year's count over its mean.
    """

    shape: pd.Series
    rate: pd.Series
    overdispersion: float

    def mean(self, area: str) -> float:
        """Give the posterior mean."""
        return float(self.shape[area] / self.rate[area])


@dataclass(frozen=True)
class Structure:
    """What was fitted on the flows up to a year.

    `start` has the year's figures by area, only of those that have all parts; `shocks`, shape (n, 3),
    what the fits left of stock, places and cover in past years, in FTE over the root of size;
    `response` the agency FTE that went when permanent FTE came, with posts held alike; `around` its
    joint covariance with that of posts; `places` the latter; `work_sd` the yearly spread of log cases.
    """

    year: int
    start: pd.DataFrame
    leaving: Rates
    starting: Rates
    shocks: Floats
    response: Slope
    places: float
    around: Floats
    work_sd: float
    years: tuple[int, int]


def shrunk_rates(flows: pd.DataFrame, events: str, regions: pd.Series | None = None) -> Rates:
    """Draw each authority's rate of events towards its region's, by as much as its years warrant.

    Rates within a region are taken for gamma distributed, with the spread between authorities that is
    left once that of counts is taken away; counts vary by `overdispersion` times their mean. An
    authority leans on its last `RECENT` years; one that has none has its region's mean.
    Source: empirical Bayes by moments, as in Clayton and Kaldor (1987), Biometrics 43:671.

    Args:
        flows: what `panel.yearly_flows` gives.
        events: "leavers" or "starters".
        regions: the region of every authority that is to have a rate; those of `flows` if left out.
    """
    known = flows.dropna(subset=[events, "mean_stock"])
    known = known[known["mean_stock"] > 0]
    own = known.groupby("area")[[events, "mean_stock"]].sum()
    foreseen = known["area"].map(own[events] / own["mean_stock"]) * known["mean_stock"]
    spare = max(len(known) - len(own), 1)
    excess = (known[events] - foreseen) ** 2 / foreseen.where(foreseen > 0)
    over = max(1.0, float(excess.sum() / spare))
    region = known.groupby("area")["region"].first()
    pooled = known.groupby("region")[[events, "mean_stock"]].sum()
    usual = pooled[events] / pooled["mean_stock"]
    foreseen = region.map(usual)
    apart = (own[events] / own["mean_stock"] - foreseen) ** 2 - over * foreseen / own["mean_stock"]
    between = max(float(np.average(apart, weights=own["mean_stock"])), 1e-6)
    recent = known[known["period"] > known["period"].max() - RECENT]
    mean = (region if regions is None else regions).map(usual).dropna()
    seen = recent.groupby("area")[[events, "mean_stock"]].sum().reindex(mean.index).fillna(0.0)
    return Rates(
        shape=mean**2 / between + seen[events] / over,
        rate=mean / between + seen["mean_stock"] / over,
        overdispersion=over,
    )


@kept
def structure(figures: Figures, year: int) -> Structure:
    """Fit what moves the workforce on the flows of all authorities up to a year, as then published.

    Raises:
        ValueError: there are too few years.
    """
    panel = workforce_panel(figures, year)
    flows = yearly_flows(panel)
    response, places, around = cover_response(flows)
    regions = panel.groupby("area")["region"].first()
    leaving, starting = (shrunk_rates(flows, events, regions) for events in ("leavers", "starters"))
    now = panel[panel["period"] == year].set_index("area")
    parts = ["inpost_fte", "agency_fte", "vacancy_fte"]
    now = now[now[parts].notna().all(axis=1) & now.index.isin(leaving.shape.index)]
    cases = panel.sort_values(["area", "period"])
    moved = np.log(cases["cases"].where(cases["cases"] > 0)).groupby(cases["area"]).diff().dropna()
    middle = float(np.subtract(*np.quantile(moved, [0.75, 0.25])) / 1.349)
    return Structure(
        year=year,
        start=now,
        leaving=leaving,
        starting=starting,
        shocks=_shocks(flows, leaving, starting, response.estimate, places),
        response=response,
        places=places,
        around=around,
        work_sd=middle,
        years=(int(flows["period"].min()), int(flows["period"].max())),
    )


def _shocks(flows: pd.DataFrame, leaving: Rates, starting: Rates, answer: float, places: float) -> Floats:
    """Give what each past year of each authority left unexplained, over the root of its size.

    Part of what stock did beyond its rates is the chance of single leavers and starters, which a
    simulation draws itself: the rest is scaled so that chance is not counted twice.
    """
    known = flows.dropna(subset=["stock", "places", "cover", "closure"])
    known = known[known["area"].isin(leaving.shape.index) & (known["size"] > 0)]
    rates = {
        name: known["area"].map(each.shape / each.rate) for name, each in (("out", leaving), ("in", starting))
    }
    foreseen = (rates["in"] - rates["out"]) * known["mean_stock"]
    chance = (starting.overdispersion * rates["in"] + leaving.overdispersion * rates["out"]) * known[
        "mean_stock"
    ]
    whole = float(((known["stock"] - foreseen) ** 2 / known["size"]).mean())
    left = whole - float((chance / known["size"]).mean())
    closure = float((known["closure"] ** 2 / known["size"]).mean())
    part = np.sqrt(np.clip(left / closure, 0.0, 1.0)) if closure > 0 else 0.0
    beyond = known["cover"] + answer * known["stock"] - places * known["places"]
    root = np.sqrt(known["size"])
    return np.column_stack([part * known["closure"] / root, known["places"] / root, beyond / root])


def simulated(
    fit: Structure,
    areas: list[str],
    months: int,
    *,
    draws: int,
    seed: int,
    cohort: Cohort | None = None,
    conversions: Conversions | None = None,
    answer: Floats | None = None,
    posts: float = 0.0,
) -> Paths:
    """Simulate authorities month by month from the year of the fit.

    Rates, response and what is left unexplained are drawn for each draw: rates from their posteriors,
    the response from its sampling distribution, the unexplained from past years of all authorities,
    those of one year together, scaled to this authority's size.

    Args:
        fit: what was fitted.
        areas: keys in the index of `fit.start`; paths have an axis for them.
        months: how many.
        draws: how many.
        seed: the same seed draws the same chance whatever the rest is.
        cohort: people on their way.
        conversions: from agency to permanent.
        answer: agency FTE that go when one permanent FTE comes, by draw, instead of the estimate.
        posts: growth of posts a year, as a share of them.
    """
    chance = np.random.default_rng([seed, 1])
    start = fit.start.loc[areas]
    stock, size = start["inpost_fte"].to_numpy()[:, None], start["size"].to_numpy()[:, None]
    rates = [
        chance.gamma(each.shape[areas].to_numpy()[:, None], 1 / each.rate[areas].to_numpy()[:, None],
                     (len(areas), draws))
        for each in (fit.leaving, fit.starting)
    ]  # fmt: skip
    starters = rates[1] * stock / 12
    years = -(-months // 12)
    drawn = fit.shocks[chance.integers(len(fit.shocks), size=(years, len(areas), draws))]
    yearly = drawn * np.sqrt(size)[None, :, :, None] / 12
    shocks = [np.repeat(yearly[..., part], 12, axis=0)[:months] for part in range(3)]
    both = chance.multivariate_normal([fit.response.estimate, fit.places], fit.around, size=draws)
    places = start[["inpost_fte", "vacancy_fte"]].sum(axis=1).to_numpy()[:, None]
    holders = start["case_holders_fte"].to_numpy()[:, None]
    share = np.clip(holders / np.where(size > 0, size, np.nan), 0, 1)
    return simulate(
        Start(
            stock=stock,
            cover=start["agency_fte"].to_numpy()[:, None],
            places=places,
            work=start["cases"].to_numpy()[:, None],
            holder_share=share,
        ),
        Flows(
            hazard=monthly_hazard(rates[0]),
            hazard_correlation=np.minimum((fit.leaving.overdispersion - 1) / np.maximum(stock - 1, 1), 0.9),
            starters=starters,
            starters_dispersion=(fit.starting.overdispersion - 1) / np.maximum(starters, 1e-9),
            places_growth=posts * places / 12,
            work_sd=fit.work_sd / np.sqrt(12),
        ),
        Response(stock=both[:, 0] if answer is None else answer, places=both[:, 1]),
        months,
        cohort=cohort,
        conversions=conversions,
        shocks=Shocks(stock=shocks[0], places=shocks[1], cover=shocks[2]),
        draws=draws,
        seed=seed,
    )


@dataclass(frozen=True)
class Told:
    """A forecast of all areas: `quantiles` of shape (areas, draws), in order, and their middle."""

    areas: pd.Index
    centre: Floats
    quantiles: Floats

    def of(self, areas: pd.Series) -> tuple[Floats, Floats]:
        """Give centre and quantiles of some areas."""
        places = self.areas.get_indexer(areas)
        return self.centre[places], self.quantiles[places]


@lru_cache(maxsize=16)
def every_path(figures: Figures, year: int) -> tuple[pd.Index, Paths]:
    """Simulate two years of every authority from `year`, with nobody promised and nothing planned."""
    fit = structure(figures, year)
    areas = fit.start.index.tolist()
    return fit.start.index, simulated(fit, areas, 24, draws=SIMULATED, seed=SEED)


def structural_forecast(figures: Figures, year: int, horizon: int, name: str) -> Told:
    """Forecast from joiners, leavers and agency workers alone."""
    areas, paths = every_path(figures, year)
    month = MONTHS[horizon]
    then = paths.at(month)
    values = 100 * then.cover_share if name == "agency_rate_fte" else then.load
    quantiles = np.sort(values[:, 0, :], axis=-1)
    known = np.isfinite(quantiles).all(axis=1)
    return Told(areas[known], np.median(quantiles[known], axis=1), quantiles[known])
