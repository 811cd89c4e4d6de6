"""Kernels from the prepared process, which is started when the first is asked for, or must be again."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from analytics.folders import folder_for_sockets, package_sha256
from analytics.kernels.prepared import REHEARSED, receive, send

ORDINARY = "ANALYTICS_ORDINARY_KERNELS"
SHARED = "ANALYTICS_PREPARED"
# Of the environment, what a process has long read when it forks.
READ_EARLY = ("PYTHON", "MPL", "OMP_", "OPENBLAS_", "MKL_", "JE_ARROW_")
PATIENCE = 300.0  # seconds
# Not frozen, as in the kernel's own command: debuggers see nothing of frozen modules.
COMMAND = (sys.executable, "-P", "-Xfrozen_modules=off", "-m", "analytics.kernels.prepared")

_log = logging.getLogger(__name__)
_starting = threading.Lock()
_current: list[Prepared] = []


class Forked:
    """A forked kernel: what `LocalProvisioner` uses of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int) -> None:
        self.connection = connection
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Give its exit status, as `Popen` has it, or None where it has not ended."""
        with suppress(BlockingIOError):
            self._end(socket.MSG_DONTWAIT)
        return self.returncode

    def wait(self) -> int | None:
        """Wait for its exit status."""
        self._end()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, and what it started."""
        if self.poll() is None:
            with suppress(ConnectionError):  # it has ended since
                send(self.connection, {"signal": int(number)})

    def _end(self, *flags: int) -> None:
        if self.returncode is None:
            # Without the prepared process, its kernels end too.
            ended = receive(self.connection, *flags) or {"exit": -signal.SIGKILL}
            self.returncode = int(ended["exit"])
            self.connection.close()


class Prepared:
    """A prepared process of our own; it ends when this object, or this process, does.

    `key` stands for all that it had read when it was started.
    """

    def __init__(self, key: str, env: Mapping[str, str]) -> None:
        folder = tempfile.mkdtemp(prefix="analytics-", dir=folder_for_sockets())
        self.key = key
        self.address = str(Path(folder) / "socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind(self.address)
            listener.listen(64)
            # Whoever connects meanwhile waits in line.
            self.process = subprocess.Popen(
                [*COMMAND, str(listener.fileno())],
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                env=env,
                start_new_session=True,
            )
        self.end = weakref.finalize(self, _end, self.process, folder)

    @property
    def shared(self) -> str:
        """Give what another process finds it by, in the variable `SHARED` of its environment."""
        return f"{self.address}#{self.key}"


def can_fork() -> bool:
    """Say whether kernels are forked here; not on macOS, whose libraries do not survive it."""
    return sys.platform == "linux" and not os.environ.get(ORDINARY)


def fork_kernel(arguments: list[str], cwd: str, env: dict[str, str]) -> tuple[Forked, Prepared | None] | None:
    """Have a kernel forked, from the process whose address this process was given or one of its own.

    Args:
        arguments: those of ipykernel.
        cwd: the kernel's folder.
        env: the kernel's environment.

    Returns:
        The kernel, and the process of our own that it is forked from; or None where an ordinary one is
        to be started, which is said once.
    """
    if not can_fork():
        _say_once("Kernels cannot be forked here: ordinary ones are used, which take seconds to start.")
        return None
    asked = {"argv": arguments, "cwd": cwd, "env": env}
    key = _key(env)
    address, _, of = os.environ.get(SHARED, "").rpartition("#")
    if of == key and (kernel := _ask(address, asked)):
        return kernel, None
    for _ in range(2):
        prepared = _own(key, env)
        if kernel := _ask(prepared.address, asked):
            return kernel, prepared
        prepared.end()
    _say_once("The process that forks kernels does not start: ordinary ones are used. It says why, above.")
    return None


def start_prepared(rehearsed: Sequence[Mapping[str, Any]] = ()) -> Prepared | None:
    """Start this process's prepared process, before the first kernel is asked for.

    Args:
        rehearsed: what it runs once before the first kernel: arguments of `prepared.rehearse`.

    Returns:
        The process; None where kernels are not forked.
    """
    if not can_fork():
        return None
    env = {**os.environ, **_spec_env()}
    return _own(_key(env), {**env, REHEARSED: json.dumps(list(rehearsed))})


def _spec_env() -> dict[str, str]:
    """Give what the kernelspec adds to the environment."""
    spec: dict[str, dict[str, str]] = json.loads(
        (Path(__file__).parent / "spec" / "kernel.json").read_bytes()
    )
    return spec["env"]


def _own(key: str, env: Mapping[str, str]) -> Prepared:
    with _starting:
        if not _current or _current[0].key != key or _current[0].process.poll() is not None:
            _current[:] = [Prepared(key, env)]
        return _current[0]


def _ask(address: str, asked: Mapping[str, object]) -> Forked | None:
    """Ask for a kernel; gives None where nobody answers."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    connection.settimeout(PATIENCE)
    try:
        connection.connect(address)
        send(connection, asked)
        answer = receive(connection)
    except OSError:
        answer = None
    if answer is None:
        connection.close()
        return None
    connection.settimeout(None)
    return Forked(connection, answer["pid"])


def _key(env: Mapping[str, str]) -> str:
    early = {name: value for name, value in sorted(env.items()) if name.startswith(READ_EARLY)}
    return hashlib.sha256(json.dumps([package_sha256(), early]).encode()).hexdigest()


def _end(process: subprocess.Popen[bytes], folder: str) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(timeout=0.2)
    except subprocess.TimeoutExpired:  # it is still preparing
        process.kill()
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)


@cache
def _say_once(words: str) -> None:
    _log.warning(words)
