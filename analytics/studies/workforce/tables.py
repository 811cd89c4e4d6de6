"""The tables of a projection, from its draws."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.assumptions import Assumption
from analytics.figures import Figures
from analytics.kept import kept
from analytics.methods.scoring import covered
from analytics.studies.rates import own_rows
from analytics.studies.workforce.backtest import FIRST_ORIGIN
from analytics.studies.workforce.panel import workforce_panel
from analytics.studies.workforce.projection import (
    MEASURES,
    PERCENTILES,
    Outlook,
    Projection,
    Scenario,
    Setting,
    month_day,
)
from analytics.studies.workforce.structure import every_path

PROJECTION = ["month", "date", "measure", *PERCENTILES, "outturn", "status"]
SCENARIOS = [
    "scenario", "title", "month", "measure", "level", "lower", "upper", "effect", "effect_lower",
    "effect_upper", "status",
]  # fmt: skip
ASSUMPTIONS = [
    "name", "title", "value", "lower", "upper", "unit", "how", "source", "dated", "if_wrong", "own", "status",
]  # fmt: skip
CHECK = ["measure", "origin", "n", "coverage_50", "coverage_80", "coverage_95", "status"]
AHEAD = (12, 24)
NINE_IN_TEN = (0.05, 0.5, 0.95)
CHANGES = {
    "change in social workers in post": ("inpost_fte", "stock"),
    "change in agency workers": ("agency_fte", "cover"),
    "change in posts": ("places", "places"),
}
NEAR_NOMINAL = 5.0
"""Simulated changes pass their check where coverage is within so many points of what is due at 80%."""


def projection_table(setting: Setting, outlook: Outlook) -> pd.DataFrame:
    """Give percentiles of every measure by month, and the figures published since for the same day.

    Returns:
        The columns of `PROJECTION`; month 0 is the day of the figures.
    """
    since = {name: own_rows(setting.figures, setting.area, name).set_index("period") for name in MEASURES}
    rows = []
    for name, values in outlook.paths.items():
        told = np.quantile(values, list(PERCENTILES.values()), axis=1).T
        for month, quantiles in enumerate(told):
            day = month_day(setting, month)
            on_the_day = month % 12 == 0 and month > 0
            later = since[name]["value"].get(setting.year + month // 12, np.nan) if on_the_day else np.nan
            rows.append((month, day.isoformat(), name, *quantiles, later, ""))
    return pd.DataFrame(rows, columns=PROJECTION)


def scenario_table(made: Projection, scenarios: list[Scenario], planned: Outlook) -> pd.DataFrame:
    """Give each scenario's agency rate and caseload a year and two years on, and how far from planned.

    A shorter projection is told at its end.
    Levels and effects have nine draws in ten between `lower` and `upper`; an effect is taken draw by
    draw, with the same chance in both.
    """
    setting, rows = made.setting, []
    last = setting.months - setting.offset
    months = [ahead for ahead in AHEAD if ahead <= last] or [last]
    for change in scenarios:
        outlook = planned if change.key == scenarios[0].key else made.outlook(change)
        for ahead in months:
            for name in ("agency_rate_fte", "caseload_fte"):
                if name not in outlook.paths:
                    continue
                month = setting.offset + ahead
                low, middle, high = np.quantile(outlook.paths[name][month], NINE_IN_TEN)
                apart = outlook.paths[name][month] - planned.paths[name][month]
                less, effect, more = np.quantile(apart, NINE_IN_TEN)
                rows.append(
                    (change.key, change.title, ahead, name, middle, low, high, effect, less, more, "")
                )
    return pd.DataFrame(rows, columns=SCENARIOS)


def assumption_table(setting: Setting, own: set[str]) -> pd.DataFrame:
    """List what was fitted, on which years, and then what was assumed, from which source."""
    assumed = [_assumed(name, each, name in own) for name, each in setting.held.items()]
    return pd.DataFrame([*_fitted(setting), *assumed], columns=ASSUMPTIONS)


def _fitted(setting: Setting) -> list[dict[str, object]]:
    """Give what was fitted for the area: its rates, with nine in ten draws, and the answer of agency."""
    fit, chance = setting.fit, np.random.default_rng([setting.seed, 4])
    found = {}
    for name, rates in (("leaving", fit.leaving), ("starting", fit.starting)):
        drawn = 100 * chance.gamma(rates.shape[setting.area], 1 / rates.rate[setting.area], 4000)
        found[name] = (100 * rates.mean(setting.area), *np.quantile(drawn, [0.05, 0.95]))
    found["response"] = (fit.response.estimate, fit.response.lower, fit.response.upper)
    reach = (fit.response.upper - fit.response.estimate) / fit.response.standard_error
    apart = reach * float(np.sqrt(fit.around[1, 1]))
    found["posts"] = (fit.places, fit.places - apart, fit.places + apart)
    first, last = fit.years
    how = f"fitted on the changes of all authorities, {first} to {last}"
    return [
        {
            "name": name,
            "title": FITTED[name][0],
            "value": value,
            "lower": lower,
            "upper": upper,
            "unit": FITTED[name][1],
            "how": how,
            "source": SOURCE,
            "dated": setting.figures.vintage(setting.year),
            "if_wrong": FITTED[name][2],
            "own": False,
            "status": "",
        }
        for name, (value, lower, upper) in found.items()
    ]


SOURCE = "Department for Education, Children's social work workforce"
FITTED = {
    "leaving": (
        "Social workers in post who leave in a year",
        "% of those in post",
        "where more leave, fewer are in post and more agency workers are used",
    ),
    "starting": (
        "Social workers who start in a year",
        "% of those in post",
        "where fewer start, fewer are in post and more agency workers are used",
    ),
    "response": (
        "Agency workers fewer for one more in post",
        "FTE",
        "each recruit is followed by fewer agency workers leaving, or by more",
    ),
    "posts": (
        "Agency workers more for one more post",
        "FTE",
        "growth of posts is followed by more agency workers, or by fewer",
    ),
}


def _assumed(name: str, each: Assumption, own: bool) -> dict[str, object]:
    return {
        "name": name,
        "title": each.title,
        "value": each.value,
        "lower": each.lower,
        "upper": each.upper,
        "unit": each.unit,
        "how": each.how,
        "source": each.source,
        "dated": each.dated,
        "if_wrong": each.if_wrong,
        "own": own,
        "status": "",
    }


@kept
def residual_check(figures: Figures, year: int) -> pd.DataFrame:
    """Hold simulated one-year changes against published ones, for every origin since the record begins.

    Returns:
        The columns of `CHECK`: in per cent, how often the central 50, 80 and 95% of draws held what
        was published, by measure and origin and, `origin` "all", over all of them.
    """
    found = [
        _changes(figures, year, origin, name, *of)
        for origin in range(FIRST_ORIGIN, year)
        for name, of in CHANGES.items()
    ]
    if not found:
        return pd.DataFrame(columns=CHECK)
    held = pd.concat(found, ignore_index=True)
    by_origin = held.groupby(["measure", "origin"], sort=False)
    overall = held.assign(origin="all").groupby(["measure", "origin"], sort=False)
    rows = [(*key, len(rows), *(100 * rows[["50", "80", "95"]].mean()), "") for key, rows in overall]
    rows += [(*key, len(rows), *(100 * rows[["50", "80", "95"]].mean()), "") for key, rows in by_origin]
    return pd.DataFrame(rows, columns=CHECK)


def _changes(
    figures: Figures, year: int, origin: int, name: str, published: str, simulated: str
) -> pd.DataFrame:
    """Say of each authority whether simulated changes of the year after an origin held the published one."""
    areas, paths = every_path(figures, origin)
    final = workforce_panel(figures, year)
    final = final.assign(places=final["inpost_fte"] + final["vacancy_fte"])
    later = final[final["period"] == origin + 1].set_index("area")[published].reindex(areas)
    start = getattr(paths, simulated)[:, 0, :1]
    moved = (getattr(paths, simulated)[:, 12, :] - start)[later.notna().to_numpy()]
    outcome = (later.to_numpy() - start[:, 0])[later.notna().to_numpy()]
    return pd.DataFrame(
        {
            "measure": name,
            "origin": str(origin),
            **{level: covered(moved, outcome, int(level) / 100) for level in ("50", "80", "95")},
        }
    )


def passes(check: pd.DataFrame) -> bool:
    """Say whether simulated changes held published ones about as often as they should."""
    overall = check[check["origin"] == "all"]
    return bool(len(overall) and (overall["coverage_80"] - 80).abs().le(NEAR_NOMINAL).all())
