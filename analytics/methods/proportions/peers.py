"""One value among its peers: whether it is unusual, and what rank it has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from analytics.methods.proportions.counts import Floats


@dataclass(frozen=True)
class Predictive:
    """Where one more peer would lie (mean and limits), and how far from it a value is; one shape."""

    value: Floats
    lower: Floats
    upper: Floats
    t: Floats
    critical: Floats
    peers: npt.NDArray[np.int64]
    method: str


def predictive(value: npt.ArrayLike, others: npt.ArrayLike, confidence: float = 0.95) -> Predictive:
    """Say how far a value is from the mean of its peers, in standard errors for one peer more.

    With mean m and standard deviation s of k peers, t = (value - m) / (s sqrt(1 + 1/k)), on k - 1
    degrees of freedom; a value is unusual where |t| exceeds `critical`, outside the limits. Peers are
    taken for a sample from a normal distribution and count alike, whatever their size.
    Source: Hahn and Meeker (1991), Statistical Intervals, chapter 4.

    Args:
        value: shape (...), in any unit; a missing one has no t.
        others: shape (..., k), in the same unit; an absent peer is missing.
        confidence: between 0 and 1.

    Returns:
        `value` is the mean of the peers. The limits and t are missing where fewer than two peers are
        present and where all are equal.

    >>> found = predictive(20, [10, 12, 14])
    >>> round(float(found.t), 4), round(float(found.critical), 4)
    (3.4641, 4.3027)
    """
    own, peers = np.asarray(value, dtype=float), np.asarray(others, dtype=float)
    present = (~np.isnan(peers)).sum(axis=-1)
    mean = np.nansum(peers, axis=-1) / np.where(present > 0, present, np.nan)
    freedom = np.where(present > 1, present - 1.0, np.nan)
    spread = np.sqrt(np.nansum((peers - mean[..., None]) ** 2, axis=-1) / freedom)
    # Rounding in the mean gives peers that are all equal a spread a hair above zero.
    spread = np.where(spread > 1e-12 * np.abs(mean), spread, np.nan)
    error = spread * np.sqrt(1 + 1 / (freedom + 1))
    critical = np.asarray(stats.t.ppf(0.5 + confidence / 2, freedom))
    return Predictive(
        value=mean,
        lower=mean - critical * error,
        upper=mean + critical * error,
        t=(own - mean) / error,
        critical=critical,
        peers=present,
        method="prediction interval for one more peer, t",
    )


def competition_rank(values: npt.ArrayLike, highest_first: bool = False) -> Floats:
    """Rank values from 1, ties sharing the lowest rank; a missing value has none.

    Args:
        values: shape (k,).
        highest_first: whether the highest value is first, or the lowest.

    >>> competition_rank([10, 20, 20, 30, 40], highest_first=True).tolist()
    [5.0, 3.0, 3.0, 2.0, 1.0]
    """
    ordered = np.asarray(values, dtype=float) * (-1 if highest_first else 1)
    return np.asarray(stats.rankdata(ordered, method="min", nan_policy="omit"), dtype=float)
