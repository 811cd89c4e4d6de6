"""Papers: a notebook is executed with a reader's parameters and printed as documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from analytics.papers.contents import Contents, read_contents
from analytics.papers.formats import FORMATS, read_formats, render_paper
from analytics.papers.keys import inputs_sha256, paper_key
from analytics.papers.parameters import check_parameters, read_parameters
from analytics.papers.record import Paper, record_paper, write_paper
from analytics.papers.run import DEADLINE, OnCell, read_notebook, run_notebook

__all__ = [
    "Executed",
    "Paper",
    "check_notebook",
    "compose_paper",
    "execute_paper",
    "make_paper",
    "parameter_names",
    "read_formats",
    "write_paper",
]


@dataclass(frozen=True)
class Executed:
    """A notebook as executed, the values of its parameters, what it shows, and its key."""

    contents: Contents
    parameters: dict[str, Any]
    notebook: NotebookNode
    key: str = ""


def parameter_names(notebook: Path) -> tuple[str, ...]:
    """Name the parameters that a notebook takes.

    Raises:
        InputError: the notebook is not there or has no parameters cell.
    """
    return tuple(read_parameters(read_notebook(notebook), notebook.name))


def check_notebook(notebook: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Convert what was given to the types that a notebook's parameters cell states.

    Returns:
        Every parameter of the notebook with its value, defaults included.

    Raises:
        InputError: the notebook is not there, or a parameter is unknown or of the wrong type.
    """
    return check_parameters(read_notebook(notebook), given, notebook.name)


def execute_paper(
    notebook: Path, parameters: dict[str, Any], on_cell: OnCell | None = None, deadline: int = DEADLINE
) -> Executed:
    """Execute a notebook and read what it shows.

    Raises:
        InputError: a parameter is wrong, a cell refused what was given, or the notebook shows
            something that cannot be printed.
        NotebookError: a cell failed for another reason.
    """
    values = check_notebook(notebook, parameters)
    # Before it is executed: what changes meanwhile is not taken for what it was made from.
    key = paper_key(inputs_sha256(notebook), notebook, values)
    executed = run_notebook(notebook, values, on_cell, deadline)
    return Executed(read_contents(executed, notebook.name), values, executed, key)


def compose_paper(executed: Executed, formats: Sequence[str] = FORMATS) -> Paper:
    """Render the paper of an executed notebook in memory.

    Raises:
        InputError: it cannot be printed in one of the formats.
    """
    documents = render_paper(executed.contents, formats)
    return record_paper(executed.contents, executed.parameters, documents, executed.notebook, executed.key)


def make_paper(
    notebook: Path, parameters: dict[str, Any], out: Path, formats: Sequence[str] = FORMATS
) -> Path:
    """Execute a notebook and write its paper into a folder of its own under `out`.

    Returns:
        The folder, `out/<area>/<study>-<year>`, replaced whole or left as it was.

    Raises:
        InputError, NotebookError: see `execute_paper` and `compose_paper`; or the folder cannot be written.
    """
    return write_paper(compose_paper(execute_paper(notebook, parameters), formats), out)
