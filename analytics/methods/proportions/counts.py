"""Counts out of counts: what is possible, and what is present."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def checked(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Give both as arrays of floats.

    Raises:
        ValueError: a denominator is not above zero, or a numerator is not within 0 and it.
    """
    x, n = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    if np.any(n <= 0):
        raise ValueError("a denominator must be above zero")
    if np.any((x < 0) | (x > n)):
        raise ValueError("a numerator must lie between zero and its denominator")
    return x, n


def known(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Give both in one shape, both missing where either is missing or there is nothing to count.

    Raises:
        ValueError: a denominator is below zero, or a numerator is not within 0 and it.
    """
    x, n = np.broadcast_arrays(np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float))
    if np.any(n < 0):
        raise ValueError("a denominator must not be below zero")
    if np.any((x < 0) | (x > n)):
        raise ValueError("a numerator must lie between zero and its denominator")
    there = (n > 0) & ~np.isnan(x)
    return np.where(there, x, np.nan), np.where(there, n, np.nan)


def several(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Give the counts of the units that have both, enough of them to tell how units differ.

    Raises:
        ValueError: as for `known`, or there are fewer than three units, or every proportion is 0 or
            every one is 1.
    """
    x, n = known(numerator, denominator)
    there = ~np.isnan(n)
    x, n = x[there], n[there]
    if len(n) < 3:
        raise ValueError(f"how units differ needs at least three of them; there are {len(n)}")
    if not 0 < x.sum() < n.sum():
        raise ValueError("how units differ cannot be told where every proportion is 0 or every one is 1")
    return x, n
