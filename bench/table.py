"""The table of measurements: printed as they are made, and written when all are."""

from __future__ import annotations

from pathlib import Path

HEAD = ("medians", "ours", "beside it", "ratio", "aim")
LINE = "{:<52}{:>12}{:>14}{:>8}  {}"
ROWS: list[tuple[str, ...]] = []


def add(*cells: str) -> None:
    """Print a row and keep it."""
    ROWS.append(cells)
    print(LINE.format(*cells), flush=True)


def compare(label: str, ours: float, other: float, unit: str, aim: str) -> None:
    """Add one comparison."""
    add(label, f"{ours:.3g} {unit}", f"{other:.3g} {unit}", f"{ours / other:.2f}", aim)


def alone(label: str, ours: float, unit: str, aim: str) -> None:
    """Add a measurement that has nothing beside it."""
    add(label, f"{ours:.3g} {unit}", "", "", aim)


def write(path: Path, machine: str) -> None:
    """Write all rows as a table in Markdown, with the machine that they were measured on."""
    lines = ["# Speed and memory", "", f"Measured by `make bench`, in one run. {machine}", ""]
    lines += [f"| {' | '.join(HEAD)} |", "| --- | ---: | ---: | ---: | --- |"]
    lines += [f"| {' | '.join(row)} |" for row in ROWS]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
