"""What changed between two releases, in plain lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from analytics.measures import measure, title_in_full
from analytics.words import listed, number, plain, reason

# So many of a list are printed: all of them are in the file that `--csv` names.
SHOWN, AREAS = 30, 5
COUNTED = (
    ("the same", "the same"),
    ("revised", "revised"),
    ("became a symbol", "became a symbol"),
    ("became a figure", "became a figure"),
    ("another symbol", "with another symbol"),
    ("no longer there", "without a row now"),
    ("not there before", "without a row before"),
)


def describe_revisions(
    called: str, releases: tuple[str, str], changed: pd.DataFrame, counts: pd.DataFrame, names: dict[str, str]
) -> list[str]:
    """Say how many figures changed, by measure and year, and name those that matter, largest first.

    `changed` and `counts` are those of `studies.revisions.Revisions`; `called` names the table.
    """
    old, new = releases
    if counts.empty:
        return [f"{called}: the releases {old} and {new} have no year in common."]
    years = f"{counts['period'].min()} to {counts['period'].max()}"
    head = f"{called}: {old} beside {new}, the years that both have ({years})"
    sums = counts[[kind for kind, _ in COUNTED]].sum()
    total = ", ".join(f"{sums[kind]:,} {words}" for kind, words in COUNTED if sums[kind])
    matter = changed[changed["matters"]]
    return [
        head,
        f"{sums.sum():,} figures: {total}; {len(matter):,} of the changes matter "
        "(a rate by a point or more, a number by a twentieth and at least five, a figure that came or went)",
        *_by_measure(counts, names),
        *_by_area(changed, names),
        *_those_that_matter(matter, names),
    ]


def describe_coverage(held: dict[str, tuple[list[str], list[str]]]) -> Iterator[str]:
    """Say what only one of the releases has: areas, years, measures, each as those new and those gone."""
    for what, (new, gone) in held.items():
        for found, words in ((new, "New"), (gone, "Gone")):
            if found:
                yield f"{words} {what}: {listed(found)}"


def _by_measure(counts: pd.DataFrame, names: dict[str, str]) -> Iterator[str]:
    touched = counts[counts["the same"] < counts[[kind for kind, _ in COUNTED]].sum(axis=1)]
    yield from ["", "By measure and year:"] if len(touched) else ["", "No figure changed."]
    for row in touched.to_dict("records"):
        parts = [f"{row[kind]:,} {words}" for kind, words in COUNTED[1:] if row[kind]]
        line = f"  {title_in_full(row['measure'])}, {row['period']}: {', '.join(parts)}"
        if row["revised"]:
            area = names[row["largest_area"]]
            line += f" (the largest by {_signed(row['largest'], row['measure'])}, {area})"
        yield line + (f"; {row['matters']:,} matter" if row["matters"] else "")


def _by_area(changed: pd.DataFrame, names: dict[str, str]) -> Iterator[str]:
    most = changed["area"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    if len(most):
        listing = ", ".join(f"{names[area]} {times:,}" for area, times in most.head(AREAS).items())
        yield from ["", f"Areas with a change: {len(most):,}; the most in {listing}"]


def _those_that_matter(matter: pd.DataFrame, names: dict[str, str]) -> Iterator[str]:
    if matter.empty:
        return
    share = (matter["change"] / matter["old"].where(matter["old"] > 0)).abs()
    ordered = matter.assign(share=share).sort_values("share", ascending=False, kind="stable")
    yield from ["", "Those that matter, the largest share of the figure first:"]
    for row in ordered.head(SHOWN).to_dict("records"):
        was = _cell(row["old"], row["old_status"], row["measure"])
        now = _cell(row["new"], row["new_status"], row["measure"])
        yield f"  {title_in_full(row['measure'])}, {row['period']}, {names[row['area']]}: {was}, now {now}"
    if len(ordered) > SHOWN:
        yield f"  and {len(ordered) - SHOWN:,} more: --csv FILE writes all of them"


def _cell(value: float, status: Any, name: str) -> str:
    if pd.isna(status):
        return "no row"
    return reason(str(status)) if status else number(value, measure(name).unit)


def _signed(change: float, name: str) -> str:
    unit = measure(name).unit
    words = plain(abs(change), 0 if unit in ("people", "count") else 1)
    return f"{'+' if change > 0 else '−'}{words}{' points' if unit == 'percent' else ''}"
