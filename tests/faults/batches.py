"""Batches at the command line, in a small home: to start, to disturb, and to look at when they have ended."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from papers.small_notebook import FRONT, Cells, cells, code, write_notebook

from analytics.cli.choosing import NOTEBOOKS
from analytics.folders import REPOSITORY

AREAS = ("Bury", "Kent", "Leeds", "Stockport", "Bolton", "Wigan")
STUDIES = ("caseloads", "rereferrals")
# Long enough for something to happen meanwhile.
PAUSE = "import time; time.sleep(0.2)"
PATIENCE = 180  # seconds for a batch that is not hurt, on a machine that has much else to do


@dataclass(frozen=True)
class Ended:
    """What a batch left: its status and what it said."""

    status: int
    output: str
    errors: str
    seconds: float

    @property
    def refused(self) -> list[str]:
        """Give the lines that are no news of a paper."""
        return [line for line in self.errors.splitlines() if " of " not in line.partition(":")[0]]


@dataclass(frozen=True)
class Started:
    """A batch that was started, and the files that hold what it says."""

    process: subprocess.Popen[bytes]
    said: Path

    def end(self, patience: float = PATIENCE) -> Ended:
        """Wait for its end; a batch that does not end is killed, as its status then tells."""
        start = time.monotonic()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        seconds = time.monotonic() - start
        output, errors = (self.said.with_suffix(suffix).read_text() for suffix in (".output", ".errors"))
        return Ended(self.process.returncode, output, errors, seconds)


@dataclass(frozen=True)
class Batches:
    """Batches of one home, into one folder, with a temporary folder of their own."""

    home: Path
    out: Path
    temp: Path

    def start(
        self, areas: Sequence[str] = AREAS, study: str = "all", deadline: int = 60, out: Path | None = None
    ) -> Started:
        """Start a batch as a terminal does: in a process group of its own."""
        said = self.temp.parent / str(time.monotonic_ns())
        listed = said.with_suffix(".areas")
        listed.write_text("\n".join(areas), encoding="utf-8")
        # No pipes, which whoever is left behind would hold open.
        with said.with_suffix(".output").open("w") as output, said.with_suffix(".errors").open("w") as errors:
            process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "analytics", "batch", "--areas", str(listed), "--study", study),
                    *("--format", "html", "--out", str(out or self.out), "--workers", "2"),
                    *("--deadline", str(deadline)),
                ],
                cwd=self.temp.parent,
                env={**os.environ, "ANALYTICS_HOME": str(self.home), "TMPDIR": str(self.temp)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
                # Tests that run in the background of a shell are told to ignore interrupts.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
        return Started(process, said)

    def run(self, areas: Sequence[str] = AREAS, study: str = "all", **started: Any) -> Ended:
        """Run a batch to its end."""
        return self.start(areas, study, **started).end()

    def processes(self) -> list[psutil.Process]:
        """Find the processes of these batches, whoever their parents are by now."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                mine = process.environ().get("TMPDIR") == str(self.temp)
                if mine and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def kill_all(self) -> None:
        """Kill whatever is left."""
        while left := self.processes():
            for process in left:
                with suppress(psutil.Error):
                    process.kill()
            time.sleep(0.1)

    def left_over(self, seconds: float = 10) -> list[str]:
        """Name the processes and temporary folders that are there still after some seconds."""
        until(lambda: not self._left(), seconds)
        return self._left()

    def outcomes(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Read what `batch.json` says of each study and area."""
        record = json.loads((self.out / "batch.json").read_bytes())
        return {(one["study"], one["area"]): one for one in record["papers"]}

    def states(self) -> set[str]:
        """Name the states in `batch.json`."""
        return {one["state"] for one in self.outcomes().values()}

    def _left(self) -> list[str]:
        names = [command(process) for process in self.processes()]
        return [*names, *(path.name for path in self.temp.glob("analytics-*"))]


def make_home(folder: Path) -> Path:
    """Make a home with the real figures, and small notebooks that take the area they are given."""
    shutil.copytree(REPOSITORY / "data" / "processed", folder / "data" / "processed")
    shutil.copytree(REPOSITORY / "data" / "raw" / "evidence", folder / "data" / "raw" / "evidence")
    (folder / "notebooks").mkdir()
    for study in (*STUDIES, "workforce"):
        put_notebook(folder, study, small_cells(study, code(PAUSE)))
    return folder


def small_cells(study: str, *more: Any) -> Cells:
    """Give the cells of a small notebook, with more of them after its front matter."""
    front = FRONT.replace('study="rereferrals"', f'study="{study}"').replace('slug="bury"', "slug=slug(area)")
    content = cells()
    printing = next(cell for cell in content if "a stray remark" in cell.source)
    printing.source = printing.source.replace('print("a stray remark")\n', "")
    content[2] = code(f"from analytics.areas import slug\n{front}")
    return [*content[:3], *more, *content[3:]]


def put_notebook(home: Path, study: str, content: Cells) -> None:
    """Put a notebook in the place of a study's, with cells that are named alike every time."""
    for number, cell in enumerate(content):
        cell["id"] = f"cell-{number}"
    notebooks = home / "notebooks"
    write_notebook(content, notebooks).replace(notebooks / NOTEBOOKS[study])


def contents(out: Path) -> dict[str, bytes]:
    """Read every file in a folder of papers, but the lock and the record of the last batch."""
    files = (path for path in out.rglob("*") if path.is_file())
    names = {path.relative_to(out).as_posix(): path for path in files}
    return {name: path.read_bytes() for name, path in names.items() if name not in {".lock", "batch.json"}}


def folders(out: Path) -> set[str]:
    """Name every folder in a folder of papers."""
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_dir()}


def differences(out: Path, wanted: Path) -> list[str]:
    """Name the files and folders that are not the same in two folders of papers."""
    found, held = contents(out), contents(wanted)
    files = {name for name in found.keys() | held.keys() if found.get(name) != held.get(name)}
    return sorted(files | (folders(out) ^ folders(wanted)))


def torn(out: Path) -> list[str]:
    """Name the papers in a folder that are not what their records say they are."""
    places = (path for path in sorted(out.glob("[!.]*/*")) if path.is_dir())
    return [str(place) for place in places if not _is_whole(place)]


def _is_whole(place: Path) -> bool:
    try:
        files = json.loads((place / "paper.json").read_bytes())["files"]
        found = {name: hashlib.sha256((place / name).read_bytes()).hexdigest() for name in files}
    except (OSError, ValueError, KeyError):
        return False
    held = {path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()}
    return found == files and held == {*files, "paper.json"}


def command(process: psutil.Process) -> str:
    """Give the command line of a process, or nothing where it has ended."""
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def until(true: Callable[[], object], seconds: float = 60, pause: float = 0.05) -> bool:
    """Wait for something to be true."""
    end = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < end:
        time.sleep(pause)
    return bool(found)
