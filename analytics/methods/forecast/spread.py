"""How far outcomes lay from a centre: the spread that a forecast takes from the past."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEVELS = (np.arange(200) + 0.5) / 200
"""The quantiles by which a forecast is told: 200 equally likely outcomes in order."""


def pooled_spread(centre: Floats, residuals: Floats, levels: Floats = LEVELS) -> Floats:
    """Give quantiles of a forecast, shape (n, k): the centre plus those of past residuals (R type 7)."""
    return np.asarray(centre[:, None] + np.quantile(residuals, levels)[None, :])


def scaled_spread(
    centre: Floats,
    size: Floats,
    past_centre: Floats,
    past_size: Floats,
    residuals: Floats,
    levels: Floats = LEVELS,
) -> Floats:
    """Give quantiles of a forecast whose spread depends on its level and on the unit's size.

    The logarithm of past absolute residuals, a tenth of their median added so that none is zero, is
    regressed on the logarithms of level and size; residuals in units of that scale are pooled and
    scaled back. Levels below a tenth of their median count as that, and no scale is more than ten times
    the largest or less than a tenth of the smallest of past cases.
    Source: Harvey (1976), Econometrica 44:461, for a multiplicative model of spread.

    Args:
        centre: shape (n,).
        size: shape (n,), above zero; a missing one counts as the median.
        past_centre: shape (m,).
        past_size: shape (m,).
        residuals: outcomes less past centres, shape (m,).
        levels: shape (k,), between 0 and 1.

    Returns:
        Shape (n, k).
    """
    floor = max(0.1 * float(np.median(np.abs(past_centre))), 1e-9)
    usual = float(np.nanmedian(past_size))

    def design(level: Floats, size: Floats) -> Floats:
        known = np.where(np.isnan(size), usual, size)
        logs = np.log(np.maximum(level, floor)), np.log(np.maximum(known, 1e-9))
        return np.column_stack([np.ones(len(level)), *logs])

    past = design(past_centre, past_size)
    offset = max(0.1 * float(np.median(np.abs(residuals))), 1e-12)
    slopes = np.linalg.lstsq(past, np.log(np.abs(residuals) + offset), rcond=1e-10)[0]
    fitted = past @ slopes
    # Where past cases hardly differ, slopes say nothing of one that does.
    lowest, highest = fitted.min() - np.log(10), fitted.max() + np.log(10)
    relative = residuals / np.exp(fitted)
    scale = np.exp(np.clip(design(centre, size) @ slopes, lowest, highest))
    return np.asarray(centre[:, None] + np.quantile(relative, levels)[None, :] * scale[:, None])
