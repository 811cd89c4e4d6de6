"""How much of a full worker someone is who started a while ago."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.methods.stockflow.checks import Floats, Parameter, check


@dataclass(frozen=True, kw_only=True, eq=False)
class Ramp:
    """Productivity that rises in a straight line from `first` to 1 over `length` months; 0: full at once."""

    length: Parameter = 0.0
    first: Parameter = 1.0

    def __post_init__(self) -> None:
        check(self, 0, np.inf, "length")
        check(self, 0, 1, "first")

    @property
    def months(self) -> int:
        """How many months someone is below full productivity at most."""
        return int(np.ceil(np.max(self.length)))


def ramp(months_since_start: Parameter, length: Parameter, first: Parameter) -> Floats:
    """Give productivity, from `first` at nought months to 1 at `length` months.

    Args:
        months_since_start: 0 or more; this and the others broadcast together.
        length: months, 0 or more.
        first: between 0 and 1.
    """
    since, over = np.asarray(months_since_start, dtype=float), np.asarray(length, dtype=float)
    done = np.where(since >= over, 1.0, since / np.where(over > 0, over, 1.0))
    return np.asarray(first + (1 - np.asarray(first)) * done)


def starters_short(
    starters: Floats, stay: Floats, share: Parameter, before: Parameter, hazard: Parameter, over: Ramp
) -> Floats:
    """Give the FTE by which starters who are still on their ramp fall short of full productivity.

    Leavers are spread over recent and older stock in proportion. Those who started before the first
    month are taken to have come at the mean rate and to have left at the hazard: without them
    productivity would seem to fall for as long as a ramp lasts.

    Args:
        starters: shape (months, ...), people.
        stay: shape (months, ...), the part of the stock that did not leave in the month.
        share: of starters who ramp, between 0 and 1.
        before: the mean number of starters a month.
        hazard: the monthly probability of leaving.
        over: their ramp.

    Returns:
        Shape (months + 1, ...).
    """
    past, shape = over.months, starters.shape[1:]
    if past == 0 or not np.any(share):
        return np.zeros((len(starters) + 1, *shape))
    present = np.concatenate([np.broadcast_to(before, (past, *shape)), starters]) * share
    kept = np.concatenate([np.broadcast_to(1 - np.asarray(hazard), (past, *shape)), stay])
    short = np.zeros_like(present)
    for age in range(past):
        short[age:] += present * (1 - ramp(age, over.length, over.first))
        present = present[:-1] * kept[age + 1 :]
    return np.asarray(short[past - 1 :])
