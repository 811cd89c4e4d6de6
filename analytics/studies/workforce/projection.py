"""The projection: a forecast's level and spread, and what joiners, leavers and plans change in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics import plan
from analytics.assumptions import Assumption
from analytics.figures import Figures
from analytics.methods.forecast import LEVELS
from analytics.methods.stockflow import Cohort, Conversions, Paths
from analytics.studies.workforce import cohort as recruits
from analytics.studies.workforce.forecasts import BOUNDS, forecast
from analytics.studies.workforce.structure import Structure, simulated, structure

Floats = npt.NDArray[np.float64]

PERCENTILES = {"p5": 0.05, "p25": 0.25, "p50": 0.50, "p75": 0.75, "p95": 0.95}
MEASURES = ("agency_rate_fte", "inpost_fte", "agency_fte", "vacancy_rate_fte", "caseload_fte")
PARTS: dict[str, Callable[[pd.Series], tuple[float, float]]] = {
    "agency_rate_fte": lambda row: (100 * row["agency_fte"], row["agency_fte"] + row["inpost_fte"]),
    "caseload_fte": lambda row: (row["cases"], row["case_holders_fte"]),
}
"""What the published figure is worked out from: month 0 is that, before it was rounded."""
PLANNED, NOBODY = "planned", "none"


@dataclass(frozen=True)
class Setting:
    """What is projected: whose, from when, for how long, with which recruits and assumptions.

    `area` is the key under which the workforce is published; month 0 is the day of the figures of
    `year`, `offset` months before `start`; `months` counts from there.
    """

    figures: Figures
    area: str
    year: int
    start: date
    offset: int
    months: int
    people: plan.Cohort | None
    held: dict[str, Assumption]
    draws: int
    seed: int

    @property
    def day_zero(self) -> date:
        """The day of the figures that the projection starts from."""
        return date(self.year, 9, 30)

    @property
    def fit(self) -> Structure:
        """What was fitted on the flows up to the year."""
        return structure(self.figures, self.year)


@dataclass(frozen=True)
class Outlook:
    """Draws of each measure, shape (months + 1, draws): rates in per cent, the rest as their names say."""

    paths: dict[str, Floats]


def forecast_paths(setting: Setting, name: str) -> Floats | None:
    """Give quantiles of the forecast for every month, shape (months + 1, levels), from the published parts.

    Between two yearly forecasts the middle moves in a straight line, and the variance around it too.
    Beyond the years that a forecast can be made for, the middle stays and the variance grows with time.

    Returns:
        None where the measure has no figure or no forecast.
    """
    above, below = PARTS[name](setting.fit.start.loc[setting.area])
    last = above / below if below > 0 else np.nan
    if np.isnan(last):
        return None
    yearly = [np.full(len(LEVELS), last)]
    years = -(-setting.months // 12)
    for horizon in range(1, years + 1):
        made = forecast(setting.figures, setting.year, name, horizon)
        if made is None or setting.area not in made.areas:
            break
        yearly.append(made.told.quantiles[made.areas.get_loc(setting.area)])
    if len(yearly) == 1:
        return None
    for horizon in range(len(yearly), years + 1):
        middle = np.median(yearly[-1])
        yearly.append(middle + (yearly[-1] - middle) * np.sqrt(horizon / (horizon - 1)))
    middles = np.median(yearly, axis=1)
    apart = np.array(yearly) - middles[:, None]
    month = np.arange(setting.months + 1)
    before, part = month // 12, (month % 12) / 12
    after = np.minimum(before + 1, years)
    square = (1 - part)[:, None] * apart[before] ** 2 + part[:, None] * apart[after] ** 2
    side = np.sign(apart[-1])
    middle = (1 - part) * middles[before] + part * middles[after]
    return np.asarray(np.clip(middle[:, None] + side * np.sqrt(square), *BOUNDS[name]))


def coupled(values: Floats, quantiles: Floats) -> Floats:
    """Give draws of a forecast in the order of a simulation's: month by month, the same ranks.

    Source: ensemble copula coupling, Schefzik, Thorarinsdottir and Gneiting (2013), Statistical
    Science 28:616.

    Args:
        values: shape (months + 1, draws).
        quantiles: shape (months + 1, levels).
    """
    draws = values.shape[1]
    ranks = np.argsort(np.argsort(values, axis=1, kind="stable"), axis=1, kind="stable")
    places = (ranks + 0.5) / draws
    return np.stack(
        [np.interp(place, LEVELS, levels) for place, levels in zip(places, quantiles, strict=True)]
    )


def run(setting: Setting, change: Scenario) -> Paths:
    """Simulate the area under a scenario, with the chance that every scenario shares."""
    held = change.assumed(setting.held)
    people: Cohort | None = None
    if change.recruits and setting.people is not None:
        drawn = recruits.draw_assumptions(held, setting.draws, setting.seed)
        people = recruits.cohort_to_simulate(setting.people, drawn, setting.start, setting.offset)
        people = recruits.later(people, change.late)
    conversions = None
    if change.conversions:
        month = np.arange(setting.months)
        conversions = Conversions(number=np.where(month >= setting.offset, change.conversions / 12, 0.0))
    answer = None if change.answer is None else np.full(setting.draws, change.answer)
    return simulated(
        setting.fit, [setting.area], setting.months, draws=setting.draws, seed=setting.seed, cohort=people,
        conversions=conversions, answer=answer, posts=change.posts,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One change of the plan; `values` replaces the value of assumptions by name, taken as certain."""

    key: str
    title: str
    recruits: bool = True
    late: float = 0.0
    values: tuple[tuple[str, float], ...] = ()
    conversions: float = 0.0
    answer: float | None = None
    posts: float = 0.0
    demand: float = 0.0

    def assumed(self, held: dict[str, Assumption]) -> dict[str, Assumption]:
        """Give the assumptions of this scenario."""
        changed = {
            name: held[name].model_copy(
                update={"value": value, "lower": value, "upper": value, "distribution": "fixed"}
            )
            for name, value in self.values
        }
        return held | changed

    def simulated(self, recruits: bool) -> Scenario:
        """Leave out what no simulation can tell: names, demand, and how recruits fare if there are none."""
        bare = replace(self, key="", title="", demand=0.0)
        return bare if recruits and self.recruits else replace(bare, recruits=False, late=0.0, values=())


def scenarios_of(setting: Setting) -> list[Scenario]:
    """List the scenarios, as planned first; those about recruits only where there are any."""
    held = setting.held
    late = held["late_months"].tried
    fewer = [("offer_falls_through", held["offer_falls_through"].upper)]
    leave = [("international_leaving", held["international_leaving"].upper)]
    growth, change = held["establishment_growth"].value, held["demand_change"].tried
    about_recruits = [
        *(
            Scenario(key=f"late_{months:g}", title=f"Arrivals {months:g} months later", late=months)
            for months in late
        ),
        Scenario(key="fewer_arrive", title="Fewer arrive", values=tuple(fewer)),
        Scenario(key="fewer_stay", title="Fewer of them stay", values=tuple(leave)),
        Scenario(key=NOBODY, title="No international recruitment", recruits=False),
    ]
    return [
        Scenario(key=PLANNED, title="As planned"),
        *(about_recruits if setting.people is not None else []),
        Scenario(
            key="conversions",
            title=f"{held['conversions'].value:g} conversions from agency a year",
            conversions=held["conversions"].value,
        ),
        Scenario(key="one_for_one", title="Agency falls one for one", answer=1.0),
        Scenario(key="growth", title=f"Posts grow by {growth:g}% a year", posts=growth / 100),
        *(
            Scenario(
                key=f"demand_{'up' if each > 0 else 'down'}",
                title=f"Cases {'up' if each > 0 else 'down'} {abs(each):g}% within a year",
                demand=each / 100,
            )
            for each in change
        ),
    ]


@dataclass(frozen=True)
class Projection:
    """Every scenario's outlook, and what they were worked out from.

    `base` is the simulation with nobody promised and nothing planned, and `level` the forecast that
    it carries: draws of agency rate and of caseload in the order of its own. `runs` keeps each
    simulation for the scenarios that it serves.
    """

    setting: Setting
    base: Paths
    level: dict[str, Floats]
    runs: dict[Scenario, Paths]

    def outlook(self, change: Scenario) -> Outlook:
        """Give the forecast, moved by what the scenario changes in the simulation of each draw."""
        paths = self._simulated(change)
        rate = np.clip(
            self.level["agency_rate_fte"] + 100 * _apart(paths.cover_share, self.base.cover_share), 0, 100
        )
        workforce = (paths.stock + paths.cover)[0]
        agency = rate / 100 * workforce
        posts = paths.places[0]
        vacant = np.maximum(posts - (workforce - agency), 0.0)
        values = {
            "agency_rate_fte": rate,
            "inpost_fte": workforce - agency,
            "agency_fte": agency,
            "vacancy_rate_fte": 100 * vacant / np.maximum(vacant + workforce - agency, 1e-9),
        }
        if "caseload_fte" in self.level:
            since = np.clip((np.arange(self.setting.months + 1) - self.setting.offset) / 12, 0, 1)
            demand = 1 + change.demand * since[:, None]
            values["caseload_fte"] = self.level["caseload_fte"] * demand * (paths.load / self.base.load)[0]
        return Outlook(values)

    def _simulated(self, change: Scenario) -> Paths:
        alike = change.simulated(self.setting.people is not None)
        if alike not in self.runs:
            self.runs[alike] = run(self.setting, alike)
        return self.runs[alike]


def _apart(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[0] - other[0])


def project(setting: Setting) -> Projection | None:
    """Project an area's workforce.

    Returns:
        None where the area has no published agency figure, posts or forecast to start from.
    """
    if setting.area not in setting.fit.start.index:
        return None
    nobody = Scenario(key=NOBODY, title="", recruits=False).simulated(recruits=False)
    base = run(setting, nobody)
    paths = {"agency_rate_fte": 100 * base.cover_share[0], "caseload_fte": base.load[0]}
    level = {}
    for name, values in paths.items():
        quantiles = forecast_paths(setting, name)
        if quantiles is not None and np.isfinite(values).all():
            level[name] = coupled(values, quantiles)
    if "agency_rate_fte" not in level:
        return None
    return Projection(setting, base, level, {nobody: base})


def month_day(setting: Setting, month: int) -> date:
    """Give the last day of the month so many months after that of the figures."""
    ahead: date = (pd.Timestamp(setting.day_zero) + pd.offsets.MonthEnd(month)).date()
    return ahead
