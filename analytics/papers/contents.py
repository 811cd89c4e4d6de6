"""What a paper prints: the prose and the blocks of an executed notebook, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from analytics.errors import InputError
from analytics.exhibits import MIME
from analytics.papers.checks import check_names, check_pieces

HIDDEN = "hide"


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

    @property
    def key_messages(self) -> list[str]:
        """Give the sentences of the key messages."""
        passages = [piece for piece in self.pieces if piece["type"] == "passage"]
        return [text for piece in passages if piece["kind"] == "messages" for text in piece["sentences"]]


def read_contents(executed: NotebookNode, name: str) -> Contents:
    """Read what an executed notebook shows to a reader.

    Cells tagged `hide` are left out, and so is every output that is not a block.

    Raises:
        InputError: there is not just one front matter, a cell ended in an error, or something
            is shown that no paper may print (`analytics.papers.checks`).
    """
    pieces = [piece for cell in executed.cells for piece in _pieces(cell, name)]
    fronts = [piece for piece in pieces if piece["type"] == "front"]
    if len(fronts) != 1:
        raise InputError(f"{name}: {len(fronts)} cells show front matter; one is expected.")
    contents = Contents(fronts[0], tuple(piece for piece in pieces if piece["type"] != "front"))
    check_names(contents.front, contents.pieces, name)
    check_pieces(contents.front, contents.pieces)
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
