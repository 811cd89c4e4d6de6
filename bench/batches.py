"""Batches beside the commands that one would run instead, and beside the least that they could take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import psutil
from table import alone, compare

BIN = Path(sys.executable).parent
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
STUDIES = {
    "caseloads": "caseloads_and_agency",
    "rereferrals": "rereferrals_and_neighbours",
    "workforce": "workforce_projection",
}
AREAS = ("Bolton", "Leeds", "Kent", "Hackney")
PAPERS = [(str(NOTEBOOKS / f"{name}.ipynb"), area) for area in AREAS for name in STUDIES.values()]
LARGER = (10, 50, 153)
REPEATS = 5
# One paper by the two commands, with the ordinary kernel.
COMMANDS = (
    f'"{BIN}/papermill" -k python3 --no-progress-bar "$0" "$2/$$.ipynb" -p area "$1" && '
    f'"{BIN}/jupyter-nbconvert" --to html "$2/$$.ipynb"'
)
# Two processes at once work on two cores as two workers do.
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}


def compare_batches() -> None:
    """Time batches, the commands and the limit in turns; then one cold paper; then growth."""
    batch(AREAS)  # national fits are kept from here on, for all sides alike
    seconds = in_turns({"commands": commands, "batch": lambda: batch(AREAS), "limit": limit})
    papers = len(PAPERS)
    per = {name: value / papers for name, value in seconds.items()}
    compare(
        f"a paper, {papers} in a batch / by papermill and nbconvert", per["batch"], per["commands"], "s", ""
    )
    compare_cold()
    grown = {size: growth(size) for size in LARGER}
    every = grown[LARGER[-1]][0]
    compare("a paper, all England / by the two commands", every, per["commands"], "s", "at most 0.083")
    compare("a paper, all England / the limit", every, per["limit"], "s", "at most 1.5")
    for size, (each, peak, _) in grown.items():
        compare(f"a paper of {size} areas / of 153", each, every, "s", "flat")
        compare(
            f"memory of {size} areas / of 153", peak, grown[LARGER[-1]][1], "MB", "2,500 MB, flat from 50"
        )
    alone("all England again, nothing changed", grown[LARGER[-1]][2], "s", "below 10 s")


def compare_cold() -> None:
    """One paper from a cold start, beside the two commands; and with nothing fitted before."""
    for study, name in STUDIES.items():
        notebook = str(NOTEBOOKS / f"{name}.ipynb")
        sides: dict[str, Callable[[], float]] = {
            "ours": lambda study=study: paper(study),  # type: ignore[misc]
            "theirs": lambda notebook=notebook: commands([(notebook, "Leeds")]),  # type: ignore[misc]
        }
        seconds = in_turns(sides)
        label = f"one cold paper on {study} / by the two commands"
        compare(label, seconds["ours"], seconds["theirs"], "s", "at most 0.5")
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "ANALYTICS_CACHE": folder}
        alone("the first workforce paper ever, fits and all", paper("workforce", env), "s", "")


def in_turns(sides: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Give the median seconds of each side, run in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(REPEATS):
        for name, side in sides.items():
            seconds[name].append(side())
    return {name: median(values) for name, values in seconds.items()}


def commands(papers: list[tuple[str, str]] = PAPERS) -> float:
    """Make papers as one would without this package's own command, two at a time."""
    with tempfile.TemporaryDirectory() as folder:
        lines = "\n".join(f"{notebook} {area} {folder}" for notebook, area in papers)
        return timed(["xargs", "-P2", "-L1", "sh", "-c", COMMANDS], lines)


def batch(areas: tuple[str, ...]) -> float:
    """Make the papers of areas as a batch, into a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        return timed(batch_command(areas, folder))


def batch_command(areas: tuple[str, ...], folder: str, formats: str = "html") -> list[str]:
    """Give the command for a batch, with a file of its areas in the folder."""
    (Path(folder) / "areas.txt").write_text("\n".join(areas), encoding="utf-8")
    options = ["--areas", f"{folder}/areas.txt", "--out", f"{folder}/out", "--format", formats]
    return [str(BIN / "analytics"), "batch", *options]


def limit() -> float:
    """Execute and render the same papers in two warm processes, half of them in each."""
    with tempfile.TemporaryDirectory() as folder:
        halves = [PAPERS[::2], PAPERS[1::2]]
        begun = [
            subprocess.Popen(
                [sys.executable, Path(__file__).parent / "limit.py", json.dumps(half), f"{folder}/{place}"],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=ENVIRONMENT,
            )
            for place, half in enumerate(halves)
        ]  # fmt: skip
        return max(float(process.communicate()[0].splitlines()[-1]) for process in begun)


def paper(study: str, env: dict[str, str] | None = None) -> float:
    """Make one paper by our command, from a cold start."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["--area", "Leeds", "--study", study, "--format", "html", "--out", folder]
        return timed([str(BIN / "analytics"), "paper", *options], env=env)


def timed(command: list[str], lines: str | None = None, env: dict[str, str] | None = None) -> float:
    """Give the seconds that a command takes."""
    start = perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run(command, input=lines, text=True, check=True, env=env, **quiet)  # type: ignore[call-overload]
    return perf_counter() - start


def growth(size: int) -> tuple[float, float, float]:
    """Make the papers of so many areas once, watching memory, and then again with nothing changed.

    Returns:
        Seconds a paper, the peak of memory in MB, and the seconds of the second run.
    """
    areas = today()[:size]
    with tempfile.TemporaryDirectory() as folder:
        command = batch_command(areas, folder)
        start = perf_counter()
        process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        peak = watched(process)
        seconds = perf_counter() - start
        record = json.loads(Path(folder, "out", "batch.json").read_bytes())["papers"]
        assert all(paper["state"] == "made" for paper in record), "a paper of the bench failed"
        return seconds / len(record), peak, timed(command)


def watched(process: psutil.Popen) -> float:
    """Give the most memory that a process and its descendants hold at once, each page counted once."""
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, sum(map(share, [process, *process.children(recursive=True)])) / 1e6)
        threading.Event().wait(1)
    return peak


def share(process: psutil.Process) -> float:
    """Give a process's share of the pages that it holds, in bytes."""
    try:
        return float(process.memory_full_info().pss)
    except psutil.Error:
        return 0.0


def today() -> tuple[str, ...]:
    """Name every authority of today, from a process of its own: this one imports nothing large."""
    code = "from analytics.cli.choosing import read_areas; print(*read_areas(True, None, None), sep='\\n')"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return tuple(shown.stdout.splitlines())


if __name__ == "__main__":
    compare_batches()
