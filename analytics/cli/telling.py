"""What a command says where something goes wrong."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from analytics.errors import InputError


@contextmanager
def telling(context: typer.Context) -> Iterator[None]:
    """Turn an error into one line and an exit status: 2 for a wrong input, 1 for a failure."""
    try:
        yield
    except (BrokenPipeError, typer.Exit):
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
