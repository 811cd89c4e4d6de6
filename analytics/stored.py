"""The processed tables as they lie in their folder: read whole, without starting threads."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.errors import InputError


def read_bytes(path: Path) -> bytes:
    """Read a table's file.

    Raises:
        InputError: it is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path) from error


def read_table(path: Path, content: bytes) -> pd.DataFrame:
    """Read a table from the bytes of `path`; no thread is started, for a process with some cannot fork.

    Raises:
        InputError: they are no table.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        rows = file.read_row_groups(range(file.num_row_groups), use_threads=False)
    except (OSError, pa.ArrowInvalid) as error:
        raise _unreadable(path) from error
    return rows.to_pandas(use_threads=False)


def _unreadable(path: Path) -> InputError:
    return InputError(
        f"{path}: this table is missing or cannot be read. "
        "Run `analytics ingest --raw DIR` with the folder of published files."
    )
