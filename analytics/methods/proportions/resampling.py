"""The bootstrap: intervals that allow for which others happen to be compared, as well as for chance."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from analytics.methods.proportions.counts import Floats, known
from analytics.methods.proportions.intervals import Interval

SEED = 20130401
"""Where every draw of this package starts unless told otherwise: any fixed number would do."""

Average = Literal["pooled", "mean", "median"]
Counts = npt.NDArray[np.int64]


def bootstrap_difference(
    numerator: npt.ArrayLike,
    denominator: npt.ArrayLike,
    other_numerators: npt.ArrayLike,
    other_denominators: npt.ArrayLike,
    *,
    average: Average = "pooled",
    resample: bool = True,
    draws: int = 2000,
    seed: int = SEED,
    confidence: float = 0.95,
) -> Interval:
    """Give the percentile interval for a proportion less an average of several others.

    Each draw takes as many others as are present, with replacement, and draws the count of each and
    of the unit itself from a binomial with the proportion observed. Limits are R type 7 quantiles.
    Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, chapters 3 and 5.

    Args:
        numerator: shape (...), as is `denominator`.
        denominator: what the numerator is out of, a whole number.
        other_numerators: shape (..., k), as is `other_denominators`; an absent other is missing.
        other_denominators: what those are out of, whole numbers.
        average: of the others: their counts pooled, or the mean or median of their proportions.
        resample: whether the others are drawn too, or only the counts.
        draws: how many.
        seed: every row starts from it, so that a row is the same alone as among others.
        confidence: between 0 and 1.

    Returns:
        Shape (...); `value` is the difference of the figures observed. Missing where the unit is
        missing or every other is; a unit or other out of zero counts as missing.

    Raises:
        ValueError: a numerator is not within 0 and its denominator, a denominator is below zero or
            not a whole number, or there is no such average.
    """
    if average not in ("pooled", "mean", "median"):
        raise ValueError(f"there is no average {average!r}: it is 'pooled', 'mean' or 'median'")
    own, others = known(numerator, denominator), known(other_numerators, other_denominators)
    shape = np.broadcast_shapes(own[0].shape, others[0].shape[:-1])
    x, n = (np.broadcast_to(count, shape) for count in own)
    other_x, other_n = (np.broadcast_to(count, (*shape, count.shape[-1])) for count in others)
    found = np.full((*shape, 3), np.nan)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    for row in np.ndindex(shape):
        present = ~np.isnan(other_n[row])
        if np.isnan(n[row]) or not present.any():
            continue
        peers = other_x[row][present], other_n[row][present]
        proportion, generator = x[row] / n[row], np.random.default_rng(seed)
        drawn_peers = _draw(*peers, resample, draws, generator)
        drawn = generator.binomial(_whole(n[row]), proportion, size=draws) / n[row]
        limits = np.quantile(drawn - _average(*drawn_peers, average), tails)
        found[row] = proportion - _average(*peers, average), *limits
    value, lower, upper = np.moveaxis(found, -1, 0)
    method = f"bootstrap of counts{' and others' if resample else ''}, {average}"
    return Interval(value, lower, upper, method)


def _draw(
    x: Floats, n: Floats, resample: bool, draws: int, generator: np.random.Generator
) -> tuple[Counts, Counts]:
    """Draw numerators and denominators of others, shape (draws, k)."""
    size = (draws, len(n))
    chosen = generator.integers(len(n), size=size) if resample else np.broadcast_to(np.arange(len(n)), size)
    trials = _whole(n)[chosen]
    return generator.binomial(trials, (x / n)[chosen]), trials


def _average(x: Floats | Counts, n: Floats | Counts, average: Average) -> Floats:
    """Average proportions along the last axis."""
    if average == "pooled":
        return np.asarray(x.sum(axis=-1) / n.sum(axis=-1))
    return np.asarray(np.mean(x / n, axis=-1) if average == "mean" else np.median(x / n, axis=-1))


def _whole(n: npt.ArrayLike) -> Counts:
    """Give denominators as the whole numbers that a binomial needs."""
    whole = np.asarray(n).astype(np.int64)
    if np.any(whole != n):
        raise ValueError("a denominator must be a whole number for its count to be drawn again")
    return whole


def bootstrap_whole(
    numerators: npt.ArrayLike,
    denominators: npt.ArrayLike,
    *,
    draws: int = 2000,
    seed: int = SEED,
    confidence: float = 0.95,
) -> Interval:
    """Give the percentile interval for each unit's proportion less that of the whole they make up.

    Each draw takes as many units as there are, with replacement, and draws their counts from
    binomials with the proportions observed; the rest of the whole is that draw without the unit, and
    the unit's own count is drawn apart. The difference is 1 - w times the unit less the rest, w being
    the unit's share of the denominators observed. Limits are R type 7 quantiles.
    Source: as for `bootstrap_difference`; for the share, `newcombe_whole`.

    Args:
        numerators: shape (k,), as is `denominators`; a unit that is missing or out of zero is left out.
        denominators: what those are out of, whole numbers.
        draws: how many.
        seed: where they start.
        confidence: between 0 and 1.

    Returns:
        Shape (k,); `value` is the difference of the figures observed. A draw without any other unit
        has no rest: it is left out of that unit's limits, which matters only where units are few.
        All is missing for a unit left out, and for every unit where fewer than two are present.

    Raises:
        ValueError: as for `bootstrap_difference`.
    """
    x, n = known(numerators, denominators)
    there = ~np.isnan(n)
    found = np.full((3, *n.shape), np.nan)
    if there.sum() >= 2:
        x, n = x[there], n[there]
        tails = [(1 - confidence) / 2, (1 + confidence) / 2]
        found[0, there] = x / n - x.sum() / n.sum()
        drawn = _draw_from_whole(x / n, _whole(n), draws, np.random.default_rng(seed))
        found[1:, there] = np.nanquantile(drawn, tails, axis=0)
    return Interval(found[0], found[1], found[2], "bootstrap of counts and units, part of a whole")


def _draw_from_whole(p: Floats, n: Counts, draws: int, generator: np.random.Generator) -> Floats:
    """Draw each unit's difference from the whole, shape (draws, k), missing without another unit."""
    k = len(n)
    chosen = generator.integers(k, size=(draws, k)) + k * np.arange(draws)[:, None]
    times = np.bincount(chosen.ravel(), minlength=draws * k).reshape(draws, k)
    # A unit taken twice is counted twice over: the sum of two draws is one draw of twice the trials.
    trials = times * n
    counts = generator.binomial(trials, p)
    rest_trials = trials.sum(axis=1, keepdims=True) - trials
    rest = (counts.sum(axis=1, keepdims=True) - counts) / np.where(rest_trials > 0, rest_trials, np.nan)
    own = generator.binomial(n, p, size=(draws, k)) / n
    return np.asarray((1 - n / n.sum()) * (own - rest))
