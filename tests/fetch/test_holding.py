"""A file and its sidecar are put in place both or not at all, at whatever line the process is stopped."""

from __future__ import annotations

import gzip
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from analytics.fetch import holding
from analytics.fetch.holding import describe, held_in, put
from analytics.sources import sidecar as sidecars
from analytics.sources.ees import PublishedTable, open_table
from analytics.sources.sidecar import sidecar_path
from fetch.conftest import CSWW

TRACED = {holding.__file__, sidecars.__file__}


@pytest.fixture(scope="module")
def old() -> PublishedTable:
    return opened(CSWW)


@pytest.fixture
def new(tmp_path: Path) -> PublishedTable:
    path = tmp_path / "new.csv"
    path.write_bytes(CSWW.read_bytes().replace(b",150.1,", b",150.2,"))
    return opened(path)


def opened(path: Path) -> PublishedTable:
    published = open_table(path)
    assert published is not None
    return published


def stopped_after(lines: int, work: Callable[[], object]) -> bool:
    """Do something in a process that ends, as if it were killed, after so many lines; say whether it did."""
    process = os.fork()
    if process == 0:
        left = lines

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal left
            if frame.f_code.co_filename not in TRACED:
                return None
            left -= event == "line"
            if left < 0:
                os._exit(9)
            return trace

        sys.settrace(trace)
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9


def moments(folder: Path, prepare: Callable[[Path], Callable[[], object]]) -> Iterator[Path]:
    """Stop what is prepared at each of its lines in turn, each time in a folder of its own."""
    lines, raw = 0, folder / "0"
    while stopped_after(lines, prepare(raw)):
        yield raw
        lines += 1
        raw = folder / str(lines)
    yield raw
    assert lines > 5


def test_a_file_that_is_new(old: PublishedTable, tmp_path: Path) -> None:
    sidecar = describe(old.file, "Headline measures", "https://service/1", "1.0")

    def prepare(raw: Path) -> Callable[[], object]:
        (raw / ".writing").mkdir(parents=True)
        copy = Path(shutil.copy(CSWW, raw / ".writing" / "new.csv"))
        return lambda: put(copy, raw / "table.csv", sidecar)

    seen = set()
    for raw in moments(tmp_path, prepare):
        held = held_in(raw, ["csww"])
        assert [(one.sha256, one.sidecar) for one in held] in ([], [(old.file.sha256, sidecar)])
        seen.add(len(held))
    assert seen == {0, 1}


def test_a_version_in_place_of_another(old: PublishedTable, new: PublishedTable, tmp_path: Path) -> None:
    sidecar = {
        one.file.sha256: describe(one.file, "Headline measures", f"https://service/{version}", version)
        for one, version in ((old, "1.0"), (new, "1.1"))
    }

    def prepare(raw: Path) -> Callable[[], object]:
        (raw / ".writing").mkdir(parents=True)
        put(Path(shutil.copy(CSWW, raw / "x")), raw / "table.csv", sidecar[old.file.sha256])
        copy = Path(shutil.copy(new.file.path, raw / ".writing" / "new.csv"))
        return lambda: put(copy, raw / "table.csv", sidecar[new.file.sha256])

    seen = []
    for raw in moments(tmp_path / "raw", prepare):
        (held,) = held_in(raw, ["csww"])
        assert held.sidecar in (None, sidecar[held.sha256])
        kept = list(raw.glob("*.gz"))
        assert kept or held.sha256 == old.file.sha256
        assert all(gzip.decompress(path.read_bytes()) == CSWW.read_bytes() for path in kept)
        seen.append(held.sha256)
    assert seen == sorted(seen, key=[old.file.sha256, new.file.sha256].index)
    assert len(set(seen)) == 2
    assert (held.sidecar, sidecar_path(kept[0]).exists()) == (sidecar[new.file.sha256], True)
