"""Slopes that a few extreme rows cannot decide."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from statsmodels.robust.norms import HuberT
from statsmodels.robust.robust_linear_model import RLM

from analytics.methods.panel.rows import FLAT, complete_rows, keep_rows, sweep, without_singletons
from analytics.methods.panel.slope import Slope, t_slope
from analytics.methods.panel.slopes import clustered_error, fixed_effects


def robust(panel: pd.DataFrame, unit: str, time: str, x: str, y: str, *, confidence: float = 0.95) -> Slope:
    """Regress `y` on `x`, both with units and times swept out, so that no row counts without bound.

    Huber's estimator with c = 1.345 and the median absolute residual for scale s. Errors are clustered
    by unit: scores x·ψ(e/s) added up by unit, over Σx²ψ'(e/s)/s, with G/(G-1), and t with G-1 degrees
    of freedom. They take the scale and what was swept out, by least squares, as known.
    Source: Huber (1964), Annals of Mathematical Statistics 35:73; for the errors Huber (1967), Fifth
    Berkeley Symposium 1:221, with scores added up as in Cameron and Miller (2015).

    Raises:
        ValueError: as for `within`, or half of all rows are fitted exactly.
    """
    rows = without_singletons(complete_rows(panel, unit, time, [x, y]))
    swept = sweep(rows)
    # In standard deviations, as the search stops once a step is small in figures.
    across, along = float(np.std(swept.x)), float(np.std(swept.y))
    huber = HuberT()
    with warnings.catch_warnings():
        # What it warns of, a perfect fit, is refused below.
        warnings.simplefilter("ignore")
        fit = RLM(swept.y / along, swept.x / across, M=huber).fit(conv="coefs", tol=1e-10, maxiter=500)
    if not fit.scale > FLAT:
        raise ValueError("a robust slope needs more than half of all rows to be off the line")
    estimate, scale = float(fit.params[0]) * along / across, float(fit.scale) * along
    relative = (swept.y - estimate * swept.x) / scale
    square = np.sum(swept.x**2 * huber.psi_deriv(relative)) / scale
    return t_slope(
        estimate,
        clustered_error(swept.x * huber.psi(relative), square, rows),
        rows.units - 1,
        confidence,
        observations=len(rows.unit),
        units=rows.units,
        method="Huber on two-way demeaned data, errors clustered by unit with G/(G-1)",
        singletons=rows.singletons,
    )


def trimmed(
    panel: pd.DataFrame,
    unit: str,
    time: str,
    x: str,
    y: str,
    *,
    share: float = 0.01,
    confidence: float = 0.95,
) -> Slope:
    """Give the slope of `within` without the rows most extreme in `x` or in `y` within units and times.

    Rows whose demeaned x or y is below its `share` quantile or above its `1 - share` quantile (R type
    7) are left out, and the model is fitted to the others from the start.

    Args:
        panel: a row for each unit and time.
        unit: column of units.
        time: column of times.
        x: column of the regressor.
        y: column of the outcome.
        share: of rows at either end of x and of y, from 0 to below 0.5.
        confidence: between 0 and 1.

    Raises:
        ValueError: as for `within`, before or after rows are left out, or an impossible share.
    """
    if not 0 <= share < 0.5:
        raise ValueError(f"a share at either end is from 0 to below 0.5; this is {share}")
    rows = without_singletons(complete_rows(panel, unit, time, [x, y]))
    swept = sweep(rows)
    both = np.column_stack([swept.x, swept.y])
    low, high = np.quantile(both, [share, 1 - share], axis=0)
    kept = keep_rows(rows, ((both >= low) & (both <= high)).all(axis=1))
    return fixed_effects(kept, f"two-way fixed effects, {100 * share:g}% trimmed at either end", confidence)
