"""The prepared process: it has the libraries and the figures, and forks a kernel for whoever asks.

`python -P -m analytics.kernels.prepared LISTENER` serves the listening socket with that descriptor until
its standard input closes, as it does when its starter ends, however it ends. Messages are JSON. Each
connection asks for one kernel, `{"argv", "cwd", "env"}`, is told its `{"pid"}` and at the end its
`{"exit"}`, and may send it a `{"signal"}`. When a connection closes, its kernel is killed.
"""

from __future__ import annotations

import gc
import json
import os
import random
import selectors
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from analytics.errors import InputError

LONGEST = 1024 * 1024  # bytes of a message; an environment is the largest part of one
MEMORY = "ANALYTICS_KERNEL_MEMORY"
REHEARSED = "ANALYTICS_REHEARSED"
IMPORTED = (
    "analytics.charts",
    "analytics.narrative",
    "analytics.studies.caseloads",
    "analytics.studies.rereferrals",
    "analytics.studies.workforce",
    "ipykernel.kernelapp",
    # What a kernel imports as it begins.
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
)


def main() -> None:
    """Prepare, and serve; in each child, be a kernel."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    folder = Path(listener.getsockname()).parent
    prepare()
    asked = Server(listener).serve()
    if asked is None:
        shutil.rmtree(folder, ignore_errors=True)
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)  # with whatever a rehearsal has started
    else:
        be_kernel(**asked)


def prepare() -> None:
    """Import what notebooks use and load the figures, all without starting a thread."""
    # As ipykernel does, and before matplotlib is imported.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    # Imported here: whoever starts this process takes two functions from this module.
    for name in IMPORTED:
        import_module(name)
    import analytics
    from analytics.charts.theme import warm_up

    with suppress(InputError):  # said to the notebook that loads them
        analytics.load()
    warm_up()
    for rehearsal in json.loads(os.environ.get(REHEARSED, "[]")):
        rehearse(**rehearsal)
    # What lives for good is no garbage: no search for some should touch it, and so copy it, in a child.
    gc.collect()
    gc.freeze()


def rehearse(notebook: str, parameters: dict[str, Any], deadline: int = 600, megabytes: int = 0) -> None:
    """Run a notebook's code once, so that what it fits on all authorities is there for every kernel.

    What goes wrong is left to be said to whoever executes it. A cell past its deadline ends this process;
    whoever wanted a kernel of it starts another.
    """
    cells = [cell for cell in json.loads(Path(notebook).read_bytes())["cells"] if cell["cell_type"] == "code"]
    names: dict[str, Any] = {"display": lambda *shown: None}
    with _aside(Path(notebook).parent, megabytes), suppress(Exception, SystemExit):
        for cell in cells:
            signal.alarm(deadline)
            exec("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", []):
                names |= parameters


@contextmanager
def _aside(folder: Path, megabytes: int) -> Iterator[None]:
    """Work in a folder, unheard and within a limit of memory, and be as before."""
    import resource

    before, spoken, unheard = Path.cwd(), [os.dup(1), os.dup(2)], os.open(os.devnull, os.O_WRONLY)
    limits = resource.getrlimit(resource.RLIMIT_DATA)
    os.chdir(folder)
    _limit_memory(megabytes)
    for place in (1, 2):
        os.dup2(unheard, place)
    try:
        yield
    finally:
        signal.alarm(0)
        sys.stdout.flush()
        sys.stderr.flush()
        for place, kept in zip((1, 2), spoken, strict=True):
            os.dup2(kept, place)
        for opened in (*spoken, unheard):
            os.close(opened)
        resource.setrlimit(resource.RLIMIT_DATA, limits)
        os.chdir(before)


class Server:
    """Forks a kernel for each connection, and watches over it."""

    def __init__(self, listener: socket.socket) -> None:
        self.kernels: dict[socket.socket, int] = {}  # the number of its process
        self.selector = selectors.DefaultSelector()
        self._watch(listener, partial(self._accept, listener))

    def serve(self) -> dict[str, Any] | None:
        """Serve until standard input closes, and kill every kernel.

        Returns:
            None; in a child, what was asked for.
        """
        self.selector.register(sys.stdin, selectors.EVENT_READ)
        while True:
            for key, _ in self.selector.select():
                if key.fileobj is sys.stdin:
                    for connection in self.kernels:
                        self._signal(connection, signal.SIGKILL)
                    return None
                asked: dict[str, Any] | None = key.data()
                if asked is not None:
                    self._close_all()
                    return asked

    def _watch(self, file: socket.socket | int, called: Callable[[], dict[str, Any] | None]) -> None:
        self.selector.register(file, selectors.EVENT_READ, called)

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        self._watch(connection, partial(self._answer, connection))

    def _answer(self, connection: socket.socket) -> dict[str, Any] | None:
        """Do what a message says; gives what it asks for in the child that is to be a kernel."""
        message = receive(connection)
        if message is None:
            self._signal(connection, signal.SIGKILL)
            self.selector.unregister(connection)
            connection.close()
        elif "signal" in message:
            self._signal(connection, message["signal"])
        elif (pid := os.fork()) == 0:
            return message
        else:
            os.setpgid(pid, pid)
            self.kernels[connection] = pid
            watched = os.pidfd_open(pid)
            self._watch(watched, partial(self._bury, connection, watched))
            self._tell(connection, {"pid": pid})
        return None

    def _bury(self, connection: socket.socket, watched: int) -> None:
        """Tell whoever asked for a kernel how it ended."""
        self.selector.unregister(watched)
        os.close(watched)
        _, status = os.waitpid(self.kernels.pop(connection), 0)
        self._tell(connection, {"exit": os.waitstatus_to_exitcode(status)})

    def _tell(self, connection: socket.socket, message: Mapping[str, Any]) -> None:
        with suppress(OSError):  # whoever asked has gone, which is seen to when the connection's end is read
            send(connection, message)

    def _signal(self, connection: socket.socket, number: int) -> None:
        """Send a signal to a kernel that has not ended, and to what it started."""
        if connection in self.kernels:
            os.killpg(self.kernels[connection], number)

    def _close_all(self) -> None:
        """Keep nothing of the server's: a connection that a kernel holds would never seem closed."""
        for key in list(self.selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
            elif key.fileobj is not sys.stdin:
                os.close(key.fd)
        self.selector.close()


def receive(connection: socket.socket, *flags: int) -> dict[str, Any] | None:
    """Receive a message, or None where the other end has closed the connection."""
    try:
        received = connection.recv(LONGEST, *flags)
    except ConnectionError:
        return None
    return json.loads(received) if received else None


def send(connection: socket.socket, message: Mapping[str, Any]) -> None:
    """Send a message."""
    connection.send(json.dumps(message).encode())


def be_kernel(argv: list[str], cwd: str, env: Mapping[str, str]) -> None:
    """Be the kernel that `argv`, the arguments of ipykernel, asks for, as if started in `cwd` with `env`."""
    os.setpgid(0, 0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    _limit_memory(int(env.get(MEMORY) or 0))

    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    random.seed()
    np.random.seed()  # noqa: NPY002  its state is what a notebook would share with every other
    # Its own watch over its parent, which is this process's now.
    IPKernelApp.launch_instance(argv=[*argv, f"--IPKernelApp.parent_handle={os.getppid()}"])


def _limit_memory(megabytes: int) -> None:
    """Have whatever takes more fail with a MemoryError, rather than take the machine's; 0 is no limit."""
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = megabytes * 1_000_000
    if megabytes and (most == resource.RLIM_INFINITY or wanted < most):
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, most))


if __name__ == "__main__":
    main()
