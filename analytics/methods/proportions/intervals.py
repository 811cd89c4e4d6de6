"""Intervals for one proportion, for one count, and for a proportion less another."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from analytics.methods.proportions.counts import Floats, checked


@dataclass(frozen=True)
class Interval:
    """An estimate with its limits, arrays of one shape, and the method that gave them."""

    value: Floats
    lower: Floats
    upper: Floats
    method: str


def wilson(numerator: npt.ArrayLike, denominator: npt.ArrayLike, confidence: float = 0.95) -> Interval:
    """Give Wilson's score interval for a proportion, between 0 and 1; missing in, missing out.

    Source: Wilson (1927), Journal of the American Statistical Association 22:209.

    Raises:
        ValueError: a denominator is not above zero, or a numerator is not within 0 and it.

    >>> interval = wilson(65, 100)
    >>> round(float(interval.lower), 10), round(float(interval.upper), 10)
    (0.552544433, 0.7363575176)
    """
    x, n = checked(numerator, denominator)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    half = z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    lower = (2 * x + z**2 - half) / (2 * (n + z**2))
    upper = (2 * x + z**2 + half) / (2 * (n + z**2))
    # Rounding may leave a limit a hair outside the estimate at 0 and at 1.
    return Interval(x / n, np.minimum(lower, x / n).clip(0), np.maximum(upper, x / n).clip(max=1), "Wilson")


def byar(count: npt.ArrayLike, confidence: float = 0.95) -> Interval:
    """Give Byar's interval for the mean of a Poisson count; missing in, missing out.

    Source: Breslow and Day (1987), Statistical Methods in Cancer Research II, page 69.

    Raises:
        ValueError: a count is below zero.

    >>> interval = byar(65)
    >>> round(float(interval.lower), 10), round(float(interval.upper), 10)
    (50.1631877105, 82.8491385459)
    """
    x = np.asarray(count, dtype=float)
    if np.any(x < 0):
        raise ValueError("a count must not be below zero")
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    some, more = np.where(x == 0, 1, x), x + 1
    lower = some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3
    upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    # The cube of a small count falls below zero at high confidence.
    return Interval(x, np.where(x == 0, 0, lower.clip(0)), upper, "Byar")


def newcombe(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    other_numerator: npt.ArrayLike,
    other_denominator: npt.ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Give Newcombe's interval for the first proportion less the second, between -1 and 1.

    It allows for chance in both counts and for nothing else.
    Source: Newcombe (1998), Statistics in Medicine 17:873, method 10.

    Raises:
        ValueError: as for `wilson`.

    >>> interval = newcombe(56, 70, 48, 80)
    >>> round(float(interval.lower), 10), round(float(interval.upper), 10)
    (0.0524314724, 0.333872654)
    """
    one = wilson(numerator, denominator, confidence)
    two = wilson(other_numerator, other_denominator, confidence)
    difference = one.value - two.value
    lower = difference - np.hypot(one.value - one.lower, two.upper - two.value)
    upper = difference + np.hypot(one.upper - one.value, two.value - two.lower)
    return Interval(difference, lower, upper, "Newcombe")


def newcombe_mean(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    other_numerators: npt.ArrayLike,
    other_denominators: npt.ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Give the interval for a proportion less the unweighted mean of several others, between -1 and 1.

    Newcombe's squaring and adding of the distances to Wilson's limits, each other's distance divided
    by the number of others; with one other it is `newcombe`. Like `newcombe` it allows for chance in
    the counts, not for which others happen to be compared.
    Source: Zou and Donner (2008), Statistics in Medicine 27:1693; for sums of more than two, Zou, Huang
    and Zhang (2009), Computational Statistics and Data Analysis 53:1080.

    Args:
        numerator: shape (...), as is `denominator`.
        denominator: what the numerator is out of.
        other_numerators: shape (..., k), as is `other_denominators`; an absent other is missing.
        other_denominators: what those are out of.
        confidence: between 0 and 1.

    Returns:
        Shape (...), missing where the unit is missing or every other is absent.

    Raises:
        ValueError: as for `wilson`.
    """
    one = wilson(numerator, denominator, confidence)
    others = wilson(other_numerators, other_denominators, confidence)
    present = (~np.isnan(others.value)).sum(axis=-1)
    number = np.where(present > 0, present, np.nan)
    difference = one.value - np.nansum(others.value, axis=-1) / number
    others_below = np.sqrt(np.nansum((others.value - others.lower) ** 2, axis=-1)) / number
    others_above = np.sqrt(np.nansum((others.upper - others.value) ** 2, axis=-1)) / number
    lower = difference - np.hypot(one.value - one.lower, others_above)
    upper = difference + np.hypot(one.upper - one.value, others_below)
    return Interval(difference, lower, upper, "Newcombe, mean")


def newcombe_whole(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    whole_numerator: npt.ArrayLike,
    whole_denominator: npt.ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Give the interval for the proportion of a part less that of the whole that contains it.

    The two are not independent, but the part and the rest of the whole are. With w the part's share
    of the whole's denominator, the part less the whole is 1 - w times the part less the rest, so its
    limits are 1 - w times Newcombe's for part and rest.
    Source: Newcombe (1998), as for `newcombe`; the rest is algebra.

    Args:
        numerator: of the part.
        denominator: of the part.
        whole_numerator: of the whole, part included; a percentage times a denominator will do.
        whole_denominator: of the whole, part included.
        confidence: between 0 and 1.

    Returns:
        Missing where a figure is, and where the rest is impossible: its denominator not above zero,
        or its proportion outside 0 to 1.

    Raises:
        ValueError: as for `wilson`, of the part.
    """
    x, n = checked(numerator, denominator)
    whole_x, whole_n = np.asarray(whole_numerator, dtype=float), np.asarray(whole_denominator, dtype=float)
    # A percentage times a denominator is out in its last digits, and must not fall below the part for it.
    rest_x, rest_n = np.round(whole_x - x, 9), whole_n - n
    possible = (rest_n > 0) & (rest_x >= 0) & (rest_x <= rest_n)
    rest_x, rest_n, whole_n = (np.where(possible, count, np.nan) for count in (rest_x, rest_n, whole_n))
    apart = newcombe(x, n, rest_x, rest_n, confidence)
    share, difference = rest_n / whole_n, x / n - whole_x / whole_n
    # Rounding may leave a limit a hair inside the difference, where it should meet it.
    lower, upper = np.minimum(share * apart.lower, difference), np.maximum(share * apart.upper, difference)
    return Interval(difference, lower, upper, "Newcombe, part of a whole")
