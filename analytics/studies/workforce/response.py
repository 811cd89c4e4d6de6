"""How many agency FTE went when permanent FTE came, over all authorities: never one for one by assumption."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.regression.linear_model import OLS

from analytics.figures import Figures
from analytics.kept import kept
from analytics.methods.panel.slope import Slope, t_slope
from analytics.studies.workforce.panel import workforce_panel, yearly_flows

Floats = npt.NDArray[np.float64]

RESPONSE = ["model", "n", "areas", "estimate", "lower", "upper", "p_value", "note", "status"]
HIGH = 0.75
"""An authority with more agency than this part of all is one that uses much."""
ENOUGH = 50


def cover_response(flows: pd.DataFrame, *, posts: bool = True) -> tuple[Slope, float, Floats]:
    """Regress the change of agency FTE on that of in-post FTE, and of posts, years taken out.

    Least squares with an effect for each year; errors clustered by authority with statsmodels'
    corrections G/(G-1) and (n-1)/(n-k), and t with G-1 degrees of freedom.
    Source: METHODS.md E; Cameron and Miller (2015), Journal of Human Resources 50:317.

    Args:
        flows: what `panel.yearly_flows` gives.
        posts: whether the change of posts (in post and vacancies) is held alike.

    Returns:
        How many agency FTE fewer went with one more FTE in post; how many more with one more post;
        and the covariance of the two.

    Raises:
        ValueError: there are fewer than fifty changes.
    """
    names = ["stock", "places"] if posts else ["stock"]
    known = flows.dropna(subset=["cover", *names])
    if len(known) < ENOUGH:
        raise ValueError(f"{len(known)} changes are too few for a response")
    years = pd.get_dummies(known["period"]).to_numpy(float)
    design = np.column_stack([-known["stock"], *(known[name] for name in names[1:]), years])
    fit = OLS(known["cover"].to_numpy(float), design).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(known["area"])[0]}, use_t=True
    )
    areas = int(known["area"].nunique())
    slope = t_slope(
        float(fit.params[0]), float(fit.bse[0]), areas - 1, 0.95, observations=len(known), units=areas,
        method="changes, years taken out, errors clustered by authority",
    )  # fmt: skip
    around = np.asarray(fit.cov_params())[: len(names), : len(names)]
    return slope, float(fit.params[1]) if posts else 0.0, around


@kept
def responses(figures: Figures, year: int) -> pd.DataFrame:
    """Ask how agency answers in several ways, on the changes up to a year, as published by then.

    The first is the one that projections use.

    Returns:
        The columns of `RESPONSE`: agency FTE fewer for one more permanent FTE; a row that cannot be
        fitted says why in `status`.
    """
    panel = workforce_panel(figures, year)
    flows = yearly_flows(panel)
    before = panel[["area", "period", "agency_rate_fte"]].assign(period=panel["period"] + 1)
    with_rate = flows.merge(before.rename(columns={"agency_rate_fte": "rate"}), on=["area", "period"])
    high = with_rate[with_rate["rate"] >= with_rate["rate"].quantile(HIGH)]
    asked: Sequence[tuple[str, pd.DataFrame, bool, str]] = [
        ("Posts held alike", flows, True, "headline: what projections use"),
        ("Posts not held alike", flows, False, "a larger establishment is then part of it"),
        ("Over two years", _over_two_years(flows), True, "changes overlap"),
        ("Where agency use was high", high, True, "the quarter with most agency the year before"),
        ("Without 2020 and 2021", flows[~flows["period"].isin([2020, 2021])], True, "years of the pandemic"),
    ]
    return pd.DataFrame([_row(*each) for each in asked], columns=RESPONSE)


def _row(model: str, flows: pd.DataFrame, posts: bool, note: str) -> dict[str, object]:
    try:
        slope, _, _ = cover_response(flows, posts=posts)
    except ValueError as error:
        missing = dict.fromkeys(("estimate", "lower", "upper", "p_value"), np.nan)
        return {"model": model, "n": 0, "areas": 0, **missing, "note": note, "status": f"not fitted: {error}"}
    return {
        "model": model,
        "n": slope.observations,
        "areas": slope.units,
        "estimate": slope.estimate,
        "lower": slope.lower,
        "upper": slope.upper,
        "p_value": slope.p_value,
        "note": note,
        "status": "",
    }


def _over_two_years(flows: pd.DataFrame) -> pd.DataFrame:
    """Add each authority's change of one year to that of the year before."""
    names = ["stock", "places", "cover"]
    before = flows[["area", "period", *names]].assign(period=flows["period"] + 1)
    both = flows.merge(before, on=["area", "period"], suffixes=("", "_before"))
    return both.assign(**{name: both[name] + both[f"{name}_before"] for name in names})
