"""What the health of the tables is made of: a question, its verdict, and the tables that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

OK, TO_KNOW, WRONG = "ok", "to know", "wrong"
WORST_FIRST = (WRONG, TO_KNOW, OK)


@dataclass(frozen=True, eq=False)
class Table:
    """A table of an answer.

    `rows` is tidy, numbers as numbers; `shown` has the same rows, or fewer columns of them laid side by
    side, as words: its first column names the row. `brief` says that the text version gives its first
    rows.
    """

    name: str
    caption: str
    rows: pd.DataFrame
    shown: pd.DataFrame
    brief: bool = False


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found on one question; `counts` are the numbers that its sentences state."""

    name: str
    title: str
    verdict: str
    sentences: tuple[str, ...]
    counts: dict[str, int]
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Health:
    """The health of the processed tables on a day: one answer a question, in the order of the page.

    `releases` maps each publication to the newest release held. `not_asked` names the questions that
    were left out because the tables are too broken to be asked.
    """

    today: date
    releases: dict[str, str]
    answers: tuple[Answer, ...]
    not_asked: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """Give the worst verdict of all answers."""
        return next(verdict for verdict in WORST_FIRST if self.of(verdict) or verdict == OK)

    def of(self, verdict: str) -> list[Answer]:
        """List the answers with a verdict."""
        return [answer for answer in self.answers if answer.verdict == verdict]

    def answer(self, name: str) -> Answer:
        """Give the answer of that name."""
        return next(answer for answer in self.answers if answer.name == name)


def shown(rows: pd.DataFrame, headings: dict[str, str]) -> pd.DataFrame:
    """Give columns of a tidy table as words under their headings: thousands are marked, but not in years."""
    columns = {heading: rows[column].tolist() for column, heading in headings.items()}
    years = {headings[column] for column in ("period",) if column in headings}
    words = {name: [str(c) if name in years else _words(c) for c in cells] for name, cells in columns.items()}
    return pd.DataFrame(words, columns=list(columns), dtype=str)


def _words(cell: object) -> str:
    return f"{cell:,}" if isinstance(cell, (int, float)) else str(cell)


def counted(number: int, one: str, several: str = "") -> str:
    """Write how many of something there are.

    >>> counted(1, "figure"), counted(2131, "figure"), counted(2, "authority", "authorities")
    ('1 figure', '2,131 figures', '2 authorities')
    """
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def spans(years: Sequence[int]) -> str:
    """Write years in ascending order, those that follow each other as a span.

    >>> spans([2013, 2014, 2015, 2018, 2020])
    '2013 to 2015, 2018, 2020'
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def some(names: Sequence[str], most: int = 4) -> str:
    """Name the first of many things, and say how many more there are.

    >>> some(["Bury", "Kent", "Leeds"], 2), some(["Bury", "Kent"], 2)
    ('Bury, Kent and 1 more', 'Bury, Kent')
    """
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
