"""How much a slope owes to the units that happen to be there: units drawn again, or left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.methods.panel.rows import (
    FLAT,
    Floats,
    Rows,
    complete_rows,
    sweep,
    unit_products,
    without_singletons,
)
from analytics.methods.panel.slope import Slope


def cluster_bootstrap(
    panel: pd.DataFrame,
    unit: str,
    time: str,
    x: str,
    y: str,
    *,
    seed: int,
    draws: int = 1000,
    controls: Sequence[str] = (),
    weights: str | None = None,
    confidence: float = 0.95,
) -> Slope:
    """Give the slope of `within` with the percentile interval of units drawn again.

    Each draw takes as many units as there are, with replacement and each with all its rows; a unit
    drawn twice is two units. How often each is drawn is multinomial, and effects of times and controls
    are fitted anew. Limits are R type 7 quantiles, the error is the standard deviation of draws, and
    the p-value is twice the smaller share of draws on one side of zero, one draw added to each side.
    Source: Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90:414; Davison and
    Hinkley (1997), Bootstrap Methods and their Application, chapters 4 and 5.

    Args:
        panel: a row for each unit and time; rows that miss a value, or are alone in their unit or
            time, are left out.
        unit: column of units.
        time: column of times.
        x: column of the regressor.
        y: column of the outcome.
        seed: where draws start.
        draws: how many; one without any slope, as of a single unit over and over, is left out.
        controls: columns of further regressors.
        weights: column of weights above zero; the same for every row where left out.
        confidence: between 0 and 1.

    Raises:
        ValueError: as for `within`.
    """
    rows, products = _products(panel, unit, time, [x, y, *controls], weights)
    chance = np.random.default_rng(seed)
    times_drawn = chance.multinomial(rows.units, np.full(rows.units, 1 / rows.units), size=draws)
    drawn = _slopes(products, times_drawn)
    drawn = drawn[~np.isnan(drawn)]
    lower, upper = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    smaller = min(np.sum(drawn <= 0), np.sum(drawn >= 0))
    return Slope(
        estimate=float(_slopes(products, np.ones((1, rows.units)))[0]),
        standard_error=float(np.std(drawn, ddof=1)),
        lower=float(lower),
        upper=float(upper),
        p_value=min(1.0, float(2 * (smaller + 1) / (len(drawn) + 1))),
        observations=len(rows.unit),
        units=rows.units,
        method="two-way fixed effects, percentiles of units drawn again",
        singletons=rows.singletons,
    )


def leave_one_out(
    panel: pd.DataFrame,
    unit: str,
    time: str,
    x: str,
    y: str,
    *,
    controls: Sequence[str] = (),
    weights: str | None = None,
) -> pd.DataFrame:
    """Give the slope of `within` without each unit in turn.

    Returns:
        `unit` under its own name and `estimate`, in order of unit, for each unit of two rows or more:
        without any other the slope is what it was. Missing where the others have no slope.

    Raises:
        ValueError: as for `within`.
    """
    rows, products = _products(panel, unit, time, [x, y, *controls], weights)
    others = 1 - np.eye(rows.units)
    return pd.DataFrame({unit: rows.unit_names, "estimate": _slopes(products, others)})


def _products(
    panel: pd.DataFrame, unit: str, time: str, columns: Sequence[str], weights: str | None
) -> tuple[Rows, Floats]:
    """Give each unit's cross-products of x, y, and times and controls within units."""
    rows = without_singletons(complete_rows(panel, unit, time, columns, weights))
    swept = sweep(rows)
    return rows, unit_products(np.column_stack([swept.x, swept.y, swept.nuisance]), rows)


def _slopes(products: Floats, counts: npt.NDArray[np.generic]) -> Floats:
    """Give the slope for each row of counts, shape (draws, units), of how often each unit is there.

    A unit's own effect is its own, however often it is there; only effects of times and controls are
    common. They are projected out of the cross-products of the units added up. That x and y had
    those of the whole panel taken out already changes nothing but the rounding.
    """
    total = np.tensordot(counts.astype(float), products, axes=1)
    inverse = np.linalg.pinv(total[:, 2:, 2:], rcond=1e-12, hermitian=True)
    left = total[:, :2, :2] - total[:, :2, 2:] @ inverse @ total[:, 2:, :2]
    there = left[:, 0, 0] > FLAT * total[:, 0, 0]
    return np.where(there, left[:, 0, 1], np.nan) / np.where(there, left[:, 0, 0], np.nan)
