"""`analytics compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

import analytics
from analytics.cli.telling import telling
from analytics.errors import InputError, closest

if TYPE_CHECKING:
    import pandas as pd

    from analytics.figures import Figures
    from analytics.sources.catalogue import Table
    from analytics.studies.revisions import Revisions


class Release(NamedTuple):
    """One release of a table: which, and its figures as `area, period, measure, value, status`."""

    table: Table
    year: int
    figures: pd.DataFrame

    @property
    def called(self) -> str:
        """Name it as `analytics compare` takes it, as in "csww:2024"."""
        return f"{self.table.key}:{self.year}"


def compare(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help="A published file, or a release that is held: csww:2024.")],
    new: Annotated[str, typer.Argument(help="Another release of the same table.")],
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every change to this file too.")
    ] = None,
) -> None:
    """Say what a release revised of an earlier one: how many figures, how much, and which matter."""
    with telling(context):
        from analytics.narrative.revisions import describe_coverage, describe_revisions
        from analytics.studies.revisions import compare_releases

        figures = analytics.load()
        was, now = (_release(text, figures) for text in (old, new))
        if was.table.key != now.table.key:
            raise InputError(
                f"{old} is {was.table.called}; {new} is {now.table.called}. "
                "Compare two releases of one table."
            )
        found = compare_releases(was.figures, now.figures)
        names = dict(zip(figures.areas["area"], figures.areas["name"], strict=True))
        titles = (was.called, now.called)
        lines = describe_revisions(now.table.called, titles, found.changed, found.counts, names)
        for line in (*lines, *describe_coverage(_coverage(found, names))):
            typer.echo(line)
        if csv:
            _write(found.changed.assign(name=found.changed["area"].map(names)), csv)


def _coverage(found: Revisions, names: dict[str, str]) -> dict[str, tuple[list[str], list[str]]]:
    """Name what only one of the releases has, as those new and those gone."""
    from analytics.measures import title_in_full

    return {
        "areas": ([names[area] for area in found.new_areas], [names[area] for area in found.gone_areas]),
        "years": ([str(year) for year in found.new_years], [str(year) for year in found.gone_years]),
        "measures": ([*map(title_in_full, found.new_measures)], [*map(title_in_full, found.gone_measures)]),
    }


def _release(text: str, figures: Figures) -> Release:
    """Read the release that a person names: a published file, or one that is held.

    Raises:
        InputError: it is neither; the message names the releases that are held.
    """
    from analytics.ingest import read_release

    if Path(text).is_file():
        return Release(*read_release(Path(text)))
    held = {release.called: release for release in _held(figures)}
    if text not in held:
        raise InputError(
            f"{text}: no such file, and no such release is held. Held: {', '.join(held)} "
            f"(nearest: {closest(text, held, most=1)})."
        )
    return held[text]


def _held(figures: Figures) -> list[Release]:
    """List every release of every table that the processed tables have."""
    from analytics.sources.catalogue import tables

    return [
        Release(table, int(release), rows)
        for table in tables().values()
        for held in (figures.earlier, figures.table)
        for release, rows in held[held["measure"].isin(list(table.columns))].groupby("release", observed=True)
    ]


def _write(changed: pd.DataFrame, path: Path) -> None:
    try:
        changed.to_csv(path, index=False, lineterminator="\n")
    except OSError as error:
        raise InputError(f"{path}: this file cannot be written ({error.strerror or error}).") from error
    typer.echo(f"\n{len(changed):,} changes written to {path}")
