"""Execute a notebook and give it back without a trace of the machine or the clock."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from analytics.errors import InputError
from analytics.folders import folder_for_sockets

KERNEL = "analytics"
DEADLINE = 600  # seconds for one cell
OnCell = Callable[[int, int], object]

# It takes `int | None` for no parameter at all, which parameters.py has checked by then, and reports what is
# raised here.
logging.getLogger("papermill").setLevel(logging.CRITICAL)


class NotebookError(RuntimeError):
    """A notebook failed for a reason that is not in what was given to it."""


def read_notebook(notebook: Path) -> NotebookNode:
    """Read a notebook.

    Raises:
        InputError: it is not there, or is no notebook.
    """
    try:
        content: NotebookNode = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    except (OSError, nbformat.reader.NotJSONError) as error:
        raise InputError(f"{notebook}: this notebook is missing or cannot be read.") from error
    return content


def run_notebook(
    notebook: Path, parameters: dict[str, Any], on_cell: OnCell | None = None, deadline: int = DEADLINE
) -> NotebookNode:
    """Execute a notebook in its own folder.

    Args:
        notebook: the notebook; it is not changed.
        parameters: checked values, see `analytics.papers.parameters`.
        on_cell: called after each code cell with the number done and the number in all.
        deadline: the seconds that a cell may take before its kernel is interrupted and ended.

    Raises:
        InputError: a cell raised one; the message is the cell's.
        NotebookError: a cell raised anything else or took too long, or the kernel died.
    """
    source = read_notebook(notebook)
    begun: list[int] = []
    with tempfile.TemporaryDirectory(
        prefix="analytics-", dir=folder_for_sockets(), ignore_cleanup_errors=True
    ) as folder:
        try:
            executed = papermill.execute_notebook(
                source,
                None,
                parameters,
                cwd=notebook.absolute().parent,
                # Whatever a colleague's Jupyter called its kernel when it saved the notebook.
                kernel_name=KERNEL,
                language="python",
                progress_bar=False,
                execution_timeout=deadline,
                # An interrupted kernel that may end in its own time prints a traceback.
                shutdown_kernel="immediate",
                # It is interrupted as it ends, which is nothing to write on a terminal.
                extra_arguments=["--HistoryManager.hist_file=:memory:", "--log-level=CRITICAL"],
                config=_kernel_settings(Path(folder)),
                on_cell_start=lambda cell, cell_index: begun.append(cell_index),
                on_cell_executed=_counting(source, on_cell) if on_cell else None,
            )
        except PapermillExecutionError as error:
            if error.ename == "InputError":
                raise InputError(error.evalue) from error
            last = error.evalue.strip().splitlines()[-1:] or ["no message"]
            raise _fault(notebook, source, error.cell_index, f"{error.ename}: {last[0]}") from error
        except CellTimeoutError as error:
            words = f"it took longer than {deadline} seconds and was interrupted"
            raise _fault(notebook, source, begun[-1], words) from error
        except DeadKernelError as error:
            raise _fault(notebook, source, begun[-1], "the kernel died, often for lack of memory") from error
        except RuntimeError as error:
            raise NotebookError(f"{notebook.name}: its kernel did not start: {error}") from error
    return _without_traces(executed)


def _kernel_settings(folder: Path) -> Config:
    """Talk to the kernel over sockets in a private folder: ports collide when several run at once."""
    manager = {"connection_file": str(folder / "kernel.json")}
    # Windows has no such sockets.
    return Config(KernelManager=manager if sys.platform == "win32" else {**manager, "transport": "ipc"})


def _counting(notebook: NotebookNode, on_cell: OnCell) -> Callable[..., None]:
    # One more than the notebook has: the cell that papermill injects.
    total = 1 + sum(cell.cell_type == "code" for cell in notebook.cells)

    def count(cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        on_cell(execute_reply["content"]["execution_count"], total)

    return count


def _fault(notebook: Path, source: NotebookNode, index: int, words: str) -> NotebookError:
    """Say what happened in which cell, by its number in the notebook as stored."""
    tagged = (
        place for place, cell in enumerate(source.cells) if "parameters" in cell.metadata.get("tags", [])
    )
    # After that of the parameters, papermill puts a cell of its own.
    return NotebookError(f"{notebook.name}, cell {index + (index <= next(tagged))}: {words}")


def _without_traces(executed: NotebookNode) -> NotebookNode:
    """Take away paths, times and made-up cell ids: the same inputs then give the same bytes."""
    executed.metadata.pop("papermill", None)
    for number, cell in enumerate(executed.cells, start=1):
        cell["id"] = f"cell-{number}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    return executed
