"""How much each factor of a product moved it: parts that add up exactly."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def log_mean(one: npt.ArrayLike, other: npt.ArrayLike) -> Floats:
    """Give the logarithmic mean of two positive numbers, (b - a) / (ln b - ln a); of equals, either.

    >>> round(float(log_mean(1.0, np.e)), 6), float(log_mean(3.0, 3.0))
    (1.718282, 3.0)
    """
    a, b = np.asarray(one, dtype=float), np.asarray(other, dtype=float)
    apart = np.log(b) - np.log(a)
    # Close together, the difference of logs has no digits left, and the two means are one.
    near = np.abs(apart) < 1e-7
    return np.asarray(np.where(near, (a + b) / 2, (b - a) / np.where(near, 1.0, apart)))


def contributions(
    before: Mapping[str, npt.ArrayLike], after: Mapping[str, npt.ArrayLike], powers: Mapping[str, int]
) -> dict[str, Floats]:
    """Split the change of a product into a part for each of its factors.

    The product is that of each factor raised to its power, 1 or -1. A factor's part is its power
    times the change of its logarithm times the logarithmic mean of the product's two values (the
    logarithmic mean Divisia index). The parts add up to the change exactly, whatever the order.
    Source: Ang (2005), Energy Policy 33:867.

    Args:
        before: each factor's value, above zero; arrays of one shape.
        after: the same factors later.
        powers: 1 for a factor that multiplies, -1 for one that divides.

    Raises:
        ValueError: the three do not name the same factors, or a value is not above zero.
    """
    if not before.keys() == after.keys() == powers.keys():
        raise ValueError("before, after and powers must name the same factors")
    logs = {}
    for name in powers:
        pair = np.asarray(before[name], dtype=float), np.asarray(after[name], dtype=float)
        if any(np.any(each <= 0) for each in pair):
            raise ValueError(f"factor {name!r}: a value must be above zero")
        logs[name] = powers[name] * np.log(pair[0]), powers[name] * np.log(pair[1])
    products = [np.exp(sum(pair[end] for pair in logs.values())) for end in (0, 1)]
    weight = log_mean(*products)
    return {name: weight * (later - earlier) for name, (earlier, later) in logs.items()}
