"""`analytics ingest`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analytics.cli.telling import telling
from analytics.folders import home


def ingest(
    context: typer.Context,
    raw: Annotated[Path, typer.Option(metavar="DIR", help="The folder of published files.")],
    target: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder to write, else data/processed.")
    ] = None,
) -> None:
    """Read the published files and write the processed tables, all or none."""
    with telling(context):
        from analytics.ingest import describe
        from analytics.ingest import ingest as read_and_write

        report = read_and_write(raw, target or home() / "data" / "processed")
        for line in describe(report):
            typer.echo(line)
