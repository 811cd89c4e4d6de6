"""Models with random intercepts and slopes, fitted by restricted maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from analytics.methods.panel.rows import (
    Floats,
    Rows,
    is_flat,
    project_out,
    time_dummies,
    unit_means,
    unit_products,
)


@dataclass(frozen=True)
class Fit:
    """Slopes within units and between less within, shape (2,), with clustered errors, and random effects.

    Effects and their posterior deviations have shape (units, q), and `covariance` (q, q): intercepts
    and, where q is two, slopes.
    """

    slopes: Floats
    errors: Floats
    covariance: Floats
    effects: Floats
    deviations: Floats
    likelihood: float
    converged: bool


def fit_random(rows: Rows, effects: int) -> Fit:
    """Fit y on x, its unit mean and the times, with random intercepts (`effects` 1) and slopes (2).

    With V = I + ZLL'Z' the covariance of a unit's rows in terms of the residual variance, L lower
    triangular, coefficients and residual variance follow from L, which alone is searched for.
    Source: Bates, Mächler, Bolker and Walker (2015), Journal of Statistical Software 67(1).

    Raises:
        ValueError: fewer than three units, nothing of x within units or between them, no more rows
            than coefficients, or every row fitted exactly within units.
    """
    _check(rows)
    # In standard deviations, so that the search takes the same steps whatever x and y are measured in.
    spread_x, spread_y = rows.data.std(axis=0)
    x, y = ((rows.data - rows.data.mean(axis=0)) / rows.data.std(axis=0)).T[:, :, None]
    mean = unit_means(x, rows)[rows.unit]
    random = np.hstack([np.ones_like(x), x - mean])[:, :effects]
    products = unit_products(np.hstack([random, x, mean, time_dummies(rows), y]), rows)
    found = optimize.minimize(
        lambda entries: -_likelihood(_lower(entries, effects), products, len(y)),
        np.full(effects * (effects + 1) // 2, 0.5),
        method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-8, "maxiter": 1000},
    )
    rate = spread_y / spread_x
    slopes, errors, covariance, chosen, deviations = _solution(_lower(found.x, effects), products, len(y))
    scales = np.array([spread_y, rate])[:effects]
    return Fit(
        slopes=slopes * rate,
        errors=errors * rate,
        covariance=covariance * np.outer(scales, scales),
        effects=chosen * scales,
        deviations=deviations * scales,
        likelihood=-float(found.fun),
        converged=bool(found.success),
    )


def _check(rows: Rows) -> None:
    """Refuse rows that say nothing of two slopes.

    Raises:
        ValueError: fewer than three units, nothing of x within units or between them, no more rows
            than coefficients, or every row fitted exactly within units.
    """
    if rows.units < 3:
        raise ValueError(f"a slope needs at least three units; there are {rows.units}")
    times, (x, y) = time_dummies(rows), rows.data.T[:, :, None]
    mean = unit_means(x, rows)[rows.unit]
    length = np.linalg.norm(mean) or 1.0
    within, _ = project_out(x - mean, np.hstack([mean / length, times]), rows.weights)
    between, _ = project_out(mean, times, rows.weights)
    if is_flat(within, x) or is_flat(between, x):
        raise ValueError("a slope needs x to vary within units and between them, beyond times")
    if len(y) <= times.shape[1] + 2:
        raise ValueError("a slope needs more rows than there are times and two")
    inner = np.hstack([x / np.linalg.norm(x), times, y])
    inner = inner - unit_means(inner, rows)[rows.unit]
    left, _ = project_out(inner[:, -1:], inner[:, :-1], rows.weights)
    if is_flat(left, y):
        raise ValueError("random effects need y to be off the line within units")


def _lower(entries: Floats, q: int) -> Floats:
    """Give a lower triangular matrix from its entries."""
    factor = np.zeros((q, q))
    factor[np.tril_indices(q)] = entries
    return factor


def _solution(factor: Floats, products: Floats, n: int) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Give what follows from L: the fields of `Fit` but for the last two."""
    weighted, inner, solved = _weighted(factor, products)
    total, units = weighted.sum(axis=0), len(products)
    bread = np.linalg.inv(total[:-1, :-1])
    left = np.append(-bread @ total[:-1, -1], 1.0)
    variance = left @ total @ left / (n - len(bread))
    scores = bread @ (weighted[:, :-1] @ left).T
    errors = np.sqrt(units / (units - 1) * np.sum(scores**2, axis=1))
    posterior = variance * factor @ np.linalg.solve(inner, np.broadcast_to(factor.T, inner.shape))
    deviations = np.sqrt(np.diagonal(posterior, axis1=1, axis2=2))
    return -left[:2], errors[:2], variance * factor @ factor.T, factor @ solved @ left, deviations


def _weighted(factor: Floats, products: Floats) -> tuple[Floats, Floats, Floats]:
    """Weight each unit's cross-products by its inverse covariance.

    With W = I + L'Z'ZL and A the design beside y, A'(I + ZLL'Z')⁻¹A is A'A - A'ZL W⁻¹ L'Z'A.

    Returns:
        That, shape (units, k + 1, k + 1), then W and W⁻¹L'Z'A.
    """
    q = len(factor)
    inner = np.eye(q) + factor.T @ products[:, :q, :q] @ factor
    cross = factor.T @ products[:, :q, q:]
    solved = np.asarray(np.linalg.solve(inner, cross), dtype=float)
    return products[:, q:, q:] - np.swapaxes(cross, 1, 2) @ solved, inner, solved


def _likelihood(factor: Floats, products: Floats, n: int) -> float:
    """Give the logarithm of the restricted likelihood, coefficients and residual variance at their best."""
    weighted, inner, _ = _weighted(factor, products)
    total = weighted.sum(axis=0)
    freedom = n - len(total) + 1
    squares = total[-1, -1] - total[-1, :-1] @ np.linalg.solve(total[:-1, :-1], total[:-1, -1])
    volumes = np.linalg.slogdet(inner)[1].sum() + np.linalg.slogdet(total[:-1, :-1])[1]
    return -0.5 * float(volumes + freedom * (1 + np.log(2 * np.pi * squares / freedom)))
