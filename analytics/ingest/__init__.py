"""From the published files to `data/processed`: read, validated, recomputed, replaced whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.areas import read_register
from analytics.errors import InputError
from analytics.folders import replacing
from analytics.ingest.found import Sources, find
from analytics.ingest.manifest import list_manifest
from analytics.ingest.report import Report, describe, report_on
from analytics.recompute import recompute_rates
from analytics.sources import lait, neighbours
from analytics.sources.catalogue import Table, tables
from analytics.sources.ees import PublishedTable, no_figures, open_table, read_figures
from analytics.sources.files import PublishedFile
from analytics.sources.geography import Atlas, atlas
from analytics.sources.schemas import validate

__all__ = ["Report", "describe", "ingest", "read_release"]


@dataclass(frozen=True)
class _Read:
    """What was read: the tables by name, each file with the number of its rows, and what was left out."""

    tables: dict[str, pd.DataFrame]
    files: list[tuple[PublishedFile, int]]
    left_out: list[str]


def ingest(raw: Path, target: Path) -> Report:
    """Read the published files under `raw` and replace the folder `target` with the processed tables.

    A file is known by its columns. Earlier releases may be left out, and the table of them is then
    empty; so may the three files of the interactive tool, and its tables are then not written.

    Raises:
        InputError: a file is missing or is not as published; `target` is then as it was.
    """
    register = read_register()
    known = atlas(register)
    sources = find(raw)
    read = _read(sources, known)
    written = {"areas": register, **read.tables, "manifest": list_manifest(read.files, target)}
    validate(written, known)
    rates = recompute_rates(written["figures"], known.kinds)
    with replacing(target) as folder:
        for name, table in written.items():
            how = lait.PARQUET if name.startswith("lait") else {}
            table.to_parquet(folder / f"{name}.parquet", index=False, **how)
    return report_on(written["manifest"], rates, [*sources.passed_over, *read.left_out])


def read_release(path: Path) -> tuple[Table, int, pd.DataFrame]:
    """Read one published file: its table, its release, and its figures as `ees.read_figures` gives them.

    Raises:
        InputError: it is no table of the catalogue, or is not as published.
    """
    published = open_table(path)
    if published is None:
        known = "; ".join(table.called for table in tables().values())
        raise InputError(f"{path}: this file has the columns of no table that is read. Those are: {known}.")
    return published.table, published.release, read_figures(published, atlas(read_register()))


def _read(sources: Sources, known: Atlas) -> _Read:
    """Make tables of every source."""
    models = [neighbours.read_model(forms, model, known) for model, forms in sources.models]
    figures, earlier = (_figures(held, known) for held in (sources.newest, sources.earlier))
    held = {
        "neighbours": pd.concat(models, ignore_index=True),
        "figures": figures,
        "earlier": earlier.sort_values("release", kind="stable", ignore_index=True),
    }
    files = [(one.file, len(one.cells)) for one in (*sources.newest, *sources.earlier)]
    files += [
        (file, len(table) // len(neighbours.RANKS))
        for (_, forms), table in zip(sources.models, models, strict=True)
        for _, file in forms
    ]
    tool = _read_tool(sources.lait, known)
    return _Read(held | tool.tables, files + tool.files, tool.left_out)


def _read_tool(files: Sequence[PublishedFile], known: Atlas) -> _Read:
    """Make tables of the interactive tool's files, if they are there."""
    if not files:
        return _Read({}, [], [])
    figures, dictionary, areas = files
    found = lait.read_lait(figures, dictionary, areas, known)
    left_out = [
        f"{figures.path}: {row.rows:,} rows of {row.tool_name!r} left out, for {row.label!r} is no year "
        f"({row.figures:,} of them have a figure)"
        for row in found.left_out.itertuples()
    ]
    dated = [replace(file, origin=replace(file.origin, release=found.release)) for file in files]
    return _Read(
        {"lait": found.figures, "lait_measures": found.measures},
        list(zip(dated, found.rows_read, strict=True)),
        left_out,
    )


def _figures(held: Sequence[PublishedTable], known: Atlas) -> pd.DataFrame:
    """Put every figure in one table, in the order of its key, with the release that it is from."""
    parts = [read_figures(one, known) for one in held]
    # Without any category the column of an empty table would be written without a type.
    releases = pd.Categorical([one.file.origin.release for one in held] or [""])
    release = releases.take(np.repeat(np.arange(len(held)), [len(table) for table in parts]))
    table = pd.concat([no_figures(known), *parts], ignore_index=True).assign(release=release)
    return table.sort_values(["area", "period", "measure"], ignore_index=True)
