"""International recruits on their way: from what is known and assumed to a cohort that can be simulated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from analytics import plan
from analytics.assumptions import Assumption, draw
from analytics.methods.stockflow import Cohort, Group, Ramp, Stage

Floats = npt.NDArray[np.float64]

STAGES = ("offer", "registered", "arrived")
SURE = 1e6
"""A beta distribution of so much weight is its mean: probabilities are drawn here, from their own."""
DAYS_A_MONTH = 365.25 / 12
PLAUSIBLE = 8.0
"""Nobody is taken to have waited so many times as long as the median of a stage: it was longer then."""
LONGEST_WAIT = 12.0
"""A longer wait says no more than one of so many months."""
STALE_MONTHS = 12
"""What a paper said of people on their way is not carried forward for longer than this."""


@dataclass(frozen=True)
class Drawn:
    """What is assumed, drawn once for each draw; each is of shape (draws,)."""

    falls_through: Floats
    never_arrives: Floats
    registration: Floats
    alike: Floats
    arrival: Floats
    induction: Floats
    leaving: Floats
    ramp_months: Floats
    ramp_first: Floats


def draw_assumptions(held: dict[str, Assumption], draws: int, seed: int) -> Drawn:
    """Draw every assumption about recruits, each from a stream of its own."""
    names = (
        "offer_falls_through", "arrival_falls_through", "registration_median", "registration_shape",
        "arrival_median", "induction_median", "international_leaving", "ramp_months", "ramp_first",
    )  # fmt: skip
    streams = np.random.default_rng([seed, 2]).spawn(len(names))
    return Drawn(*(draw(held[name], stream, draws) for name, stream in zip(names, streams, strict=True)))


def months_between(first: date, last: date) -> float:
    """Give the months from one day to another."""
    return (last - first).days / DAYS_A_MONTH


def is_stale(people: plan.Cohort, start: date) -> bool:
    """Say whether counts of people on their way are too old to be used on a day."""
    return people.as_at is not None and months_between(people.as_at, start) > STALE_MONTHS


def cohort_to_simulate(people: plan.Cohort, drawn: Drawn, start: date, offset: int) -> Cohort:
    """Make the cohort of a simulation whose month 0 is `offset` months before `start`.

    Those in post by `start` are in the published workforce or will be counted as any other starter,
    so they are no part of it. Those with a day arrive then, or at the start where it has gone by; the
    others have waited since `waiting_since` in the stage that they are known to have reached.
    """
    waited = min(max(months_between(people.waiting_since, start), 0.0), LONGEST_WAIT)
    registration, arrival, induction = (
        np.maximum(median, waited / PLAUSIBLE) if stage == people.stage and people.waiting else median
        for stage, median in zip(STAGES, (drawn.registration, drawn.arrival, drawn.induction), strict=True)
    )
    groups = [Group(count=people.waiting, stage=people.stage, waited=waited)]
    groups += [
        Group(count=each.people, stage=STAGES[-1], due=max(months_between(start, each.date), 0.0))
        for each in people.due
    ]
    return Cohort(
        stages=(
            _stage("offer", registration, drawn.falls_through, drawn.alike),
            _stage("registered", arrival, drawn.never_arrives),
            _stage("arrived", induction, np.zeros_like(induction)),
        ),
        groups=tuple(group for group in groups if group.count),
        hazard=1 - (1 - drawn.leaving) ** (1 / 12),
        ramp=Ramp(length=drawn.ramp_months, first=drawn.ramp_first),
        delay_shift=float(offset),
    )


def _stage(name: str, median: Floats, fails: Floats, shape: Floats | float = 1.0) -> Stage:
    return Stage(
        name=name, median=median, shape=shape, fail_alpha=SURE * fails, fail_beta=SURE * (1 - fails) + 1e-9
    )


def later(cohort: Cohort, months: float) -> Cohort:
    """Delay every arrival that is still to come."""
    return replace(cohort, delay_shift=np.asarray(cohort.delay_shift) + months)
