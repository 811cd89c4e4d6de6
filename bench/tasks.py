"""What is measured in a fresh interpreter: calls of this package beside what one would run instead."""

from __future__ import annotations

import io
import json
import resource
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pandas as pd
import pyarrow.parquet as pq
import statsmodels.formula.api as smf
import stockflow_loop
from nbconvert import HTMLExporter
from nbformat import NotebookNode

import analytics
from analytics.explorer.panel import Panel
from analytics.figures import LOADED, Figures, _held
from analytics.folders import home
from analytics.health import check_folder
from analytics.health.page import render_page
from analytics.ingest import ingest
from analytics.methods.panel import within as fit_within
from analytics.papers.contents import read_contents
from analytics.papers.formats import render_paper
from analytics.studies import caseload_models, caseloads, rereferrals, workforce
from analytics.studies.workforce.backtest import backtest

REPEATS = {"time": 7, "slow": 3}
TABLES = [home() / "data" / "processed" / f"{name}.parquet" for name in LOADED]


def load() -> object:
    """Load the figures as the first call of a process does."""
    _held.cache_clear()
    return analytics.load()


def read_with_pyarrow() -> object:
    """Read the same bytes, and make nothing of them."""
    return [pq.read_table(table) for table in TABLES]


def select_of_tool() -> object:
    """Select one measure of the interactive tool for all areas."""
    return figures().select(measure="lait_rereferral")


def select_published() -> object:
    """Select one measure of the publications for all areas."""
    return figures().select(measure="agency_rate_fte")


def filter_with_pyarrow() -> object:
    """Read one measure of the interactive tool from its file, and make nothing of it."""
    path = home() / "data" / "processed" / "lait.parquet"
    return pq.read_table(path, filters=[("measure", "==", "lait_rereferral")]).to_pandas()


def first_of_tool() -> object:
    """Select one measure of the interactive tool, its tables being read for it."""
    return replace(figures()).select(measure="lait_rereferral")


@cache
def panel_of_explorer() -> Panel:
    """Open the panel once for every redraw."""
    return analytics.explore(figures())


def redraw() -> object:
    """Change the panel's area, and so draw it anew."""
    area = panel_of_explorer().controls.area
    area.value = "Leeds" if area.value == "Bury" else "Bury"
    return panel_of_explorer().shown


def plain_plot() -> object:
    """Draw the same lines as pandas draws them: no labels, no sentence, no table."""
    known = figures()
    near = known.neighbours.query("model == '2025' and area == '351'")["neighbour"].tolist()
    rows = known.select(["351", *near, "E12000002", "E92000001"], "agency_rate_fte")
    axes = rows.pivot(index="period", columns="area", values="value").plot()
    axes.figure.savefig(io.StringIO(), format="svg")
    return plt.close(axes.figure)


def health() -> object:
    """Ask every question about the health of the tables, and write the page."""
    return render_page(check_folder(home() / "data" / "processed", date(2026, 11, 26)))


def ingest_all(sources: Path) -> object:
    """Read, check, recompute and write."""
    with tempfile.TemporaryDirectory() as folder:
        return ingest(sources, Path(folder) / "processed")


def read_with_pandas(sources: Path, engine: str) -> object:
    """Read the files that an ingest reads, and make nothing of them."""
    names = pd.read_parquet(home() / "data" / "processed" / "manifest.parquet")["file"]
    return [read_one(next(sources.rglob(name)), engine) for name in names]


def read_one(path: Path, engine: str) -> pd.DataFrame:
    """Read a published file of any kind."""
    if path.suffix == ".xlsx":
        return pd.read_excel(path, engine=engine)
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, low_memory=False)


def unkept(fit: Any) -> Callable[..., object]:
    """Give a fit as it is without what is kept of it, in memory and on disk."""
    made: Callable[..., object] = fit.__wrapped__.__wrapped__
    return made


@cache
def figures() -> Figures:
    """Load the figures once for every call."""
    return analytics.load()


@cache
def authorities() -> list[str]:
    """Name the authorities of today."""
    return figures().areas.query("kind == 'authority' and valid_to == ''")["area"].tolist()


def first_study() -> object:
    """Make the first study of a year, in which all authorities are fitted."""
    return rereferrals.study(replace(figures()), "Bury")


def next_study() -> object:
    """Make another study of the same year, from the fits that are held."""
    return rereferrals.study(figures(), "Bolton")


def every_study() -> object:
    """Make the study of every authority at once."""
    return rereferrals.studies(figures(), authorities())


def study_after_study() -> object:
    """Make the study of every authority one after another, as a plain loop does."""
    return [rereferrals.study(figures(), area) for area in authorities()]


def every_model() -> object:
    """Fit every model of the study of caseloads, bootstrap draws included."""
    return unkept(caseload_models.models)(figures(), figures().years("caseload_fte")[-1])


def caseload_study() -> object:
    """Make an area's study of caseloads from the models that are held."""
    return caseloads.study(figures(), "Bolton")


@cache
def panel() -> pd.DataFrame:
    """Give the rows that the models are fitted on."""
    return caseload_models.model_panel(figures(), figures().years("caseload_fte")[-1])


def within() -> object:
    """Fit two-way fixed effects by the within transformation."""
    return fit_within(panel(), "area", "period", "agency", "caseload_fte")


def dummies() -> object:
    """Fit the same with a dummy variable for each authority and year."""
    model = smf.ols("caseload_fte ~ agency + C(area) + C(period)", panel())
    return model.fit(cov_type="cluster", cov_kwds={"groups": panel()["area"].astype("category").cat.codes})


def whole_backtest() -> object:
    """Forecast from every origin for every authority, and score it, from figures that hold no fits."""
    return unkept(backtest)(replace(figures()), figures().years("agency_rate_fte")[-1])


def projection() -> object:
    """Make an area's study of the workforce from the fits that are held."""
    return workforce.study(figures(), "Bury", start="2023-12-31")


@cache
def executed() -> NotebookNode:
    """Read the notebook of a committed paper, as it was executed."""
    return nbformat.read(home() / "reports" / "bury" / "workforce-2025" / "notebook.ipynb", as_version=4)


def three_documents() -> object:
    """Print a paper as HTML, Word and PDF."""
    return render_paper(read_contents(executed(), "notebook.ipynb"))


def one_page() -> object:
    """Print a paper as HTML alone."""
    return render_paper(read_contents(executed(), "notebook.ipynb"), ["html"])


def exported() -> object:
    """Export the same notebook as nbconvert does."""
    return HTMLExporter().from_notebook_node(executed())


def calls(sources: Path) -> dict[str, Callable[[], object]]:
    """Name every call that can be measured."""
    return {
        "load": load,
        "select": select_published,
        "select of tool": select_of_tool,
        "first of tool": first_of_tool,
        "filter": filter_with_pyarrow,
        "redraw": redraw,
        "plain plot": plain_plot,
        "health": health,
        "first study": first_study,
        "next study": next_study,
        "every study": every_study,
        "loop": study_after_study,
        "models": every_model,
        "caseload study": caseload_study,
        "within": within,
        "dummies": dummies,
        "backtest": whole_backtest,
        "projection": projection,
        "three documents": three_documents,
        "one page": one_page,
        "nbconvert": exported,
        "simulation": stockflow_loop.vectorised,
        "random numbers": stockflow_loop.same_random_numbers,
        "loop of draws": stockflow_loop.plain_loop,
        "pyarrow": read_with_pyarrow,
        "ingest": lambda: ingest_all(sources),
        "openpyxl": lambda: read_with_pandas(sources, "openpyxl"),
        "calamine": lambda: read_with_pandas(sources, "calamine"),
    }


def medians(named: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Give the median seconds of each call, the calls taking turns after a first round that is not kept."""
    seconds: dict[str, list[float]] = {name: [] for name in named}
    for _ in range(repeats + 1):
        for name, call in named.items():
            start = perf_counter()
            call()
            seconds[name].append(perf_counter() - start)
    return {name: median(taken[1:]) for name, taken in seconds.items()}


def peak() -> float:
    """Give the most memory that this process has held, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def main() -> None:
    """Measure time (several calls, fewer of slow ones) or memory (one call), and print it as JSON."""
    what, sources, *names = sys.argv[1:]
    chosen = {name: calls(Path(sources))[name] for name in names}
    if what == "memory":
        chosen[names[0]]()
    print(json.dumps(peak() if what == "memory" else medians(chosen, REPEATS[what])))


if __name__ == "__main__":
    main()
