"""Proportions: intervals for one and for the difference of two."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Interval:
    """An estimate with its limits, arrays of one shape, and the method that gave them."""

    value: npt.NDArray[np.float64]
    lower: npt.NDArray[np.float64]
    upper: npt.NDArray[np.float64]
    method: str


def _checked(
    numerator: npt.ArrayLike, denominator: npt.ArrayLike
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    x, n = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    if np.any(n <= 0):
        raise ValueError("a denominator must be above zero")
    if np.any((x < 0) | (x > n)):
        raise ValueError("a numerator must lie between zero and its denominator")
    return x, n


def wilson(numerator: npt.ArrayLike, denominator: npt.ArrayLike, confidence: float = 0.95) -> Interval:
    """Give Wilson's score interval for a proportion, between 0 and 1; missing in, missing out.

    Source: Wilson (1927), Journal of the American Statistical Association 22:209.

    Raises:
        ValueError: a denominator is not above zero, or a numerator is not within 0 and it.

    >>> interval = wilson(65, 100)
    >>> round(float(interval.lower), 10), round(float(interval.upper), 10)
    (0.552544433, 0.7363575176)
    """
    x, n = _checked(numerator, denominator)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    half = z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    lower = (2 * x + z**2 - half) / (2 * (n + z**2))
    upper = (2 * x + z**2 + half) / (2 * (n + z**2))
    # Rounding may leave a limit a hair outside the estimate at 0 and at 1.
    return Interval(x / n, np.minimum(lower, x / n).clip(0), np.maximum(upper, x / n).clip(max=1), "Wilson")


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
