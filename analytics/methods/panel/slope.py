"""The one result of every model of a panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Slope:
    """The change in an outcome that goes with one unit more of a regressor.

    `observations` and `units` are those that the slope was learnt from; `singletons` is how many
    complete rows were left out because each was alone in its unit or its time.
    """

    estimate: float
    standard_error: float
    lower: float
    upper: float
    p_value: float
    observations: int
    units: int
    method: str
    singletons: int = 0


def t_slope(
    estimate: float,
    standard_error: float,
    freedom: int,
    confidence: float,
    *,
    observations: int,
    units: int,
    method: str,
    singletons: int = 0,
) -> Slope:
    """Give a slope the limits and the two-sided p-value of a t distribution."""
    reach = float(stats.t.ppf((1 + confidence) / 2, freedom)) * standard_error
    with np.errstate(divide="ignore"):
        p_value = 2 * float(stats.t.sf(np.abs(np.divide(estimate, standard_error)), freedom))
    return Slope(
        estimate=float(estimate),
        standard_error=float(standard_error),
        lower=float(estimate - reach),
        upper=float(estimate + reach),
        p_value=p_value,
        observations=observations,
        units=units,
        method=method,
        singletons=singletons,
    )
