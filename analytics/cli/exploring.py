"""`analytics lab`."""

from __future__ import annotations

import typer

from analytics.cli.telling import telling
from analytics.errors import InputError
from analytics.folders import home

# What JupyterLab is told is not ours to read.
PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def lab(context: typer.Context) -> None:
    """Open JupyterLab on the notebook to explore in; what else is given, such as --no-browser, goes to it."""
    with telling(context):
        notebook = home() / "notebooks" / "explore.ipynb"
        if not notebook.is_file():
            raise InputError(
                f"{notebook}: this notebook is not there. Run the command in a whole copy of the repository, "
                "or name one: ANALYTICS_HOME=/path/to/it."
            )
        from jupyterlab.labapp import LabApp

        LabApp.launch_instance([str(notebook), *context.args])
