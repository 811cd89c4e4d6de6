"""One forecast from several: weights that past cases give, and a spread that suits the unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import optimize

from analytics.methods.forecast.centres import MODELS, beside_their_past, centres, out_of_fold
from analytics.methods.forecast.spread import pooled_spread, scaled_spread

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Combined:
    """A forecast of each new case.

    `centre`, shape (n,); `quantiles`, shape (n, k), in order; `weights` of the models that it is
    made of; `cases`, how many past outcomes it has learnt from.
    """

    centre: Floats
    quantiles: Floats
    weights: dict[str, float]
    cases: int


def combine(
    known: pd.DataFrame,
    new: pd.DataFrame,
    beside: Sequence[str] = (),
    *,
    bounds: tuple[float, float] = (-np.inf, np.inf),
    models: Sequence[str] = tuple(MODELS),
) -> Combined:
    """Combine the models' centres by non-negative weights, and spread them as past cases were.

    Weights, none below zero and one in all, are those of least squares of outcomes on centres that
    were fitted on the units of the other folds. The spread is of residuals from the same
    centres, which a unit's own outcome enters by the weights alone (see `scaled_spread`).
    Source: Breiman (1996), Stacked regressions, Machine Learning 24:49.

    Args:
        known: rows of `cases` whose target is known.
        new: rows of `cases` to forecast.
        beside: columns of what else was known.
        bounds: what an outcome cannot go below and above.
        models: names in `MODELS`.

    Raises:
        ValueError: as for `out_of_fold`.
    """
    checked = np.column_stack(list(out_of_fold(known, beside, models).values()))
    target = known["target"].to_numpy(float)
    weights = _weights(checked, target)
    ahead = np.column_stack(list(centres(known, new, beside, models).values()))
    centre, past = ahead @ weights, checked @ weights
    quantiles = scaled_spread(
        centre, new["size"].to_numpy(float), past, known["size"].to_numpy(float), target - past
    )
    told = dict(zip(models, weights.tolist(), strict=True))
    return Combined(np.clip(centre, *bounds), np.clip(quantiles, *bounds), told, len(known))


def _weights(checked: Floats, target: Floats) -> Floats:
    """Give weights, none below zero, that add up to one and fit the outcomes best.

    The sum is one more equation of non-negative least squares, so heavy that it all but holds
    (Lawson and Hanson, 1995, Solving Least Squares Problems, chapters 22 and 23).
    """
    # About any one of the models, since weights that add up to one leave a common part as it is.
    apart = checked - checked[:, :1]
    heavy = 1e4 * max(float(np.linalg.norm(apart)), 1.0)
    rows = np.vstack([apart, np.full(checked.shape[1], heavy)])
    found, _ = optimize.nnls(rows, np.append(target - checked[:, 0], heavy))
    return np.asarray(found / found.sum())


def forecast_of(
    model: str,
    known: pd.DataFrame,
    new: pd.DataFrame,
    beside: Sequence[str] = (),
    *,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> Combined:
    """Give the forecast of one model alone, with the quantiles of its own past residuals around it.

    Raises:
        ValueError: as for `centres`.
    """
    return forecasts_of([model], known, new, beside, bounds=bounds)[model]


def forecasts_of(
    models: Sequence[str],
    known: pd.DataFrame,
    new: pd.DataFrame,
    beside: Sequence[str] = (),
    *,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> dict[str, Combined]:
    """Give the forecast of each model alone, as `forecast_of` does of one.

    Raises:
        ValueError: as for `centres`.
    """
    fitted, ahead = beside_their_past(known, new, beside, models)
    target, found = known["target"].to_numpy(float), {}
    for model, centre in ahead.items():
        quantiles = pooled_spread(centre, target - fitted[model])
        found[model] = Combined(
            np.clip(centre, *bounds), np.clip(quantiles, *bounds), {model: 1.0}, len(known)
        )
    return found
