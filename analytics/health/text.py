"""The health of the tables as plain text for a terminal: verdicts, numbers, the first of each list."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from textwrap import shorten, wrap

from rich.console import Console
from rich.table import Table as Grid

from analytics.health.answers import Answer, Health, Table
from analytics.health.page import HEADINGS, SAID
from analytics.words import day_in_words

WIDTH = 100
MOST_ROWS = 3
LONGEST = 38  # letters of a cell
# A terminal may know no more than its own code page.
PLAIN = str.maketrans({"−": "-", "“": '"', "”": '"', "–": "-"})


def render_text(health: Health) -> str:
    """Write the health of the tables in lines of 100 columns at most."""
    lines = [f"Health of the figures, {day_in_words(health.today)}", *wrap(SAID[health.verdict], WIDTH)]
    for verdict, heading in HEADINGS.items():
        answers = health.of(verdict)
        if answers:
            lines += ["", f"{heading.upper()}: {len(answers)} of {len(health.answers)}"]
        for answer in answers:
            lines += _answer(answer)
    if health.not_asked:
        said = f"Not asked, because tables so broken would answer wrongly: {', '.join(health.not_asked)}."
        lines += ["", *wrap(said, WIDTH)]
    return "\n".join(lines).translate(PLAIN) + "\n"


def _answer(answer: Answer) -> Iterator[str]:
    yield ""
    yield f"  {answer.title}"
    for sentence in answer.sentences:
        yield from wrap(sentence, WIDTH, initial_indent="    ", subsequent_indent="    ")
    for table in answer.tables:
        if table.brief and len(table.shown):
            yield from _first_rows(table)


def _first_rows(table: Table) -> Iterator[str]:
    """Lay out the first rows of a table, and say how many more there are."""
    yield from wrap(f"{table.caption}:", WIDTH, initial_indent="    ", subsequent_indent="    ")
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="")
    for column in table.shown.columns:
        grid.add_column(column)
    for row in table.shown.head(MOST_ROWS).to_numpy().tolist():
        grid.add_row(*(shorten(cell, LONGEST, placeholder="...") for cell in row))
    written = StringIO()
    Console(file=written, width=WIDTH - 6, color_system=None, highlight=False, markup=False).print(grid)
    yield from (f"      {line}".rstrip() for line in written.getvalue().splitlines())
    more = len(table.shown) - MOST_ROWS
    if more > 0:
        yield f"      {more:,} more in the page"
