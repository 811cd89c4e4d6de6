"""A folder has one writer at a time, and what a writer that was killed left is finished or cleared."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from analytics import folders
from analytics.errors import InputError
from analytics.folders import folder_sha256, package_sha256, replacing, sole_writer


def put(target: Path, text: str, within: Path | None = None) -> None:
    with replacing(target, within) as folder:
        (folder / "file").write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "area" / "paper"
    put(target, "first", tmp_path)
    (target / "stale").touch()
    put(target, "second", tmp_path)
    assert names(tmp_path) == [".lock", "area/paper/file"]
    assert (target / "file").read_text() == "second"


@pytest.mark.parametrize("raised", [RuntimeError, KeyboardInterrupt])
def test_a_block_that_raises_leaves_the_folder_as_it_was(tmp_path: Path, raised: type[BaseException]) -> None:
    target = tmp_path / "area" / "paper"
    put(target, "first", tmp_path)
    with pytest.raises(raised), replacing(target, tmp_path) as folder:
        (folder / "file").write_text("half")
        raise raised
    assert names(tmp_path) == [".lock", "area/paper/file"]
    assert (target / "file").read_text() == "first"
    with pytest.raises(raised), replacing(tmp_path / "another" / "paper", tmp_path):
        raise raised
    assert not (tmp_path / "another").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("steps", range(14))
def test_a_writer_killed_at_any_moment_loses_nothing(tmp_path: Path, steps: int) -> None:
    target = tmp_path / "area" / "paper"
    put(target, "first", tmp_path)
    script = f"""
import os, pathlib, sys
from analytics.folders import replacing
left = {steps}
def counted(event, arguments):
    global left
    ours = event in ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "open")
    if ours and str(arguments[0]).startswith(sys.argv[1]):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), 9)
sys.addaudithook(counted)
with replacing(pathlib.Path(sys.argv[1], "area", "paper"), pathlib.Path(sys.argv[1])) as folder:
    (folder / "file").write_text("second")
"""
    ended = subprocess.run([sys.executable, "-c", script, str(tmp_path)]).returncode
    assert ended in (0, -signal.SIGKILL)
    with sole_writer(tmp_path):
        pass
    assert names(tmp_path) == [".lock", "area/paper/file"]
    assert (target / "file").read_text() in ("first", "second")
    assert ended or (target / "file").read_text() == "second"


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    inside: list[str] = []

    def write(name: str) -> None:
        with sole_writer(tmp_path) as work:
            assert not inside
            inside.append(name)
            (work / "file").write_text(name)
            inside.remove(name)

    writers = [threading.Thread(target=write, args=(str(number),)) for number in range(20)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert names(tmp_path) == [".lock"]


def test_a_folder_that_is_held_for_too_long_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "PATIENCE", 0.1)
    with sole_writer(tmp_path):
        code = "import sys, pathlib; from analytics import folders as f; f.PATIENCE = 0.1\n"
        code += "with f.sole_writer(pathlib.Path(sys.argv[1])): pass"
        ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True)
    assert "InputError" in ran.stderr
    assert "another program has been writing here" in ran.stderr


@pytest.mark.parametrize("kind", ["file", "folder in the way"])
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "reports"
    if kind == "file":
        place.write_text("a file, not a folder")
    else:
        (place / ".lock").mkdir(parents=True)
    with pytest.raises(InputError, match=r"reports.*: this cannot be written"), sole_writer(place):
        pass


def test_a_digest_is_of_names_and_contents_alone(tmp_path: Path) -> None:
    one = tmp_path / "one"
    (one / "deep").mkdir(parents=True)
    (one / "a").write_text("1")
    (one / "deep" / "b").write_text("2")
    two = Path(shutil.copytree(one, tmp_path / "two"))
    os.utime(two / "a", (0, 0))
    assert folder_sha256(one) == folder_sha256(two)
    (two / "deep" / "b").write_text("3")
    assert folder_sha256(one) != folder_sha256(two)
    assert folder_sha256(one, "deep") == folder_sha256(two, "deep")
    (two / "deep" / "b").rename(two / "c")
    assert folder_sha256(one, "b", "c") == folder_sha256(two, "b", "c")


def test_the_packages_digest_leaves_out_what_it_is_told() -> None:
    assert package_sha256() != package_sha256("papers")
