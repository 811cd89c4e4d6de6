"""The least that papers could take: their cells in one warm process, and rendering. What `make bench` times.

Prints the seconds that the papers took, beginning when everything is imported, fitted and drawn once.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from time import perf_counter

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

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
        with capture_output() as captured:
            assert shell.run_cell(cell.source).success
        cell.outputs = [
            nbformat.v4.new_output("display_data", data=shown.data, metadata=shown.metadata or {})
            for shown in captured.outputs
        ]
        if "parameters" in cell.metadata.get("tags", []):
            shell.user_ns.update(values)
    contents = read_contents(executed, notebook.name)
    write_paper(compose_paper(Executed(contents, values, executed), ["html"]), out)


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
