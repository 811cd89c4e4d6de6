"""The files of a paper: its documents, its tables, its record and the notebook as executed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat
from nbformat import NotebookNode

from analytics import __version__
from analytics.errors import InputError
from analytics.folders import replacing
from analytics.papers.contents import Contents

RECORD = "paper.json"
SEAL = "record_sha256"
HEAD = ("study", "area", "slug", "region", "year", "title", "subtitle", "details")


@dataclass(frozen=True)
class Paper:
    """A paper, or a pack of them, in memory: `files` maps paths inside `folder` to text or bytes.

    `key` stands for what it was made from (`analytics.papers.keys`).
    """

    folder: PurePosixPath
    files: dict[str, str | bytes]
    key: str = ""


def record_paper(
    contents: Contents,
    parameters: dict[str, Any],
    documents: Mapping[str, str | bytes],
    executed: NotebookNode,
    key: str = "",
) -> Paper:
    """Gather the files of a paper.

    Raises:
        InputError: a finding is not a number that can be recorded.
    """
    front = contents.front
    files: dict[str, str | bytes] = {
        **documents,
        "notebook.ipynb": nbformat.writes(executed) + "\n",  # type: ignore[no-untyped-call]
        **{table_file(exhibit): exhibit["table"] for exhibit in contents.exhibits},
    }
    record = _record(contents, parameters, list(documents))
    digests = {name: hashlib.sha256(as_bytes(content)).hexdigest() for name, content in files.items()}
    return Paper(
        folder=PurePosixPath(front["slug"]) / folder_name(front),
        files={**files, RECORD: sealed({**record, "key": key, "files": digests})},
        key=key,
    )


def folder_name(front: Mapping[str, Any]) -> str:
    """Name the folder of a paper within its area's."""
    return f"{front['study']}-{front['year']}"


def table_file(exhibit: Mapping[str, Any]) -> str:
    """Name the file that holds an exhibit's table."""
    return f"tables/{exhibit['name']}.csv"


def as_json(record: Mapping[str, Any]) -> str:
    """Write a record as JSON that a person can read."""
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def sealed(record: Mapping[str, Any]) -> str:
    """Write a record with a digest of all else that is in it."""
    return as_json({**record, SEAL: hashlib.sha256(as_json(record).encode()).hexdigest()})


def as_bytes(content: str | bytes) -> bytes:
    """Give what is to stand in a file."""
    return content.encode() if isinstance(content, str) else content


def write_paper(paper: Paper, out: Path) -> Path:
    """Write a paper's files, all or none, and give their folder.

    Raises:
        InputError: the folder cannot be written, or not to its end.
    """
    target = out / paper.folder
    with replacing(target, within=out) as folder:
        for name, content in paper.files.items():
            path = folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(as_bytes(content))
    return target


def _record(contents: Contents, parameters: dict[str, Any], documents: list[str]) -> dict[str, Any]:
    front = contents.front
    kept = ("name", "title", "alt", "measure", "unit", "period", "source")
    for finding in front["findings"]:
        if str(finding["value"]).lower() in {"nan", "inf", "-inf", "infinity"}:
            raise InputError(f"finding {finding['name']!r}: {finding['value']!r} is no number; give None.")
    return {
        **{key: front[key] for key in HEAD},
        "parameters": parameters,
        "key_messages": contents.key_messages,
        "findings": front["findings"],
        "exhibits": [
            {**{key: exhibit[key] for key in kept}, "table": table_file(exhibit)}
            for exhibit in contents.exhibits
        ],
        "documents": documents,
        "data_sha256": front["data_sha256"],
        "code_version": __version__,
    }
