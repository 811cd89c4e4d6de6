"""How far a command has come: a bar on a terminal; plain lines elsewhere, of batches alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from analytics.papers.batch import Batch, Outcome

Cells = Callable[[int, int], None]
Bytes = Callable[[int, int | None], None]


@contextmanager
def showing_cells() -> Iterator[Callable[[str], Cells]]:
    """Yield what begins the bar of a paper, and gives what moves it with each cell."""
    with _bar(TextColumn("{task.percentage:.0f}%")) as progress:

        def begin(description: str) -> Cells:
            task = progress.add_task(description, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield begin


@contextmanager
def showing_bytes() -> Iterator[Callable[[str], Bytes]]:
    """Yield what begins the bar of a download, and gives what moves it: to how many bytes, of how many."""
    with _bar(DownloadColumn(), TimeRemainingColumn()) as progress:

        def begin(description: str) -> Bytes:
            if progress.disable:
                typer.echo(f"{description}: downloading.")
            task = progress.add_task(description, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield begin


@contextmanager
def showing(total: int) -> Iterator[Callable[[Outcome], None]]:
    """Yield what shows the outcome of each of the papers of a batch."""
    counted = TextColumn("{task.completed} done, {task.fields[failed]} failed, {task.fields[left]} left")
    with _bar(counted, TimeRemainingColumn()) as progress:
        task = progress.add_task("papers", total=total, failed=0, left=total)
        failed = done = 0

        def show(outcome: Outcome) -> None:
            nonlocal failed, done
            done += 1
            failed += outcome.state == "failed"
            progress.update(task, advance=1, failed=failed, left=total - done)
            if outcome.state == "failed" or (progress.disable and outcome.state == "made"):
                progress.console.print(f"{done} of {total}: {_line(outcome)}", markup=False, soft_wrap=True)

        yield show


def describe(batch: Batch) -> str:
    """Say in a sentence what became of a batch's papers."""
    counts = [f"{batch.count(state)} {state}" for state in ("made", "unchanged", "failed", "waiting")]
    shown = ", ".join(count for count in counts if not count.startswith("0 "))
    return f"{'Stopped. ' if batch.stopped else ''}{len(batch.outcomes)} papers: {shown}."


def _bar(*columns: ProgressColumn) -> Progress:
    console = Console(stderr=True, highlight=False)
    first = (TextColumn("{task.description}", markup=False), BarColumn())
    return Progress(*first, *columns, console=console, transient=True, disable=not console.is_terminal)


def _line(outcome: Outcome) -> str:
    said = outcome.error or f"made in {outcome.seconds:.1f} s"
    return f"{outcome.study} for {outcome.area}: {'failed: ' if outcome.error else ''}{said}"
