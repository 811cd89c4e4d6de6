"""Counts of people from uniform numbers, so that two scenarios can share their chance.

A count drawn as the quantile of a uniform number rises with its mean and never falls: scenarios that
are given the same uniform numbers differ by what was changed between them and not by fresh luck.
Quantiles are found by adding up chances from nought, each from the one before by the ratio of the two.
Source of the ratios: Johnson, Kemp and Kotz (2005), Univariate Discrete Distributions, 3rd edition,
sections 5.4 (negative binomial) and 6.2 (beta-binomial, a negative hypergeometric distribution).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special

from analytics.methods.stockflow.checks import Floats, Parameter

TINY = 1e-12
"""A count whose chance is below this, past mode and mean, ends the search: what is beyond is rounding."""

UNDERFLOW = -700.0
"""Where the logarithm of the chance of none is below this, a count is a rounded normal quantile."""


def beta_binomial_quantile(
    level: Floats, trials: Floats, chance: Parameter, correlation: Parameter
) -> Floats:
    """Give quantiles of a count with mean n h and variance n h (1 - h) (1 + (n - 1) rho).

    Args:
        level: shape (...), from 0 to 1.
        trials: n, whole numbers that broadcast to (...), as do the others.
        chance: h, between 0 and 1.
        correlation: rho between any two trials, from 0 (binomial) to below 1.
    """
    n = np.broadcast_to(trials, level.shape)
    # Certainty is brought down by a rounding error, so that no chance is divided by nought.
    h = np.minimum(np.asarray(chance, dtype=float), 1 - np.finfo(float).eps)
    spread = np.asarray(correlation / (1 - np.asarray(correlation)))
    log_none = np.broadcast_to(_log_none_of(n, h, spread), level.shape)
    found = np.minimum(_climb(level, log_none, n * h, _beta_binomial_ratio, n, h, spread), n)
    variance = n * h * (1 - h) * (1 + np.maximum(n - 1, 0) * correlation)
    return np.minimum(_normal_where_needed(level, log_none, found, n * h, variance), n)


def negative_binomial_quantile(level: Floats, mean: Parameter, dispersion: Parameter) -> Floats:
    """Give quantiles of a count with variance mean + dispersion mean².

    Args:
        level: shape (...), from 0 to 1.
        mean: 0 or more, and broadcasts to (...), as does `dispersion`.
        dispersion: 0 (Poisson) or more.
    """
    mu, phi = np.asarray(mean, dtype=float), np.asarray(dispersion, dtype=float)
    some = np.maximum(phi, TINY)
    log_none = np.broadcast_to(-np.where(phi > 0, np.log1p(some * mu) / some, mu), level.shape)
    found = _climb(level, log_none, mu, _negative_binomial_ratio, mu, phi)
    return _normal_where_needed(level, log_none, found, mu, mu + phi * mu**2)


def _log_none_of(n: Floats, h: Floats, spread: Floats) -> Floats:
    """Give the logarithm of the beta-binomial chance of none, spread being rho / (1 - rho)."""
    stay = 1 - h
    close = n * spread <= 1e-3 * stay
    # To first order in the spread, where a difference of log gamma functions would lose its digits.
    near = n * np.log(stay) + spread * n * (n - 1) / 2 * (1 / stay - 1)
    if close.all():
        return np.asarray(near)
    some = np.maximum(spread, TINY)
    a, b = h / some, stay / some
    far = special.gammaln(b + n) - special.gammaln(a + b + n) + special.gammaln(a + b) - special.gammaln(b)
    return np.where(close, near, far)


def _beta_binomial_ratio(k: int, n: Floats, h: Floats, spread: Floats) -> Floats:
    """Give the chance of k + 1 over that of k."""
    return np.maximum(n - k, 0) * (h + k * spread) / ((k + 1) * (1 - h + np.maximum(n - k - 1, 0) * spread))


def _negative_binomial_ratio(k: int, mu: Floats, phi: Floats) -> Floats:
    """Give the chance of k + 1 over that of k."""
    return np.asarray((1 + k * phi) / (k + 1) * mu / (1 + phi * mu))


def _climb(
    level: Floats, log_none: Floats, mean: Floats, ratio: Callable[..., Floats], *parameters: Floats
) -> Floats:
    """Give the smallest counts whose cumulative chance reaches the levels; 0 where none underflows."""
    found = np.zeros(level.size)
    chance = np.exp(log_none).ravel()
    left = np.where(log_none.ravel() < UNDERFLOW, -1.0, level.ravel() - chance)
    given = [p if p.ndim == 0 else np.broadcast_to(p, level.shape).ravel() for p in (mean, *parameters)]
    where, going, k = np.arange(level.size), left > 0, 0
    while going.any():
        # Only cells that have not arrived go on: most do after a few steps.
        keep = np.flatnonzero(going)
        where, left, chance = where[keep], left[keep], chance[keep]
        given = [p if p.ndim == 0 else p[keep] for p in given]
        growth = ratio(k, *given[1:])
        chance, k = chance * growth, k + 1
        left = left - chance
        found[where] = k
        going = (left > 0) & ((chance > TINY) | (growth >= 1) | (k < given[0]))
    return found.reshape(level.shape)


def _normal_where_needed(
    level: Floats, log_none: Floats, found: Floats, mean: Floats, variance: Floats
) -> Floats:
    """Put a rounded normal quantile where counts are too large to add up from none."""
    large = log_none < UNDERFLOW
    if not large.any():
        return found
    z = special.ndtri(np.clip(level, 1e-16, 1 - 1e-16))
    return np.where(large, np.maximum(np.rint(mean + np.sqrt(variance) * z), 0), found)
