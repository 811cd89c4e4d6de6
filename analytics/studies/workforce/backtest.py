"""How often the forecast would have been right: every origin since 2019, beside the plainest models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.figures import Figures
from analytics.kept import kept
from analytics.methods.forecast import combine, forecasts_of
from analytics.methods.scoring import (
    Difference,
    covered,
    crps_sample,
    difference,
    differences,
    mase,
    naive_error,
)
from analytics.studies.workforce.forecasts import BESIDE, BOUNDS, ENOUGH, forecast_cases
from analytics.studies.workforce.panel import workforce_panel
from analytics.studies.workforce.structure import structural_forecast

OURS, NO_CHANGE = "combined", "persistence"
TITLES = {
    OURS: "Ours: the models below combined, but for the last",
    NO_CHANGE: "No change",
    "drift": "All change as on average so far",
    "ar1": "Last figure, regressed",
    "own_mean": "Part of the way back to its own mean",
    "group_mean": "Part of the way to its region's mean",
    "overall_mean": "Part of the way to the mean of all",
    "ar_means": "Last figure, own and region's mean",
    "ridge": "The same, with vacancy and turnover",
    "trend": "Its own straight line",
    "structure": "Joiners, leavers and agency alone",
}
"""The models scored, in the order of the table: ours first, then the plain ones, then structure alone."""
HORIZONS = (1, 2)
FIRST_ORIGIN = 2019
SEED = 20190930
BACKTEST = [
    "model", "title", "measure", "horizon", "n", "mae", "median_ae", "mase", "crps", "coverage_80",
    "coverage_95", "bias", "difference", "difference_lower", "difference_upper", "ours", "status",
]  # fmt: skip
RIVAL = [
    "measure", "horizon", "model", "title", "crps", "ours", "difference", "lower", "upper", "status",
]  # fmt: skip
NOT_PLAIN = ("ridge", "structure")
"""Models that are not among the plain ones of METHODS.md E: they lean on more than the rate itself."""
ORIGINS = [
    "model", "title", "measure", "horizon", "origin", "n", "crps", "bias", "coverage_80", "release", "ours",
    "status",
]  # fmt: skip


@dataclass(frozen=True)
class Backtest:
    """The record of every model: `table` over all origins, `origins` one by one, `pairs` one by one.

    `rivals` holds our score against that of the plain model that did best.
    `pairs` has a row for each model, measure, horizon, origin and authority: `centre, outcome, crps,
    held_80, held_95, naive`.
    """

    table: pd.DataFrame
    origins: pd.DataFrame
    rivals: pd.DataFrame
    pairs: pd.DataFrame


@kept
def backtest(figures: Figures, until: int) -> Backtest:
    """Score every model on what was published after each origin, up to the figures of `until`.

    At each origin a model knows the release of that year where it is held, else the figures of the
    newest release up to it; outcomes are those of the release of `until`. All models are scored on
    the same authorities: those with a figure at both ends under one code, so that none whose area
    changed between is among them. City of London and Isles of Scilly are left out.

    Returns:
        Tables without rows where `until` is too early for any outcome.
    """
    scored = [
        _scored(figures, until, name, horizon, origin)
        for name in BOUNDS
        for horizon in HORIZONS
        for origin in range(FIRST_ORIGIN, until - horizon + 1)
    ]
    pairs = pd.concat(scored, ignore_index=True) if scored else pd.DataFrame()
    if pairs.empty:
        table, origins, rivals = (pd.DataFrame(columns=names) for names in (BACKTEST, ORIGINS, RIVAL))
        return Backtest(table, origins, rivals, pairs)
    keys = ["measure", "horizon", "model"]
    rows = [row for key, own in pairs.groupby(keys[:2], sort=False) for row in _rows(key, own)]
    table = pd.DataFrame(rows, columns=BACKTEST)
    vintages = {origin: figures.vintage(origin) for origin in pairs["origin"].unique()}
    origins = [_origin_row(vintages, key, own) for key, own in pairs.groupby([*keys, "origin"], sort=False)]
    return Backtest(table, pd.DataFrame(origins, columns=ORIGINS), _rivals(table, pairs), pairs)


def _scored(figures: Figures, until: int, name: str, horizon: int, origin: int) -> pd.DataFrame:
    """Score every model at one origin."""
    table = forecast_cases(figures, origin, name, horizon)
    known, new = table.dropna(subset=["target"]), table[table["time"] == origin]
    final = workforce_panel(figures, until).set_index(["area", "period"])[name]
    outcome = final.reindex(pd.MultiIndex.from_arrays([new["unit"], new["time"] + horizon])).to_numpy()
    structure = structural_forecast(figures, origin, horizon, name)
    there = ~np.isnan(outcome) & new["unit"].isin(structure.areas).to_numpy()
    if len(known) < ENOUGH or not there.any():
        return pd.DataFrame()
    new, outcome = new[there], outcome[there]
    told = {OURS: combine(known, new, BESIDE, bounds=BOUNDS[name])}
    alone = [model for model in TITLES if model not in (OURS, "structure")]
    told |= forecasts_of(alone, known, new, BESIDE, bounds=BOUNDS[name])
    naive = naive_error(workforce_panel(figures, origin), "area", "period", name, origin)
    found = {model: (each.centre, each.quantiles) for model, each in told.items()}
    found["structure"] = structure.of(new["unit"])
    centres, quantiles = zip(*(found[model] for model in TITLES), strict=True)
    models = len(TITLES)
    return pd.DataFrame(
        {
            "measure": name,
            "horizon": horizon,
            "model": np.repeat(np.array(list(TITLES), object), len(new)),
            "origin": origin,
            "area": np.tile(new["unit"].to_numpy(), models),
            "centre": np.concatenate(centres),
            "outcome": np.tile(outcome, models),
            "crps": np.concatenate([crps_sample(each, outcome) for each in quantiles]),
            "held_80": np.concatenate([covered(each, outcome, 0.80) for each in quantiles]),
            "held_95": np.concatenate([covered(each, outcome, 0.95) for each in quantiles]),
            "naive": np.tile(new["unit"].map(naive).to_numpy(), models),
        }
    )


def _rows(key: tuple[str, int], pairs: pd.DataFrame) -> list[dict[str, object]]:
    """Give each model's scores over all origins, and how they differ from those of no change."""
    by_model = dict(list(pairs.groupby("model", sort=False)))
    plain = by_model[NO_CHANGE]["crps"].to_numpy()
    areas = by_model[NO_CHANGE]["area"].to_numpy()
    # Every model is scored on the same authorities in the same order.
    scores = [own["crps"].to_numpy() for own in by_model.values()]
    apart = differences(scores, plain, areas, seed=SEED)
    return [
        _row((*key, model), own, less) for (model, own), less in zip(by_model.items(), apart, strict=True)
    ]


def _row(key: tuple[str, int, str], own: pd.DataFrame, apart: Difference) -> dict[str, object]:
    """Give one model's scores, and how they differ from those of no change."""
    name, horizon, model = key
    error = (own["centre"] - own["outcome"]).to_numpy()
    return {
        "model": model,
        "title": TITLES[model],
        "measure": name,
        "horizon": horizon,
        "n": len(own),
        "mae": float(np.mean(np.abs(error))),
        "median_ae": float(np.median(np.abs(error))),
        "mase": mase(error, own["naive"].dropna().to_numpy()),
        "crps": float(own["crps"].mean()),
        "coverage_80": 100 * float(own["held_80"].mean()),
        "coverage_95": 100 * float(own["held_95"].mean()),
        "bias": float(np.mean(error)),
        # Two models that give one forecast differ by rounding alone.
        "difference": round(apart.estimate, 12),
        "difference_lower": round(apart.lower, 12),
        "difference_upper": round(apart.upper, 12),
        "ours": model == OURS,
        "status": "",
    }


def _rivals(table: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Hold our score against that of the plain model that did best, for each measure and horizon.

    Returns:
        The columns of `RIVAL`: the rival's mean CRPS and `ours`, and ours less the rival's with an
        interval from authorities drawn again; below zero ours is better.
    """
    rows = []
    plain = table[~table["model"].isin([OURS, *NOT_PLAIN])]
    for (name, horizon), own in plain.groupby(["measure", "horizon"], sort=False):
        best = own.loc[own["crps"].idxmin()]
        there = pairs[(pairs["measure"] == name) & (pairs["horizon"] == horizon)]
        mine, other = (
            there[there["model"] == model].sort_values(["origin", "area"]) for model in (OURS, best["model"])
        )
        apart = difference(
            mine["crps"].to_numpy(), other["crps"].to_numpy(), mine["area"].to_numpy(), seed=SEED
        )
        found = (best["crps"], float(mine["crps"].mean()), apart.estimate, apart.lower, apart.upper)
        rows.append((name, horizon, best["model"], best["title"], *found, ""))
    return pd.DataFrame(rows, columns=RIVAL)


def _origin_row(
    vintages: dict[int, str], key: tuple[str, int, str, int], own: pd.DataFrame
) -> dict[str, object]:
    name, horizon, model, origin = key
    return {
        "model": model,
        "title": TITLES[model],
        "measure": name,
        "horizon": horizon,
        "origin": origin,
        "n": len(own),
        "crps": float(own["crps"].mean()),
        "bias": float((own["centre"] - own["outcome"]).mean()),
        "coverage_80": 100 * float(own["held_80"].mean()),
        "release": vintages[origin],
        "ours": model == OURS,
        "status": "",
    }
