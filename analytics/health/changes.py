"""Figures that are hard to believe (METHODS.md B5 and B6): for a reader to look at, never taken away."""

from __future__ import annotations

import pandas as pd

from analytics.areas import first_years
from analytics.figures import Figures
from analytics.health.answers import OK, TO_KNOW, Answer, Table, counted, shown
from analytics.health.headline import of_authorities
from analytics.measures import comparisons, measure, title_in_full
from analytics.studies.caseload_parts import ENOUGH_HOURS, ENOUGH_PEOPLE, LARGE_CHANGE
from analytics.studies.rates import TOO_SMALL
from analytics.words import plain

HOURS = {
    "name": "Authority", "period": "Year", "headcount": "Agency workers", "fte": "FTE",
    "each": "FTE for each",
}  # fmt: skip
JUMPS = {
    "name": "Authority", "title": "Rate", "period": "Year", "before": "Year before", "after": "That year",
    "moved": "Change", "note": "To bear in mind",
}  # fmt: skip
ANY_CHANGE = 100.0  # what a comparison has as its `jump` where no change asks for a warning


def changes(figures: Figures) -> Answer:
    """Flag agency workers without hours, caseloads that moved far, and rates that jumped."""
    hours, jumps = missing_hours(figures), _jumps(figures)
    flags = pd.concat([hours, jumps])[["measure", "period"]]
    newest = figures.table.groupby(figures.table["measure"].astype(str))["period"].max()
    counts = {"missing_hours": len(hours), "jumps": len(jumps)}
    counts["newest"] = int((flags["period"] == flags["measure"].map(newest)).sum())
    rule = f"{ENOUGH_PEOPLE} agency workers or more, and less than {ENOUGH_HOURS} FTE for each"
    return Answer(
        name="changes",
        title="What is hard to believe?",
        verdict=TO_KNOW if len(flags) else OK,
        sentences=_sentences(counts),
        counts=counts,
        tables=(
            Table("changes-hours", f"Hours not recorded: {rule}", hours, shown(hours, HOURS), brief=True),
            Table("changes-jumps", _caption(), jumps, shown(jumps, JUMPS), brief=True),
        ),
        notes=("A flag asks for a look. Nothing flagged here is left out or changed, in papers either.",),
    )


def _sentences(counts: dict[str, int]) -> tuple[str, ...]:
    if not counts["missing_hours"] and not counts["jumps"]:
        return ("No figure is flagged.",)
    hours = counted(counts["missing_hours"], "figure")
    moved = counted(counts["jumps"], "caseload or rate", "caseloads and rates")
    return (
        f"{hours} of agency FTE, so small beside the headcount that hours must be missing; {moved} that "
        "moved very far in a year.",
        f"Of these {counts['newest']:,} are of the newest year held.",
    )


def missing_hours(figures: Figures) -> pd.DataFrame:
    """Give the authorities and years with ten agency workers or more and less than 0.6 FTE for each.

    Returns:
        `area, period, headcount, fte, per_head, measure, name, each` (the last in words), newest first.
    """
    rows = {name: _of(figures, f"agency_{name}") for name in ("headcount", "fte")}
    both = pd.DataFrame({name: one.set_index(["area", "period"])["value"] for name, one in rows.items()})
    both["per_head"] = both["fte"] / both["headcount"].where(both["headcount"] > 0)
    both = both[(both["headcount"] >= ENOUGH_PEOPLE) & (both["per_head"] < ENOUGH_HOURS)].reset_index()
    both = both.assign(
        measure="agency_fte",
        name=both["area"].map(figures.register["name"]),
        headcount=both["headcount"].astype(int),
        each=[plain(value, 2) for value in both["per_head"]],
    )
    return both.sort_values(["period", "name"], ascending=[False, True], ignore_index=True)


def _jumps(figures: Figures) -> pd.DataFrame:
    """Give caseloads that moved by more than 40% in a year, and rates that jumped, newest first."""
    compared = [entry for entry in comparisons().values() if entry.jump < ANY_CHANGE]
    parts = [_moved(figures, "caseload_fte", LARGE_CHANGE, relative=True)]
    parts += [_moved(figures, entry.measure.name, entry.jump, relative=False) for entry in compared]
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["period", "title", "name"], ascending=[False, True, True], ignore_index=True)


def _moved(figures: Figures, name: str, most: float, relative: bool) -> pd.DataFrame:
    """Give the changes of a measure from one year to the next that are larger than `most`.

    They are per cent of the figure before where they are `relative`, else percentage points. An
    authority with the footprint of one abolished is held against it in its first year.
    """
    rows = _of(figures, name)
    heirs = figures.areas.query("continues != ''")[["area", "continues"]]
    carried = rows.merge(heirs.rename(columns={"area": "heir", "continues": "area"}), on="area")
    carried = carried.assign(area=carried["heir"]).drop(columns="heir")
    before = pd.concat([rows, carried]).assign(period=lambda table: table["period"] + 1)
    pairs = rows.merge(before, on=["area", "period"], suffixes=("_after", "_before"))
    change = pairs["value_after"] - pairs["value_before"]
    if relative:
        change = 100 * change / pairs["value_before"].where(pairs["value_before"] > 0)
    pairs = pairs.assign(change=change)[change.abs() > most]
    unit = "%" if relative else " points"
    return pairs.assign(
        measure=name,
        title=title_in_full(name),
        name=pairs["area"].map(figures.register["name"]),
        before=[plain(value, 1) for value in pairs["value_before"]],
        after=[plain(value, 1) for value in pairs["value_after"]],
        moved=[f"{'+' if one > 0 else ''}{plain(one, 1)}{unit}" for one in pairs["change"]],
        note=_notes(figures, pairs, name),
    )


def _notes(figures: Figures, pairs: pd.DataFrame, name: str) -> list[str]:
    """Say of each pair of years what may explain it: a new authority, or very few people."""
    entry = measure(name)
    ends = (pairs["period"] - 1).map(lambda year: entry.publication.last_day(year))
    valid_from = pairs["area"].map(figures.register["valid_from"])
    if pairs.empty:
        return []
    new = first_years(valid_from, ends) & entry.needs_prior_year
    small = pairs["area"].isin(TOO_SMALL)
    return [
        "the year before is a new authority's first" if first else "very few people" if few else "none"
        for first, few in zip(new, small, strict=True)
    ]


def _of(figures: Figures, name: str) -> pd.DataFrame:
    """Give the figures of authorities and joint returns: `area, period, value`, published ones only."""
    rows = figures.table[figures.table["measure"] == name]
    return of_authorities(figures, rows)[["area", "period", "value"]].dropna()


def _caption() -> str:
    rules = [f"caseload by more than {LARGE_CHANGE:.0f}%"]
    for entry in comparisons().values():
        if entry.jump < ANY_CHANGE:
            rules.append(f"{entry.measure.short.lower()} by more than {entry.jump:.0f} percentage points")
    return f"Large changes in a year: {', '.join(rules)}"
