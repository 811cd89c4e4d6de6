"""How good forecasts were: scores of whole distributions and of single values, and differences of scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from analytics.methods.panel import first_differences

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """The mean of scores less that of a reference on the same `n` cases, with its limits.

    Of scores of which less is better, one below zero is better than the reference.
    """

    estimate: float
    lower: float
    upper: float
    clusters: int
    n: int
    method: str


def crps_sample(draws: npt.ArrayLike, outcome: npt.ArrayLike) -> Floats:
    """Give the continuous ranked probability score of a sample, in the unit of the outcome; less is better.

    The mean of |X - y| less half that of |X - X'| over all k^2 pairs of draws, each with itself too.
    Sorted, with x_i the ith of k draws, it is 2 / k^2 times the sum of (x_i - y)(k [y < x_i] - i + 1/2),
    no term of which is below zero.
    Source: Gneiting and Raftery (2007), Journal of the American Statistical Association 102:359; sorted,
    Laio and Tamea (2007), Hydrology and Earth System Sciences 11:1267.

    Args:
        draws: shape (..., k), the last axis the sample.
        outcome: shape (...).

    Returns:
        Shape (...).

    Raises:
        ValueError: there are no draws, the shapes do not agree, or a value is missing or infinite.

    >>> float(crps_sample([0, 1], 0.5))
    0.25
    """
    sample, y = _sampled(draws, outcome)
    k = sample.shape[-1]
    apart = np.sort(sample, axis=-1) - y
    weight = k * (apart > 0) - np.arange(k) - 0.5
    return np.asarray(2 * np.sum(apart * weight, axis=-1) / k**2)


def crps_normal(mean: npt.ArrayLike, deviation: npt.ArrayLike, outcome: npt.ArrayLike) -> Floats:
    """Give the continuous ranked probability score of a normal distribution; less is better.

    With z = (y - mean) / deviation it is (y - mean)(2 Phi(z) - 1) + deviation (2 phi(z) - 1 / sqrt(pi)),
    and the absolute error where the deviation is zero.
    Source: Gneiting and others (2005), Monthly Weather Review 133:1098.

    Args:
        mean: of a shape that goes with the others, as do all three.
        deviation: standard deviations.
        outcome: what came of it.

    Raises:
        ValueError: a deviation is below zero, or a value is missing or infinite.

    >>> round(float(crps_normal(0, 1, 0)), 7)
    0.233695
    """
    apart = _known(outcome, "an outcome") - _known(mean, "a mean")
    spread = _known(deviation, "a standard deviation")
    if np.any(spread < 0):
        raise ValueError("a standard deviation must not be below zero")
    z = apart / np.where(spread > 0, spread, 1)
    within = 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi)
    score = apart * (2 * stats.norm.cdf(z) - 1) + spread * within
    return np.where(spread > 0, score, np.abs(apart))


def covered(draws: npt.ArrayLike, outcome: npt.ArrayLike, level: float) -> npt.NDArray[np.bool_]:
    """Tell whether the central interval of the draws holds the outcome, limits included.

    Limits are R type 7 quantiles, (1 - level) / 2 and (1 + level) / 2. Those of few draws lie too close
    together: they hold an outcome of the same distribution level (k - 1) / (k + 1) of the time, since
    each of the k + 1 places among k draws is as likely as the others; between two draws, about so.

    Args:
        draws: shape (..., k), the last axis the sample.
        outcome: shape (...).
        level: between 0 and 1.

    Returns:
        Shape (...).

    Raises:
        ValueError: as for `crps_sample`, or a level is not between 0 and 1.
    """
    tails = _tails(level)
    sample, y = _sampled(draws, outcome)
    lower, upper = np.quantile(sample, tails, axis=-1, keepdims=True)
    return np.asarray(((lower <= y) & (y <= upper))[..., 0])


def pit(draws: npt.ArrayLike, outcome: npt.ArrayLike) -> Floats:
    """Give the probability integral transform: the share of draws below the outcome and half those equal.

    Where forecasts are calibrated and nothing is equal, each of 0, 1/k, ... 1 is as likely as the others.
    Where much is equal this is the middle of the range over which the source, which needs no random
    numbers either, spreads an outcome: its mean is still 1/2, but it varies less than a uniform does.
    Source: Czado, Gneiting and Held (2009), Biometrics 65:1254.

    Args:
        draws: shape (..., k), the last axis the sample.
        outcome: shape (...).

    Returns:
        Shape (...).

    Raises:
        ValueError: as for `crps_sample`.
    """
    sample, y = _sampled(draws, outcome)
    return np.asarray(np.mean(sample < y, axis=-1) + np.mean(sample == y, axis=-1) / 2)


def mase(error: npt.ArrayLike, naive: npt.ArrayLike) -> float:
    """Give the mean absolute error over that of the forecast of no change; below 1 is better than it.

    A ratio of means: a mean of ratios, one a unit, does not exist where a unit never changed.
    Source: Hyndman and Koehler (2006), International Journal of Forecasting 22:679, who have one series.

    Args:
        error: forecasts less outcomes or the reverse, of any shape.
        naive: mean absolute errors of the forecast of no change, one a unit, as of `naive_error`.

    Raises:
        ValueError: there are no errors, the mean of the naive ones is not above zero, or a value is
            missing or infinite.
    """
    errors, scale = _known(error, "an error"), _known(naive, "a naive error")
    if not errors.size or not scale.size:
        raise ValueError("a scaled error needs errors and naive errors; there are none")
    if scale.mean() <= 0:
        raise ValueError(f"the mean of the naive errors must be above zero; it is {scale.mean():g}")
    return float(np.abs(errors).mean() / scale.mean())


def naive_error(panel: pd.DataFrame, unit: str, time: str, value: str, until: float) -> pd.Series:
    """Give each unit's mean absolute change from one period to the next, up to a time and with it.

    Only periods that follow each other are paired; a gap gives no change.

    Returns:
        One value a unit in order of unit, its index; a unit with no pair is absent.

    Raises:
        ValueError: a unit has two rows for one time.
    """
    past = panel.loc[panel[time] <= until, [unit, time, value]]
    if past.duplicated([unit, time]).any():
        raise ValueError("a panel has one row for each unit and time; here are two")
    changes = first_differences(past, unit, time, [value])
    return changes[value].abs().groupby(changes[unit]).mean()


def difference(
    scores: npt.ArrayLike,
    reference: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    seed: int,
    draws: int = 2000,
    confidence: float = 0.95,
) -> Difference:
    """Give the mean of scores less a reference's, with the percentile interval of clusters drawn again.

    Each draw takes as many clusters as there are, with replacement and each with all its cases, and
    divides the sum of their differences by the number of their cases. How often each is drawn is
    multinomial. Limits are R type 7 quantiles.
    Source: Field and Welsh (2007), Journal of the Royal Statistical Society B 69:369; Davison and Hinkley
    (1997), Bootstrap Methods and their Application, chapter 5.

    Args:
        scores: shape (n,), as are `reference` and `clusters`.
        reference: scores of the same cases in the same order.
        clusters: the label of each case's cluster.
        seed: where draws start; clusters are taken in order of their labels, whatever the order of cases.
        draws: how many.
        confidence: between 0 and 1.

    Raises:
        ValueError: lengths differ, a score is missing or infinite, a cluster is missing, there are fewer
            than two clusters or no draws, or a confidence is not between 0 and 1.
    """
    return differences([scores], reference, clusters, seed=seed, draws=draws, confidence=confidence)[0]


def differences(
    scores: Sequence[npt.ArrayLike],
    reference: npt.ArrayLike,
    clusters: npt.ArrayLike,
    *,
    seed: int,
    draws: int = 2000,
    confidence: float = 0.95,
) -> list[Difference]:
    """Give the `difference` of several scores from one reference, for which clusters are drawn once.

    Args:
        scores: each of shape (n,).
        reference: as for `difference`, as are all the others.
        clusters: the label of each case's cluster.
        seed: where draws start.
        draws: how many.
        confidence: between 0 and 1.

    Raises:
        ValueError: as for `difference`.
    """
    tails = _tails(confidence)
    if draws < 1:
        raise ValueError(f"an interval needs draws; {draws} were asked for")
    ours, theirs = [_known(each, "a score") for each in scores], _known(reference, "a score of the reference")
    labels = pd.Series(clusters)
    for each in ours:
        if each.ndim != 1 or not each.shape == theirs.shape == labels.shape:
            raise ValueError(
                "scores, reference and clusters must be of one length; "
                f"their shapes are {each.shape}, {theirs.shape} and {labels.shape}"
            )
    if labels.isna().any():
        raise ValueError("a case has no cluster")
    cluster, names = pd.factorize(labels, sort=True)
    number = len(names)
    if number < 2:
        raise ValueError(f"an interval needs at least two clusters; there are {number}")
    times_drawn = np.random.default_rng(seed).multinomial(number, np.full(number, 1 / number), size=draws)
    cases = times_drawn @ np.bincount(cluster)
    return [_difference(each - theirs, cluster, times_drawn, cases, tails) for each in ours]


def _difference(
    apart: Floats,
    cluster: npt.NDArray[np.intp],
    times_drawn: npt.NDArray[np.int64],
    cases: npt.NDArray[np.int64],
    tails: tuple[float, float],
) -> Difference:
    sums = np.bincount(cluster, weights=apart)
    lower, upper = np.quantile((times_drawn @ sums) / cases, tails)
    return Difference(
        estimate=float(np.mean(apart)),
        lower=float(lower),
        upper=float(upper),
        clusters=len(sums),
        n=len(apart),
        method="percentiles of clusters drawn again",
    )


def _sampled(draws: npt.ArrayLike, outcome: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Give draws, shape (..., k), and outcomes, shape (..., 1).

    Raises:
        ValueError: there are no draws, the shapes do not agree, or a value is missing or infinite.
    """
    sample, y = _known(draws, "a draw"), _known(outcome, "an outcome")
    # Broadcasting would score every outcome against every sample, and nothing would look amiss.
    if sample.ndim == 0 or sample.shape[:-1] != y.shape:
        raise ValueError(f"draws of shape {sample.shape} do not go with outcomes of shape {y.shape}")
    if sample.shape[-1] == 0:
        raise ValueError("a sample needs at least one draw")
    return sample, y[..., None]


def _known(values: npt.ArrayLike, name: str) -> Floats:
    """Give values as floats, all of them there.

    Raises:
        ValueError: one is missing or infinite.
    """
    known = np.asarray(values, dtype=float)
    amiss = int(np.sum(~np.isfinite(known)))
    if amiss:
        raise ValueError(f"{name} is missing or infinite: {amiss} of {known.size} are")
    return known


def _tails(level: float) -> tuple[float, float]:
    """Give the probabilities below the two limits of a central interval.

    Raises:
        ValueError: a level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"a level must lie between 0 and 1, both excluded; it is {level}")
    # (1 - 0.95) / 2 is a hair above 0.025, and would shut out an outcome equal to the draw on the limit.
    return round((1 - level) / 2, 12), round((1 + level) / 2, 12)
