"""How what was chosen is shown: the chart with its caption and notes, and the table in columns of years."""

from __future__ import annotations

import math
from dataclasses import dataclass
from textwrap import shorten

import pandas as pd

from analytics.charts.explored import plot_explored
from analytics.charts.explored_words import shown_of
from analytics.exhibits import Caption, Exhibit
from analytics.exhibits.fragments import fill_template
from analytics.explorer.chosen import Choice, choose, compared, look_up, names_of
from analytics.explorer.code import code_of
from analytics.explorer.saved import source_of
from analytics.figures import Figures
from analytics.measures import Described
from analytics.narrative.explored import describe_explored, note_explored
from analytics.studies.neighbours import ENOUGH
from analytics.words import cell_of

LONGEST = 400  # letters of a definition: some of the tool's go on for pages


@dataclass(frozen=True)
class Shown:
    """All that a panel shows of one choice; `grid` is the table with a column a year."""

    choice: Choice
    entry: Described
    table: pd.DataFrame
    grid: pd.DataFrame
    exhibit: Exhibit
    sentences: tuple[str, ...]
    html: str
    code: str


def show(figures: Figures, choice: Choice, name: str = "explored") -> Shown:
    """Make all that a panel shows of a settled choice; `name` is that of the chart on its page."""
    entry, table = look_up(figures, choice.measure), choose(figures, choice)
    names = names_of(figures, compared(figures, choice))
    exhibit = plot_explored(table, entry, _caption(table, entry, choice, names["area"][0]), name)
    sentences = describe_explored(table, names, entry, choice.model, ENOUGH).sentences
    notes = [*exhibit.notes, *note_explored(table, names, entry)]
    definition = shorten(entry.definition, LONGEST, placeholder=" …")
    html = fill_template(
        "explored.html.j2", ("analytics.explorer",), svg=exhibit.svg, definition=definition,
        period=exhibit.period, source=exhibit.source, notes=notes,
    )  # fmt: skip
    grid = sortable(shown_of(table, entry), table, entry)
    return Shown(choice, entry, table, grid, exhibit, sentences, html, code_of(figures, choice))


def _caption(table: pd.DataFrame, entry: Described, choice: Choice, name: str) -> Caption:
    years = str(choice.first) if choice.first == choice.last else f"{choice.first} to {choice.last}"
    releases = ", ".join(sorted(set(table["release"]) - {""}))
    return Caption(
        measure=entry.title,
        unit=entry.unit,
        population=entry.definition or entry.title,
        geography=f"{name}; what it is set beside",
        period=", ".join(filter(None, [entry.year_words, years])),
        source=source_of(entry) + (f", {releases} release" if releases else ""),
    )


def sortable(shown: pd.DataFrame, table: pd.DataFrame, entry: Described) -> pd.DataFrame:
    """Give the table shown with columns that sort by their figures; what has none comes before them."""
    known = table[table["value"].notna()]
    figures = zip(known["value"], known["status"], strict=True)
    values = {cell_of(value, status, entry.decimals): value for value, status in figures}
    grid = shown.copy()
    for year in shown.columns[1:]:
        words = sorted(set(shown[year]), key=lambda word: (values.get(word, -math.inf), word))
        grid[year] = pd.Categorical(shown[year], categories=words, ordered=True)
    return grid
