"""The health of the tables as one HTML page: no request to anywhere, no script, papers' own style."""

from __future__ import annotations

from pathlib import Path

from analytics.exhibits.fragments import BLOCKS, fill_template, numeric_columns
from analytics.folders import PACKAGE, sole_writer
from analytics.health.answers import OK, TO_KNOW, WRONG, Health, Table
from analytics.measures import published_by
from analytics.words import day_in_words

MOST_ROWS = 12
"""A table with more rows is folded until it is asked for."""
WIDE = 8
"""A table with more columns is printed in smaller letters."""
# Read as files: to import papers for their style alone would take a second.
STYLES = (
    "papers/templates/paper.css",
    "exhibits/templates/blocks.css",
    "papers/templates/print.css",
    "health/templates/health.css",
)
HEADINGS = {WRONG: "Wrong", TO_KNOW: "To know", OK: "OK"}
SAID = {
    WRONG: "Something is wrong with the tables.",
    TO_KNOW: "Nothing is wrong with the tables, and there is something to know of them.",
    OK: "Nothing is wrong with the tables.",
}


def render_page(health: Health) -> str:
    """Render the page."""
    return fill_template(
        "health.html.j2",
        (BLOCKS, "analytics.health"),
        health=health,
        day=day_in_words(health.today),
        said=SAID[health.verdict],
        headings=HEADINGS,
        titles={key: about.title for key, about in published_by().items()},
        style="\n".join((PACKAGE / name).read_text(encoding="utf-8") for name in STYLES),
        rows=_rows,
        numeric=lambda table: numeric_columns(_rows(table)),
        folded=lambda table: len(table.shown) > MOST_ROWS,
        wide=lambda table: len(table.shown.columns) > WIDE,
    )


def write_page(health: Health, path: Path) -> Path:
    """Write the page, whole or not at all.

    Raises:
        InputError: it cannot be written there.
    """
    page = render_page(health)
    with sole_writer(path.absolute().parent) as work:
        new = work / "page.html"
        new.write_text(page, encoding="utf-8", newline="\n")
        new.replace(path.absolute())
    return path


def _rows(table: Table) -> list[list[str]]:
    return [list(map(str, row)) for row in table.shown.itertuples(index=False)]
