"""The command line: `analytics ingest`, `analytics paper` and `analytics pack`."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import analytics
from analytics.errors import InputError
from analytics.folders import home

if TYPE_CHECKING:
    from analytics.papers import Executed, Paper

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


Area = Annotated[
    str, typer.Option(metavar="AREA", help="An authority: its name, three-digit or nine-character code.")
]
Year = Annotated[str | None, typer.Option(metavar="YEAR", help="The reporting year, else the newest.")]
Parameters = Annotated[
    list[str] | None, typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="Another parameter.")
]
Formats = Annotated[
    str,
    typer.Option("--format", metavar="FORMATS", help="html, docx or pdf, or several with commas between."),
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="The folder to write into.")]


@app.command()
def paper(
    context: typer.Context,
    area: Area,
    study: Annotated[
        str, typer.Option(metavar="STUDY", help=f"One of {', '.join(NOTEBOOKS)}, or all: {', '.join(THREE)}.")
    ] = "all",
    year: Year = None,
    parameter: Parameters = None,
    formats: Formats = "html,docx,pdf",
    out: Out = Path("reports"),
) -> None:
    """Write the papers for one area."""
    with _telling(context):
        studies = _studies(study)
        name = _name_of(area)
        # Imported when the area is known: it takes some seconds.
        from analytics.papers import compose_paper, read_formats

        wanted = read_formats(formats)
        executed = _execute(studies, name, _given(name, year, _pairs(parameter or [])))
        papers = {one: compose_paper(result, wanted) for one, result in executed.items()}
        _write({f"{one} for {name}": composed for one, composed in papers.items()}, out)


@app.command()
def pack(
    context: typer.Context,
    area: Area,
    year: Year = None,
    parameter: Parameters = None,
    formats: Formats = "html,docx,pdf",
    out: Out = Path("reports"),
) -> None:
    """Write the three papers for one area, and all of them as one document with a summary in front."""
    with _telling(context):
        name = _name_of(area)
        given = _given(name, year, _pairs(parameter or []))
        title = given.pop("title", "")
        from analytics.papers import compose_paper, read_formats
        from analytics.papers.pack import compose_pack

        wanted = read_formats(formats)
        executed = _execute(list(THREE), name, given)
        papers = {f"{one} for {name}": compose_paper(result, wanted) for one, result in executed.items()}
        if set(wanted) != {"html"}:
            contents = [result.contents for result in executed.values()]
            papers[f"pack for {name}"] = compose_pack(contents, title, wanted)
        _write(papers, out)


def _name_of(area: str) -> str:
    figures = analytics.load()
    return figures.name(figures.resolve(area))


def _given(name: str, year: str | None, pairs: dict[str, str]) -> dict[str, Any]:
    return {**pairs, "area": name} | ({} if year is None else {"year": year})


def _write(papers: dict[str, Paper], out: Path) -> None:
    """Write each paper whole, then the indexes of the folder."""
    from analytics.papers import write_paper
    from analytics.papers.index import write_indexes

    for what, composed in papers.items():
        typer.echo(f"{what}: written to {write_paper(composed, out)}")
    typer.echo(f"index: {write_indexes(out)}")


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


def _execute(studies: list[str], name: str, given: dict[str, Any]) -> dict[str, Executed]:
    """Execute every notebook before anything is written, so that an error leaves nothing behind.

    Where there are several, each is told of the parameters that it takes.
    """
    from analytics.papers import check_notebook, execute_paper, parameter_names

    notebooks = {study: home() / "notebooks" / NOTEBOOKS[study] for study in studies}
    taken = {study: parameter_names(notebook) for study, notebook in notebooks.items()}
    unknown = [key for key in given if not any(key in names for names in taken.values())]
    told = {
        study: {key: value for key, value in given.items() if key in names or key in unknown}
        | TOLD.get(study, {})
        for study, names in taken.items()
    }
    for study, notebook in notebooks.items():
        check_notebook(notebook, told[study])
    executed = {}
    with _showing() as show:
        for study, notebook in notebooks.items():
            executed[study] = execute_paper(notebook, told[study], show(f"{study} for {name}"))
    return executed


@contextmanager
def _showing() -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Yield what begins a progress bar, on a terminal only, and gives what moves it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:.0f}%"),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:

        def begin(description: str) -> Callable[[int, int], None]:
            task = progress.add_task(description, total=None)
            return lambda done, total: progress.update(task, completed=done, total=total)

        yield begin
