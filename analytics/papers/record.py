"""The files of a paper: the page, its tables, its record and the notebook as executed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
from nbformat import NotebookNode

from analytics import __version__
from analytics.errors import InputError
from analytics.folders import replacing
from analytics.papers.contents import Contents


@dataclass(frozen=True)
class Paper:
    """A paper in memory: `files` maps paths inside `folder` to their text."""

    folder: PurePosixPath
    files: dict[str, str]


def record_paper(contents: Contents, parameters: dict[str, Any], page: str, executed: NotebookNode) -> Paper:
    """Gather the files of a paper.

    Raises:
        InputError: a finding is not a number that can be recorded.
    """
    front = contents.front
    tables = {table_file(exhibit): exhibit["table"] for exhibit in contents.exhibits}
    return Paper(
        folder=PurePosixPath(front["slug"]) / f"{front['study']}-{front['year']}",
        files={
            "paper.html": page,
            "paper.json": _record(contents, parameters),
            "notebook.ipynb": nbformat.writes(executed) + "\n",  # type: ignore[no-untyped-call]
            **tables,
        },
    )


def write_paper(paper: Paper, out: Path) -> Path:
    """Write a paper's files, all or none, and give their folder.

    Raises:
        InputError: the folder cannot be written.
    """
    target = out / paper.folder
    with replacing(target) as folder:
        for name, text in paper.files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    return target


def table_file(exhibit: dict[str, Any]) -> str:
    """Name the file that holds an exhibit's table."""
    return f"tables/{exhibit['name']}.csv"


def _record(contents: Contents, parameters: dict[str, Any]) -> str:
    front = contents.front
    kept = ("name", "title", "alt", "measure", "unit", "period", "source")
    record = {
        "study": front["study"],
        "area": front["area"],
        "year": front["year"],
        "parameters": parameters,
        "findings": front["findings"],
        "exhibits": [
            {**{key: exhibit[key] for key in kept}, "table": table_file(exhibit)}
            for exhibit in contents.exhibits
        ],
        "data_sha256": front["data_sha256"],
        "code_version": __version__,
    }
    for finding in front["findings"]:
        if str(finding["value"]).lower() in {"nan", "inf", "-inf", "infinity"}:
            raise InputError(f"finding {finding['name']!r}: {finding['value']!r} is no number; give None.")
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"
