"""A small raw folder and the tables made from it: made once, copied for each test."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from analytics.errors import InputError
from analytics.ingest import ingest
from sources.small_files import write_raw


@dataclass(frozen=True)
class Bench:
    """A raw folder to spoil, and the tables ingested from it before that."""

    raw: Path
    target: Path

    def tables(self) -> dict[str, pd.DataFrame]:
        return {path.stem: pd.read_parquet(path) for path in sorted(self.target.iterdir())}

    def ingest(self) -> dict[str, pd.DataFrame]:
        ingest(self.raw, self.target)
        return self.tables()

    def refusal(self) -> str:
        """Ingest what must be refused; give the message, once nothing is seen to have changed."""
        before = contents(self.target.parent)
        with pytest.raises(InputError) as refused:
            ingest(self.raw, self.target)
        assert contents(self.target.parent) == before
        return str(refused.value)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() if path.is_file() else b"" for path in folder.rglob("*")}


@pytest.fixture(scope="session")
def spotless(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("spotless")
    bench = Bench(write_raw(folder / "raw"), folder / "out" / "processed")
    ingest(bench.raw, bench.target)
    return bench


@pytest.fixture
def bench(spotless: Bench, tmp_path: Path) -> Bench:
    copy = Bench(tmp_path / "raw", tmp_path / "out" / "processed")
    shutil.copytree(spotless.raw, copy.raw)
    shutil.copytree(spotless.target, copy.target)
    return copy
