"""From the published files to `data/processed`: read, validated, recomputed, replaced whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from analytics.areas import read_register
from analytics.errors import InputError
from analytics.folders import replacing
from analytics.measures import dictionary
from analytics.sources import children_in_need, csww, neighbours, population
from analytics.sources.ees import Layout, no_figures, read_figures
from analytics.sources.files import (
    PublishedFile,
    earlier,
    is_current,
    list_files,
    missing_file,
    newest,
    open_file,
    years,
)
from analytics.sources.geography import Atlas, atlas
from analytics.sources.recompute import FAILS, NOT_CHECKED, RECOMPUTES, recompute_rates
from analytics.sources.schemas import validate

LAYOUTS = (*csww.LAYOUTS, *children_in_need.LAYOUTS, *population.LAYOUTS)
LICENCE = "Open Government Licence v3.0"


@dataclass(frozen=True)
class Report:
    """What an ingest read, and which published rates recompute from their published parts.

    `manifest` has a row for each file; `counts` one for each publication, measure and geographic
    level, with the number of rates that recompute, that do not, and that cannot be checked;
    `failing` one for each rate that does not, with the interval that its parts allow.
    """

    manifest: pd.DataFrame
    counts: pd.DataFrame
    failing: pd.DataFrame


@dataclass(frozen=True)
class _Sources:
    """The files found: one for each layout, its earlier releases, one or two forms for each model."""

    figures: list[tuple[Layout, PublishedFile]]
    earlier: list[tuple[Layout, PublishedFile]]
    models: list[tuple[neighbours.Model, list[tuple[neighbours.Form, PublishedFile]]]]


def ingest(raw: Path, target: Path) -> Report:
    """Read the published files under `raw` and replace the folder `target` with the five tables.

    Earlier releases may be left out: the table of them is then empty.

    Raises:
        InputError: a file is missing or is not as published; `target` is then as it was.
    """
    register = read_register()
    known = atlas(register)
    sources = _find(raw)
    figures = [read_figures(file, layout, known) for layout, file in sources.figures]
    past = [read_figures(file, layout, known) for layout, file in sources.earlier]
    models = [neighbours.read_model(forms, model, known) for model, forms in sources.models]
    tables = {
        "areas": register,
        "neighbours": pd.concat(models, ignore_index=True),
        "figures": _in_order(sources.figures, figures, known),
        "earlier": _in_order(sources.earlier, past, known).sort_values(
            "release", kind="stable", ignore_index=True
        ),
        "manifest": _manifest(sources, [*figures, *past], models, target),
    }
    validate(tables, known)
    rates = recompute_rates(tables["figures"], known.kinds)
    with replacing(target) as folder:
        for name, table in tables.items():
            table.to_parquet(folder / f"{name}.parquet", index=False)
    return _report(tables["manifest"], rates)


def _find(raw: Path) -> _Sources:
    """Find and open every file, before any is read."""
    paths = list_files(raw)
    current = [path for path in paths if is_current(path, raw)]
    figures, past = [], []
    for layout in LAYOUTS:
        path = newest(current, layout.pattern)
        if path is None:
            raise missing_file(raw, layout.example, layout.publication.address)
        figures.append((layout, open_file(path, layout.origin(path))))
        if layout.keep_earlier:
            older = earlier(paths, layout.pattern, years(path)[-1])
            past += [(layout, open_file(path, layout.origin(path))) for path in older]
    models = []
    for model in neighbours.MODELS:
        found = [(form, newest(current, re.escape(form.name))) for form in model.forms]
        forms = [(form, open_file(path, model.origin)) for form, path in found if path]
        if not forms:
            raise missing_file(raw, " or ".join(form.name for form in model.forms), model.origin.address)
        models.append((model, forms))
    return _Sources(figures, past, models)


def _in_order(
    found: list[tuple[Layout, PublishedFile]], figures: list[pd.DataFrame], known: Atlas
) -> pd.DataFrame:
    """Put every figure in one table, in the order of its key, with the release that it is from."""
    # Without any category the column of an empty table would be written without a type.
    releases = pd.Categorical([file.origin.release for _, file in found] or [""])
    lengths = [len(table) for table in figures]
    release = releases.take(np.repeat(np.arange(len(found)), lengths))
    table = pd.concat([no_figures(known), *figures], ignore_index=True).assign(release=release)
    return table.sort_values(["area", "period", "measure"], ignore_index=True)


def _manifest(
    sources: _Sources, figures: list[pd.DataFrame], models: list[pd.DataFrame], target: Path
) -> pd.DataFrame:
    """List the files read; one that was ingested before keeps the day on which it first was."""
    read = [
        (file, len(table) // len(layout.measures))
        for (layout, file), table in zip([*sources.figures, *sources.earlier], figures, strict=True)
    ]
    read += [
        (file, len(table) // len(neighbours.RANKS))
        for (_, forms), table in zip(sources.models, models, strict=True)
        for _, file in forms
    ]
    first_days = _first_days(target / "manifest.parquet")
    today = date.today().isoformat()
    entries = [
        {
            "file": file.path.name,
            **asdict(file.origin),
            "licence": LICENCE,
            "sha256": file.sha256,
            "rows_read": rows,
            "date": first_days.get(file.sha256, today),
        }
        for file, rows in read
    ]
    return pd.DataFrame(entries).sort_values("file", ignore_index=True)


def _first_days(path: Path) -> dict[str, str]:
    """Read from the manifest in place, if there is one, the day on which each file was first ingested."""
    if not path.exists():
        return {}
    try:
        held = pd.read_parquet(path, columns=["sha256", "date"])
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(f"{path}: this table cannot be read. Restore it, or delete it.") from error
    return dict(zip(held["sha256"], held["date"], strict=True))


def _report(manifest: pd.DataFrame, rates: pd.DataFrame) -> Report:
    keys = ["publication", "measure", "level"]
    counts = rates.groupby([*keys, "outcome"], observed=True).size().unstack(fill_value=0)
    columns = [RECOMPUTES, FAILS, NOT_CHECKED]
    failing = rates[rates["outcome"] == FAILS].drop(columns="outcome").reset_index(drop=True)
    return Report(manifest, counts.reindex(columns=columns, fill_value=0).reset_index(), failing)


def describe(report: Report) -> list[str]:
    """Say in plain lines what was read, how many rates recompute, and which do not."""
    files, counts = _describe_files(report.manifest), _describe_counts(report.counts)
    return [*files, *counts, *_describe_failing(report.failing)]


def _describe_files(manifest: pd.DataFrame) -> Iterator[str]:
    for row in manifest.itertuples():
        yield f"{row.file}: {row.rows_read:,} rows read ({_title(row.publication)}, {row.release} release)"


def _describe_counts(counts: pd.DataFrame) -> Iterator[str]:
    outcomes = [RECOMPUTES, FAILS, NOT_CHECKED]
    right, wrong, unchecked = counts[outcomes].sum()
    yield (
        f"{right:,} of {right + wrong:,} published rates recompute from their published parts; "
        f"{unchecked:,} more cannot be checked, because a part is not published"
    )
    groups = counts.groupby(["publication", "level"], observed=True)[outcomes].sum()
    for (publication, level), row in groups.iterrows():
        checked = row[RECOMPUTES] + row[FAILS]
        yield f"{_title(publication)}, {level}: {row[RECOMPUTES]:,} of {checked:,} recompute"


def _describe_failing(failing: pd.DataFrame) -> Iterator[str]:
    if len(failing):
        why = "a region's or England's rate may rest on figures that are not shown"
        yield f"The {len(failing):,} that do not ({why}):"
    names = read_register().set_index("area")["name"]
    for row in failing.itertuples():
        yield (
            f"{dictionary()[row.measure].title}, {names[row.area]}, {row.period}: "
            f"published {row.published:g}, its parts give {row.lower:.2f} to {row.upper:.2f}"
        )


def _title(publication: str) -> str:
    """Give the title of a publication, by the key that the manifest holds."""
    titles = {entry.publication.key: entry.publication.title for entry in dictionary().values()}
    return titles.get(publication, "Statistical neighbours")
