"""National fits are made once for the same figures, code and libraries, and never taken for others."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from analytics import kept as keeping
from analytics.figures import Figures
from analytics.kept import kept

Made = list[tuple[object, ...]]
Mean = Callable[..., float]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv(keeping.FOLDER, str(tmp_path / "cache"))
    keeping._folder.cache_clear()
    yield tmp_path / "cache"
    keeping._folder.cache_clear()


@pytest.fixture
def made() -> Made:
    return []


def fresh(made: Made) -> Mean:
    """Give the function as another process has it: nothing is kept in memory."""

    @kept
    def mean(figures: Figures, year: int, name: str = "") -> float:
        made.append((year, name))
        if year < 0:
            raise ValueError("no such year")
        return float(figures.table["value"].mean()) + year

    return mean


@pytest.fixture
def small(figures: Figures) -> Figures:
    return replace(figures, table=figures.table.head(100))


def test_a_fit_is_made_once_in_a_process_and_once_for_all(made: Made, small: Figures) -> None:
    first = fresh(made)
    assert first(small, 1) == first(small, 1)
    assert fresh(made)(small, 1) == first(small, 1)
    assert made == [(1, "")]


def test_other_values_are_another_fit(made: Made, small: Figures) -> None:
    for values in ((1,), (2,), (1, "a"), (1, "b")):
        fresh(made)(small, *values)
    assert len(made) == 4


def test_figures_that_differ_in_one_cell_are_others(made: Made, small: Figures) -> None:
    before = fresh(made)(small, 1)
    table = small.table.copy()
    table.loc[table.index[0], "value"] = 12345.0
    assert fresh(made)(replace(small, table=table), 1) != before
    assert fresh(made)(replace(small, table=table.iloc[::-1]), 1)
    fresh(made)(replace(small, sha256="other files, and so other earlier releases"), 1)
    fresh(made)(replace(small, areas=small.areas.head(3)), 1)
    assert len(made) == 5
    assert fresh(made)(replace(small, table=small.table.copy()), 1) == before
    assert len(made) == 5


@pytest.mark.parametrize("changed", ["package_sha256", "version"])
def test_other_code_and_other_libraries_make_another(
    made: Made, small: Figures, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    fresh(made)(small, 1)
    monkeypatch.setattr(keeping, changed, lambda *names: "another")
    keeping._code.cache_clear()
    fresh(made)(small, 1)
    monkeypatch.undo()
    keeping._code.cache_clear()
    assert len(made) == 2


def test_only_rooms_that_no_study_may_enter_are_left_out_of_the_code() -> None:
    layers = (Path(keeping.__file__).parents[1] / "pyproject.toml").read_text("utf-8")
    studies = layers.split("layers = [")[1].split('"studies"')[0]
    forbidden = layers.split('source_modules = ["analytics.studies"]')[1].split("]")[0]
    for room in keeping.ABOVE:
        assert f'"{room}"' in studies or f'"analytics.{room}"' in forbidden


def test_an_error_is_raised_each_time(made: Made, small: Figures) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="no such year"):
            fresh(made)(small, -1)
    assert len(made) == 2


@pytest.mark.parametrize("content", [b"", b"\x80\x04nonsense", b"half"])
def test_what_is_damaged_on_disk_is_made_again(
    made: Made, small: Figures, folder: Path, content: bytes
) -> None:
    before = fresh(made)(small, 1)
    (stored,) = folder.rglob("output.pkl")
    stored.write_bytes(stored.read_bytes()[:20] if content == b"half" else content)
    assert fresh(made)(small, 1) == before
    assert fresh(made)(small, 1) == before
    assert len(made) == 2


def test_where_nothing_can_be_kept_on_disk_fits_are_made_and_it_is_said(
    made: Made, small: Figures, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file, not a folder")
    assert fresh(made)(small, 1) == fresh(made)(small, 1)
    assert len(made) == 2
    assert [record.message for record in caplog.records] == [
        f"{tmp_path / 'cache'}: national fits cannot be kept here (Not a directory), and are made again."
    ]


def test_of_several_processes_one_makes_it(tmp_path: Path) -> None:
    module = tmp_path / "slow.py"
    module.write_text("""
import pathlib, sys, time
from analytics import load
from analytics.kept import kept

@kept
def slow(figures, year):
    (pathlib.Path(sys.argv[1]) / f"{time.time_ns()}.made").touch()
    time.sleep(1)
    return year

assert slow(load(), 7) == 7
""")
    asked = [subprocess.Popen([sys.executable, str(module), str(tmp_path)]) for _ in range(3)]
    assert [one.wait() for one in asked] == [0, 0, 0]
    assert len([*tmp_path.glob("*.made")]) == 1
