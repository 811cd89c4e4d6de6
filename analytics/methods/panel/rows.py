"""The rows of a panel that can be used, and what is left of them with units and times swept out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

FLAT = 1e-10
"""What is left of a column, as a share of it, is taken for rounding below this."""


@dataclass(frozen=True)
class Rows:
    """Complete rows in order of unit and time; units and times are numbered, and named in their order."""

    unit: Codes
    time: Codes
    unit_names: pd.Index
    time_names: pd.Index
    data: Floats
    weights: Floats
    singletons: int = 0

    @property
    def units(self) -> int:
        """How many units there are."""
        return len(self.unit_names)


@dataclass(frozen=True)
class Swept:
    """x and y, each of shape (n,), with units, times and controls swept out.

    `nuisance`, shape (n, p), spans times and controls within units; `spare` is how many rows there
    are beyond the coefficients fitted.
    """

    x: Floats
    y: Floats
    nuisance: Floats
    spare: int


def complete_rows(
    panel: pd.DataFrame, unit: str, time: str, columns: Sequence[str], weights: str | None = None
) -> Rows:
    """Give the rows that miss none of the columns.

    Raises:
        ValueError: a unit has two rows for one time, a value is infinite, or a weight is not above zero.
    """
    wanted = [unit, time, *columns, *([] if weights is None else [weights])]
    # The sums of floats depend on their order, so that sorting makes results the same to the last digit.
    present = panel[list(dict.fromkeys(wanted))].dropna().sort_values([unit, time])
    if present.duplicated([unit, time]).any():
        raise ValueError("a panel has one row for each unit and time; here are two")
    data = np.column_stack([present[column].to_numpy(float) for column in columns])
    weighing = np.ones(len(present)) if weights is None else present[weights].to_numpy(float)
    if not (np.isfinite(data).all() and np.isfinite(weighing).all()):
        raise ValueError("a value is infinite")
    if np.any(weighing <= 0):
        raise ValueError("weights must be above zero")
    units, unit_names = pd.factorize(present[unit], sort=True)
    times, time_names = pd.factorize(present[time], sort=True)
    return Rows(units, times, pd.Index(unit_names), pd.Index(time_names), data, weighing)


def keep_rows(rows: Rows, keep: npt.NDArray[np.bool_]) -> Rows:
    """Keep some rows, and number what units and times there still are."""
    units, unit = np.unique(rows.unit[keep], return_inverse=True)
    times, time = np.unique(rows.time[keep], return_inverse=True)
    return Rows(
        unit,
        time,
        rows.unit_names[units],
        rows.time_names[times],
        rows.data[keep],
        rows.weights[keep],
        rows.singletons,
    )


def without_singletons(rows: Rows) -> Rows:
    """Leave out rows alone in their unit or time, over and over until there are none.

    Its own effect fits such a row exactly: it says nothing of a slope, and a unit of only such rows
    would count among the G of the cluster correction.
    Source: Correia (2015), Singletons, Cluster-Robust Standard Errors and Fixed Effects: A Bad Mix.
    """
    while True:
        alone = (np.bincount(rows.unit)[rows.unit] == 1) | (np.bincount(rows.time)[rows.time] == 1)
        if not alone.any():
            return rows
        rows = replace(keep_rows(rows, ~alone), singletons=rows.singletons + int(alone.sum()))


def unit_sums(values: Floats, rows: Rows) -> Floats:
    """Add up rows of values within each unit: shape (n, ...) to (units, ...)."""
    starts = np.flatnonzero(np.diff(rows.unit, prepend=-1))
    return np.asarray(np.add.reduceat(values, starts, axis=0))


def unit_products(values: Floats, rows: Rows) -> Floats:
    """Give each unit's weighted cross-products of columns: shape (n, m) to (units, m, m)."""
    weighted = values * rows.weights[:, None]
    return unit_sums(weighted[:, :, None] * values[:, None, :], rows)


def unit_means(values: Floats, rows: Rows) -> Floats:
    """Give the weighted mean of each unit, shape (units, m)."""
    totals = unit_sums(values * rows.weights[:, None], rows)
    return np.asarray(totals / unit_sums(rows.weights, rows)[:, None])


def time_dummies(rows: Rows) -> Floats:
    """Give one column of noughts and ones for each time."""
    return np.eye(len(rows.time_names))[rows.time]


def within_transform(
    panel: pd.DataFrame, unit: str, time: str, columns: Sequence[str], weights: str | None = None
) -> pd.DataFrame:
    """Give columns with what belongs to a unit or to a time swept out.

    Each column less its unit means is regressed on the dummies of the times less theirs; the
    residuals are those of a regression on the dummies of both, exactly, whether or not every unit
    has every time. With weights, means and regression are weighted.
    Source: Frisch and Waugh (1933), Econometrica 1:387; Lovell (1963), JASA 58:993.

    Returns:
        `unit, time` and the columns under their own names, in order of unit and time, for the rows
        that miss none of them. A row alone in its unit or time is zero.

    Raises:
        ValueError: a unit has two rows for one time, a value is infinite, or a weight is not above zero.
    """
    rows = complete_rows(panel, unit, time, columns, weights)
    swept, _ = project_out(_centred(rows.data, rows), _nuisance(rows, rows.data[:, :0]), rows.weights)
    keys = {unit: rows.unit_names[rows.unit], time: rows.time_names[rows.time]}
    return pd.DataFrame({**keys, **dict(zip(columns, swept.T, strict=True))})


def sweep(rows: Rows) -> Swept:
    """Sweep units, times and controls out of x and y, the first two columns of the data.

    Raises:
        ValueError: fewer than three units, nothing left of x or of y, or as many coefficients as rows.
    """
    if rows.units < 3:
        # Two units mirror each other: their scores are zero, and the clustered error with them.
        raise ValueError(f"a slope needs at least three units of two rows or more; there are {rows.units}")
    nuisance = _nuisance(rows, rows.data[:, 2:])
    swept, rank = project_out(_centred(rows.data[:, :2], rows), nuisance, rows.weights)
    for name, left, raw in zip("xy", swept.T, rows.data.T, strict=False):
        if is_flat(left, raw):
            raise ValueError(f"a slope needs {name} to vary within units, beyond times and controls")
    spare = len(rows.unit) - rows.units - rank - 1
    if spare < 1:
        raise ValueError("a slope needs more rows than there are units, times and controls")
    return Swept(swept[:, 0], swept[:, 1], nuisance, spare)


def is_flat(left: Floats, raw: Floats) -> bool:
    """Tell whether what is left of a column is rounding."""
    return bool(np.linalg.norm(left) <= FLAT * np.linalg.norm(raw))


def project_out(values: Floats, nuisance: Floats, weights: Floats) -> tuple[Floats, int]:
    """Give residuals of columns by weighted least squares on others, and the rank of those."""
    root = np.sqrt(weights)[:, None]
    solution, _, rank, _ = np.linalg.lstsq(nuisance * root, values * root, rcond=FLAT)
    return values - nuisance @ solution, int(rank)


def _centred(values: Floats, rows: Rows) -> Floats:
    return np.asarray(values - unit_means(values, rows)[rows.unit])


def _nuisance(rows: Rows, controls: Floats) -> Floats:
    """Give times and controls within units, each column of length one or, where it is flat, zero."""
    raw = np.column_stack([time_dummies(rows), controls])
    centred = _centred(raw, rows)
    flat = [is_flat(*columns) for columns in zip(centred.T, raw.T, strict=True)]
    return np.asarray(np.where(flat, 0.0, centred) / np.where(flat, 1.0, np.linalg.norm(centred, axis=0)))
