"""`analytics fetch` killed half-way, and into folders that cannot be written."""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from fetch.conftest import C1, CSWW, EARLIER, POPULATION, SOURCES, offered
from fetch.server import Handler, Statistics, serving

from analytics.folders import REPOSITORY
from analytics.ingest import ingest
from analytics.sources.ees import open_table
from analytics.sources.files import list_files
from analytics.sources.sidecar import read_sidecar

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not SOURCES.is_dir(), reason=f"{SOURCES} is not here: set ANALYTICS_SOURCES"),
]

log = logging.getLogger(__name__)

# From SHA256SUMS beside the published files.
DIGEST = "9e058bac193cc5b03f0d21ebe4259c8935d236dbf59f09d90b3e0916bfbca95f"
KILLS = 12
SMALL = (
    "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)); "
    "from analytics.cli import main; main()"
)


@pytest.fixture
def statistics() -> Iterator[Statistics]:
    with serving(offered()) as statistics:
        yield statistics


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def start(statistics: Statistics, raw: Path, *arguments: str, code: str = "") -> subprocess.Popen[str]:
    """Start the command, with what it remembers kept beside the folder."""
    own = ["-c", code] if code else ["-m", "analytics"]
    environment = {"ANALYTICS_SERVICE": statistics.address, "ANALYTICS_CACHE": str(raw.parent / "cache")}
    return subprocess.Popen(
        [sys.executable, *own, "fetch", "--raw", str(raw), *arguments],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def slowly(handler: Handler) -> None:
    handler.send_csv(handler.asked_for(), size=4000, pause=0.05)


def taken(raw: Path) -> list[Path]:
    """List what ingest would take, and see that each is whole and no sidecar is of another file."""
    paths = [path for path in list_files(raw) if open_table(path)] if raw.exists() else []
    for path in paths:
        digest, sidecar = hashlib.sha256(path.read_bytes()).hexdigest(), read_sidecar(path)
        assert digest in {DIGEST, hashlib.sha256(C1.read_bytes()).hexdigest()}
        assert sidecar is None or sidecar.sha256 == digest
    return paths


def test_a_download_that_is_killed_goes_on_where_it_was(statistics: Statistics, raw: Path) -> None:
    statistics.faults, statistics.forever = {"csv": [slowly]}, True
    process, part, wanted = start(statistics, raw, "--publication", "csww"), raw / "csww.part", 30_000
    end = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size > wanted) and time.monotonic() < end:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    size = part.stat().st_size - len(part.read_bytes().partition(b"\n")[0]) - 1
    assert wanted / 2 < size < len(gzip.compress(CSWW.read_bytes(), mtime=0))
    assert taken(raw) == []
    statistics.faults = {}
    statistics.asked.clear()
    process = start(statistics, raw, "--publication", "csww")
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert [headers["Range"] for headers in statistics.headers("csv")] == [f"bytes={size}-"]
    assert taken(raw) == [raw / CSWW.name]
    assert hashlib.sha256((raw / CSWW.name).read_bytes()).hexdigest() == DIGEST
    assert sorted(path.name for path in raw.iterdir() if path.name != ".lock") == [
        CSWW.name,
        f"{CSWW.name}.source.json",
    ]


def test_a_command_that_is_killed_over_and_over_leaves_nothing_half_done(
    statistics: Statistics, raw: Path
) -> None:
    seed = os.environ.get("FAULTS_SEED", str(time.time_ns()))
    log.warning("FAULTS_SEED=%s", seed)
    chance = random.Random(seed)
    statistics.faults, statistics.forever = {"csv": [slowly]}, True
    for _ in range(KILLS):
        process = start(statistics, raw, "--publication", "csww")
        time.sleep(chance.uniform(0.3, 3))
        process.kill()
        process.communicate()
        assert set(taken(raw)) <= {raw / CSWW.name}
    process = start(statistics, raw, "--publication", "csww")
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert taken(raw) == [raw / CSWW.name]
    assert read_sidecar(raw / CSWW.name) is not None
    assert not (raw / ".writing").exists()
    assert not (raw / "csww.part").exists()


def test_ingest_takes_what_was_brought_and_nothing_that_a_stopped_command_has_left(
    statistics: Statistics, raw: Path, tmp_path: Path
) -> None:
    by_hand = [POPULATION, *sorted(EARLIER.glob("*")), *sorted((SOURCES / "neighbours").glob("*"))]
    assert start(statistics, raw).wait(60) == 1  # the estimates of population are not there
    assert start(statistics, raw, *(f"--file={path}" for path in by_hand)).wait(60) == 0
    (raw / "csww.part").write_bytes(b'{"address": "x", "tag": "y"}\n' + CSWW.read_bytes())
    (raw / f"{CSWW.name}.0.gz").write_bytes(gzip.compress(CSWW.read_bytes()))
    (raw / ".writing").mkdir()
    (raw / ".writing" / "new.csv").write_bytes(CSWW.read_bytes())
    ingest(raw, tmp_path / "processed")
    for table in ("figures", "earlier", "neighbours"):
        again = pd.read_parquet(tmp_path / "processed" / f"{table}.parquet")
        committed = pd.read_parquet(REPOSITORY / "data" / "processed" / f"{table}.parquet")
        pd.testing.assert_frame_equal(again, committed)


@pytest.mark.parametrize("arguments", [("--publication", "csww"), ("--file", str(CSWW))])
def test_a_folder_without_room(statistics: Statistics, raw: Path, arguments: tuple[str, str]) -> None:
    first = start(statistics, raw, "--file", str(C1))
    assert first.wait(60) == 0
    before = {path: path.read_bytes() for path in raw.iterdir()}
    process = start(statistics, raw, *arguments, code=SMALL)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert errors.splitlines()[-1].startswith(f"Error: {raw}: there is no room in it")
    assert "Traceback" not in errors
    after = {path: path.read_bytes() for path in raw.iterdir() if path.suffix != ".part"}
    assert after == before
    assert taken(raw) == [raw / C1.name]


@pytest.mark.parametrize("arguments", [("--publication", "csww"), ("--file", str(CSWW))])
def test_a_folder_that_cannot_be_written(
    statistics: Statistics, tmp_path: Path, arguments: tuple[str, str]
) -> None:
    folder = Path("/proc/analytics")
    if not folder.parent.is_dir():
        pytest.skip("there is no /proc here, in which nobody may write")
    process = start(statistics, folder, *arguments, code="")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "Error: /proc/analytics: this cannot be written" in errors
