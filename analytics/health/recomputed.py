"""Which published rates come out again when they are worked out from their published parts."""

from __future__ import annotations

import pandas as pd

from analytics.figures import Figures
from analytics.health.answers import OK, TO_KNOW, Answer, Table, shown
from analytics.measures import published_by, title_in_full
from analytics.recompute import FAILS, NOT_CHECKED, RECOMPUTES, recompute_rates

OUTCOMES = {RECOMPUTES: "recomputes", FAILS: "fails", NOT_CHECKED: "not_checked"}


def recomputation(figures: Figures) -> Answer:
    """Work every published rate out again (see `analytics.recompute`)."""
    rates = recompute_rates(figures.table, figures.register["kind"].to_dict())
    by_level = _by_level(rates)
    failing = rates[rates["outcome"] == FAILS].astype({"area": str, "measure": str, "level": str})
    failing = failing.assign(
        name=failing["area"].map(figures.register["name"]),
        title=[title_in_full(name) for name in failing["measure"]],
        parts=[
            f"{low:.2f} to {high:.2f}" for low, high in zip(failing["lower"], failing["upper"], strict=True)
        ],
    ).sort_values(["level", "name", "measure", "period"], ignore_index=True)
    counts = {name: int(by_level[name].sum()) for name in OUTCOMES.values()}
    counts["authorities"] = int((failing["level"] == "Local authority").sum())
    return Answer(
        name="recomputation",
        title="Do rates follow from their parts?",
        verdict=TO_KNOW if counts["fails"] else OK,
        sentences=_sentences(counts),
        counts=counts,
        tables=(
            Table(
                "recomputation-levels",
                "Published rates worked out again from their parts",
                by_level,
                shown(
                    by_level,
                    {
                        "said": "Publication and level",
                        "recomputes": "Recompute",
                        "fails": "Do not",
                        "not_checked": "Cannot be checked",
                    },
                ),
            ),
            Table(
                "recomputation-failing",
                "Rates that do not follow from their parts",
                failing,
                shown(
                    failing,
                    {
                        "name": "Area",
                        "title": "Rate",
                        "period": "Year",
                        "published": "Published",
                        "parts": "Its parts give",
                    },
                ),
                brief=True,
            ),
        ),
        notes=(
            "A rate and its parts are rounded, so each is an interval; a rate follows where the intervals "
            "meet.",
        ),
    )


def _sentences(counts: dict[str, int]) -> tuple[str, ...]:
    checked = counts["recomputes"] + counts["fails"]
    said = (
        f"{counts['recomputes']:,} of {checked:,} published rates follow from their published parts; "
        f"{counts['not_checked']:,} more cannot be checked, because a part is not published.",
    )
    if not counts["fails"]:
        return said
    return (
        *said,
        f"{counts['fails']:,} do not, {counts['authorities'] or 'none'} of them of an authority: a region's "
        "or England's rate may rest on figures that are not shown.",
    )


def _by_level(rates: pd.DataFrame) -> pd.DataFrame:
    counts = rates.groupby(["publication", "level", "outcome"], observed=True).size().unstack(fill_value=0)
    counts = counts.rename(columns=str).reindex(columns=list(OUTCOMES), fill_value=0)
    counts = counts.rename(columns=OUTCOMES).rename_axis(columns=None).reset_index()
    names = {key: about.title for key, about in published_by().items()}
    said = counts["publication"].astype(str).map(names) + ", " + counts["level"].astype(str).str.lower()
    return counts.assign(said=said)
