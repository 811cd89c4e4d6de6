"""The health of the processed tables: what is wrong with them, what to know of them, what is well.

Each question is a module: `Figures` in, an `Answer` out. `page` and `text` show the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

from analytics.figures import Figures
from analytics.health.age import age
from analytics.health.answers import OK, TO_KNOW, WRONG, Answer, Health, Table
from analytics.health.boundaries import boundaries
from analytics.health.changes import changes
from analytics.health.comparable import comparable
from analytics.health.coverage import coverage
from analytics.health.integrity import faults_in, integrity, open_figures, read_tables
from analytics.health.recomputed import recomputation
from analytics.health.revised import revisions
from analytics.health.symbols import symbols
from analytics.health.tool import tool
from analytics.tool import TABLES as TABLES_OF_TOOL

__all__ = ["OK", "TO_KNOW", "WRONG", "Answer", "Health", "Table", "check_folder", "examine"]

Question = Callable[[Figures], Answer]
OF_TOOL = "the interactive tool"
QUESTIONS: dict[str, Question] = {
    "coverage": coverage,
    "symbols": symbols,
    "recomputation": recomputation,
    "joint returns and reorganisations": boundaries,
    "implausible changes": changes,
    "neighbours": comparable,
    "revisions": revisions,
    OF_TOOL: tool,
}
"""What is asked of the figures, in the order of the page; a question more is an entry more."""


def check_folder(folder: Path, today: date) -> Health:
    """Give the health of the processed tables in a folder, as far as they can be read."""
    tables, faults = read_tables(folder)
    faults += faults_in(tables)
    whole = integrity(faults)
    if any(fault.fatal for fault in faults):
        return Health(today, {}, (whole,), ("age", *QUESTIONS))
    figures = open_figures(tables, folder)
    not_asked = (OF_TOOL,) if any(fault.table in TABLES_OF_TOOL for fault in faults) else ()
    return Health(today, figures.releases, (whole, *examine(figures, today, not_asked)), not_asked)


def examine(figures: Figures, today: date, not_asked: Collection[str] = ()) -> tuple[Answer, ...]:
    """Ask every question, but for those named, of figures whose tables are whole."""
    asked = [question for name, question in QUESTIONS.items() if name not in not_asked]
    return (age(figures, today), *(question(figures) for question in asked))
