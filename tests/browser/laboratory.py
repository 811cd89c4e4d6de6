"""A real JupyterLab, as `analytics lab` starts it, in folders of its own; and a notebook run in Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from analytics.folders import REPOSITORY

PATIENCE = 60  # seconds, on a machine that is busy with other tests


@dataclass
class Laboratory:
    """A JupyterLab that runs: its address, the notebooks' folder, and the processes that it started."""

    address: str
    notebooks: Path
    process: subprocess.Popen[str]
    log: Path


@dataclass
class Bench:
    """A notebook open in a browser; `strangers` and `said` are kept as they come."""

    page: Page
    strangers: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def make_home(folder: Path) -> Path:
    """Make a home with the repository's notebooks and processed tables."""
    home = folder / "home"
    shutil.copytree(REPOSITORY / "notebooks", home / "notebooks")
    shutil.copytree(REPOSITORY / "data" / "processed", home / "data" / "processed")
    return home


@contextmanager
def laboratory(folder: Path) -> Iterator[Laboratory]:
    """Start JupyterLab by `analytics lab` on a port of its own, and end it with all that it started."""
    home, log = make_home(folder), folder / "log.txt"
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [
        sys.executable, "-m", "analytics", "lab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=",
    ]  # fmt: skip
    own = {
        "HOME": folder, "ANALYTICS_HOME": home, "JUPYTER_CONFIG_DIR": folder / "config",
        "JUPYTER_RUNTIME_DIR": folder / "runtime", "JUPYTERLAB_SETTINGS_DIR": folder / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": folder / "workspaces", "IPYTHONDIR": folder / "ipython",
        "PYTHONPATH": REPOSITORY,
    }  # fmt: skip
    environment = os.environ | {name: str(value) for name, value in own.items()}
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=written, stderr=written, text=True
        )
    running = Laboratory(f"http://127.0.0.1:{port}", home / "notebooks", process, log)
    try:
        _wait_for(running)
        yield running
    finally:
        _end(process)


def _wait_for(running: Laboratory) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and running.process.poll() is None:
        try:
            with urlopen(f"{running.address}/api", timeout=5):
                return
        except (URLError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not start: {running.log.read_text(encoding='utf-8')}")


def _end(process: subprocess.Popen[str]) -> None:
    """Ask the server to stop, as a person would, and end whatever of its own is left."""
    started = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    process.terminate()
    process.wait(PATIENCE)
    _, left = psutil.wait_procs(started, timeout=20)
    for one in left:
        one.kill()
    psutil.wait_procs(left, timeout=20)
    assert left == [], f"still there when JupyterLab had ended: {left}"


@contextmanager
def notebook(browser: Browser, running: Laboratory, name: str) -> Iterator[Bench]:
    """Open a notebook in Chromium and wait for its kernel."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 1000}, permissions=["clipboard-read", "clipboard-write"]
    )
    try:
        bench = Bench(context.new_page())
        _listen(context, bench, running.address)
        bench.page.goto(f"{running.address}/lab/tree/{name}?reset")
        expect(bench.page.get_by_text("Analytics | Idle")).to_be_visible(timeout=1000 * PATIENCE)
        yield bench
    finally:
        context.close()


def _listen(context: BrowserContext, bench: Bench, address: str) -> None:
    socket_address = address.replace("http", "ws", 1)

    def asked(request: Request) -> None:
        if not request.url.startswith((f"{address}/", f"{socket_address}/", "data:", f"blob:{address}/")):
            bench.strangers.append(request.url)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            bench.said.append(message.text)

    context.on("request", asked)
    bench.page.on(
        "websocket",
        lambda opened: opened.url.startswith(socket_address) or bench.strangers.append(opened.url),
    )
    bench.page.on("console", said)
    bench.page.on("pageerror", lambda error: bench.said.append(f"page error: {error.message}"))


def run_all(bench: Bench) -> None:
    """Run every cell of the notebook."""
    bench.page.get_by_role("menuitem", name="Run", exact=True).click()
    bench.page.get_by_text("Run All Cells", exact=True).click()
