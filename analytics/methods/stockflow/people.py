"""When each person of a cohort arrives and leaves, in every draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analytics.methods.stockflow.checks import Floats, Parameter
from analytics.methods.stockflow.cohort import IN_POST, Cohort, Group, Stage
from analytics.methods.stockflow.productivity import Ramp


@dataclass(frozen=True, eq=False)
class Journeys:
    """The month in which each person is in post for the first time, and the one of being gone.

    Both have the shape (people, ..., draws), people in the order of the groups. Months are whole;
    infinite means never. Those in post at the start have a month of arrival that is 0 or less.
    """

    arrival_month: Floats
    leave_month: Floats


def journeys(cohort: Cohort, shape: int | tuple[int, ...], seed: int | np.random.Generator) -> Journeys:
    """Draw when people arrive and leave.

    Someone passes all stages that remain with probability Π(1 - q), however long the wait has been,
    after the sum of the delays: the residual one of the stage now under way, a fresh one of the others.
    An arrival counts from the end of its month, and from the end of the first month at the earliest.

    Each group draws from a stream of its own, person by person: it keeps its draws when another group
    changes, and those of its first people when its count does.

    Args:
        cohort: who was promised.
        shape: draws, or (areas, draws); fields of the cohort broadcast to it.
        seed: a generator gives other draws each time that it is used.

    Raises:
        ValueError: someone has waited longer than the delay of the stage can plausibly last.
    """
    size = (shape,) if isinstance(shape, int) else shape
    for_stages, for_groups = np.random.default_rng(seed).spawn(2)
    fails = [
        _failure(stage, size, stream)
        for stage, stream in zip(cohort.stages, for_stages.spawn(len(cohort.stages)), strict=True)
    ]
    arrivals, leaves = [np.empty((0, *size))], [np.empty((0, *size))]
    for group, stream in zip(cohort.groups, for_groups.spawn(len(cohort.groups)), strict=True):
        passing, leaving, waiting = stream.spawn(3)
        people = (int(group.count), *size)
        arrival = _arrival(cohort, group, fails, people, passing, waiting)
        arrivals.append(arrival)
        leaves.append(np.maximum(arrival, 0) + _stay(cohort.hazard, people, leaving))
    return Journeys(np.concatenate(arrivals), np.concatenate(leaves))


def _failure(stage: Stage, size: tuple[int, ...], stream: np.random.Generator) -> Floats:
    """Draw the probability of falling out of a stage, one for all people of a draw."""
    alpha, beta = np.asarray(stage.fail_alpha, dtype=float), stage.fail_beta
    drawn = stream.beta(np.where(alpha > 0, alpha, 1.0), beta, size=size)
    return np.where(alpha > 0, drawn, 0.0)


def _arrival(
    cohort: Cohort,
    group: Group,
    fails: list[Floats],
    people: tuple[int, ...],
    passing: np.random.Generator,
    waiting: np.random.Generator,
) -> Floats:
    """Draw the months of arrival of one group, shape (people, ...)."""
    if group.stage == IN_POST:
        return np.full(people, -np.floor(group.waited))
    first = len(cohort.stages) - cohort.remaining(group)
    through = np.prod([1 - fail for fail in fails[first:]], axis=0)
    passes = passing.random(people) < through
    if group.due is None:
        months = _delay(cohort.stages[first:], group.waited, people, waiting)
    else:
        months = np.full(people, group.due)
    return np.where(passes, np.maximum(np.ceil(months + cohort.delay_shift), 1.0), np.inf)


def _delay(
    stages: tuple[Stage, ...], waited: float, people: tuple[int, ...], stream: np.random.Generator
) -> Floats:
    """Draw the months that are left of the first stage, and those of the others."""
    total = np.zeros(people)
    for stage, own in zip(stages, stream.spawn(len(stages)), strict=True):
        if stage is stages[0] and waited > 0:
            total += residual_delay(own.random(people), waited, stage)
        else:
            total += own.standard_gamma(stage.shape, people) * _scale(stage)
    return total


def _scale(stage: Stage) -> Floats:
    """Give the scale of the gamma distribution that has the stage's median and shape."""
    return np.asarray(stage.median / special.gammaincinv(stage.shape, 0.5))


def residual_delay(level: Floats, waited: float, stage: Stage) -> Floats:
    """Give the months that are left of a delay which has lasted longer than `waited`.

    The inverse of the survival function at `level` times the survival until now, less the wait.

    Args:
        level: shape (people, ...), uniform numbers.
        waited: months.
        stage: whose delay; its fields broadcast to `level`.

    Raises:
        ValueError: the wait is longer than the delay can plausibly last (a chance below 1e-290).
    """
    scale = np.asarray(_scale(stage))
    some = np.where(scale > 0, scale, 1.0)
    survival = np.where(scale > 0, special.gammaincc(stage.shape, waited / some), 1.0)
    if np.any(survival < 1e-290):
        raise ValueError(
            f"Group.waited has {waited:g} months in the stage {stage.name!r}: "
            f"its delay has a median of {np.min(stage.median):g} and all but never lasts so long"
        )
    left = special.gammainccinv(stage.shape, np.maximum(level, 1e-16) * survival) * scale - waited
    return np.where(scale > 0, np.maximum(left, 0.0), 0.0)


def _stay(hazard: Parameter, people: tuple[int, ...], stream: np.random.Generator) -> Floats:
    """Draw how many months people stay: geometric, 1 or more, infinite where nobody leaves."""
    with np.errstate(divide="ignore"):
        rate = -np.log1p(-np.asarray(hazard, dtype=float))
        return np.asarray(np.maximum(np.ceil(stream.standard_exponential(people) / rate), 1.0))


def in_post(drawn: Journeys, months: int) -> Floats:
    """Count the people in post at each month, shape (months + 1, ..., draws)."""
    if not len(drawn.arrival_month):
        return np.zeros((months + 1, *drawn.arrival_month.shape[1:]))
    come = _tally(np.maximum(drawn.arrival_month, 0), months)
    return np.cumsum(come - _tally(drawn.leave_month, months), axis=0)


def people_short(drawn: Journeys, months: int, over: Ramp) -> Floats:
    """Give the FTE by which those in post fall short of full productivity, shape (months + 1, ..., draws).

    Each falls short by (1 - first)(1 - since / length), so that it is enough to follow how many are on
    the ramp and the sum of their months since: all who stay on it are a month further on each month.
    """
    if over.months == 0 or not len(drawn.arrival_month):
        return np.zeros((months + 1, *drawn.arrival_month.shape[1:]))
    off = np.minimum(drawn.leave_month, drawn.arrival_month + np.ceil(over.length))
    on = np.where(off > 0, np.maximum(drawn.arrival_month, 0), np.inf)
    off = np.where(off > 0, off, np.inf)
    many = np.cumsum(_tally(on, months) - _tally(off, months), axis=0)
    moved = _months_since(drawn, on, months) - _months_since(drawn, off, months)
    moved[1:] += many[:-1]
    since = np.cumsum(moved, axis=0)
    length = np.where(np.asarray(over.length) > 0, over.length, 1.0)
    return np.asarray((1 - np.asarray(over.first)) * (many - since / length))


def _months_since(drawn: Journeys, month: Floats, months: int) -> Floats:
    """Sum people's months since arrival by the month in which something happens to them."""
    within = np.isfinite(month)
    since = np.subtract(month, drawn.arrival_month, out=np.zeros(month.shape), where=within)
    return _tally(month, months, since)


def _tally(month: Floats, months: int, weights: Floats | None = None) -> Floats:
    """Count people, or sum their weights, by month: from (people, ...) to (months + 1, ...)."""
    shape = month.shape[1:]
    cells = int(np.prod(shape))
    # Whoever comes later, or never, is put in one more month that is then left out.
    place = np.minimum(month, months + 1).astype(np.int64) * cells + np.arange(cells).reshape(shape)
    given = None if weights is None else weights.ravel()
    summed = np.bincount(place.ravel(), given, minlength=(months + 2) * cells)
    return summed.reshape(months + 2, *shape)[:-1].astype(float)
