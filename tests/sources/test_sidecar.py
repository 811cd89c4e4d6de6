"""The sidecar of a published file: read as it was written, and held to its file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from analytics.errors import InputError
from analytics.sources.sidecar import Sidecar, check_sidecar, read_sidecar, sidecar_path, write_sidecar

DATA = b"time_period,cases\n2025,1\n"
SIDECAR = Sidecar(
    publisher="Department for Education",
    publication="csww",
    title="Children\u2019s social work workforce, headline measures",
    release="2025",
    version="1.1",
    address="https://api.education.gov.uk/statistics/v1/data-sets/w1/csv?dataSetVersion=1.1",
    licence="Open Government Licence v3.0",
    sha256=hashlib.sha256(DATA).hexdigest(),
    date="2026-02-26",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "csww.csv"
    path.write_bytes(DATA)
    write_sidecar(path, SIDECAR)
    return path


def test_it_lies_beside_its_file_and_is_read_as_it_was_written(path: Path) -> None:
    assert sidecar_path(path) == path.parent / "csww.csv.source.json"
    assert read_sidecar(path) == SIDECAR
    assert check_sidecar(path, DATA) == SIDECAR
    assert sorted(one.name for one in path.parent.iterdir()) == ["csww.csv", "csww.csv.source.json"]


def test_it_is_plain_text_that_ends_in_a_line_end(path: Path) -> None:
    text = sidecar_path(path).read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert "\u2019s social" in text
    assert json.loads(text)["release"] == "2025"


def test_a_file_without_one(path: Path) -> None:
    sidecar_path(path).unlink()
    assert read_sidecar(path) is None
    assert check_sidecar(path, DATA) is None


def test_a_path_inside_of_a_zip_has_none(path: Path) -> None:
    assert read_sidecar(path / "inside.csv") is None


def test_one_that_disagrees_with_its_file(path: Path) -> None:
    with pytest.raises(InputError) as refused:
        check_sidecar(path, DATA + b"\n")
    message = str(refused.value)
    assert message.startswith(f"{path}: this is not the file that csww.csv.source.json describes")
    assert "2026-02-26" in message
    assert SIDECAR.address in message


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"sha256": "abc"}, "sha256"),
        ({"date": "26 February 2026"}, "date"),
        ({"publisher": ""}, "publisher"),
        ({"release": 2025}, "release"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_one_with_a_wrong_entry(path: Path, change: dict[str, object], where: str) -> None:
    sidecar_path(path).write_text(json.dumps(SIDECAR.model_dump() | change), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_sidecar(path)
    message = str(refused.value)
    assert message.startswith(f"{sidecar_path(path)}: {where}: ")
    assert "Delete the sidecar" in message


@pytest.mark.parametrize("text", ["", "{", "[]", "\udcff"])
def test_what_is_none(path: Path, text: str) -> None:
    sidecar_path(path).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError) as refused:
        read_sidecar(path)
    assert str(refused.value).startswith(f"{sidecar_path(path)}: the whole file: ")


def test_a_folder_in_its_place(path: Path) -> None:
    sidecar_path(path).unlink()
    sidecar_path(path).mkdir()
    with pytest.raises(InputError, match="this sidecar cannot be opened"):
        read_sidecar(path)


def test_it_is_not_changed_once_made() -> None:
    with pytest.raises(ValidationError):
        SIDECAR.release = "2026"  # type: ignore[misc]
