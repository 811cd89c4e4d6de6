"""`analytics fetch`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from analytics.cli.telling import telling
from analytics.folders import home


def fetch(
    context: typer.Context,
    raw: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder of published files, else data/raw.")
    ] = None,
    publication: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="A publication by its title or key, else all; may be repeated."),
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(metavar="PATH", help="A file downloaded by hand, to be recorded; may be repeated."),
    ] = None,
) -> None:
    """Bring published files up to date from the statistics service, or record files downloaded by hand.

    The status is 0 where every table that is read here is held afterwards, offline too; 1 where one is not.
    """
    with telling(context):
        from analytics.cli.progress import showing_bytes
        from analytics.errors import InputError
        from analytics.fetch import adopt, read_service
        from analytics.fetch import fetch as bring

        if file and publication:
            raise InputError("--file and --publication: give one of them. A file is known by its columns.")
        folder = raw or home() / "data" / "raw"
        for path in file or []:
            adopt(path, folder, typer.echo)
        if not file:
            with showing_bytes() as begin:
                whole = bring(publication or [], folder, read_service(), typer.echo, begin)
            raise typer.Exit(0 if whole else 1)
