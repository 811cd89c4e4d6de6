"""What an ingest says when it has done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from analytics.areas import read_register
from analytics.described import TOOL
from analytics.measures import dictionary, published_by
from analytics.recompute import FAILS, NOT_CHECKED, RECOMPUTES


@dataclass(frozen=True)
class Report:
    """What an ingest read, and which published rates recompute from their published parts.

    `manifest` has a row for each file; `counts` one for each publication, measure and geographic
    level, with the number of rates that recompute, that do not, and that cannot be checked;
    `failing` one for each rate that does not, with the interval that its parts allow. `passed_over` says of
    each file that might have been meant to be read why it was not.
    """

    manifest: pd.DataFrame
    counts: pd.DataFrame
    failing: pd.DataFrame
    passed_over: list[str]


def report_on(manifest: pd.DataFrame, rates: pd.DataFrame, passed_over: list[str]) -> Report:
    """Count the outcomes of `recompute_rates`, and keep those that fail."""
    keys = ["publication", "measure", "level"]
    counts = rates.groupby([*keys, "outcome"], observed=True).size().unstack(fill_value=0)
    columns = [RECOMPUTES, FAILS, NOT_CHECKED]
    failing = rates[rates["outcome"] == FAILS].drop(columns="outcome").reset_index(drop=True)
    counted = counts.reindex(columns=columns, fill_value=0).reset_index()
    return Report(manifest, counted, failing, passed_over)


def describe(report: Report) -> list[str]:
    """Say in plain lines what was read, how many rates recompute, and which do not."""
    files, counts = _describe_files(report.manifest), _describe_counts(report.counts)
    return [*files, *report.passed_over, *counts, *_describe_failing(report.failing)]


def _describe_files(manifest: pd.DataFrame) -> Iterator[str]:
    for row in manifest.itertuples():
        yield f"{row.file}: {row.rows_read:,} rows read ({_title(row.publication)}, {row.release} release)"


def _describe_counts(counts: pd.DataFrame) -> Iterator[str]:
    outcomes = [RECOMPUTES, FAILS, NOT_CHECKED]
    right, wrong, unchecked = counts[outcomes].sum()
    yield (
        f"{right:,} of {right + wrong:,} published rates recompute from their published parts; "
        f"{unchecked:,} more cannot be checked, because a part is not published"
    )
    groups = counts.groupby(["publication", "level"], observed=True)[outcomes].sum()
    for (publication, level), row in groups.iterrows():
        checked = row[RECOMPUTES] + row[FAILS]
        yield f"{_title(publication)}, {level}: {row[RECOMPUTES]:,} of {checked:,} recompute"


def _describe_failing(failing: pd.DataFrame) -> Iterator[str]:
    if len(failing):
        why = "a region's or England's rate may rest on figures that are not shown"
        yield f"The {len(failing):,} that do not ({why}):"
    names = read_register().set_index("area")["name"]
    for row in failing.itertuples():
        yield (
            f"{dictionary()[row.measure].title}, {names[row.area]}, {row.period}: "
            f"published {row.published:g}, its parts give {row.lower:.2f} to {row.upper:.2f}"
        )


def _title(publication: str) -> str:
    """Give the title of a publication, by the key that the manifest holds."""
    others = {"neighbours": "Statistical neighbours", "lait": TOOL}
    return others.get(publication) or published_by()[publication].title
