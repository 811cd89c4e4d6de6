"""The command line: from `analytics fetch` to `analytics lab`."""

from __future__ import annotations

from typing import Annotated

import typer

import analytics
from analytics.cli import making
from analytics.cli.checking import check
from analytics.cli.choosing import NOTEBOOKS, THREE
from analytics.cli.comparing import compare
from analytics.cli.exploring import PASSED_ON, lab
from analytics.cli.fetching import fetch
from analytics.cli.ingesting import ingest

__all__ = ["NOTEBOOKS", "THREE", "app", "main"]

# Plain text only: what a person typed is shown as it stands.
app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    help="Improvement Board papers on children's services, from published figures.",
)
for command in (fetch, ingest, compare, check, making.paper, making.pack, making.batch):
    app.command()(command)
app.command(context_settings=PASSED_ON)(lab)


def main() -> None:
    """Run the command line."""
    app(prog_name="analytics")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"analytics {analytics.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, help="Show the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Read the options that stand before a command."""
