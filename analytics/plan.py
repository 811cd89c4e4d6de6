"""What is known of an area's international recruits: from a user's plan file, or the council's own papers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from analytics.assumptions import as_day, assumptions, refused, to_day, worst
from analytics.errors import InputError, closest
from analytics.evidence import read_claims
from analytics.folders import home
from analytics.words import day_in_words

Day = Annotated[date, BeforeValidator(to_day)]
Count = Annotated[int, Field(strict=True)]


def _check_counts(counts: dict[str, int]) -> None:
    for name, count in counts.items():
        if count < 0:
            raise ValueError(f"{name} is {count}; a count of people cannot be below 0")


class Due(BaseModel):
    """People expected in post on a day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    date: Day
    people: Count

    @model_validator(mode="after")
    def _counted(self) -> Self:
        _check_counts({"people": self.people})
        return self


class Cohort(BaseModel):
    """Recruits from abroad: how many were offered a post, and where each of them is.

    `waiting` are those still to come with no day, who have all come as far as `stage`;
    `waiting_since` is the day that they were offered a post, or reached the later stage. `as_at` is
    the day that the counts are of, where it is not the start of the projection. `source` says whose
    counts they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    offered: Count
    in_post: Count
    due: tuple[Due, ...] = ()
    waiting: Count
    waiting_since: Day
    stage: Literal["offer", "registered", "arrived"] = "offer"
    as_at: Day | None = None
    source: str = ""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        _check_counts({"offered": self.offered, "in_post": self.in_post, "waiting": self.waiting})
        if self.in_post > self.offered:
            raise ValueError(
                f"in_post is {self.in_post} and offered {self.offered}; "
                "no more can be in post than were offered one"
            )
        accounted = self.in_post + self.expected + self.waiting
        if accounted > self.offered:
            raise ValueError(
                f"in_post {self.in_post} + due {self.expected} + waiting {self.waiting} = {accounted}, "
                f"and offered is {self.offered}; no more can be counted than were offered a post"
            )
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        counted = {"as_at": self.as_at} if self.as_at else {}
        for name, day in {"waiting_since": self.waiting_since, **counted}.items():
            late = [each.date for each in self.due if each.date < day]
            if late:
                raise ValueError(f"due on {late[0]} is before {name} {day}; a later day is expected")
        if self.as_at and self.waiting_since > self.as_at:
            raise ValueError(
                f"waiting_since {self.waiting_since} is after as_at {self.as_at}; an earlier day is expected"
            )
        return self

    @property
    def expected(self) -> int:
        """How many are due on a day that is given."""
        return sum(each.people for each in self.due)


class Plan(BaseModel):
    """A user's plan file: what is known of a cohort, and what is assumed in place of `assumptions.yml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cohort: Cohort | None = None
    assumptions: dict[str, Any] = Field(default_factory=dict)


def read_plan(path: Path | str) -> Plan:
    """Read a plan file: YAML of `cohort`, `assumptions` or both (docs/plan.md).

    Raises:
        InputError: there is no such file, it is not YAML, a key is unknown or missing, a count or a
            date cannot be so, or an assumption cannot be used; the message says which and why.
    """
    path = Path(path)
    raw = _load(path)
    try:
        plan = Plan.model_validate(raw)
    except ValidationError as error:
        raise refused(str(path), error, _keys_beside(error)) from error
    assumptions(date.min, plan.assumptions, str(path))  # on any day: to find what cannot be used
    if plan.cohort and not plan.cohort.source:
        cohort = plan.cohort.model_copy(update={"source": f"the plan file {path.name}"})
        return plan.model_copy(update={"cohort": cohort})
    return plan


class _Loader(yaml.SafeLoader):
    """YAML that refuses a key given twice, of which the first would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if str(key.value) in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key.value!r} is given twice", key.start_mark
                )
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def _load(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(path.read_bytes(), _Loader)
    except FileNotFoundError as error:
        beside = [each.name for each in path.parent.glob("*.y*ml")]
        raise InputError(
            f"{path}: there is no such plan file. Nearest in its folder: {closest(path.name, beside)}."
        ) from error
    except OSError as error:
        raise InputError(
            f"{path}: this file cannot be read ({error.strerror}). A file is expected."
        ) from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that is on no calendar
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        why = getattr(error, "problem", None) or getattr(error, "reason", None) or error
        raise InputError(
            f"{path}{line}: this cannot be read as YAML ({why}). Correct it (docs/plan.md shows an example)."
        ) from error
    if not isinstance(raw, dict) or not any(raw.values()):
        raise InputError(
            f"{path}: a plan holds `cohort:` or `assumptions:` with what is under them, and neither was "
            "found (docs/plan.md shows an example)."
        )
    # A heading that was left empty is as good as none.
    return {key: value for key, value in raw.items() if value is not None or key not in Plan.model_fields}


def _keys_beside(error: ValidationError) -> dict[str, Any]:
    """Give the keys that could have stood where an unknown one was found."""
    place = worst(error)["loc"]
    if len(place) == 1:
        return dict(Plan.model_fields)
    return dict(Due.model_fields if "due" in place[:-1] else Cohort.model_fields)


def check_plan(plan: Plan, start: date | str, where: str = "plan") -> None:
    """Hold the dates of a plan against the first day of the projection.

    Raises:
        InputError: people are due before it, or waiting or counted only after it.
    """
    if plan.cohort is None:
        return
    day = as_day(start, "start of the projection")
    early = [each.date for each in plan.cohort.due if each.date < day]
    if early:
        raise InputError(
            f"{where}: cohort.due: {early[0]} is before the start of the projection, {day}. "
            "Count those people in `in_post` if they came, or in `waiting` if they did not."
        )
    for name in ("waiting_since", "as_at"):
        given = getattr(plan.cohort, name)
        if given and given > day:
            raise InputError(
                f"{where}: cohort.{name}: {given} is after the start of the projection, {day}. "
                "An earlier day is expected; or begin the projection later."
            )


def cohort_of_claims(slug: str, start: date | str) -> Cohort | None:
    """Give an area's cohort as the council's own papers dated up to and on a day described it.

    `cohort.yml` beside the claims says which claim is which; the counts stay as they were on
    `as_at`, and a day on which people were due may have gone by.

    Returns:
        None where no claims are held, or the papers that have the counts are of a later date.

    Raises:
        InputError: the file names a claim that is not held, or its claims contradict each other.
    """
    path = home() / "data" / "raw" / "evidence" / slug / "cohort.yml"
    if not path.is_file():
        return None
    roles = yaml.safe_load(path.read_text(encoding="utf-8"))
    claims = read_claims(slug).set_index("claim")
    due, named = roles["due"], [roles[role] for role in ("offered", "in_post", "waiting", "waiting_since")]
    unknown = [claim for claim in [*named, *due] if claim not in claims.index]
    if unknown:
        raise InputError(
            f"{path}: {unknown[0]!r}: no such claim. Nearest: {closest(unknown[0], claims.index)}."
        )
    day = as_day(start, "start of the projection").isoformat()
    if (claims.loc[named, "dated"] > day).any():
        return None
    offered, in_post, waiting, since = (claims.loc[claim] for claim in named)
    expected = [claims.loc[claim] for claim in due if claims.at[claim, "dated"] <= day]
    try:
        return Cohort(
            offered=int(offered["value"]),
            in_post=int(in_post["value"]),
            due=tuple(Due(date=each["as_at"], people=int(each["value"])) for each in expected),
            waiting=int(waiting["value"]),
            waiting_since=since["as_at"],
            as_at=in_post["as_at"],
            source=_paper(in_post),
        )
    except ValidationError as error:
        raise refused(str(path), error) from error


def _paper(claim: Any) -> str:
    """Name the paper that a claim is from: its title, publisher and date."""
    dated = day_in_words(date.fromisoformat(claim["dated"]))
    return f"{claim['title']} ({claim['publisher']}, {dated})"
