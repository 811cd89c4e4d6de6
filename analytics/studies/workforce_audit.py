"""What council papers said of their workforce, held against itself and against what was published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from analytics.assumptions import refused
from analytics.errors import InputError, closest
from analytics.folders import home
from analytics.words import day_in_words

TOPICS = ("workforce", "international")
AGENCY_SHARE = "Agency share of social workers"
"""The statement of a claim about the agency share; also of `workforce_grid`."""

CLOSE = 92
"""Days between two claims of one statement within which a difference has to be explained: a quarter."""
AGREES = "agrees"
CANNOT = "cannot both be so"
UNLESS = "cannot both be so, unless the total leaves out the part"
CHANGE = "a change to be explained"
MET, NOT_MET, NOT_DUE = "plan met", "plan not met", "plan not yet due"
HIGHER, LOWER = "higher than published", "lower than published"
NO_COMPARISON = "no comparison"

CONTRADICTIONS = [
    "first", "second", "first_value", "second_value", "unit", "arithmetic", "apart", "verdict", "status",
    "kind", "claims", "title",
]  # fmt: skip

Claim = dict[str, Any]


class Check(BaseModel):
    """Claims to be held against each other: an entry of `checks.yml` beside an area's claims."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: tuple[str, ...]
    second: tuple[str, ...]
    kind: Literal["plan", "sum"]

    @model_validator(mode="after")
    def _sides(self) -> Self:
        sides = (len(self.first), len(self.second))
        if 0 in sides or (self.kind == "plan" and sides != (1, 1)):
            raise ValueError("a sum names at least one claim on each side, a plan one alone")
        return self


def read_checks(slug: str) -> tuple[Check, ...]:
    """Read which of an area's claims are held against each other; none where no file says so.

    Raises:
        InputError: an entry is not as `Check` expects.
    """
    path = home() / "data" / "raw" / "evidence" / slug / "checks.yml"
    if not path.is_file():
        return ()
    try:
        return tuple(Check(**entry) for entry in yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        raise refused(str(path), error, Check.model_fields) from error


def contradictions(
    claims: pd.DataFrame, published: pd.DataFrame | None, until: str, checks: Iterable[Check] = ()
) -> pd.DataFrame:
    """Hold an area's claims about its workforce against each other and against the published rate.

    Five kinds: `parts`, a quoted share and what its quoted parts come to; `statement`, two claims of
    one statement that differ within `CLOSE` days; `plan` and `sum`, as `checks` names them;
    `published`, an agency share and the rate of the 30 September before. What agrees is kept, so
    that a reader sees what was checked.

    Args:
        claims: what `evidence.read_claims` gives.
        published: `period` (of 30 September), `value` (agency rate, percent), `title` and, if held,
            `agency_fte`, `inpost_fte`; nothing is held against it where left out.
        until: the last day on which a document may be dated, year first.
        checks: what `read_checks` gives.

    Returns:
        The columns of `CONTRADICTIONS`: `first` and `second` in words, their values, `apart` (first
        less second, in the unit; percentage points for shares), `claims` (the names of those held
        against each other).

    Raises:
        InputError: a check names a claim that is not held.
    """
    known = claims[claims["topic"].isin(TOPICS) & claims["dated"].le(until)].to_dict("records")
    by_name = {claim["claim"]: claim for claim in known}
    rows = [
        *(_parts(claim) for claim in known if pd.notna(claim["recomputed"]) and pd.notna(claim["value"])),
        *_of_one_statement(known),
        *(_checked(check, by_name) for check in _usable(checks, claims, by_name)),
        *(_against_published(known, published) if published is not None else ()),
    ]
    return pd.DataFrame(rows, columns=CONTRADICTIONS)


def _row(kind: str, first: tuple[str, float], second: tuple[str, float], **said: Any) -> dict[str, Any]:
    words = {"first": first[0], "first_value": first[1], "second": second[0], "second_value": second[1]}
    return {"kind": kind, **words, "apart": first[1] - second[1], "status": "", **said}


def _in_words(claim: Claim) -> str:
    undated = pd.isna(claim["as_at"])
    return claim["statement"] if undated else f"{claim['statement']}, {_day(claim['as_at'])}"


def _day(text: str) -> str:
    return day_in_words(date.fromisoformat(text))


def _half_a_place(quoted: float) -> float:
    """Give how far from the truth a figure may be by rounding: whole numbers, or one decimal."""
    return 0.5 if float(quoted).is_integer() else 0.05


def _same(quoted: float, exact: float) -> bool:
    return abs(quoted - exact) <= _half_a_place(quoted) + 1e-9


# --- a share and its parts


def _parts(claim: Claim) -> dict[str, Any]:
    """Hold a quoted share against what its quoted parts come to."""
    value, part, total = claim["value"], claim["numerator"], claim["denominator"]
    arithmetic, verdict = _quotient(claim), AGREES
    if not _same(value, claim["recomputed"]):
        verdict, beside = CANNOT, 100 * part / (total + part)
        if _same(value, beside):
            verdict = UNLESS
            arithmetic += f"; {part:g} of ({total:g} + {part:g}) = {beside:.1f}%"
    return _row(
        "parts",
        (f"{_in_words(claim)}, as quoted", value),
        ("the same, from its quoted parts", claim["recomputed"]),
        unit="percent",
        arithmetic=arithmetic,
        verdict=verdict,
        claims=claim["claim"],
        title=claim["title"],
    )


def _quotient(claim: Claim) -> str:
    return f"{claim['numerator']:g} of {claim['denominator']:g} = {claim['recomputed']:.1f}%"


def _readings(claim: Claim) -> Iterator[tuple[str, float]]:
    """Give what a claim says: the quoted value, and the share that its parts give where that differs."""
    if pd.notna(claim["value"]):
        yield f"{_in_words(claim)}, as quoted", claim["value"]
    if pd.notna(claim["recomputed"]) and not _same(claim["value"], claim["recomputed"]):
        yield f"{_in_words(claim)}, from its quoted parts", claim["recomputed"]


# --- two claims of one statement


def _of_one_statement(known: list[Claim]) -> Iterator[dict[str, Any]]:
    """Hold claims of one statement and unit against each other where they are of about the same time."""
    dated = sorted((claim for claim in known if pd.notna(claim["as_at"])), key=lambda claim: claim["as_at"])
    for first, second in combinations(dated, 2):
        alike = all(first[field] == second[field] for field in ("statement", "unit"))
        if alike and _days(first, second) <= CLOSE:
            yield from _differing(first, second)


def _days(first: Claim, second: Claim) -> int:
    return abs((date.fromisoformat(second["as_at"]) - date.fromisoformat(first["as_at"])).days)


def _differing(first: Claim, second: Claim) -> Iterator[dict[str, Any]]:
    for one in _readings(first):
        for other in _readings(second):
            if _same(one[1], other[1]) or _same(other[1], one[1]):
                continue
            yield _row(
                "statement",
                one,
                other,
                unit=first["unit"],
                arithmetic=_as_people(first, second, one[1], other[1]),
                verdict=CHANGE if _days(first, second) else CANNOT,
                claims=f"{first['claim']}; {second['claim']}",
                title="; ".join(dict.fromkeys((first["title"], second["title"]))),
            )


def _as_people(first: Claim, second: Claim, one: float, other: float) -> str:
    """Say what two shares are as workers: of the parts quoted, or of the one total that is quoted."""
    quoted = [claim for claim in (first, second) if pd.notna(claim["recomputed"])]
    if len(quoted) == 2:
        return "; ".join(map(_quotient, quoted))
    totals = [claim["denominator"] for claim in quoted]
    return "; ".join(
        f"{share:.3g}% of {totals[0]:g} = {share * totals[0] / 100:.1f}" for share in (one, other) if totals
    )


# --- what is named in checks.yml


def _usable(checks: Iterable[Check], claims: pd.DataFrame, known: Mapping[str, Claim]) -> Iterator[Check]:
    """Give the checks whose claims are all known by the day; one that is not held at all is an error."""
    held = claims["claim"].tolist()
    for check in checks:
        named = [*check.first, *check.second]
        for name in named:
            if name not in held:
                raise InputError(f"checks.yml: {name!r}: no such claim. Nearest: {closest(name, held)}.")
        if all(name in known for name in named):
            yield check


def _checked(check: Check, known: Mapping[str, Claim]) -> dict[str, Any]:
    first, second = ([known[name] for name in names] for names in (check.first, check.second))
    held = _plan(first[0], second[0]) if check.kind == "plan" else _sum(first, second)
    return held | {
        "unit": first[0]["unit"],
        "claims": "; ".join([*check.first, *check.second]),
        "title": "; ".join(dict.fromkeys(claim["title"] for claim in [*first, *second])),
    }


def _plan(plan: Claim, fact: Claim) -> dict[str, Any]:
    """Hold what was planned for a day against what was so later."""
    met = MET if fact["value"] >= plan["value"] else NOT_MET
    return _row(
        "plan",
        (plan["statement"], plan["value"]),
        (_in_words(fact), fact["value"]),
        arithmetic=(
            f"{plan['value']:g} by {_day(plan['as_at'])}; {fact['value']:g} on {_day(fact['as_at'])}"
        ),
        verdict=NOT_DUE if fact["as_at"] < plan["as_at"] else met,
    )


def _sum(first: list[Claim], second: list[Claim]) -> dict[str, Any]:
    """Hold a claim less others against the sum of others still."""
    left = first[0]["value"] - sum(claim["value"] for claim in first[1:])
    right = sum(claim["value"] for claim in second)
    minus = " − ".join(f"{claim['value']:g}" for claim in first)
    plus = " + ".join(f"{claim['value']:g}" for claim in second)
    return _row(
        "sum",
        ("; less: ".join(claim["statement"] for claim in first), left),
        ("; and: ".join(claim["statement"] for claim in second), right),
        arithmetic=f"{minus} = {left:g}; {plus} = {right:g}",
        verdict=AGREES if left == right else CANNOT,
    )


# --- the published rate


def _against_published(known: list[Claim], published: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Hold each agency share, as quoted and from its parts, against the 30 September before its day."""
    shares = [claim for claim in known if claim["statement"] == AGENCY_SHARE and pd.notna(claim["as_at"])]
    for claim in shares:
        period = september_before(claim["as_at"])
        found = published[published["period"] == period]
        row = found.iloc[0] if len(found) else None
        rate = float(row["value"]) if row is not None else np.nan
        for words, value in _readings(claim):
            yield _row(
                "published",
                (words, value),
                (f"Published agency rate (FTE), 30 September {period}", rate),
                unit="percent",
                arithmetic=_published_parts(row),
                verdict=_beside(value, rate),
                status="" if pd.notna(rate) else "not published",
                claims=claim["claim"],
                title="; ".join([claim["title"], *([row["title"]] if row is not None else [])]),
            )


def september_before(day: str) -> int:
    """Give the year of the last 30 September on or before a day."""
    year = int(day[:4])
    return year if day[5:] >= "09-30" else year - 1


def _published_parts(row: Any) -> str:
    if row is None or not {"agency_fte", "inpost_fte"} <= set(row.index):
        return ""
    agency, total = row["agency_fte"], row["agency_fte"] + row["inpost_fte"]
    return f"{agency:g} of {total:g} FTE = {100 * agency / total:.1f}%" if pd.notna(total) else ""


def _beside(value: float, rate: float) -> str:
    if np.isnan(rate):
        return NO_COMPARISON
    if _same(value, rate):
        return AGREES
    return HIGHER if value > rate else LOWER
