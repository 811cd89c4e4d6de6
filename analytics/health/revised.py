"""How many figures of earlier releases are not those of the newest."""

from __future__ import annotations

import pandas as pd

from analytics.errors import InputError
from analytics.figures import Figures
from analytics.health.answers import OK, TO_KNOW, Answer, Table, counted, shown
from analytics.health.headline import publication, title
from analytics.measures import dictionary, published_by

KINDS = {"revised": "Revised", "to_symbol": "Now a symbol", "to_figure": "Now a figure", "gone": "No row now"}
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
        f"{row['revised']:,} have another value now, {row['to_symbol']:,} a symbol; {row['to_figure']:,} of "
        "its symbols have become figures."
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
    keys = ["area", "period", "measure"]
    text = dict.fromkeys(["area", "measure"], str)
    now = newest[[*keys, "value"]].astype(text).assign(held=True)
    both = earlier.astype({**text, "release": str})
    both = both.merge(now, on=keys, how="left", suffixes=("", "_now"))
    was, is_now, gone = both["value"].notna(), both["value_now"].notna(), both["held"].isna()
    both = both.assign(
        compared=1,
        revised=was & is_now & ((both["value"] - both["value_now"]).abs() > 1e-9),
        to_symbol=was & ~is_now & ~gone,
        to_figure=~was & is_now,
        gone=gone,
    )
    counts = both.groupby(["measure", "release"], as_index=False)[["compared", *KINDS]].sum()
    names = counts["measure"]
    counts = counts.assign(publication=names.map(publication), title=names.map(title))
    order = {name: place for place, name in enumerate(dictionary())}
    return counts.sort_values(
        ["measure", "release"],
        key=lambda column: column.map(order) if column.name == "measure" else column,
        ignore_index=True,
    )
