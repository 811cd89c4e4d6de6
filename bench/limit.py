"""The least that papers could take: their cells in one warm process, and rendering. What `make bench` times.

Prints the seconds that the papers took, beginning when everything is imported, fitted and drawn once.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import nbformat
from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from analytics.kernels.prepared import prepare, rehearse
from analytics.papers import Executed, check_notebook, compose_paper, write_paper
from analytics.papers.contents import read_contents


def make(shell: InteractiveShell, notebook: Path, area: str, out: Path) -> None:
    """Execute a notebook's cells in this process, and write the page of what they show."""
    executed = nbformat.read(notebook, as_version=4)
    values = check_notebook(notebook, {"area": area})
    for cell in executed.cells:
        if cell.cell_type != "code":
            continue
        shown = capturing(shell)
        assert shell.run_cell(cell.source).success
        cell.outputs = [
            nbformat.v4.new_output("display_data", data=one["data"], metadata=one["metadata"] or {})
            for one in shown
        ]
        if "parameters" in cell.metadata.get("tags", []):
            shell.user_ns.update(values)
    contents = read_contents(executed, notebook.name)
    write_paper(compose_paper(Executed(contents, values, executed), ["html"]), out)


def capturing(shell: InteractiveShell) -> list[dict[str, Any]]:
    """Give the list that what the next cell shows goes into, in order, instead of a terminal."""
    publisher = CapturingDisplayPublisher()
    shell.display_pub = publisher
    shell.display_trap.hook = CapturingDisplayHook(shell, publisher.outputs)
    return publisher.outputs


def main() -> None:
    """Make the papers that the first argument lists as JSON, into the folder that the second names."""
    papers, out = json.loads(sys.argv[1]), Path(sys.argv[2])
    prepare()
    for notebook in {notebook for notebook, _ in papers}:
        rehearse(Path(notebook), {})
    gc.collect()
    gc.freeze()
    shell = InteractiveShell.instance()
    start = perf_counter()
    for notebook, area in papers:
        make(shell, Path(notebook), area, out)
    print(perf_counter() - start)


if __name__ == "__main__":
    main()
