"""The manifest: which files the tables were made from, and where each came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from analytics.errors import InputError
from analytics.sources.files import PublishedFile
from analytics.sources.sidecar import LICENCE, read_sidecar


def list_manifest(read: Iterable[tuple[PublishedFile, int]], target: Path) -> pd.DataFrame:
    """List files with the number of rows read from each.

    The address and the day are those of the sidecar. A file without one has its publication's page, and
    the day on which it was first ingested into `target`.

    Raises:
        InputError: the manifest in place, or a sidecar, cannot be read.
    """
    first_days = _first_days(target / "manifest.parquet")
    entries = [_entry(file, rows, first_days) for file, rows in read]
    return pd.DataFrame(entries).sort_values("file", ignore_index=True)


def _entry(file: PublishedFile, rows: int, first_days: dict[str, str]) -> dict[str, object]:
    came = read_sidecar(file.path)
    known = {"address": came.address, "date": came.date} if came else {}
    return {
        "file": file.path.name,
        **asdict(file.origin),
        "licence": LICENCE,
        "sha256": file.sha256,
        "rows_read": rows,
        "date": first_days.get(file.sha256, date.today().isoformat()),
    } | known


def _first_days(path: Path) -> dict[str, str]:
    """Read from the manifest in place, if there is one, the day on which each file was first ingested."""
    if not path.exists():
        return {}
    try:
        held = pd.read_parquet(path, columns=["sha256", "date"])
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(f"{path}: this table cannot be read. Restore it, or delete it.") from error
    return dict(zip(held["sha256"], held["date"], strict=True))
