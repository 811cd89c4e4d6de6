"""First differences: does y change when x does?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS

from analytics.methods.panel.slope import Slope


def first_differences(panel: pd.DataFrame, unit: str, time: str, columns: list[str]) -> pd.DataFrame:
    """Give the change of each column from one period to the next, within each unit.

    Only periods that follow each other are paired; a gap gives no change.

    Returns:
        `unit, time` (the later period) and the changes under the columns' own names.
    """
    ordered = panel.dropna(subset=columns).sort_values([unit, time])
    before = ordered.groupby(unit)[[time, *columns]].shift()
    follows = ordered[time] - before[time] == 1
    changes = ordered.loc[follows, columns] - before.loc[follows, columns]
    return pd.concat([ordered.loc[follows, [unit, time]], changes], axis=1).reset_index(drop=True)


def slope_of_changes(
    changes: pd.DataFrame, unit: str, time: str, x: str, y: str, confidence: float = 0.95
) -> Slope:
    """Regress changes in `y` on changes in `x` with an effect for each period.

    Least squares; standard errors allow for dependence within a unit, with the G/(G-1) and
    (n-1)/(n-k) corrections for G units, n changes and k coefficients, and t with G-1 degrees
    of freedom. Source: Cameron and Miller (2015), Journal of Human Resources 50:317.

    Raises:
        ValueError: fewer than three units, or a regressor that never changes.
    """
    units = changes[unit].nunique()
    if units < 3:
        raise ValueError(f"a slope needs at least three units; there are {units}")
    if changes[x].nunique() < 2:
        raise ValueError(f"a slope needs changes in {x!r}; there are none")
    periods = pd.get_dummies(changes[time]).to_numpy(float)[:, 1:]
    design = np.column_stack([np.ones(len(changes)), periods, changes[x]])
    fit = OLS(changes[y].to_numpy(float), design).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(changes[unit])[0]}, use_t=True
    )
    lower, upper = fit.conf_int(alpha=1 - confidence)[-1]
    return Slope(
        estimate=float(fit.params[-1]),
        standard_error=float(fit.bse[-1]),
        lower=float(lower),
        upper=float(upper),
        p_value=float(fit.pvalues[-1]),
        observations=int(fit.nobs),
        units=int(units),
        method="first differences with period effects, errors clustered by unit",
    )
