"""Slopes from models whose units are drawn from a distribution of units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from analytics.methods.panel.reml import Fit, fit_random
from analytics.methods.panel.rows import Rows, complete_rows
from analytics.methods.panel.slope import Slope, t_slope


@dataclass(frozen=True)
class RandomSlopes:
    """Slopes that differ between units.

    `mean` is their mean and `spread` their standard deviation between units. `by_unit` has a row for
    each unit: its name under the panel's own column, `estimate` (drawn towards the mean, the more so
    the less its rows say), `lower` and `upper`. `likelihood_ratio` and `p_value` are those of the test
    against one slope for all.
    """

    mean: Slope
    spread: float
    by_unit: pd.DataFrame
    likelihood_ratio: float
    p_value: float
    converged: bool
    method: str


def mundlak(
    panel: pd.DataFrame, unit: str, time: str, x: str, y: str, *, confidence: float = 0.95
) -> tuple[Slope, Slope]:
    """Regress `y` on `x`, the mean x of its unit and an effect for each time, with a random intercept.

    Generalised least squares at the variances of restricted maximum likelihood. Errors are clustered
    by unit with G/(G-1), and t has G-1 degrees of freedom: they hold even where a unit's rows depend
    on each other in more ways than through its intercept.
    Source: Mundlak (1978), Econometrica 46:69; Cameron and Miller (2015), Journal of Human Resources
    50:317.

    Returns:
        The slope within units (that of `within` where every unit has every time) and by how much the
        slope between units exceeds it.

    Raises:
        ValueError: fewer than three units, an x that does not vary both within units and between
            them, no more rows than coefficients, every row fitted exactly within units, two rows of a
            unit for one time, or an infinite value.
    """
    rows = complete_rows(panel, unit, time, [x, y])
    fit = fit_random(rows, effects=1)
    inner, outer = (
        _slope(fit, rows, place, f"random intercept, {part}", confidence)
        for place, part in enumerate(("within units", "between less within units"))
    )
    return inner, outer


def random_slopes(
    panel: pd.DataFrame, unit: str, time: str, x: str, y: str, *, confidence: float = 0.95
) -> RandomSlopes:
    """Fit the model of `mundlak` with slopes that differ between units.

    Each unit has its own intercept, at its own mean x, and its own slope within itself; the two may
    be correlated. Variances are those of restricted maximum likelihood. The mean has errors clustered
    by unit. A unit's limits are those of its slope's posterior, with the mean and variances taken as
    known. The likelihood ratio is against a random intercept alone; as a variance cannot be below
    zero its p-value is the mean of those of chi-squared with one and with two degrees of freedom.
    Source: Laird and Ware (1982), Biometrics 38:963; for x about its unit's mean Enders and Tofighi
    (2007), Psychological Methods 12:121; for the test Stram and Lee (1994), Biometrics 50:1171.

    Returns:
        Where the search for the variances came to no end, `converged` is false and `method` says so.

    Raises:
        ValueError: as for `mundlak`.
    """
    rows = complete_rows(panel, unit, time, [x, y])
    alike, differing = fit_random(rows, effects=1), fit_random(rows, effects=2)
    ratio = max(0.0, 2 * (differing.likelihood - alike.likelihood))
    converged = alike.converged and differing.converged
    method = f"random intercepts and slopes, REML{'' if converged else ', which did not converge'}"
    estimate = differing.slopes[0] + differing.effects[:, 1]
    reach = stats.norm.ppf((1 + confidence) / 2) * differing.deviations[:, 1]
    return RandomSlopes(
        mean=_slope(differing, rows, 0, "random intercepts and slopes", confidence),
        spread=float(np.sqrt(differing.covariance[1, 1])),
        by_unit=pd.DataFrame(
            {
                unit: rows.unit_names,
                "estimate": estimate,
                "lower": estimate - reach,
                "upper": estimate + reach,
            }
        ),
        likelihood_ratio=ratio,
        p_value=float(np.mean(stats.chi2.sf(ratio, [1, 2]))),
        converged=converged,
        method=method,
    )


def _slope(fit: Fit, rows: Rows, place: int, model: str, confidence: float) -> Slope:
    """Give one coefficient as a slope."""
    ended = "" if fit.converged else ", which did not converge"
    return t_slope(
        float(fit.slopes[place]),
        float(fit.errors[place]),
        rows.units - 1,
        confidence,
        observations=len(rows.unit),
        units=rows.units,
        method=f"{model}, REML{ended}, errors clustered by unit with G/(G-1)",
    )
