"""How many figures of earlier releases are not those of the newest."""

from __future__ import annotations

import pandas as pd

from analytics.errors import InputError
from analytics.figures import Figures
from analytics.health.answers import OK, TO_KNOW, Answer, Table, counted, shown
from analytics.health.headline import publication
from analytics.measures import dictionary, published_by, title_in_full
from analytics.studies.revisions import KINDS as ALL
from analytics.studies.revisions import (
    ONLY_NEW,
    ONLY_OLD,
    OTHER_SYMBOL,
    REVISED,
    TO_FIGURE,
    TO_SYMBOL,
    compare_releases,
)

KINDS = {
    REVISED: "Revised", TO_SYMBOL: "Now a symbol", TO_FIGURE: "Now a figure", OTHER_SYMBOL: "Another symbol",
    ONLY_OLD: "No row now",
}  # fmt: skip
HEADINGS = {"title": "Measure", "release": "Release", "compared": "Compared", **KINDS}


def revisions(figures: Figures) -> Answer:
    """Count, by release and measure, the figures held that differ from those of the newest release."""
    try:
        earlier = figures.earlier
    except InputError as error:
        return _answer((str(error),), pd.DataFrame(columns=["measure", *HEADINGS]), TO_KNOW)
    table = _compare(earlier, figures.table)
    if table.empty:
        return _answer(("No earlier release is held: nothing to compare.",), table, OK)
    by_release = table.groupby(["publication", "release"])[["compared", *KINDS]].sum()
    sentences = tuple(
        f"{published_by()[key].title}, {release} release: of {counted(row['compared'], 'figure')} "
        f"{row[REVISED]:,} have another value now, and {row[TO_SYMBOL]:,} a symbol; symbols that became "
        f"figures: {row[TO_FIGURE]:,}."
        for (key, release), row in by_release.iterrows()
    )
    changed = table[list(KINDS)].to_numpy().any()
    return _answer(sentences, table, TO_KNOW if changed else OK)


def _answer(sentences: tuple[str, ...], table: pd.DataFrame, verdict: str) -> Answer:
    return Answer(
        name="revisions",
        title="What has been revised?",
        verdict=verdict,
        sentences=sentences,
        counts={name: int(table[name].sum()) for name in ("compared", *KINDS)},
        tables=(
            Table(
                "revisions",
                "Figures of earlier releases against the newest",
                table,
                shown(table, HEADINGS),
            ),
        ),
        notes=("Compare two releases figure by figure with analytics compare.",),
    )


def _compare(earlier: pd.DataFrame, newest: pd.DataFrame) -> pd.DataFrame:
    """Count the figures of each earlier release and measure, and what became of them."""
    releases = earlier.astype({"release": str}).groupby("release")
    parts = [_counts(rows, newest).assign(release=release) for release, rows in releases]
    columns = ["measure", "release", "compared", *KINDS]
    counts = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    names = counts["measure"]
    counts = counts.assign(publication=names.map(publication), title=names.map(title_in_full))
    order = {name: place for place, name in enumerate(dictionary())}
    return counts.sort_values(
        ["measure", "release"],
        key=lambda column: column.map(order) if column.name == "measure" else column,
        ignore_index=True,
    )


def _counts(rows: pd.DataFrame, newest: pd.DataFrame) -> pd.DataFrame:
    """Count what became of the figures of one release, by measure."""
    counts = compare_releases(rows, newest).counts
    counts = counts.assign(compared=counts[[kind for kind in ALL if kind != ONLY_NEW]].sum(axis=1))
    return counts.groupby("measure", as_index=False)[["compared", *KINDS]].sum()
