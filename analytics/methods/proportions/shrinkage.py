"""Shrinkage: each unit's proportion drawn towards the mean of all, the more so the smaller it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special, stats

from analytics.methods.proportions.counts import Floats, known, several
from analytics.methods.proportions.funnel import overdispersion
from analytics.methods.proportions.intervals import Interval
from analytics.methods.proportions.peers import competition_rank
from analytics.methods.proportions.resampling import SEED

LEAST_PRECISION, MOST_PRECISION = 1e-2, 1e7
"""The precisions looked among: the last is what units that differ by no more than chance are given."""


@dataclass(frozen=True)
class BetaBinomial:
    """How proportions differ between units: a Beta(mean * precision, (1 - mean) * precision)."""

    mean: float
    precision: float
    units: int
    method: str


@dataclass(frozen=True)
class Shrunken:
    """Shrunken proportions with their limits, and the weight that each unit's own figure has in its."""

    value: Floats
    lower: Floats
    upper: Floats
    weight: Floats
    method: str


def fit_beta_binomial(numerator: npt.ArrayLike, denominator: npt.ArrayLike) -> BetaBinomial:
    """Fit by maximum likelihood how proportions differ between units.

    Maximises the sum of ln B(x + mM, n - x + (1 - m)M) - ln B(mM, (1 - m)M) over the mean m and the
    precision M. Source: Griffiths (1973), Biometrics 29:637.

    Args:
        numerator: shape (k,), as is `denominator`; a unit that is missing or out of zero is left out.
        denominator: what those are out of.

    Returns:
        Where units differ by no more than chance the likelihood rises with M for ever: `precision` is
        then at or near `MOST_PRECISION`.

    Raises:
        ValueError: fewer than three units, every proportion 0 or every one 1, or impossible counts.
    """
    x, n = several(numerator, denominator)

    def unlikelihood(logit_and_log: Floats) -> float:
        mean, precision = special.expit(logit_and_log[0]), np.exp(logit_and_log[1])
        a, b = mean * precision, (1 - mean) * precision
        return -float(np.sum(special.betaln(x + a, n - x + b) - special.betaln(a, b)))

    spread = overdispersion(x, n, clip=0)
    by_moments = spread.centre * (1 - spread.centre) / max(spread.between**2, 1e-5)
    found = optimize.minimize(
        unlikelihood,
        [special.logit(spread.centre), np.log(by_moments)],
        method="Nelder-Mead",
        bounds=[(None, None), (np.log(LEAST_PRECISION), np.log(MOST_PRECISION))],
        options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 2000},
    )
    mean, precision = special.expit(found.x[0]), np.exp(found.x[1])
    return BetaBinomial(float(mean), float(precision), len(n), "beta-binomial, maximum likelihood")


def shrink(
    numerator: npt.ArrayLike, denominator: npt.ArrayLike, fit: BetaBinomial, confidence: float = 0.95
) -> Shrunken:
    """Give each unit's posterior mean (x + mM) / (n + M), with quantiles of its posterior Beta.

    The limits take the fit as known. The weight of the unit's own figure is n / (n + M).
    Source: Casella (1985), The American Statistician 39:83, for empirical Bayes; the Beta posterior is
    in any textbook.

    Args:
        numerator: of any shape, as is `denominator`.
        denominator: what those are out of.
        fit: of `fit_beta_binomial`.
        confidence: between 0 and 1.

    Returns:
        Missing for a unit that is missing or out of zero.

    Raises:
        ValueError: impossible counts.

    >>> shrunken = shrink(12, 150, BetaBinomial(0.22, 75, 12, ""))
    >>> round(float(shrunken.value), 7), round(float(shrunken.weight), 7)
    (0.1266667, 0.6666667)
    """
    a, b = _posterior(numerator, denominator, fit)
    tail = (1 - confidence) / 2
    lower, upper = np.asarray(stats.beta.ppf(tail, a, b)), np.asarray(stats.beta.ppf(1 - tail, a, b))
    weight = 1 - fit.precision / (a + b)
    return Shrunken(a / (a + b), lower, upper, weight, "empirical Bayes, beta-binomial")


def rank_interval(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    fit: BetaBinomial,
    *,
    highest_first: bool = False,
    draws: int = 2000,
    seed: int = SEED,
    confidence: float = 0.95,
) -> Interval:
    """Give each unit's rank by its shrunken value, and between which ranks it may well lie.

    Each draw takes a proportion for every unit from its posterior and ranks them; the limits are
    whole ranks, the inverse of the cumulative distribution. Where units can hardly be told apart the
    first and the last rank can lie outside their limits: someone is first, but each might be anywhere.
    Source: Goldstein and Spiegelhalter (1996), Journal of the Royal Statistical Society A 159:385.

    Args:
        numerator: shape (k,), as is `denominator`; a unit that is missing or out of zero has no rank.
        denominator: what those are out of.
        fit: of `fit_beta_binomial`.
        highest_first: whether the highest value is first, or the lowest.
        draws: how many.
        seed: where they start.
        confidence: between 0 and 1.

    Raises:
        ValueError: impossible counts.
    """
    a, b = _posterior(numerator, denominator, fit)
    there = ~np.isnan(a)
    found = np.full((3, *a.shape), np.nan)
    found[0] = competition_rank(a / (a + b), highest_first)
    drawn = np.random.default_rng(seed).beta(a[there], b[there], size=(draws, there.sum()))
    ranks = stats.rankdata(-drawn if highest_first else drawn, method="min", axis=1)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    found[1:, there] = np.quantile(ranks, tails, axis=0, method="inverted_cdf")
    return Interval(found[0], found[1], found[2], "ranks drawn from the posterior, beta-binomial")


def _posterior(
    numerator: npt.ArrayLike, denominator: npt.ArrayLike, fit: BetaBinomial
) -> tuple[Floats, Floats]:
    """Give both parameters of each unit's Beta, which add up to n + M."""
    x, n = known(numerator, denominator)
    return x + fit.mean * fit.precision, n - x + (1 - fit.mean) * fit.precision
