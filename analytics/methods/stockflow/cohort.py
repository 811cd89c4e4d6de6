"""People who were promised: the stages before they are in post, and what becomes of each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from analytics.methods.stockflow.checks import Parameter, check
from analytics.methods.stockflow.productivity import Ramp

IN_POST = "in post"
"""The stage after the last: those in it have arrived."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Stage:
    """A step before someone is in post.

    The probability of falling out of it is drawn once a draw, for all people alike, from a beta
    distribution of `fail_alpha` and `fail_beta`; `fail_alpha` 0 means that nobody does. The delay is
    a gamma distribution of `shape` with `median` months; a median of 0 means none.
    """

    name: str
    median: Parameter
    shape: Parameter = 1.0
    fail_alpha: Parameter = 0.0
    fail_beta: Parameter = 1.0

    def __post_init__(self) -> None:
        check(self, 0, np.inf, "median", "fail_alpha")
        check(self, np.finfo(float).tiny, np.inf, "shape", "fail_beta")


@dataclass(frozen=True, kw_only=True)
class Group:
    """People at the same stage, who have `waited` as many months in it.

    Those at the stage `IN_POST` are in the stock already, and `waited` is how long they have been.
    `due` is the month in which the others are planned to arrive: it takes the place of every delay.
    """

    count: int
    stage: str
    waited: float = 0.0
    due: float | None = None

    def __post_init__(self) -> None:
        check(self, 0, np.inf, "count", "waited")
        if self.count != int(self.count):
            raise ValueError(f"Group.count has {self.count:g}: it must be a whole number of people")
        if self.due is not None:
            check(self, 0, np.inf, "due")
            if self.stage == IN_POST:
                raise ValueError(f"Group.due has {self.due:g}: those {IN_POST} have arrived")


@dataclass(frozen=True, kw_only=True, eq=False)
class Cohort:
    """Groups of people on their way through stages, in the order in which they are passed.

    `hazard` is the monthly probability of leaving once in post, `ramp` the productivity of each, and
    `delay_shift` months are added to every arrival that is still to come. Each person is one FTE.
    """

    stages: tuple[Stage, ...]
    groups: tuple[Group, ...]
    hazard: Parameter = 0.0
    ramp: Ramp = field(default_factory=Ramp)
    delay_shift: Parameter = 0.0

    def __post_init__(self) -> None:
        check(self, 0, 1, "hazard")
        check(self, -np.inf, np.inf, "delay_shift")
        names = [*(stage.name for stage in self.stages), IN_POST]
        repeated = [name for name, times in Counter(names).items() if times > 1]
        if repeated:
            raise ValueError(f"Cohort.stages has {repeated[0]!r} twice: each stage must have its own name")
        unknown = [group.stage for group in self.groups if group.stage not in names]
        if unknown:
            raise ValueError(f"Cohort.groups has the stage {unknown[0]!r}: it must be one of {names}")

    @property
    def people(self) -> int:
        """How many there are."""
        return sum(int(group.count) for group in self.groups)

    @property
    def in_post(self) -> int:
        """How many are in post at the start, and so in the stock."""
        return sum(int(group.count) for group in self.groups if group.stage == IN_POST)

    def remaining(self, group: Group) -> int:
        """How many stages a group has still to pass, its own included."""
        names = [*(stage.name for stage in self.stages), IN_POST]
        return len(self.stages) - names.index(group.stage)
