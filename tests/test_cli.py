"""The commands, their messages and their exit statuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest
from papers.small_home import make_home
from papers.small_notebook import FRONT, PARAMETERS, cells, code, write_notebook
from typer.testing import CliRunner, Result

import analytics
from analytics.cli import NOTEBOOKS, THREE, app
from analytics.folders import REPOSITORY

ODD = "<script>alert(1)</script> [bold]{{7*7}}[/bold] ../../x"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home with the register of areas and three small notebooks, and work in it."""
    monkeypatch.setenv("ANALYTICS_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return make_home(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_every_study_is_written_for_an_area(home: Path) -> None:
    result = run("paper", "--area", "  bURY ", "--year", "2024", "-p", f"title={ODD}")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        *(f"{study} for Bury: written to {Path('reports', 'bury', f'{study}-2024')}" for study in THREE),
        f"index: {Path('reports', 'index.html')}",
    ]
    record = json.loads((home / "reports/bury/workforce-2024/paper.json").read_text("utf-8"))
    assert record["parameters"]["area"] == "Bury"
    assert record["parameters"]["year"] == 2024
    assert record["parameters"]["title"] == ODD


def test_a_study_that_shares_a_notebook_is_written_under_its_own_name(home: Path) -> None:
    result = run("paper", "--area", "Bury", "--study", "repeat_plans", "--year", "2024")
    assert result.exit_code == 0, result.output
    record = json.loads((home / "reports/bury/repeat_plans-2024/paper.json").read_text("utf-8"))
    assert record["parameters"]["measure"] == "repeat_plans"
    page = (home / "reports/bury/repeat_plans-2024/paper.html").read_text("utf-8")
    assert "analytics paper --study repeat_plans --area Bury --year 2024 -p neighbour_model=2025" in page


def test_one_study_is_written_where_it_is_told(home: Path) -> None:
    result = run("paper", "--area", "351", "--study", "caseloads", "--out", "elsewhere/deep")
    assert result.exit_code == 0, result.output
    assert (home / "elsewhere/deep/bury/caseloads-2025/paper.html").exists()
    assert 'href="bury/index.html"' in (home / "elsewhere/deep/index.html").read_text("utf-8")
    assert not (home / "reports").exists()


def test_the_formats_asked_for_are_written_and_no_other(home: Path) -> None:
    result = run("paper", "--area", "Bury", "--study", "caseloads", "--format", "pdf, html")
    assert result.exit_code == 0, result.output
    folder = home / "reports/bury/caseloads-2025"
    assert {path.name for path in folder.glob("paper.*")} == {"paper.html", "paper.pdf", "paper.json"}
    assert json.loads((folder / "paper.json").read_text("utf-8"))["documents"] == ["paper.html", "paper.pdf"]


def test_a_parameter_goes_to_the_papers_that_take_it(home: Path) -> None:
    typed = code(PARAMETERS + 'start: str = ""  # day of the projection', "parameters")
    path = home / "notebooks" / NOTEBOOKS["workforce"]
    marked = [*cells()[:1], typed, *cells()[2:]]
    marked[2] = code(FRONT.replace('study="rereferrals"', 'study="workforce"'))
    write_notebook(marked, home / "notebooks").replace(path)
    result = run("paper", "--area", "Bury", "-p", "start=2023-12-31", "--format", "html")
    assert result.exit_code == 0, result.output
    records = {
        study: json.loads((home / f"reports/bury/{study}-2025/paper.json").read_text("utf-8"))
        for study in THREE
    }
    assert records["workforce"]["parameters"]["start"] == "2023-12-31"
    assert "start" not in records["caseloads"]["parameters"]


def test_a_pack_is_written_beside_its_papers(home: Path) -> None:
    # A real table of position, from which the summary takes its own.
    position = """
position = DataFrame({
    "comparator": ["Bury", "Statistical neighbours, pooled", "North West", "England"],
    "kind": ["area", "neighbours_pooled", "region", "england"], "value": [26.0, 22.3, 21.7, 22.6],
    "lower": None, "upper": None, "numerator": None, "denominator": None, "areas_used": None,
    "areas_missing": "", "period": "year to 31 March 2025", "measure": "rereferral_percent", "status": "",
})
Exhibit(name="position", title="One in five", shown=shown, **{**common, "table": position})
"""
    for study in THREE:
        content = cells()
        content[2] = code(FRONT.replace('study="rereferrals"', f'study="{study}"'))
        content[-2] = code(content[-2].source.rpartition("Exhibit(")[0] + position)
        write_notebook(content, home / "notebooks").rename(home / "notebooks" / NOTEBOOKS[study])
    result = run("pack", "--area", "Bury", "-p", f"title={ODD}")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        *(f"{study} for Bury: written to {Path('reports', 'bury', f'{study}-2025')}" for study in THREE),
        f"pack for Bury: written to {Path('reports', 'bury', 'pack-2025')}",
        f"index: {Path('reports', 'index.html')}",
    ]
    folder = home / "reports/bury/pack-2025"
    assert {path.name for path in folder.iterdir()} == {"pack.docx", "pack.pdf", "pack.json"}
    assert json.loads((folder / "pack.json").read_text("utf-8"))["title"] == ODD
    paper = json.loads((home / "reports/bury/caseloads-2025/paper.json").read_text("utf-8"))
    assert paper["title"] == "Do referrals come back?"
    index = (home / "reports/bury/index.html").read_text("utf-8")
    assert 'href="pack-2025/pack.pdf"' in index
    again = run("pack", "--area", "Bury", "--format", "html", "--out", "pages")
    assert again.exit_code == 0, again.output
    assert not (home / "pages/bury/pack-2025").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--area", "Bury", "--study", ODD],
            f"study {ODD!r}: there is none of that name. Choose caseloads, re",
        ),
        (
            ["--area", "Bury", "--year", "soon"],
            "parameter year: 'soon' was given; a whole number is expected",
        ),
        (["--area", "Bury", "--format", "word"], "format 'word': there is none of that name."),
        (["--area", "Burry"], "area 'Burry': no such area is known. Nearest: Bury"),
        (["--area", ODD], f"area {ODD!r}: no such area is known"),
        (["--area", ""], "area '': no such area is known"),
        (["--area", "Bury", "-p", "tittle=x"], "parameter 'tittle': caseloads_and_agency.ipynb has none"),
        (["--area", "Bury", "-p", "title"], "-p 'title': give each parameter once, as name=value."),
        (["--area", "Bury", "-p", "title=a", "-p", "title=b"], "give each parameter once"),
        (["--area", "Bury", "-p", "area=Kent"], "-p 'area=Kent': give it as --area."),
        (["--area", "Bury", "-p", "year=2024"], "-p 'year=2024': give it as --year."),
        (["--area", "Bury", "-p", "measure=x"], "-p 'measure=x': give it as --study."),
    ],
)
def test_a_wrong_input_is_one_line_and_status_2(home: Path, arguments: list[str], message: str) -> None:
    result = run("paper", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("Error: ")
    assert message in result.stderr
    assert not (home / "reports").exists()


def test_an_area_is_required(home: Path) -> None:
    result = run("paper", "--study", "caseloads")
    assert result.exit_code == 2
    assert "Missing option '--area'" in result.stderr


def test_every_study_is_checked_before_a_kernel_starts(home: Path) -> None:
    first, last = (home / "notebooks" / NOTEBOOKS[study] for study in ("caseloads", "workforce"))
    marks = [*cells(), code("from pathlib import Path; Path('started').touch()")]
    write_notebook(marks, home / "notebooks").replace(first)
    typed = [code(PARAMETERS.replace("title: str = ", "title: int = 1  # "), "parameters")]
    write_notebook([*cells()[:1], *typed, *cells()[2:]], home / "notebooks").replace(last)
    result = run("paper", "--area", "Bury", "-p", "title=Words")
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: parameter title: 'Words' was given; a whole number is expected")
    assert not (home / "notebooks" / "started").exists()


def test_an_error_in_the_last_study_leaves_nothing_of_the_first(home: Path) -> None:
    content = cells()
    content[2] = code(FRONT.replace("year > 2025", "year > 2023"))
    write_notebook(content, home / "notebooks").replace(home / "notebooks" / NOTEBOOKS["workforce"])
    result = run("paper", "--area", "Bury", "--year", "2024")
    assert result.exit_code == 2
    assert result.stderr == "Error: year 2024: figures are held to 2025.\n"
    assert not (home / "reports").exists()


def test_a_folder_that_cannot_be_written_is_status_2(home: Path) -> None:
    (home / "reports").write_text("a file")
    result = run("paper", "--area", "Bury", "--study", "caseloads")
    assert result.exit_code == 2
    assert "cannot be written" in result.stderr


def test_a_failure_is_one_line_and_status_1_and_debug_shows_more(home: Path) -> None:
    content = [*cells(), code("1 / 0")]
    write_notebook(content, home / "notebooks").replace(home / "notebooks" / NOTEBOOKS["caseloads"])
    result = run("paper", "--area", "Bury", "--study", "caseloads")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: NotebookError: small.ipynb, cell 11: ZeroDivisionError: division by zero "
        "(put --debug before the command to see the traceback)\n"
    ).replace("small.ipynb", NOTEBOOKS["caseloads"])
    shown = run("--debug", "paper", "--area", "Bury", "--study", "caseloads")
    assert shown.exit_code == 1
    assert "Traceback" in shown.stderr
    assert not (home / "reports").exists()


def test_debug_keeps_the_status_of_a_wrong_input(home: Path) -> None:
    result = run("--debug", "paper", "--area", "nowhere at all")
    assert result.exit_code == 2
    assert "Traceback" in result.stderr


def test_tables_that_are_missing_are_named(home: Path) -> None:
    (home / "data/processed/figures.parquet").unlink()
    result = run("paper", "--area", "Bury")
    assert result.exit_code == 2
    assert "figures.parquet" in result.stderr


def test_a_folder_of_published_files_that_is_missing_is_named(home: Path) -> None:
    result = run("ingest", "--raw", "no-such-folder", "--target", "tables")
    assert result.exit_code == 2
    assert "no-such-folder" in result.stderr
    assert not (home / "tables").exists()


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "analytics", "--version"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stdout == f"analytics {analytics.__version__}\n"


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from typer.testing import CliRunner; from analytics.cli import app\n"
        "assert CliRunner().invoke(app, ['paper', '--help']).exit_code == 0\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(shown.stdout.split())
    assert "typer" in loaded
    assert not loaded & {
        "pandas",
        "numpy",
        "papermill",
        "nbformat",
        "seaborn",
        "statsmodels",
    }


@pytest.mark.skipif(sys.platform == "win32", reason="an interrupt is sent in another way there")
def test_an_interrupt_stops_the_kernel_with_status_130(home: Path) -> None:
    waits = code(
        "from pathlib import Path; import os, time\nPath('pid').write_text(str(os.getpid()))\ntime.sleep(60)"
    )
    path = home / "notebooks" / NOTEBOOKS["caseloads"]
    write_notebook([*cells()[:2], waits], home / "notebooks").replace(path)
    command = [sys.executable, "-m", "analytics", "paper", "--area", "Bury", "--study", "caseloads"]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Tests that run in the background of a shell are told to ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    pid = home / "notebooks" / "pid"
    deadline = time.monotonic() + 60
    while not (pid.exists() and pid.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in output + errors
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)
    assert not (home / "reports").exists()


def test_two_releases_that_are_held_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    result = run("compare", "csww:2024", "csww:2025", "--csv", str(path))
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].startswith(
        "Children's social work workforce, headline measures: csww:2024 beside csww:2025"
    )
    # 1,300 rows of 22 columns, in the file of 2024.
    assert lines[1].startswith("28,600 figures: ")
    changes = path.read_text("utf-8").splitlines()
    assert changes[0].startswith("measure,period,area,old,old_status,new,new_status,change,kind,matters,name")
    assert lines[-1] == f"{len(changes) - 1:,} changes written to {path}"
    assert "New years: 2025" in lines


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "csww:2019",
            "csww:2025",
            "csww:2019: no such file, and no such release is held. Held: csww:2023, csww:2024",
        ),
        ("cin_referrals:2024", "csww:2025", "Compare two releases of one table."),
        (__file__, "csww:2025", "this file has the columns of no table that is read"),
    ],
)
def test_what_cannot_be_compared_is_refused(old: str, new: str, words: str) -> None:
    result = run("compare", old, new)
    assert result.exit_code == 2
    assert words in result.stderr


def test_changes_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    result = run("compare", "csww:2024", "csww:2025", "--csv", str(tmp_path / "nowhere" / "changes.csv"))
    assert result.exit_code == 2
    assert "this file cannot be written" in result.stderr


# --- lab


def test_lab_passes_on_what_it_is_told(home: Path) -> None:
    """Ask JupyterLab for its version, which it tells and ends."""
    (home / "notebooks" / "explore.ipynb").write_text("{}", encoding="utf-8")
    command = [sys.executable, "-m", "analytics", "lab", "--version"]
    ran = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(REPOSITORY)}
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == version("jupyterlab")


def test_lab_says_which_notebook_is_missing(home: Path) -> None:
    result = run("lab", "--no-browser")
    assert result.exit_code == 2
    assert str(home / "notebooks" / "explore.ipynb") in result.stderr
    assert "ANALYTICS_HOME" in result.stderr
