"""A home, a folder that nothing disturbed, and batches that leave nobody behind."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.batches import Batches, make_home


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def undisturbed(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a batch that ran from its beginning to its end: all areas, three studies."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "temp").mkdir()
    batches = Batches(home, folder / "out", folder / "temp")
    ended = batches.run()
    assert ended.status == 0, ended
    return batches.out


@pytest.fixture
def batches(home: Path) -> Iterator[Batches]:
    # The names of sockets are short.
    folder = Path(tempfile.mkdtemp(prefix="faults-"))
    (folder / "temp").mkdir()
    made = Batches(home, folder / "out", folder / "temp")
    yield made
    made.kill_all()
    shutil.rmtree(folder, ignore_errors=True)
