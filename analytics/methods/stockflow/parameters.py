"""Where a simulation starts and what moves it: every field a number or an array by draw or area."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from analytics.methods.stockflow.checks import Floats, Parameter, check
from analytics.methods.stockflow.productivity import Ramp


def monthly_hazard(annual_rate: Parameter) -> Floats:
    """Give the monthly probability of leaving, 1 - exp(-rate / 12).

    Args:
        annual_rate: leavers in a year over the mean stock of that year, 0 or more.

    Raises:
        ValueError: a rate is below 0.
    """
    rate = np.asarray(annual_rate, dtype=float)
    if np.any(rate < 0):
        raise ValueError(f"annual_rate has {rate.min():g}: it must be 0 or more")
    return np.asarray(-np.expm1(-rate / 12))


@dataclass(frozen=True, kw_only=True, eq=False)
class Start:
    """What there is in month 0.

    `stock`, `cover` and `places` are FTE: the permanent, the temporary, and what was planned for.
    `work` is items in hand and `holder_share` the part of the workers who hold any; without either
    there is no load.
    """

    stock: Parameter
    cover: Parameter
    places: Parameter
    work: Parameter = np.nan
    holder_share: Parameter = np.nan

    def __post_init__(self) -> None:
        check(self, 0, np.inf, "stock", "cover", "places")
        check(self, 0, np.inf, "work", missing=True)
        check(self, 0, 1, "holder_share", missing=True)


@dataclass(frozen=True, kw_only=True, eq=False)
class Flows:
    """What moves stock, places and work in a month.

    `hazard` is the monthly probability of leaving and `hazard_correlation` the correlation of two
    workers' leaving within a month: leavers are beta-binomial, or binomial at 0. `starters` is the
    mean of whole people, whose variance is mean + `starters_dispersion` × mean²: Poisson at 0.
    `starter_ramp_share` of them follow `starter_ramp`. `closure_mean` and `closure_sd` (FTE) are the
    change of stock that neither explains. `places_growth` and `places_sd` are FTE. `work_growth` is a
    proportion; work is multiplied by a log-normal factor of mean 1 and log standard deviation `work_sd`.
    """

    hazard: Parameter
    starters: Parameter
    hazard_correlation: Parameter = 0.0
    starters_dispersion: Parameter = 0.0
    starter_ramp_share: Parameter = 0.0
    starter_ramp: Ramp = field(default_factory=Ramp)
    closure_mean: Parameter = 0.0
    closure_sd: Parameter = 0.0
    places_growth: Parameter = 0.0
    places_sd: Parameter = 0.0
    work_growth: Parameter = 0.0
    work_sd: Parameter = 0.0

    def __post_init__(self) -> None:
        check(self, 0, 1, "hazard", "starter_ramp_share")
        check(self, 0, 0.99, "hazard_correlation")
        check(self, 0, np.inf, "starters", "starters_dispersion", "closure_sd", "places_sd", "work_sd")
        check(self, -np.inf, np.inf, "closure_mean", "places_growth")
        check(self, -1, np.inf, "work_growth")


@dataclass(frozen=True, kw_only=True, eq=False)
class Response:
    """How cover moves in a month: drift + places × Δplaces - stock × Δstock + noise, in FTE.

    `places` and `stock` have no default: how much cover goes when stock comes is to be estimated.
    """

    places: Parameter
    stock: Parameter
    drift: Parameter = 0.0
    sd: Parameter = 0.0

    def __post_init__(self) -> None:
        check(self, -np.inf, np.inf, "places", "stock", "drift")
        check(self, 0, np.inf, "sd")


@dataclass(frozen=True, kw_only=True, eq=False)
class Shocks:
    """What else moves stock, places and cover in each month, in FTE, drawn by the caller.

    Arrays of the shape (months, draws) or (months, areas, draws), or numbers: what past years left
    unexplained has longer tails than a normal distribution, and its three parts go together.
    """

    stock: Parameter = 0.0
    places: Parameter = 0.0
    cover: Parameter = 0.0

    def __post_init__(self) -> None:
        check(self, -np.inf, np.inf, "stock", "places", "cover")

    def fit(self, size: tuple[int, ...]) -> None:
        """Refuse arrays that do not broadcast to `size`, months first.

        Raises:
            ValueError: it names the field and the shape that is expected.
        """
        for name in ("stock", "places", "cover"):
            shape = np.shape(getattr(self, name))
            # Axes are compared from the last: a missing one, or one of length 1, is repeated.
            pairs = zip(shape[::-1], size[::-1], strict=False)
            if len(shape) > len(size) or any(own not in (1, wanted) for own, wanted in pairs):
                raise ValueError(f"Shocks.{name} has the shape {shape}: it must broadcast to {size}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Conversions:
    """FTE that move from cover to stock in each month: one number, or one for each month.

    A month moves no more than the cover there is, and what it could not move is not made up for.
    """

    number: float | npt.ArrayLike

    def __post_init__(self) -> None:
        check(self, 0, np.inf, "number")

    def by_month(self, months: int) -> Floats:
        """Give the number for each month, shape (months,).

        Raises:
            ValueError: there are numbers for more or fewer months.
        """
        given = np.asarray(self.number, dtype=float)
        if given.shape not in ((), (months,)):
            raise ValueError(
                f"Conversions.number has the shape {given.shape}: it must be one number or ({months},)"
            )
        return np.broadcast_to(given, (months,))
