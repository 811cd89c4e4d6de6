"""The command line: `analytics ingest` and `analytics paper`."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import analytics
from analytics.errors import InputError
from analytics.folders import home

if TYPE_CHECKING:
    from analytics.papers import Paper

NOTEBOOKS = {
    "caseloads": "caseloads_and_agency.ipynb",
    "rereferrals": "rereferrals_and_neighbours.ipynb",
    "workforce": "workforce_projection.ipynb",
    "repeat_plans": "rereferrals_and_neighbours.ipynb",
}
OPTIONS = {"area": "area", "year": "year", "measure": "study"}
THREE = ("caseloads", "rereferrals", "workforce")
# What a study tells a notebook that serves another as well.
TOLD = {"repeat_plans": {"measure": "repeat_plans"}}

# Plain text only: what a person typed is shown as it stands.
app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    help="Improvement Board papers on children's services, from published figures.",
)


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


@contextmanager
def _telling(context: typer.Context) -> Iterator[None]:
    """Turn an error into one line and an exit status: 2 for a wrong input, 1 for a failure."""
    try:
        yield
    except BrokenPipeError:
        raise
    except Exception as error:
        if context.find_root().params["debug"]:
            traceback.print_exc()
        if isinstance(error, InputError):
            typer.echo(f"Error: {error}", err=True)
            raise typer.Exit(2) from error
        words = " ".join(str(error).split())
        typer.echo(
            f"Error: {type(error).__name__}: {words} (put --debug before the command to see the traceback)",
            err=True,
        )
        raise typer.Exit(1) from error


@app.command()
def ingest(
    context: typer.Context,
    raw: Annotated[Path, typer.Option(metavar="DIR", help="The folder of published files.")],
    target: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder to write, else data/processed.")
    ] = None,
) -> None:
    """Read the published files and write the processed tables, all or none."""
    with _telling(context):
        from analytics.ingest import describe
        from analytics.ingest import ingest as read_and_write

        report = read_and_write(raw, target or home() / "data" / "processed")
        for line in describe(report):
            typer.echo(line)


@app.command()
def paper(
    context: typer.Context,
    area: Annotated[
        str, typer.Option(metavar="AREA", help="An authority: its name, three-digit or nine-character code.")
    ],
    study: Annotated[
        str, typer.Option(metavar="STUDY", help=f"One of {', '.join(NOTEBOOKS)}, or all: {', '.join(THREE)}.")
    ] = "all",
    year: Annotated[
        str | None, typer.Option(metavar="YEAR", help="The reporting year, else the newest.")
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="Another parameter.")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder to write into.")] = Path("reports"),
) -> None:
    """Write the papers for one area."""
    with _telling(context):
        studies = _studies(study)
        figures = analytics.load()
        name = figures.name(figures.resolve(area))
        given: dict[str, Any] = {**_pairs(parameter or []), "area": name}
        if year is not None:
            given["year"] = year
        # Imported when the area is known: it takes some seconds.
        from analytics.papers import write_paper

        for one, composed in _compose(studies, name, given).items():
            typer.echo(f"{one} for {name}: written to {write_paper(composed, out)}")


def _studies(text: str) -> list[str]:
    if text != "all" and text not in NOTEBOOKS:
        raise InputError(f"study {text!r}: there is none of that name. Choose {', '.join(NOTEBOOKS)} or all.")
    return list(THREE) if text == "all" else [text]


def _pairs(texts: list[str]) -> dict[str, str]:
    """Split `name=value` texts.

    >>> _pairs(["title=A=B"])
    {'title': 'A=B'}
    """
    pairs: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or name in pairs:
            raise InputError(f"-p {text!r}: give each parameter once, as name=value.")
        if name in OPTIONS:
            raise InputError(f"-p {text!r}: give it as --{OPTIONS[name]}.")
        pairs[name] = value
    return pairs


def _compose(studies: list[str], name: str, given: dict[str, Any]) -> dict[str, Paper]:
    """Compose every paper before any is written, so that an error leaves nothing behind."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    from analytics.papers import check_notebook, compose_paper

    notebooks = {study: home() / "notebooks" / NOTEBOOKS[study] for study in studies}
    told = {study: given | TOLD.get(study, {}) for study in studies}
    for study, notebook in notebooks.items():
        check_notebook(notebook, told[study])
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:.0f}%"),
    )
    made = {}
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        for study, notebook in notebooks.items():
            task = progress.add_task(f"{study} for {name}", total=None)

            def show(done: int, total: int, task: Any = task) -> None:
                progress.update(task, completed=done, total=total)

            made[study] = compose_paper(notebook, told[study], show)
    return made
