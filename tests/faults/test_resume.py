"""What stands in a folder is believed as far as its contents say, and is not made twice."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import psutil
import pytest
from papers.small_notebook import code

from faults.batches import (
    AREAS,
    STUDIES,
    Batches,
    Ended,
    Started,
    command,
    contents,
    differences,
    put_notebook,
    small_cells,
    torn,
    until,
)

pytestmark = pytest.mark.faults

Times = dict[str, int]


@pytest.fixture
def held(batches: Batches, undisturbed: Path) -> Batches:
    """Give batches into a folder where every paper stands already."""
    shutil.copytree(undisturbed, batches.out)
    return batches


@pytest.fixture
def changing(held: Batches, home: Path, tmp_path: Path) -> Batches:
    """Give the same with a home of their own."""
    return replace(held, home=Path(shutil.copytree(home, tmp_path / "home")))


def times(out: Path) -> Times:
    """Map every file of a paper to the time at which it was written."""
    papers = (path for path in out.glob("*/*/**/*") if path.is_file())
    return {path.relative_to(out).as_posix(): path.stat().st_mtime_ns for path in papers}


def made(batches: Batches) -> set[str]:
    """Name the folders of the papers that the last batch made; it failed at none."""
    assert batches.states() <= {"made", "unchanged"}
    return {one["folder"] for one in batches.outcomes().values() if one["state"] == "made"}


def rewrite(path: Path, change: Callable[[dict], object]) -> None:
    """Change what a file of JSON says."""
    record = json.loads(path.read_bytes())
    change(record)
    path.write_text(json.dumps(record), encoding="utf-8")


def halve(path: Path) -> None:
    """Cut a file in the middle."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_paper_that_is_not_whole_is_made_again_and_no_other(held: Batches, undisturbed: Path) -> None:
    faults: dict[str, Callable[[Path], object]] = {
        "bury/caseloads-2025": lambda place: halve(place / "paper.json"),
        "bury/rereferrals-2025": lambda place: (place / "paper.json").write_bytes(b"\xff\0not JSON"),
        "kent/caseloads-2025": lambda place: (place / "paper.json").write_bytes(b""),
        "kent/rereferrals-2025": lambda place: (place / "paper.json").unlink(),
        "kent/workforce-2025": lambda place: rewrite(
            place / "paper.json", lambda it: it.update(key="0" * 64)
        ),
        "leeds/caseloads-2025": lambda place: rewrite(place / "paper.json", lambda it: it["files"].clear()),
        "leeds/rereferrals-2025": lambda place: halve(place / "paper.html"),
        "leeds/workforce-2025": lambda place: (place / "paper.html").unlink(),
        "wigan/caseloads-2025": lambda place: shutil.rmtree(place / "tables"),
        "wigan/rereferrals-2025": lambda place: flip(place / "tables" / "trend.csv"),
        "wigan/workforce-2025": lambda place: flip(place / "notebook.ipynb"),
        "bolton/workforce-2025": lambda place: rewrite(
            place / "paper.json", lambda it: it["files"].pop("tables/trend.csv")
        ),
        "bolton/caseloads-2025": lambda place: (place / "paper.json").write_text("[" * 100_000),
        "bolton/rereferrals-2025": shutil.rmtree,
    }
    before = times(held.out)
    for folder, harm in faults.items():
        harm(held.out / folder)
    ended = held.run()
    assert ended.status == 0, ended
    assert made(held) == set(faults)
    after = times(held.out)
    spared = {name for name in before if not any(name.startswith(f"{folder}/") for folder in faults)}
    assert {name: after[name] for name in spared} == {name: before[name] for name in spared}
    assert len(spared) >= 20
    assert differences(held.out, undisturbed) == []
    assert held.left_over() == []


@pytest.mark.parametrize("year", [1970, 2100])
def test_the_clock_decides_nothing(changing: Batches, undisturbed: Path, year: int) -> None:
    moment = datetime(year, 1, 2).timestamp()
    for folder in (changing.out, changing.home):
        for path in folder.rglob("*"):
            os.utime(path, (moment, moment))
    ended = changing.run()
    assert ended.status == 0, ended
    assert changing.states() == {"unchanged"}
    assert set(times(changing.out).values()) == {int(moment) * 10**9}
    assert differences(changing.out, undisturbed) == []


@pytest.mark.parametrize("content", [b"", b'{"papers": [', b"\xff\0", b"[]"])
def test_a_record_of_the_last_batch_that_is_corrupt_is_replaced(held: Batches, content: bytes) -> None:
    (held.out / "batch.json").write_bytes(content)
    ended = held.run()
    assert ended.status == 0, ended
    assert held.states() == {"unchanged"}
    assert len(held.outcomes()) == 18


@pytest.mark.parametrize("whole", [False, True], ids=["cleared", "finished"])
def test_what_a_killed_writer_left_is_finished_where_it_was_whole_and_cleared_where_not(
    held: Batches, undisturbed: Path, whole: bool
) -> None:
    paper, work = held.out / "bury" / "caseloads-2025", held.out / ".writing"
    work.mkdir()
    (work / "target").write_text("bury/caseloads-2025")
    shutil.copytree(paper, work / "new")
    if whole:
        paper.rename(work / "old")
    else:
        (work / "new" / "paper.html").write_text("half a")
    ended = held.run()
    assert ended.status == 0, ended
    assert differences(held.out, undisturbed) == []
    assert not work.exists()
    if not whole:
        assert held.states() == {"unchanged"}


def test_a_changed_figure_makes_every_paper_anew(changing: Batches) -> None:
    path = changing.home / "data" / "processed" / "figures.parquet"
    figures = pd.read_parquet(path)
    place = figures["value"].first_valid_index()
    figures.loc[place, "value"] += 1
    figures.to_parquet(path)
    ended = changing.run(AREAS[:2])
    assert ended.status == 0, ended
    assert made(changing) == {
        f"{area}/{study}-2025" for area in ("bury", "kent") for study in (*STUDIES, "workforce")
    }
    assert torn(changing.out) == []


def test_a_changed_notebook_makes_the_papers_of_its_study_anew(changing: Batches) -> None:
    put_notebook(changing.home, "caseloads", small_cells("caseloads", code('"another value"')))
    before = times(changing.out)
    ended = changing.run(AREAS[:3])
    assert ended.status == 0, ended
    assert made(changing) == {f"{area}/caseloads-2025" for area in ("bury", "kent", "leeds")}
    after = times(changing.out)
    assert {name.split("/")[1] for name in before if after.get(name) != before[name]} == {"caseloads-2025"}
    assert b"another value" in (changing.out / "bury/caseloads-2025/notebook.ipynb").read_bytes()


@pytest.mark.parametrize("second", [AREAS, AREAS[2:]], ids=["the same areas", "overlapping areas"])
def test_two_batches_into_one_folder_end_as_one(
    held: Batches, undisturbed: Path, second: tuple[str, ...]
) -> None:
    for area in AREAS[1:5]:
        shutil.rmtree(held.out / area.lower())
    started = [held.start(AREAS if second == AREAS else AREAS[:4]), held.start(second)]
    for ended in [one.end() for one in started]:
        assert ended.status == 0, ended
    assert differences(held.out, undisturbed) == []
    assert held.states() <= {"made", "unchanged"}
    assert held.left_over() == []


def workers(started: Started) -> list[psutil.Process]:
    """Find the workers of a batch."""
    try:
        return [one for one in psutil.Process(started.process.pid).children() if "spawn_main" in command(one)]
    except psutil.NoSuchProcess:
        return []


def press(started: Started) -> Ended:
    """Press Ctrl-C, and hold the batch to ending soon and without noise."""
    os.killpg(started.process.pid, signal.SIGINT)
    ended = started.end(patience=30)
    assert ended.status == 130, ended
    assert ended.seconds < 3, f"two are allowed, and one more on a machine at work: {ended.seconds:.1f}"
    assert ended.output.startswith("Stopped. ")
    assert "Traceback" not in ended.errors, ended.errors
    assert ended.refused == []
    return ended


@pytest.mark.parametrize("moment", ["papers are made", "workers start", "libraries are imported"])
def test_ctrl_c_ends_within_two_seconds_and_the_next_batch_goes_on(
    batches: Batches, undisturbed: Path, moment: str
) -> None:
    shutil.copytree(undisturbed, batches.out)
    for area in AREAS[1:4]:
        shutil.rmtree(batches.out / area.lower())
    missing = set(contents(undisturbed)) - set(contents(batches.out))
    started = batches.start()
    if moment == "papers are made":
        assert until(lambda: len(list(batches.out.glob("[!.]*/*/paper.json"))) > 10, pause=0.01)
    elif moment == "workers start":
        assert until(lambda: workers(started), pause=0.01)
        time.sleep(0.2)
    else:
        assert until(lambda: list(batches.temp.glob("analytics-*")), pause=0.01)
    press(started)
    assert torn(batches.out) == []
    assert set(contents(batches.out)) & missing != missing
    assert not (batches.out / ".writing").exists()
    assert batches.left_over() == []
    ended = batches.run()
    assert ended.status == 0, ended
    assert differences(batches.out, undisturbed) == []
    assert batches.left_over() == []


def test_ctrl_c_does_not_wait_for_what_is_fitted_on_all_authorities(changing: Batches) -> None:
    slow = 'from pathlib import Path; Path("begun").touch(); import time; time.sleep(60)'
    put_notebook(changing.home, "caseloads", small_cells("caseloads", code(slow)))
    started = changing.start(AREAS[:1])
    assert until(lambda: list(changing.temp.parent.rglob("begun")) or list(changing.home.rglob("begun")))
    press(started)
    assert changing.states() == {"waiting", "unchanged"}
    assert changing.left_over() == []
