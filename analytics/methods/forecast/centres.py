"""Where a forecast is centred: the plain models, and one that leans on everything known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Model = Callable[[pd.DataFrame, pd.DataFrame, Sequence[str]], Floats]

PENALTIES = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Ridge penalties tried, as multiples of the number of cases."""


def _persistence(known: pd.DataFrame, new: pd.DataFrame, beside: Sequence[str]) -> Floats:
    """The last value stays."""
    return np.asarray(new["last"], float)


def _drift(known: pd.DataFrame, new: pd.DataFrame, beside: Sequence[str]) -> Floats:
    """The last value moves as all units did on average."""
    return np.asarray(new["last"] + _moved(known).mean(), float)


def _trend(known: pd.DataFrame, new: pd.DataFrame, beside: Sequence[str]) -> Floats:
    """The unit's own straight line goes on."""
    return np.asarray(new["trend"], float)


def _reversion(known: pd.DataFrame, new: pd.DataFrame, beside: Sequence[str], towards: str) -> Floats:
    """The last value goes part of the way towards a mean: the part that fitted all units best.

    Where the mean is missing, as of a unit that has no group, it stays.
    """
    gap, ahead = ((each[towards] - each["last"]).fillna(0).to_numpy(float) for each in (known, new))
    square = float(gap @ gap)
    # Values that lie at their mean but for rounding say nothing of how far they go.
    part = float(gap @ _moved(known)) / square if square > 1e-24 * float(np.sum(known["last"] ** 2)) else 0.0
    return np.asarray(new["last"] + part * ahead, float)


def _regression(known: pd.DataFrame, new: pd.DataFrame, beside: Sequence[str], on: Sequence[str]) -> Floats:
    """Least squares of the change on some of what was known."""
    x, ahead = known[list(on)].to_numpy(float), new[list(on)].to_numpy(float)
    return np.asarray(new["last"] + _moves(x, _moved(known), ahead, [0.0])[0], float)


def _ridge(known: pd.DataFrame, new: pd.DataFrame, beside: Sequence[str]) -> Floats:
    """Ridge regression of the change on everything, with the penalty that did best on units left out.

    The largest where all units are in one fold, and none can be left out.
    """
    on = ["last", "own", "group", *beside]
    x, moved, fold = known[on].to_numpy(float), _moved(known), known["fold"].to_numpy()
    errors, folds, best = np.zeros(len(PENALTIES)), np.unique(fold), max(PENALTIES)
    if len(folds) > 1:
        for each in folds:
            inside = fold == each
            foreseen = _moves(x[~inside], moved[~inside], x[inside], PENALTIES)
            errors += np.sum((moved[inside] - foreseen) ** 2, axis=1)
        best = PENALTIES[int(np.argmin(errors))]
    return np.asarray(new["last"] + _moves(x, moved, new[on].to_numpy(float), [best])[0], float)


def _moved(known: pd.DataFrame) -> Floats:
    return np.asarray(known["target"] - known["last"], float)


def _moves(x: Floats, moved: Floats, ahead: Floats, penalties: Sequence[float]) -> Floats:
    """Regress moves on standardised columns, every slope penalised.

    A missing entry is the median of its column in `x`; a column without any is left out.

    Returns:
        The move foreseen at each row of `ahead`, shape (penalties, n).
    """
    there = ~np.isnan(x).all(axis=0)
    x, ahead = x[:, there], ahead[:, there]
    middle = np.nanmedian(x, axis=0)
    x, ahead = (np.where(np.isnan(each), middle, each) for each in (x, ahead))
    centre, scale = x.mean(axis=0), x.std(axis=0)
    # What never varies is left out: it says nothing of where it would lead.
    flat = scale <= 1e-12 * np.maximum(1.0, np.abs(centre))
    x, ahead = ((each - centre)[:, ~flat] / scale[~flat] for each in (x, ahead))
    gram, cross = x.T @ x, x.T @ (moved - moved.mean())
    found = [
        np.linalg.lstsq(gram + penalty * len(x) * np.eye(len(gram)), cross, rcond=1e-10)[0]
        for penalty in penalties
    ]
    return np.asarray(moved.mean() + np.array(found) @ ahead.T)


MODELS: dict[str, Model] = {
    "persistence": _persistence,
    "drift": _drift,
    "ar1": partial(_regression, on=("last",)),
    "own_mean": partial(_reversion, towards="own"),
    "group_mean": partial(_reversion, towards="group"),
    "overall_mean": partial(_reversion, towards="overall"),
    "ar_means": partial(_regression, on=("last", "own", "group")),
    "trend": _trend,
    "ridge": _ridge,
}
"""Each takes cases whose outcome is known, new cases, and the names of what else was known."""


def centres(
    known: pd.DataFrame, new: pd.DataFrame, beside: Sequence[str] = (), models: Sequence[str] = tuple(MODELS)
) -> dict[str, Floats]:
    """Give each model's centre for each new case.

    Args:
        known: rows of `cases` whose target is known.
        new: rows of `cases`.
        beside: columns of what else was known, for the model that leans on everything.
        models: names in `MODELS`.

    Raises:
        ValueError: fewer than ten known cases, or one whose target is missing.
    """
    _check(known)
    return {name: MODELS[name](known, new, beside) for name in models}


def out_of_fold(
    known: pd.DataFrame, beside: Sequence[str] = (), models: Sequence[str] = tuple(MODELS)
) -> dict[str, Floats]:
    """Give each model's centre for each known case, fitted on the units of the other folds.

    Raises:
        ValueError: as for `centres`, or all units are in one fold.
    """
    _check(known)
    if known["fold"].nunique() < 2:
        raise ValueError("a check on units left out needs units in two folds")
    return {name: _left_out(known, beside, MODELS[name]) for name in models}


def _left_out(known: pd.DataFrame, beside: Sequence[str], model: Model) -> Floats:
    fold = known["fold"].to_numpy()
    centre = np.empty(len(known))
    for each in np.unique(fold):
        inside = fold == each
        centre[inside] = model(known[~inside], known[inside], beside)
    return centre


def _check(known: pd.DataFrame) -> None:
    if len(known) < 10:
        raise ValueError(f"a forecast needs ten past cases or more; there are {len(known)}")
    if known[["last", "target"]].isna().to_numpy().any():
        raise ValueError("a past case misses its value or its target")
