"""Slopes between units and within them, by least squares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analytics.methods.panel.rows import (
    Floats,
    Rows,
    complete_rows,
    is_flat,
    sweep,
    unit_means,
    unit_sums,
    without_singletons,
)
from analytics.methods.panel.slope import Slope, t_slope


def between(panel: pd.DataFrame, unit: str, time: str, x: str, y: str, *, confidence: float = 0.95) -> Slope:
    """Regress the mean `y` of each unit on its mean `x`.

    Least squares; HC3 errors, Σ(x-x̄)²e²/(1-h)² over (Σ(x-x̄)²)² for residuals e and leverages h, and
    t with G-2 degrees of freedom for G units. Where units have different times, what all share in a
    time is not taken out.
    Source: MacKinnon and White (1985), Journal of Econometrics 29:305, in the form of Long and Ervin
    (2000), The American Statistician 54:217.

    Raises:
        ValueError: fewer than three units, the same mean x or y in all units, the same mean x in all
            but one, two rows of a unit for one time, or an infinite value.
    """
    rows = complete_rows(panel, unit, time, [x, y])
    if rows.units < 3:
        raise ValueError(f"a slope needs at least three units; there are {rows.units}")
    means = unit_means(rows.data, rows)
    centred = means - means.mean(axis=0)
    for name, left, raw in zip("xy", centred.T, means.T, strict=True):
        if is_flat(left, raw):
            raise ValueError(f"a slope between units needs their mean {name} to differ")
    square = centred[:, 0] @ centred[:, 0]
    estimate = centred[:, 0] @ centred[:, 1] / square
    residual = centred[:, 1] - estimate * centred[:, 0]
    spare = 1 - 1 / rows.units - centred[:, 0] ** 2 / square
    if np.any(spare <= 1e-10):
        raise ValueError("a slope between units needs more than one whose mean x differs from the others'")
    error = np.sqrt(np.sum((centred[:, 0] * residual / spare) ** 2)) / square
    return t_slope(
        estimate,
        error,
        rows.units - 2,
        confidence,
        observations=len(rows.unit),
        units=rows.units,
        method="means of units, HC3 errors",
    )


def within(
    panel: pd.DataFrame,
    unit: str,
    time: str,
    x: str,
    y: str,
    *,
    controls: Sequence[str] = (),
    weights: str | None = None,
    confidence: float = 0.95,
) -> Slope:
    """Regress `y` on `x` with an effect for each unit and for each time.

    Least squares on what `within_transform` leaves: the same slope as with a dummy for each.
    Standard errors allow for dependence within a unit, with the G/(G-1) correction for G units and
    no other, and t with G-1 degrees of freedom. Rows alone in their unit or time are left out.
    Source: Wooldridge (2010), Econometric Analysis of Cross Section and Panel Data, chapter 10;
    Cameron and Miller (2015), Journal of Human Resources 50:317.

    Args:
        panel: a row for each unit and time; rows that miss a value are left out.
        unit: column of units.
        time: column of times.
        x: column of the regressor.
        y: column of the outcome.
        controls: columns of further regressors.
        weights: column of weights above zero; the same for every row where left out.
        confidence: between 0 and 1.

    Raises:
        ValueError: fewer than three units of two rows or more, nothing left of x or of y within
            units and times and beyond the controls, as many coefficients as rows, two rows of a unit
            for one time, an infinite value, or a weight not above zero.
    """
    rows = complete_rows(panel, unit, time, [x, y, *controls], weights)
    weighted = "" if weights is None else ", weighted"
    return fixed_effects(rows, f"two-way fixed effects{weighted}", confidence)


def fixed_effects(rows: Rows, model: str, confidence: float) -> Slope:
    """Fit the model of `within` to rows whose columns are x, y and the controls."""
    rows = without_singletons(rows)
    swept = sweep(rows)
    square = np.sum(rows.weights * swept.x**2)
    estimate = np.sum(rows.weights * swept.x * swept.y) / square
    scores = rows.weights * swept.x * (swept.y - estimate * swept.x)
    return t_slope(
        estimate,
        clustered_error(scores, square, rows),
        rows.units - 1,
        confidence,
        observations=len(rows.unit),
        units=rows.units,
        method=f"{model}, errors clustered by unit with G/(G-1)",
        singletons=rows.singletons,
    )


def clustered_error(scores: Floats, square: float, rows: Rows) -> float:
    """Give the clustered error of one coefficient: scores added up by unit, squared, over `square` squared.

    Source: Cameron and Miller (2015), Journal of Human Resources 50:317, with G/(G-1) alone.
    """
    correction = rows.units / (rows.units - 1)
    return float(np.sqrt(correction * np.sum(unit_sums(scores, rows) ** 2)) / square)


def lead_or_lag(
    panel: pd.DataFrame,
    unit: str,
    time: str,
    x: str,
    y: str,
    shift: int,
    *,
    controls: Mapping[str, int] | None = None,
    weights: str | None = None,
    confidence: float = 0.95,
) -> Slope:
    """Regress `y` on the `x` of `shift` times later, as `within` does.

    Below zero x comes first; above zero it comes after y, a placebo. Times are paired by their
    numbers: a gap gives no pair. The reverse question, x on an earlier y given the x of then, is
    `lead_or_lag(panel, unit, time, y, x, -1, controls={x: -1})`; beside effects of units an earlier
    outcome is biased by an order of one over the number of times.
    Source: Nickell (1981), Econometrica 49:1417, for that bias.

    Args:
        panel: a row for each unit and time; rows that miss a value are left out.
        unit: column of units.
        time: column of times, numbers one apart.
        x: column of the regressor.
        y: column of the outcome.
        shift: how many times later than y the regressor is.
        controls: columns of further regressors, and how many times later than y each is.
        weights: column of weights above zero, at the time of y.
        confidence: between 0 and 1.

    Raises:
        ValueError: as for `within`.
    """
    keyed = panel.dropna(subset=[unit, time])
    named = {"y": (y, 0), "x": (x, shift)}
    named |= {f"control {column} {moved}": (column, moved) for column, moved in (controls or {}).items()}
    named |= {} if weights is None else {"weights": (weights, 0)}
    pairs = pd.DataFrame({"unit": keyed[unit], "time": keyed[time]})
    for name, (column, moved) in named.items():
        shifted = pd.DataFrame({"unit": keyed[unit], "time": keyed[time] - moved, name: keyed[column]})
        pairs = pairs.merge(shifted, on=["unit", "time"], how="left")
    further = [name for name in named if name.startswith("control")]
    rows = complete_rows(pairs, "unit", "time", ["x", "y", *further], None if weights is None else "weights")
    return fixed_effects(rows, f"two-way fixed effects, x at {shift:+d}", confidence)


def spread(panel: pd.DataFrame, unit: str, x: str) -> float:
    """Give the standard deviation of `x` within units.

    The root of squares about unit means over n - G, for n values in G units: analysis of variance's
    mean square within. A unit of one value adds nothing.

    Raises:
        ValueError: no unit has two values.
    """
    present = panel[[unit, x]].dropna().sort_values([unit, x])
    spare = len(present) - present[unit].nunique()
    if spare < 1:
        raise ValueError("a spread within units needs a unit with two values")
    values = present[x].astype(float)
    means = values.groupby(present[unit], observed=True).transform("mean")
    return float(np.sqrt(np.sum((values - means) ** 2) / spare))
