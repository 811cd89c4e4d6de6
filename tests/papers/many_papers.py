"""Papers of many authorities through one kernel, and the text of a page, as a reader meets it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import nbformat
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from analytics.cli import NOTEBOOKS, THREE
from analytics.errors import InputError
from analytics.folders import home
from analytics.papers import check_notebook
from analytics.papers.run import read_notebook

FOLDER = home() / "notebooks"
# No variable of one notebook is left for the next; what is left, the libraries and the figures, stays to the
# end, so that Python need not look through it for garbage again and again.
FRESH = """
get_ipython().reset(new_session=False)
__import__("gc").freeze()
"""

# Each with why it is awkward.
AREAS = {
    "Bury": "plain, and the one with council papers",
    "Kent": "plain and large",
    "Birmingham": "the largest; workforce of 2024 of low reliability",
    "Kingston upon Thames": "workforce in a joint return with Richmond, which is also a neighbour",
    "North Northamptonshire": "new in 2021; a joint return before",
    "West Northamptonshire": "new in 2021; a joint return before",
    "Cumberland": "new in 2023",
    "Westmorland and Furness": "new in 2023",
    "Bournemouth, Christchurch and Poole": "new in 2019; commas in the name",
    "Dorset": "new in 2019; the county before it had the name too; not available in 2020",
    "City of London": "a dozen social workers; suppressed in 2022 to 2024",
    "Isles of Scilly": "a handful of social workers; suppressed in nine years; a rate of nought",
    "Rutland": "very small",
    "St. Helens": "a stop and an s at the end of the name",
    "Bristol, City of": "a comma in the name",
    "Kingston upon Hull, City of": "a comma in the name, and another Kingston",
    "Kensington and Chelsea": "agency rate not available since 2021; no workforce in 2025",
    "Sutton": "agency rate of 2023 of low reliability",
    "Sunderland": "an agency rate that rounds to nought",
    "Herefordshire, County of": "re-referrals of two years of low reliability; a comma in the name",
}


class Run(NamedTuple):
    """One execution: a study (a key of `NOTEBOOKS`), an area, and parameters beside it."""

    study: str
    area: str
    parameters: dict[str, Any]

    def __str__(self) -> str:
        return "-".join([self.study, self.area, *(str(value) for value in self.parameters.values())])


SMALL = {"draws": 500}  # the words are the same
NEWEST = [Run(study, area, SMALL if study == "workforce" else {}) for study in THREE for area in AREAS]
REPEAT_PLANS = [
    Run("rereferrals", area, {"measure": "repeat_plans"})
    for area in (
        "Bury",
        "City of London",
        "Isles of Scilly",
        "Rutland",
        "Cumberland",
        "Kensington and Chelsea",
    )
]
EARLIER = [
    Run("caseloads", "Brent", {"year": 2018}),  # 2017 not available: one year of its own
    Run("caseloads", "Richmond upon Thames", {"year": 2018}),
    Run("caseloads", "Kensington and Chelsea", {"year": 2021}),
    Run("caseloads", "Birmingham", {"year": 2024}),
    Run("rereferrals", "Cornwall", {"year": 2018}),
    Run("rereferrals", "Dorset", {"year": 2021}),  # not available the year before
    Run("rereferrals", "Hackney", {"year": 2021}),  # not available
    Run("rereferrals", "City of London", {"year": 2024}),  # suppressed
    Run("rereferrals", "Hampshire", {"year": 2024}),  # of low reliability
    *(
        Run("workforce", area, {"start": "2020-03-31", **SMALL})
        for area in ("Bury", "Kingston upon Thames", "City of London")
    ),
    Run("workforce", "Birmingham", {"year": 2024, **SMALL}),
]
# What no study can speak of, and how it is refused.
REFUSED = [
    (Run("caseloads", "Dorset", {"year": 2018}), "Dorset began on 1 April 2019"),
    (
        Run("rereferrals", "West Northamptonshire", {"year": 2021}),
        "West Northamptonshire began on 1 April 2021",
    ),
    (Run("workforce", "Cumbria", {}), "Cumbria was abolished on 31 March 2023"),
]


class Kernel:
    """A kernel that is kept from one notebook to the next."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def execute(self, run: Run) -> nbformat.NotebookNode:
        """Execute a study's notebook.

        Raises:
            InputError: the notebook refused what was given.
        """
        path = FOLDER / NOTEBOOKS[run.study]
        values = check_notebook(path, {"area": run.area, **run.parameters})
        return self.execute_cells(parameterize_notebook(load_notebook_node(read_notebook(path)), values))

    def execute_cells(self, notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
        """Execute a notebook in a namespace of its own."""
        notebook.cells.insert(0, nbformat.v4.new_code_cell(FRESH))
        try:
            client = NotebookClient(notebook, km=self.manager, timeout=300)
            client.kc = self.client
            client.execute()
        except CellExecutionError as error:
            if error.ename == "InputError":
                raise InputError(error.evalue) from error
            raise
        return notebook


@contextmanager
def one_kernel() -> Iterator[Kernel]:
    """Start a kernel as papers do, over sockets in a private folder, and end it."""
    with TemporaryDirectory(prefix="analytics-", ignore_cleanup_errors=True) as folder:
        transport = {} if sys.platform == "win32" else {"transport": "ipc"}
        file = str(Path(folder) / "kernel.json")
        manager = KernelManager(kernel_name="python3", connection_file=file, **transport)
        manager.start_kernel(cwd=str(FOLDER))
        try:
            kernel = Kernel(manager)
            yield kernel
            kernel.client.stop_channels()
        finally:
            manager.shutdown_kernel(now=True)


BLOCKS = {
    "title", "desc", "text", "h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "caption", "th", "td",
    "figure", "main", "header", "footer", "nav", "svg", "g",
}  # fmt: skip


class _Page(HTMLParser):
    """Collects what is seen or heard, block by block; not the style, nor the command in the footer."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = [""]
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.texts.append("")
        if tag in ("style", "footer", "code"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.texts.append("")
        if self.open[-1:] == [tag]:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts[-1] += "code" if self.open == ["footer", "code"] else data


def texts_of(page: str) -> list[str]:
    r"""Give the text of a page, block by block, as a browser would lay it out.

    >>> texts_of("<style>p {}</style><p>Two\n  lines</p><footer><p>By <code>a_b</code>.</p></footer>")
    ['Two lines', 'By code.']
    """
    reader = _Page()
    reader.feed(page)
    reader.close()
    plain = (re.sub(r"\s*\n\s*", " ", text).strip() for text in reader.texts)
    return [text for text in plain if text]
