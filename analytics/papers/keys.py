"""The key of a paper: it stands for all that the paper is made from, so that nothing need be made twice."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from analytics.folders import folder_sha256, home, package_sha256
from analytics.papers.record import RECORD, SEAL, sealed

DISTRIBUTION = "childrens-services-analytics"


class Held(BaseModel):
    """What `paper.json` says of the paper that it stands in: its key, and the digest of every other file."""

    key: str
    documents: list[str]
    files: dict[str, str]


def inputs_sha256(notebook: Path) -> str:
    """Digest what all papers of a notebook are made from, by content: no clock is asked.

    It is the notebook, the processed tables, the evidence, the package and the libraries it stands on.
    """
    data = home() / "data"
    parts = [
        hashlib.sha256(notebook.read_bytes()).hexdigest(),
        folder_sha256(data / "processed"),
        folder_sha256(data / "raw" / "evidence"),
        package_sha256(),
        *_libraries(),
    ]
    return _sha256(parts)


def paper_key(inputs: str, notebook: Path, parameters: dict[str, Any]) -> str:
    """Give the key of a paper, from `inputs_sha256` and its checked parameters; a file named there counts."""
    files = [notebook.parent / value for value in parameters.values() if isinstance(value, str) and value]
    contents = [hashlib.sha256(file.read_bytes()).hexdigest() for file in files if _is_file(file)]
    return _sha256([inputs, parameters, contents])


def held_papers(out: Path, formats: Sequence[str]) -> dict[str, Path]:
    """Map the key of each paper in a folder to its place, where it has these formats and is whole."""
    return {held.key: folder for folder, held in _records(out) if _is_whole(folder, held, formats)}


def _records(out: Path) -> Iterator[tuple[Path, Held]]:
    for path in sorted(out.glob(f"*/*/{RECORD}")):
        try:
            text = path.read_text("utf-8")
            record = json.loads(text)
            if text == sealed({key: record[key] for key in record if key != SEAL}):
                yield path.parent, Held.model_validate(record)
        except (OSError, ValueError, TypeError, RecursionError, ValidationError):
            continue  # a record that cannot be read says nothing of its paper, which is made again


def _is_whole(folder: Path, held: Held, formats: Sequence[str]) -> bool:
    if not {f"paper.{one}" for one in formats} <= set(held.documents) & set(held.files):
        return False
    try:
        found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in held.files}
    except OSError:
        return False
    return found == held.files


@cache
def _libraries() -> list[str]:
    """Give Python's version and those of the libraries that the package asks for."""
    asked = [text for text in requires(DISTRIBUTION) or [] if "extra ==" not in text]
    names = [match[0] for text in asked if (match := re.match(r"[\w.-]+", text))]
    return [sys.version.split()[0], *(f"{name} {version(name)}" for name in sorted(names))]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # no file could have such a name
        return False


def _sha256(parts: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()
