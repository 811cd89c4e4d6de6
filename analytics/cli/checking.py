"""`analytics check`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from analytics.cli.telling import telling
from analytics.folders import home


def check(
    context: typer.Context,
    html: Annotated[Path, typer.Option(metavar="FILE", help="The page to write.")] = Path(
        "reports/check.html"
    ),
) -> None:
    """Say how well the processed tables are; ends with status 1 where something is wrong."""
    with telling(context):
        from analytics.health import WRONG, check_folder
        from analytics.health.page import write_page
        from analytics.health.text import render_text

        health = check_folder(home() / "data" / "processed", date.today())
        written = write_page(health, html)
        typer.echo(render_text(health))
        typer.echo(f"page: written to {written}")
        if health.verdict == WRONG:
            raise typer.Exit(1)
