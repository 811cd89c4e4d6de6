"""Which reading of council papers gives the agency share that they claimed recruits would bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from analytics.plan import Cohort
from analytics.studies.workforce_audit import AGENCY_SHARE, september_before

AFTERWARDS = "Estimated agency share once the international recruits have joined"
"""How the statement of the claim begins."""
NEAR = 0.5
"""Percentage points within which a share reproduces the one claimed."""

GRID = [
    "base", "agency_fte", "permanent_fte", "joiners", "response", "response_value", "response_lower",
    "response_upper", "share_before", "share_after", "share_lower", "share_upper", "claimed", "reproduces",
    "response_needed", "status",
]  # fmt: skip

Base = tuple[str, float, float, str]


def joiners_of(cohort: Cohort) -> list[int]:
    """Give how many may be meant by recruits who have joined: those waiting, with those due, or all."""
    counts = (cohort.waiting, cohort.waiting + cohort.expected, cohort.offered)
    return [count for count in dict.fromkeys(counts) if count]


def claim_grid(
    claims: pd.DataFrame,
    published: pd.DataFrame | None,
    response: tuple[float, float, float] | None,
    joiners: Iterable[float],
) -> pd.DataFrame:
    """Ask which reading of the papers gives the agency share that they said recruits would bring.

    Every reading of the base (agency A and permanent I, FTE) is crossed with how many join (n) and
    by how much agency falls for each (κ): the share afterwards is A′ / (A′ + I + n), A′ = A − κn and
    not below nought. The κ that gives the claimed share c is (A − c(A + I + n)) / ((1 − c)n)
    (METHODS.md E). A joiner is taken as one full-time worker.

    Args:
        claims: what `evidence.read_claims` gives.
        published: as for `contradictions`, with `agency_fte` and `inpost_fte`.
        response: κ as estimated, with its lower and upper limit; None where it could not be.
        joiners: numbers of people, each above nought.

    Returns:
        The columns of `GRID`, shares in percent; `share_lower` goes with `response_upper`. No row
        where no share was claimed.
    """
    claimed = claims[claims["statement"].str.startswith(AFTERWARDS) & claims["value"].notna()]
    rows = [
        _cell(base, float(claim["value"]), joined, answer)
        for claim in claimed.to_dict("records")
        for base in _bases(claims[claims["dated"].le(claim["dated"])], published, claim["dated"])
        for joined in joiners
        for answer in _responses(response)
    ]
    return pd.DataFrame(rows, columns=GRID)


def _bases(claims: pd.DataFrame, published: pd.DataFrame | None, dated: str) -> Iterator[Base]:
    """Give each reading of agency and permanent workers: words, both in FTE, and why one is missing."""
    shares = claims[claims["statement"] == AGENCY_SHARE].to_dict("records")
    with_parts = [claim for claim in shares if pd.notna(claim["recomputed"])]
    for claim in with_parts:
        agency, total = claim["numerator"], claim["denominator"]
        yield f"{total:g} in all, {agency:g} of them agency", agency, total - agency, ""
        yield f"{total:g} permanent and {agency:g} agency", agency, total, ""
    for claim in (claim for claim in shares if pd.isna(claim["recomputed"])):
        for beside in with_parts:
            agency, total, share = beside["numerator"], beside["denominator"], claim["value"] / 100
            yield f"{claim['value']:g}% of {total:g}", share * total, (1 - share) * total, ""
            both = total + agency
            words = f"{claim['value']:g}% of {total:g} + {agency:g}"
            yield words, share * both, (1 - share) * both, ""
    if published is not None:
        period = september_before(dated)
        found = published[published["period"] == period]
        parts = found[["agency_fte", "inpost_fte"]].iloc[0] if len(found) else pd.Series([np.nan, np.nan])
        status = "not published" if parts.isna().any() else ""
        yield f"published, 30 September {period}", float(parts.iloc[0]), float(parts.iloc[1]), status


def _responses(estimate: tuple[float, float, float] | None) -> list[tuple[str, float, float, float]]:
    value, lower, upper = estimate or (np.nan, np.nan, np.nan)
    return [("none", 0, 0, 0), ("as estimated", value, lower, upper), ("one for one", 1, 1, 1)]


def _share(agency: float, permanent: float, joined: float, response: float) -> float:
    """Give the agency share in percent after `joined` came and agency fell by `response` for each."""
    # A missing response stays missing: the larger of nought and nothing would be nought.
    left = np.maximum(agency - response * joined, 0.0)
    return float(100 * left / (left + permanent + joined))


def _cell(
    base: Base, claimed: float, joined: float, response: tuple[str, float, float, float]
) -> dict[str, Any]:
    words, agency, permanent, status = base
    name, value, lower, upper = response
    after = _share(agency, permanent, joined, value)
    goal = claimed / 100
    return {
        "base": words,
        "agency_fte": agency,
        "permanent_fte": permanent,
        "joiners": joined,
        "response": name,
        "response_value": value,
        "response_lower": lower,
        "response_upper": upper,
        "share_before": 100 * agency / (agency + permanent),
        "share_after": after,
        "share_lower": _share(agency, permanent, joined, upper),
        "share_upper": _share(agency, permanent, joined, lower),
        "claimed": claimed,
        "reproduces": bool(abs(after - claimed) < NEAR),
        "response_needed": (agency - goal * (agency + permanent + joined)) / ((1 - goal) * joined),
        "status": status or ("" if np.isfinite(value) else "the response could not be estimated"),
    }
