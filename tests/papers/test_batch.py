"""Batches of small papers, by real kernels: what is made, what is not made again, what is said."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from analytics.cli import NOTEBOOKS, app
from analytics.papers import batch as batches
from analytics.papers.batch import Batch, Job, Outcome, make_all
from analytics.papers.keys import held_papers, inputs_sha256, paper_key
from analytics.papers.workers import cluster, local_workers
from papers.small_home import make_home, write_small


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ANALYTICS_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return make_home(tmp_path)


def job(area: str, study: str = "caseloads", *formats: str, **parameters: Any) -> Job:
    values = {"area": area, "year": None, "neighbour_model": "2025", "measure": "rereferrals"}
    values |= {"title": "", "contact_officer": "", **parameters}
    return Job(study, area, NOTEBOOKS[study], values, formats or ("html",), 60)


@contextmanager
def threads(_: Sequence[Any] = ()) -> Iterator[tuple[Executor, int]]:
    with ThreadPoolExecutor(2) as executor:
        yield executor, 2


def make(*jobs: Job, out: str = "reports", workers: Any = threads) -> Batch:
    # papermill changes the folder of the process, and threads of one do not put it back.
    return make_all(jobs, Path(os.environ["ANALYTICS_HOME"], out), workers)


def states(batch: Batch) -> list[str]:
    return [outcome.state for outcome in batch.outcomes]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["batch", *arguments])


def test_papers_are_made_once_and_recorded(home: Path) -> None:
    jobs = [job("Bury"), job("Leeds"), job("Bury", "workforce")]
    first = make(*jobs)
    assert states(first) == ["made"] * 3
    pages = sorted(
        path.relative_to(home / "reports").as_posix() for path in (home / "reports").glob("*/*/*.html")
    )
    assert pages == [
        f"{name}-2025/paper.html" for name in ("bury/caseloads", "bury/workforce", "leeds/caseloads")
    ]
    assert 'href="leeds/index.html"' in (home / "reports" / "index.html").read_text("utf-8")
    record = json.loads((home / "reports" / "batch.json").read_bytes())
    assert [paper["folder"] for paper in record["papers"]] == [
        "bury/caseloads-2025", "leeds/caseloads-2025", "bury/workforce-2025",
    ]  # fmt: skip
    assert all(paper["seconds"] > 0 for paper in record["papers"])
    again = make(*jobs)
    assert states(again) == ["unchanged"] * 3
    assert [outcome.folder for outcome in again.outcomes] == [outcome.folder for outcome in first.outcomes]


def test_one_that_fails_is_recorded_with_its_cell_and_the_others_are_made(home: Path) -> None:
    shown: list[Outcome] = []
    jobs = [job("Bury"), job("Kent"), job("Rutland"), job("Leeds")]
    batch = make_all(jobs, home / "reports", threads, shown.append)
    assert states(batch) == ["made", "failed", "failed", "made"]
    name = NOTEBOOKS["caseloads"]
    assert batch.outcomes[1].error == f"{name}, cell 3: ValueError: nothing is known of Kent"
    assert batch.outcomes[2].error == f"{name}, cell 3: the kernel died, often for lack of memory"
    assert {outcome.area for outcome in shown} == {"Bury", "Kent", "Rutland", "Leeds"}
    assert not (home / "reports" / "kent").exists()
    record = json.loads((home / "reports" / "batch.json").read_bytes())["papers"]
    assert [(paper["state"], paper["error"]) for paper in record] == [
        (outcome.state, outcome.error) for outcome in batch.outcomes
    ]


def changed_notebook(home: Path) -> None:
    write_small(home, "caseloads", "# another\n")


def changed_figures(home: Path) -> None:
    path = home / "data" / "processed" / "figures.parquet"
    path.write_bytes(path.read_bytes() + b" ")


def changed_evidence(home: Path) -> None:
    (home / "data" / "raw" / "evidence" / "bury.csv").write_text("a figure")


@pytest.mark.parametrize("change", [changed_notebook, changed_figures, changed_evidence])
def test_what_a_paper_is_made_from_is_in_its_key(home: Path, change: Callable[[Path], None]) -> None:
    one = job("Bury")
    before = paper_key(inputs_sha256(one.path), one.path, one.parameters)
    assert paper_key(inputs_sha256(one.path), one.path, one.parameters) == before
    change(home)
    assert paper_key(inputs_sha256(one.path), one.path, one.parameters) != before


def test_so_are_the_package_the_libraries_the_parameters_and_files_that_they_name(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from analytics.papers import keys

    one = job("Bury")
    inputs = inputs_sha256(one.path)
    plain = paper_key(inputs, one.path, one.parameters)
    assert paper_key(inputs, one.path, {**one.parameters, "year": 2024}) != plain
    (home / "notebooks" / "plan.yml").write_text("recruits: 5")
    planned = paper_key(inputs, one.path, {**one.parameters, "title": "plan.yml"})
    (home / "notebooks" / "plan.yml").write_text("recruits: 6")
    assert paper_key(inputs, one.path, {**one.parameters, "title": "plan.yml"}) != planned
    with monkeypatch.context() as patch:
        patch.setattr(keys, "package_sha256", lambda: "edited")
        assert inputs_sha256(one.path) != inputs
    try:
        with monkeypatch.context() as patch:
            patch.setattr(keys, "version", lambda name: "another" if name == "matplotlib" else "as it was")
            keys._libraries.cache_clear()
            other = inputs_sha256(one.path)
            patch.setattr(keys, "version", lambda name: "as it was")
            keys._libraries.cache_clear()
            assert inputs_sha256(one.path) != other
    finally:
        keys._libraries.cache_clear()


def test_another_format_is_made_and_one_that_is_there_is_not(home: Path) -> None:
    assert states(make(job("Bury", "caseloads", "html", "docx"))) == ["made"]
    assert states(make(job("Bury"))) == ["unchanged"]
    assert states(make(job("Bury", "caseloads", "pdf"))) == ["made"]


def test_a_paper_of_other_figures_than_are_here_is_not_kept(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = iter(["those that are here"])
    monkeypatch.setattr(batches, "_keys", lambda jobs: [next(keys) for _ in jobs])
    batch = make(job("Bury"))
    assert states(batch) == ["failed"]
    assert batch.outcomes[0].error == batches.OTHERWISE
    assert not (home / "reports" / "bury").exists()


def dies(one: Job) -> Any:
    os._exit(1)


@pytest.mark.skipif(sys.platform == "win32", reason="the worker is killed as Linux does it")
def test_a_paper_whose_worker_dies_each_time_fails_and_the_others_are_made(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[int] = []

    @contextmanager
    def broken(_: Sequence[Any]) -> Iterator[tuple[Executor, int]]:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        begun.append(1)
        # Forked: a worker that was to import everything, only to die, would take two seconds each time.
        with ProcessPoolExecutor(1, mp_context=get_context("fork")) as executor:
            yield executor, 1

    monkeypatch.setattr(batches, "make_job", dies)
    batch = make(job("Bury"), workers=broken)
    assert states(batch) == ["failed"]
    assert batch.outcomes[0].error == "the process that made it died, 3 times"
    assert len(begun) == 3


def test_processes_of_this_machine_make_the_same(home: Path) -> None:
    jobs = [job("Bury"), job("Kent"), job("Leeds")]
    assert states(make(*jobs, out="here")) == ["made", "failed", "made"]
    assert states(make(*jobs, out="there", workers=local_workers(2))) == ["made", "failed", "made"]
    for path in (home / "here").rglob("*.*"):
        if path.is_file() and path.name not in ("batch.json", ".lock"):
            assert path.read_bytes() == (home / "there" / path.relative_to(home / "here")).read_bytes()


def test_so_do_the_workers_of_a_dask_cluster(home: Path) -> None:
    from distributed import LocalCluster

    jobs = [job("Bury"), job("Kent"), job("Leeds")]
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as there:
        batch = make(*jobs, workers=cluster(there.scheduler_address))
    assert states(batch) == ["made", "failed", "made"]
    assert len(held_papers(home / "reports", ["html"])) == 2


def test_the_command_says_what_became_of_each(home: Path) -> None:
    (home / "areas.txt").write_text("\ufeffbury\n\n  Kent \nE08000002\n", encoding="utf-8")
    result = run("--areas", "areas.txt", "--study", "caseloads", "--format", "html")
    assert result.exit_code == 1, result.output
    said = "2 papers: 1 made, 1 failed. See reports/batch.json and reports/index.html.\n"
    assert result.stdout == said.replace("reports/", str(Path("reports")) + os.sep)
    lines = result.stderr.splitlines()
    assert any("caseloads for Bury: made in" in line for line in lines)
    assert any("caseloads for Kent: failed:" in line and "nothing is known of Kent" in line for line in lines)
    again = run("--areas", "areas.txt", "--study", "caseloads", "--format", "html")
    assert again.exit_code == 1
    assert again.stdout.startswith("2 papers: 1 unchanged, 1 failed.")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "which areas? Give one of --all, --region REGION and --areas FILE."),
        (["--all", "--region", "London"], "which areas?"),
        (
            ["--region", "Lancashire"],
            "region 'Lancashire': there is none of that name. Choose one of: North East;",
        ),
        (["--areas", "none.txt"], "none.txt: this file of areas cannot be read (No such file or directory)"),
        (["--areas", "latin.txt"], "latin.txt: this file of areas cannot be read (it is not UTF-8)"),
        (["--areas", "empty.txt"], "empty.txt: this file names no area"),
        (["--areas", "typo.txt"], "area 'Burry'"),
        (["--all", "--study", "x"], "study 'x'"),
        (["--all", "--format", "gif"], "format 'gif'"),
        (["--all", "-p", "titel=x"], "Nearest: title"),
    ],
)
def test_what_cannot_be_is_refused_before_any_work(home: Path, arguments: list[str], message: str) -> None:
    (home / "latin.txt").write_bytes(b"C\xf4te")
    (home / "empty.txt").write_text("\n \n")
    (home / "typo.txt").write_text("Bury\nBurry\n")
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not (home / "reports").exists()


def test_a_region_and_all_england_are_the_authorities_of_today() -> None:
    from analytics.cli.choosing import read_areas

    assert len(read_areas(True, None, None)) == 153
    north_west = read_areas(False, "north west", None)
    assert len(north_west) == 24
    assert {"Bury", "Cumberland"} < set(north_west)
    assert "Cumbria" not in north_west
