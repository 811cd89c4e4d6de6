"""Funnels: how far units of each size would lie from the centre by chance, and by more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.methods.proportions.counts import Floats, several
from analytics.methods.proportions.intervals import Interval


@dataclass(frozen=True)
class Overdispersion:
    """How much more units differ than chance alone would have them.

    `phi` is the mean squared z-score, and `phi_unclipped` that before outliers are drawn in, about 1
    by chance; `between` is the standard deviation between units beyond chance, a proportion.
    """

    centre: float
    phi: float
    phi_unclipped: float
    between: float
    units: int
    method: str


def overdispersion(numerator: npt.ArrayLike, denominator: npt.ArrayLike, clip: float = 0.1) -> Overdispersion:
    """Measure how much more units differ from their pooled proportion than by chance.

    z-scores are drawn in to their quantiles `clip` and 1 - `clip` (R type 7), so that a few outliers
    do not widen the funnel for all. With tenths drawn in, chance alone gives a phi of about 0.68, not
    1, so that a little spread beyond chance passes for none.
    Source: Spiegelhalter (2005), Quality and Safety in Health Care 14:347; the spread between units is
    DerSimonian and Laird's (1986), Controlled Clinical Trials 7:177, with that phi.

    Args:
        numerator: shape (k,), as is `denominator`; a unit that is missing or out of zero is left out.
        denominator: what those are out of.
        clip: the share of units drawn in at each end, 0 for none.

    Raises:
        ValueError: fewer than three units, every proportion 0 or every one 1, or impossible counts.
    """
    x, n = several(numerator, denominator)
    k, centre = len(n), x.sum() / n.sum()
    weight = n / (centre * (1 - centre))
    z = (x / n - centre) * np.sqrt(weight)
    phi = np.mean(np.clip(z, *np.quantile(z, [clip, 1 - clip])) ** 2)
    excess = (k * phi - (k - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    return Overdispersion(
        centre=float(centre),
        phi=float(phi),
        phi_unclipped=float(np.mean(z**2)),
        between=float(np.sqrt(excess)) if phi > 1 else 0.0,
        units=k,
        method="Spiegelhalter, additive",
    )


def funnel_limits(
    centre: npt.ArrayLike,
    denominator: npt.ArrayLike,
    confidence: float = 0.95,
    *,
    method: Literal["approximate", "exact"] = "approximate",
    between: float = 0.0,
    phi: float = 1.0,
) -> Interval:
    """Give the limits within which units of each size would lie about a centre, held within 0 to 1.

    Approximate: centre -/+ z sqrt(phi s^2 + between^2), with s^2 = centre (1 - centre) / n. Give
    `between` or `phi` of `overdispersion` for limits wider than chance, additive or multiplicative.
    Exact: quantiles of the binomial, interpolated: (r - a) / n, with r the first count whose
    cumulative probability F(r) is p or more, and a = (F(r) - p) / (F(r) - F(r - 1)). As published it
    is not the same seen from both ends: counting the others of n instead would put the upper limit
    1/n higher. Source: Spiegelhalter (2005), Statistics in Medicine 24:1185, and its appendix.

    Args:
        centre: a proportion.
        denominator: sizes; missing in, missing out.
        confidence: that limits hold a unit that differs by chance, usually 0.95 and 0.998.
        method: which of the two.
        between: standard deviation between units beyond chance, a proportion.
        phi: how many times wider than chance the variance is.

    Raises:
        ValueError: a denominator is not above zero, a centre is not within 0 and 1, there is no such
            method, or the exact one is asked for more than chance.
    """
    centre, n = np.broadcast_arrays(np.asarray(centre, dtype=float), np.asarray(denominator, dtype=float))
    if np.any(n <= 0):
        raise ValueError("a denominator must be above zero")
    if np.any((centre < 0) | (centre > 1)):
        raise ValueError("a centre must lie between 0 and 1")
    if method == "approximate":
        z = NormalDist().inv_cdf(0.5 + confidence / 2)
        reach = z * np.sqrt(phi * centre * (1 - centre) / n + between**2)
        return Interval(centre, (centre - reach).clip(0), (centre + reach).clip(max=1), "funnel, approximate")
    if method != "exact":
        raise ValueError(f"there is no method {method!r}: it is 'approximate' or 'exact'")
    if between != 0 or phi != 1:
        raise ValueError("exact limits allow for chance alone: 'between' and 'phi' are for approximate ones")
    lower, upper = (_interpolated(p, n, centre) for p in ((1 - confidence) / 2, (1 + confidence) / 2))
    # The interpolation can fall short of a centre that is less than one count from 1.
    return Interval(centre, lower, np.maximum(upper, centre), "funnel, exact")


def _interpolated(p: float, n: Floats, centre: Floats) -> Floats:
    """Give the proportion below which a binomial one falls with probability p."""
    count = stats.binom.ppf(p, n, centre)
    reached, before = stats.binom.cdf(count, n, centre), stats.binom.cdf(count - 1, n, centre)
    return np.asarray((count - (reached - p) / (reached - before)) / n).clip(0, 1)


def zone(value: npt.ArrayLike, inner: Interval, outer: Interval) -> npt.NDArray[np.str_]:
    """Say of each value where it lies: above or below the 95% or 99.8% limits, or within them.

    Args:
        value: proportions.
        inner: 95% limits, of the same shape.
        outer: 99.8% limits, of the same shape.

    Returns:
        "above 99.8%", "above 95%", "within", "below 95%" or "below 99.8%"; a value on a limit is
        within it, and a missing value or limit gives "".
    """
    p = np.asarray(value, dtype=float)
    places = [
        (np.isnan(p + inner.lower + inner.upper + outer.lower + outer.upper), ""),
        (p > outer.upper, "above 99.8%"),
        (p > inner.upper, "above 95%"),
        (p < outer.lower, "below 99.8%"),
        (p < inner.lower, "below 95%"),
    ]
    return np.asarray(np.select([holds for holds, _ in places], [said for _, said in places], "within"))
