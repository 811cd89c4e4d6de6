"""Forked kernels, as Jupyter's own clients meet them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.kernelspec import get_kernel_spec
from jupyter_client.manager import KernelManager

from analytics.kernels import forks
from analytics.kernels.prepared import MEMORY, send

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux alone")


class Client:
    """A kernel and a client of it."""

    def __init__(self, manager: KernelManager) -> None:
        self.manager = manager
        self.client = manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    @property
    def process(self) -> Any:
        return self.manager.provisioner.process

    def run(self, code: str) -> tuple[str, dict[str, Any]]:
        """Execute code; give what it printed or showed, and the content of the reply."""
        shown: list[str] = []

        def keep(message: dict[str, Any]) -> None:
            content = message["content"]
            shown.append(content.get("text", "") + " ".join(content.get("data", {})))

        reply = self.client.execute_interactive(code, output_hook=keep, timeout=60)
        return "".join(shown).strip(), reply["content"]


@contextmanager
def kernel(**started: Any) -> Iterator[Client]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        manager = KernelManager(kernel_name="analytics", connection_file=f"{folder}/k.json", transport="ipc")
        manager.start_kernel(**started)
        try:
            client = Client(manager)
            yield client
            client.client.stop_channels()
        finally:
            manager.shutdown_kernel(now=True)


def until(true: Callable[[], object], seconds: float = 10) -> bool:
    """Wait for something to be true."""
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(true())


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def state(pid: int) -> object:
    """Tell of a process what explains that it is still there."""
    if not psutil.pid_exists(pid):
        return None
    process = psutil.Process(pid)
    return [process.status(), process.cmdline(), process.parents(), process.children(), process.open_files()]


@pytest.fixture(scope="module")
def one() -> Iterator[Client]:
    with kernel() as client:
        yield client


def test_the_kernel_is_installed_with_the_package() -> None:
    spec = get_kernel_spec("analytics")
    assert spec.metadata["kernel_provisioner"]["provisioner_name"] == "analytics-fork"
    assert spec.metadata["supported_encryption"] == "curve"


def test_a_kernel_has_the_libraries_and_the_figures_at_once(one: Client) -> None:
    printed, _ = one.run("""
import sys
held = {"pandas", "matplotlib", "analytics.studies.workforce", "analytics.charts"} <= set(sys.modules)
import analytics.figures
print(held, analytics.figures._held.cache_info().currsize)
""")
    assert printed == "True 1"


def test_it_is_forked_from_one_process_without_threads(one: Client) -> None:
    child = psutil.Process(one.process.pid)
    parent = child.parent()
    assert parent.cmdline()[-2] == "analytics.kernels.prepared"
    assert parent.num_threads() == 1
    with kernel() as another:
        assert psutil.Process(another.process.pid).ppid() == parent.pid
        assert another.process.pid != child.pid


def test_kernels_come_from_the_process_that_was_started_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forks, "_current", [])
    prepared = forks.start_prepared()
    assert prepared is not None
    with kernel() as one:
        assert psutil.Process(one.process.pid).ppid() == prepared.process.pid
    monkeypatch.setattr(forks, "_current", [])
    monkeypatch.setenv(forks.SHARED, prepared.shared)
    with kernel() as one:
        assert psutil.Process(one.process.pid).ppid() == prepared.process.pid
    assert not forks._current


def test_two_kernels_share_no_variable_and_no_chance(tmp_path: Path) -> None:
    chance = "import random, numpy, uuid; print(random.random(), numpy.random.rand(), uuid.uuid4())"
    with kernel() as first, kernel() as second:
        first.run("mine = 1")
        assert second.run("mine")[1]["ename"] == "NameError"
        assert not set(first.run(chance)[0].split()) & set(second.run(chance)[0].split())


def test_a_kernel_is_where_and_in_what_environment_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forks, "_current", [])
    monkeypatch.setenv("BEFORE", "somebody")
    assert forks.start_prepared() is not None
    # What the prepared process was started with is not the kernel's.
    env = {name: value for name, value in os.environ.items() if name != "BEFORE"} | {"WHO": "Ŵyn"}
    with kernel(cwd=str(tmp_path), env=env) as one:
        asks = "import os; get = os.environ.get\n"
        asks += "print(os.getcwd(), get('WHO'), get('BEFORE'), os.read(0, 1))"
        printed, _ = one.run(asks)
        assert printed == f"{tmp_path} Ŵyn None b''"
        assert one.run("open('here.txt', 'w').close()")[1]["status"] == "ok"
    assert (tmp_path / "here.txt").is_file()


def test_charts_of_pyplot_are_shown_as_usual(one: Client) -> None:
    shown, _ = one.run("import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()")
    assert "image/png" in shown


def test_what_was_registered_to_run_at_exit_runs(tmp_path: Path) -> None:
    with kernel(cwd=str(tmp_path)) as one:
        one.run("import atexit; atexit.register(lambda: open('left', 'w').close())")
        one.manager.shutdown_kernel()
    assert (tmp_path / "left").is_file()


def test_an_interrupt_reaches_the_cell_and_the_kernel_lives_on() -> None:
    with kernel() as one:
        asked = one.client.execute("import time; print('begun', flush=True); time.sleep(60)")
        while one.client.get_iopub_msg(timeout=10)["msg_type"] != "stream":
            pass
        one.manager.interrupt_kernel()
        reply = one.client.get_shell_msg(timeout=10)
        assert (reply["parent_header"]["msg_id"], reply["content"]["ename"]) == (asked, "KeyboardInterrupt")
        # What is sent just after an error is given up with it.
        assert until(lambda: one.run("print(1 + 1)")[0] == "2")


def test_a_restart_gives_a_new_kernel() -> None:
    with kernel() as one:
        first = one.process.pid
        one.run("mine = 1")
        one.manager.restart_kernel(now=True)
        one.client.wait_for_ready(timeout=60)
        assert one.run("mine")[1]["ename"] == "NameError"
        assert one.process.pid != first
        assert gone(first)


@pytest.mark.parametrize(
    ("code", "status"), [("import os; os._exit(7)", 7), ("import os; os.kill(os.getpid(), 9)", -9)]
)
def test_a_kernel_that_ends_is_reported_with_its_status(code: str, status: int) -> None:
    with kernel() as one:
        one.client.execute(code)
        assert until(lambda: not one.manager.is_alive())
        assert one.process.poll() == status


def test_a_kernel_that_eats_memory_gets_an_error() -> None:
    with kernel(env={**os.environ, MEMORY: "2000"}) as one:
        reply = one.run("eaten = bytearray(3_000_000_000)")[1]
        assert reply["ename"] == "MemoryError"
        assert one.run("print(1 + 1)")[0] == "2"


def test_a_kernel_ends_with_the_process_that_asked_for_it() -> None:
    code = """
import sys, tempfile, time
from jupyter_client.manager import KernelManager
file = tempfile.mkdtemp() + "/k.json"
manager = KernelManager(kernel_name="analytics", connection_file=file, transport="ipc")
manager.start_kernel()
print(manager.provisioner.process.pid, flush=True)
time.sleep(600)
"""
    asker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert asker.stdout is not None
    pid = int(asker.stdout.readline())
    server = psutil.Process(pid).ppid()
    address = Path(socket_of(server)).parent
    assert address.stat().st_mode & 0o777 == 0o700
    asker.kill()
    assert until(lambda: gone(pid) and gone(server)), [state(pid), state(server)]
    assert not address.exists()


def test_whoever_asks_and_does_not_wait_harms_no_other() -> None:
    with kernel() as one:
        server = psutil.Process(one.process.pid).ppid()
        before = len(psutil.Process(server).children())
        for _ in range(20):
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as hasty:
                hasty.connect(socket_of(server))
                send(hasty, {"argv": [], "cwd": "/", "env": {}})
        assert one.run("print(1 + 1)")[0] == "2"
        assert until(lambda: len(psutil.Process(server).children()) == before)


def socket_of(pid: int) -> str:
    return next(one.laddr for one in psutil.Process(pid).net_connections("unix") if one.laddr)


def test_a_kernel_ends_with_the_prepared_process_and_the_next_has_another() -> None:
    with kernel() as one, kernel() as second:
        pids, server = {one.process.pid, second.process.pid}, psutil.Process(one.process.pid).ppid()
        # One that cannot notice holds nothing by which the other would seem alive.
        os.kill(second.process.pid, signal.SIGSTOP)
        os.kill(server, signal.SIGKILL)
        assert until(lambda: not one.manager.is_alive())
        os.kill(second.process.pid, signal.SIGCONT)
        assert until(lambda: all(map(gone, pids)))
    with kernel() as another:
        assert psutil.Process(another.process.pid).ppid() != server
        assert another.run("print(1 + 1)")[0] == "2"


def test_code_that_has_changed_is_not_forked_from_before(monkeypatch: pytest.MonkeyPatch) -> None:
    with kernel() as one:
        monkeypatch.setattr(forks, "package_sha256", lambda: "changed")
        with kernel() as another:
            assert psutil.Process(another.process.pid).ppid() != psutil.Process(one.process.pid).ppid()
        assert one.run("print(1 + 1)")[0] == "2"


def test_where_kernels_cannot_be_forked_ordinary_ones_are_and_it_is_said_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(forks.ORDINARY, "1")
    forks._say_once.cache_clear()
    for _ in range(2):
        with kernel() as one:
            assert isinstance(one.process, subprocess.Popen)
            assert one.run("print(1 + 1)")[0] == "2"
    assert [record.message.split(":")[0] for record in caplog.records if "kernels" in record.name] == [
        "Kernels cannot be forked here"
    ]


def test_a_prepared_process_that_cannot_start_gives_way_to_ordinary_kernels(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(forks, "COMMAND", (sys.executable, "-c", "raise SystemExit('broken')"))
    monkeypatch.setattr(forks, "_current", [])
    forks._say_once.cache_clear()
    with kernel() as one:
        assert one.run("print(1 + 1)")[0] == "2"
    assert "does not start" in caplog.text
