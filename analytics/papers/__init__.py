"""Papers: a notebook is executed with a reader's parameters and printed as a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analytics.papers.contents import read_contents
from analytics.papers.page import render_page
from analytics.papers.parameters import check_parameters
from analytics.papers.record import Paper, record_paper, write_paper
from analytics.papers.run import OnCell, read_notebook, run_notebook

__all__ = ["Paper", "check_notebook", "compose_paper", "make_paper", "write_paper"]


def check_notebook(notebook: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Convert what was given to the types that a notebook's parameters cell states.

    Returns:
        Every parameter of the notebook with its value, defaults included.

    Raises:
        InputError: the notebook is not there, or a parameter is unknown or of the wrong type.
    """
    return check_parameters(read_notebook(notebook), given, notebook.name)


def compose_paper(notebook: Path, parameters: dict[str, Any], on_cell: OnCell | None = None) -> Paper:
    """Execute a notebook and render its paper in memory.

    Raises:
        InputError: a parameter is wrong, a cell refused what was given, or the notebook shows
            something that cannot be printed.
        NotebookError: a cell failed for another reason.
    """
    values = check_notebook(notebook, parameters)
    executed = run_notebook(notebook, values, on_cell)
    contents = read_contents(executed, notebook.name)
    return record_paper(contents, values, page=render_page(contents), executed=executed)


def make_paper(notebook: Path, parameters: dict[str, Any], out: Path) -> Path:
    """Execute a notebook and write its paper into a folder of its own under `out`.

    Returns:
        The folder, `out/<area>/<study>-<year>`, replaced whole or left as it was.

    Raises:
        InputError, NotebookError: see `compose_paper`; or the folder cannot be written.
    """
    return write_paper(compose_paper(notebook, parameters), out)
