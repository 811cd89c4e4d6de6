"""Whatever is killed at whatever moment: run again, a batch ends as if nothing had been."""

from __future__ import annotations

import logging
import os
import random
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import psutil
import pytest
from papers.small_notebook import code

from faults.batches import AREAS, Batches, command, differences, put_notebook, small_cells, torn, until

pytestmark = pytest.mark.faults

log = logging.getLogger(__name__)

KILLS = 26
TURN = ("kernel", "prepared", "kernel", "worker", "kernel", "batch")


@pytest.mark.parametrize("place", range(2))
def test_a_batch_that_is_killed_over_and_over_ends_as_if_nothing_had_been(
    batches: Batches, undisturbed: Path, place: int
) -> None:
    seed = f"{os.environ.get('FAULTS_SEED', time.time_ns())}-{place}"
    log.warning("FAULTS_SEED=%s", seed.partition("-")[0])
    chance, turn = random.Random(seed), cycle(TURN[place * 3 :] + TURN[: place * 3])
    killed: Counter[str] = Counter()
    begin(batches, undisturbed)
    while killed.total() < KILLS:
        started = batches.start()
        now = disturb(batches, started.process, chance, turn, KILLS - killed.total())
        ended = started.end()
        killed += now
        log.warning("%s were killed, and it ended with %s", dict(now), ended)
        assert ended.status == -9 if now["batch"] else ended.status in {0, 1}
        assert ended.refused == [] or now["batch"] or now["prepared"]
        assert torn(batches.out) == []
        if now["prepared"] and now["batch"]:  # nobody was left to remove their folder
            assert until(lambda: not batches.processes(), seconds=10)
            for left in batches.temp.iterdir():
                shutil.rmtree(left)
        assert batches.left_over() == []
        if ended.status == 0:
            assert differences(batches.out, undisturbed) == []
            begin(batches, undisturbed)
    ended = batches.run()
    assert ended.status == 0, ended
    assert ended.refused == []
    assert differences(batches.out, undisturbed) == []
    assert torn(batches.out) == []
    assert batches.left_over() == []
    assert killed.total() == KILLS


@pytest.mark.parametrize("kind", ["worker", "prepared", "batch"])
def test_what_is_killed_takes_its_own_along(batches: Batches, home: Path, tmp_path: Path, kind: str) -> None:
    own = replace(batches, home=Path(shutil.copytree(home, tmp_path / "home")))
    slow = 'if area != "Bury":\n    import time; time.sleep(300)'  # that of Bury is rehearsed
    put_notebook(own.home, "rereferrals", small_cells("rereferrals", code(slow)))
    started = own.start(AREAS[:5], "rereferrals")
    assert until(lambda: (own.out / "bury").exists() and len(find(started.process, "kernel")) == 2)
    kernels = find(started.process, "kernel")
    find(started.process, kind)[0].kill()
    assert until(lambda: not any(one.is_running() for one in kernels), seconds=5)
    if kind == "batch":
        started.end()
        assert own.left_over() == []
    else:
        assert started.process.poll() is None


def begin(batches: Batches, undisturbed: Path) -> None:
    """Begin with a folder that has half of the papers."""
    shutil.rmtree(batches.out, ignore_errors=True)
    shutil.copytree(undisturbed, batches.out)
    for area in AREAS[1:4]:
        shutil.rmtree(batches.out / area.lower())


def disturb(
    batches: Batches, process: subprocess.Popen[bytes], chance: random.Random, turn: Iterator[str], most: int
) -> Counter[str]:
    """Kill one after the other until the batch has ended, and count them."""
    killed: Counter[str] = Counter()
    until(lambda: find(process, "prepared") or process.poll() is not None)
    while process.poll() is None and killed.total() < most:
        kind = next(turn)
        time.sleep(chance.uniform(0, 1))
        if kind == "batch" and chance.random() < 0.5:
            until((batches.out / ".writing" / "new").exists, seconds=3, pause=0)
            time.sleep(chance.uniform(0, 0.005))
        until(lambda wanted=kind: find(process, wanted) or process.poll() is not None, 15, pause=0.01)
        if found := find(process, kind):
            with suppress(psutil.NoSuchProcess):
                chance.choice(found).kill()
                killed[kind] += 1
    return killed


def find(process: subprocess.Popen[bytes], kind: str) -> list[psutil.Process]:
    """Find the processes of a kind among what a batch has started."""
    try:
        batch = psutil.Process(process.pid)
        if kind == "batch":
            return [batch] if process.poll() is None else []
        if kind == "worker":
            return [one for one in batch.children() if "spawn_main" in command(one)]
        every = batch.children(recursive=True)
        prepared = [one for one in every if "analytics.kernels.prepared" in command(one)]
        kernels = [one for one in prepared if one.ppid() in {other.pid for other in prepared}]
        return kernels if kind == "kernel" else [one for one in prepared if one not in kernels]
    except psutil.NoSuchProcess:
        return []
