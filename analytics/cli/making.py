"""`analytics paper`, `analytics pack` and `analytics batch`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analytics.cli.choosing import NOTEBOOKS, THREE, choose, read_area, read_areas, read_given, read_studies
from analytics.cli.telling import telling
from analytics.kernels.forks import start_prepared

if TYPE_CHECKING:
    from analytics.papers import Executed, Paper

STOPPED = 130  # as a shell says of Ctrl-C

Area = Annotated[
    str, typer.Option(metavar="AREA", help="An authority: its name, three-digit or nine-character code.")
]
Study = Annotated[
    str, typer.Option(metavar="STUDY", help=f"One of {', '.join(NOTEBOOKS)}, or all: {', '.join(THREE)}.")
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


def paper(
    context: typer.Context,
    area: Area,
    study: Study = "all",
    year: Year = None,
    parameter: Parameters = None,
    formats: Formats = "html,docx,pdf",
    out: Out = Path("reports"),
) -> None:
    """Write the papers for one area."""
    with telling(context):
        studies = read_studies(study)
        name = _prepared_for(area)
        # Imported when the area is known: it takes some seconds.
        from analytics.papers import compose_paper, read_formats

        wanted = read_formats(formats)
        executed = _execute(studies, name, read_given(year, parameter or []))
        papers = {one: compose_paper(result, wanted) for one, result in executed.items()}
        _write({f"{one} for {name}": composed for one, composed in papers.items()}, out)


def pack(
    context: typer.Context,
    area: Area,
    year: Year = None,
    parameter: Parameters = None,
    formats: Formats = "html,docx,pdf",
    out: Out = Path("reports"),
) -> None:
    """Write the three papers for one area, and all of them as one document with a summary in front."""
    with telling(context):
        name = _prepared_for(area)
        given = read_given(year, parameter or [])
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


def batch(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Every authority of today.")] = False,
    region: Annotated[str | None, typer.Option(metavar="REGION", help="The authorities of a region.")] = None,
    areas: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The authorities that a file names, one a line.")
    ] = None,
    study: Study = "all",
    year: Year = None,
    parameter: Parameters = None,
    formats: Formats = "html,docx,pdf",
    out: Out = Path("reports"),
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Papers made at once, else one more than processors."),
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler whose workers make the papers.")
    ] = None,
    deadline: Annotated[
        int, typer.Option(metavar="SECONDS", min=1, help="What a cell of a notebook may take.")
    ] = 600,
) -> None:
    """Write the papers of many areas; what is there already, unchanged and whole, is not made again."""
    with telling(context):
        studies = read_studies(study)
        given = read_given(year, parameter or [])
        names = read_areas(every, region, areas)
        # Imported when the areas are known: it takes some seconds.
        from analytics.cli.progress import describe, showing
        from analytics.papers import read_formats
        from analytics.papers.batch import Job, make_all
        from analytics.papers.workers import cluster, local_workers

        wanted = read_formats(formats)
        chosen = choose(studies, {**given, "area": names[0]})
        jobs = [
            Job(one.study, name, one.notebook.name, {**one.parameters, "area": name}, wanted, deadline)
            for name in names
            for one in chosen
        ]
        made_by = cluster(scheduler) if scheduler else local_workers(workers)
        with showing(len(jobs)) as show:
            made = make_all(jobs, out, made_by, show)
        typer.echo(f"{describe(made)} See {out / 'batch.json'} and {out / 'index.html'}.")
        if made.stopped:
            raise typer.Exit(STOPPED)
        if made.count("failed"):
            raise typer.Exit(1)


def _prepared_for(area: str) -> str:
    """Give the name of an area, and have what kernels are forked from prepare while this process does."""
    start_prepared()
    return read_area(area)


def _execute(studies: list[str], name: str, given: dict[str, Any]) -> dict[str, Executed]:
    """Execute every notebook before anything is written, so that an error leaves nothing behind."""
    from analytics.cli.progress import showing_cells
    from analytics.papers import execute_paper

    executed = {}
    with showing_cells() as show:
        for one in choose(studies, {**given, "area": name}):
            on_cell = show(f"{one.study} for {name}")
            executed[one.study] = execute_paper(one.notebook, one.parameters, on_cell)
    return executed


def _write(papers: dict[str, Paper], out: Path) -> None:
    """Write each paper whole, then the indexes of the folder."""
    from analytics.papers import write_paper
    from analytics.papers.index import write_indexes

    for what, composed in papers.items():
        typer.echo(f"{what}: written to {write_paper(composed, out)}")
    typer.echo(f"index: {write_indexes(out)}")
