"""The figures chosen as a file: named for what it holds, and never in place of another."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pandas as pd

from analytics.areas import slug
from analytics.errors import InputError
from analytics.explorer.chosen import Choice
from analytics.measures import Described

COLUMNS = [
    "measure", "title", "unit", "role", "area", "name", "period", "value", "status", "with_figure", "of",
    "source", "release", "published_for",
]  # fmt: skip


def source_of(entry: Described) -> str:
    """Say whose figures they are."""
    return ", ".join(filter(None, [entry.publisher, entry.publication]))


def rows_to_save(table: pd.DataFrame, entry: Described) -> pd.DataFrame:
    """Give the table (`chosen.choose`) with all that a row needs to be understood on its own.

    Returns:
        The columns of `COLUMNS`; a figure that was not published is empty, with its symbol in `status`.
    """
    whole = table.assign(title=entry.title, unit=entry.unit, source=source_of(entry))
    counts = {name: whole[name].astype("Int64") for name in ("with_figure", "of") if name in whole}
    return whole.assign(**counts).reindex(columns=COLUMNS)


def save(table: pd.DataFrame, entry: Described, choice: Choice, name: str, folder: Path) -> Path:
    """Write the table as CSV into a folder, under a name that is free, and give the file's path.

    The file is called `<area>-<measure>-<first year>-<last year>.csv`, with `-2`, `-3` and so on
    before the dot where that is there already.

    Raises:
        InputError: the folder is not there or cannot be written.
    """
    text = rows_to_save(table, entry).to_csv(index=False, lineterminator="\n")
    stem = f"{slug(name)}-{choice.measure}-{choice.first}-{choice.last}"
    for number in count(1):
        path = folder.absolute() / f"{stem}{'' if number == 1 else f'-{number}'}.csv"
        try:
            file = path.open("x", encoding="utf-8", newline="")
        except FileExistsError:
            continue
        except OSError as error:
            raise _refused(folder, error) from error
        try:
            with file:
                file.write(text)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise _refused(folder, error) from error
        return path
    raise AssertionError  # count() does not end


def _refused(folder: Path, error: OSError) -> InputError:
    return InputError(
        f"{folder.absolute()}: nothing can be saved there ({error.strerror}). Make the folder, or name "
        'another: analytics.explore(folder="...").'
    )
