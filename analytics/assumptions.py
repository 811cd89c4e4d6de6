"""What a projection assumes and does not fit, read from `assumptions.yml`; a user may replace any of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from analytics.errors import InputError, closest
from analytics.folders import PACKAGE

BOUNDS = {
    "probability": (0.0, 1.0),
    "probability a year": (0.0, 1.0),
    "share of a full caseload": (0.0, 1.0),
    "months": (0.0, np.inf),
    "shape": (0.1, np.inf),
    "people a year": (0.0, np.inf),
    "percent a year": (-100.0, np.inf),
    "percent": (-100.0, np.inf),
}
"""What a value in each unit cannot go below and above."""

Z95 = 1.6448536269514722
JEFFREYS = 0.5

EXPECTED = {
    "bool": "true or false",
    "date": "a date, year first, such as 2023-12-31,",
    "dict": "a mapping of keys to values",
    "finite": "a number",
    "float": "a number",
    "int": "a whole number",
    "list": "a list",
    "literal": "another word",
    "model": "a mapping of keys to values",
    "string": "text",
    "tuple": "a list",
}
"""The kinds of error that pydantic knows, by their first word, as what was expected."""


class Range(BaseModel):
    """A value and the limits around it, as a user gives them: `value` alone is taken as certain."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    value: float
    lower: float | None = None
    upper: float | None = None
    source: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (self.lower is None) != (self.upper is None):
            raise ValueError("one limit was given; give both `lower` and `upper`, or neither")
        _check_order(self.value, self.low, self.high)
        return self

    @property
    def low(self) -> float:
        """The lower limit, or the value where none was given."""
        return self.value if self.lower is None else self.lower

    @property
    def high(self) -> float:
        """The upper limit, or the value where none was given."""
        return self.value if self.upper is None else self.upper


class Assumption(BaseModel):
    """One entry of `assumptions.yml`, or what a user put in its place."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    title: str
    unit: str
    value: float
    lower: float
    upper: float
    distribution: Literal["beta", "uniform", "lognormal", "triangular", "fixed"]
    successes: int | None = None
    trials: int | None = None
    how: str
    source: str
    dated: str
    if_wrong: str

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _check_order(self.value, self.lower, self.upper)
        _check_bounds(self.unit, self.lower, self.upper)
        if self.distribution == "beta" and (self.successes is None or self.trials is None):
            raise ValueError("a beta needs `successes` and `trials`")
        if self.distribution == "uniform" and not np.isclose(2 * self.value, self.lower + self.upper):
            raise ValueError("the value of a uniform is half-way between its ends")
        if self.distribution == "lognormal" and self.lower <= 0:
            raise ValueError("a lognormal lies above nought")
        return self

    @property
    def tried(self) -> tuple[float, ...]:
        """What a scenario sets it to: its lower and its upper end, once where they are the same."""
        return tuple(dict.fromkeys((self.lower, self.upper)))


def _check_order(value: float, lower: float, upper: float) -> None:
    if lower > value:
        raise ValueError(f"lower {lower:g} is above value {value:g}; lower ≤ value ≤ upper is expected")
    if upper < value:
        raise ValueError(f"upper {upper:g} is below value {value:g}; lower ≤ value ≤ upper is expected")


def _check_bounds(unit: str, lower: float, upper: float) -> None:
    least, most = BOUNDS[unit]
    if lower < least:
        raise ValueError(f"{lower:g} was given; a value in this unit ({unit}) cannot be below {least:g}")
    if upper > most:
        raise ValueError(f"{upper:g} was given; a value in this unit ({unit}) cannot be above {most:g}")


def worst(error: ValidationError) -> Any:
    """Give what is to be told of several errors: an unknown key, which is why another is missing."""
    found = error.errors()
    return next((one for one in found if one["type"] == "extra_forbidden"), found[0])


def refused(where: str, error: ValidationError, known: Mapping[str, Any] | None = None) -> InputError:
    """Say in this project's words what pydantic found wrong.

    Args:
        where: the file or the argument that was read.
        error: what pydantic raised.
        known: the keys that could have stood where an unknown one was found.
    """
    first = worst(error)
    kind = first["type"]
    place = ": ".join(f"entry {part + 1}" if isinstance(part, int) else part for part in first["loc"])
    at = f"{where}: {place}" if place else where
    if kind == "extra_forbidden":
        near = closest(str(first["loc"][-1]), known or ())
        return InputError(f"{at}: there is no such key. Nearest: {near}. It takes {', '.join(known or ())}.")
    if kind == "missing":
        return InputError(f"{at}: this key is missing; add it (docs/plan.md shows an example).")
    if kind == "value_error":
        return InputError(f"{at}: {first['ctx']['error']}. Correct it and run again.")
    expected = EXPECTED.get(kind.partition("_")[0], "")
    rule = f"{expected} is expected" if expected else first["msg"]
    if kind == "literal_error":
        rule = f"{first['ctx']['expected']} is expected".replace("'", "")
    return InputError(f"{at}: {first['input']!r} was given; {rule}. Correct it and run again.")


@cache
def _read() -> dict[str, dict[str, Any]]:
    raw: dict[str, dict[str, Any]] = yaml.safe_load((PACKAGE / "assumptions.yml").read_text(encoding="utf-8"))
    return raw


def names() -> list[str]:
    """Name every assumption, in the order of the file."""
    return list(_read())


def assumptions(
    start: date | str, own: Mapping[str, Any] | None = None, where: str = "assumptions"
) -> dict[str, Assumption]:
    """Give every assumption as it holds for a projection that begins on a day.

    Entries with versions by date are those of the day, or the oldest where the day is before them
    all. What a user gives with limits is drawn from a triangle: `value` the likeliest, nothing
    below `lower` or above `upper`; without limits it is taken as certain.

    Args:
        start: the first day of the projection; text has the year first.
        own: what to replace, by name: a mapping of `value` and, if wanted, `lower` and `upper`,
            `source`.
        where: where `own` came from, for the message of an error.

    Raises:
        InputError: the day is none; a name of `own` is unknown (the message names the nearest);
            its limits are out of order or outside what its unit allows.
    """
    day = as_day(start, "start of the projection")
    held = {name: _entry(dict(fields), day) for name, fields in _read().items()}
    for name, given in (own or {}).items():
        held[name] = _replaced(held, name, given, where)
    return held


def as_day(given: date | str, where: str) -> date:
    """Give a day of the calendar.

    Raises:
        InputError: it is not a date or text such as "2023-12-31".
    """
    try:
        return to_day(given)
    except ValueError as error:
        raise InputError(f"{where}: {error}. Correct it and run again.") from error


def to_day(given: Any) -> date:
    """Give a day of the calendar; a `ValueError` says what was expected."""
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{given!r} was given; a date is expected, year first, such as 2023-12-31"
        ) from error


def _entry(fields: dict[str, Any], day: date) -> Assumption:
    versions = fields.pop("by_date", [{"from": day}])
    begun = [version for version in versions if version["from"] <= day] or versions[:1]
    return Assumption(**fields, **{key: value for key, value in begun[-1].items() if key != "from"})


def _replaced(held: Mapping[str, Assumption], name: str, given: Any, where: str) -> Assumption:
    if name not in held:
        raise InputError(
            f"{where}: {name!r}: there is no assumption of that name. Nearest: {closest(str(name), held)}. "
            f"There are {', '.join(held)}."
        )
    if not isinstance(given, Mapping):
        raise InputError(
            f"{where}: {name}: {given!r} was given; keys are expected, such as "
            "{value: 1, lower: 0, upper: 2}."
        )
    try:
        own, old = Range.model_validate(dict(given)), held[name]
        _check_bounds(old.unit, own.low, own.high)
    except ValidationError as error:
        raise refused(f"{where}: {name}", error, Range.model_fields) from error
    except ValueError as error:
        raise InputError(f"{where}: {name}: {error}. Correct it and run again.") from error
    # A scenario's ends are tried one by one: nothing is drawn between them.
    certain = own.low == own.high or old.distribution == "fixed"
    return Assumption(
        title=old.title,
        unit=old.unit,
        value=own.value,
        lower=own.low,
        upper=own.high,
        distribution="fixed" if certain else "triangular",
        how=f"given in place of {old.value:g}",
        source=own.source or "given by the user; no source named",
        dated="",
        if_wrong=old.if_wrong,
    )


def draw(
    assumption: Assumption, rng: np.random.Generator, size: int | tuple[int, ...]
) -> npt.NDArray[np.float64]:
    """Draw what an assumption may be, in its unit, by its distribution.

    A lognormal has `value` as its median, `lower` and `upper` as its 5th and 95th percentile; where
    these are not as far from the median on both sides, each half has a spread of its own.
    """
    low, mid, high = assumption.lower, assumption.value, assumption.upper
    match assumption.distribution:
        case "beta":
            successes, trials = assumption.successes or 0, assumption.trials or 0
            return rng.beta(successes + JEFFREYS, trials - successes + JEFFREYS, size)
        case "uniform":
            return rng.uniform(low, high, size)
        case "triangular":
            return rng.triangular(low, mid, high, size)
        case "lognormal":
            normal = rng.standard_normal(size)
            below, above = np.log([mid / low, high / mid]) / Z95
            drawn: npt.NDArray[np.float64] = mid * np.exp(np.where(normal < 0, below, above) * normal)
            return drawn
    return np.full(size, mid)
