"""Notebooks that misbehave cost their own papers, and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest
from papers.small_notebook import code

from faults.batches import Batches, contents, make_home, put_notebook, small_cells, torn

pytestmark = pytest.mark.faults

STUDY = "rereferrals"
NOTEBOOK = "rereferrals_and_neighbours.ipynb"
RAISES = 'raise ValueError("no such thing")'
NEVER_ENDS = "while True: pass"
IGNORES = """
while True:
    try:
        while True: pass
    except KeyboardInterrupt:
        continue
"""
EATS = """
import resource
resource.setrlimit(resource.RLIMIT_DATA, (1_500_000_000, resource.getrlimit(resource.RLIMIT_DATA)[1]))
eaten = []
while True:
    eaten.append(bytearray(50_000_000))
"""
PRINTS = 'print(("x" * 99 + "\\n") * 100_000)'
EXITS = "import os; os._exit(3)"
LEAVES = "import sys; sys.exit(3)"
KILLS = "import os; os.killpg(os.getpgrp(), 9)"
CHILDREN = 'import subprocess; subprocess.Popen(["sleep", "600"])'
CELL = 4


def ill(home: Path, cases: dict[str, str]) -> None:
    """Put a notebook that does in each area what is said there; no rehearsal is meant to meet it."""
    lines = [
        f"if area == {area!r}:\n    " + "\n    ".join(source.strip().splitlines())
        for area, source in cases.items()
    ]
    put_notebook(home, STUDY, small_cells(STUDY, code("\n".join(lines))))


@pytest.fixture
def own(batches: Batches, tmp_path: Path) -> Batches:
    """Give batches of a home whose notebooks may be changed."""
    return Batches(make_home(tmp_path / "home"), batches.out, batches.temp)


def test_each_fault_is_recorded_with_its_cause_and_its_cell_and_the_others_are_made(own: Batches) -> None:
    faults = {
        "Kent": (RAISES, "ValueError: no such thing"),
        "Leeds": (NEVER_ENDS, "it took longer than 2 seconds and was interrupted"),
        "Stockport": (IGNORES, "it took longer than 2 seconds and was interrupted"),
        "Bolton": (EATS, "MemoryError"),
        "Wigan": (EXITS, "the kernel died"),
        "Trafford": (LEAVES, "SystemExit: 3"),
        "Salford": (KILLS, "the kernel died"),
    }
    well = {"Bury": "pass", "Oldham": PRINTS, "Rochdale": CHILDREN}
    ill(own.home, {**well, **{area: source for area, (source, _) in faults.items()}})
    ended = own.run((*well, *faults), STUDY, deadline=2)
    assert ended.status == 1, ended
    assert "Traceback" not in ended.errors
    assert len(ended.output.splitlines()) == 1
    outcomes = {area: outcome for (_, area), outcome in own.outcomes().items()}
    for area, (_, cause) in faults.items():
        assert outcomes[area]["state"] == "failed"
        assert outcomes[area]["error"].startswith(f"{NOTEBOOK}, cell {CELL}: {cause}")
        assert outcomes[area]["seconds"] > 0
        assert (
            sum(f"{STUDY} for {area}: failed: {NOTEBOOK}" in line for line in ended.errors.splitlines()) == 1
        )
        assert not (own.out / area.lower()).exists()
    for area in well:
        assert outcomes[area]["state"] == "made", outcomes[area]
        assert (own.out / outcomes[area]["folder"] / "paper.html").is_file()
    assert torn(own.out) == []
    assert set(contents(own.out)) >= {f"{area.lower()}/index.html" for area in well}
    assert own.left_over() == []


@pytest.mark.parametrize(
    ("source", "state"),
    [
        (RAISES, "failed"),
        (NEVER_ENDS, "failed"),
        (EXITS, "failed"),
        (LEAVES, "failed"),
        (EATS, "failed"),
        (PRINTS, "made"),
        (CHILDREN, "made"),
    ],
    ids=["raises", "never ends", "exits", "leaves", "eats", "prints", "starts a child"],
)
def test_a_fault_in_the_first_paper_costs_no_other(own: Batches, source: str, state: str) -> None:
    # The first of each study is what the prepared process rehearses.
    ill(own.home, {"Kent": source})
    ended = own.start(("Kent", "Bury"), STUDY, deadline=2).end(patience=60)
    assert ended.status == (0 if state == "made" else 1), ended
    assert len(ended.output.splitlines()) == 1, ended.output[:200]
    assert len(ended.errors.splitlines()) == 2, ended.errors[-2000:]
    states = {area: outcome["state"] for (_, area), outcome in own.outcomes().items()}
    assert states == {"Kent": state, "Bury": "made"}
    assert torn(own.out) == []
    assert own.left_over() == []


def test_a_paper_whose_worker_always_dies_is_given_up_and_its_neighbours_are_made(own: Batches) -> None:
    kills = """
import os, psutil
for worker in psutil.Process(os.getppid()).parent().children():
    if "spawn_main" in " ".join(worker.cmdline()):
        worker.kill()
"""
    slow = "import time; time.sleep(2)"
    ill(own.home, {"Bury": slow, "Kent": kills, "Leeds": slow, "Wigan": slow})
    ended = own.run(("Bury", "Kent", "Leeds", "Wigan"), STUDY)
    assert ended.status == 1, ended
    outcomes = {area: outcome for (_, area), outcome in own.outcomes().items()}
    assert outcomes["Kent"]["error"] == "the process that made it died, 3 times"
    assert [outcomes[area]["state"] for area in ("Bury", "Leeds", "Wigan")] == ["made"] * 3
    assert torn(own.out) == []
    assert own.left_over() == []
