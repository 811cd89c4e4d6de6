"""Who makes the papers of a batch: processes on this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from multiprocessing import active_children, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from joblib import cpu_count

from analytics.errors import InputError
from analytics.kernels.forks import SHARED, start_prepared
from analytics.kernels.prepared import MEMORY

# A notebook, parameters of a paper of it, and a deadline (`analytics.kernels.prepared.rehearse`).
Rehearsal = dict[str, Any]
# Given what is to be made, gives an executor and how many papers it makes at once.
Workers = Callable[[Sequence[Rehearsal]], AbstractContextManager[tuple[Executor, int]]]
LEAST = 1_000  # megabytes for one kernel


def local_workers(number: int | None = None) -> Workers:
    """Give processes of this machine: `number`, else one more than it has processors for.

    One more, since a worker waits for its kernel to start and to end.
    """
    return partial(_processes, number or cpu_count() + 1)


def cluster(address: str) -> Workers:
    """Give the workers of the Dask scheduler at `address`; they have this package and these figures."""
    return partial(_dask, address)


@contextmanager
def _processes(number: int, rehearsed: Sequence[Rehearsal]) -> Iterator[tuple[Executor, int]]:
    megabytes = _megabytes(number)
    prepared = start_prepared([{**one, "megabytes": megabytes} for one in rehearsed])
    context = get_context("spawn")
    # However this process ends, its end of the pipe closes, and the workers see to theirs.
    watched, held = context.Pipe(duplex=False)
    begin = partial(_begin, watched, prepared.shared if prepared else None, megabytes)
    others = set(active_children())
    pool = _Pool(number, mp_context=context, initializer=begin)
    try:
        yield pool, number
    except BaseException:
        # What they are at is not waited for, and some may be too new to watch the pipe.
        for child in set(active_children()) - others:
            child.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        held.close()
        watched.close()


class _Pool(ProcessPoolExecutor):
    """Begins its workers deaf to Ctrl-C, which a terminal says to all processes at once."""

    def submit(self, *task: Any, **named: Any) -> Future[Any]:
        """Submit a task, for which a worker may be started."""
        if not hasattr(signal, "pthread_sigmask"):
            return super().submit(*task, **named)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return super().submit(*task, **named)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _dask(address: str, _: Sequence[Rehearsal]) -> Iterator[tuple[Executor, int]]:
    try:
        from distributed import Client
    except ImportError as error:
        raise InputError(
            "scheduler: Dask is not installed. Install the package with its extra: pip install '.[dask]'."
        ) from error
    try:
        client = Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"scheduler {address!r}: no Dask scheduler answers there ({error}).") from error
    with client:
        number = max(1, sum(client.ncores().values()))  # type: ignore[no-untyped-call]
        yield client.get_executor(pure=False), number  # type: ignore[no-untyped-call]


def _begin(watched: Connection[Any, Any], shared: str | None, megabytes: int) -> None:
    """Begin as a worker: Ctrl-C is for the process that started it, whose end is its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):  # a kernel that it starts would be deaf too
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.environ[MEMORY] = str(megabytes)
    if shared:
        os.environ[SHARED] = shared
        # The prepared process clears its folder when it ends, where this one may have no time to.
        tempfile.tempdir = str(Path(shared).parent)
    threading.Thread(target=_end_with, args=(watched,), daemon=True).start()


def _end_with(watched: Connection[Any, Any]) -> None:
    try:
        watched.recv()
    except EOFError:
        os._exit(1)


def _megabytes(number: int) -> int:
    """Share the machine's memory among the kernels."""
    if not hasattr(os, "sysconf"):
        return LEAST
    return max(LEAST, os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // number // 1_000_000)
