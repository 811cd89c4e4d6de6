"""A typer program that has the options of `analytics` and does nothing: how quick help can be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False, no_args_is_help=True
)


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Read the options that stand before a command."""


@app.command()
def ingest(
    raw: Annotated[Path, typer.Option(help="The folder of published files.")],
    target: Annotated[Path | None, typer.Option(help="The folder to write.")] = None,
) -> None:
    """Read the published files."""


@app.command()
def paper(
    area: Annotated[str, typer.Option(help="An authority.")],
    study: Annotated[Literal["one", "all"], typer.Option(help="Which paper.")] = "all",
    year: Annotated[int | None, typer.Option(help="The reporting year.")] = None,
    parameter: Annotated[list[str] | None, typer.Option("--parameter", "-p", help="Another.")] = None,
    out: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("reports"),
) -> None:
    """Write the papers for one area."""


if __name__ == "__main__":
    app()
