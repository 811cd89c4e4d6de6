"""Speed and memory, side by side with what a user would run instead: `make bench`.

Each comparison is made in one run, its sides taking turns, and given as a ratio of medians. This
process imports nothing large, since a child's peak of memory starts from its parent's.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import table
from batches import compare_batches
from table import alone, compare

HERE = Path(__file__).parent
SOURCES = Path(os.environ.get("ANALYTICS_SOURCES", HERE.parents[1] / "shared" / "data"))
REPEATS = 15


def measured(what: str, *names: str) -> Any:
    """Measure calls of `tasks.py` in a fresh interpreter."""
    command = [sys.executable, HERE / "tasks.py", what, SOURCES, *names]
    # Nothing is kept on disk: fits are to be measured as they are made.
    env = {**os.environ, "ANALYTICS_CACHE": os.devnull}
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=env).stdout)


def compare_load() -> None:
    """Loading the figures, beside pyarrow reading the same bytes."""
    seconds = measured("time", "load", "pyarrow")
    compare(
        "analytics.load() / pyarrow", 1000 * seconds["load"], 1000 * seconds["pyarrow"], "ms", "at most 3"
    )


def compare_ingest() -> None:
    """Ingesting every file, beside pandas reading them."""
    if not SOURCES.is_dir():
        print(f"ingest: not measured, the published files are not in {SOURCES} (or name ANALYTICS_SOURCES)")
        return
    seconds = measured("time", "ingest", "openpyxl", "calamine")
    memory = {name: measured("memory", name) for name in ("ingest", "openpyxl", "calamine")}
    for engine in ("openpyxl", "calamine"):
        compare(f"ingest / pandas with {engine}", seconds["ingest"], seconds[engine], "s", "at most 2; 6 s")
        compare(
            f"ingest / pandas with {engine}, peak", memory["ingest"], memory[engine], "MB", "below 800 MB"
        )


def compare_exploring() -> None:
    """Selecting a measure beside pyarrow's filter, and the panel drawing anew beside pandas' own plot."""
    seconds = measured("time", "select", "select of tool", "first of tool", "filter")
    taken = {name: 1000 * value for name, value in seconds.items()}
    alone("select, one published measure for all areas", taken["select"], "ms", "below 5 ms")
    tool, filtered = taken["select of tool"], taken["filter"]
    compare("select, one of the tool's / pyarrow's filter", tool, filtered, "ms", "below 5 ms")
    compare("the first of the tool's / pyarrow's filter", taken["first of tool"], filtered, "ms", "")
    seconds = measured("time", "redraw", "plain plot")
    own, plain = 1000 * seconds["redraw"], 1000 * seconds["plain plot"]
    compare("the panel drawn anew / pandas' plot", own, plain, "ms", "below 300 ms")
    alone("the health of the tables, with its page", measured("slow", "health")["health"], "s", "")


def compare_studies() -> None:
    """Studies of one area and of all at once, beside a plain loop; models beside dummy variables."""
    seconds = measured("time", "next study", "first study")
    one, first = seconds["next study"], seconds["first study"]
    compare("one study / the first of its year", 1000 * one, 1000 * first, "ms", "below 150 ms")
    seconds |= measured("slow", "every study", "loop")
    every, loop = seconds["every study"], seconds["loop"]
    compare("every study at once / one study", every, one, "s", "at most 20")
    compare("every study at once / a loop over areas", every, loop, "s", "below 1")
    seconds = measured("slow", "models", "caseload study")
    own, models = seconds["caseload study"], seconds["models"]
    compare("an area's caseload study / all models once", 1000 * own, 1000 * models, "ms", "100 and 2,000 ms")
    seconds = measured("time", "within", "dummies")
    compare("within / dummies", 1000 * seconds["within"], 1000 * seconds["dummies"], "ms", "at most 0.05")


def compare_projection() -> None:
    """A simulation beside its random numbers and a loop over draws; the whole backtest, and one study."""
    seconds = measured("time", "simulation", "random numbers", "loop of draws")
    ours, numbers = seconds["simulation"], seconds["random numbers"]
    compare("10,000 draws of 36 months / their numbers", 1000 * ours, 1000 * numbers, "ms", "at most 3")
    loop = seconds["loop of draws"] * 10_000 / 200
    compare("the same / a loop over draws", ours, loop, "s", "below 1")
    memory = {name: measured("memory", name) for name in ("simulation", "random numbers")}
    compare("the same, peak", memory["simulation"], memory["random numbers"], "MB", "below 500 MB")
    seconds = measured("slow", "backtest", "projection")
    own, every = seconds["projection"], seconds["backtest"]
    compare("an area's projection / the whole backtest", own, every, "s", "60 s once for all")


def compare_rendering() -> None:
    """Rendering the three documents, and the page alone, beside nbconvert on the same executed notebook."""
    notebook = HERE.parent / "reports" / "bury" / "workforce-2025" / "notebook.ipynb"
    seconds = measured("time", "three documents", "one page", "nbconvert")
    with tempfile.TemporaryDirectory() as folder:
        theirs = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", folder, notebook]
        ours = [sys.executable, HERE / "rendering.py", notebook]
        cold = taking_turns({"three": [*ours, "html,docx,pdf"], "one": [*ours, "html"], "theirs": theirs}, 5)
    three, one = seconds["three documents"], seconds["one page"]
    compare("html, Word and PDF / nbconvert's command", three, cold["theirs"], "s", "at most 0.5")
    compare("html, Word and PDF / its exporter alone", three, seconds["nbconvert"], "s", "")
    compare("html / its exporter alone", one, seconds["nbconvert"], "s", "")
    compare("all three from a cold start / its command", cold["three"], cold["theirs"], "s", "")
    compare("html from a cold start / its command", cold["one"], cold["theirs"], "s", "")


def taking_turns(commands: dict[str, list[str | Path]], repeats: int) -> dict[str, float]:
    """Give the median seconds of each command, run in turns."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, command in commands.items():
            start = perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
            seconds[name].append(perf_counter() - start)
    return {name: median(values) for name, values in seconds.items()}


def compare_help() -> None:
    """Showing the help, beside a typer program that does nothing."""
    command = shutil.which("analytics", path=Path(sys.executable).parent)
    if command is None:
        print("analytics --help: not measured, the command is not installed beside this Python")
        return
    sides: dict[str, list[str | Path]] = {"ours": [command], "bare": [sys.executable, HERE / "bare.py"]}
    seconds = taking_turns({name: [*side, "--help"] for name, side in sides.items()}, REPEATS)
    taken = {name: 1000 * value for name, value in seconds.items()}
    compare("analytics --help / bare typer program", taken["ours"], taken["bare"], "ms", "at most 2")


def describe_import() -> None:
    """Count the modules that `import analytics` brings with it."""
    code = "import sys; before = set(sys.modules); import analytics; print(*set(sys.modules) - before)"
    names = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = sorted({name.split(".")[0] for name in names} & {"pandas", "papermill", "seaborn", "statsmodels"})
    print(f"import analytics: {len(names)} modules, among them {', '.join(heavy) or 'none that is heavy'}")


def main() -> None:
    """Print the machine and every comparison, and write them beside this file."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("pandas", "pyarrow", "typer"))
    system = f"{platform.platform()}, {os.cpu_count()} processors; Python {platform.python_version()}"
    machine = f"{system}, {libraries}."
    print(machine)
    print(table.LINE.format(*table.HEAD))
    compare_load()
    compare_studies()
    compare_projection()
    compare_ingest()
    compare_exploring()
    compare_rendering()
    compare_help()
    compare_batches()
    describe_import()
    table.write(HERE / "results.md", machine)


if __name__ == "__main__":
    main()
