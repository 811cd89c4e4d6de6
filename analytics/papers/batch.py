"""Papers of many areas: nothing made twice, nothing half made, and a record of every one."""

from __future__ import annotations

import signal
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any, Literal

from analytics.errors import InputError
from analytics.folders import home, sole_writer
from analytics.papers import Paper, compose_paper, execute_paper, write_paper
from analytics.papers.index import write_indexes
from analytics.papers.keys import held_papers, inputs_sha256, paper_key
from analytics.papers.record import as_json
from analytics.papers.run import NotebookError
from analytics.papers.workers import Rehearsal, Workers

RECORD = "batch.json"
TRIES = 3
LISTEN = 0.1  # seconds between two looks whether somebody pressed Ctrl-C
OTHERWISE = (
    "its figures, code or libraries were not those that are here: they changed, or a worker has others"
)


@dataclass(frozen=True)
class Job:
    """A paper to be made; `notebook` is the name of a file, so that any machine can make it."""

    study: str
    area: str
    notebook: str
    parameters: dict[str, Any]
    formats: tuple[str, ...]
    deadline: int

    @property
    def path(self) -> Path:
        """Give the place of the notebook on this machine."""
        return home() / "notebooks" / self.notebook


@dataclass(frozen=True)
class Outcome:
    """What became of a job: `seconds` are those that making it took, `folder` is that of the paper."""

    study: str
    area: str
    state: Literal["waiting", "unchanged", "made", "failed"] = "waiting"
    seconds: float | None = None
    error: str = ""
    folder: str = ""


@dataclass(frozen=True)
class Result:
    """What a worker gives back: a paper, or what went wrong."""

    paper: Paper | None
    seconds: float
    error: str = ""


@dataclass(frozen=True)
class Batch:
    """The outcomes of all jobs, in their order, and whether somebody stopped before the end."""

    outcomes: tuple[Outcome, ...]
    stopped: bool

    def count(self, state: str) -> int:
        """Count the jobs of a state."""
        return sum(outcome.state == state for outcome in self.outcomes)


def make_all(
    jobs: Sequence[Job], out: Path, workers: Workers, show: Callable[[Outcome], object] = lambda _: None
) -> Batch:
    """Make the papers that are not there already, unchanged and whole, and write each when it is made.

    A paper that fails does not stop the others. `batch.json` says what became of each; the indexes are
    written at the end, or when somebody stops the batch (Ctrl-C).

    Args:
        jobs: at least one, each of another paper.
        out: the folder of papers.
        workers: who makes them (`analytics.papers.workers`).
        show: called with each outcome.

    Raises:
        InputError: the folder cannot be written, or there is no room in it.
    """
    out = out.absolute()  # where a notebook is executed by a thread, it has this process in its own folder
    keys = _keys(jobs)
    held = held_papers(out, jobs[0].formats)
    outcomes = [
        Outcome(job.study, job.area, "unchanged", folder=held[key].relative_to(out).as_posix())
        if key in held
        else Outcome(job.study, job.area)
        for job, key in zip(jobs, keys, strict=True)
    ]
    _write_record(outcomes, out)  # before any work: a folder that cannot be written is refused
    for outcome in outcomes:
        if outcome.state == "unchanged":
            show(outcome)
    wanted = {place: jobs[place] for place, outcome in enumerate(outcomes) if outcome.state == "waiting"}
    with _listening() as asked_to_stop, suppress(KeyboardInterrupt):
        for place, result in _results(wanted, workers, asked_to_stop):
            outcomes[place] = _kept(outcomes[place], result, keys[place], out)
            _write_record(outcomes, out)
            show(outcomes[place])
    write_indexes(out)
    return Batch(tuple(outcomes), asked_to_stop.is_set())


def make_job(job: Job) -> Result:
    """Make a paper in memory, or say why it cannot be."""
    start = perf_counter()
    paper, error = None, ""
    try:
        paper = compose_paper(execute_paper(job.path, job.parameters, deadline=job.deadline), job.formats)
    except (InputError, NotebookError) as raised:
        error = str(raised)
    except Exception as raised:  # whatever it is, it is this paper's: the others go on
        error = f"{type(raised).__name__}: {raised}"
    return Result(paper, perf_counter() - start, error)


def _keys(jobs: Sequence[Job]) -> list[str]:
    inputs = {path: inputs_sha256(path) for path in {job.path for job in jobs}}
    return [paper_key(inputs[job.path], job.path, job.parameters) for job in jobs]


def _kept(waiting: Outcome, result: Result, key: str, out: Path) -> Outcome:
    """Write a paper that was made, and give the outcome."""
    seconds = round(result.seconds, 2)
    if result.paper is None:
        return replace(waiting, state="failed", seconds=seconds, error=result.error)
    if result.paper.key != key:
        return replace(waiting, state="failed", seconds=seconds, error=OTHERWISE)
    folder = write_paper(result.paper, out).relative_to(out).as_posix()
    return replace(waiting, state="made", seconds=seconds, folder=folder)


@contextmanager
def _listening() -> Iterator[Event]:
    """Have Ctrl-C set an event, so that it ends the batch between two steps and never within one."""
    asked = Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = signal.signal(signal.SIGINT, lambda *_: asked.set())
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def _results(jobs: dict[int, Job], workers: Workers, asked_to_stop: Event) -> Iterator[tuple[int, Result]]:
    """Have jobs done, some at a time, and give each result as it comes.

    Those that were under way when a worker died are done again by new workers, one at a time, so that
    one that is the death of every worker takes no other with it.
    """
    waiting, tries = deque(jobs), Counter[int]()
    while waiting:
        running: dict[Future[Result], int] = {}
        lost: list[int] = []
        with workers(_rehearsals(jobs[place] for place in waiting)) as (executor, number):
            try:
                while waiting or running:
                    # One more than are made at once, so that none waits to be told what is next.
                    while waiting and len(running) <= (
                        0 if any(tries[place] for place in (waiting[0], *running.values())) else number
                    ):
                        future = executor.submit(make_job, jobs[waiting[0]])
                        running[future] = waiting.popleft()
                    for future in wait(running, LISTEN, return_when=FIRST_COMPLETED).done:
                        result = _result(future)
                        yield running.pop(future), result
                    if asked_to_stop.is_set():
                        raise KeyboardInterrupt
            except BrokenExecutor:
                lost = list(running.values())
        tries.update(lost)
        for place in lost:
            if tries[place] < TRIES:
                waiting.appendleft(place)
            else:
                yield place, Result(None, 0.0, f"the process that made it died, {TRIES} times")


def _rehearsals(jobs: Iterable[Job]) -> list[Rehearsal]:
    """Take one paper of each study: what it fits on all authorities serves the others."""
    firsts = {job.study: job for job in reversed(list(jobs))}
    return [
        {"notebook": str(job.path), "parameters": job.parameters, "deadline": job.deadline}
        for job in firsts.values()
    ]


def _result(future: Future[Result]) -> Result:
    """Give what came of a job, or what a cluster says of a worker that it lost."""
    try:
        return future.result()
    except BrokenExecutor:
        raise
    except Exception as error:
        return Result(None, 0.0, f"{type(error).__name__}: {error}")


def _write_record(outcomes: Sequence[Outcome], out: Path) -> None:
    record = {"papers": [asdict(outcome) for outcome in outcomes]}
    with sole_writer(out) as work:
        new = work / RECORD
        new.write_text(as_json(record), encoding="utf-8", newline="\n")
        new.replace(out / RECORD)
