"""What a paper prints: the prose and the blocks of an executed notebook, in order."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from analytics.errors import InputError
from analytics.exhibits import MIME

HIDDEN = "hide"
PLAIN = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")


@dataclass(frozen=True)
class Contents:
    """The front matter of a paper and the pieces that follow it.

    A piece is a block's payload, or `{"type": "prose", "text": ...}` for a markdown cell.
    """

    front: dict[str, Any]
    pieces: tuple[dict[str, Any], ...]

    @property
    def exhibits(self) -> list[dict[str, Any]]:
        """Give the payloads of the exhibits."""
        return [piece for piece in self.pieces if piece["type"] == "exhibit"]


def read_contents(executed: NotebookNode, name: str) -> Contents:
    """Read what an executed notebook shows to a reader.

    Cells tagged `hide` are left out, and so is every output that is not a block.

    Raises:
        InputError: there is not just one front matter, an exhibit's name stands twice or cannot
            name a file, or a cell ended in an error.
    """
    pieces = [piece for cell in executed.cells for piece in _pieces(cell, name)]
    fronts = [piece for piece in pieces if piece["type"] == "front"]
    if len(fronts) != 1:
        raise InputError(f"{name}: {len(fronts)} cells show front matter; one is expected.")
    contents = Contents(fronts[0], tuple(piece for piece in pieces if piece["type"] != "front"))
    _check_names(contents, name)
    return contents


def _pieces(cell: NotebookNode, name: str) -> list[dict[str, Any]]:
    if HIDDEN in cell.metadata.get("tags", []):
        return []
    if cell.cell_type == "markdown":
        return [{"type": "prose", "text": cell.source}]
    outputs = cell.get("outputs", [])
    for output in outputs:
        if output.output_type == "error":
            begins = cell.source[:40]
            raise InputError(f"{name}: the cell {begins!r} ended in {output.ename}: {output.evalue}")
    return [output.data[MIME] for output in outputs if MIME in output.get("data", {})]


def _check_names(contents: Contents, name: str) -> None:
    """Refuse what cannot name a folder or a file: paths are made of these and of nothing else."""
    exhibits = Counter(exhibit["name"] for exhibit in contents.exhibits)
    for exhibit, times in exhibits.items():
        if times > 1:
            raise InputError(f"{name}: {times} exhibits are named {exhibit!r}; each needs a name of its own.")
    for text in (contents.front["slug"], contents.front["study"], *exhibits):
        if not PLAIN.fullmatch(text):
            raise InputError(f"{name}: {text!r} cannot name a file. Use small letters, digits, - and _.")
    year = contents.front["year"]
    if not isinstance(year, int):
        raise InputError(f"{name}: the year of the front matter is {year!r}; a whole number is expected.")
