"""Where a forecast is centred: the plain models, and one that leans on everything known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Columns = Mapping[str, Floats]
"""Columns of cases as plain arrays: they are cut into folds so often that a table's own ways are slow."""
Fitted = Callable[[Columns], Floats]
"""Gives the centre of each new case."""
Model = Callable[[Columns, Sequence[str]], Fitted]

NEEDED = ("last", "own", "group", "overall", "trend", "fold", "target")
PENALTIES = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Ridge penalties tried, as multiples of the number of cases."""


def _persistence(known: Columns, beside: Sequence[str]) -> Fitted:
    """The last value stays."""
    return lambda new: new["last"]


def _drift(known: Columns, beside: Sequence[str]) -> Fitted:
    """The last value moves as all units did on average."""
    moved = _moved(known).mean()
    return lambda new: np.asarray(new["last"] + moved)


def _trend(known: Columns, beside: Sequence[str]) -> Fitted:
    """The unit's own straight line goes on."""
    return lambda new: new["trend"]


def _reversion(known: Columns, beside: Sequence[str], towards: str) -> Fitted:
    """The last value goes part of the way towards a mean: the part that fitted all units best.

    Where the mean is missing, as of a unit that has no group, it stays.
    """
    gap = _gap(known, towards)
    square = float(gap @ gap)
    # Values that lie at their mean but for rounding say nothing of how far they go.
    part = float(gap @ _moved(known)) / square if square > 1e-24 * float(np.sum(known["last"] ** 2)) else 0.0
    return lambda new: np.asarray(new["last"] + part * _gap(new, towards))


def _gap(cases: Columns, towards: str) -> Floats:
    gap = cases[towards] - cases["last"]
    return np.where(np.isnan(gap), 0.0, gap)


def _regression(known: Columns, beside: Sequence[str], on: Sequence[str]) -> Fitted:
    """Least squares of the change on some of what was known."""
    moves = _moves(_side_by_side(known, on), _moved(known), [0.0])
    return lambda new: np.asarray(new["last"] + moves(_side_by_side(new, on))[0])


def _ridge(known: Columns, beside: Sequence[str]) -> Fitted:
    """Ridge regression of the change on everything, with the penalty that did best on units left out.

    The largest where all units are in one fold, and none can be left out.
    """
    on = ["last", "own", "group", *beside]
    x, moved, fold = _side_by_side(known, on), _moved(known), known["fold"]
    errors, folds, best = np.zeros(len(PENALTIES)), np.unique(fold), max(PENALTIES)
    if len(folds) > 1:
        for each in folds:
            inside = fold == each
            foreseen = _moves(x[~inside], moved[~inside], PENALTIES)(x[inside])
            errors += np.sum((moved[inside] - foreseen) ** 2, axis=1)
        best = PENALTIES[int(np.argmin(errors))]
    moves = _moves(x, moved, [best])
    return lambda new: np.asarray(new["last"] + moves(_side_by_side(new, on))[0])


def _moved(known: Columns) -> Floats:
    return np.asarray(known["target"] - known["last"])


def _side_by_side(columns: Columns, names: Sequence[str]) -> Floats:
    return np.array([columns[name] for name in names]).T


def _moves(x: Floats, moved: Floats, penalties: Sequence[float]) -> Callable[[Floats], Floats]:
    """Regress moves on standardised columns, every slope penalised.

    A missing entry is the median of its column in `x`; a column without any is left out.

    Returns:
        What gives the move foreseen at each of some rows, shape (penalties, n).
    """
    there = ~np.isnan(x).all(axis=0)
    x = x[:, there]
    middle = np.array([_median(column) for column in x.T])
    x = np.where(np.isnan(x), middle, x)
    centre, scale = x.mean(axis=0), x.std(axis=0)
    # What never varies is left out: it says nothing of where it would lead.
    varies = scale > 1e-12 * np.maximum(1.0, np.abs(centre))
    x = (x - centre)[:, varies] / scale[varies]
    mean = moved.mean()
    gram, cross, one = x.T @ x, x.T @ (moved - mean), np.eye(x.shape[1])
    slopes = np.array(
        [np.linalg.lstsq(gram + each * len(x) * one, cross, rcond=1e-10)[0] for each in penalties]
    )

    def foreseen(ahead: Floats) -> Floats:
        ahead = ahead[:, there]
        ahead = np.where(np.isnan(ahead), middle, ahead)
        return np.asarray(mean + slopes @ ((ahead - centre)[:, varies] / scale[varies]).T)

    return foreseen


def _median(column: Floats) -> float:
    """Give the median of what is there: `numpy.nanmedian` takes ten times as long."""
    known = column[~np.isnan(column)]
    half = len(known) // 2
    if len(known) % 2:
        return float(np.partition(known, half)[half])
    ordered = np.partition(known, (half - 1, half))
    return float((ordered[half - 1] + ordered[half]) / 2)


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
"""Each takes cases whose outcome is known and the names of what else was known, and is fitted on them."""


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
    return beside_their_past(known, new, beside, models)[1]


def beside_their_past(
    known: pd.DataFrame, new: pd.DataFrame, beside: Sequence[str] = (), models: Sequence[str] = tuple(MODELS)
) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Give each model's centre for each known case that it was fitted on, and for each new one.

    Raises:
        ValueError: as for `centres`.
    """
    _check(known)
    past, ahead = _columns(known, beside), _columns(new, beside)
    fitted = {name: MODELS[name](past, beside) for name in models}
    return {name: of(past) for name, of in fitted.items()}, {name: of(ahead) for name, of in fitted.items()}


def out_of_fold(
    known: pd.DataFrame, beside: Sequence[str] = (), models: Sequence[str] = tuple(MODELS)
) -> dict[str, Floats]:
    """Give each model's centre for each known case, fitted on the units of the other folds.

    Raises:
        ValueError: as for `centres`, or all units are in one fold.
    """
    _check(known)
    columns = _columns(known, beside)
    fold = columns["fold"]
    folds = np.unique(fold)
    if len(folds) < 2:
        raise ValueError("a check on units left out needs units in two folds")
    found = {name: np.empty(len(known)) for name in models}
    for each in folds:
        inside = fold == each
        others, own = _those(columns, ~inside), _those(columns, inside)
        for name in models:
            found[name][inside] = MODELS[name](others, beside)(own)
    return found


def _columns(table: pd.DataFrame, beside: Sequence[str]) -> Columns:
    names = [name for name in (*NEEDED, *beside) if name in table]
    return {name: table[name].to_numpy(float) for name in names}


def _those(columns: Columns, which: npt.NDArray[np.bool_]) -> Columns:
    return {name: values[which] for name, values in columns.items()}


def _check(known: pd.DataFrame) -> None:
    if len(known) < 10:
        raise ValueError(f"a forecast needs ten past cases or more; there are {len(known)}")
    if known[["last", "target"]].isna().to_numpy().any():
        raise ValueError("a past case misses its value or its target")
