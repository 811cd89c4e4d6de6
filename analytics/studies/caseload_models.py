"""What goes with agency use, over all authorities and years: fitted once, shared by every area."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from analytics.figures import Figures
from analytics.kept import kept
from analytics.methods import panel as models_of
from analytics.methods.panel import Slope
from analytics.studies.rates import TOO_SMALL, rates_to_compare

ESTIMATES = [
    "key", "model", "outcome", "n", "areas", "estimate", "lower", "upper", "p_value", "note", "status",
]  # fmt: skip
TIMING = [
    "question", "outcome", "regressor", "offset", "unit", "n", "areas", "estimate", "lower", "upper",
    "p_value", "placebo", "note", "status",
]  # fmt: skip
PARTS = ["part", "outcome", "n", "areas", "estimate", "lower", "upper", "p_value", "note", "status"]
OUTCOMES = [
    "offset", "model", "unit", "n", "areas", "estimate", "lower", "upper", "p_value", "placebo", "note",
    "status",
]  # fmt: skip
SLOPES = ["area", "name", "slope", "lower", "upper", "years", "status"]
SEED, DRAWS = 20170930, 1000
PERCENT = 100.0
OFFSETS = range(-1, 4)
PER_TEN = "cases per 10 percentage points"
CASELOAD = "average caseload (cases)"
UNIT, TIME = "area", "period"
MEASURES = [
    "agency_rate_fte", "agency_rate_headcount", "caseload_fte", "cases", "case_holders_fte", "agency_fte",
    "inpost_fte", "vacancy_rate_fte", "turnover_rate_fte",
]  # fmt: skip


@dataclass(frozen=True)
class Models:
    """Every model of the study up to one year; estimates are per 10 percentage points of agency rate.

    `spread` is the standard deviation of agency rate within authorities, in percentage points;
    `mean_slope` and `slope_spread` are the mean of authorities' slopes and their standard deviation.
    """

    estimates: pd.DataFrame
    timing: pd.DataFrame
    parts: pd.DataFrame
    slopes: pd.DataFrame
    outcomes: pd.DataFrame
    mean_slope: Slope | None
    slope_spread: float
    slope_p_value: float
    spread: float


def authority_panel(figures: Figures, measures: list[str], until: int) -> pd.DataFrame:
    """Give measures of every authority or joint return for each period up to `until`.

    City of London and Isles of Scilly are left out; a return that continues an abolished one
    with the same footprint continues its series.

    Returns:
        `area, period` and a column a measure.
    """
    places = figures.register
    held = figures.wide[measures].reset_index()
    kinds = held["area"].map(places["kind"])
    held = held[
        kinds.isin(["authority", "joint"]) & ~held["area"].isin(TOO_SMALL) & (held["period"] <= until)
    ]
    continued = places[places["continues"] != ""]["continues"]
    return held.replace({"area": dict(zip(continued, continued.index, strict=True))}).reset_index(drop=True)


def model_panel(figures: Figures, until: int) -> pd.DataFrame:
    """Give the rows that models are fitted on: caseload and agency rate both published.

    Returns:
        The columns of `authority_panel`, `region`, and `agency`, `agency_people` (agency rate by FTE
        and by headcount, in tens of percentage points), `log_caseload`, `log_cases`, `log_holders`,
        `log_workforce`.
    """
    rows = authority_panel(figures, MEASURES, until)
    rows = rows[rows[["agency_rate_fte", "caseload_fte"]].notna().all(axis=1)]
    region = rows["area"].map(figures.register["region"])
    positive = rows[["cases", "case_holders_fte"]].where(rows[["cases", "case_holders_fte"]] > 0)
    workforce = rows["agency_fte"] + rows["inpost_fte"]
    return rows.assign(
        region_year=region + rows["period"].astype(str),
        agency=rows["agency_rate_fte"] / 10,
        agency_people=rows["agency_rate_headcount"] / 10,
        log_cases=np.log(positive["cases"]),
        log_holders=np.log(positive["case_holders_fte"]),
        log_caseload=np.log(positive["cases"]) - np.log(positive["case_holders_fte"]),
        log_workforce=np.log(workforce.where(workforce > 0)),
    ).reset_index(drop=True)


@kept
def models(figures: Figures, until: int) -> Models:
    """Fit every model of the study on the figures up to a year, once.

    A model that cannot be fitted (too few years, say) has a row without numbers whose `status`
    says why.
    """
    rows = model_panel(figures, until)
    try:
        slopes = models_of.random_slopes(rows, UNIT, TIME, "agency", "caseload_fte")
        by_unit, mean = slopes.by_unit, slopes.mean
        slope_spread, slope_p = slopes.spread, slopes.p_value
    except ValueError:
        by_unit, mean, slope_spread, slope_p = None, None, np.nan, np.nan
    return Models(
        estimates=_estimates(rows, mean),
        timing=_timing(rows),
        parts=_parts(rows),
        slopes=_slopes(figures, rows, by_unit),
        outcomes=_outcomes(figures, rows, until),
        mean_slope=mean,
        slope_spread=slope_spread,
        slope_p_value=slope_p,
        spread=_spread(rows),
    )


def _fitted(fit: Callable[[], Slope], scale: float = 1.0) -> dict[str, object]:
    """Give a model's numbers for a table, or the reason why there are none."""
    try:
        slope = fit()
    except ValueError as error:
        missing = dict.fromkeys(("estimate", "lower", "upper", "p_value"), np.nan)
        return {"n": 0, "areas": 0, **missing, "status": f"cannot be fitted: {error}"}
    numbers = {name: scale * getattr(slope, name) for name in ("estimate", "lower", "upper")}
    return {"n": slope.observations, "areas": slope.units, **numbers, "p_value": slope.p_value, "status": ""}


def _estimates(rows: pd.DataFrame, mean_slope: Slope | None) -> pd.DataFrame:
    """Ask of caseload and agency rate in the same year, under every model; the headline is the first."""
    pair = (UNIT, TIME, "agency", "caseload_fte")
    within = partial(models_of.within, rows, *pair)
    without = rows[~rows["period"].isin([2020, 2021])]
    asked = [
        ("within", "Within authorities, years taken out", within,
         _headline_note(rows)),
        ("bootstrap", "The same, authorities drawn again",
         partial(models_of.cluster_bootstrap, rows, *pair, seed=SEED, draws=DRAWS), f"{DRAWS:,} draws"),
        ("between", "Between authorities' means", partial(models_of.between, rows, *pair), "HC3 errors"),
        ("mundlak_within", "Random intercepts: within", partial(_mundlak, rows, 0), "Mundlak"),
        ("mundlak_between", "Random intercepts: between less within", partial(_mundlak, rows, 1), "Mundlak"),
        ("first_differences", "Changes from year to year", partial(_changes, rows, "caseload_fte"),
         "years taken out"),
        ("random_slopes", "Mean of authorities' own slopes", partial(_known, mean_slope), "mixed model"),
        ("robust", "Outliers count for less", partial(models_of.robust, rows, *pair), "Huber"),
        ("trimmed", "Furthest hundredth left out", partial(models_of.trimmed, rows, *pair), "at either end"),
        ("weighted", "Weighted by case holders", partial(within, weights="case_holders_fte"),
         "large authorities count for more"),
        ("region_year", "Each region's years taken out",
         partial(models_of.within, rows, UNIT, "region_year", "agency", "caseload_fte"),
         "authorities of one region compared"),
        ("headcount", "Agency rate by headcount",
         partial(models_of.within, rows, UNIT, TIME, "agency_people", "caseload_fte"),
         "not touched by missing hours"),
        ("without_2020_21", "Without 2020 and 2021", partial(models_of.within, without, *pair),
         "the years of the pandemic"),
        ("mediators", "Vacancy and turnover held alike",
         partial(within, controls=("vacancy_rate_fte", "turnover_rate_fte")),
         "both may lie on the way: sensitivity only"),
    ]  # fmt: skip
    found = [
        {"key": key, "model": model, "outcome": CASELOAD, "note": note} | _fitted(fit)
        for key, model, fit, note in asked
    ]
    logs = partial(models_of.within, rows, UNIT, TIME, "agency", "log_caseload")
    logged = {"key": "log", "model": "In logarithms", "outcome": "log caseload (%)", "note": "per cent"}
    return pd.DataFrame([*found, _without_each(rows), logged | _fitted(logs, PERCENT)], columns=ESTIMATES)


def _headline_note(rows: pd.DataFrame) -> str:
    spread = _spread(rows)
    within = f"; agency rate within authorities: standard deviation {spread:.1f} percentage points"
    return "headline; errors clustered by authority, G/(G-1)" + ("" if np.isnan(spread) else within)


def _mundlak(rows: pd.DataFrame, which: int) -> Slope:
    return models_of.mundlak(rows, UNIT, TIME, "agency", "caseload_fte")[which]


def _changes(rows: pd.DataFrame, outcome: str) -> Slope:
    changes = models_of.first_differences(rows, UNIT, TIME, ["agency", outcome])
    return models_of.slope_of_changes(changes, UNIT, TIME, "agency", outcome)


def _known(slope: Slope | None) -> Slope:
    if slope is None:
        raise ValueError("slopes that differ between authorities need more years")
    return slope


def _without_each(rows: pd.DataFrame) -> dict[str, object]:
    """Give the furthest that the headline moves when one authority is left out."""
    named = {"key": "leave_one_out", "model": "Range, each authority left out in turn", "outcome": CASELOAD}
    try:
        left = models_of.leave_one_out(rows, UNIT, TIME, "agency", "caseload_fte")["estimate"]
    except ValueError as error:
        return named | {"n": 0, "areas": 0, "note": "", "status": f"cannot be fitted: {error}"}
    return named | {
        "n": len(rows),
        "areas": len(left),
        "estimate": left.median(),
        "lower": left.min(),
        "upper": left.max(),
        "note": "lowest and highest estimate, not an interval",
        "status": "",
    }


def _timing(rows: pd.DataFrame) -> pd.DataFrame:
    """Ask which comes first: agency use before, with and after caseload, and the other way round."""
    asked = [
        (-1, "Caseload, agency rate a year before", False, ""),
        (0, "Caseload, agency rate the same year", False, ""),
        (1, "Caseload, agency rate a year after", True, "what comes after cannot come first"),
    ]
    found = []
    for offset, question, placebo, note in asked:
        fit = partial(models_of.lead_or_lag, rows, UNIT, TIME, "agency", "caseload_fte", offset)
        found.append(
            {
                "question": question, "outcome": "caseload", "regressor": "agency rate", "offset": offset,
                "unit": PER_TEN, "placebo": placebo, "note": note,
            }
            | _fitted(fit)
        )  # fmt: skip
    before = {"agency_rate_fte": -1}
    reverse = partial(
        models_of.lead_or_lag, rows, UNIT, TIME, "caseload_fte", "agency_rate_fte", -1, controls=before
    )
    found.append(
        {
            "question": "Agency rate, caseload a year before", "outcome": "agency rate",
            "regressor": "caseload", "offset": -1, "unit": "percentage points per case", "placebo": False,
            "note": "agency rate of the year before held alike, which bends it a little in so few years",
        }
        | _fitted(reverse)
    )  # fmt: skip
    return pd.DataFrame(found, columns=TIMING)


def _parts(rows: pd.DataFrame) -> pd.DataFrame:
    """Ask the headline's question of the parts of a caseload, in logarithms, so that they add up."""
    whole = rows.dropna(subset=["log_caseload", "log_workforce"])
    asked = {
        "caseload": ("log_caseload", "cases less case holders"),
        "cases": ("log_cases", ""),
        "case holders": ("log_holders", ""),
        "workforce": ("log_workforce", "agency workers are part of it"),
    }
    found = [
        {"part": part, "outcome": f"log {part} (%)", "note": note}
        | _fitted(partial(models_of.within, whole, UNIT, TIME, "agency", column), PERCENT)
        for part, (column, note) in asked.items()
    ]
    return pd.DataFrame(found, columns=PARTS)


def _slopes(figures: Figures, rows: pd.DataFrame, by_unit: pd.DataFrame | None) -> pd.DataFrame:
    """Give each authority's own slope, drawn towards the mean by as much as its years warrant."""
    if by_unit is None:
        return pd.DataFrame(columns=SLOPES)
    table = by_unit.rename(columns={"estimate": "slope"})
    years = rows.groupby(UNIT)["period"].nunique()
    return table.assign(
        name=table["area"].map(figures.register["name"]), years=table["area"].map(years), status=""
    )[SLOPES]


def _spread(rows: pd.DataFrame) -> float:
    try:
        return models_of.spread(rows, UNIT, "agency_rate_fte")
    except ValueError:
        return float("nan")


def rereferral_panel(figures: Figures, until: int) -> pd.DataFrame:
    """Give re-referral counts for the areas that report a workforce, members of a joint return added up.

    Figures that cannot be compared (a new authority's first year among them) are left out.

    Returns:
        `area, cin_year, referrals, rate` (per cent) and `log_odds` (empirical, +0.5).
    """
    rates = rates_to_compare(figures, "rereferral_percent").reset_index()
    rates = rates[(rates["kind"] == "authority") & rates["held"] & (rates["period"] <= until)]
    places = figures.register
    heirs = {old: new for new, old in places.loc[places["continues"] != "", "continues"].items()}
    rates["unit"] = rates["area"].map(lambda area: heirs.get(area, figures.joint_returns.get(area, area)))
    counts = rates[["numerator", "denominator"]].where(rates["reason"] == "")
    sums = counts.groupby([rates["unit"], rates["period"]]).sum(min_count=1)
    whole = counts.notna().all(axis=1).groupby([rates["unit"], rates["period"]]).all()
    sums = sums[whole].rename_axis(["area", "cin_year"]).reset_index()
    x, n = sums["numerator"], sums["denominator"]
    log_odds = np.log((x + 0.5) / (n - x + 0.5))
    return sums.assign(referrals=n, rate=100 * x / n, log_odds=log_odds).drop(
        columns=["numerator", "denominator"]
    )


def _outcomes(figures: Figures, rows: pd.DataFrame, until: int) -> pd.DataFrame:
    """Ask of re-referral rate and agency rate at each offset between their years.

    The workforce is that of 30 September; re-referrals are of years to 31 March. Offset 1 is the year
    around the workforce's day; offsets -1 and 0 end before it, and so are placebos (METHODS.md B9, D).
    """
    cin = rereferral_panel(figures, until)
    before = cin.assign(cin_year=cin["cin_year"] + 1)[["area", "cin_year", "rate"]]
    cin = cin.merge(before.rename(columns={"rate": "rate_before"}), on=["area", "cin_year"], how="left")
    workforce = rows[["area", "period", "agency"]]
    found = []
    for offset in OFFSETS:
        joined = workforce.assign(cin_year=workforce["period"] + offset).merge(cin, on=["area", "cin_year"])
        for model, unit, fit in _asked_of_outcome(joined):
            row = {"offset": offset, "model": model, "unit": unit, "placebo": offset <= 0, "note": ""}
            found.append(row | _fitted(fit))
    return pd.DataFrame(found, columns=OUTCOMES)


def _asked_of_outcome(joined: pd.DataFrame) -> list[tuple[str, str, Callable[[], Slope]]]:
    within = partial(models_of.within, joined, UNIT, TIME, "agency")
    points = "percentage points"
    return [
        ("unweighted", points, partial(within, "rate")),
        ("weighted by referrals", points, partial(within, "rate", weights="referrals")),
        ("first differences", points, partial(_changes, joined, "rate")),
        ("with the rate of the year before", points, partial(within, "rate", controls=("rate_before",))),
        ("log odds", "log odds", partial(within, "log_odds")),
    ]
