"""From the published files to `data/processed`: read, validated, recomputed, replaced whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from analytics.sources import neighbours
from analytics.sources.catalogue import IDENTIFIERS, Table, tables
from analytics.sources.ees import PublishedTable, no_figures, open_table, read_figures
from analytics.sources.files import (
    PublishedFile,
    is_current,
    list_files,
    missing_file,
    open_file,
    read_header,
)
from analytics.sources.geography import Atlas, atlas
from analytics.sources.recompute import FAILS, NOT_CHECKED, RECOMPUTES, recompute_rates
from analytics.sources.schemas import validate

LICENCE = "Open Government Licence v3.0"


@dataclass(frozen=True)
class Report:
    """What an ingest read, and which published rates recompute from their published parts.

    `manifest` has a row for each file; `counts` one for each publication, measure and geographic
    level, with the number of rates that recompute, that do not, and that cannot be checked;
    `failing` one for each rate that does not, with the interval that its parts allow. `passed_over` says of
    each file that might have been meant to be read why it was not.
    """

    manifest: pd.DataFrame
    counts: pd.DataFrame
    failing: pd.DataFrame
    passed_over: list[str]


@dataclass(frozen=True)
class _Sources:
    """The files found: the newest of each table, its earlier releases, one or two forms for each model.

    `passed_over` says of each file that might have been meant to be read why it was not.
    """

    newest: list[PublishedTable]
    earlier: list[PublishedTable]
    models: list[tuple[neighbours.Model, list[tuple[neighbours.Form, PublishedFile]]]]
    passed_over: list[str]


def ingest(raw: Path, target: Path) -> Report:
    """Read the published files under `raw` and replace the folder `target` with the five tables.

    A file is known by its columns. Earlier releases may be left out: the table of them is then empty.

    Raises:
        InputError: a file is missing or is not as published; `target` is then as it was.
    """
    register = read_register()
    known = atlas(register)
    sources = _find(raw)
    figures = [read_figures(table, known) for table in sources.newest]
    past = [read_figures(table, known) for table in sources.earlier]
    models = [neighbours.read_model(forms, model, known) for model, forms in sources.models]
    written = {
        "areas": register,
        "neighbours": pd.concat(models, ignore_index=True),
        "figures": _in_order(sources.newest, figures, known),
        "earlier": _in_order(sources.earlier, past, known).sort_values(
            "release", kind="stable", ignore_index=True
        ),
        "manifest": _manifest(sources, models, target),
    }
    validate(written, known)
    rates = recompute_rates(written["figures"], known.kinds)
    with replacing(target) as folder:
        for name, table in written.items():
            table.to_parquet(folder / f"{name}.parquet", index=False)
    return _report(written["manifest"], rates, sources.passed_over)


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


def _find(raw: Path) -> _Sources:
    """Find and open every file, and read what is in it as text, before any is made figures of."""
    paths = list_files(raw)
    texts = [path for path in paths if path.suffix.lower() == ".csv"]
    opened = {path: open_table(path) for path in texts}
    held = [one for one in opened.values() if one]
    newest = [_newest(table, held, raw) for table in tables().values()]
    earlier = [_earlier(one, held) for one in newest]
    kept = [*newest, *(one for group in earlier for one in group)]
    models = [_forms(model, paths, raw) for model in neighbours.MODELS]
    strange = [path for path, one in opened.items() if one is None and _is_statistics(path)]
    passed_over = [f"{path}: passed over; it has the columns of no table that is read" for path in strange]
    passed_over += [
        f"{one.file.path}: passed over; the {one.release} release is not before the newest"
        for one in held
        if one not in kept
    ]
    return _Sources(newest, kept[len(newest) :], models, passed_over)


def _newest(table: Table, held: Sequence[PublishedTable], raw: Path) -> PublishedTable:
    """Pick the newest release of a table outside of the folders of earlier ones.

    Raises:
        InputError: there is none, or there are two.
    """
    current = [one for one in held if one.table is table and is_current(one.file.path, raw)]
    if not current:
        expected = f"{table.called} ({table.file_name('YYYY', 'YYYY')})"
        raise missing_file(raw, expected, table.publication.address)
    return _only(current, max(one.release for one in current))


def _earlier(newest: PublishedTable, held: Sequence[PublishedTable]) -> list[PublishedTable]:
    """List the releases of a table before its newest, oldest first.

    Raises:
        InputError: there are two of one release.
    """
    before = [one for one in held if one.table is newest.table and one.release < newest.release]
    return [_only(before, release) for release in sorted({one.release for one in before})]


def _only(held: Sequence[PublishedTable], release: int) -> PublishedTable:
    found = [one for one in held if one.release == release]
    if len(found) > 1:
        places = "; ".join(str(one.file.path) for one in found)
        raise InputError(
            f"{found[0].table.called}, {release} release: found {len(found)} times ({places}). "
            "Keep one of them."
        )
    return found[0]


def _forms(
    model: neighbours.Model, paths: Sequence[Path], raw: Path
) -> tuple[neighbours.Model, list[tuple[neighbours.Form, PublishedFile]]]:
    """Open the forms of a neighbour model that are there.

    Raises:
        InputError: there is none, or there are two of one name.
    """
    forms = []
    for form in model.forms:
        found = [path for path in paths if path.name == form.name and is_current(path, raw)]
        if len(found) > 1:
            places = "; ".join(map(str, found))
            raise InputError(f"{form.name}: found {len(found)} times ({places}). Keep one of them.")
        forms += [(form, open_file(path, model.origin)) for path in found]
    if not forms:
        raise missing_file(raw, " or ".join(form.name for form in model.forms), model.origin.address)
    return model, forms


def _is_statistics(path: Path) -> bool:
    return set(IDENTIFIERS) <= set(read_header(path))


def _in_order(held: Sequence[PublishedTable], figures: list[pd.DataFrame], known: Atlas) -> pd.DataFrame:
    """Put every figure in one table, in the order of its key, with the release that it is from."""
    # Without any category the column of an empty table would be written without a type.
    releases = pd.Categorical([one.file.origin.release for one in held] or [""])
    lengths = [len(table) for table in figures]
    release = releases.take(np.repeat(np.arange(len(held)), lengths))
    table = pd.concat([no_figures(known), *figures], ignore_index=True).assign(release=release)
    return table.sort_values(["area", "period", "measure"], ignore_index=True)


def _manifest(sources: _Sources, models: list[pd.DataFrame], target: Path) -> pd.DataFrame:
    """List the files read; one that was ingested before keeps the day on which it first was."""
    read = [(one.file, len(one.cells)) for one in (*sources.newest, *sources.earlier)]
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


def _report(manifest: pd.DataFrame, rates: pd.DataFrame, passed_over: list[str]) -> Report:
    keys = ["publication", "measure", "level"]
    counts = rates.groupby([*keys, "outcome"], observed=True).size().unstack(fill_value=0)
    columns = [RECOMPUTES, FAILS, NOT_CHECKED]
    failing = rates[rates["outcome"] == FAILS].drop(columns="outcome").reset_index(drop=True)
    counted = counts.reindex(columns=columns, fill_value=0).reset_index()
    return Report(manifest, counted, failing, passed_over)


def describe(report: Report) -> list[str]:
    """Say in plain lines what was read, how many rates recompute, and which do not."""
    files, counts = _describe_files(report.manifest), _describe_counts(report.counts)
    return [*files, *report.passed_over, *counts, *_describe_failing(report.failing)]


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
