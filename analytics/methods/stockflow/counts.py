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


KEPT = 0.5
"""The search goes on without the cells that have arrived once fewer than this part of them is left."""


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
    return BetaBinomial(chance, correlation).quantile(level, trials)


class BetaBinomial:
    """Counts of the same chance and correlation: what does not depend on the trials is worked out once.

    The parameters are those of `beta_binomial_quantile`.
    """

    def __init__(self, chance: Parameter, correlation: Parameter) -> None:
        self.chance = chance
        # Certainty is brought down by a rounding error, so that no chance is divided by nought.
        self._h = np.minimum(np.asarray(chance, dtype=float), 1 - np.finfo(float).eps)
        self._correlation = np.asarray(correlation)
        self._spread = np.asarray(correlation / (1 - self._correlation))
        some, stay = np.maximum(self._spread, TINY), 1 - self._h
        self._a, self._b = self._h / some, stay / some
        self._ab = self._a + self._b
        self._gammas = special.gammaln(self._ab), special.gammaln(self._b)

    def quantile(self, level: Floats, trials: Floats) -> Floats:
        """Give quantiles of the count in so many trials."""
        n, h = np.broadcast_to(trials, level.shape), self._h
        log_none, mean = self._log_none_of(n), n * h
        found = np.minimum(_climb(level, log_none, mean, _beta_binomial_ratio, n, h, self._spread), n)
        large = log_none < UNDERFLOW
        if not large.any():
            return found
        variance = mean * (1 - h) * (1 + np.maximum(n - 1, 0) * self._correlation)
        return np.minimum(np.where(large, _rounded_normal(level, mean, variance), found), n)

    def _log_none_of(self, n: Floats) -> Floats:
        """Give the logarithm of the chance of none in n trials."""
        stay, spread = 1 - self._h, self._spread
        close = n * spread <= 1e-3 * stay
        if not close.any():
            return self._far(n)
        # To first order in the spread, where a difference of log gamma functions would lose its digits.
        near = n * np.log(stay) + spread * n * (n - 1) / 2 * (1 / stay - 1)
        return near if close.all() else np.where(close, near, self._far(n))

    def _far(self, n: Floats) -> Floats:
        all_stay, none = self._gammas
        return np.asarray(special.gammaln(self._b + n) - special.gammaln(self._ab + n) + all_stay - none)


def negative_binomial_quantile(level: Floats, mean: Parameter, dispersion: Parameter) -> Floats:
    """Give quantiles of a count with variance mean + dispersion mean².

    Args:
        level: shape (...), from 0 to 1.
        mean: 0 or more, and broadcasts to (...), as does `dispersion`.
        dispersion: 0 (Poisson) or more.
    """
    mu, phi = np.asarray(mean, dtype=float), np.asarray(dispersion, dtype=float)
    some = np.maximum(phi, TINY)
    log_none = np.asarray(-np.where(phi > 0, np.log1p(some * mu) / some, mu))
    found = _climb(level, log_none, mu, _negative_binomial_ratio, mu, phi, 1 + phi * mu)
    large = log_none < UNDERFLOW
    return np.where(large, _rounded_normal(level, mu, mu + phi * mu**2), found) if large.any() else found


def _beta_binomial_ratio(k: int, n: Floats, h: Floats, spread: Floats) -> Floats:
    """Give the chance of k + 1 over that of k."""
    return np.maximum(n - k, 0) * (h + k * spread) / ((k + 1) * (1 - h + np.maximum(n - k - 1, 0) * spread))


def _negative_binomial_ratio(k: int, mu: Floats, phi: Floats, below: Floats) -> Floats:
    """Give the chance of k + 1 over that of k, `below` being 1 + phi mu."""
    return np.asarray((1 + k * phi) / (k + 1) * mu / below)


def _climb(
    level: Floats, log_none: Floats, mean: Floats, ratio: Callable[..., Floats], *parameters: Floats
) -> Floats:
    """Give the smallest counts whose cumulative chance reaches the levels; 0 where none underflows."""
    found, chance = np.zeros(level.size), np.exp(log_none)
    left = np.where(log_none < UNDERFLOW, -1.0, level - chance)
    where, given, k = np.arange(level.size), [mean, *parameters], 0
    going, steps = left > 0, np.zeros(level.shape)
    while (still := np.count_nonzero(going)) > 0:
        # Cells that have arrived are taken out now and then: to do so at every step takes longer.
        if still < KEPT * going.size:
            found[where] = steps.ravel()
            keep, shape = np.flatnonzero(going), going.shape
            where, left, steps = where[keep], left.ravel()[keep], steps.ravel()[keep]
            going = np.full(len(keep), True)
            chance, *given = (
                np.broadcast_to(p, shape).ravel()[keep] if np.size(p) > 1 else np.ravel(p)
                for p in (chance, *given)
            )
        growth = ratio(k, *given[1:])
        chance, k = chance * growth, k + 1
        left -= chance
        steps += going
        going &= (left > 0) & ((chance > TINY) | (growth >= 1) | (k < given[0]))
    found[where] = steps.ravel()
    return found.reshape(level.shape)


def _rounded_normal(level: Floats, mean: Floats, variance: Floats) -> Floats:
    """Give what stands for counts that are too large to be added up from none."""
    z = special.ndtri(np.clip(level, 1e-16, 1 - 1e-16))
    return np.asarray(np.maximum(np.rint(mean + np.sqrt(variance) * z), 0))
