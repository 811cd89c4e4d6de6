"""Folders that cannot be written, or not to the end."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from faults.batches import AREAS, Batches, Started, command, contents, differences, torn, until

pytestmark = pytest.mark.faults

Mount = Callable[..., None]
FIRST, REST = AREAS[:2], AREAS[2:]
NEW = ("Oldham",)


@pytest.fixture
def small(batches: Batches) -> Iterator[tuple[Batches, Mount]]:
    """Give batches into a small file system, and what mounts it again with other options."""
    place = batches.out.with_name("disk")
    place.mkdir()

    def mount(options: str, *more: str) -> None:
        subprocess.run(["mount", *more, "-o", options, str(place)], check=True, capture_output=True)

    try:
        mount("size=4m", "-t", "tmpfs", "tmpfs")
    except (OSError, subprocess.CalledProcessError) as refused:
        pytest.skip(f"a small file system cannot be mounted here: {refused}")
    try:
        yield replace(batches, out=place / "out"), mount
    finally:
        batches.kill_all()
        subprocess.run(["umount", str(place)], check=True)


def fill(folder: Path, leaving: int) -> Path:
    """Fill a file system but for so many bytes."""
    ballast = folder / "ballast"
    ballast.write_bytes(b"\0" * max(0, shutil.disk_usage(folder).free - leaving))
    return ballast


def prepares(started: Started) -> bool:
    """Say whether a batch starts the process that forks kernels before it ends."""

    def seen() -> bool:
        return any("analytics.kernels.prepared" in command(one) for one in children(started))

    until(lambda: seen() or started.process.poll() is not None, pause=0.01)
    return started.process.poll() is None


def children(started: Started) -> list[psutil.Process]:
    try:
        return psutil.Process(started.process.pid).children()
    except psutil.NoSuchProcess:
        return []


def test_a_disk_that_fills_stops_the_batch_and_leaves_whole_papers(
    small: tuple[Batches, Mount], undisturbed: Path
) -> None:
    batches, mount = small
    shutil.copytree(undisturbed, batches.out)
    for area in REST[:2]:
        shutil.rmtree(batches.out / area.lower())
    earlier = contents(batches.out)
    del earlier["index.html"]
    paper = sum(path.stat().st_size + 4096 for path in (batches.out / "bury").rglob("*")) // 3
    ballast = fill(batches.out.parent, leaving=3 * paper)
    ended = batches.run()
    assert ended.status == 2, ended
    assert len(ended.output.splitlines()) == 0
    assert len(ended.refused) == 1, ended
    assert ended.refused[0].startswith(f"Error: {batches.out}: there is no room in it")
    assert torn(batches.out) == []
    now = contents(batches.out)
    assert {name: now[name] for name in earlier} == earlier
    assert len(now) > len(earlier)
    assert not (batches.out / ".writing").exists()
    assert batches.left_over() == []
    mount("remount,size=20m")
    ballast.unlink()
    ended = batches.run()
    assert ended.status == 0, ended
    assert differences(batches.out, undisturbed) == []


def test_a_disk_that_is_full_is_refused_before_a_kernel_starts(
    small: tuple[Batches, Mount], undisturbed: Path
) -> None:
    batches, _ = small
    shutil.copytree(undisturbed, batches.out)
    shutil.rmtree(batches.out / "kent")
    record = (batches.out / "batch.json").read_bytes()
    earlier = contents(batches.out)
    fill(batches.out.parent, leaving=0)
    started = batches.start()
    assert not prepares(started)
    ended = started.end()
    assert ended.status == 2, ended
    assert ended.output == ""
    assert len(ended.errors.splitlines()) == 1, ended
    assert ended.errors.startswith(f"Error: {batches.out}: there is no room in it")
    assert contents(batches.out) == earlier
    assert (batches.out / "batch.json").read_bytes() == record
    assert batches.left_over() == []


def test_a_folder_that_may_only_be_read_is_refused_before_a_kernel_starts(
    small: tuple[Batches, Mount], undisturbed: Path
) -> None:
    batches, mount = small
    shutil.copytree(undisturbed, batches.out)
    earlier = contents(batches.out), (batches.out / "batch.json").read_bytes()
    mount("remount,ro")
    for out in (batches.out, batches.out.parent / "new" / "deep"):
        started = batches.start(NEW, out=out)
        assert not prepares(started)
        ended = started.end()
        assert ended.status == 2, ended
        assert ended.output == ""
        assert len(ended.errors.splitlines()) == 1, ended
        assert ended.errors.startswith("Error: ")
        assert "cannot be written (Read-only file system)" in ended.errors
        assert (contents(batches.out), (batches.out / "batch.json").read_bytes()) == earlier
        assert {path.name for path in batches.out.parent.iterdir()} == {"out"}
        assert batches.left_over() == []


def test_a_file_in_the_place_of_the_folder_is_refused_before_a_kernel_starts(batches: Batches) -> None:
    batches.out.write_text("a file")
    for out in (batches.out, batches.out / "deep"):
        started = batches.start(NEW, out=out)
        assert not prepares(started)
        ended = started.end()
        assert ended.status == 2, ended
        assert ended.output == ""
        assert len(ended.errors.splitlines()) == 1, ended
        assert ended.errors.startswith(f"Error: {batches.out}")
        assert "this cannot be written" in ended.errors
        assert batches.out.read_text() == "a file"
        assert batches.left_over() == []


def test_a_file_in_the_place_of_an_area_s_folder_is_named(batches: Batches) -> None:
    batches.out.mkdir()
    (batches.out / "kent").write_text("a file")
    ended = batches.run(FIRST, "rereferrals")
    assert ended.status == 2, ended
    assert len(ended.refused) == 1, ended
    assert ended.refused[0].startswith(f"Error: {batches.out / 'kent'}: this cannot be written")
    assert (batches.out / "kent").read_text() == "a file"
    assert torn(batches.out) == []
    assert not (batches.out / ".writing").exists()
    assert batches.left_over() == []
